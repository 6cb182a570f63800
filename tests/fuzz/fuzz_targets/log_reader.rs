//! See `../targets/log_reader.rs`.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| foldback_fuzz::log_reader::log_reader(bytes));

//! See `../targets/mapping_file.rs`.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| foldback_fuzz::mapping_file::mapping_file(bytes));

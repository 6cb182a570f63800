//! See `../targets/at.rs`.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| foldback_fuzz::at::at(bytes));

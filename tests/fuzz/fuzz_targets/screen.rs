//! See `../targets/screen.rs`.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| foldback_fuzz::screen::screen(bytes));

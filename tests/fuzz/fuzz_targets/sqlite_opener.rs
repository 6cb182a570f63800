//! See `../targets/sqlite_opener.rs`.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| foldback_fuzz::sqlite_opener::sqlite_opener(bytes));

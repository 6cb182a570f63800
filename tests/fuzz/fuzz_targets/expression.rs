//! See `../targets/expression.rs`.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| foldback_fuzz::expression::expression(bytes));

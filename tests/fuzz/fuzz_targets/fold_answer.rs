//! See `../targets/fold_answer.rs`.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| foldback_fuzz::fold_answer::fold_answer(bytes));

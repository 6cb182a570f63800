//! See `../targets/command_line.rs`.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| foldback_fuzz::command_line::command_line(bytes));

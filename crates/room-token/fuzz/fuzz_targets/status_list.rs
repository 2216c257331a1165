#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| room_token_fuzz::status_list(bytes));

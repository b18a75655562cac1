//! Any bytes are a bundle that scores, or are refused.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tabwright_model::Bundle;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(bundle) = Bundle::from_zip(bytes) {
        let _ = bundle.replay_proof();
    }
});

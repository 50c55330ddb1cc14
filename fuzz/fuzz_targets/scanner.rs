//! Any bytes through the scanner of `soap/` and through roxmltree and quick-xml, which must agree.

#![no_main]

#[path = "../../soap/src/scanner/differential.rs"]
mod differential;
#[path = "../../soap/src/error.rs"]
#[allow(dead_code, reason = "a part of soap alone")]
mod error;
#[path = "../../soap/src/scanner.rs"]
#[allow(dead_code, reason = "a part of soap alone")]
mod scanner;

use error::DecodeError;
use libfuzzer_sys::fuzz_target;
use superoffice_soap::ENVELOPE_NAMESPACE;

fuzz_target!(|data: &[u8]| {
    if let Err(difference) = differential::compare(data) {
        panic!("{difference}");
    }
});

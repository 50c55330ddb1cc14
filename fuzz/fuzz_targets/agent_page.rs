//! Pages of the documentation that hold an agent's WSDL in a fence.

#![no_main]

use libfuzzer_sys::fuzz_target;
use superoffice_codegen::diagnostic::SourceFile;

#[path = "contract.rs"]
mod contract;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    contract::check(&[SourceFile::new("Services99-Agent.md", text)]);
});

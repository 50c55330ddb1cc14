//! WSDL and XML Schema: several documents in one input, with lines `%% name` between them.

#![no_main]

use std::collections::HashSet;

use libfuzzer_sys::fuzz_target;
use superoffice_codegen::diagnostic::SourceFile;

#[path = "contract.rs"]
mod contract;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let mut files = Vec::new();
    let mut name = "first.wsdl";
    let mut rest = text;
    while let Some((document, behind)) = rest.split_once("\n%% ") {
        files.push(SourceFile::new(name, document));
        (name, rest) = behind.split_once('\n').unwrap_or((behind, ""));
    }
    files.push(SourceFile::new(name, rest));
    // Two files never have one name.
    let names: HashSet<&str> = files.iter().map(|file| &*file.name).collect();
    if names.len() == files.len() {
        contract::check(&files);
    }
});

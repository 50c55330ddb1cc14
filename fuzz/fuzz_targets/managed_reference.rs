//! docfx's ManagedReference files: YAML that describes types in prose.

#![no_main]

use libfuzzer_sys::fuzz_target;
use superoffice_codegen::diagnostic::SourceFile;
use superoffice_codegen::read::managed_reference;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let _ = managed_reference::is_managed_reference(text);
    if let Err(diagnostic) = managed_reference::read(&SourceFile::new("type.yml", text)) {
        assert!(
            text.get(diagnostic.at.span.clone()).is_some(),
            "{diagnostic:?}"
        );
    }
});

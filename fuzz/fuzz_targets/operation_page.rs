//! Pages of the documentation that describe an operation and show its messages.

#![no_main]

use libfuzzer_sys::fuzz_target;
use superoffice_codegen::diagnostic::SourceFile;
use superoffice_codegen::read::operation_page;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let page = SourceFile::new("page.md", text);
    let _ = operation_page::is_operation_page(text);
    let (read, diagnostics) = operation_page::read(&page);
    for diagnostic in &diagnostics {
        assert!(
            text.get(diagnostic.at.span.clone()).is_some(),
            "{diagnostic:?}"
        );
    }
    assert!(
        read.is_some() || !diagnostics.is_empty(),
        "refused without a reason"
    );
});

//! What must hold for documents that somebody calls a contract.

use std::collections::BTreeMap;

use superoffice_codegen::diagnostic::{Diagnostic, SourceFile};
use superoffice_codegen::lower::{names::Table, secrets::Secrets};
use superoffice_codegen::{canonical, diff, generate, read};

/// Problems have a place in the text; what was read comes through the canonical form unchanged,
/// differs from itself in nothing, and is generated or refused.
pub fn check(files: &[SourceFile]) {
    let apis = match read::read(files) {
        Ok(apis) => apis,
        Err(list) => {
            placed(&list, files);
            return;
        }
    };
    for api in &apis {
        let again: Vec<SourceFile> = canonical::write(api)
            .into_iter()
            .map(|(name, text)| SourceFile::new(name, text))
            .collect();
        let again = read::read_version(&again).expect("the canonical form is a contract");
        assert_eq!(again, *api);
        let side = |api| diff::Side { api, module: None };
        assert!(diff::compare(side(api), side(&again)).is_empty());
    }
    let (names, secrets) = (Table::default(), Secrets::default());
    let generated = generate(
        &apis,
        &BTreeMap::new(),
        &names,
        &secrets,
        None,
        &|_| true,
        &(),
    );
    if let Err(list) = generated {
        placed(&list, files);
    }
}

fn placed(list: &[Diagnostic], files: &[SourceFile]) {
    assert!(!list.is_empty(), "refused without a reason");
    for diagnostic in list {
        let others = diagnostic.others.iter().map(|(at, _)| at);
        for at in std::iter::once(&diagnostic.at).chain(others) {
            let file = files.iter().find(|file| file.name == at.file);
            let text = file.and_then(|file| file.text.get(at.span.clone()));
            assert!(text.is_some(), "{diagnostic:?}");
        }
    }
}

//! Tests of the way in: documents to a model, and the model to canonical documents.

#![allow(clippy::unwrap_used, reason = "a failed test says where")]

mod mistakes;
mod obstacle;
mod schemas;

use superoffice_codegen::diagnostic::{Diagnostic, Location, SourceFile, line_column};
use superoffice_codegen::model::Api;
use superoffice_codegen::read;

/// The obstacle course, a contract of our own: two agents in a server's own layout.
pub(crate) fn obstacle_course() -> Vec<SourceFile> {
    vec![
        SourceFile::new("Workshop.wsdl", include_str!("../obstacle/Workshop.wsdl")),
        SourceFile::new("Store.wsdl", include_str!("../obstacle/Store.wsdl")),
    ]
}

/// Reads what must be without mistakes.
#[track_caller]
pub(crate) fn read(files: &[SourceFile]) -> Api {
    match read::read_version(files) {
        Ok(api) => api,
        Err(list) => panic!("{}", show(files, &list)),
    }
}

/// Diagnostics as lines: place, message, labels, help.
pub(crate) fn show(files: &[SourceFile], list: &[Diagnostic]) -> String {
    let place = |at: &Location| {
        let file = files.iter().find(|file| file.name == at.file);
        let marked = file.map_or("", |file| &file.text[at.span.clone()]);
        let (line, column) = file.map_or((0, 0), |file| line_column(&file.text, at.span.start));
        format!("{}:{line}:{column} [{marked}]", at.file)
    };
    let mut out = String::new();
    for diagnostic in list {
        out += &format!("{}: {}\n", diagnostic.code, diagnostic.message);
        out += &format!("  {} {}\n", place(&diagnostic.at), diagnostic.label);
        for (at, label) in &diagnostic.others {
            out += &format!("  {} {label}\n", place(at));
        }
        if let Some(help) = &diagnostic.help {
            out += &format!("  help: {help}\n");
        }
    }
    out
}

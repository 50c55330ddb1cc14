//! Finds contracts and pages on the disk.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use superoffice_codegen::diagnostic::{Diagnostic, SourceFile, line_column};
use superoffice_codegen::model::Api;
use superoffice_codegen::read;

/// The contracts in a folder, one a version.
pub fn contracts(folder: &Path) -> Result<Vec<Api>, String> {
    let files = sources(folder, &["wsdl", "xsd"])?;
    if files.is_empty() {
        return Err(format!("no contracts in {}", folder.display()));
    }
    read::read(&files).map_err(|diagnostics| describe(&files, &diagnostics))
}

/// The project's own contracts.
pub fn schemas() -> Result<Vec<Api>, String> {
    contracts(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas"))
}

/// All files below a folder with one of the extensions, sorted by path.
pub fn sources(folder: &Path, extensions: &[&str]) -> Result<Vec<SourceFile>, String> {
    let failed = |path: &Path, error: io::Error| format!("{}: {error}", path.display());
    let mut paths: Vec<PathBuf> = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(|error| failed(&folder, error))? {
            let path = entry.map_err(|error| failed(&folder, error))?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path
                .extension()
                .and_then(|extension| extension.to_str())
                .is_some_and(|extension| extensions.contains(&extension))
            {
                paths.push(path);
            }
        }
    }
    paths.sort();
    let read = |path: &PathBuf| {
        let text = fs::read_to_string(path).map_err(|error| failed(path, error))?;
        Ok(SourceFile::new(path.display().to_string(), text))
    };
    paths.par_iter().map(read).collect()
}

fn describe(files: &[SourceFile], diagnostics: &[Diagnostic]) -> String {
    let line = |diagnostic: &Diagnostic| {
        let file = files.iter().find(|file| file.name == diagnostic.at.file);
        let (line, column) = file.map_or((0, 0), |file| {
            line_column(&file.text, diagnostic.at.span.start)
        });
        format!(
            "{}:{line}:{column}: {}",
            diagnostic.at.file, diagnostic.message
        )
    };
    diagnostics.iter().map(line).collect::<Vec<_>>().join("\n")
}

//! The contracts in `schemas/` and the generator's stages over them.

use std::fs;
use std::path::{Path, PathBuf};

use superoffice_codegen::diagnostic::SourceFile;

/// The folder of the workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The documents below a folder, sorted by name.
///
/// # Panics
///
/// If they cannot be read.
pub fn documents(dir: &Path) -> Vec<SourceFile> {
    let mut paths = Vec::new();
    collect(dir, &mut paths);
    paths.sort();
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).expect("a file of schemas/ can be read");
        SourceFile::new(path.display().to_string(), text)
    };
    paths.into_iter().map(read).collect()
}

fn collect(dir: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).expect("schemas/ is there") {
        let path = entry.expect("it can be listed").path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path
            .extension()
            .is_some_and(|end| end == "wsdl" || end == "xsd")
        {
            paths.push(path);
        }
    }
}

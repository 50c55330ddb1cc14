//! What codegen writes into `conform/`: the drivers of all versions, and the obstacle course, a
//! contract of our own with its client and drivers.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use superoffice_codegen::diagnostic::{Diagnostic, SourceFile};
use superoffice_codegen::emit::{self, File};
use superoffice_codegen::ir::Module;
use superoffice_codegen::lower::names::Table;
use superoffice_codegen::lower::secrets::Secrets;
use superoffice_codegen::provenance::{Provenance, Source};
use superoffice_codegen::{generate, read};

use crate::report::Failure;
use crate::schemas;
use crate::tree;

/// A folder and what it is to hold, by relative path.
pub(crate) type Folder = (PathBuf, BTreeMap<String, Vec<u8>>);

/// The folders below `conform/`; without the obstacle course where only a part is written.
pub(crate) fn folders(
    root: &Path,
    modules: &[Module],
    with_course: bool,
) -> Result<Vec<Folder>, Failure> {
    let src = root.join("conform/src");
    let modules: Vec<&Module> = modules.iter().collect();
    let drivers = emit::drivers(&modules, "superoffice_services");
    let drivers = drivers.map_err(|list| failure(list, Vec::new()))?;
    let mut folders = vec![(src.join("versions"), contents(drivers))];
    if with_course {
        let contracts = root.join("conform/contracts");
        let (client, drivers) = course(&contracts)?;
        folders.push((src.join("obstacle/client"), contents(client)));
        folders.push((src.join("obstacle/drivers"), contents(drivers)));
    }
    Ok(folders)
}

fn contents(files: Vec<File>) -> BTreeMap<String, Vec<u8>> {
    let files = files.into_iter();
    files
        .map(|file| (file.path, file.text.into_bytes()))
        .collect()
}

fn failure(list: Vec<Diagnostic>, sources: Vec<SourceFile>) -> Failure {
    Failure::Diagnostics { list, sources }
}

/// The client of the obstacle course and the drivers for it.
fn course(contracts: &Path) -> Result<(Vec<File>, Vec<File>), Failure> {
    let sources = schemas::read_sources(&tree::files(contracts)?)?;
    let apis = match read::read(&sources) {
        Ok(apis) => apis,
        Err(list) => return Err(failure(list, sources)),
    };
    let provenance = Provenance {
        source: Source::Documents,
        date: None,
        documents: sources.len(),
        updates: Vec::new(),
    };
    let origin = |version: &String| (version.clone(), provenance.clone());
    let origins = apis.iter().map(|api| origin(&api.version)).collect();
    let (names, secrets) = (Table::default(), Secrets::default());
    let generated = generate(&apis, &origins, &names, &secrets, None, &|_| true, &());
    let generated = generated.map_err(|list| failure(list, sources))?;
    // No crate of its own, and nothing that a mock server needs.
    let is_needed = |file: &File| file.path.ends_with(".rs") && file.path != "lib.rs";
    let modules: Vec<&Module> = generated.modules.iter().collect();
    let drivers = emit::drivers(&modules, "crate::obstacle::client");
    let drivers = drivers.map_err(|list| failure(list, Vec::new()))?;
    let client = generated.files.into_iter().filter(is_needed);
    Ok((client.collect(), drivers))
}

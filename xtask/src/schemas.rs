//! `schemas/`: one folder a version, canonical documents and where they came from.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use superoffice_codegen::diagnostic::SourceFile;
use superoffice_codegen::model::Api;
use superoffice_codegen::provenance::Provenance;
use superoffice_codegen::read;

use crate::report::Failure;
use crate::tree;

/// The record beside a version's documents.
pub(crate) const PROVENANCE: &str = "provenance.json";

/// One version as it stands in `schemas/`.
pub(crate) struct Version {
    pub(crate) api: Api,
    pub(crate) provenance: Provenance,
}

/// `schemas/` of this project.
pub(crate) fn default_dir() -> PathBuf {
    tree::project_root().join("schemas")
}

/// The folder of a version: `services88` for `Services88`.
pub(crate) fn folder(version: &str) -> String {
    version.to_ascii_lowercase()
}

/// Reads every version below a folder, sorted by name, and gives the documents read as well.
pub(crate) fn load(dir: &Path) -> Result<(Vec<Version>, Vec<SourceFile>), Failure> {
    let paths: Vec<PathBuf> = tree::files(dir)?
        .into_iter()
        .filter(|path| is_contract(path))
        .collect();
    let sources = read_sources(&paths)?;
    let apis = match read::read(&sources) {
        Ok(apis) => apis,
        Err(list) => return Err(Failure::Diagnostics { list, sources }),
    };
    let mut versions = Vec::new();
    for api in apis {
        let folder = Path::new(&*api.at().file)
            .parent()
            .unwrap_or(dir)
            .to_owned();
        let path = folder.join(PROVENANCE);
        let provenance = provenance(&folder)?.ok_or_else(|| Failure::Io {
            path,
            source: io::Error::from(io::ErrorKind::NotFound),
        })?;
        versions.push(Version { api, provenance });
    }
    Ok((versions, sources))
}

/// The version in a folder, if there is one.
pub(crate) fn standing(folder: &Path) -> Result<Option<Version>, Failure> {
    match provenance(folder)? {
        Some(_) => Ok(load(folder)?.0.pop()),
        None => Ok(None),
    }
}

/// The record in a version's folder, if there is one.
pub(crate) fn provenance(folder: &Path) -> Result<Option<Provenance>, Failure> {
    let path = folder.join(PROVENANCE);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(Failure::io(&path)(e)),
    };
    let record = serde_json::from_str(&text).map_err(|e| Failure::io(&path)(e.into()))?;
    Ok(Some(record))
}

/// By the name's ending: a WSDL or a schema.
pub(crate) fn is_contract(path: &Path) -> bool {
    let extension = path.extension().unwrap_or_default().to_ascii_lowercase();
    extension == "wsdl" || extension == "xsd" || extension == "xml"
}

/// Reads documents in parallel, in the order given.
pub(crate) fn read_sources(paths: &[PathBuf]) -> Result<Vec<SourceFile>, Failure> {
    paths
        .par_iter()
        .map(|path| {
            let text = fs::read_to_string(path).map_err(Failure::io(path))?;
            Ok(SourceFile::new(tree::display_name(path), text))
        })
        .collect()
}

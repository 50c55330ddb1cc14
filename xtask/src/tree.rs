//! Folders whose content a command owns: read whole, and compared with what it wants.

use std::collections::BTreeMap;
use std::fs::{self, DirEntry};
use std::io;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::report::Failure;

/// The project's root: `cargo run` says where xtask's manifest lies.
pub(crate) fn project_root() -> PathBuf {
    let manifest = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    let root = manifest
        .parent()
        .map_or_else(|| PathBuf::from("."), Path::to_owned);
    // Short names in messages where the command runs at the root, as it nearly always does.
    match std::env::current_dir() {
        Ok(here) if here == root => PathBuf::new(),
        _ => root,
    }
}

/// A path as messages and documents name it: with `/` on every platform.
pub(crate) fn display_name(path: &Path) -> String {
    let name = path.display().to_string();
    if cfg!(windows) {
        name.replace('\\', "/")
    } else {
        name
    }
}

/// What a command did, or would do; paths relative to the folder, sorted.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Changes {
    pub(crate) written: Vec<String>,
    pub(crate) unchanged: usize,
    pub(crate) removed: Vec<String>,
}

/// Compares what stands in `dir` with what should stand there (relative name with `/` → bytes).
///
/// Files that `owned` does not accept are left alone. Writes nothing.
pub(crate) fn compare(
    dir: &Path,
    wanted: &BTreeMap<String, Vec<u8>>,
    owned: impl Fn(&str) -> bool,
) -> Result<Changes, Failure> {
    let written = wanted.par_iter().filter_map(|(name, bytes)| {
        let path = dir.join(name);
        match fs::read(&path) {
            Ok(standing) if standing == *bytes => None,
            Ok(_) => Some(Ok(name.clone())),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Some(Ok(name.clone())),
            Err(e) => Some(Err(Failure::io(&path)(e))),
        }
    });
    let written: Vec<String> = written.collect::<Result<_, _>>()?;
    let mut changes = Changes {
        unchanged: wanted.len() - written.len(),
        written,
        removed: Vec::new(),
    };
    for path in files(dir)? {
        let name = display_name(path.strip_prefix(dir).unwrap_or(&path));
        if owned(&name) && !wanted.contains_key(&name) {
            changes.removed.push(name);
        }
    }
    Ok(changes)
}

/// All files below a folder, sorted; none if it does not exist. Hidden ones are left out.
pub(crate) fn files(dir: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut found = walk(dir, |entry| {
        if entry.file_name().to_string_lossy().starts_with('.') {
            return Ok(Entry::LeftOut);
        }
        Ok(Entry::of(fs::metadata(entry.path())?.is_dir()))
    })?;
    found.sort();
    Ok(found)
}

/// All files below a folder, hidden ones and links too; none if it does not exist.
pub(crate) fn everything(dir: &Path) -> Result<Vec<PathBuf>, Failure> {
    walk(dir, |entry| Ok(Entry::of(entry.file_type()?.is_dir())))
}

/// What to do with something in a folder.
enum Entry {
    File,
    Folder,
    LeftOut,
}

impl Entry {
    fn of(is_folder: bool) -> Self {
        match is_folder {
            true => Self::Folder,
            false => Self::File,
        }
    }
}

fn walk(
    dir: &Path,
    look: impl Fn(&DirEntry) -> io::Result<Entry>,
) -> Result<Vec<PathBuf>, Failure> {
    let mut found = Vec::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(e) if e.kind() == io::ErrorKind::NotFound && folder == dir => break,
            Err(e) => return Err(Failure::io(&folder)(e)),
        };
        for entry in entries {
            let entry = entry.map_err(Failure::io(&folder))?;
            let path = entry.path();
            match look(&entry).map_err(Failure::io(&path))? {
                Entry::File => found.push(path),
                Entry::Folder => folders.push(path),
                Entry::LeftOut => {}
            }
        }
    }
    Ok(found)
}

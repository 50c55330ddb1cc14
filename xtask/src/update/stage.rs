//! A copy of the workspace with the new sources in it, to see that they compile.

use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::report::Failure;
use crate::write;

/// Compiles the crate with these sources, the changed versions alone, and no warning let through.
///
/// The copy lies in the target folder; the project is not touched.
pub(super) fn check(
    root: &Path,
    sources: &BTreeMap<String, Vec<u8>>,
    manifest: Option<&str>,
    versions: &[String],
) -> Result<(), Failure> {
    let root = match root.as_os_str().is_empty() {
        true => PathBuf::from("."),
        false => root.to_owned(),
    };
    let root = fs::canonicalize(&root).map_err(Failure::io(&root))?;
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or(root.join("target"), PathBuf::from);
    fs::create_dir_all(&target).map_err(Failure::io(&target))?;
    let target = fs::canonicalize(&target).map_err(Failure::io(&target))?;
    // Projects may share a target folder. Cargo tells crates apart by their paths within the
    // workspace and sources by their times, so each project needs a place of its own, and one other
    // than the target folder itself, which would take the copy's results for its own.
    let mut hasher = DefaultHasher::new();
    root.hash(&mut hasher);
    let place = target.join(format!("update-{:016x}", hasher.finish()));
    fs::create_dir_all(&place).map_err(Failure::io(&place))?;
    let _one_at_a_time = write::lock(&place.join("lock"))?;
    let stage = place.join("stage");
    // Of a run that failed or was killed.
    match fs::remove_dir_all(&stage) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(Failure::io(&stage)(e)),
        _ => {}
    }
    let crate_dir = root.join("generated");
    link(&root, &stage, &|path| {
        let is_replaced = path == crate_dir.join("src") || path == crate_dir.join("Cargo.toml");
        path == target || is_replaced && (manifest.is_some() || path.is_dir())
    })?;
    let staged_crate = stage.join("generated");
    for (name, bytes) in sources {
        put(&staged_crate.join("src").join(name), bytes)?;
    }
    if let Some(manifest) = manifest {
        put(&staged_crate.join("Cargo.toml"), manifest.as_bytes())?;
    }

    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["check", "--quiet", "--package", "superoffice-services"])
        .args(["--no-default-features", "--features", &versions.join(",")])
        .current_dir(&stage)
        .env("CARGO_TARGET_DIR", place.join("target"))
        .env("RUSTFLAGS", "-D warnings")
        .output()
        .map_err(Failure::io(Path::new("cargo")))?;
    if !output.status.success() {
        return Err(Failure::Check(format!(
            "the regenerated crate does not compile; it stands in {}, nothing else is written\n{}",
            stage.display(),
            String::from_utf8_lossy(&output.stderr).trim_end()
        )));
    }
    fs::remove_dir_all(&stage).map_err(Failure::io(&stage))
}

/// A twin of a folder by links, without what is hidden, built or left out.
fn link(from: &Path, to: &Path, is_left_out: &dyn Fn(&Path) -> bool) -> Result<(), Failure> {
    fs::create_dir_all(to).map_err(Failure::io(to))?;
    for entry in fs::read_dir(from).map_err(Failure::io(from))? {
        let entry = entry.map_err(Failure::io(from))?;
        let path = entry.path();
        let name = entry.file_name();
        if name.to_string_lossy().starts_with('.') || is_left_out(&path) {
            continue;
        }
        let twin = to.join(&name);
        if path.is_dir() {
            // Cargo marks what it builds into.
            let is_needed = !path.join("CACHEDIR.TAG").exists() && name != "schemas";
            if is_needed {
                link(&path, &twin, is_left_out)?;
            }
        } else {
            // Cargo writes its lock file in place, so that one is no link.
            let is_linked = name != "Cargo.lock" && fs::hard_link(&path, &twin).is_ok();
            if !is_linked {
                fs::copy(&path, &twin).map_err(Failure::io(&path))?;
            }
        }
    }
    Ok(())
}

fn put(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(Failure::io(parent))?;
    }
    fs::write(path, bytes).map_err(Failure::io(path))
}

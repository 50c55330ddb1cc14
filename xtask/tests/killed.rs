//! Killed at any moment, a command leaves its folder as it was or as it should be.

#![allow(clippy::unwrap_used, reason = "a failed test says where")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use tempfile::TempDir;

mod library;

/// How often each command is killed, a little later every time.
const TIMES: u32 = 60;

type Files = BTreeMap<PathBuf, Vec<u8>>;

/// Every file below a folder but what xtask stages.
fn files(root: &Path) -> Files {
    let mut found = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(folder) else {
            continue;
        };
        for entry in entries {
            let path = entry.unwrap().path();
            if path.file_name().is_some_and(|name| name == ".xtask") {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else {
                let bytes = fs::read(&path).unwrap();
                found.insert(path.strip_prefix(root).unwrap().to_owned(), bytes);
            }
        }
    }
    found
}

fn put(root: &Path, files: &Files) {
    let _ = fs::remove_dir_all(root);
    for (name, bytes) in files {
        let path = root.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

fn xtask(place: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command
        .args(arguments)
        .current_dir(place)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

fn run(place: &Path, arguments: &[&str]) {
    let output = xtask(place, arguments)
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Kills the command at moments spread over its run; `folder` is what it writes.
fn kill_at_any_moment(place: &Path, folder: &str, arguments: &[&str], old: &Files, new: &Files) {
    assert_ne!(old, new);
    let folder = place.join(folder);
    let started = Instant::now();
    put(&folder, old);
    run(place, arguments);
    let whole = started.elapsed();
    assert_eq!(files(&folder), *new);

    let mut was_new = 0;
    for turn in 0..TIMES {
        put(&folder, old);
        let mut child = xtask(place, arguments).spawn().unwrap();
        let wait = whole * turn / TIMES;
        let started = Instant::now();
        while started.elapsed() < wait {
            if child.try_wait().unwrap().is_some() {
                break;
            }
            std::thread::yield_now();
        }
        // SIGKILL on Unix: nothing of the process gets to tidy up.
        let _ = child.kill();
        child.wait().unwrap();
        let left = files(&folder);
        assert!(
            left == *old || left == *new,
            "neither old nor new after {wait:?}"
        );
        was_new += u32::from(left == *new);

        run(place, arguments);
        assert_eq!(files(&folder), *new, "the next run finishes");
        assert!(!place.join(".xtask/staged").exists(), "and tidies up");
    }
    // The first is killed before it can have done anything.
    assert!(was_new < TIMES, "every run was over before it was killed");
}

/// A contract as it was and as it will be.
fn drops(place: &Path) {
    for (folder, text) in [("old", library::OLD), ("new", library::NEW)] {
        let documents = library::documents("Services99", text).into_iter();
        let documents = documents.map(|(name, text)| (PathBuf::from(name), text.into_bytes()));
        put(&place.join(folder), &documents.collect());
    }
}

#[test]
fn import() {
    let place = TempDir::new().unwrap();
    let place = place.path();
    drops(place);
    let import = |from: &'static str| ["import", "--schemas", "schemas", "--replace", from];
    run(place, &import("new"));
    let new = files(&place.join("schemas"));
    run(place, &import("old"));
    let old = files(&place.join("schemas"));
    kill_at_any_moment(place, "schemas", &import("new"), &old, &new);
}

#[test]
fn codegen() {
    let place = TempDir::new().unwrap();
    let place = place.path();
    drops(place);
    let import = |from: &'static str| ["import", "--schemas", "schemas", "--replace", from];
    let codegen = ["codegen", "--schemas", "schemas", "--out", "crate"];
    run(place, &import("old"));
    run(place, &codegen);
    let old = files(&place.join("crate"));
    run(place, &import("new"));
    run(place, &codegen);
    let new = files(&place.join("crate"));
    kill_at_any_moment(place, "crate", &codegen, &old, &new);
}

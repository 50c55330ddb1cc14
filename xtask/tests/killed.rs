//! Killed at any moment, a command leaves each thing that it writes as it was or as it should be, and
//! the next command leaves all of them so.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a failed test says where")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use tempfile::TempDir;

mod library;

/// How often each command is killed from its start on, and from the first sign of writing on, a
/// little later every time.
const TIMES: u32 = 40;

type Files = BTreeMap<PathBuf, Vec<u8>>;

/// Every file below a folder but what xtask stages; a file is one without a name.
fn files(root: &Path) -> Files {
    let mut found = BTreeMap::new();
    if root.is_file() {
        found.insert(PathBuf::new(), fs::read(root).unwrap());
        return found;
    }
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
    if let Some(bytes) = files.get(Path::new("")) {
        fs::write(root, bytes).unwrap();
        return;
    }
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
        .env("CARGO_MANIFEST_DIR", place.join("xtask"))
        .env("CARGO_TARGET_DIR", place.join("target"))
        // What `update` compiles is no matter here.
        .env("CARGO", "true")
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

/// What a command writes: a folder or a file that is old or new as a whole, whenever one looks.
struct Unit {
    path: PathBuf,
    old: Files,
    new: Files,
}

impl Unit {
    fn is(&self, wanted: &Files) -> bool {
        files(&self.path) == *wanted
    }
}

/// Where the killing begins.
#[derive(Clone, Copy, PartialEq, Eq)]
enum From {
    Start,
    /// The first sign of something being written.
    Staged,
}

/// Kills the command at moments spread over its run; `paths` are what it writes.
fn kill_at_any_moment(place: &Path, paths: &[&str], arguments: &[&str]) {
    let read = || paths.iter().map(|path| files(&place.join(path)));
    let old: Vec<Files> = read().collect();
    let staged = place.join(".xtask/staged");
    // How long a whole run takes, from its start and from the first sign on.
    let started = Instant::now();
    let mut child = xtask(place, arguments).spawn().unwrap();
    let mut seen = None;
    while child.try_wait().unwrap().is_none() {
        if seen.is_none() && staged.exists() {
            seen = Some(started.elapsed());
        }
    }
    let whole = started.elapsed();
    let writing = whole - seen.unwrap_or_default();
    let units: Vec<Unit> = old
        .into_iter()
        .zip(read())
        .zip(paths)
        .map(|((old, new), path)| Unit {
            path: place.join(path),
            old,
            new,
        })
        .collect();
    assert!(units.iter().all(|unit| unit.old != unit.new));

    let mut was_old = 0;
    let mut was_new = 0;
    let turns = [From::Start, From::Staged].map(|from| (0..TIMES).map(move |turn| (from, turn)));
    for (from, turn) in turns.into_iter().flatten() {
        for unit in &units {
            put(&unit.path, &unit.old);
        }
        let mut child = xtask(place, arguments).spawn().unwrap();
        let is_over = |child: &mut Child| child.try_wait().unwrap().is_some();
        while from == From::Staged && !staged.exists() && !is_over(&mut child) {}
        let wait = match from {
            From::Start => whole,
            From::Staged => writing,
        };
        let wait = wait * turn / TIMES;
        let started = Instant::now();
        while started.elapsed() < wait && !is_over(&mut child) {
            std::thread::yield_now();
        }
        // SIGKILL on Unix: nothing of the process gets to tidy up.
        let _ = child.kill();
        child.wait().unwrap();
        for unit in &units {
            let path = unit.path.display();
            let is_whole = unit.is(&unit.old) || unit.is(&unit.new);
            assert!(is_whole, "{path} is neither old nor new after {wait:?}");
        }

        // Any command settles it first.
        run(place, &["fixups"]);
        let all_old = units.iter().all(|unit| unit.is(&unit.old));
        let all_new = units.iter().all(|unit| unit.is(&unit.new));
        assert!(all_old || all_new, "half of it after {wait:?}");
        assert!(!staged.exists(), "what was staged is left behind");
        was_old += u32::from(all_old);
        was_new += u32::from(all_new);

        run(place, arguments);
        assert!(units.iter().all(|unit| unit.is(&unit.new)), "it finishes");
    }
    assert!(was_old > 0, "every run was over before it was killed");
    assert!(was_new > 0, "no run was killed after it had decided");
}

/// A contract as it was and as it will be.
fn drops(place: &Path) {
    for (folder, text) in [("old", library::OLD), ("new", library::NEW)] {
        let documents = library::documents("Services99", text).into_iter();
        let documents = documents.map(|(name, text)| (PathBuf::from(name), text.into_bytes()));
        put(&place.join(folder), &documents.collect());
    }
}

/// A project with the old contract, and its crate.
fn project() -> TempDir {
    let project = TempDir::new().unwrap();
    let place = project.path();
    drops(place);
    let write = |name: &str, text: &str| {
        let path = place.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("Cargo.toml", "[workspace.package]\nversion = \"0.1.0\"\n");
    write("CHANGELOG.md", "# Changelog\n");
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../generated/Cargo.toml");
    write(
        "generated/Cargo.toml",
        &fs::read_to_string(manifest).unwrap(),
    );
    run(place, &["import", "old"]);
    run(place, &["codegen"]);
    project
}

const IMPORT: [&str; 3] = ["import", "--replace", "new"];

#[test]
fn import() {
    let project = project();
    kill_at_any_moment(project.path(), &["schemas"], &IMPORT);
}

#[test]
fn codegen() {
    let project = project();
    run(project.path(), &IMPORT);
    let units = ["schemas/names.tsv", "generated/src", "conform/src/versions"];
    kill_at_any_moment(project.path(), &units, &["codegen"]);
}

#[test]
fn update() {
    let project = project();
    // A version more, so that the manifest changes as well.
    let documents = library::documents("Services100", library::NEW).into_iter();
    let documents = documents.map(|(name, text)| (PathBuf::from(name), text.into_bytes()));
    put(&project.path().join("new/100"), &documents.collect());
    let units = [
        "schemas",
        "generated/src",
        "generated/Cargo.toml",
        "conform/src/versions",
        "CHANGELOG.md",
    ];
    kill_at_any_moment(project.path(), &units, &["update", "--replace", "new"]);
}

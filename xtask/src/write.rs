//! All or nothing: folders and files get their new content together, wherever the process ends.
//!
//! The new content is staged beside the old, a record of what is to change places is written, and
//! then each folder changes places with its staged twin in one step of the file system. Whoever
//! looks at a folder finds all of the old or all of the new. A process that was killed between two
//! folders left its record, and the next run finishes what it says ([`recover`]).
//!
//! This guards against a process that ends, not against a machine that does: nothing is flushed.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::report::Failure;
use crate::tree::{self, Changes};

/// Below the root: the lock, what is staged and the record. No part of the project.
const STATE: &str = ".xtask";
const LOCK: &str = "lock";
const STAGED: &str = "staged";
const RECORD: &str = "record.json";

/// What is to stand in some folders and files.
pub(crate) struct Transaction {
    /// All targets lie below it, and it shares a file system with them.
    root: PathBuf,
    items: Vec<Item>,
}

struct Item {
    target: PathBuf,
    content: Content,
    changes: Changes,
}

enum Content {
    File(Vec<u8>),
    /// Relative name with `/` → bytes, of what differs alone.
    Folder(BTreeMap<String, Vec<u8>>),
}

/// What the record says of a target.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Swap {
    target: PathBuf,
    staged: PathBuf,
    /// Tells the staged twin from the old content after they changed places.
    id: Option<u64>,
}

/// Where a process could be killed while it commits; tests stop at each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Point {
    Staged,
    Recorded,
    Swapped,
    Forgotten,
}

impl Transaction {
    pub(crate) fn new(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
            items: Vec::new(),
        }
    }

    /// For a folder that is a target itself.
    pub(crate) fn beside(dir: &Path) -> Self {
        Self::new(dir.parent().unwrap_or(Path::new("")))
    }

    /// Plans that `dir` holds what is wanted (relative name with `/` → bytes).
    ///
    /// Files that `owned` does not accept stay as they are.
    pub(crate) fn folder(
        &mut self,
        dir: &Path,
        mut wanted: BTreeMap<String, Vec<u8>>,
        owned: impl Fn(&str) -> bool,
    ) -> Result<&Changes, Failure> {
        let changes = tree::compare(dir, &wanted, owned)?;
        wanted.retain(|name, _| changes.written.binary_search(name).is_ok());
        Ok(self.push(dir, Content::Folder(wanted), changes))
    }

    /// Plans that a file holds these bytes.
    pub(crate) fn file(&mut self, path: &Path, bytes: Vec<u8>) -> Result<&Changes, Failure> {
        let mut changes = Changes::default();
        match fs::read(path) {
            Ok(standing) if standing == bytes => changes.unchanged = 1,
            Ok(_) => changes.written.push(tree::display_name(path)),
            Err(e) if e.kind() == io::ErrorKind::NotFound => {
                changes.written.push(tree::display_name(path));
            }
            Err(e) => return Err(Failure::io(path)(e)),
        }
        Ok(self.push(path, Content::File(bytes), changes))
    }

    fn push(&mut self, target: &Path, content: Content, changes: Changes) -> &Changes {
        let item = Item {
            target: target.to_owned(),
            content,
            changes,
        };
        let index = self.items.len();
        self.items.push(item);
        &self.items[index].changes
    }

    /// Puts everything in its place.
    pub(crate) fn commit(self) -> Result<(), Failure> {
        self.commit_until(|_| true)
    }

    /// Stops dead where `go_on` says no, as if killed.
    fn commit_until(mut self, mut go_on: impl FnMut(Point) -> bool) -> Result<(), Failure> {
        self.items
            .retain(|item| !item.changes.written.is_empty() || !item.changes.removed.is_empty());
        if self.items.is_empty() {
            return Ok(());
        }
        let state = State::enter(&self.root)?;
        let staged = state.dir.join(STAGED);
        let mut swaps = Vec::new();
        for (number, item) in self.items.iter().enumerate() {
            let place = staged.join(number.to_string());
            stage(item, &place).inspect_err(|_| {
                // The first error is the one to tell.
                let _ = fs::remove_dir_all(&staged);
            })?;
            let target = fs::canonicalize(&item.target).unwrap_or_else(|_| item.target.clone());
            let place = fs::canonicalize(&place).map_err(Failure::io(&place))?;
            swaps.push(Swap {
                target,
                id: id(&place),
                staged: place,
            });
        }
        if !go_on(Point::Staged) {
            return Ok(());
        }
        let record = state.dir.join(RECORD);
        let text = serde_json::to_vec(&swaps).map_err(|e| Failure::io(&record)(e.into()))?;
        let draft = state.dir.join("record.new");
        fs::write(&draft, text).map_err(Failure::io(&draft))?;
        fs::rename(&draft, &record).map_err(Failure::io(&record))?;
        if !go_on(Point::Recorded) {
            return Ok(());
        }
        for swap in &swaps {
            swap.run()?;
            if !go_on(Point::Swapped) {
                return Ok(());
            }
        }
        fs::remove_file(&record).map_err(Failure::io(&record))?;
        if !go_on(Point::Forgotten) {
            return Ok(());
        }
        fs::remove_dir_all(&staged).map_err(Failure::io(&staged))
    }
}

/// [`recover`] for a folder that is a target itself, see [`Transaction::beside`].
pub(crate) fn recover_beside(dir: &Path) -> Result<bool, Failure> {
    recover(dir.parent().unwrap_or(Path::new("")))
}

/// Finishes what a killed process began below this root; true if there was something.
pub(crate) fn recover(root: &Path) -> Result<bool, Failure> {
    let dir = root.join(STATE);
    if !dir.join(RECORD).exists() && !dir.join(STAGED).exists() {
        return Ok(false);
    }
    State::enter(root).map(|state| state.was_interrupted)
}

/// The right to change things below a root, which one process has at a time.
struct State {
    dir: PathBuf,
    was_interrupted: bool,
    _lock: File,
}

impl State {
    fn enter(root: &Path) -> Result<Self, Failure> {
        let dir = root.join(STATE);
        fs::create_dir_all(&dir).map_err(Failure::io(&dir))?;
        let lock = lock(&dir.join(LOCK))?;
        let was_interrupted = finish(&dir)?;
        Ok(Self {
            dir,
            was_interrupted,
            _lock: lock,
        })
    }
}

/// Waits until no other process has this file; it is free again when the result is dropped, and that
/// happens however the process ends.
pub(crate) fn lock(path: &Path) -> Result<File, Failure> {
    let lock = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)
        .map_err(Failure::io(path))?;
    lock.lock().map_err(Failure::io(path))?;
    Ok(lock)
}

/// Does what a record says, and clears away what was staged.
fn finish(state: &Path) -> Result<bool, Failure> {
    let record = state.join(RECORD);
    let was_interrupted = match fs::read(&record) {
        Ok(text) => {
            let swaps: Vec<Swap> =
                serde_json::from_slice(&text).map_err(|e| Failure::io(&record)(e.into()))?;
            for swap in &swaps {
                swap.run()?;
            }
            fs::remove_file(&record).map_err(Failure::io(&record))?;
            true
        }
        Err(e) if e.kind() == io::ErrorKind::NotFound => false,
        Err(e) => return Err(Failure::io(&record)(e)),
    };
    let staged = state.join(STAGED);
    match fs::remove_dir_all(&staged) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(Failure::io(&staged)(e)),
        _ => Ok(was_interrupted),
    }
}

impl Swap {
    /// Puts the staged twin in its place, unless that was done.
    fn run(&self) -> Result<(), Failure> {
        let is_done = !self.staged.exists() || self.id.is_some() && id(&self.target) == self.id;
        if is_done {
            return Ok(());
        }
        let Self { target, staged, .. } = self;
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent).map_err(Failure::io(parent))?;
        }
        // A file is replaced, and a folder that is not there yet is put there, by one rename.
        if !target.is_dir() {
            return fs::rename(staged, target).map_err(Failure::io(target));
        }
        if exchange(staged, target).map_err(Failure::io(target))? {
            return Ok(());
        }
        // Where nothing can change places there is a moment without the folder, which the record
        // heals as well: the old one is out of the way, the staged one still is to come.
        let old = staged.with_extension("old");
        fs::rename(target, &old).map_err(Failure::io(target))?;
        fs::rename(staged, target).map_err(Failure::io(target))
    }
}

/// Two folders change places in one step; false where the system does not know how to.
#[cfg(any(target_os = "linux", target_os = "macos"))]
fn exchange(a: &Path, b: &Path) -> io::Result<bool> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    use rustix::io::Errno;
    match renameat_with(CWD, a, CWD, b, RenameFlags::EXCHANGE) {
        Ok(()) => Ok(true),
        Err(Errno::NOSYS | Errno::INVAL | Errno::NOTSUP) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn exchange(_: &Path, _: &Path) -> io::Result<bool> {
    Ok(false)
}

#[cfg(unix)]
fn id(path: &Path) -> Option<u64> {
    use std::os::unix::fs::MetadataExt;
    fs::metadata(path).ok().map(|metadata| metadata.ino())
}

#[cfg(not(unix))]
fn id(_: &Path) -> Option<u64> {
    None
}

/// Builds the new content of a target: what stays is linked, what is new is written.
fn stage(item: &Item, place: &Path) -> Result<(), Failure> {
    let create = |path: &Path| match path.parent() {
        Some(parent) => fs::create_dir_all(parent).map_err(Failure::io(parent)),
        None => Ok(()),
    };
    let wanted = match &item.content {
        Content::File(bytes) => {
            create(place)?;
            return fs::write(place, bytes).map_err(Failure::io(place));
        }
        Content::Folder(wanted) => wanted,
    };
    fs::create_dir_all(place).map_err(Failure::io(place))?;
    // What is not ours must survive.
    for path in tree::everything(&item.target)? {
        let relative = path.strip_prefix(&item.target).unwrap_or(&path);
        let name = tree::display_name(relative);
        let is_other = wanted.contains_key(&name) || item.changes.removed.contains(&name);
        if !is_other {
            let twin = place.join(relative);
            create(&twin)?;
            // A link keeps the time stamp, so that nobody rebuilds what did not change.
            fs::hard_link(&path, &twin)
                .or_else(|_| fs::copy(&path, &twin).map(drop))
                .map_err(Failure::io(&path))?;
        }
    }
    wanted.par_iter().try_for_each(|(name, bytes)| {
        let path = place.join(name);
        create(&path)?;
        fs::write(&path, bytes).map_err(Failure::io(&path))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All files with their content, the state folder left out.
    fn read(root: &Path) -> BTreeMap<String, String> {
        tree::everything(root)
            .unwrap_or_default()
            .into_iter()
            .filter(|path| !path.starts_with(root.join(STATE)))
            .map(|path| {
                let name = tree::display_name(path.strip_prefix(root).expect("below the root"));
                (name, fs::read_to_string(&path).expect("a text"))
            })
            .collect()
    }

    fn part(all: &BTreeMap<String, String>, folder: &str) -> BTreeMap<String, String> {
        let inside = all.iter().filter(|(name, _)| name.starts_with(folder));
        inside
            .map(|(name, text)| (name.clone(), text.clone()))
            .collect()
    }

    fn write(root: &Path, files: &[(&str, &str)]) {
        for (name, text) in files {
            let path = root.join(name);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, text).expect("a file");
        }
    }

    fn map(files: &[(&str, &str)]) -> BTreeMap<String, Vec<u8>> {
        files
            .iter()
            .map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec()))
            .collect()
    }

    const OLD: [(&str, &str); 7] = [
        ("schemas/v1/a.wsdl", "old a"),
        ("schemas/v1/gone.wsdl", "old gone"),
        ("schemas/v1/same.wsdl", "same"),
        ("schemas/notes.txt", "not ours"),
        ("schemas/.hidden", "not ours"),
        ("src/v1/mod.rs", "old code"),
        ("Cargo.toml", "old features"),
    ];

    fn plan(root: &Path) -> Transaction {
        let mut transaction = Transaction::new(root);
        let wanted = map(&[
            ("v1/a.wsdl", "new a"),
            ("v1/same.wsdl", "same"),
            ("v2/b.wsdl", "new b"),
        ]);
        let owned = |name: &str| name.ends_with(".wsdl");
        transaction
            .folder(&root.join("schemas"), wanted, owned)
            .expect("a plan");
        let code = map(&[("v1/mod.rs", "new code"), ("v2/mod.rs", "new code")]);
        transaction
            .folder(&root.join("src"), code, |_| true)
            .expect("a plan");
        transaction
            .folder(&root.join("fresh"), map(&[("x", "new")]), |_| true)
            .expect("a plan");
        transaction
            .file(&root.join("Cargo.toml"), b"new features".to_vec())
            .expect("a plan");
        transaction
    }

    fn expected() -> BTreeMap<String, String> {
        [
            ("Cargo.toml", "new features"),
            ("fresh/x", "new"),
            ("schemas/.hidden", "not ours"),
            ("schemas/notes.txt", "not ours"),
            ("schemas/v1/a.wsdl", "new a"),
            ("schemas/v1/same.wsdl", "same"),
            ("schemas/v2/b.wsdl", "new b"),
            ("src/v1/mod.rs", "new code"),
            ("src/v2/mod.rs", "new code"),
        ]
        .map(|(name, text)| (name.to_owned(), text.to_owned()))
        .into()
    }

    #[test]
    fn all_of_it_and_nothing_else() {
        let root = tempfile::tempdir().expect("a folder");
        write(root.path(), &OLD);
        plan(root.path()).commit().expect("a commit");
        assert_eq!(read(root.path()), expected());
        assert!(!root.path().join(STATE).join(STAGED).exists());
        assert!(!recover(root.path()).expect("nothing to recover"));
    }

    #[test]
    fn old_or_new_wherever_it_stops_and_new_after_the_next_run() {
        let mut seen = 0;
        for stop in 0.. {
            let root = tempfile::tempdir().expect("a folder");
            write(root.path(), &OLD);
            let old = read(root.path());
            let mut points = Vec::new();
            let transaction = plan(root.path());
            transaction
                .commit_until(|point| {
                    points.push(point);
                    points.len() <= stop
                })
                .expect("no error");
            if points.len() <= stop {
                break;
            }
            seen += 1;
            let left = read(root.path());
            for folder in ["schemas/", "src/", "fresh/", "Cargo.toml"] {
                let left = part(&left, folder);
                let is_old = left == part(&old, folder);
                let is_new = left == part(&expected(), folder);
                assert!(is_old || is_new, "{folder} is {left:?} after {points:?}");
            }
            let was_decided = points.contains(&Point::Recorded);
            let is_unfinished = was_decided && !points.contains(&Point::Forgotten);
            let recovered = recover(root.path()).expect("recovery");
            assert_eq!(recovered, is_unfinished, "{points:?}");
            let now = read(root.path());
            assert_eq!(
                now,
                if was_decided { expected() } else { old },
                "{points:?}"
            );
            assert!(!root.path().join(STATE).join(STAGED).exists());
        }
        assert_eq!(seen, 7, "staged, recorded, four swaps, forgotten");
    }

    #[test]
    fn what_did_not_change_is_not_touched() {
        let root = tempfile::tempdir().expect("a folder");
        write(root.path(), &OLD);
        let same = root.path().join("schemas/v1/same.wsdl");
        let before = fs::metadata(&same)
            .and_then(|m| m.modified())
            .expect("a time");
        plan(root.path()).commit().expect("a commit");
        assert_eq!(
            fs::metadata(&same)
                .and_then(|m| m.modified())
                .expect("a time"),
            before
        );

        fs::remove_dir_all(root.path().join(STATE)).expect("a state folder");
        plan(root.path()).commit().expect("a commit");
        assert!(
            !root.path().join(STATE).exists(),
            "nothing to do leaves no trace"
        );
    }

    #[test]
    fn a_target_that_cannot_be_staged_changes_nothing() {
        let root = tempfile::tempdir().expect("a folder");
        write(root.path(), &OLD);
        let old = read(root.path());
        let mut transaction = Transaction::new(root.path());
        transaction
            .file(&root.path().join("Cargo.toml"), b"new".to_vec())
            .expect("a plan");
        let clash = map(&[("a", "a file"), ("a/b", "and a folder")]);
        let planned = transaction.folder(&root.path().join("src"), clash, |_| true);
        assert!(planned.is_ok());
        assert!(transaction.commit().is_err());
        assert_eq!(read(root.path()), old);
        assert!(!root.path().join(STATE).join(STAGED).exists());
    }
}

//! `cargo xtask update` rehearsed: a drop of our own into a small project of our own.

#![allow(clippy::unwrap_used, reason = "a failed test says where")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use expect_test::expect;
use tempfile::TempDir;

use library::{NEW, OLD};

mod library;

/// A project with the runtime of this one and contracts of its own.
struct Project(TempDir);

impl Project {
    /// Services98 and Services99 are imported and generated.
    fn new() -> Self {
        let project = Self(TempDir::new().unwrap());
        let here = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let manifest = fs::read_to_string(here.join("Cargo.toml")).unwrap();
        // What the generated crate is built with; the generator itself is not needed for that.
        let (_, members) = manifest.split_once("\nmembers = [").unwrap();
        let (members, _) = members.split_once(']').unwrap();
        let members: Vec<&str> = members
            .split(',')
            .map(|member| member.trim().trim_matches('"'))
            .filter(|member| ["soap", "mock", "client"].contains(member))
            .collect();
        for member in &members {
            copy(&here.join(member), &project.path(member));
        }
        let list: Vec<String> = members
            .iter()
            .map(|member| format!("{member:?}, "))
            .collect();
        let list = format!("[workspace]\nmembers = [{}\"generated\"]", list.concat());
        let manifest: Vec<&str> = manifest
            .lines()
            .filter(|line| !line.starts_with("members") && !line.starts_with("default-members"))
            .map(|line| {
                if line == "[workspace]" {
                    list.as_str()
                } else {
                    line
                }
            })
            .collect();
        project.put("Cargo.toml", &(manifest.join("\n") + "\n"));
        project.put(
            "CHANGELOG.md",
            "# Changelog\n\n## Unreleased\n\n## 0.1.0\n\n- All.\n",
        );
        fs::copy(here.join("Cargo.lock"), project.path("Cargo.lock")).unwrap();
        // Without the tests and examples, which need contracts that are not here.
        let manifest = fs::read_to_string(here.join("generated/Cargo.toml")).unwrap();
        let (manifest, _) = manifest.split_once("[dev-dependencies]").unwrap();
        let manifest: Vec<&str> = manifest
            .lines()
            .filter(|line| !line.starts_with("services"))
            .collect();
        project.put("generated/Cargo.toml", &(manifest.join("\n") + "\n"));

        project.drop("first/98", "Services98", OLD);
        project.drop("first/99", "Services99", OLD);
        project.ok(&["import", "first", "--date", "2024-01-31"]);
        project.ok(&["codegen"]);
        project
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn put(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Writes a contract as a folder of documents.
    fn drop(&self, folder: &str, version: &str, text: &str) {
        for (name, text) in library::documents(version, text) {
            self.put(&format!("{folder}/{name}"), &text);
        }
    }

    fn xtask(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_xtask"))
            .args(arguments)
            .current_dir(self.0.path())
            .env("CARGO_MANIFEST_DIR", self.path("xtask"))
            // Cargo goes by the times of sources, so no two projects may compile into one place.
            .env("CARGO_TARGET_DIR", self.path("target"))
            .env("CARGO_NET_OFFLINE", "true")
            .output()
            .unwrap()
    }

    /// What a run that goes well prints.
    fn ok(&self, arguments: &[&str]) -> String {
        let output = self.xtask(arguments);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}\n{errors}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Everything that an update may write.
    fn state(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut state = BTreeMap::new();
        let names = [
            "schemas",
            "generated",
            "CHANGELOG.md",
            "Cargo.toml",
            "Cargo.lock",
        ];
        for name in names {
            read(&self.path(name), &mut state);
        }
        state
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let twin = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &twin);
        } else {
            fs::copy(&path, &twin).unwrap();
        }
    }
}

fn read(path: &Path, state: &mut BTreeMap<PathBuf, Vec<u8>>) {
    if path.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            read(&entry.unwrap().path(), state);
        }
    } else {
        state.insert(path.to_owned(), fs::read(path).unwrap());
    }
}

/// How many files are generated is no matter of this test.
fn without_count(output: &str) -> String {
    let lines = output
        .lines()
        .filter(|line| !line.starts_with("generate  "));
    lines.map(|line| format!("{line}\n")).collect()
}

#[test]
fn a_drop_becomes_a_release() {
    let project = Project::new();
    project.drop("second", "Services99", NEW);
    let before = project.state();

    let dry = project.ok(&[
        "update",
        "second",
        "--replace",
        "--dry-run",
        "--date",
        "2024-02-29",
    ]);
    assert_eq!(project.state(), before, "a dry run writes nothing");
    let dry = without_count(&dry);
    expect![[r#"
        diff      Services99: 2 changes break callers, 1 deprecation, 4 additions, 2 neutral changes
        check     services99 without a warning
        version   0.1.0 to 0.2.0: the moving version breaks callers

        ### Services99, drop of 2024-02-29

        Agents +1 ~1, operations +1 −1 ~1, complex types ~1, enums and flag sets ~1, fields of kept types +1 ~1, members of kept enums +1 ~2.

        #### Breaks callers

        - parameter `Library.Lend.Days`: added after `BookId`. Callers pass one argument more: number 2 of 3. On the wire: an older program leaves it out, and the server takes the type's default.
        - field `Book.Shelf`: type `short` became `int`. `i16` became `i32`. On the wire: an older program fails to read it, or misreads it.

        #### Deprecated

        - operation `Library.Burn`: removed. The method stays for a release, deprecated. On the wire: the server refuses its SOAPAction.

        #### Added

        - agent `Catalogue` with `Count`
        - `Book`: fields `Author`
        - `BookState`: members `Reserved`

        #### Other changes

        - enum `BookState`: 2 members got another number by position

        dry run, nothing written
    "#]].assert_eq(&dry);

    project.ok(&["update", "second", "--replace", "--date", "2024-02-29"]);
    expect![[r#"
        # Changelog

        ## Unreleased

        ### Services99, drop of 2024-02-29

        Agents +1 ~1, operations +1 −1 ~1, complex types ~1, enums and flag sets ~1, fields of kept types +1 ~1, members of kept enums +1 ~2.

        #### Breaks callers

        - parameter `Library.Lend.Days`: added after `BookId`. Callers pass one argument more: number 2 of 3. On the wire: an older program leaves it out, and the server takes the type's default.
        - field `Book.Shelf`: type `short` became `int`. `i16` became `i32`. On the wire: an older program fails to read it, or misreads it.

        #### Deprecated

        - operation `Library.Burn`: removed. The method stays for a release, deprecated. On the wire: the server refuses its SOAPAction.

        #### Added

        - agent `Catalogue` with `Count`
        - `Book`: fields `Author`
        - `BookState`: members `Reserved`

        #### Other changes

        - enum `BookState`: 2 members got another number by position

        ## 0.1.0

        - All.
    "#]].assert_eq(&project.text("CHANGELOG.md"));
    let library = project.text("generated/src/services99/library.rs");
    assert!(library.contains("pub fn lend("));
    assert!(library.contains("#[deprecated(note = \"not in the drop of 2024-02-29"));
    let frozen = project.text("generated/src/services98/library.rs");
    assert!(
        frozen.contains("pub fn burn("),
        "the other version is as it was"
    );
    assert!(project.path("schemas/services99/Catalogue.wsdl").exists());
    project.ok(&["codegen", "--check"]);

    let again = project.ok(&["update", "second", "--replace"]);
    expect![[r#"
        nothing in it is new; nothing written
    "#]]
    .assert_eq(&again);
}

/// An operation with types that only it needs.
const BAN: &str = "
    Library.Ban(Reader: Offender?) -> ArrayOfFine?
    struct Offender { Name: string?, Offence: Offence, Password: string? }
    struct Fine { Amount: double, For: Offender? }
    array ArrayOfFine { Fine: Fine? }
    enum Offence { Noise, Fire }
";

#[test]
fn what_vanishes_stays_for_a_release() {
    let project = Project::new();
    project.drop("with", "Services99", &format!("{OLD}{BAN}"));
    project.drop("without", "Services99", OLD);
    project.ok(&["import", "with", "--replace"]);
    project.ok(&["codegen"]);
    let before = project.ok(&["stats"]);
    let update = ["update", "without", "--replace", "--date", "2024-02-29"];

    let retired = without_count(&project.ok(&update));
    expect![[r#"
        diff      Services99: nothing breaks callers, 4 deprecations, no addition, 1 neutral change
        check     services99 without a warning
        version   0.1.0 to 0.1.1: nothing breaks callers, and what vanished is deprecated

        ### Services99, drop of 2024-02-29

        Agents ~1, operations −1, complex types −3, enums and flag sets −1.

        #### Deprecated

        - operation `Library.Ban`: removed. The method stays for a release, deprecated. On the wire: the server refuses its SOAPAction.
        - struct `Fine`: removed. The type stays as long as deprecated methods need it. On the wire: nothing carries it any longer.
        - enum `Offence`: removed. The type stays as long as deprecated methods need it. On the wire: nothing carries it any longer.
        - struct `Offender`: removed. The type stays as long as deprecated methods need it. On the wire: nothing carries it any longer.

        #### Other changes

        - array `ArrayOfFine`: removed

        schemas/, generated/ and CHANGELOG.md are written; set the version and commit
    "#]]
    .assert_eq(&retired);
    let library = project.text("generated/src/services99/library.rs");
    let method = library
        .lines()
        .map(str::trim)
        .skip_while(|line| !line.contains("`Library/Ban`"));
    let method: Vec<&str> = method.take(3).collect();
    expect![[r#"
        /// `Library/Ban`, since Services99, not in the drop of 2024-02-29.
        #[deprecated(note = "not in the drop of 2024-02-29, goes with a later release")]
        pub fn ban(&self, reader: impl EntityArg<Offender>) -> Call<Vec<Fine>> {"#]]
    .assert_eq(&method.join("\n"));
    assert!(library.contains("pub struct Offender {"));
    assert!(library.contains("password: \"Password\" [soap::Secret]"));
    let mock = project.text("generated/src/services99/mock.txt");
    assert!(!mock.contains("Ban"), "a mock is as the server is");
    project.ok(&["codegen", "--check"]);

    // The contract is what the drop says.
    let counted = |stats: &str| {
        let line = stats.lines().find(|line| line.starts_with("services99"));
        let numbers = line.unwrap().split_whitespace().skip(1);
        numbers.map(|n| n.parse().unwrap()).collect::<Vec<u32>>()
    };
    let (before, now) = (counted(&before), counted(&project.ok(&["stats"])));
    let lost: Vec<i64> = before
        .iter()
        .zip(&now)
        .map(|(a, b)| i64::from(*a) - i64::from(*b))
        .collect();
    // Agents, operations, structs, fields, own fields, enums, flag sets, members, retired.
    assert_eq!(lost, [0, 1, 2, 5, 5, 1, 0, 2, -1]);
    let place = project.ok(&["where", "Library.Lend"]);
    assert!(place.contains("Services98 … Services99"), "{place}");
    let gone = project.xtask(&["where", "Library.Ban"]);
    assert_eq!(gone.status.code(), Some(1), "no contract has it");

    // Another drop before the release.
    let again = project.ok(&update);
    assert!(again.contains("nothing in it is new"), "{again}");

    let manifest = project.text("Cargo.toml");
    let released = manifest.replace("version = \"0.1.0\"", "version = \"0.1.1\"");
    assert_ne!(released, manifest);
    project.put("Cargo.toml", &released);
    let gone = without_count(&project.ok(&update));
    expect![[r#"
        diff      Services99: 4 changes break callers, no addition, no neutral change
        check     services99 without a warning
        version   0.1.1 to 0.2.0: the moving version breaks callers

        ### Services99, drop of 2024-02-29

        The contract is as it was.

        #### Breaks callers

        - operation `Library.Ban`: no longer kept. The method, deprecated since an earlier drop, is gone.
        - struct `Fine`: no longer kept. The type went with the deprecated methods that needed it.
        - enum `Offence`: no longer kept. The type went with the deprecated methods that needed it.
        - struct `Offender`: no longer kept. The type went with the deprecated methods that needed it.

        schemas/, generated/ and CHANGELOG.md are written; set the version and commit
    "#]]
    .assert_eq(&gone);
    let library = project.text("generated/src/services99/library.rs");
    assert!(!library.contains("Offender"));
    let types = project.text("schemas/services99/types.xsd");
    assert!(!types.contains("retired"));
    project.ok(&["codegen", "--check"]);
    project.ok(&["stats"]);
}

#[test]
fn a_frozen_version_that_breaks_and_a_new_one() {
    let project = Project::new();
    project.drop("third/98", "Services98", NEW);
    project.drop("third/100", "Services100", NEW);
    let dry = without_count(&project.ok(&["update", "third", "--replace", "--dry-run"]));
    let lines: Vec<&str> = dry
        .lines()
        .filter(|line| !line.starts_with('-'))
        .take(8)
        .collect();
    expect![[r#"
        diff      Services98: 2 changes break callers, 1 deprecation, 4 additions, 2 neutral changes
        diff      Services100: a new version, 2 agents, 4 operations
        check     services98, services100 without a warning
        version   0.1.0 to 0.2.0: a frozen version breaks callers

        ### Services98

        Agents +1 ~1, operations +1 −1 ~1, complex types ~1, enums and flag sets ~1, fields of kept types +1 ~1, members of kept enums +1 ~2."#]]
    .assert_eq(&lines.join("\n"));
}

#[test]
fn a_step_that_fails_changes_nothing() {
    let project = Project::new();
    project.drop("second", "Services99", NEW);
    let fails = |what: &str| {
        let before = project.state();
        let output = project.xtask(&["update", "second", "--replace"]);
        assert_eq!(output.status.code(), Some(1), "{what}");
        assert_eq!(project.state(), before, "{what}");
        String::from_utf8_lossy(&output.stderr).into_owned()
    };

    let types = project.text("second/types.xsd");
    project.put(
        "second/types.xsd",
        &types.replace("xs:sequence", "xs:choice"),
    );
    assert!(fails("an unsupported construct").contains("choice"));

    project.put("second/types.xsd", &types[..types.len() / 2]);
    assert!(fails("a truncated document").contains("second/types.xsd"));

    project.put("second/types.xsd", &types);
    let names = project.text("schemas/names.tsv");
    project.put(
        "schemas/names.tsv",
        &names.replace("field\tTitle\ttitle", "field\tTitle\tid"),
    );
    assert!(fails("two names that meet").contains("name-clash"));

    project.put("schemas/names.tsv", &names);
    let soap = project.text("soap/src/lib.rs");
    project.put(
        "soap/src/lib.rs",
        &format!("{soap}\ncompile_error!(\"not today\");\n"),
    );
    assert!(fails("a crate that does not compile").contains("not today"));

    project.put("soap/src/lib.rs", &soap);
    project.ok(&["update", "second", "--replace"]);
}

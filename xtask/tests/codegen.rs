//! `cargo xtask codegen` and `stats` as their user meets them: what is written, what a check says.

#![allow(clippy::unwrap_used, reason = "a failed test says where")]

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use tempfile::TempDir;

use library::{NEW, OLD};

mod library;

/// A folder with contracts of our own in `schemas/`, and a crate `made/` that follows them.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        let place = Self(TempDir::new().unwrap());
        fs::create_dir(place.path("drop")).unwrap();
        for (name, text) in library::documents("Services99", NEW) {
            fs::write(place.path("drop").join(name), text).unwrap();
        }
        place.succeeds(&["import", "--schemas", "schemas", "drop"]);
        place.codegen(&[]);
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_xtask"))
            .args(arguments)
            .current_dir(self.0.path())
            .output()
            .unwrap()
    }

    #[track_caller]
    fn succeeds(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        String::from_utf8(output.stdout).unwrap()
    }

    #[track_caller]
    fn fails(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
        stderr(&output)
    }

    #[track_caller]
    fn codegen(&self, more: &[&str]) -> String {
        let mut arguments = vec!["codegen", "--schemas", "schemas", "--out", "made"];
        arguments.extend(more);
        self.succeeds(&arguments)
    }

    #[track_caller]
    fn check_fails(&self) -> String {
        self.fails(&[
            "codegen",
            "--schemas",
            "schemas",
            "--out",
            "made",
            "--check",
        ])
    }

    fn version(&self) -> String {
        let folders = fs::read_dir(self.path("made/src")).unwrap();
        let names = folders.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names
            .into_iter()
            .find(|name| name.starts_with("services"))
            .unwrap()
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_second_run_writes_nothing() {
    let place = Place::new();
    let library = format!("made/src/{}/library.rs", place.version());
    let before = fs::metadata(place.path(&library))
        .unwrap()
        .modified()
        .unwrap();
    let said = place.codegen(&[]);
    assert!(said.contains("0 files written, 0 removed"), "{said}");
    assert!(said.contains("processor time"), "{said}");
    let after = fs::metadata(place.path(&library))
        .unwrap()
        .modified()
        .unwrap();
    assert_eq!(before, after, "whoever builds need not build again");
    place.codegen(&["--check"]);
}

#[test]
fn a_check_names_what_is_stale_missing_and_extra_and_mends_nothing() {
    let place = Place::new();
    let version = place.version();
    let [library, catalogue, extra] =
        ["library", "catalogue", "gone"].map(|name| format!("made/src/{version}/{name}.rs"));
    fs::write(place.path(&library), "// edited\n").unwrap();
    fs::remove_file(place.path(&catalogue)).unwrap();
    fs::write(place.path(&extra), "").unwrap();

    let said = place.check_fails();
    assert!(said.contains(&format!("stale    {library}")), "{said}");
    assert!(said.contains(&format!("missing  {catalogue}")), "{said}");
    assert!(said.contains(&format!("extra    {extra}")), "{said}");
    assert!(
        said.contains("run `cargo xtask codegen --schemas schemas --out made`"),
        "{said}"
    );
    assert_eq!(place.read(&library), "// edited\n");

    let said = place.codegen(&[]);
    assert!(said.contains("2 files written, 1 removed"), "{said}");
    place.codegen(&["--check"]);
}

#[test]
fn the_manifest_follows_the_contracts() {
    let place = Place::new();
    let manifest = place.read("made/Cargo.toml");
    let feature = format!("{} = []\n", place.version());
    assert!(manifest.contains(&feature), "{manifest}");
    fs::write(
        place.path("made/Cargo.toml"),
        manifest.replace(&feature, ""),
    )
    .unwrap();
    let said = place.check_fails();
    assert!(said.contains("stale    made/Cargo.toml"), "{said}");
}

#[test]
fn only_one_agent_is_written() {
    let place = Place::new();
    let version = place.version();
    let [library, catalogue] =
        ["library", "catalogue"].map(|name| format!("made/src/{version}/{name}.rs"));
    fs::write(place.path(&library), "// edited\n").unwrap();
    fs::write(place.path(&catalogue), "// edited\n").unwrap();
    place.codegen(&["--only", &format!("{version}/Library")]);
    assert_ne!(place.read(&library), "// edited\n");
    assert_eq!(place.read(&catalogue), "// edited\n");

    let output = place.run(&[
        "codegen",
        "--schemas",
        "schemas",
        "--out",
        "made",
        "--only",
        "x",
    ]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains(&version), "{}", stderr(&output));
}

#[test]
fn a_broken_contract_writes_nothing() {
    let place = Place::new();
    let version = place.version();
    let library = format!("made/src/{version}/library.rs");
    fs::write(place.path(&library), "// edited\n").unwrap();
    let wsdl = format!("schemas/{version}/Library.wsdl");
    let text = place.read(&wsdl);
    fs::write(place.path(&wsdl), &text[..text.len() / 2]).unwrap();
    let said = place.fails(&["codegen", "--schemas", "schemas", "--out", "made"]);
    assert!(said.contains(&format!("{wsdl}:")), "{said}");
    assert!(said.contains("nothing written"), "{said}");
    assert_eq!(place.read(&library), "// edited\n");
}

#[test]
fn stats_for_machines_say_since_when_and_until_when() {
    let place = Place::new();
    fs::create_dir(place.path("older")).unwrap();
    for (name, text) in library::documents("Services98", OLD) {
        fs::write(place.path("older").join(name), text).unwrap();
    }
    place.succeeds(&["import", "--schemas", "schemas", "older"]);
    place.codegen(&[]);
    let stats = ["stats", "--json", "--schemas", "schemas", "--out", "made"];
    let report: serde_json::Value = serde_json::from_str(&place.succeeds(&stats)).unwrap();
    assert_eq!(report["services98"]["operations"], 4);
    assert_eq!(report["services99"]["operations"], 4);
    assert_eq!(report["total"]["operations"], 8);
    let all = report["availability"].as_array().unwrap();
    let of = |kind: &str, name: &str| {
        let mut found = all
            .iter()
            .filter(|it| it["kind"] == kind && it["name"] == name);
        let one = found
            .next()
            .unwrap_or_else(|| panic!("there is no {kind} {name}"));
        assert!(found.next().is_none(), "{kind} {name} is there twice");
        (one["since"].as_str().unwrap(), one["until"].as_str())
    };
    let always = ("Services98", None);
    let new = ("Services99", None);
    assert_eq!(of("operation", "Library.Lend"), always);
    assert_eq!(
        of("operation", "Library.Burn"),
        ("Services98", Some("Services98"))
    );
    assert_eq!(of("agent", "Catalogue"), new);
    assert_eq!(of("operation", "Catalogue.Count"), new);
    assert_eq!(of("struct", "Book"), always);
    assert_eq!(of("field", "Book.Title"), always);
    assert_eq!(of("field", "Book.Author"), new);
    assert_eq!(of("enum", "BookState"), always);
    assert_eq!(of("member", "BookState.Lent"), always);
    assert_eq!(of("member", "BookState.Reserved"), new);
}

#[test]
fn stats_count_the_source_against_the_contracts() {
    let place = Place::new();
    let stats = ["stats", "--schemas", "schemas", "--out", "made"];
    place.succeeds(&stats);
    let library = format!("made/src/{}/library.rs", place.version());
    let text = place.read(&library);

    // A method, and a statement that reads a field, are lost.
    let method = text.find("    pub fn ").unwrap();
    let end = method + text[method..].find("\n    }\n").unwrap() + "\n    }\n".len();
    fs::write(
        place.path(&library),
        format!("{}{}", &text[..method], &text[end..]),
    )
    .unwrap();
    let said = place.fails(&stats);
    assert!(said.contains("operations in the source"), "{said}");
    assert!(said.contains("run `cargo xtask codegen`"), "{said}");
}

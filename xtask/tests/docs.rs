//! `cargo xtask codegen --docs` as its user meets it, with a contract and words of our own.

#![allow(clippy::unwrap_used, reason = "a failed test says where")]

mod library;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use expect_test::expect;
use tempfile::TempDir;

const PAGE: &str = "# Services9 Library Lend

## Lend

Lends a book.
<para /><b>Online Restricted:</b> Readers only.

* **bookId:** The <see cref=\"T:Own.Services.Book\"/>.
* **reader:** Who takes it, see https://example.org/readers.

## Lend Request
";

const YAML: &str = "### YamlMime:ManagedReference
items:
- uid: Own.Services.Book
  type: Class
  parent: Own.Services
  summary: A book &amp; where it stands.
- uid: Own.Services.Book.Shelf
  type: Property
  parent: Own.Services.Book
  summary: \"Counted from <code>1</code>.\"
- uid: Own.Data.BookState
  type: Enum
  parent: Own.Data
- uid: Own.Data.BookState.Lost
  type: Field
  parent: Own.Data.BookState
  summary: Nobody knows.
";

fn put(dir: &Path, name: &str, text: &str) {
    let path = dir.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn xtask(dir: &TempDir, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(arguments)
        .args(["--schemas", "schemas"])
        .current_dir(dir.path())
        .output()
        .unwrap()
}

#[test]
fn words_are_woven_into_a_crate_elsewhere() {
    let dir = TempDir::new().unwrap();
    let mut documents = library::documents("Services9", library::OLD);
    documents.extend(
        library::documents("Services10", library::NEW)
            .into_iter()
            .map(|(name, text)| (format!("newer/{name}"), text)),
    );
    for (name, text) in documents {
        put(dir.path(), &format!("drop/{name}"), &text);
    }
    assert!(xtask(&dir, &["import", "drop"]).status.success());
    put(dir.path(), "docs/Services9/Library/Lend.md", PAGE);
    put(dir.path(), "docs/netserver/Own.Services.Book.yml", YAML);
    put(dir.path(), "docs/toc.yml", "- name: not docfx's\n");

    let output = xtask(&dir, &["codegen", "--docs", "docs", "--out", "described"]);
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    let printed = text(&output.stdout);
    let table: Vec<&str> = printed
        .lines()
        .skip_while(|line| !line.starts_with("described"))
        .take(3)
        .collect();
    expect![[r#"
        described   operations  parameters  structs  fields  enums  members
        Services9        1+2/4         2/5      1/4     1/9    0/1      1/3
        Services10       1+2/4         2/5      1/4    1/10    0/1      1/4"#]]
    .assert_eq(&table.join("\n"));

    let read = |name: &str| fs::read_to_string(dir.path().join("described").join(name)).unwrap();
    let agent = read("src/services10/library.rs");
    let lines = |text: &str| text.lines().map(str::trim).collect::<Vec<_>>().join("\n");
    let method = agent
        .split("pub fn lend")
        .next()
        .unwrap()
        .rsplit("\n\n")
        .next()
        .unwrap();
    expect![[r#"
            /// Lends a book.
            ///
            /// **Online Restricted:** Readers only.
            ///
            /// * `book_id`: The [`Book`](crate::services10::Book).
            /// * `reader`: Who takes it, see <https://example.org/readers>.
            ///
            /// `Library/Lend`, since Services9.
    "#]]
    .assert_eq(&lines(method));
    let book = agent
        .split("pub struct Book ")
        .nth(1)
        .unwrap()
        .split('}')
        .next()
        .unwrap();
    expect![[r#"
        {
        /// `Id`: `xs:int`.
        pub id: i32,
        /// `Title`: `xs:string`.
        pub title: Option<String>,
        /// `Author`: `xs:string`, since Services10.
        pub author: Option<String>,
        /// Counted from `1`.
        ///
        /// `Shelf`: `xs:int`.
        pub shelf: i32,
        /// `State`: `BookState`.
        pub state: BookState,
        /// What the contract does not know.
        pub extra: Extra,"#]]
    .assert_eq(&lines(book));
    assert!(
        agent.contains("    /// Nobody knows.\n    ///\n    /// `Lost`"),
        "{agent}"
    );
    assert!(read("Cargo.toml").contains("services10 = []"));

    // Without the option the same contract gives facts alone.
    assert!(xtask(&dir, &["codegen", "--out", "plain"]).status.success());
    let plain = fs::read_to_string(dir.path().join("plain/src/services10/library.rs")).unwrap();
    assert!(!plain.contains("Lends a book") && !plain.contains("redundant_explicit_links"));
}

#[test]
fn the_checked_in_crate_takes_no_words() {
    let dir = TempDir::new().unwrap();
    put(dir.path(), "docs/Lend.md", PAGE);
    let own = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .join("generated");
    for out in [own.clone(), own.join("src/.."), own.join("new/folder")] {
        let output = xtask(
            &dir,
            &["codegen", "--docs", "docs", "--out", out.to_str().unwrap()],
        );
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains("takes no text of the vendor's"), "{said}");
    }
    let output = xtask(&dir, &["codegen", "--docs", "docs"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn broken_words_are_a_mistake() {
    let dir = TempDir::new().unwrap();
    for (name, text) in library::documents("Services9", library::OLD) {
        put(dir.path(), &format!("drop/{name}"), &text);
    }
    assert!(xtask(&dir, &["import", "drop"]).status.success());
    put(
        dir.path(),
        "docs/broken.yml",
        "### YamlMime:ManagedReference\nitems:\n- uid: \"Own\n",
    );
    let output = xtask(&dir, &["codegen", "--docs", "docs", "--out", "described"]);
    assert_eq!(output.status.code(), Some(1));
    expect![[r#"
        error[malformed-yaml]: the YAML is malformed: while scanning a quoted scalar, found unexpected end of stream
         --> docs/broken.yml:3:8
          |
        3 | - uid: "Own
          |        ^ here

        error: 1 problem, nothing written
    "#]].assert_eq(&String::from_utf8(output.stderr).unwrap());
    assert!(!dir.path().join("described").exists());
}

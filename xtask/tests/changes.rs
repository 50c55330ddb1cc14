//! `cargo xtask diff` and `where` as their user meets them.

#![allow(clippy::unwrap_used, reason = "a failed test says where")]

use std::fs;
use std::process::{Command, Output};

use expect_test::{Expect, expect};
use tempfile::TempDir;

use library::{NEW, OLD};

mod library;

/// A project whose Services98 is the old contract and whose Services99 is the new one.
struct Project(TempDir);

impl Project {
    fn new() -> Self {
        let project = Self(TempDir::new().unwrap());
        project.drop("drop/98", "Services98", OLD);
        project.drop("drop/99", "Services99", NEW);
        project.xtask(&["import", "drop"], 0);
        project
    }

    fn drop(&self, folder: &str, version: &str, text: &str) {
        let folder = self.0.path().join(folder);
        fs::create_dir_all(&folder).unwrap();
        for (name, text) in library::documents(version, text) {
            fs::write(folder.join(name), text).unwrap();
        }
    }

    fn xtask(&self, arguments: &[&str], code: i32) -> Output {
        let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
            .args(arguments)
            .current_dir(self.0.path())
            .env("CARGO_MANIFEST_DIR", self.0.path().join("xtask"))
            .output()
            .unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}\n{errors}");
        output
    }

    fn check(&self, arguments: &[&str], expected: Expect) {
        let output = self.xtask(arguments, 0);
        expected.assert_eq(&String::from_utf8(output.stdout).unwrap());
    }

    fn check_error(&self, arguments: &[&str], code: i32, expected: Expect) {
        let output = self.xtask(arguments, code);
        expected.assert_eq(&String::from_utf8(output.stderr).unwrap());
    }
}

#[test]
fn a_summary_first() {
    Project::new().check(
        &["diff", "services98", "services99"],
        expect![[r#"
        Services98 → Services99: 3 changes break callers, 4 additions, 2 neutral changes

                                   added removed changed
        agents                         1       0       1
        operations                     1       1       1
        complex types                  0       0       1
        enums and flag sets            0       0       1
        fields of kept types           1       0       1
        members of kept enums          1       0       2

        breaks callers
          operation Library.Burn removed  [schemas/services98/Library.wsdl:102:27]
            rust: `library().burn`, the method is gone
            wire: the server refuses its SOAPAction
          parameter Library.Lend.Days added after `BookId`  [schemas/services99/Library.wsdl:43:31]
            rust: `library().lend`, callers pass one argument more: number 2 of 3
            wire: an older program leaves it out, and the server takes the type's default
          field Book.Shelf type `short` became `int`  [schemas/services99/types.xsd:23:25]
            rust: `Book::shelf`, `i16` became `i32`
            wire: an older program fails to read it, or misreads it

        agents
          + Catalogue: operations +1
          ~ Library: operations −1 ~1

        `--agent NAME` shows the changes of one agent, `--full` all of them.
    "#]],
    );
}

#[test]
fn one_agent() {
    let project = Project::new();
    project.check(
        &["diff", "services98", "services99", "--agent", "library"],
        expect![[r#"
            Services98 → Services99: 3 changes break callers, 2 additions, 2 neutral changes

                                       added removed changed
            agents                         0       0       1
            operations                     0       1       1
            complex types                  0       0       1
            enums and flag sets            0       0       1
            fields of kept types           1       0       1
            members of kept enums          1       0       2

            agents
              ~ agent Library
                ! operation Burn: removed  [schemas/services98/Library.wsdl:102:27]
                  rust: `library().burn`, the method is gone
                  wire: the server refuses its SOAPAction
                ~ operation Lend
                  ! parameter Days: added after `BookId`  [schemas/services99/Library.wsdl:43:31]
                    rust: `library().lend`, callers pass one argument more: number 2 of 3
                    wire: an older program leaves it out, and the server takes the type's default

            types
              ~ struct Book
                + field Author: added after `Title`
                ! field Shelf: type `short` became `int`  [schemas/services99/types.xsd:23:25]
                  rust: `Book::shelf`, `i16` became `i32`
                  wire: an older program fails to read it, or misreads it
              ~ enum BookState
                + member Reserved: added after `Free`
                = 2 members from Lent to Lost: another number, which does not travel
        "#]],
    );
    project.check_error(
        &["diff", "services98", "services99", "--agent", "Bookshop"],
        2,
        expect![[r#"
            error: neither side has an agent `Bookshop`
        "#]],
    );
}

#[test]
fn everything() {
    Project::new().check(
        &["diff", "services98", "services99", "--full"],
        expect![[r#"
            Services98 → Services99: 3 changes break callers, 4 additions, 2 neutral changes

                                       added removed changed
            agents                         1       0       1
            operations                     1       1       1
            complex types                  0       0       1
            enums and flag sets            0       0       1
            fields of kept types           1       0       1
            members of kept enums          1       0       2

            agents
              + agent Catalogue: added  [schemas/services99/Catalogue.wsdl:42:24]
                rust: `catalogue()`, a new module, a new method on the client
                wire: an older program never calls it
                + operation Count: added  [schemas/services99/Catalogue.wsdl:43:27]
                  rust: `catalogue().count`, a new method
                  wire: an older program never calls it
              ~ agent Library  [schemas/services99/Library.wsdl:84:24]
                ! operation Burn: removed  [schemas/services98/Library.wsdl:102:27]
                  rust: `library().burn`, the method is gone
                  wire: the server refuses its SOAPAction
                ~ operation Lend  [schemas/services99/Library.wsdl:93:27]
                  ! parameter Days: added after `BookId`  [schemas/services99/Library.wsdl:43:31]
                    rust: `library().lend`, callers pass one argument more: number 2 of 3
                    wire: an older program leaves it out, and the server takes the type's default

            types
              ~ struct Book  [schemas/services99/types.xsd:18:25]
                + field Author: added after `Title`  [schemas/services99/types.xsd:22:25]
                  rust: `Book::author`, a new field, filled by `..Default::default()`
                  wire: an older reader ignores it, or keeps it in `extra`
                ! field Shelf: type `short` became `int`  [schemas/services99/types.xsd:23:25]
                  rust: `Book::shelf`, `i16` became `i32`
                  wire: an older program fails to read it, or misreads it
              ~ enum BookState  [schemas/services99/types.xsd:27:24]
                + member Reserved: added after `Free`  [schemas/services99/types.xsd:30:30]
                  rust: `BookState::Reserved`, a new variant; a `match` has a wildcard arm
                  wire: an older reader meets it as `Unrecognized`
                = member Lent: value 1 became 2  [schemas/services99/types.xsd:31:30]
                  rust: `BookState::Lent`, `value()` follows the position; do not store it
                  wire: names travel, not numbers
                = member Lost: value 2 became 3  [schemas/services99/types.xsd:32:30]
                  rust: `BookState::Lost`, `value()` follows the position; do not store it
                  wire: names travel, not numbers
        "#]],
    );
}

#[test]
fn for_a_changelog() {
    Project::new().check(
        &["diff", "services98", "services99", "--format", "markdown"],
        expect![[r#"
            ## Services98 to Services99

            Agents +1 ~1, operations +1 −1 ~1, complex types ~1, enums and flag sets ~1, fields of kept types +1 ~1, members of kept enums +1 ~2.

            ### Breaks callers

            - operation `Library.Burn`: removed. The method is gone. On the wire: the server refuses its SOAPAction.
            - parameter `Library.Lend.Days`: added after `BookId`. Callers pass one argument more: number 2 of 3. On the wire: an older program leaves it out, and the server takes the type's default.
            - field `Book.Shelf`: type `short` became `int`. `i16` became `i32`. On the wire: an older program fails to read it, or misreads it.

            ### Added

            - agent `Catalogue` with `Count`
            - `Book`: fields `Author`
            - `BookState`: members `Reserved`

            ### Other changes

            - enum `BookState`: 2 members got another number by position
        "#]],
    );
}

#[test]
fn for_a_machine() {
    let project = Project::new();
    let output = project.xtask(&["diff", "services98", "services99", "--format", "json"], 0);
    let diff: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(diff["from"], "Services98");
    assert_eq!(diff["summary"]["operations"]["removed"], 1);
    let library = diff["agents"].as_array().unwrap().iter();
    let library = library
        .clone()
        .find(|agent| agent["name"] == "Library")
        .unwrap();
    let burn = library["children"].as_array().unwrap().iter();
    let burn = burn
        .clone()
        .find(|operation| operation["name"] == "Burn")
        .unwrap();
    expect![[r#"
        {
          "at": "schemas/services98/Library.wsdl:102:27",
          "changes": [
            {
              "rust": "the method is gone",
              "weight": "breaking",
              "what": "removed",
              "wire": "the server refuses its SOAPAction"
            }
          ],
          "kind": "operation",
          "name": "Burn",
          "rust": "burn",
          "weight": "breaking"
        }"#]]
    .assert_eq(&serde_json::to_string_pretty(burn).unwrap());
}

#[test]
fn sides_of_every_kind() {
    let project = Project::new();
    for side in ["drop/98", "drop:services98", "SERVICES98"] {
        let output = project.xtask(&["diff", "services98", side], 0);
        let same = format!("Services98 of services98 → Services98 of {side}: no difference\n");
        assert_eq!(String::from_utf8_lossy(&output.stdout), same);
    }
    project.check_error(
        &["diff", "services98", "services97"],
        2,
        expect![[r#"
        error: there is no schemas/services97; `cargo xtask import` writes it
    "#]],
    );
    project.check_error(&["diff", "services98", "nowhere"], 2, expect![[r#"
        error: `nowhere` is no version (`services88`), no path and no git revision; a path or revision may end in `:services88`
    "#]]);
    project.check_error(
        &["diff", "drop", "drop"],
        2,
        expect![[r#"
        error: it holds Services98, Services99; name one of them behind a colon
    "#]],
    );
}

#[test]
fn a_revision_with_the_names_of_its_day() {
    let project = Project::new();
    let git = |arguments: &[&str]| {
        Command::new("git")
            .args(["-c", "user.name=test", "-c", "user.email=test@example.com"])
            .args(arguments)
            .current_dir(project.0.path())
            .output()
    };
    if git(&["init", "-q"]).is_err() {
        // Everything else works without git, and so may whoever runs this.
        return;
    }
    project.xtask(&["codegen"], 0);
    git(&["add", "schemas"]).unwrap();
    git(&["commit", "-q", "-m", "first"]).unwrap();
    let names = project.0.path().join("schemas/names.tsv");
    let text = fs::read_to_string(&names).unwrap();
    fs::write(
        &names,
        text.replace("method\tGetBook\tget_book", "method\tGetBook\tbook"),
    )
    .unwrap();
    project.check(&["diff", "HEAD", "services99", "--full"], expect![[r#"
        Services99 of HEAD → Services99 of services99: 1 change breaks callers, no addition, no neutral change

                                   added removed changed
        agents                         0       0       1
        operations                     0       0       1
        complex types                  0       0       0
        enums and flag sets            0       0       0
        fields of kept types           0       0       0
        members of kept enums          0       0       0

        agents
          ~ agent Library  [schemas/services99/Library.wsdl:84:24]
            ! operation GetBook: Rust name `get_book` became `book`  [schemas/services99/Library.wsdl:89:27]
              rust: `library().book`, callers write the other name
              wire: the same as before
    "#]]);
    project.check(
        &["diff", "HEAD:services98", "HEAD:services98"],
        expect![[r#"
            Services98 of HEAD:services98 → Services98 of HEAD:services98: no difference
        "#]],
    );
    project.check_error(
        &["diff", "HEAD", "HEAD"],
        2,
        expect![[r#"
        error: which version of HEAD? Write `HEAD:services88`
    "#]],
    );
}

#[test]
fn where_a_name_exists() {
    let project = Project::new();
    project.check(
        &["where", "Lend"],
        expect![[r#"
        operation Library.Lend
          library().lend(book_id, days, reader) -> Call<()>
          Services98                 Lend(BookId: int, Reader: string)
          Services99                 Lend(BookId: int, Days: int, Reader: string)
                                       Days added after `BookId` (breaking)
    "#]],
    );
    project.check(
        &["where", "get_book"],
        expect![[r#"
        operation Library.GetBook
          library().get_book(id) -> Call<Option<Book>>
          Services98 … Services99    GetBook(Id: int) -> Book
    "#]],
    );
    project.check(
        &["where", "Book"],
        expect![[r#"
        struct Book
          Book
          Services98                 struct, 4 fields
          Services99                 struct, 5 fields
                                       Author added after `Title` (addition)
                                       Shelf type `short` became `int` (breaking)
    "#]],
    );
    project.check(
        &["where", "Book.Shelf"],
        expect![[r#"
        field Book.Shelf
          Book::shelf: i32
          Services98                 Shelf: short
          Services99                 Shelf: int
                                       Shelf type `short` became `int` (breaking)
    "#]],
    );
    project.check(
        &["where", "BookState::Reserved"],
        expect![[r#"
        member BookState.Reserved
          BookState::Reserved
          Services99                 Reserved = 1
    "#]],
    );
    project.check(
        &["where", "Burn"],
        expect![[r#"
        operation Library.Burn
          library().burn(id) -> Call<()>
          Services98                 Burn(Id: int)
    "#]],
    );
    project.check(
        &["where", "Library"],
        expect![[r#"
        agent Library
          library()
          Services98                 service Library
          Services99                 service Library
                                       Burn removed (breaking)
    "#]],
    );
    project.check_error(&["where", "Lent2"], 1, expect![[r#"
        error: no version from Services98 to Services99 has anything called `Lent2`; there is `BookState.Lent`, `Library.Lend`
    "#]]);
}

#[test]
fn problems_as_json() {
    let project = Project::new();
    let path = project.0.path().join("drop/99/types.xsd");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replacen("xs:sequence", "xs:choice", 2)).unwrap();
    let messages = |arguments: &[&str], code| -> Vec<serde_json::Value> {
        let output = project.xtask(arguments, code);
        let errors = String::from_utf8(output.stderr).unwrap();
        errors
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    };
    let found = messages(&["import", "drop", "--message-format", "json"], 1);
    assert_eq!(found[0]["reason"], "diagnostic");
    assert_eq!(found[0]["at"]["file"], "drop/99/types.xsd");
    assert!(found[0]["at"]["line"].as_u64().unwrap() > 1);
    assert!(found[0]["code"].is_string());
    let usage = messages(
        &["--message-format", "json", "diff", "nowhere", "services98"],
        2,
    );
    assert_eq!(usage[0]["kind"], "usage");
    let missing = messages(&["--message-format", "json", "import", "no/such/folder"], 2);
    assert_eq!(missing[0]["kind"], "io");
}

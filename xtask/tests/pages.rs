//! Pages of operations as the input of `cargo xtask import`.

#![allow(clippy::unwrap_used, reason = "a failed test says where")]

mod library;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use expect_test::{Expect, expect};
use tempfile::TempDir;

const NAMESPACE: &str = "urn:example/Services9";

/// A page of the agent `Library`, with the insides of the two wrappers.
fn page(operation: &str, request: &str, response: &str) -> String {
    let envelope = |wrapper: &str, inside: &str| {
        format!(
            "```xml\n<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"\n  xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\"\n  xmlns:x=\"http://www.w3.org/2001/XMLSchema\"\n  xmlns:n=\"{NAMESPACE}\">\n<n:ApplicationToken/><n:Credentials/>\n<s:Body>\n<n:{wrapper}>{inside}</n:{wrapper}>\n</s:Body>\n</s:Envelope>\n```\n"
        )
    };
    format!(
        "# Services9 Library {operation}\n\n## {operation}\n\nA page of our own.\n\n## {operation} Request\n\n{}\n## {operation} Response\n\n{}",
        envelope(operation, request),
        envelope(&format!("{operation}Response"), response)
    )
}

fn put(dir: &Path, name: &str, text: &str) {
    let path = dir.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn import(dir: &TempDir, paths: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["import", "--schemas", "schemas"])
        .args(paths)
        .current_dir(dir.path())
        .output()
        .unwrap()
}

/// What is printed, errors first.
fn check(output: &Output, code: i32, expect: Expect) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let printed = text(&output.stderr) + &text(&output.stdout);
    assert_eq!(output.status.code(), Some(code), "{printed}");
    expect.assert_eq(&printed);
}

fn read(dir: &TempDir, name: &str) -> String {
    fs::read_to_string(dir.path().join(name)).unwrap()
}

const REVIEW: &str = r#"<n:Review i:type="n:Review"><n:Text i:type="x:string"/><n:Stars i:type="n:Stars">Two</n:Stars></n:Review>"#;

#[test]
fn a_folder_of_nothing_but_pages_makes_a_contract() {
    let dir = TempDir::new().unwrap();
    put(dir.path(), "pages/Review.md", &page("Review", REVIEW, ""));
    put(dir.path(), "pages/index.md", "# An index\n");
    check(
        &import(&dir, &["pages"]),
        0,
        expect![[r#"
        note: Services9: examples show no base types, no derived types and no inherited members that they leave out (structs: 1)
        note: Services9: of enums the members shown are known, but not their numbers, other members, and whether they are flag sets (enums: 1, members: 1)
        note: Services9: assumed of every member that it may be left out, and of strings, binaries, structs, arrays and dictionaries that they may be nil
        version    agents  operations  types  written  unchanged  removed
        Services9       1           1      7        3          0        0
    "#]],
    );
    expect![[r#"
        {
          "source": "operation pages",
          "documents": 1
        }
    "#]]
    .assert_eq(&read(&dir, "schemas/services9/provenance.json"));
    assert_eq!(
        read(&dir, "schemas/services9/types.xsd")
            .matches("<inferred ")
            .count(),
        2
    );
    assert_eq!(
        read(&dir, "schemas/services9/Library.wsdl")
            .matches("<inferred ")
            .count(),
        1
    );
    // The same pages change nothing, the canonical form is the same contract.
    check(
        &import(&dir, &["pages/Review.md"]),
        0,
        expect![[r#"
        note: Services9: examples show no base types, no derived types and no inherited members that they leave out (structs: 1)
        note: Services9: of enums the members shown are known, but not their numbers, other members, and whether they are flag sets (enums: 1, members: 1)
        note: Services9: assumed of every member that it may be left out, and of strings, binaries, structs, arrays and dictionaries that they may be nil
        version    agents  operations  types  written  unchanged  removed
        Services9       1           1      7        0          3        0
    "#]],
    );
    check(
        &import(&dir, &["pages", "--verify"]),
        0,
        expect![[r#"
            version    agents  operations  types  read again  in schemas
            Services9       1           1      7       equal       equal
            from pages  operations  structs  arrays  dictionaries  enums  members
            Services9          1/1      1/1     0/0           0/0    1/1      1/1
        "#]],
    );
}

#[test]
fn notes_for_machines() {
    let dir = TempDir::new().unwrap();
    put(dir.path(), "pages/Review.md", &page("Review", REVIEW, ""));
    let notes = |paths: &[&str]| -> Vec<serde_json::Value> {
        let output = import(&dir, paths);
        let errors = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(0), "{errors}");
        let lines = errors.lines();
        lines
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    };
    let json = ["--message-format", "json"];
    let found = notes(&["pages", json[0], json[1], "--date", "2024"]);
    assert_eq!(found.len(), 3);
    assert!(
        found.iter().all(|note| note["reason"] == "note"),
        "{found:?}"
    );
    assert_eq!(found[0]["code"], "unknown-bases");

    let other = REVIEW.replace("Two", "Three");
    put(dir.path(), "pages/Review.md", &page("Review", &other, ""));
    let found = notes(&["pages", json[0], json[1]]);
    let undated = found.last().unwrap();
    assert_eq!(undated["reason"], "note");
    let message = undated["message"].as_str().unwrap();
    assert!(message.contains("still says 2024"), "{message}");
}

#[test]
fn pages_add_to_what_stands_and_a_wsdl_counts_more() {
    let dir = TempDir::new().unwrap();
    for (name, text) in library::documents("Services9", library::OLD) {
        put(dir.path(), &format!("drop/{name}"), &text);
    }
    assert_eq!(import(&dir, &["drop"]).status.code(), Some(0));
    let before = read(&dir, "schemas/services9/types.xsd");
    let response = r#"<n:Response i:type="n:Book"><n:Id i:type="x:int"/><n:Author i:type="x:string"/></n:Response>"#;
    put(
        dir.path(),
        "pages/Review.md",
        &page("Review", REVIEW, response),
    );
    put(
        dir.path(),
        "pages/Burn.md",
        &page("Burn", r#"<n:All i:type="x:boolean"/>"#, ""),
    );
    check(
        &import(&dir, &["pages"]),
        0,
        expect![[r#"
            note: Services9: examples show no base types, no derived types and no inherited members that they leave out (structs: 2)
            note: Services9: of enums the members shown are known, but not their numbers, other members, and whether they are flag sets (enums: 1, members: 1)
            note: Services9: assumed of every member that it may be left out, and of strings, binaries, structs, arrays and dictionaries that they may be nil
            note: pages/Burn.md:16:1: the page of `Library/Burn` shows other parameters or results than the contract
            note: pages/Review.md:30:19: the contract's type `Book` lacks `Author`
            version    agents  operations  types  written  unchanged  removed
            Services9       1           5      9        3          0        0
        "#]],
    );
    let after = read(&dir, "schemas/services9/types.xsd");
    let added: Vec<&str> = after
        .lines()
        .filter(|line| !before.contains(line))
        .map(str::trim)
        .collect();
    expect![[r#"
        <xs:complexType name="Review">
        <xs:annotation><xs:appinfo><inferred xmlns="urn:superoffice-rs:inferred"/></xs:appinfo></xs:annotation>
        <xs:element name="Text" type="xs:string" minOccurs="0" nillable="true"/>
        <xs:element name="Stars" type="tns:Stars" minOccurs="0"/>
        <xs:simpleType name="Stars">
        <xs:annotation><xs:appinfo><inferred xmlns="urn:superoffice-rs:inferred"/></xs:appinfo></xs:annotation>
        <xs:enumeration value="Two"/>"#]].assert_eq(&added.join("\n"));
    expect![[r#"
        {
          "source": "WSDL documents",
          "documents": 1,
          "updates": [
            {
              "agent": "Library",
              "source": "operation pages"
            }
          ]
        }
    "#]]
    .assert_eq(&read(&dir, "schemas/services9/provenance.json"));
    // The WSDL beside them says all there is of the agent.
    for (name, text) in library::documents("Services9", library::NEW) {
        put(dir.path(), &format!("newer/{name}"), &text);
    }
    check(
        &import(&dir, &["newer", "pages"]),
        0,
        expect![[r#"
        note: pages/Burn.md:1:1: the page describes `Library/Burn`, which the WSDL of Services9 does not have; left out
        note: pages/Review.md:1:1: the page describes `Library/Review`, which the WSDL of Services9 does not have; left out
        version    agents  operations  types  written  unchanged  removed
        Services9       2           4      7        4          0        0
    "#]],
    );
}

#[test]
fn mistakes_on_pages_leave_everything_as_it_was() {
    let dir = TempDir::new().unwrap();
    put(
        dir.path(),
        "pages/Review.md",
        &page("Review", "<n:Review>", ""),
    );
    put(
        dir.path(),
        "pages/Burn.md",
        &page(
            "Burn",
            r#"<n:Id i:type="x:int"/>"#,
            r#"<n:T i:type="n:T"><n:A i:type="x:int"/></n:T>"#,
        ),
    );
    put(
        dir.path(),
        "pages/Bury.md",
        &page("Bury", r#"<n:Id i:type="n:T">Word</n:Id>"#, ""),
    );
    check(
        &import(&dir, &["pages"]),
        1,
        expect![[r#"
        error[bad-xml]: the XML is malformed: expected 'n:Review' tag, not 's:Body'
          --> pages/Review.md:17:1
           |
        17 | </s:Body>
           | ^ here

        error: 1 problem, nothing written
    "#]],
    );
    fs::remove_file(dir.path().join("pages/Review.md")).unwrap();
    check(
        &import(&dir, &["pages"]),
        1,
        expect![[r#"
            error[conflicting-examples]: examples disagree on what type `T` is
              --> pages/Bury.md:16:9
               |
            16 | <n:Bury><n:Id i:type="n:T">Word</n:Id></n:Bury>
               |         ^^^^^ text here
               |
              ::: pages/Burn.md:30:17
               |
            30 | <n:BurnResponse><n:T i:type="n:T"><n:A i:type="x:int"/></n:T></n:BurnResponse>
               |                 ---- seen first here, as something else

            error: 1 problem, nothing written
        "#]],
    );
    assert!(!dir.path().join("schemas/services9").exists());
}

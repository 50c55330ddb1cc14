//! `cargo xtask import` as its user meets it: what it writes, what it leaves alone, what it says.

#![allow(clippy::unwrap_used, reason = "a failed test says where")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use expect_test::expect;
use tempfile::TempDir;

/// The obstacle course that the reader's tests use.
const WORKSHOP: &str = include_str!("../../codegen/tests/obstacle/Workshop.wsdl");
const STORE: &str = include_str!("../../codegen/tests/obstacle/Store.wsdl");

/// A folder to run in.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    /// With both agents imported.
    fn with_schemas() -> Self {
        let place = Self::new();
        place.put("drop/Workshop.wsdl", WORKSHOP);
        place.put("drop/WSDL-Services99-Store.xml", STORE);
        let output = place.import(&["drop"]);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn put(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn import(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_xtask"))
            .args(["import", "--schemas", "schemas"])
            .args(arguments)
            .current_dir(self.0.path())
            .output()
            .unwrap()
    }

    /// Every file under `schemas`, with its bytes.
    fn schemas(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut found = BTreeMap::new();
        let mut folders = vec![self.path("schemas")];
        while let Some(folder) = folders.pop() {
            let Ok(entries) = fs::read_dir(folder) else {
                continue;
            };
            for entry in entries {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    found.insert(path.clone(), fs::read(path).unwrap());
                }
            }
        }
        found
    }

    fn names(&self) -> Vec<String> {
        let root = self.path("schemas");
        self.schemas()
            .into_keys()
            .map(|path| {
                path.strip_prefix(&root)
                    .unwrap()
                    .to_string_lossy()
                    .replace('\\', "/")
            })
            .collect()
    }

    fn provenance(&self) -> String {
        fs::read_to_string(self.path("schemas/services99/provenance.json")).unwrap()
    }
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn page(wsdl: &str) -> String {
    format!("---\ntitle: An agent\n---\n\n# An agent\n\n```xml\n{wsdl}```\n")
}

#[test]
fn writes_one_folder_a_version_and_nothing_the_second_time() {
    let place = Place::with_schemas();
    let expected = [
        "services99/Store.wsdl",
        "services99/Workshop.wsdl",
        "services99/arrays.xsd",
        "services99/metal.xsd",
        "services99/provenance.json",
        "services99/round.xsd",
        "services99/serialization.xsd",
        "services99/types.xsd",
    ];
    assert_eq!(place.names(), expected);
    let times = |place: &Place| -> Vec<_> {
        let paths = place.schemas().into_keys();
        paths
            .map(|path| fs::metadata(path).unwrap().modified().unwrap())
            .collect()
    };
    let before = (place.schemas(), times(&place));
    let again = place.import(&["drop"]);
    assert_eq!((place.schemas(), times(&place)), before);
    expect![[r#"
        version     agents  operations  types  written  unchanged  removed
        Services99       2           6     18        0          8        0
    "#]]
    .assert_eq(&stdout(&again));
}

#[test]
fn a_docs_checkout_is_a_whole_version() {
    let place = Place::with_schemas();
    let soap = "checkout/docs/en/api/reference/soap/Services99";
    place.put(&format!("{soap}/Services99-Store.md"), &page(STORE));
    // Beside the pages that are read there are others, with fences too.
    place.put(
        &format!("{soap}/Store/Save.md"),
        "```xml\n<a/>\n```\n\n```xml\n<b/>\n```\n",
    );
    place.put(&format!("{soap}/Store/index.md"), "# Store\n");
    place.put("checkout/README.md", "# Docs\n");
    let output = place.import(&["checkout", "--date", "2023-02"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    expect![[r#"
        version     agents  operations  types  written  unchanged  removed
        Services99       1           2      1        2          1        5
    "#]]
    .assert_eq(&stdout(&output));
    assert_eq!(
        place.names(),
        [
            "services99/Store.wsdl",
            "services99/provenance.json",
            "services99/types.xsd"
        ]
    );
    expect![[r#"
        {
          "source": "documentation pages",
          "date": "2023-02",
          "documents": 1
        }
    "#]]
    .assert_eq(&place.provenance());
}

#[test]
fn a_single_document_replaces_its_agent() {
    let place = Place::with_schemas();
    let before = place.schemas();
    place.put("Store.wsdl", STORE);
    place.import(&["Store.wsdl"]);
    assert_eq!(
        place.schemas(),
        before,
        "an agent that is the same changes nothing"
    );

    place.put("Store.wsdl", &STORE.replace("s:long", "s:int"));
    let output = place.import(&["Store.wsdl", "--date", "2024-05-01"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let after = place.schemas();
    let changed: Vec<String> = after
        .iter()
        .filter(|(path, bytes)| before.get(*path) != Some(bytes))
        .map(|(path, _)| path.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    assert_eq!(changed, ["Store.wsdl", "provenance.json"]);
    expect![[r#"
        {
          "source": "WSDL documents",
          "documents": 2,
          "updates": [
            {
              "agent": "Store",
              "source": "WSDL documents",
              "date": "2024-05-01"
            }
          ]
        }
    "#]]
    .assert_eq(&place.provenance());

    let output = place.import(&["Store.wsdl", "--replace"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(!place.path("schemas/services99/Workshop.wsdl").exists());
}

#[test]
fn the_canonical_form_is_input_too() {
    let place = Place::with_schemas();
    let before = place.schemas();
    let output = place.import(&["schemas"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(place.schemas(), before);

    fs::rename(place.path("schemas"), place.path("elsewhere")).unwrap();
    place.import(&["elsewhere"]);
    assert_eq!(place.schemas(), before);
}

#[test]
fn the_date_stays_until_another_is_stated() {
    let place = Place::with_schemas();
    place.import(&["drop", "--replace", "--date", "2021"]);
    assert!(place.provenance().contains("\"date\": \"2021\""));
    place.put(
        "drop/Workshop.wsdl",
        &WORKSHOP.replace("xs:decimal", "xs:float"),
    );
    let output = place.import(&["drop", "--replace"]);
    assert!(place.provenance().contains("\"date\": \"2021\""));
    expect![[r#"
        note: schemas/services99 changed and its record still says 2021; pass --date
    "#]]
    .assert_eq(&stderr(&output));

    for wrong in ["21", "2021-13", "2021-02-03-04", "2021-2", "last week"] {
        assert_eq!(
            place.import(&["drop", "--date", wrong]).status.code(),
            Some(2),
            "{wrong}"
        );
    }
}

#[test]
fn verify_reads_again_and_compares_with_what_stands() {
    let place = Place::with_schemas();
    let output = place.import(&["drop", "--verify"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    expect![[r#"
        version     agents  operations  types  read again  in schemas
        Services99       2           6     18       equal       equal
    "#]]
    .assert_eq(&stdout(&output));

    let types = place.path("schemas/services99/types.xsd");
    let text = fs::read_to_string(&types).unwrap();
    fs::write(&types, text.replace("\"Hammer\"", "\"Mallet\"")).unwrap();
    let before = place.schemas();
    let output = place.import(&["drop", "--verify"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(place.schemas(), before);
    expect![[r#"
        note: Services99, in schemas: type `Tools (http://example.org/contracts/Services99)`: member `Hammer` / member `Mallet`
        error: 1 difference
    "#]].assert_eq(&stderr(&output));

    fs::remove_dir_all(place.path("schemas")).unwrap();
    let output = place.import(&["drop", "--verify"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(!place.path("schemas").exists());
}

#[test]
fn a_mistake_leaves_everything_as_it_was() {
    let place = Place::with_schemas();
    let before = place.schemas();
    let sequence = r#"<s:element name="Response" type="s:short" minOccurs="0"/>"#;
    assert!(STORE.contains(sequence));
    let truncated = &STORE[..STORE.len() / 2];
    let wrong = [
        (
            "choice",
            STORE.replace(sequence, &format!("<s:choice>{sequence}</s:choice>")),
        ),
        (
            "style=\"rpc\"",
            STORE.replace(r#"style="document""#, r#"style="rpc""#),
        ),
        (
            "use=\"encoded\"",
            STORE.replacen("\"literal\"", "\"encoded\"", 1),
        ),
        (
            "there is no type",
            STORE.replace("here:StockByWord", "here:Gone"),
        ),
        (
            "is there twice",
            STORE.replace(r#"n name="Count""#, r#"n name="Save""#),
        ),
        ("truncated", truncated.to_owned()),
    ];
    for (message, text) in wrong {
        // A good document beside a bad one is not written either.
        place.put("bad/Store.wsdl", &text);
        place.put(
            "bad/Workshop.wsdl",
            &WORKSHOP.replace("xs:decimal", "xs:float"),
        );
        let output = place.import(&["bad"]);
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(1), "{message}: {said}");
        assert!(said.contains(message), "{message}: {said}");
        assert!(said.contains("--> bad/Store.wsdl:"), "{message}: {said}");
        assert_eq!(place.schemas(), before, "{message}");
    }
    place.put("bad/pages/Services99-Store.md", "# Nothing\n");
    let output = place.import(&["bad/pages"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(place.schemas(), before);
}

#[test]
fn mistakes_are_shown_in_their_lines() {
    let place = Place::new();
    place.put(
        "drop/Services99/Services99-Store.md",
        &page(&STORE.replace("s:short", "s:gDay")),
    );
    let other = WORKSHOP.replace(
        r#"name="Count" type="xs:int""#,
        r#"name="Count" type="xs:long""#,
    );
    place.put("drop/Services99/Services99-Workshop.md", &page(&other));
    let output = place.import(&["drop"]);
    assert_eq!(output.status.code(), Some(1));
    expect![[r#"
        error[unsupported-type]: the simple type `gDay (http://www.w3.org/2001/XMLSchema)` is not supported
          --> drop/Services99/Services99-Store.md:66:46
           |
        66 |             <s:element name="Response" type="s:gDay" minOccurs="0"/>
           |                                              ^^^^^^ not supported
           |
           = help: supported are the types that .NET's data contracts use: string, boolean, the numbers, decimal, dateTime, base64Binary, anyType, anyURI, QName, and duration, guid, char

        error[conflicting-types]: two documents of a version disagree on type `StockByWord (http://example.org/contracts/Services99)`
           --> drop/Services99/Services99-Workshop.md:153:35
            |
        153 |                 <xs:element name="Count" type="xs:long" />
            |                                   ^^^^^ value `Count`: long, required
            |
           ::: drop/Services99/Services99-Store.md:92:34
            |
         92 |                 <s:element name="Count" type="s:int"/>
            |                                  ----- value `Count`: int, required
            |
            = help: import documents of one drop together; a type means the same for every agent

        error: 2 problems, nothing written
    "#]].assert_eq(&stderr(&output));
    assert!(!place.path("schemas").exists());
}

#[test]
fn what_cannot_be_read_is_named() {
    let place = Place::new();
    place.put("empty/readme.txt", "nothing");
    place.put("latin1.wsdl", "");
    fs::write(place.path("latin1.wsdl"), b"<a>\xe5</a>").unwrap();
    for (path, said) in [
        ("gone", "error: gone: "),
        ("empty", "error: empty: "),
        ("empty/readme.txt", "error: empty/readme.txt: "),
        ("latin1.wsdl", "error: latin1.wsdl: "),
    ] {
        let output = place.import(&[path]);
        assert_eq!(output.status.code(), Some(2), "{path}");
        assert!(
            stderr(&output).starts_with(said),
            "{path}: {}",
            stderr(&output)
        );
    }
    assert_eq!(place.import(&[]).status.code(), Some(2));
    assert!(!Path::exists(&place.path("schemas")));
}

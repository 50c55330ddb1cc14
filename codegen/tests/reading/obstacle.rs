//! The obstacle course: what is read from a server's WSDLs, and that nothing of it is lost.

use std::fmt::Write;

use expect_test::{Expect, expect, expect_file};
use superoffice_codegen::diagnostic::SourceFile;
use superoffice_codegen::model::{Api, TypeKind, TypeName};
use superoffice_codegen::{canonical, compare, merge};

use crate::{obstacle_course, read};

const NAMESPACE: &str = "http://example.org/contracts/Services99";

fn canonical_files(api: &Api) -> Vec<SourceFile> {
    canonical::write(api)
        .into_iter()
        .map(|(name, text)| SourceFile::new(name, text))
        .collect()
}

/// `UPDATE_EXPECT=1 cargo test` writes the files anew.
#[test]
fn canonical_form_is_short_and_stable() {
    let files = canonical::write(&read(&obstacle_course()));
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    let expected = [
        "Store.wsdl",
        "Workshop.wsdl",
        "arrays.xsd",
        "metal.xsd",
        "round.xsd",
        "serialization.xsd",
        "types.xsd",
    ];
    assert_eq!(names, expected);
    for (name, text) in files {
        expect_file![format!("../obstacle/canonical/{name}")].assert_eq(&text);
    }
}

#[test]
fn reading_the_canonical_form_gives_the_same_contract() {
    let api = read(&obstacle_course());
    let again = read(&canonical_files(&api));
    let differences = compare::apis(&api, &again);
    assert!(differences.is_empty(), "{differences:#?}");
    assert_eq!(api, again);
}

#[test]
fn what_is_inferred_differs_from_what_is_stated() {
    let stated = read(&obstacle_course());
    let mut inferred = stated.clone();
    let (name, ty) = inferred.types.iter_mut().next().unwrap();
    ty.inferred = true;
    let agent = &mut inferred.agents[0];
    agent.operations[0].inferred = true;
    let expected = [
        format!("operation `{}/{}`", agent.name, agent.operations[0].name),
        format!("type `{name}`"),
    ];
    let found = compare::apis(&stated, &inferred);
    let found: Vec<&str> = found.iter().map(|d| &*d.what).collect();
    assert_eq!(found, expected);
}

#[test]
fn order_of_documents_means_nothing() {
    let mut files = obstacle_course();
    let api = read(&files);
    files.reverse();
    assert_eq!(canonical::write(&api), canonical::write(&read(&files)));

    let mut canonical = canonical_files(&api);
    canonical.rotate_left(3);
    assert_eq!(api, read(&canonical));
}

#[test]
fn operations_know_wrappers_and_headers() {
    let api = read(&obstacle_course());
    let mut out = String::new();
    for agent in &api.agents {
        writeln!(out, "{} ({}, {})", agent.name, agent.service, agent.port).unwrap();
        for o in &agent.operations {
            let names = |fields: &[superoffice_codegen::model::Field]| {
                fields
                    .iter()
                    .map(|field| field.name.clone())
                    .collect::<Vec<_>>()
                    .join(", ")
            };
            writeln!(out, "  {}({})", o.name, names(&o.parameters)).unwrap();
            writeln!(out, "    {}({})", o.response_element, names(&o.results)).unwrap();
            writeln!(
                out,
                "    {:?} / {:?}",
                o.request_headers, o.response_headers
            )
            .unwrap();
        }
    }
    expect![[r#"
        Store (WcfStore, BasicHttpBinding_Store)
          Count()
            CountResponse(Response)
            ["ApplicationToken"] / []
          Save(Stock, Deleted)
            SaveResponse(Response)
            [] / []
        Workshop (WcfWorkshopService, BasicHttpBinding_Workshop)
          Forge(Type, Self, Sizes, Names, Tools, Anything)
            ForgeResponse(Response)
            ["ApplicationToken", "Credentials"] / ["Succeeded"]
          OpenByHand()
            OpenResponse(Response, IsOpen)
            [] / []
          OpenByKey(Key)
            OpenResponse(Response, IsOpen)
            [] / []
          Save(Piece)
            SaveResponse()
            ["Credentials"] / []
    "#]]
    .assert_eq(&out);
}

#[test]
fn values_are_stated_or_counted() {
    let api = read(&obstacle_course());
    let values = |name: &str| {
        let ty = &api.types[&TypeName::new(NAMESPACE, name)];
        let (TypeKind::Enum(e) | TypeKind::Flags(e)) = &ty.kind else {
            panic!("an enum")
        };
        let names = e.members.iter().map(|member| member.name.as_str());
        names
            .map(str::to_owned)
            .zip(ty.values())
            .collect::<Vec<_>>()
    };
    check(
        &values("Finish"),
        &expect![[r#"
        Unknown = 0
        Raw = 1
        Polished = 16387
        Shiny = 16387
        Lost & <found> = -1
        Last = 5"#]],
    );
    check(
        &values("Tools"),
        &expect![[r#"
        Hammer = 1
        Anvil = 2
        All = 255
        Tongs = 8"#]],
    );
}

fn check(actual: &[(String, i64)], expected: &Expect) {
    let lines: Vec<String> = actual
        .iter()
        .map(|(name, value)| format!("{name} = {value}"))
        .collect();
    expected.assert_eq(&lines.join("\n"));
}

#[test]
fn prose_is_read_and_no_part_of_the_contract() {
    let api = read(&obstacle_course());
    let workshop = &api.agents[1];
    assert_eq!(workshop.documentation.as_deref(), Some("Makes things."));
    assert_eq!(
        workshop.operations[0].documentation.as_deref(),
        Some("Makes one piece.")
    );
    let finish = &api.types[&TypeName::new(NAMESPACE, "Finish")];
    assert_eq!(finish.documentation.as_deref(), Some("How a piece looks."));
    let TypeKind::Enum(e) = &finish.kind else {
        panic!("an enum")
    };
    assert_eq!(
        e.members[2].documentation.as_deref(),
        Some("Until it shines.")
    );
    // Only the second agent's document says something about this one.
    let stock = &api.types[&TypeName::new(NAMESPACE, "StockByWord")];
    assert_eq!(stock.documentation.as_deref(), Some("How many of each."));

    for text in canonical::write(&api).values() {
        for prose in ["Makes", "shines", "How many", "Whatever"] {
            assert!(!text.contains(prose), "{prose} in {text}");
        }
    }
}

#[test]
fn a_page_reads_like_its_wsdl() {
    let page = |wsdl: &str| {
        let text =
            format!("\u{feff}---\ntitle: A page\n---\n\n# Agent\n\n```xml\n{wsdl}```\n\nEnd.\n");
        text.replace('\n', "\r\n")
    };
    let pages: Vec<SourceFile> = obstacle_course()
        .iter()
        .map(|file| SourceFile::new(file.name.replace(".wsdl", ".md"), page(&file.text)))
        .collect();
    let api = read(&pages);
    assert_eq!(api, read(&obstacle_course()));
    // Places are in the page, not in its fence.
    let at = &api.agents[1].operations[0].at;
    assert_eq!(&pages[0].text[at.span.clone()], "Forge");
    assert_eq!(&*at.file, "Workshop.md");
}

#[test]
fn byte_order_mark_is_no_part_of_the_document() {
    let marked: Vec<SourceFile> = obstacle_course()
        .iter()
        .map(|file| SourceFile::new(file.name.clone(), format!("\u{feff}{}", file.text)))
        .collect();
    let api = read(&marked);
    assert_eq!(api, read(&obstacle_course()));
    let at = &api.agents[1].operations[0].at;
    assert_eq!(&marked[0].text[at.span.clone()], "Forge");
}

#[test]
fn agents_can_be_replaced_one_by_one() {
    let standing = read(&obstacle_course());
    let workshop = obstacle_course().remove(0);
    // Without `Forge`'s answer nothing is of type `Piece` but the parameter of `Save`.
    let text = workshop.text.replace(
        r#"<xs:element minOccurs="0" name="Piece" nillable="true" type="tns:Piece" />
          </xs:sequence>
        </xs:complexType>
      </xs:element>
      <xs:element name="SaveResponse">"#,
        r#"<xs:element minOccurs="0" name="Piece" nillable="true" type="xs:string" />
          </xs:sequence>
        </xs:complexType>
      </xs:element>
      <xs:element name="SaveResponse">"#,
    );
    assert_ne!(text, *workshop.text);
    let update = read(&[SourceFile::new("Workshop.wsdl", text)]);
    let merged = merge::merge(&standing, update);
    let changed: Vec<String> = compare::apis(&standing, &merged)
        .iter()
        .map(|d| d.what.clone())
        .collect();
    assert_eq!(changed, ["operation `Workshop/Save`"]);

    // The store alone knows the dictionary; what only the workshop used may stay or go with it.
    let store = read(&obstacle_course()[1..]);
    assert_eq!(merge::merge(&standing, store), standing);
}

#[test]
fn types_go_when_the_last_that_used_them_is_gone() {
    let standing = read(&obstacle_course());
    let text = obstacle_course()[1].text.replace("Store", "Workshop");
    let update = read(&[SourceFile::new("Workshop.wsdl", text)]);
    let merged = merge::merge(&standing, update);
    let left: Vec<&str> = merged.types.keys().map(|name| name.name.as_str()).collect();
    // Nothing ever referred to `Nothing`'s neighbours in this list, so no one can tell.
    expect!["StockByWord"].assert_eq(&left.join(" "));
    assert_eq!(
        merged.headers.keys().collect::<Vec<_>>(),
        ["ApplicationToken"]
    );
}

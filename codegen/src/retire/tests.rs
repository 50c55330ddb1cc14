//! What stays of small contracts, for how long, and how it is written and read.

use expect_test::expect;

use super::*;
use crate::canonical;
use crate::diagnostic::SourceFile;
use crate::diff::{self, Weight, compare};
use crate::notation::api;
use crate::read;

const HEADERS: &str = "
    header ApplicationToken: string?
    header Credentials: string?
    header TimeZone: string?
    header ExceptionInfo: string?
    header ExtraInfo: string?
    header Succeeded: boolean
";

const OLD: &str = "
    Library.Lend(Id: int)
    Library.Burn(Torch: Torch?) -> Ash?
    Museum.Show(Item: Relic?)
    struct Torch { Flame: Flame, Shelf: Shelf? }
    struct Ash { Grams: int }
    struct Relic { Age: int }
    struct Idol: Relic { Gold: boolean }
    struct Shelf { Number: int }
    struct Unused { Nothing: int }
    enum Flame { Small, Large }
";

const NEW: &str = "
    Library.Lend(Id: int, Days: int)
    Library.Find() -> Shelf?
    struct Shelf { Number: int, Row: int }
";

fn contract(text: &str) -> Api {
    let mut api = api("Services99", &format!("{HEADERS}{text}"));
    for agent in &mut api.agents {
        agent.operations.sort_by(|a, b| a.name.cmp(&b.name));
    }
    api
}

fn retired(old: &Api, text: &str, release: &str) -> Api {
    let mut new = contract(text);
    retire(old, &mut new, Some("2024-02-29"), release);
    new
}

fn names(api: &Api) -> String {
    let agents = api.retired.agents.iter();
    let operations = agents.flat_map(|agent| {
        let name = &agent.name;
        agent
            .operations
            .iter()
            .map(move |o| format!("{name}/{}", o.name))
    });
    let types = api.retired.types.keys().map(|name| name.name.clone());
    operations.chain(types).collect::<Vec<_>>().join(" ")
}

fn weights(old: &Api, new: &Api) -> String {
    let side = |api| diff::Side { api, module: None };
    let diff = compare(side(old), side(new));
    let mut lines = String::new();
    for (path, change) in diff.changes() {
        let names: Vec<&str> = path.iter().map(|node| node.name.as_str()).collect();
        lines += &format!("{} {} {}\n", change.weight, names.join("."), change.what);
    }
    lines
}

#[test]
fn operations_and_the_types_that_only_they_need() {
    let new = retired(&contract(OLD), NEW, "0.1.0");
    assert_eq!(
        names(&new),
        "Library/Burn Museum/Show Ash Flame Idol Relic Torch"
    );
    expect![[r#"
        deprecation Library.Burn removed
        addition Library.Find added
        breaking Library.Lend.Days added at the end
        deprecation Museum removed
        deprecation Museum.Show removed
        deprecation Ash removed
        deprecation Flame removed
        deprecation Idol removed
        deprecation Relic removed
        addition Shelf.Row added at the end
        deprecation Torch removed
        breaking Unused removed
    "#]]
    .assert_eq(&weights(&contract(OLD), &new));
}

#[test]
fn for_one_release() {
    let first = retired(&contract(OLD), NEW, "0.1.0");
    let same_release = retired(&first, NEW, "0.1.0");
    assert_eq!(same_release, first);
    let next = retired(&first, NEW, "0.2.0");
    assert_eq!(names(&next), "");
    expect![[r#"
        breaking Library.Burn no longer kept
        breaking Museum no longer kept
        breaking Museum.Show no longer kept
        breaking Ash no longer kept
        breaking Flame no longer kept
        breaking Idol no longer kept
        breaking Relic no longer kept
        breaking Torch no longer kept
    "#]]
    .assert_eq(&weights(&first, &next));
    let side = |api| diff::Side { api, module: None };
    let expired = compare(side(&first), side(&next));
    assert_eq!(expired.weight(), Some(Weight::Breaking));
    assert_eq!(expired.summary.operations, diff::Tally::default());
}

#[test]
fn until_it_comes_back() {
    let first = retired(&contract(OLD), NEW, "0.1.0");
    let back = retired(&first, OLD, "0.1.0");
    assert_eq!(names(&back), "Library/Find");
    let changes = weights(&first, &back);
    assert!(
        changes.contains("addition Library.Burn added\n"),
        "{changes}"
    );
    assert!(changes.contains("addition Torch added\n"), "{changes}");
    assert!(
        changes.contains("deprecation Library.Find removed\n"),
        "{changes}"
    );
}

#[test]
fn not_where_the_contract_contradicts_it() {
    let mut old = contract("Library.Burn() -> int\nLibrary.Lend() -> int");
    old.agents[0].operations[0].response_element = "Answer".to_owned();
    let mut new = contract("Library.Lend() -> string?");
    new.agents[0].operations[0].response_element = "Answer".to_owned();
    retire(&old, &mut new, None, "0.1.0");
    assert_eq!(names(&new), "");
}

fn read_again(documents: &BTreeMap<String, String>) -> Api {
    let sources: Vec<SourceFile> = documents
        .iter()
        .map(|(name, text)| SourceFile::new(name.as_str(), text.as_str()))
        .collect();
    read::read_version(&sources).expect("canonical documents are well")
}

#[test]
fn is_written_and_read_again() {
    let new = retired(&contract(OLD), NEW, "0.1.0");
    let documents = canonical::write(&new);
    let again = read_again(&documents);
    assert_eq!(again, new);
    let mark = r#"<retired xmlns="urn:superoffice-rs:retired" drop="2024-02-29" after="0.1.0"/>"#;
    assert!(documents["Museum.wsdl"].contains(mark));
    assert!(documents["types.xsd"].contains(mark));
    let contract = contract(NEW);
    assert_eq!(again.agents, contract.agents);
    assert_eq!(again.types, contract.types);
}

#[test]
fn a_version_of_which_nothing_is_left() {
    let mut api = contract("Library.Burn()");
    api.agents[0].operations[0].retired = Some(Retirement {
        drop: None,
        after: "0.1.0".to_owned(),
    });
    api.set_retired_apart();
    let documents = canonical::write(&api);
    let again = read_again(&documents);
    assert_eq!(again, api);
    assert!(again.agents.is_empty());
}

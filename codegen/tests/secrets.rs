//! The list of secrets fits the contracts in `schemas/`: nothing is undecided, no line is idle.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use superoffice_codegen::diagnostic::SourceFile;
use superoffice_codegen::lower::names::Table;
use superoffice_codegen::lower::secrets::{Secrets, mark};
use superoffice_codegen::lower::{self, Lowered};
use superoffice_codegen::model::Api;
use superoffice_codegen::read;

static SCHEMAS: LazyLock<PathBuf> =
    LazyLock::new(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas"));

static APIS: LazyLock<Vec<Api>> = LazyLock::new(|| {
    let mut files = Vec::new();
    for folder in ["services86", "services88"] {
        for entry in fs::read_dir(SCHEMAS.join(folder)).expect("checked in") {
            let path = entry.expect("readable").path();
            if path
                .extension()
                .is_some_and(|kind| kind == "wsdl" || kind == "xsd")
            {
                let name = path
                    .strip_prefix(&*SCHEMAS)
                    .expect("inside")
                    .display()
                    .to_string();
                files.push(SourceFile::new(
                    name,
                    fs::read_to_string(&path).expect("text"),
                ));
            }
        }
    }
    read::read(&files).expect("the contracts are sound")
});

fn list() -> String {
    fs::read_to_string(SCHEMAS.join("secrets.tsv")).expect("checked in")
}

fn parse(text: &str) -> Result<Secrets, Vec<String>> {
    Secrets::parse(&SourceFile::new("secrets.tsv", text))
        .map_err(|found| found.iter().map(|d| d.message.to_string()).collect())
}

fn lowered() -> Lowered {
    let names = fs::read_to_string(SCHEMAS.join("names.tsv")).expect("checked in");
    let names = Table::parse(&SourceFile::new("names.tsv", names)).expect("the table is sound");
    lower::lower(&APIS, &names).expect("everything has a mapping")
}

fn undecided(text: &str) -> Vec<String> {
    let secrets = parse(text).expect("the list is sound");
    match mark(&mut lowered().modules, &APIS, &secrets) {
        Ok(()) => Vec::new(),
        Err(found) => found
            .iter()
            .map(|d| format!("{}: {}", d.at.file, d.message))
            .collect(),
    }
}

#[test]
fn every_line_is_needed_and_none_is_missing() {
    let text = list();
    assert_eq!(undecided(&text), [""; 0]);
    assert_eq!(parse(&text).expect("the list is sound").idle(&APIS), []);
}

#[test]
fn a_member_that_nobody_decided_on_stops_the_run() {
    let without = |line: &str| {
        let text = list();
        let kept = text.lines().filter(|known| !known.contains(line));
        kept.map(|line| format!("{line}\n")).collect::<String>()
    };
    assert_eq!(
        undecided(&without("\tTokenManagementInfo\tRefreshToken\t")),
        ["services88/types.xsd: `RefreshToken` of `TokenManagementInfo` looks like a secret"]
    );
    assert_eq!(
        undecided(&without("\tUser/SetPassword\tPassword\t")),
        ["services86/User.wsdl: `Password` of `User/SetPassword` looks like a secret"]
    );
    // A dictionary with strings in it.
    assert_eq!(
        undecided(&without("\tSoPrincipal/AuthenticateGeneric\t")).len(),
        1
    );
}

#[test]
fn secrets_are_marked_where_they_stand() {
    let mut modules = lowered().modules;
    mark(
        &mut modules,
        &APIS,
        &parse(&list()).expect("the list is sound"),
    )
    .expect("decided");
    let module = modules.last().expect("Services88");
    let secrets = |name: &str| {
        let found = module.structs.iter().find(|s| s.wire == name).expect(name);
        let secrets = found.fields.iter().filter(|field| field.secret);
        secrets.map(|field| field.wire.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(secrets("SoCredentials"), ["Ticket"]);
    assert_eq!(secrets("Webhook"), ["Secret", "Headers", "Properties"]);
    assert_eq!(secrets("TicketEntity"), [""; 0]);
    assert_eq!(secrets("DSAParameters"), [""; 0]);
    let user = module
        .agents
        .iter()
        .find(|agent| agent.wire == "User")
        .expect("User");
    let change = user
        .methods
        .iter()
        .find(|m| m.wire == "ChangePassword")
        .expect("ChangePassword");
    let parameters = change
        .parameters
        .iter()
        .filter(|parameter| parameter.secret);
    assert_eq!(
        parameters
            .map(|parameter| parameter.wire.as_str())
            .collect::<Vec<_>>(),
        ["OldPassword", "NewPassword"]
    );
}

#[test]
fn without_a_list_what_looks_like_a_secret_is_one() {
    let mut modules = lowered().modules;
    mark(&mut modules, &APIS, &Secrets::default()).expect("nothing to decide on");
    let module = modules.last().expect("Services88");
    let contact = module
        .structs
        .iter()
        .find(|s| s.wire == "ContactEntity")
        .expect("ContactEntity");
    let secrets = contact.fields.iter().filter(|field| field.secret);
    assert_eq!(
        secrets.map(|field| field.wire.as_str()).collect::<Vec<_>>(),
        ["DbiKey"]
    );
}

#[test]
fn lines_that_say_nothing() {
    let refused = |text: &str| parse(text).expect_err(text);
    let columns = "expected a decision, an owner, a member and a reason with tabs between";
    assert_eq!(refused("secret\tUser\tPassword\n"), [columns]);
    assert_eq!(refused("secret\tUser\tPassword\t\n"), ["a column is empty"]);
    assert_eq!(
        refused("hidden\tUser\tPassword\tx\n"),
        ["expected `secret` or `open`"]
    );
    assert_eq!(
        refused("secret\t*\tPassword\tx\n"),
        ["secrets are named owner by owner"]
    );
    assert_eq!(
        refused("secret\tUser\tPassword\tx\nopen\tUser\tPassword\ty\n"),
        ["this member is decided on twice"]
    );
}

//! Own texts about an own contract: which of several counts, and how they look in the ir.

use expect_test::{Expect, expect};

use super::*;
use crate::diagnostic::SourceFile;
use crate::notation::api;
use crate::read::managed_reference::Item;
use crate::read::operation_page::{self, OperationPage};
use crate::{ir, lower, model};

const CONTRACT: &str = "
Garden.Plan(BedId: int, HowMuch: int) -> Plan?
Garden.Dig(Bed: Bed?) -> Bed?
Garden.Rake() -> Plan?
Garden.Many(A: int, B: int, C: int, D: int, E: int, F: int) ->
Garden.Silent(X: int) ->
struct Base { Id: int }
struct Bed: Base { Size: int, Kind: BedKind, Note: Note? }
struct Plan { Name: string? }
struct Note { Text: string? }
enum BedKind { Flat, Raised }
enum Weather { Dry, Wet }
";

fn modules(versions: &[&str]) -> Vec<ir::Module> {
    let apis: Vec<_> = versions
        .iter()
        .map(|version| api(version, CONTRACT))
        .collect();
    lower::lower(&apis, &lower::names::Table::default())
        .expect("a contract without mistakes")
        .modules
}

fn page(version: &str, operation: &str, text: &str) -> OperationPage {
    let text = format!("# {version} Garden {operation}\n\n## {operation}\n\n{text}\n");
    let (page, _) = operation_page::read(&SourceFile::new("own.md", text));
    page.expect("it has a title")
}

fn item(kind: &str, uid: &str, summary: &str) -> Item {
    let path = uid.split('(').next().unwrap_or(uid);
    Item {
        uid: uid.to_owned(),
        kind: kind.to_owned(),
        parent: path
            .rsplit_once('.')
            .map_or("", |(parent, _)| parent)
            .to_owned(),
        summary: Some(summary.to_owned()),
        ..Item::default()
    }
}

/// What the last version says then, item by item, and how much of it is described.
fn check(
    versions: &[&str],
    pages: &[OperationPage],
    contracts: &[model::Api],
    items: &[Item],
    expect: Expect,
) {
    let mut modules = modules(versions);
    let prose = gather(
        &modules,
        Sources {
            pages,
            contracts,
            items,
        },
    );
    let coverage = weave(&mut modules, &prose);
    let (module, coverage) = modules.iter().zip(coverage).next_back().expect("a version");
    let mut shown = String::new();
    let mut show = |what: &str, doc: &Option<String>| {
        if let Some(doc) = doc {
            shown += &format!("{what}\n{}\n", indented(doc));
        }
    };
    for agent in &module.agents {
        show(&agent.rust, &agent.doc);
        for method in &agent.methods {
            show(&method.rust, &method.doc);
            for field in method.parameters.iter().filter(|_| method.args.is_some()) {
                show(&format!("{} {}", method.rust, field.rust), &field.doc);
            }
        }
    }
    for s in &module.structs {
        show(&s.rust, &s.doc);
        for field in &s.fields {
            show(&format!("{}.{}", s.rust, field.rust), &field.doc);
        }
    }
    for e in &module.enums {
        show(&e.rust, &e.doc);
        for member in &e.members {
            show(&format!("{}::{}", e.rust, member.rust), &member.doc);
        }
    }
    let share = |share: Share, by_use| match by_use {
        0 => format!("{}/{}", share.described, share.all),
        by_use => format!("{} and {by_use} by use/{}", share.described, share.all),
    };
    shown += &format!(
        "operations {}, parameters {}, structs {}, fields {}, enums {}, members {}\n",
        share(coverage.operations, coverage.operations_by_use),
        share(coverage.parameters, 0),
        share(coverage.structs, coverage.structs_by_use),
        share(coverage.fields, 0),
        share(coverage.enums, coverage.enums_by_use),
        share(coverage.members, 0),
    );
    expect.assert_eq(&shown);
}

fn indented(text: &str) -> String {
    text.lines()
        .map(|line| format!("    {line}").trim_end().to_owned())
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn a_page_describes_an_operation() {
    let plan = page(
        "Services1",
        "Plan",
        "Plans the year, with <see cref=\"T:Own.Garden.Bed\"/>.\n<para/><b>Online Restricted:</b> Ask first.\n\n* **bedId:** Which.\n* **how_much:** Of these:\n* a\n\n**Returns:** The plan.",
    );
    let rake = page("Services1", "Rake", "**Returns:** Returns what to do.");
    let many = page(
        "Services1",
        "Many",
        "Does much.\n\n* **a:** The first.\n* **f:** The last.",
    );
    check(
        &["Services1"],
        &[plan, rake, many],
        &[],
        &[],
        expect![[r#"
        many
            Does much.
        many a
            The first.
        many f
            The last.
        plan
            Plans the year, with [`Bed`](crate::services1::Bed).

            **Online Restricted:** Ask first.

            * `bed_id`: Which.
            * `how_much`: Of these:

              * a

            **Returns:** The plan.
        rake
            Returns what to do.
        Plan
            What [`GardenAgent::plan`](crate::services1::GardenAgent::plan) returns: The plan.
        operations 3/5, parameters 4/10, structs 0 and 1 by use/4, fields 0/6, enums 0/2, members 0/4
    "#]],
    );
}

#[test]
fn the_nearest_source_counts() {
    let texts = |api: &mut model::Api, text: &str| {
        let agent = &mut api.agents[0];
        agent.documentation = Some(format!("The garden, says {text}."));
        for operation in &mut agent.operations {
            if operation.name != "Silent" && operation.name != "Rake" {
                operation.documentation = Some(format!("{}, says {text}.", operation.name));
            }
        }
    };
    let mut contracts = [api("Services1", CONTRACT), api("Services2", CONTRACT)];
    texts(&mut contracts[0], "the older contract");
    texts(&mut contracts[1], "the contract");
    contracts[1].agents[0]
        .operations
        .retain(|operation| operation.name != "Dig");
    let mut library = item("Method", "Own.IGardenAgent.Rake", "Rake, says the library.");
    library.returns = Some("A plan, says the library.".to_owned());
    let items = [
        item(
            "Interface",
            "Own.IGardenAgent",
            "The garden, says the library.",
        ),
        item(
            "Method",
            "Own.IGardenAgent.Plan(System.Int32,System.Int32)",
            "Never needed.",
        ),
        library,
    ];
    let pages = [
        page("Services2", "Plan", "Plan, says the page."),
        page(
            "Services1",
            "Silent",
            "Silent, says the older page.\n\n* **x:** That.",
        ),
        page("Services1", "Rake", "Never needed."),
    ];
    check(
        &["Services1", "Services2"],
        &pages,
        &contracts,
        &items,
        expect![[r#"
            GardenAgent
                The garden, says the library.
            dig
                Dig, says the older contract.
            many
                Many, says the contract.
            plan
                Plan, says the page.
            rake
                Rake, says the library.

                **Returns:** A plan, says the library.
            silent
                Silent, says the older page.

                * `x`: That.
            Plan
                What [`GardenAgent::rake`](crate::services2::GardenAgent::rake) returns: A plan, says the
                library.
            operations 5/5, parameters 1/10, structs 0 and 1 by use/4, fields 0/6, enums 0/2, members 0/4
        "#]],
    );
}

#[test]
fn types_come_from_the_library() {
    let mut with_remarks = item("Property", "Own.Services.Bed.Size", "How big.");
    with_remarks.remarks = Some("In <c>m</c>.".to_owned());
    let items = [
        // Another thing of the same name.
        item("Class", "Own.Constants.Bed", "Words of the user interface."),
        item("Field", "Own.Constants.Bed.Title", "Never needed."),
        item(
            "Class",
            "Own.Services.Bed",
            "A <see cref=\"F:Own.Data.BedKind.Flat\">flat</see> bed.",
        ),
        with_remarks,
        item(
            "Property",
            "Own.Services.Bed.Kind",
            "One of <see cref=\"T:Own.Data.BedKind\" />.",
        ),
        item("Class", "Own.Services.Base", "What all have."),
        item("Property", "Own.Services.Base.Id", "The key."),
        item("Enum", "Own.Data.BedKind", "How a bed is built."),
        item("Field", "Own.Data.BedKind.Flat", "0: on the ground"),
        item(
            "Class",
            "Own.Data.Weather",
            "No enum, so not the contract's.",
        ),
        item("Property", "Own.Services.Bed.Note", "What there is to say."),
    ];
    let pages = [page(
        "Services1",
        "Plan",
        "Plans.\n\n**Returns:** The plan of the year.",
    )];
    check(
        &["Services1"],
        &pages,
        &[],
        &items,
        expect![[r#"
        dig
            Returns [`Bed`](crate::services1::Bed): A [flat](crate::services1::BedKind::Flat) bed.
        plan
            Plans.

            **Returns:** The plan of the year.
        Base
            What all have.
        Base.id
            The key.
        Bed
            A [flat](crate::services1::BedKind::Flat) bed.
        Bed.id
            The key.
        Bed.size
            How big.

            In `m`.
        Bed.kind
            One of [`BedKind`](crate::services1::BedKind).
        Bed.note
            What there is to say.
        Note
            [`Bed::note`](crate::services1::Bed::note): What there is to say.
        Plan
            What [`GardenAgent::plan`](crate::services1::GardenAgent::plan) returns: The plan of the
            year.
        BedKind
            How a bed is built.
        BedKind::Flat
            0: on the ground
        operations 1 and 1 by use/5, parameters 0/10, structs 2 and 2 by use/4, fields 4/6, enums 1/2, members 1/4
    "#]],
    );
}

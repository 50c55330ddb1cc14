//! The nine steps between the versions in `schemas/`: what came, what went, what breaks callers.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use superoffice_codegen::diagnostic::SourceFile;
use superoffice_codegen::diff::{self, Diff, Side, Tally, Weight};
use superoffice_codegen::lower::{lower, names::Table};
use superoffice_codegen::model::Api;
use superoffice_codegen::read;

/// One step in numbers: what was added, and what was removed.
struct Step {
    versions: [&'static str; 2],
    agents: &'static str,
    operations: [usize; 2],
    complex_types: [usize; 2],
    enums: [usize; 2],
    fields: [usize; 2],
    members: [usize; 2],
    /// What breaks callers, where it stands.
    breaking: &'static [&'static str],
}

const STEPS: [Step; 9] = [
    Step {
        versions: ["75", "80"],
        agents: "+Pocket",
        operations: [45, 0],
        complex_types: [16, 0],
        enums: [0, 0],
        fields: [4, 1],
        members: [7, 0],
        breaking: &["field WebPanelEntity.OnSattelite: removed (services75/types.xsd)"],
    },
    Step {
        versions: ["80", "81"],
        agents: "+Dashboard -Partner",
        operations: [22, 6],
        complex_types: [7, 2],
        enums: [5, 0],
        fields: [1, 0],
        members: [4, 0],
        breaking: &[
            "parameter Configuration.GetWwwUrl.Client: added at the end (services81/Configuration.wsdl)",
            "agent Partner: removed (services80/Partner.wsdl)",
            "operation Partner.CreateOrUpdateWebPanel: removed (services80/Partner.wsdl)",
            "operation Partner.DeleteMyWebPanels: removed (services80/Partner.wsdl)",
            "operation Partner.DeleteWebPanel: removed (services80/Partner.wsdl)",
            "operation Partner.GetMyWebPanels: removed (services80/Partner.wsdl)",
            "operation Partner.ResumeWebPanel: removed (services80/Partner.wsdl)",
            "operation Partner.SuspendWebPanel: removed (services80/Partner.wsdl)",
            "struct PartnerWebPanel: removed (services80/types.xsd)",
        ],
    },
    Step {
        versions: ["81", "82"],
        agents: "+Favourite +Previews",
        operations: [18, 0],
        complex_types: [4, 0],
        enums: [1, 0],
        fields: [9, 0],
        members: [7, 3],
        breaking: &[
            "parameter Dashboard.GetData.Restrictions: added at the end (services82/Dashboard.wsdl)",
            "member ETableRight.Unused1: removed (services81/types.xsd)",
            "member ETableRight.Uninitialized: removed (services81/types.xsd)",
            "member Navigation.Dashboard: removed (services81/types.xsd)",
        ],
    },
    Step {
        versions: ["82", "83"],
        agents: "+Database",
        operations: [161, 0],
        complex_types: [28, 0],
        enums: [3, 0],
        fields: [14, 0],
        members: [4, 0],
        breaking: &[
            "parameter Selection.RemoveSelectionMembers.SelectionMemberIds: renamed from `Ids` (services83/Selection.wsdl)",
            "operation UserDefinedFieldInfo.Publish: result nothing became `int` (services83/UserDefinedFieldInfo.wsdl)",
        ],
    },
    Step {
        versions: ["83", "84"],
        agents: "+BulkUpdate +Marketing",
        operations: [43, 0],
        complex_types: [18, 0],
        enums: [2, 0],
        fields: [6, 0],
        members: [2, 1],
        breaking: &["member Navigation.PersonDialog: removed (services83/types.xsd)"],
    },
    Step {
        versions: ["84", "85"],
        agents: "+Webhook",
        operations: [30, 0],
        complex_types: [9, 0],
        enums: [5, 0],
        fields: [8, 0],
        members: [4, 0],
        breaking: &[
            "parameter Pocket.GetPocketStartupData.CurrentClientTime: added at the end (services85/Pocket.wsdl)",
        ],
    },
    Step {
        versions: ["85", "86"],
        agents: "+CRMScript +Chat +DatabaseTable +Ticket",
        operations: [76, 0],
        complex_types: [30, 0],
        enums: [13, 0],
        fields: [10, 0],
        members: [7, 0],
        breaking: &[],
    },
    Step {
        versions: ["86", "87"],
        agents: "",
        operations: [52, 0],
        complex_types: [35, 0],
        enums: [7, 0],
        fields: [43, 0],
        members: [7, 0],
        breaking: &[
            "field ProjectMember.ProjectmemberId: moved from position 18 to the start (services87/types.xsd)",
            "field UserGroup.Deleted: type `short` became `boolean` (services87/types.xsd)",
        ],
    },
    Step {
        versions: ["87", "88"],
        agents: "+AI +Dash +DocumentMigration +Targets",
        operations: [336, 0],
        complex_types: [117, 0],
        enums: [41, 0],
        fields: [103, 0],
        members: [114, 0],
        breaking: &[],
    },
];

fn schemas() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas")
}

fn load(version: &str) -> Api {
    let folder = schemas().join(format!("services{version}"));
    let mut files = Vec::new();
    for entry in std::fs::read_dir(&folder).expect("the version is checked in") {
        let path = entry.expect("an entry").path();
        if path
            .extension()
            .is_some_and(|extension| extension == "wsdl" || extension == "xsd")
        {
            let name = path
                .file_name()
                .expect("a file")
                .to_string_lossy()
                .into_owned();
            let text = std::fs::read_to_string(&path).expect("a readable document");
            files.push(SourceFile::new(format!("services{version}/{name}"), text));
        }
    }
    read::read_version(&files).expect("checked-in contracts read")
}

fn names() -> Table {
    match std::fs::read_to_string(schemas().join("names.tsv")) {
        Ok(text) => Table::parse(&SourceFile::new("names.tsv", text)).expect("a table of names"),
        Err(_) => Table::default(),
    }
}

fn agents(diff: &Diff) -> String {
    let signs: Vec<String> = diff
        .agents
        .iter()
        .filter_map(|agent| match (agent.is_added(), agent.is_removed()) {
            (true, _) => Some(format!("+{}", agent.name)),
            (_, true) => Some(format!("-{}", agent.name)),
            _ => None,
        })
        .collect();
    signs.join(" ")
}

fn breaking(diff: &Diff) -> Vec<String> {
    diff.changes()
        .into_iter()
        .filter(|(_, change)| change.weight == Weight::Breaking)
        .map(|(path, change)| {
            let names: Vec<&str> = path.iter().map(|node| node.name.as_str()).collect();
            let node = path.last().expect("a change is somewhere");
            assert!(node.at.span.end > 0, "{} has no place", names.join("."));
            format!(
                "{} {}: {} ({})",
                node.kind,
                names.join("."),
                change.what,
                node.at.file
            )
        })
        .collect()
}

#[test]
fn nine_steps() {
    let names = names();
    let mut older = load(STEPS[0].versions[0]);
    for step in STEPS {
        let newer = load(step.versions[1]);
        let modules = [&older, &newer].map(|api| {
            let lowered = lower(std::slice::from_ref(api), &names).expect("it has a Rust form");
            lowered
                .modules
                .into_iter()
                .next()
                .expect("one module a version")
        });
        let started = Instant::now();
        let diff = diff::compare(
            Side {
                api: &older,
                module: Some(&modules[0]),
            },
            Side {
                api: &newer,
                module: Some(&modules[1]),
            },
        );
        let took = started.elapsed();

        let label = step.versions.join(" to ");
        let counts = |tally: Tally| [tally.added, tally.removed];
        assert_eq!(agents(&diff), step.agents, "agents, {label}");
        let summary = &diff.summary;
        assert_eq!(
            counts(summary.operations),
            step.operations,
            "operations, {label}"
        );
        assert_eq!(
            counts(summary.complex_types),
            step.complex_types,
            "types, {label}"
        );
        assert_eq!(counts(summary.enums), step.enums, "enums, {label}");
        assert_eq!(counts(summary.fields), step.fields, "fields, {label}");
        assert_eq!(counts(summary.members), step.members, "members, {label}");
        assert_eq!(
            breaking(&diff),
            step.breaking,
            "what breaks callers, {label}"
        );
        assert!(took < Duration::from_secs(2), "{label} took {took:?}");
        older = newer;
    }
}

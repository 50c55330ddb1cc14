//! The wire fixtures of one version: every type and every operation, in every variant.

use rayon::prelude::*;
use superoffice_codegen::model::{Api, Enum, Operation, TypeKind, TypeName};

use crate::check::{self, Outcome};
use crate::contract::Contract;
use crate::driver::{Bound, Role, Type, Version};
use crate::fixture::{Builder, Direction, Fixture, Variant, canonical, rounds};
use crate::tree::{self, Difference, Name, Node, Style, Types};

/// What a fixture showed that should not be.
#[derive(Clone, Debug)]
pub struct Failure {
    /// `Appointment/Move response`, `type Link`.
    pub subject: String,
    pub fixture: String,
    pub difference: Difference,
}

/// What was tried, and what failed.
#[derive(Debug, Default)]
pub struct Result {
    pub types: usize,
    pub operations: usize,
    pub fixtures: usize,
    pub failures: Vec<Failure>,
}

/// The name of the element that a type is tried in.
const ROOT: &str = "Root";

const STYLES: [Style; 3] = [Style::Wcf, Style::Prefixed, Style::Loose];

/// Tries every type and every operation of a version.
pub fn run(api: &Api, version: &'static Version) -> std::result::Result<Result, String> {
    let contract = Contract::new(api);
    let mut result = types(&contract, version);
    let client = (version.bind)(check::connection()?);
    let operations: Vec<(&str, &Operation)> = api
        .agents
        .iter()
        .flat_map(|agent| {
            agent
                .operations
                .iter()
                .map(|operation| (&*agent.name, operation))
        })
        .collect();
    let tried: Vec<Trial> = operations
        .par_iter()
        .map(|(agent, operation)| try_operation(&contract, &*client, agent, operation))
        .collect();
    result.operations = operations.len();
    for trial in tried {
        result.add(trial);
    }
    Ok(result)
}

/// The fixtures of one type or operation.
#[derive(Debug, Default)]
struct Trial {
    fixtures: usize,
    failures: Vec<Failure>,
}

impl Trial {
    fn add(&mut self, subject: &str, fixture: &str, outcome: Outcome) {
        self.fixtures += 1;
        let failed = outcome.differences.into_iter().map(|difference| Failure {
            subject: subject.to_owned(),
            fixture: fixture.to_owned(),
            difference,
        });
        self.failures.extend(failed);
    }
}

impl Result {
    fn add(&mut self, trial: Trial) {
        self.fixtures += trial.fixtures;
        self.failures.extend(trial.failures);
    }
}

fn types(contract: &Contract<'_>, version: &'static Version) -> Result {
    let mut result = Result::default();
    let named: Vec<(&TypeName, &TypeKind)> = contract
        .api
        .types
        .iter()
        .map(|(name, ty)| (name, &ty.kind))
        .collect();
    let tried: Vec<Trial> = named
        .par_iter()
        .map(|(name, kind)| try_type(contract, version, name, kind))
        .collect();
    result.types = tried.iter().filter(|trial| trial.fixtures > 0).count();
    for trial in tried {
        result.add(trial);
    }
    result
}

fn try_type(
    contract: &Contract<'_>,
    version: &'static Version,
    name: &TypeName,
    kind: &TypeKind,
) -> Trial {
    let mut trial = Trial::default();
    let subject = format!("type {name}");
    let is_emitted = |ty: &&Type| {
        let namespace = version.contract.namespaces.get(usize::from(ty.namespace));
        ty.name == name.name && namespace.is_some_and(|uri| *uri == name.namespace)
    };
    let emitted: Vec<&Type> = version.types.iter().filter(is_emitted).collect();
    let is_expected = match kind {
        // What is generic in Rust has no name there.
        TypeKind::Array(_) | TypeKind::Dictionary(_) => return trial,
        TypeKind::Struct(_) => matches!(
            emitted[..],
            [Type {
                role: Role::Struct,
                ..
            }] | [
                Type {
                    role: Role::Struct,
                    ..
                },
                Type {
                    role: Role::Polymorph,
                    ..
                }
            ]
        ),
        TypeKind::Enum(_) | TypeKind::Flags(_) => {
            matches!(
                emitted[..],
                [Type {
                    role: Role::Members(_),
                    ..
                }]
            )
        }
    };
    if !is_expected {
        let outcome = failed("a Rust type", format!("{} of that name", emitted.len()));
        trial.add(&subject, "table", outcome);
        return trial;
    }
    for ty in emitted {
        match (kind, ty.role) {
            (TypeKind::Enum(members), Role::Members(stated)) => {
                trial.add(&subject, "table", table(members, false, &stated()));
                try_members(contract, version, ty, &subject, members, false, &mut trial);
            }
            (TypeKind::Flags(members), Role::Members(stated)) => {
                trial.add(&subject, "table", table(members, true, &stated()));
                try_members(contract, version, ty, &subject, members, true, &mut trial);
            }
            _ => try_struct(contract, version, ty, &subject, name, &mut trial),
        }
    }
    trial
}

fn failed(expected: impl Into<String>, found: impl Into<String>) -> Outcome {
    Outcome {
        rules: Vec::new(),
        differences: vec![Difference {
            path: "/".to_owned(),
            cause: tree::Cause::Value,
            expected: expected.into(),
            found: found.into(),
        }],
    }
}

/// Compares names and numbers of members with the contract's.
fn table(members: &Enum, is_flags: bool, stated: &[(&'static str, Option<i64>)]) -> Outcome {
    let names = members.members.iter().map(|member| &*member.name);
    let expected: Vec<_> = names
        .zip(members.values(is_flags).into_iter().map(Some))
        .collect();
    if expected == stated {
        return Outcome::default();
    }
    failed(format!("{expected:?}"), format!("{stated:?}"))
}

fn try_members(
    contract: &Contract<'_>,
    version: &'static Version,
    ty: &Type,
    subject: &str,
    members: &Enum,
    is_flags: bool,
    trial: &mut Trial,
) {
    let root = Name::new(&*contract.api.namespace, ROOT);
    for (position, member) in members.members.iter().enumerate() {
        // In a set, names of the same bits come back as the first declared that make them up.
        let expected = match is_flags {
            true => canonical(members, &[position]),
            false => member.name.clone(),
        };
        let fixture = Fixture {
            given: Node::text(root.clone(), member.name.clone()),
            expected: Node::text(root.clone(), expected),
            unknowns: 0,
        };
        try_fixture(version, ty, subject, "member", &fixture, Style::Wcf, trial);
    }
    if is_flags {
        let fixture = Fixture {
            given: Node::new(root.clone()),
            expected: Node::new(root.clone()),
            unknowns: 0,
        };
        try_fixture(version, ty, subject, "empty", &fixture, Style::Wcf, trial);
    }
    for variant in [
        Variant::UnknownMembers,
        Variant::Aliases,
        Variant::Filled(0),
    ] {
        let fixture = Builder::new(contract, variant, 0).text(&root, members, is_flags);
        try_fixture(
            version,
            ty,
            subject,
            &format!("{variant:?}"),
            &fixture,
            Style::Loose,
            trial,
        );
    }
}

fn try_struct(
    contract: &Contract<'_>,
    version: &'static Version,
    ty: &Type,
    subject: &str,
    name: &TypeName,
    trial: &mut Trial,
) {
    let Some((name, _)) = contract.api.types.get_key_value(name) else {
        return;
    };
    let root = Name::new(&*contract.api.namespace, ROOT);
    let rounds = rounds(contract.members(name).len());
    for (number, variant) in Variant::all(rounds).enumerate() {
        let style = STYLES[number % STYLES.len()];
        // Two levels below the type itself, once.
        let depth = if variant == Variant::Filled(0) { 2 } else { 1 };
        let mut builder = Builder::new(contract, variant, depth);
        let label = format!("{variant:?}");
        if matches!(ty.role, Role::Struct) {
            let fixture = builder.named(&root, name);
            try_fixture(version, ty, subject, &label, &fixture, style, trial);
            continue;
        }
        if variant == Variant::UnknownDerived {
            let fixture = builder.unknown_derived(&root, name);
            try_fixture(version, ty, subject, &label, &fixture, style, trial);
            continue;
        }
        for actual in std::iter::once(&name).chain(contract.derived(name)) {
            let fixture = builder.polymorph(&root, name, actual);
            let label = format!("{variant:?} as {}", actual.name);
            try_fixture(version, ty, subject, &label, &fixture, style, trial);
        }
    }
}

fn try_fixture(
    version: &'static Version,
    ty: &Type,
    subject: &str,
    label: &str,
    fixture: &Fixture,
    style: Style,
    trial: &mut Trial,
) {
    let mut outcome = Outcome::default();
    let xml = tree::write(&fixture.given, style);
    let result = ty.round_trip(version.contract, ROOT, &xml);
    check::round_trip(
        result,
        &fixture.expected,
        Types::Count,
        fixture.unknowns,
        &mut outcome,
    );
    trial.add(subject, label, outcome);
}

fn try_operation(
    contract: &Contract<'_>,
    client: &dyn Bound,
    agent: &str,
    operation: &Operation,
) -> Trial {
    let mut trial = Trial::default();
    let namespace = &*contract.api.namespace;
    let parameters = contract.parameters(operation);
    let results = contract.results(operation);
    let rounds = rounds(parameters.len().max(results.len()));
    for (number, variant) in Variant::all(rounds).enumerate() {
        let style = STYLES[number % STYLES.len()];
        let label = format!("{variant:?}");
        let depth = usize::from(variant == Variant::Filled(0));
        let root = Name::new(namespace, &*operation.name);
        let fixture =
            Builder::new(contract, variant, depth).wrapper(&root, &parameters, Direction::Request);
        let mut outcome = Outcome::default();
        let wanted = (agent, &*operation.name);
        let driven = check::request(client, wanted, &fixture, style, &mut outcome);
        trial.add(
            &format!("{agent}/{} request", operation.name),
            &label,
            outcome,
        );
        let Some(driven) = driven else {
            continue;
        };
        let root = Name::new(namespace, &*operation.response_element);
        let fixture =
            Builder::new(contract, variant, depth).wrapper(&root, &results, Direction::Response);
        let mut outcome = Outcome::default();
        check::response(&*driven, &fixture, style, &mut outcome);
        trial.add(
            &format!("{agent}/{} response", operation.name),
            &label,
            outcome,
        );
    }
    trial
}

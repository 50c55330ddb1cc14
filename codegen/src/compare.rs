//! Two readings of one contract: where they differ, in words, with both places.

use std::fmt;

use crate::diagnostic::Location;
use crate::model::{
    Agent, Api, Enum, Field, HeaderElement, Operation, Primitive, Retirement, Type, TypeKind,
    TypeName, TypeRef,
};

/// One thing that two models say differently.
#[derive(Clone, Debug)]
pub struct Difference {
    /// `Services88`, `agent License`, `type LicenseStatus (…)` …
    pub what: String,
    /// What the one says; `nothing` where it ends earlier.
    pub left: String,
    pub right: String,
    pub left_at: Location,
    pub right_at: Location,
}

impl Difference {
    /// The whole version is on one side only.
    pub fn missing(version: &str) -> Self {
        Self {
            what: format!("version {version}"),
            left: "is there".to_owned(),
            right: "is missing".to_owned(),
            left_at: Location::default(),
            right_at: Location::default(),
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} / {}", self.what, self.left, self.right)
    }
}

/// All differences of two models: the first of each agent, operation, type and header.
///
/// Empty exactly if the two are equal.
pub fn apis(left: &Api, right: &Api) -> Vec<Difference> {
    let (left, right) = (&*left.with_retired(), &*right.with_retired());
    let mut found = Vec::new();
    let here = Location::default();
    let facts = |api: &Api| {
        vec![Fact::new(
            format!("version {}, namespace {}", api.version, api.namespace),
            &here,
        )]
    };
    found.extend(first("version".to_owned(), facts(left), facts(right)));
    pairs(
        left.agents.iter().map(|agent| (&agent.name, agent)),
        right.agents.iter().map(|agent| (&agent.name, agent)),
        |_, one, other| found.extend(optional(one, other, agents, |a| (agent_name(a), &a.at))),
    );
    pairs(&left.types, &right.types, |name, one, other| {
        found.extend(optional(
            one,
            other,
            |a, b| types(name, a, b),
            |ty| (format!("type `{name}`"), &ty.at),
        ));
    });
    pairs(&left.headers, &right.headers, |name, one, other| {
        found.extend(optional(
            one,
            other,
            |a, b| headers(name, a, b),
            |header| (format!("header `{name}`"), &header.at),
        ));
    });
    found
}

/// The differences of two agents: its own, and the first of each operation.
pub fn agents(left: &Agent, right: &Agent) -> Vec<Difference> {
    let mut found = Vec::new();
    let facts = |agent: &Agent| {
        let text = format!(
            "agent {}, service {}, port {}",
            agent.name, agent.service, agent.port
        );
        vec![Fact::new(text, &agent.at)]
    };
    found.extend(first(agent_name(left), facts(left), facts(right)));
    pairs(
        left.operations
            .iter()
            .map(|operation| (&operation.name, operation)),
        right
            .operations
            .iter()
            .map(|operation| (&operation.name, operation)),
        |name, one, other| {
            let what = format!("operation `{}/{name}`", left.name);
            let differences = optional(
                one,
                other,
                |a, b| first(what.clone(), operation_facts(a), operation_facts(b)),
                |operation| (what.clone(), &operation.at),
            );
            // The agent is where an operation is missing.
            found.extend(differences.into_iter().map(|difference| Difference {
                left_at: one.map_or(&left.at, |_| &difference.left_at).clone(),
                right_at: other.map_or(&right.at, |_| &difference.right_at).clone(),
                ..difference
            }));
        },
    );
    found
}

/// The first difference of two types of one name.
pub fn types(name: &TypeName, left: &Type, right: &Type) -> Option<Difference> {
    // Nearly always equal; the words are made only for those that are not.
    if left == right {
        return None;
    }
    first(
        format!("type `{name}`"),
        type_facts(left),
        type_facts(right),
    )
}

/// The difference of two header elements of one name.
pub fn headers(name: &str, left: &HeaderElement, right: &HeaderElement) -> Option<Difference> {
    let facts = |header: &HeaderElement| {
        let nillable = if header.nillable { ", nillable" } else { "" };
        vec![Fact::new(
            format!("`{name}`: {}{nillable}", shown(&header.ty)),
            &header.at,
        )]
    };
    first(format!("header `{name}`"), facts(left), facts(right))
}

fn agent_name(agent: &Agent) -> String {
    format!("agent `{}`", agent.name)
}

/// One statement of a contract; two models are equal if all their facts are.
struct Fact {
    text: String,
    at: Location,
}

impl Fact {
    fn new(text: impl Into<String>, at: &Location) -> Self {
        Self {
            text: text.into(),
            at: at.clone(),
        }
    }
}

fn operation_facts(operation: &Operation) -> Vec<Fact> {
    let at = &operation.at;
    let inferred = if operation.inferred { ", inferred" } else { "" };
    let mut facts = vec![
        Fact::new(
            format!(
                "action {}{inferred}{}",
                operation.action,
                gone(&operation.retired)
            ),
            at,
        ),
        Fact::new(format!("answered by `{}`", operation.response_element), at),
        Fact::new(
            format!("request headers {}", operation.request_headers.join(", ")),
            at,
        ),
        Fact::new(
            format!("response headers {}", operation.response_headers.join(", ")),
            at,
        ),
    ];
    facts.extend(
        operation
            .parameters
            .iter()
            .map(|field| field_fact("parameter ", field)),
    );
    facts.extend(
        operation
            .results
            .iter()
            .map(|field| field_fact("result ", field)),
    );
    facts
}

fn type_facts(ty: &Type) -> Vec<Fact> {
    let at = &ty.at;
    let mut facts = match &ty.kind {
        TypeKind::Struct(s) => {
            let base = s
                .base
                .as_ref()
                .map(|base| format!(" derived from `{base}`"));
            let value_type = if s.is_value_type {
                " that is a value type"
            } else {
                ""
            };
            let text = format!("a struct{}{value_type}", base.unwrap_or_default());
            let fields = s.fields.iter().map(|field| field_fact("", field));
            std::iter::once(Fact::new(text, at)).chain(fields).collect()
        }
        TypeKind::Array(item) => {
            vec![Fact::new("an array", at), field_fact("item ", item)]
        }
        TypeKind::Dictionary(d) => vec![
            Fact::new(format!("a dictionary of `{}`", d.entry), at),
            field_fact("key ", &d.key),
            field_fact("value ", &d.value),
        ],
        TypeKind::Enum(e) => enum_facts("an enum", e, at),
        TypeKind::Flags(e) => enum_facts("a flag set", e, at),
    };
    if ty.inferred {
        facts[0].text += ", inferred";
    }
    facts[0].text += &gone(&ty.retired);
    facts
}

fn gone(retired: &Option<Retirement>) -> String {
    match retired {
        None => String::new(),
        Some(Retirement { drop, after }) => {
            let drop = drop.as_deref().unwrap_or("an unknown day");
            format!(", retired by the drop of {drop} after {after}")
        }
    }
}

fn enum_facts(what: &str, e: &Enum, at: &Location) -> Vec<Fact> {
    let actual_type = e.actual_type.as_ref().map(|ty| format!(" of type {ty}"));
    let text = format!("{what}{}", actual_type.unwrap_or_default());
    let members = e.members.iter().map(|member| {
        let value = member.stated_value.map(|value| format!(" = {value}"));
        Fact::new(
            format!("member `{}`{}", member.name, value.unwrap_or_default()),
            &member.at,
        )
    });
    std::iter::once(Fact::new(text, at))
        .chain(members)
        .collect()
}

fn field_fact(role: &str, field: &Field) -> Fact {
    let required = if field.required { ", required" } else { "" };
    let nillable = if field.nillable { ", nillable" } else { "" };
    let text = format!(
        "{role}`{}`: {}{required}{nillable}",
        field.name,
        shown(&field.ty)
    );
    Fact::new(text, &field.at)
}

fn shown(ty: &TypeRef) -> String {
    match ty {
        TypeRef::Primitive(primitive) => Primitive::wire_name(*primitive).to_owned(),
        TypeRef::Named(name) => format!("`{name}`"),
    }
}

/// The first pair of facts that is not equal.
fn first(what: String, left: Vec<Fact>, right: Vec<Fact>) -> Option<Difference> {
    let same = left
        .iter()
        .zip(&right)
        .take_while(|(a, b)| a.text == b.text)
        .count();
    // Where one ends, its last fact is the place to show.
    let pick = |facts: &[Fact]| match facts.get(same) {
        Some(fact) => (fact.text.clone(), fact.at.clone()),
        None => {
            let at = facts.last().map(|fact| fact.at.clone());
            ("nothing more".to_owned(), at.unwrap_or_default())
        }
    };
    if same == left.len() && same == right.len() {
        return None;
    }
    let ((left, left_at), (right, right_at)) = (pick(&left), pick(&right));
    Some(Difference {
        what,
        left,
        right,
        left_at,
        right_at,
    })
}

/// Visits the union of two sorted lists.
fn pairs<'a, K: Ord + 'a, V: 'a>(
    left: impl IntoIterator<Item = (&'a K, &'a V)>,
    right: impl IntoIterator<Item = (&'a K, &'a V)>,
    mut visit: impl FnMut(&'a K, Option<&'a V>, Option<&'a V>),
) {
    let mut both: std::collections::BTreeMap<&K, (Option<&V>, Option<&V>)> = Default::default();
    for (key, value) in left {
        both.entry(key).or_default().0 = Some(value);
    }
    for (key, value) in right {
        both.entry(key).or_default().1 = Some(value);
    }
    for (key, (one, other)) in both {
        visit(key, one, other);
    }
}

/// Compares what both have; what only one has is a difference itself.
fn optional<'a, V, D: IntoIterator<Item = Difference>>(
    left: Option<&'a V>,
    right: Option<&'a V>,
    compare: impl FnOnce(&'a V, &'a V) -> D,
    describe: impl Fn(&'a V) -> (String, &'a Location),
) -> Vec<Difference> {
    let present = |value: Option<&'a V>| match value {
        Some(value) => ("is there".to_owned(), describe(value).1.clone()),
        None => ("is missing".to_owned(), Location::default()),
    };
    match (left, right) {
        (Some(left), Some(right)) => compare(left, right).into_iter().collect(),
        (None, None) => Vec::new(),
        (Some(one), None) | (None, Some(one)) => {
            let ((left, left_at), (right, right_at)) = (present(left), present(right));
            vec![Difference {
                what: describe(one).0,
                left,
                right,
                left_at,
                right_at,
            }]
        }
    }
}

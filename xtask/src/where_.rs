//! `cargo xtask where`: in which versions a name exists, as what, and what changed between.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::PathBuf;

use rayon::prelude::*;
use serde::Serialize;
use superoffice_codegen::diff::{Change, Diff, Kind, Node};
use superoffice_codegen::model::{Api, TypeKind};
use superoffice_codegen::{describe, ir};

use crate::diff::print;
use crate::report::Failure;
use crate::schemas;
use crate::side::{self, Side};

/// Shows in which versions a name exists, with which signature.
///
/// The name is that of an agent, operation, type or header, `Agent.Operation`, `Type.Field` or
/// `Enum.Member`, in the contract's spelling or in Rust's.
#[derive(clap::Args)]
pub(crate) struct Args {
    name: String,
    #[arg(long)]
    json: bool,
    /// Where the canonical contracts stand, if not in the project's `schemas/`.
    #[arg(long, value_name = "DIR")]
    schemas: Option<PathBuf>,
}

impl Args {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let sides = side::load_all(&self.schemas.unwrap_or_else(schemas::default_dir))?;
        let found = find(&sides, &self.name);
        if found.is_empty() {
            let apis: Vec<&Api> = sides.iter().map(|side| &side.api).collect();
            return Err(Failure::Check(unknown(&apis, &self.name)));
        }
        if self.json {
            let mut text = serde_json::to_string_pretty(&found).unwrap_or_default();
            text.push('\n');
            return print(&text);
        }
        print(&render(&found))
    }
}

/// One thing that has the name, through all versions.
#[derive(Debug, Serialize)]
pub(crate) struct Found {
    kind: Kind,
    /// `License.GetStatus`
    name: String,
    /// How a caller writes it, in the last version that has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    rust: Option<String>,
    /// Without a gap and with one signature each; versions between are those that lack it.
    periods: Vec<Period>,
}

#[derive(Debug, Serialize)]
struct Period {
    since: String,
    until: String,
    signature: String,
    /// What changed at its beginning, if the version before had the thing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    changes: Vec<Step>,
}

#[derive(Debug, Serialize)]
struct Step {
    name: String,
    #[serde(flatten)]
    change: Change,
}

/// A run of versions without a gap that have something.
#[derive(Debug, Serialize)]
pub(crate) struct Lifetime {
    kind: Kind,
    /// `License.GetStatus`
    name: String,
    since: String,
    /// Not there if the newest version has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
}

/// How long everything has been there; the versions are the oldest first.
pub(crate) fn lifetimes(apis: &[&Api]) -> Vec<Lifetime> {
    let catalogues: Vec<_> = apis.par_iter().map(|api| catalogue(api)).collect();
    let keys: BTreeSet<&Key> = catalogues.iter().flat_map(BTreeMap::keys).collect();
    let mut lifetimes = Vec::new();
    for key in keys {
        let has = |index: usize| catalogues[index].contains_key(key);
        let versions = (0..apis.len()).collect::<Vec<_>>();
        for run in versions.chunk_by(|a, b| has(*a) == has(*b)) {
            let (Some(&first), Some(&last)) = (run.first(), run.last()) else {
                continue;
            };
            if has(first) {
                let is_gone = last + 1 < apis.len();
                lifetimes.push(Lifetime {
                    kind: key.kind,
                    name: key.qualified(),
                    since: apis[first].version.clone(),
                    until: is_gone.then(|| apis[last].version.clone()),
                });
            }
        }
    }
    lifetimes
}

/// Everything of that name; the versions are the oldest first.
pub(crate) fn find(sides: &[Side], name: &str) -> Vec<Found> {
    let catalogues: Vec<BTreeMap<Key, String>> =
        sides.par_iter().map(|side| catalogue(&side.api)).collect();
    let mut keys: Vec<&Key> = Vec::new();
    for accept in [exact, loose] {
        keys = catalogues
            .iter()
            .flat_map(BTreeMap::keys)
            .filter(|key| accept(key, name))
            .collect();
        // Whoever asks for a member without its owner wants it only if nothing else has the name.
        if keys.iter().any(|key| !key.is_member()) && !name.contains(['.', '/', ':']) {
            keys.retain(|key| !key.is_member());
        }
        if !keys.is_empty() {
            break;
        }
    }
    keys.sort();
    keys.dedup();
    if keys.is_empty() {
        return Vec::new();
    }
    let diffs: Vec<Diff> = sides
        .par_iter()
        .zip(sides.par_iter().skip(1))
        .map(|(old, new)| side::compare(old, new))
        .collect();
    keys.into_iter()
        .map(|key| through_versions(sides, &catalogues, &diffs, key))
        .collect()
}

fn through_versions(
    sides: &[Side],
    catalogues: &[BTreeMap<Key, String>],
    diffs: &[Diff],
    key: &Key,
) -> Found {
    let mut periods: Vec<Period> = Vec::new();
    let mut had_it = false;
    for (index, catalogue) in catalogues.iter().enumerate() {
        let version = &sides[index].api.version;
        let Some(signature) = catalogue.get(key) else {
            had_it = false;
            continue;
        };
        let mut changes = Vec::new();
        if had_it && let Some(diff) = index.checked_sub(1).and_then(|step| diffs.get(step)) {
            changes = steps(diff, key);
        }
        match periods.last_mut() {
            Some(period) if had_it && changes.is_empty() && period.signature == *signature => {
                period.until.clone_from(version);
            }
            _ => periods.push(Period {
                since: version.clone(),
                until: version.clone(),
                signature: signature.clone(),
                changes,
            }),
        }
        had_it = true;
    }
    let last = periods.last().map(|period| &period.until);
    let last = sides.iter().find(|side| Some(&side.api.version) == last);
    Found {
        kind: key.kind,
        name: key.qualified(),
        rust: last.and_then(|side| in_rust(side.module.as_ref()?, key)),
        periods,
    }
}

/// `license().get_status(owner_name) -> Call<Option<Status>>`, `Person::name: Option<String>`.
fn in_rust(module: &ir::Module, key: &Key) -> Option<String> {
    let agent = |name: &str| module.agents.iter().find(|agent| agent.wire == name);
    let structure = |name: &str| module.structs.iter().find(|ty| ty.wire == name);
    let enumeration = |name: &str| module.enums.iter().find(|ty| ty.wire == name);
    let owner = key.owner.as_deref();
    Some(match key.kind {
        Kind::Agent => format!("{}()", agent(&key.name)?.module),
        Kind::Operation => {
            let agent = agent(owner?)?;
            let method = agent
                .methods
                .iter()
                .find(|method| method.wire == key.name)?;
            let parameters: Vec<&str> = match &method.args {
                Some(args) => vec![args],
                None => method
                    .parameters
                    .iter()
                    .map(|field| field.rust.as_str())
                    .collect(),
            };
            let result = describe::rust_result(&method.result);
            let (agent, name) = (&agent.module, &method.rust);
            format!(
                "{agent}().{name}({}) -> Call<{result}>",
                parameters.join(", ")
            )
        }
        Kind::Struct => structure(&key.name)?.rust.clone(),
        Kind::Enum | Kind::Flags => enumeration(&key.name)?.rust.clone(),
        Kind::Field => {
            let ty = structure(owner?)?;
            let field = ty.fields.iter().find(|field| field.wire == key.name)?;
            format!(
                "{}::{}: {}",
                ty.rust,
                field.rust,
                describe::rust_field(field)
            )
        }
        Kind::Member => {
            let ty = enumeration(owner?)?;
            let member = ty.members.iter().find(|member| member.wire == key.name)?;
            format!("{}::{}", ty.rust, member.rust)
        }
        Kind::Header | Kind::Array | Kind::Dictionary | Kind::Parameter | Kind::Result => {
            return None;
        }
    })
}

/// What a diff says about a thing and what is in it.
fn steps(diff: &Diff, key: &Key) -> Vec<Step> {
    fn walk(node: &Node, name: &str, steps: &mut Vec<Step>) {
        for change in &node.changes {
            steps.push(Step {
                name: name.to_owned(),
                change: change.clone(),
            });
        }
        for child in &node.children {
            walk(child, &child.name, steps);
        }
    }
    let top = key.owner.as_deref().unwrap_or(&key.name);
    let mut steps = Vec::new();
    for node in diff.nodes().filter(|node| node.name == top) {
        let is_agent = node.kind == Kind::Agent;
        if is_agent != matches!(key.kind, Kind::Agent | Kind::Operation) {
            continue;
        }
        match &key.owner {
            None if is_agent => {
                // An agent's operations are asked for by themselves: only their comings count.
                for child in node
                    .children
                    .iter()
                    .filter(|child| child.is_added() || child.is_removed())
                {
                    let change = child.changes.first().cloned();
                    steps.extend(change.map(|change| Step {
                        name: child.name.clone(),
                        change,
                    }));
                }
            }
            None => walk(node, &node.name, &mut steps),
            Some(_) => {
                for child in node.children.iter().filter(|child| child.name == key.name) {
                    walk(child, &child.name, &mut steps);
                }
            }
        }
    }
    steps
}

/// What can be asked for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    /// The type of a field, the agent of an operation.
    owner: Option<String>,
    name: String,
    kind: Kind,
}

impl Key {
    fn new(kind: Kind, owner: Option<&str>, name: &str) -> Self {
        Self {
            owner: owner.map(str::to_owned),
            name: name.to_owned(),
            kind,
        }
    }

    fn qualified(&self) -> String {
        match &self.owner {
            Some(owner) => format!("{owner}.{}", self.name),
            None => self.name.clone(),
        }
    }

    fn is_member(&self) -> bool {
        matches!(self.kind, Kind::Field | Kind::Member)
    }
}

fn exact(key: &Key, name: &str) -> bool {
    key.name == name || key.qualified() == name.replace("::", ".").replace('/', ".")
}

/// In whatever case and with whatever separators: Rust's names are the contract's in another case.
fn loose(key: &Key, name: &str) -> bool {
    let name = letters(name);
    letters(&key.name) == name || letters(&key.qualified()) == name
}

fn letters(name: &str) -> String {
    name.trim_start_matches("r#")
        .chars()
        .filter(|character| character.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// Everything of a version with its signature in one line.
fn catalogue(api: &Api) -> BTreeMap<Key, String> {
    let mut catalogue = BTreeMap::new();
    for agent in &api.agents {
        let service = format!("service {}", agent.service);
        catalogue.insert(Key::new(Kind::Agent, None, &agent.name), service);
        for operation in &agent.operations {
            let key = Key::new(Kind::Operation, Some(&agent.name), &operation.name);
            catalogue.insert(key, describe::operation(operation));
        }
    }
    for (name, header) in &api.headers {
        let signature = describe::type_ref(&header.ty).to_owned();
        catalogue.insert(Key::new(Kind::Header, None, name), signature);
    }
    for (name, ty) in &api.types {
        let key = Key::new(Kind::from(&ty.kind), None, &name.name);
        catalogue.insert(key, describe::ty(ty));
        let owner = Some(name.name.as_str());
        match &ty.kind {
            TypeKind::Struct(structure) => {
                for field in &structure.fields {
                    let key = Key::new(Kind::Field, owner, &field.name);
                    catalogue.insert(key, describe::field(field));
                }
            }
            TypeKind::Enum(members) | TypeKind::Flags(members) => {
                for (member, value) in members.members.iter().zip(ty.values()) {
                    let key = Key::new(Kind::Member, owner, &member.name);
                    catalogue.insert(key, format!("{} = {value}", member.name));
                }
            }
            TypeKind::Array(_) | TypeKind::Dictionary(_) => {}
        }
    }
    catalogue
}

fn render(found: &[Found]) -> String {
    let mut out = String::new();
    for thing in found {
        let _ = writeln!(out, "{} {}", thing.kind, thing.name);
        if let Some(rust) = &thing.rust {
            let _ = writeln!(out, "  {rust}");
        }
        for period in &thing.periods {
            let versions = if period.since == period.until {
                period.since.clone()
            } else {
                format!("{} … {}", period.since, period.until)
            };
            let _ = writeln!(out, "  {versions:<25}  {}", period.signature);
            for step in &period.changes {
                let _ = writeln!(
                    out,
                    "  {:<25}    {} {} ({})",
                    "", step.name, step.change.what, step.change.weight
                );
            }
        }
    }
    out
}

fn unknown(apis: &[&Api], name: &str) -> String {
    let wanted = letters(name.rsplit(['.', '/', ':']).next().unwrap_or(name));
    let mut near: Vec<(usize, String)> = Vec::new();
    if let Some(api) = apis.last() {
        for key in catalogue(api).into_keys() {
            let distance = distance(&letters(&key.name), &wanted);
            if distance <= 1 + wanted.len() / 5 {
                near.push((distance, key.qualified()));
            }
        }
    }
    near.sort();
    near.truncate(3);
    let versions = match apis {
        [] => "there are no contracts in `schemas/`".to_owned(),
        [only] => format!("{} has nothing called `{name}`", only.version),
        [first, .., last] => {
            format!(
                "no version from {} to {} has anything called `{name}`",
                first.version, last.version
            )
        }
    };
    if near.is_empty() {
        return versions;
    }
    let near: Vec<String> = near
        .into_iter()
        .map(|(_, name)| format!("`{name}`"))
        .collect();
    format!("{versions}; there is {}", near.join(", "))
}

/// How many letters to insert, drop or replace to get from one word to the other.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}

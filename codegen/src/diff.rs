//! Two contracts set against each other: every difference, what it weighs and why.
//!
//! The weight is meant for a caller of the generated crate. Each change gives its reason twice:
//! in Rust's terms (what happens to code that is compiled against the new version) and in the
//! wire's (what happens between a program built from the old contract and a server of the new
//! one), because the two disagree often: an inserted field is nothing to a reader and a loss to
//! an older writer.
//!
//! Invariant: the version segment of namespaces and the order of declarations are no change; the
//! order of members is.

mod operations;
mod reach;
mod rust;
mod sequence;
mod types;

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use crate::describe;
use crate::diagnostic::Location;
use crate::ir;
use crate::model::{Api, HeaderElement, Type, TypeKind, TypeName, TypeRef};

use reach::Links;
use rust::Rust;

/// One of the two contracts.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    pub api: &'a Api,
    /// What it is in Rust. Without it names in Rust are left out of the reasons, and changes that
    /// only Rust knows of (a name, a `Box`) stay unseen.
    pub module: Option<&'a ir::Module>,
}

/// What a change means to a caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Weight {
    /// Nothing that code or wire would notice.
    Neutral,
    /// There is more than there was; what a caller wrote goes on working.
    Addition,
    /// What a caller wrote goes on compiling, with a warning, and the server refuses it.
    Deprecation,
    /// Code stops compiling, or an older program's values are lost or refused.
    Breaking,
}

/// Everything that differs, as a tree.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Diff {
    /// `Services87`
    pub from: String,
    /// `Services88`
    pub to: String,
    pub summary: Summary,
    pub agents: Vec<Node>,
    pub types: Vec<Node>,
    pub headers: Vec<Node>,
}

/// A thing of the contract that changed, or in which something did.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Node {
    pub kind: Kind,
    /// As on the wire.
    pub name: String,
    /// Its name in the new version's Rust, or in the old one's if it is gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rust: Option<String>,
    /// The heaviest of all changes here and below.
    pub weight: Weight,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub children: Vec<Node>,
    /// Of a type: the agents whose operations carry it, in either version.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub agents: Vec<String>,
    /// In the new documents, or in the old ones if it is gone.
    #[serde(skip)]
    pub at: Location,
    /// `at` as a reader finds it, see [`Diff::locate`].
    #[serde(rename = "at", skip_serializing_if = "String::is_empty")]
    pub place: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Agent,
    Operation,
    Parameter,
    Result,
    Header,
    Struct,
    Field,
    Array,
    Dictionary,
    Enum,
    Flags,
    Member,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    #[serde(flatten)]
    pub what: What,
    pub weight: Weight,
    /// What code that is compiled against the new version meets.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub rust: String,
    /// What a program built from the old contract meets at a server of the new one.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub wire: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum What {
    Added {
        #[serde(skip_serializing_if = "Option::is_none")]
        place: Option<Place>,
    },
    Removed {
        #[serde(skip_serializing_if = "Option::is_none")]
        place: Option<Place>,
    },
    /// The contract lost it before; now the deprecated method goes, which was kept for a release.
    Expired,
    Renamed {
        from: String,
        to: String,
    },
    Moved {
        from: Place,
        to: Place,
    },
    /// Another type on the wire.
    Retyped {
        from: String,
        to: String,
    },
    /// `minOccurs` or `nillable`.
    Presence {
        from: String,
        to: String,
    },
    /// The numeric value of an enum's member.
    Value {
        from: i64,
        to: i64,
    },
    /// The member that a Rust enum starts out as: the one for zero.
    Default {
        from: Option<String>,
        to: Option<String>,
    },
    /// A struct became an enum, an enum a flag set …
    Kind {
        from: Kind,
        to: Kind,
    },
    Base {
        from: Option<String>,
        to: Option<String>,
    },
    /// Whether values may be of derived types.
    Polymorphic {
        from: bool,
        to: bool,
    },
    /// One output became several, several became none …
    Results {
        from: Option<String>,
        to: Option<String>,
    },
    /// The arguments became a struct of their own, or ceased to be one.
    Arguments {
        from: usize,
        to: usize,
    },
    RequestHeaders {
        from: Vec<String>,
        to: Vec<String>,
    },
    ResponseHeaders {
        from: Vec<String>,
        to: Vec<String>,
    },
    /// A fact that callers do not see: the name of a service, the element inside an array.
    Stated {
        fact: &'static str,
        from: String,
        to: String,
    },
    /// The name in Rust alone.
    RustName {
        from: String,
        to: String,
    },
    /// The type in Rust alone: a `Box`, an `Option`.
    RustType {
        from: String,
        to: String,
    },
}

/// A position among siblings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    /// Counted from 1.
    pub position: usize,
    pub of: usize,
    /// The sibling before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// The change in numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    pub agents: Tally,
    pub operations: Tally,
    /// Structs, arrays and dictionaries.
    pub complex_types: Tally,
    /// With flag sets.
    pub enums: Tally,
    /// Own fields of structs that both versions have.
    pub fields: Tally,
    /// Members of enums that both versions have.
    pub members: Tally,
    /// Changes by weight.
    pub breaking: usize,
    pub deprecations: usize,
    pub additions: usize,
    pub neutral: usize,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    pub added: usize,
    pub removed: usize,
    pub changed: usize,
}

/// Finds every difference.
///
/// What is retired still is there for code that is compiled, and not for the wire.
pub fn compare(old: Side<'_>, new: Side<'_>) -> Diff {
    let whole = [old.api.with_retired(), new.api.with_retired()];
    let [before, now] = &whole;
    let sides = Sides {
        old: Half::new(before, old.module),
        new: Half::new(now, new.module),
    };
    let agents = sides.agents();
    let types = sides.types();
    let headers = sides.headers();
    Diff {
        from: old.api.version.clone(),
        to: new.api.version.clone(),
        summary: summarise(&agents, &types, &headers),
        agents,
        types,
        headers,
    }
}

impl Diff {
    pub fn is_empty(&self) -> bool {
        self.nodes().next().is_none()
    }

    /// The heaviest change; none if nothing differs.
    pub fn weight(&self) -> Option<Weight> {
        self.nodes().map(|node| node.weight).max()
    }

    /// The topmost nodes: agents, types, headers.
    pub fn nodes(&self) -> impl Iterator<Item = &Node> {
        self.agents.iter().chain(&self.types).chain(&self.headers)
    }

    /// Fills in [`Node::place`]: whoever has the documents knows the lines.
    ///
    /// The flag says that the place is in the old documents, because the thing is gone.
    pub fn locate(&mut self, place: impl Fn(&Location, bool) -> String) {
        fn walk(nodes: &mut [Node], is_gone: bool, place: &impl Fn(&Location, bool) -> String) {
            for node in nodes {
                let is_gone = is_gone || node.is_removed();
                node.place = place(&node.at, is_gone);
                walk(&mut node.children, is_gone, place);
            }
        }
        walk(&mut self.agents, false, &place);
        walk(&mut self.types, false, &place);
        walk(&mut self.headers, false, &place);
    }

    /// All changes with the things that lead to them, outermost first.
    pub fn changes(&self) -> Vec<(Vec<&Node>, &Change)> {
        fn walk<'a>(
            path: &[&'a Node],
            node: &'a Node,
            found: &mut Vec<(Vec<&'a Node>, &'a Change)>,
        ) {
            let path: Vec<&Node> = path.iter().copied().chain([node]).collect();
            found.extend(node.changes.iter().map(|change| (path.clone(), change)));
            for child in &node.children {
                walk(&path, child, found);
            }
        }
        let mut found = Vec::new();
        for node in self.nodes() {
            walk(&[], node, &mut found);
        }
        found
    }

    /// What concerns one agent: its operations, and the types that they carry.
    pub fn of_agent(&self, agent: &str) -> Diff {
        let agents: Vec<Node> = self
            .agents
            .iter()
            .filter(|node| node.name == agent)
            .cloned()
            .collect();
        let types: Vec<Node> = self
            .types
            .iter()
            .filter(|node| node.agents.iter().any(|name| name == agent))
            .cloned()
            .collect();
        Diff {
            from: self.from.clone(),
            to: self.to.clone(),
            summary: summarise(&agents, &types, &[]),
            agents,
            types,
            headers: Vec::new(),
        }
    }
}

impl Node {
    fn new(kind: Kind, name: &str, at: &Location) -> Self {
        Self {
            kind,
            name: name.to_owned(),
            rust: None,
            weight: Weight::Neutral,
            changes: Vec::new(),
            children: Vec::new(),
            agents: Vec::new(),
            at: at.clone(),
            place: String::new(),
        }
    }

    fn rust(mut self, name: Option<&str>) -> Self {
        self.rust = name.map(str::to_owned);
        self
    }

    fn with(mut self, change: Change) -> Self {
        self.changes.push(change);
        self
    }

    /// Settles the weight; nothing if there is no change here or below.
    fn finish(mut self) -> Option<Self> {
        let own = self.changes.iter().map(|change| change.weight);
        let below = self.children.iter().map(|child| child.weight);
        self.weight = own.chain(below).max()?;
        Some(self)
    }

    fn is(&self, test: impl Fn(&What) -> bool) -> bool {
        self.changes.iter().any(|change| test(&change.what))
    }

    /// It is only in the new version.
    pub fn is_added(&self) -> bool {
        self.is(|what| matches!(what, What::Added { .. }))
    }

    /// Something happened to the contract, which lost earlier what only now expires.
    fn is_of_contract(&self) -> bool {
        self.is(|what| *what != What::Expired) || self.children.iter().any(Self::is_of_contract)
    }

    /// It is only in the old version.
    pub fn is_removed(&self) -> bool {
        self.is(|what| matches!(what, What::Removed { .. } | What::Expired))
    }
}

impl Change {
    fn new(weight: Weight, what: What) -> Self {
        Self {
            what,
            weight,
            rust: String::new(),
            wire: String::new(),
        }
    }

    fn breaking(what: What) -> Self {
        Self::new(Weight::Breaking, what)
    }

    fn deprecation(what: What) -> Self {
        Self::new(Weight::Deprecation, what)
    }

    fn addition(what: What) -> Self {
        Self::new(Weight::Addition, what)
    }

    fn neutral(what: What) -> Self {
        Self::new(Weight::Neutral, what)
    }

    fn rust(mut self, reason: impl Into<String>) -> Self {
        self.rust = reason.into();
        self
    }

    fn wire(mut self, reason: impl Into<String>) -> Self {
        self.wire = reason.into();
        self
    }
}

impl Place {
    fn new<T>(siblings: &[T], position: usize, name: impl Fn(&T) -> &str) -> Self {
        let before = position
            .checked_sub(1)
            .and_then(|before| siblings.get(before));
        Self {
            position: position + 1,
            of: siblings.len(),
            after: before.map(|sibling| name(sibling).to_owned()),
        }
    }

    /// Nothing comes after it.
    pub fn is_last(&self) -> bool {
        self.position == self.of
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.after {
            _ if self.is_last() => f.write_str("at the end"),
            None => f.write_str("at the start"),
            Some(sibling) => write!(f, "after `{sibling}`"),
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::Agent => "agent",
            Kind::Operation => "operation",
            Kind::Parameter => "parameter",
            Kind::Result => "result",
            Kind::Header => "header",
            Kind::Struct => "struct",
            Kind::Field => "field",
            Kind::Array => "array",
            Kind::Dictionary => "dictionary",
            Kind::Enum => "enum",
            Kind::Flags => "flag set",
            Kind::Member => "member",
        })
    }
}

impl fmt::Display for Weight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Weight::Neutral => "neutral",
            Weight::Addition => "addition",
            Weight::Deprecation => "deprecation",
            Weight::Breaking => "breaking",
        })
    }
}

/// What happened, in a few words that follow the name of the thing: `added after `Id``.
impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fn or_none(name: &Option<String>) -> String {
            name.as_ref()
                .map_or_else(|| "nothing".to_owned(), |name| format!("`{name}`"))
        }
        fn listed(names: &[String]) -> String {
            let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
            if names.is_empty() {
                "none".to_owned()
            } else {
                names.join(", ")
            }
        }
        match self {
            What::Added { place: None } => f.write_str("added"),
            What::Added { place: Some(place) } => write!(f, "added {place}"),
            What::Removed { .. } => f.write_str("removed"),
            What::Expired => f.write_str("no longer kept"),
            What::Renamed { from, .. } => write!(f, "renamed from `{from}`"),
            What::Moved { from, to } => {
                let (old, new) = (from.position, to.position);
                match &to.after {
                    None => write!(f, "moved from position {old} to the start"),
                    Some(sibling) => {
                        write!(f, "moved from position {old} to {new}, after `{sibling}`")
                    }
                }
            }
            What::Retyped { from, to } => write!(f, "type `{from}` became `{to}`"),
            What::Presence { from, to } => write!(f, "{from} became {to}"),
            What::Value { from, to } => write!(f, "value {from} became {to}"),
            What::Default { from, to } => {
                write!(
                    f,
                    "member for zero: {} became {}",
                    or_none(from),
                    or_none(to)
                )
            }
            What::Kind { from, to } => write!(f, "{from} became {to}"),
            What::Base { from, to } => {
                write!(f, "base: {} became {}", or_none(from), or_none(to))
            }
            What::Polymorphic { to: true, .. } => f.write_str("values may be of derived types now"),
            What::Polymorphic { .. } => f.write_str("values are of this type alone now"),
            What::Results { from, to } => {
                write!(f, "result {} became {}", or_none(from), or_none(to))
            }
            What::Arguments { from, to } => write!(f, "{from} parameters became {to}"),
            What::RequestHeaders { from, to } => {
                write!(f, "request headers {} became {}", listed(from), listed(to))
            }
            What::ResponseHeaders { from, to } => {
                write!(f, "response headers {} became {}", listed(from), listed(to))
            }
            What::Stated { fact, from, to } => write!(f, "{fact} `{from}` became `{to}`"),
            What::RustName { from, to } => write!(f, "Rust name `{from}` became `{to}`"),
            What::RustType { from, to } => write!(f, "Rust type `{from}` became `{to}`"),
        }
    }
}

struct Half<'a> {
    /// With what is retired.
    api: &'a Api,
    rust: Rust<'a>,
    links: Links<'a>,
}

struct Sides<'a> {
    old: Half<'a>,
    new: Half<'a>,
}

/// A type's name with the version's own namespace taken out of it.
type Key<'a> = (Option<&'a str>, &'a str);

impl<'a> Half<'a> {
    fn new(api: &'a Api, module: Option<&'a ir::Module>) -> Self {
        Self {
            api,
            rust: Rust::new(module),
            links: Links::new(api),
        }
    }

    fn key<'n>(&self, name: &'n TypeName) -> Key<'n> {
        let foreign = (name.namespace != self.api.namespace).then_some(name.namespace.as_str());
        (foreign, &name.name)
    }

    fn types(&self) -> BTreeMap<Key<'a>, (&'a TypeName, &'a Type)> {
        self.api
            .types
            .iter()
            .map(|(name, ty)| (self.key(name), (name, ty)))
            .collect()
    }
}

impl<'a> Sides<'a> {
    /// Both mean the same type, the version's segment left out.
    fn same_type(&self, old: &TypeRef, new: &TypeRef) -> bool {
        match (old, new) {
            (TypeRef::Primitive(old), TypeRef::Primitive(new)) => old == new,
            (TypeRef::Named(old), TypeRef::Named(new)) => self.old.key(old) == self.new.key(new),
            _ => false,
        }
    }

    fn headers(&self) -> Vec<Node> {
        let presence = |header: &HeaderElement| {
            if header.nillable {
                "nillable"
            } else {
                "required"
            }
        };
        merge(&self.old.api.headers, &self.new.api.headers)
            .into_iter()
            .filter_map(|(name, pair)| {
                let (Pair::Kept(_, header) | Pair::Added(header) | Pair::Removed(header)) = &pair;
                let mut node = Node::new(Kind::Header, name, &header.at);
                match pair {
                    Pair::Added(_) => node.changes.push(
                        Change::addition(What::Added { place: None })
                            .wire("an older program neither sends nor reads it"),
                    ),
                    Pair::Removed(_) => node.changes.push(
                        Change::breaking(What::Removed { place: None })
                            .rust("what reads or sets it finds nothing")
                            .wire("the server ignores it in requests and never answers it"),
                    ),
                    Pair::Kept(old, new) => {
                        if !self.same_type(&old.ty, &new.ty) {
                            node.changes.push(
                                Change::breaking(What::Retyped {
                                    from: describe::type_ref(&old.ty).to_owned(),
                                    to: describe::type_ref(&new.ty).to_owned(),
                                })
                                .wire("an older program writes and expects the other type"),
                            );
                        }
                        if old.nillable != new.nillable {
                            node.changes.push(
                                Change::neutral(What::Presence {
                                    from: presence(old).to_owned(),
                                    to: presence(new).to_owned(),
                                })
                                .wire("headers are left out where there is nothing to say"),
                            );
                        }
                    }
                }
                node.finish()
            })
            .collect()
    }
}

#[derive(Clone, Copy)]
enum Pair<T> {
    Kept(T, T),
    Added(T),
    Removed(T),
}

/// What became of something that may be retired.
enum Fate<T> {
    Kept(T, T),
    Added(T),
    Removed(T),
    /// Removed from the contract and kept in Rust.
    Retired(T),
    /// Retired before and gone now.
    Expired(T),
    /// Retired before and in the contract now.
    Restored(T, T),
}

impl<T> Pair<T> {
    /// Nothing of what neither contract has.
    fn fate(self, is_retired: impl Fn(&T) -> bool) -> Option<Fate<T>> {
        match self {
            Self::Added(new) => (!is_retired(&new)).then_some(Fate::Added(new)),
            Self::Removed(old) if is_retired(&old) => Some(Fate::Expired(old)),
            Self::Removed(old) => Some(Fate::Removed(old)),
            Self::Kept(old, new) => match (is_retired(&old), is_retired(&new)) {
                (false, false) => Some(Fate::Kept(old, new)),
                (false, true) => Some(Fate::Retired(old)),
                (true, false) => Some(Fate::Restored(old, new)),
                (true, true) => None,
            },
        }
    }
}

/// Two maps as one, in the order of the keys.
fn merge<'m, K: Ord, V>(
    old: &'m BTreeMap<K, V>,
    new: &'m BTreeMap<K, V>,
) -> BTreeMap<&'m K, Pair<&'m V>> {
    let mut merged: BTreeMap<&K, Pair<&V>> = old
        .iter()
        .map(|(key, value)| (key, Pair::Removed(value)))
        .collect();
    for (key, value) in new {
        let pair = match old.get(key) {
            Some(before) => Pair::Kept(before, value),
            None => Pair::Added(value),
        };
        merged.insert(key, pair);
    }
    merged
}

impl From<&TypeKind> for Kind {
    fn from(ty: &TypeKind) -> Self {
        match ty {
            TypeKind::Struct(_) => Kind::Struct,
            TypeKind::Array(_) => Kind::Array,
            TypeKind::Dictionary(_) => Kind::Dictionary,
            TypeKind::Enum(_) => Kind::Enum,
            TypeKind::Flags(_) => Kind::Flags,
        }
    }
}

fn summarise(agents: &[Node], types: &[Node], headers: &[Node]) -> Summary {
    let mut summary = Summary::default();
    for agent in agents {
        summary.agents.count(agent);
        agent
            .children
            .iter()
            .for_each(|operation| summary.operations.count(operation));
    }
    for ty in types {
        match ty.kind {
            Kind::Enum | Kind::Flags => {
                summary.enums.count(ty);
                ty.children
                    .iter()
                    .for_each(|member| summary.members.count(member));
            }
            _ => {
                summary.complex_types.count(ty);
                if ty.kind == Kind::Struct {
                    ty.children
                        .iter()
                        .for_each(|field| summary.fields.count(field));
                }
            }
        }
    }
    fn weigh(nodes: &[Node], summary: &mut Summary) {
        for node in nodes {
            for change in &node.changes {
                match change.weight {
                    Weight::Breaking => summary.breaking += 1,
                    Weight::Deprecation => summary.deprecations += 1,
                    Weight::Addition => summary.additions += 1,
                    Weight::Neutral => summary.neutral += 1,
                }
            }
            weigh(&node.children, summary);
        }
    }
    weigh(agents, &mut summary);
    weigh(types, &mut summary);
    weigh(headers, &mut summary);
    summary
}

impl Tally {
    fn count(&mut self, node: &Node) {
        if !node.is_of_contract() {
            return;
        }
        if node.is_added() {
            self.added += 1;
        } else if node.is_removed() {
            self.removed += 1;
        } else {
            self.changed += 1;
        }
    }
}

#[cfg(test)]
mod tests;

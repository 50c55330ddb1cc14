//! Which types travel in requests, which in responses, and through which agents.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Api, TypeKind, TypeName, TypeRef};

/// Where values of a type are met.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Reach<'a> {
    pub(super) in_requests: bool,
    pub(super) in_responses: bool,
    pub(super) agents: BTreeSet<&'a str>,
}

/// What the types of a version have to do with each other and with its operations.
pub(super) struct Links<'a> {
    reach: BTreeMap<&'a TypeName, Reach<'a>>,
    /// Base to what is derived from it.
    derived: BTreeMap<&'a TypeName, Vec<&'a TypeName>>,
    /// What some member, parameter or result is declared with.
    members: BTreeSet<&'a TypeName>,
}

impl<'a> Links<'a> {
    pub(super) fn new(api: &'a Api) -> Self {
        let mut links = Self {
            reach: BTreeMap::new(),
            derived: BTreeMap::new(),
            members: BTreeSet::new(),
        };
        for (name, ty) in &api.types {
            if let TypeKind::Struct(structure) = &ty.kind
                && let Some(base) = &structure.base
            {
                links.derived.entry(base).or_default().push(name);
            }
            links.members.extend(referred(&ty.kind));
        }
        for operation in api.agents.iter().flat_map(|agent| &agent.operations) {
            let fields = operation.parameters.iter().chain(&operation.results);
            links
                .members
                .extend(fields.filter_map(|field| named(&field.ty)));
        }
        for agent in &api.agents {
            let requests = agent
                .operations
                .iter()
                .flat_map(|operation| &operation.parameters);
            let responses = agent
                .operations
                .iter()
                .flat_map(|operation| &operation.results);
            let sent = links.closure(api, requests.filter_map(|field| named(&field.ty)));
            let received = links.closure(api, responses.filter_map(|field| named(&field.ty)));
            for name in sent {
                let reach = links.reach.entry(name).or_default();
                reach.in_requests = true;
                reach.agents.insert(&agent.name);
            }
            for name in received {
                let reach = links.reach.entry(name).or_default();
                reach.in_responses = true;
                reach.agents.insert(&agent.name);
            }
        }
        links
    }

    pub(super) fn reach(&self, name: &TypeName) -> Option<&Reach<'a>> {
        self.reach.get(name)
    }

    /// The types that extend this one.
    pub(super) fn derived(&self, name: &TypeName) -> &[&'a TypeName] {
        self.derived.get(name).map_or(&[], Vec::as_slice)
    }

    /// Something is declared with this type, and what travels there may be of a derived one.
    pub(super) fn is_polymorphic(&self, name: &TypeName) -> bool {
        self.members.contains(name) && !self.derived(name).is_empty()
    }

    /// All types that values of these types can hold, with bases and derived types.
    fn closure(
        &self,
        api: &'a Api,
        roots: impl Iterator<Item = &'a TypeName>,
    ) -> Vec<&'a TypeName> {
        let mut found = BTreeSet::new();
        let mut open: Vec<&TypeName> = roots.collect();
        while let Some(name) = open.pop() {
            let Some((name, ty)) = api.types.get_key_value(name) else {
                continue;
            };
            if !found.insert(name) {
                continue;
            }
            open.extend(referred(&ty.kind));
            // What is derived from a base travels where the base is declared as a member's type;
            // `Carrier` is only ever met as somebody's base, which says nothing about the others.
            if self.members.contains(name) {
                open.extend(self.derived(name));
            }
            if let TypeKind::Struct(structure) = &ty.kind {
                open.extend(&structure.base);
            }
        }
        found.into_iter().collect()
    }
}

fn named(ty: &TypeRef) -> Option<&TypeName> {
    match ty {
        TypeRef::Named(name) => Some(name),
        TypeRef::Primitive(_) => None,
    }
}

/// The types that a type's members are declared with.
fn referred(kind: &TypeKind) -> Vec<&TypeName> {
    let fields = match kind {
        TypeKind::Struct(structure) => structure.fields.iter().collect(),
        TypeKind::Array(item) => vec![item],
        TypeKind::Dictionary(dictionary) => vec![&dictionary.key, &dictionary.value],
        TypeKind::Enum(_) | TypeKind::Flags(_) => Vec::new(),
    };
    fields
        .into_iter()
        .filter_map(|field| named(&field.ty))
        .collect()
}

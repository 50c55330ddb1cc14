//! A version's contract with some of its agents replaced.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Agent, Api, TypeKind, TypeName, TypeRef};

/// `standing` with the agents, types and headers of `update` put over its own.
///
/// A type goes only when that is sure: what stood referred to it, and now nothing does. Types that
/// nothing referred to before stay, because a server may send them where a member says `anyType`.
pub fn merge(standing: &Api, update: Api) -> Api {
    let referred = reachable(standing);
    let mut merged = Api {
        version: update.version,
        namespace: update.namespace,
        agents: Vec::new(),
        types: standing.types.clone(),
        headers: standing.headers.clone(),
        retired: standing.retired.clone(),
    };
    let updated: BTreeSet<TypeName> = update.types.keys().cloned().collect();
    merged.types.extend(update.types);
    merged.headers.extend(update.headers);
    let mut agents: BTreeMap<String, Agent> = standing
        .agents
        .iter()
        .map(|agent| (agent.name.clone(), agent.clone()))
        .collect();
    agents.extend(
        update
            .agents
            .into_iter()
            .map(|agent| (agent.name.clone(), agent)),
    );
    merged.agents = agents.into_values().collect();

    let operations = merged.agents.iter().flat_map(|agent| &agent.operations);
    let used: BTreeSet<&String> = operations
        .flat_map(|o| o.request_headers.iter().chain(&o.response_headers))
        .collect();
    merged.headers.retain(|name, _| used.contains(name));
    let still = reachable(&merged);
    merged.types.retain(|name, _| {
        still.contains(name) || updated.contains(name) || !referred.contains(name)
    });
    merged
}

/// Every type that an operation or a header refers to, through members, bases, and from a base to
/// what is derived from it.
fn reachable(api: &Api) -> BTreeSet<TypeName> {
    let mut derived: BTreeMap<&TypeName, Vec<&TypeName>> = BTreeMap::new();
    for (name, ty) in &api.types {
        if let TypeKind::Struct(s) = &ty.kind
            && let Some(base) = &s.base
        {
            derived.entry(base).or_default().push(name);
        }
    }
    let members = api
        .agents
        .iter()
        .flat_map(|agent| &agent.operations)
        .flat_map(|o| o.fields());
    let types = members
        .map(|field| &field.ty)
        .chain(api.headers.values().map(|header| &header.ty));
    // Whether it is referred to by a member: being inherited from makes a base known, but not all
    // its other heirs.
    let mut queue: Vec<(&TypeName, bool)> = Vec::new();
    for ty in types {
        if let TypeRef::Named(name) = ty {
            queue.push((name, true));
        }
    }
    let mut seen: BTreeSet<(&TypeName, bool)> = BTreeSet::new();
    while let Some((name, by_member)) = queue.pop() {
        if !seen.insert((name, by_member)) {
            continue;
        }
        if by_member {
            queue.extend(
                derived
                    .get(name)
                    .into_iter()
                    .flatten()
                    .map(|heir| (*heir, true)),
            );
        }
        let Some(ty) = api.types.get(name) else {
            continue;
        };
        let base = match &ty.kind {
            TypeKind::Struct(s) => s.base.as_ref(),
            _ => None,
        };
        ty.references(|reference| {
            let is_base = base.is_some_and(|base| std::ptr::eq(base, reference));
            queue.push((reference, !is_base));
        });
    }
    seen.into_iter().map(|(name, _)| name.clone()).collect()
}

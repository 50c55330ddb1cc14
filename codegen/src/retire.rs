//! What a drop has no more stays for a release, deprecated, so that callers have time to leave it.
//!
//! Retired are operations and the types that only they need. What else vanishes goes at once: a
//! field or a member that the contract lacks is kept as unknown by whoever reads it, and a
//! parameter that comes or goes makes another method under the same name.

use std::collections::BTreeMap;

use crate::model::{Agent, Api, Operation, Retired, Retirement, Type, TypeKind, TypeName};

/// Retires in `new` what `old` has and `new` has not; what `old` had retired stays if no release
/// followed yet.
///
/// `drop` is the date of the drop that `new` is, `release` the last release so far.
pub fn retire(old: &Api, new: &mut Api, drop: Option<&str>, release: &str) {
    let now = Retirement {
        drop: drop.map(str::to_owned),
        after: release.to_owned(),
    };
    let mut agents: BTreeMap<&str, Agent> = BTreeMap::new();
    for agent in old.agents.iter().chain(&old.retired.agents) {
        for operation in &agent.operations {
            let retirement = operation.retired.as_ref().unwrap_or(&now);
            if retirement.after != release || !can_stay(new, &agent.name, operation) {
                continue;
            }
            let kept = agents.entry(&agent.name).or_insert_with(|| Agent {
                operations: Vec::new(),
                ..agent.clone()
            });
            kept.operations.push(Operation {
                retired: Some(retirement.clone()),
                ..operation.clone()
            });
        }
    }
    let mut agents: Vec<Agent> = agents.into_values().collect();
    for agent in &mut agents {
        agent.operations.sort_by(|a, b| a.name.cmp(&b.name));
    }
    let types = needed(&agents, old, new, &now);
    new.retired = Retired { agents, types };
}

/// The contract has no such operation, and nothing that contradicts it.
fn can_stay(new: &Api, agent: &str, operation: &Operation) -> bool {
    let agent = new.agents.iter().find(|known| known.name == agent);
    let mut operations = agent.into_iter().flat_map(|agent| &agent.operations);
    let is_free = operations.all(|known| {
        let same_wrapper = known.response_element == operation.response_element;
        known.name != operation.name && (!same_wrapper || known.results == operation.results)
    });
    let request = operation.request_headers.iter();
    let mut headers = request.chain(&operation.response_headers);
    is_free && headers.all(|header| new.headers.contains_key(header))
}

/// The types that these operations need and the contract has not. What is derived from one of
/// them is needed too, because it travels in its place.
fn needed(agents: &[Agent], old: &Api, new: &Api, now: &Retirement) -> BTreeMap<TypeName, Type> {
    let operations = agents.iter().flat_map(|agent| &agent.operations);
    let mut queue: Vec<&TypeName> = Vec::new();
    for operation in operations {
        operation.references(|name| queue.push(name));
    }
    let mut types = BTreeMap::new();
    while let Some(name) = queue.pop() {
        if new.types.contains_key(name) || types.contains_key(name) {
            continue;
        }
        let Some(ty) = old.types.get(name).or_else(|| old.retired.types.get(name)) else {
            continue;
        };
        ty.references(|name| queue.push(name));
        queue.extend(heirs(&old.types, name));
        queue.extend(heirs(&old.retired.types, name));
        let retirement = ty.retired.as_ref().unwrap_or(now);
        let ty = Type {
            retired: Some(retirement.clone()),
            ..ty.clone()
        };
        types.insert(name.clone(), ty);
    }
    types
}

fn heirs<'a>(
    types: &'a BTreeMap<TypeName, Type>,
    base: &TypeName,
) -> impl Iterator<Item = &'a TypeName> {
    types.iter().filter_map(move |(name, ty)| match &ty.kind {
        TypeKind::Struct(s) if s.base.as_ref() == Some(base) => Some(name),
        _ => None,
    })
}

#[cfg(test)]
mod tests;

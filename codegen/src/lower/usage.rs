//! Which agents use a type, through members and derived types too, and so where it lives.

use std::collections::HashMap;

use crate::ir::{self, Home, Returns, Ty};

use super::names::bare;
use super::types::Types;

/// Sets each type's home and each agent's list of shared types.
///
/// A type that the operations of one agent alone need lives with that agent. One that several or
/// none need is shared, so that a type never has to be looked for in an agent that does not use it.
/// Headers do not count: they belong to every agent and are written by the client.
pub(super) fn settle(agents: &mut [ir::Agent], types: &mut Types<'_>) {
    let graph = Graph::new(types);
    let used: Vec<Vec<usize>> = agents.iter().map(|agent| graph.used_by(agent)).collect();
    let mut homes = vec![Users::None; graph.types.len()];
    for (agent, used) in used.iter().enumerate() {
        for ty in used {
            homes[*ty] = match homes[*ty] {
                Users::None => Users::One(agent),
                _ => Users::Several,
            };
        }
    }
    let names: Vec<String> = graph
        .types
        .iter()
        .map(|(rust, _)| (*rust).to_owned())
        .collect();
    for (agent, used) in agents.iter_mut().zip(&used) {
        let shared = used.iter().filter(|ty| homes[**ty] == Users::Several);
        agent.uses = shared.map(|ty| names[*ty].clone()).collect();
        agent.uses.sort_by(|a, b| bare(a).cmp(bare(b)));
    }
    let mut homes = homes.into_iter().map(|users| match users {
        Users::One(agent) => Home::Agent(agents[agent].module.clone()),
        Users::None | Users::Several => Home::Shared,
    });
    // In the order in which the graph was made.
    let structs = types.structs.iter_mut().map(|ty| &mut ty.home);
    let enums = types.enums.iter_mut().map(|ty| &mut ty.home);
    let polymorphs = types.polymorphs.iter_mut().map(|ty| &mut ty.home);
    for (home, settled) in structs.chain(enums).chain(polymorphs).zip(&mut homes) {
        *home = settled;
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Users {
    None,
    One(usize),
    Several,
}

/// What types need: each with its Rust name and the numbers of the types in it.
struct Graph<'a> {
    types: Vec<(&'a str, Vec<usize>)>,
    by_name: HashMap<&'a str, usize>,
}

impl<'a> Graph<'a> {
    fn new(types: &'a Types<'_>) -> Self {
        let structs = types.structs.iter().map(|ty| ty.rust.as_str());
        let enums = types.enums.iter().map(|ty| ty.rust.as_str());
        let polymorphs = types.polymorphs.iter().map(|ty| ty.rust.as_str());
        let names: Vec<&str> = structs.chain(enums).chain(polymorphs).collect();
        let by_name: HashMap<&str, usize> = names
            .iter()
            .enumerate()
            .map(|(number, rust)| (*rust, number))
            .collect();
        let mut graph = Self {
            types: names.into_iter().map(|rust| (rust, Vec::new())).collect(),
            by_name,
        };
        for (number, structure) in types.structs.iter().enumerate() {
            let mut needs = Vec::new();
            for field in &structure.fields {
                graph.add_needs(&field.ty, &mut needs);
            }
            graph.types[number].1 = needs;
        }
        for polymorph in &types.polymorphs {
            let variants = polymorph.variants.iter();
            let needs = variants.filter_map(|variant| graph.by_name.get(variant.ty.as_str()));
            let needs = needs.copied().collect();
            if let Some(number) = graph.by_name.get(polymorph.rust.as_str()) {
                graph.types[*number].1 = needs;
            }
        }
        graph
    }

    /// Adds the numbers of the types that stand in `ty`.
    fn add_needs(&self, ty: &Ty, needs: &mut Vec<usize>) {
        match ty {
            Ty::Primitive(_) => {}
            Ty::Struct(rust) | Ty::Polymorph(rust) | Ty::Enum(rust) | Ty::Flags(rust) => {
                needs.extend(self.by_name.get(rust.as_str()));
            }
            Ty::Boxed(inner) => self.add_needs(inner, needs),
            Ty::Array { item, .. } => self.add_needs(item, needs),
            Ty::Dictionary { key, value, .. } => {
                self.add_needs(key, needs);
                self.add_needs(value, needs);
            }
        }
    }

    /// All types that an agent's operations need, sorted by number.
    fn used_by(&self, agent: &ir::Agent) -> Vec<usize> {
        let mut open = Vec::new();
        for method in &agent.methods {
            for parameter in &method.parameters {
                self.add_needs(&parameter.ty, &mut open);
            }
            match &method.result {
                Returns::Nothing => {}
                Returns::One(result) => self.add_needs(&result.ty, &mut open),
                Returns::Several { fields, .. } => {
                    for field in fields {
                        self.add_needs(&field.ty, &mut open);
                    }
                }
            }
        }
        let mut is_used = vec![false; self.types.len()];
        while let Some(ty) = open.pop() {
            if !std::mem::replace(&mut is_used[ty], true) {
                open.extend(&self.types[ty].1);
            }
        }
        (0..self.types.len()).filter(|ty| is_used[*ty]).collect()
    }
}

//! Boxes: a struct that holds itself, directly or through others, needs one somewhere.
//!
//! The rule: structs are walked in the order of their Rust names, depth first, fields in wire
//! order, and a field that leads back to a struct on the way to it is boxed. Each box so found
//! closes a circle that has no other box, so that none could be left out. Arrays and dictionaries
//! hold their items elsewhere and close no circle; a polymorphic enum holds each of its variants.

use std::collections::{HashMap, HashSet};

use crate::diagnostic::Diagnostic;
use crate::ir::{Presence, Ty};

use super::Version;
use super::types::Types;

/// For each struct, its fields that hold structs: the field's position and the structs'.
type Graph = Vec<Vec<(usize, Vec<usize>)>>;

pub(super) fn break_up(
    version: &Version<'_>,
    types: &mut Types<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let by_name: HashMap<&str, usize> = types
        .structs
        .iter()
        .enumerate()
        .map(|(number, structure)| (structure.rust.as_str(), number))
        .collect();
    let variants: HashMap<&str, Vec<usize>> = types
        .polymorphs
        .iter()
        .map(|polymorph| {
            let structs = polymorph.variants.iter();
            let structs = structs.filter_map(|variant| by_name.get(variant.ty.as_str()).copied());
            (polymorph.rust.as_str(), structs.collect())
        })
        .collect();
    let held = |ty: &Ty| match ty {
        Ty::Struct(rust) => by_name.get(rust.as_str()).into_iter().copied().collect(),
        Ty::Polymorph(rust) => variants.get(rust.as_str()).cloned().unwrap_or_default(),
        _ => Vec::new(),
    };
    let mut graph: Graph = Vec::with_capacity(types.structs.len());
    let mut always: Graph = Vec::with_capacity(types.structs.len());
    for structure in &types.structs {
        let mut holding = Vec::new();
        let mut always_holding = Vec::new();
        for (position, field) in structure.fields.iter().enumerate() {
            let structs = held(&field.ty);
            if structs.is_empty() {
                continue;
            }
            if field.presence == Presence::Plain {
                // The default of a polymorphic enum is its base, which is the first variant.
                always_holding.push((position, structs[..1].to_vec()));
            }
            holding.push((position, structs));
        }
        graph.push(holding);
        always.push(always_holding);
    }
    for (number, position) in closing(&always) {
        let (name, members) = &types.members[number];
        let Some(member) = members.get(position) else {
            continue;
        };
        diagnostics.push(
            Diagnostic::new(
                "endless-value",
                member.field.at.clone(),
                format!("each `{}` would hold another one without end", name.name),
            )
            .label("always present")
            .help(format!(
                "in {}, a member on the way from a type back to itself has to be nillable",
                version.api.version
            )),
        );
    }
    let mut boxed = HashSet::new();
    for (number, position) in closing(&graph) {
        let ty = &mut types.structs[number].fields[position].ty;
        let held = std::mem::replace(ty, Ty::Struct(String::new()));
        if let Ty::Struct(rust) | Ty::Polymorph(rust) = &held {
            boxed.insert(rust.clone());
        }
        *ty = Ty::Boxed(Box::new(held));
    }
    for structure in &mut types.structs {
        structure.boxed = boxed.contains(&structure.rust);
    }
    for polymorph in &mut types.polymorphs {
        polymorph.boxed = boxed.contains(&polymorph.rust);
    }
}

/// The fields that close a circle, by the rule above.
fn closing(graph: &Graph) -> Vec<(usize, usize)> {
    #[derive(Clone, Copy, PartialEq)]
    enum Walk {
        Ahead,
        OnTheWay,
        Done,
    }
    let mut walks = vec![Walk::Ahead; graph.len()];
    let mut found = Vec::new();
    for start in 0..graph.len() {
        if walks[start] != Walk::Ahead {
            continue;
        }
        walks[start] = Walk::OnTheWay;
        // A struct on the way, the field it is at, and the next of the structs that it holds.
        let mut way = vec![(start, 0, 0)];
        while let Some((number, field, next)) = way.pop() {
            let Some((position, held)) = graph[number].get(field) else {
                walks[number] = Walk::Done;
                continue;
            };
            if next == 0 && held.iter().any(|other| walks[*other] == Walk::OnTheWay) {
                found.push((number, *position));
                way.push((number, field + 1, 0));
                continue;
            }
            let Some(other) = held.get(next) else {
                way.push((number, field + 1, 0));
                continue;
            };
            way.push((number, field, next + 1));
            if walks[*other] == Walk::Ahead {
                walks[*other] = Walk::OnTheWay;
                way.push((*other, 0, 0));
            }
        }
    }
    found
}

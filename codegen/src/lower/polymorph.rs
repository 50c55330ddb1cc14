//! Base types that stand for what is derived from them.
//!
//! A base is polymorphic where something is declared with it: then a value may be of any derived
//! type, and the derived types are reached through the base alone. A base that nothing is declared
//! with (`Carrier`) only lends its members.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Api, TypeKind, TypeName, TypeRef};

/// A base that values are declared with, and all that is derived from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Family<'a> {
    pub(super) base: &'a TypeName,
    /// Derived directly or not; sorted by name.
    pub(super) derived: Vec<&'a TypeName>,
}

/// The families of a version, sorted by their base.
pub(super) fn families(api: &Api) -> Vec<Family<'_>> {
    let mut children: BTreeMap<&TypeName, Vec<&TypeName>> = BTreeMap::new();
    for (name, ty) in &api.types {
        if let TypeKind::Struct(structure) = &ty.kind
            && let Some(base) = &structure.base
        {
            children.entry(base).or_default().push(name);
        }
    }
    if children.is_empty() {
        return Vec::new();
    }
    let declared = declared(api);
    let bases = children.keys().filter(|base| declared.contains(*base));
    bases
        .map(|base| Family {
            base,
            derived: descendants(base, &children),
        })
        .collect()
}

fn descendants<'a>(
    base: &'a TypeName,
    children: &BTreeMap<&'a TypeName, Vec<&'a TypeName>>,
) -> Vec<&'a TypeName> {
    let mut found = BTreeSet::new();
    let mut open = vec![base];
    while let Some(name) = open.pop() {
        for child in children.get(name).into_iter().flatten() {
            // A circle of bases is reported where members are flattened; here it only must end.
            if *child != base && found.insert(*child) {
                open.push(child);
            }
        }
    }
    let mut found: Vec<_> = found.into_iter().collect();
    found.sort_by_key(|name| (&name.name, &name.namespace));
    found
}

/// The types that a member, an item, an entry, a parameter or a result is declared with.
fn declared(api: &Api) -> BTreeSet<&TypeName> {
    let mut declared = BTreeSet::new();
    for ty in api.types.values() {
        match &ty.kind {
            TypeKind::Struct(structure) => {
                declared.extend(structure.fields.iter().filter_map(|field| named(&field.ty)));
            }
            TypeKind::Array(item) => declared.extend(named(&item.ty)),
            TypeKind::Dictionary(dictionary) => {
                declared.extend(named(&dictionary.key.ty));
                declared.extend(named(&dictionary.value.ty));
            }
            TypeKind::Enum(_) | TypeKind::Flags(_) => {}
        }
    }
    for operation in api.agents.iter().flat_map(|agent| &agent.operations) {
        let fields = operation.parameters.iter().chain(&operation.results);
        declared.extend(fields.filter_map(|field| named(&field.ty)));
    }
    declared
}

fn named(ty: &TypeRef) -> Option<&TypeName> {
    match ty {
        TypeRef::Named(name) => Some(name),
        TypeRef::Primitive(_) => None,
    }
}

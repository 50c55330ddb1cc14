//! What the contract's things are called in Rust, looked up in a lowered module.

use std::collections::HashMap;

use crate::ir;
use crate::model::TypeName;

/// The Rust side of one version; empty where the version was not lowered.
#[derive(Default)]
pub(super) struct Rust<'a> {
    agents: HashMap<&'a str, &'a ir::Agent>,
    methods: HashMap<(&'a str, &'a str), &'a ir::Method>,
    structs: HashMap<(&'a str, &'a str), &'a ir::Struct>,
    enums: HashMap<(&'a str, &'a str), &'a ir::Enum>,
    polymorphs: HashMap<(&'a str, &'a str), &'a ir::Polymorph>,
}

impl<'a> Rust<'a> {
    pub(super) fn new(module: Option<&'a ir::Module>) -> Self {
        let Some(module) = module else {
            return Self::default();
        };
        let namespace = |number: usize| module.namespaces.get(number).map_or("", String::as_str);
        Self {
            agents: module
                .agents
                .iter()
                .map(|agent| (agent.wire.as_str(), agent))
                .collect(),
            methods: module
                .agents
                .iter()
                .flat_map(|agent| {
                    agent
                        .methods
                        .iter()
                        .map(|method| ((agent.wire.as_str(), method.wire.as_str()), method))
                })
                .collect(),
            structs: module
                .structs
                .iter()
                .map(|ty| ((namespace(ty.namespace), ty.wire.as_str()), ty))
                .collect(),
            enums: module
                .enums
                .iter()
                .map(|ty| ((namespace(ty.namespace), ty.wire.as_str()), ty))
                .collect(),
            polymorphs: module
                .polymorphs
                .iter()
                .map(|ty| ((namespace(ty.namespace), ty.wire.as_str()), ty))
                .collect(),
        }
    }

    pub(super) fn agent(&self, name: &str) -> Option<&'a ir::Agent> {
        self.agents.get(name).copied()
    }

    pub(super) fn method(&self, agent: &str, operation: &str) -> Option<&'a ir::Method> {
        self.methods.get(&(agent, operation)).copied()
    }

    pub(super) fn structure(&self, name: &TypeName) -> Option<&'a ir::Struct> {
        self.structs
            .get(&(name.namespace.as_str(), name.name.as_str()))
            .copied()
    }

    /// What a struct, an enum or a flag set is called.
    pub(super) fn ty(&self, name: &TypeName) -> Option<&'a str> {
        let structure = self.structure(name).map(|ty| ty.rust.as_str());
        structure.or_else(|| self.enumeration(name).map(|ty| ty.rust.as_str()))
    }

    pub(super) fn polymorph(&self, name: &TypeName) -> Option<&'a ir::Polymorph> {
        self.polymorphs
            .get(&(name.namespace.as_str(), name.name.as_str()))
            .copied()
    }

    pub(super) fn enumeration(&self, name: &TypeName) -> Option<&'a ir::Enum> {
        self.enums
            .get(&(name.namespace.as_str(), name.name.as_str()))
            .copied()
    }
}

/// Of one kind, and equally optional and boxed, whatever the types are called.
pub(super) fn same_form(old: &ir::Field, new: &ir::Field) -> bool {
    let is_optional = |field: &ir::Field| field.presence != ir::Presence::Plain;
    is_optional(old) == is_optional(new) && same_kind(&old.ty, &new.ty)
}

/// [`same_form`] of what a call answers with.
pub(super) fn same_result(old: &ir::Field, new: &ir::Field) -> bool {
    match (&old.ty, &new.ty) {
        (ir::Ty::Array { .. }, _) | (ir::Ty::Dictionary { .. }, _) => same_kind(&old.ty, &new.ty),
        _ => same_form(old, new),
    }
}

fn same_kind(old: &ir::Ty, new: &ir::Ty) -> bool {
    use ir::Ty;
    match (old, new) {
        (Ty::Primitive(old), Ty::Primitive(new)) => old == new,
        (Ty::Boxed(old), Ty::Boxed(new)) => same_kind(old, new),
        (Ty::Array { item: old, .. }, Ty::Array { item: new, .. }) => same_kind(old, new),
        (
            Ty::Dictionary {
                key,
                value,
                nillable,
                ..
            },
            Ty::Dictionary {
                key: new_key,
                value: new_value,
                nillable: new_nillable,
                ..
            },
        ) => nillable == new_nillable && same_kind(key, new_key) && same_kind(value, new_value),
        _ => std::mem::discriminant(old) == std::mem::discriminant(new),
    }
}

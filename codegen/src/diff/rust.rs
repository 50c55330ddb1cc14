//! What the contract's things are called in Rust, looked up in a lowered module.

use std::collections::HashMap;

use crate::ir;
use crate::model::{Primitive, TypeName};

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

/// The type of a struct's field: `Option<Vec<String>>`.
pub(super) fn field_type(field: &ir::Field) -> String {
    let ty = bare_type(&field.ty);
    match field.presence {
        ir::Presence::Plain => ty,
        ir::Presence::Nillable | ir::Presence::Omittable => format!("Option<{ty}>"),
    }
}

/// What a call answers with: arrays and dictionaries read null as empty there.
pub(super) fn result_type(returns: &ir::Returns) -> String {
    match returns {
        ir::Returns::Nothing => "()".to_owned(),
        ir::Returns::One(field) => match field.ty {
            ir::Ty::Array { .. } | ir::Ty::Dictionary { .. } => bare_type(&field.ty),
            _ => field_type(field),
        },
        ir::Returns::Several { rust, .. } => rust.clone(),
    }
}

fn bare_type(ty: &ir::Ty) -> String {
    match ty {
        ir::Ty::Primitive(primitive) => primitive_type(*primitive).to_owned(),
        ir::Ty::Struct(name)
        | ir::Ty::Polymorph(name)
        | ir::Ty::Enum(name)
        | ir::Ty::Flags(name) => name.clone(),
        ir::Ty::Boxed(inner) => format!("Box<{}>", bare_type(inner)),
        ir::Ty::Array { item, .. } => format!("Vec<{}>", bare_type(item)),
        ir::Ty::Dictionary {
            key,
            value,
            nillable,
            ..
        } => {
            let value = bare_type(value);
            let value = if *nillable {
                format!("Option<{value}>")
            } else {
                value
            };
            format!("Dictionary<{}, {value}>", bare_type(key))
        }
    }
}

fn primitive_type(primitive: Primitive) -> &'static str {
    match primitive {
        Primitive::AnyType => "AnyValue",
        Primitive::AnyUri | Primitive::String => "String",
        Primitive::Base64Binary => "Vec<u8>",
        Primitive::Boolean => "bool",
        Primitive::Byte => "i8",
        Primitive::Char => "Char",
        Primitive::DateTime => "DateTime",
        Primitive::Decimal => "Decimal",
        Primitive::Double => "f64",
        Primitive::Duration => "Duration",
        Primitive::Float => "f32",
        Primitive::Guid => "Guid",
        Primitive::Int => "i32",
        Primitive::Long => "i64",
        Primitive::QName => "QName",
        Primitive::Short => "i16",
        Primitive::UnsignedByte => "u8",
        Primitive::UnsignedInt => "u32",
        Primitive::UnsignedLong => "u64",
        Primitive::UnsignedShort => "u16",
    }
}

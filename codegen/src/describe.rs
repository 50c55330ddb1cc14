//! The contract's things in one line each, in the words of the schema and in those of Rust.

use crate::ir;
use crate::model::{Field, Operation, Primitive, Type, TypeKind, TypeRef};

/// `string`, `ArrayOfint`: the local name of what is referred to.
pub fn type_ref(ty: &TypeRef) -> &str {
    match ty {
        TypeRef::Primitive(primitive) => primitive.wire_name(),
        TypeRef::Named(name) => &name.name,
    }
}

/// `OwnerName: string`.
pub fn field(field: &Field) -> String {
    format!("{}: {}", field.name, type_ref(&field.ty))
}

/// `GetData(DashboardId: int) -> DashboardData`, several outputs in parentheses.
pub fn operation(operation: &Operation) -> String {
    let parameters: Vec<String> = operation.parameters.iter().map(field).collect();
    let mut text = format!("{}({})", operation.name, parameters.join(", "));
    let results = results(operation);
    if !results.is_empty() {
        text.push_str(" -> ");
        text.push_str(&results);
    }
    text
}

/// `DashboardData`, `(Length: int, Response: base64Binary)`, or nothing.
pub fn results(operation: &Operation) -> String {
    match operation.results.as_slice() {
        [] => String::new(),
        [only] => type_ref(&only.ty).to_owned(),
        several => {
            let several: Vec<String> = several.iter().map(field).collect();
            format!("({})", several.join(", "))
        }
    }
}

/// `struct, 12 fields and those of Carrier`.
pub fn ty(ty: &Type) -> String {
    match &ty.kind {
        TypeKind::Struct(structure) => {
            let base = structure
                .base
                .as_ref()
                .map(|base| format!(" and those of {}", base.name))
                .unwrap_or_default();
            format!("struct, {} fields{base}", structure.fields.len())
        }
        TypeKind::Array(item) => format!("array of {}", type_ref(&item.ty)),
        TypeKind::Dictionary(dictionary) => format!(
            "dictionary, {} to {}",
            type_ref(&dictionary.key.ty),
            type_ref(&dictionary.value.ty)
        ),
        TypeKind::Enum(members) => format!("enum, {} members", members.members.len()),
        TypeKind::Flags(members) => format!("flag set, {} members", members.members.len()),
    }
}

/// The Rust type of a struct's field: `Option<Vec<String>>`.
pub fn rust_field(field: &ir::Field) -> String {
    let ty = rust_type(&field.ty);
    match field.presence {
        ir::Presence::Plain => ty,
        ir::Presence::Nillable | ir::Presence::Omittable => format!("Option<{ty}>"),
    }
}

/// The Rust type that a call answers with: arrays and dictionaries read null as empty there.
pub fn rust_result(returns: &ir::Returns) -> String {
    match returns {
        ir::Returns::Nothing => "()".to_owned(),
        ir::Returns::One(field) => match field.ty {
            ir::Ty::Array { .. } | ir::Ty::Dictionary { .. } => rust_type(&field.ty),
            _ => rust_field(field),
        },
        ir::Returns::Several { rust, .. } => rust.clone(),
    }
}

fn rust_type(ty: &ir::Ty) -> String {
    match ty {
        ir::Ty::Primitive(primitive) => rust_primitive(*primitive).to_owned(),
        ir::Ty::Struct(name)
        | ir::Ty::Polymorph(name)
        | ir::Ty::Enum(name)
        | ir::Ty::Flags(name) => name.clone(),
        ir::Ty::Boxed(inner) => format!("Box<{}>", rust_type(inner)),
        ir::Ty::Array { item, .. } => format!("Vec<{}>", rust_type(item)),
        ir::Ty::Dictionary {
            key,
            value,
            nillable,
            ..
        } => {
            let value = rust_type(value);
            let value = if *nillable {
                format!("Option<{value}>")
            } else {
                value
            };
            format!("Dictionary<{}, {value}>", rust_type(key))
        }
    }
}

fn rust_primitive(primitive: Primitive) -> &'static str {
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

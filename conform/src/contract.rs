//! Questions to the contract's model that both the pages and the fixtures ask.

use std::collections::HashMap;
use std::sync::Arc;

use superoffice_codegen::model::{
    Api, Dictionary, Enum, Field, Operation, Primitive, TypeKind, TypeName, TypeRef,
};

use crate::tree::Name;

/// A model with what is derived from what beside it.
#[derive(Debug)]
pub struct Contract<'a> {
    pub api: &'a Api,
    derived: HashMap<&'a TypeName, Vec<&'a TypeName>>,
}

/// A member of an element, and the namespace it is in.
#[derive(Clone, Copy, Debug)]
pub struct Member<'a> {
    pub field: &'a Field,
    pub namespace: &'a str,
}

/// What a declared type is, looked up.
#[derive(Clone, Copy, Debug)]
pub enum Shape<'a> {
    Primitive(Primitive),
    Struct(&'a TypeName),
    /// The item, in the namespace of the array's type.
    Array(Member<'a>),
    Dictionary(&'a Dictionary, &'a str),
    Enum(&'a Enum),
    Flags(&'a Enum),
}

impl<'a> Contract<'a> {
    pub fn new(api: &'a Api) -> Self {
        let mut derived: HashMap<&TypeName, Vec<&TypeName>> = HashMap::new();
        for (name, ty) in &api.types {
            let mut base = base_of(&ty.kind);
            while let Some(above) = base {
                derived.entry(above).or_default().push(name);
                base = api.types.get(above).and_then(|ty| base_of(&ty.kind));
            }
        }
        Self { api, derived }
    }

    /// The types derived from a type, at any distance, by name.
    pub fn derived(&self, base: &TypeName) -> &[&'a TypeName] {
        self.derived.get(base).map_or(&[], Vec::as_slice)
    }

    /// What the type is. A name that the model does not have cannot be met: reading checks it.
    pub fn shape(&self, ty: &'a TypeRef) -> Option<Shape<'a>> {
        let name = match ty {
            TypeRef::Primitive(primitive) => return Some(Shape::Primitive(*primitive)),
            TypeRef::Named(name) => name,
        };
        let (name, ty) = self.api.types.get_key_value(name)?;
        Some(match &ty.kind {
            TypeKind::Struct(_) => Shape::Struct(name),
            TypeKind::Array(item) => Shape::Array(Member {
                field: item,
                namespace: &name.namespace,
            }),
            TypeKind::Dictionary(dictionary) => Shape::Dictionary(dictionary, &name.namespace),
            TypeKind::Enum(members) => Shape::Enum(members),
            TypeKind::Flags(members) => Shape::Flags(members),
        })
    }

    /// The members of a struct in wire order, the base's first.
    pub fn members(&self, name: &TypeName) -> Vec<Member<'a>> {
        let Some((name, ty)) = self.api.types.get_key_value(name) else {
            return Vec::new();
        };
        let TypeKind::Struct(complex) = &ty.kind else {
            return Vec::new();
        };
        let mut members = match &complex.base {
            Some(base) => self.members(base),
            None => Vec::new(),
        };
        members.extend(complex.fields.iter().map(|field| Member {
            field,
            namespace: &name.namespace,
        }));
        members
    }

    /// The members of an operation's request wrapper.
    pub fn parameters(&self, operation: &'a Operation) -> Vec<Member<'a>> {
        self.wrapped(&operation.parameters)
    }

    /// The members of an operation's response wrapper.
    pub fn results(&self, operation: &'a Operation) -> Vec<Member<'a>> {
        self.wrapped(&operation.results)
    }

    fn wrapped(&self, fields: &'a [Field]) -> Vec<Member<'a>> {
        let namespace = &self.api.namespace;
        fields
            .iter()
            .map(|field| Member { field, namespace })
            .collect()
    }

    /// Whether the server holds it in a value type, which `xsi:nil` and empty text are errors for.
    pub fn is_value_type(&self, ty: &'a TypeRef) -> bool {
        match self.shape(ty) {
            Some(Shape::Primitive(primitive)) => !matches!(
                primitive,
                Primitive::String
                    | Primitive::AnyUri
                    | Primitive::Base64Binary
                    | Primitive::AnyType
                    | Primitive::QName
            ),
            Some(Shape::Enum(_) | Shape::Flags(_)) => true,
            Some(Shape::Struct(name)) => match self.api.types.get(name).map(|ty| &ty.kind) {
                Some(TypeKind::Struct(complex)) => complex.is_value_type,
                _ => false,
            },
            _ => false,
        }
    }
}

fn base_of(kind: &TypeKind) -> Option<&TypeName> {
    match kind {
        TypeKind::Struct(complex) => complex.base.as_ref(),
        _ => None,
    }
}

/// The member whose number is zero, which is what .NET starts a plain enum with.
pub fn zero(members: &Enum) -> Option<&str> {
    let position = members.values(false).iter().position(|value| *value == 0)?;
    members.members.get(position).map(|member| &*member.name)
}

/// What .NET starts a value of this primitive type with, as it is written; empty for references.
pub fn default_text(primitive: Primitive) -> &'static str {
    match primitive {
        Primitive::AnyType
        | Primitive::AnyUri
        | Primitive::Base64Binary
        | Primitive::QName
        | Primitive::String => "",
        Primitive::Boolean => "false",
        Primitive::DateTime => "0001-01-01T00:00:00",
        Primitive::Duration => "PT0S",
        Primitive::Guid => "00000000-0000-0000-0000-000000000000",
        Primitive::Byte
        | Primitive::Char
        | Primitive::Decimal
        | Primitive::Double
        | Primitive::Float
        | Primitive::Int
        | Primitive::Long
        | Primitive::Short
        | Primitive::UnsignedByte
        | Primitive::UnsignedInt
        | Primitive::UnsignedLong
        | Primitive::UnsignedShort => "0",
    }
}

/// Names made from the model's strings, shared.
#[derive(Debug, Default)]
pub struct Names(HashMap<String, Arc<str>>);

impl Names {
    pub fn get(&mut self, namespace: &str, local: &str) -> Name {
        Name {
            namespace: self.text(namespace),
            local: self.text(local),
        }
    }

    fn text(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.0.get(text) {
            return Arc::clone(known);
        }
        let new: Arc<str> = text.into();
        self.0.insert(text.to_owned(), Arc::clone(&new));
        new
    }
}

//! The contract of a version as one compact text, from which a mock server checks requests and makes
//! answers: `mock/src/table.rs` reads it and explains it.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::model::{Api, Enum, Field, Type, TypeKind, TypeName, TypeRef};

/// The table of a version.
pub fn write(api: &Api) -> String {
    let others: BTreeSet<&str> = api
        .types
        .keys()
        .map(|name| &*name.namespace)
        .filter(|namespace| *namespace != api.namespace)
        .collect();
    let namespaces: Vec<&str> = std::iter::once(&*api.namespace).chain(others).collect();
    let writer = Writer { namespaces };
    // Writing to a string cannot fail.
    let mut out = format!("version {}\n", api.version);
    for namespace in &writer.namespaces {
        let _ = writeln!(out, "namespace {namespace}");
    }
    for (name, ty) in &api.types {
        let _ = writeln!(out, "{}", writer.ty(name, ty));
    }
    for agent in &api.agents {
        let headers: BTreeSet<&str> = agent
            .operations
            .iter()
            .flat_map(|operation| &operation.request_headers)
            .map(String::as_str)
            .collect();
        let headers: String = headers.iter().map(|name| format!(" {name}")).collect();
        let _ = writeln!(out, "agent {}{headers}", agent.name);
        for operation in &agent.operations {
            let wrapper = match operation.response_element == format!("{}Response", operation.name)
            {
                true => String::new(),
                false => format!(" ={}", operation.response_element),
            };
            let _ = writeln!(
                out,
                "op {}{} >{wrapper}{}",
                operation.name,
                writer.fields(&operation.parameters),
                writer.fields(&operation.results),
            );
        }
    }
    out
}

struct Writer<'a> {
    namespaces: Vec<&'a str>,
}

impl Writer<'_> {
    fn ty(&self, name: &TypeName, ty: &Type) -> String {
        let name = self.name(name);
        match &ty.kind {
            TypeKind::Struct(s) => {
                let base = s.base.as_ref().map(|base| format!(" <{}", self.name(base)));
                format!(
                    "struct {name}{}{}",
                    base.unwrap_or_default(),
                    self.fields(&s.fields)
                )
            }
            TypeKind::Array(item) => format!("array {name} {}", self.field(item)),
            TypeKind::Dictionary(d) => {
                let (key, value) = (self.field(&d.key), self.field(&d.value));
                format!("map {name} {} {key} {value}", d.entry)
            }
            TypeKind::Enum(e) => {
                let values = ty.values();
                let zero = match ty.inferred {
                    // Examples show .NET's default.
                    true => e.members.first(),
                    false => e
                        .members
                        .iter()
                        .zip(values)
                        .find(|(_, value)| *value == 0)
                        .map(|(m, _)| m),
                };
                let zero = zero
                    .map(|member| format!(" ={}", member.name))
                    .unwrap_or_default();
                format!("enum {name}{zero}{}", members(e))
            }
            TypeKind::Flags(e) => format!("flags {name}{}", members(e)),
        }
    }

    fn fields(&self, fields: &[Field]) -> String {
        fields
            .iter()
            .map(|field| format!(" {}", self.field(field)))
            .collect()
    }

    fn field(&self, field: &Field) -> String {
        let ty = match &field.ty {
            TypeRef::Primitive(primitive) => format!(".{}", primitive.wire_name()),
            TypeRef::Named(name) => self.name(name),
        };
        let nillable = if field.nillable { "?" } else { "" };
        let required = if field.required { "!" } else { "" };
        format!("{}:{ty}{nillable}{required}", field.name)
    }

    fn name(&self, name: &TypeName) -> String {
        let number = self
            .namespaces
            .iter()
            .position(|namespace| *namespace == name.namespace);
        match number {
            None | Some(0) => name.name.clone(),
            Some(number) => format!("{number}:{}", name.name),
        }
    }
}

fn members(e: &Enum) -> String {
    e.members
        .iter()
        .map(|member| format!(" {}", member.name))
        .collect()
}

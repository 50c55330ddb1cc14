//! Enums and flag sets: the numbers of their members, and what they are by default.

use crate::diagnostic::Diagnostic;
use crate::ir;
use crate::model::{Enum, Type, TypeKind, TypeName};

use super::Version;
use super::names::{Kind, Scope, reserved};

/// How many flags by position fit in a value.
const BITS: usize = 63;

pub(super) fn lower<'a>(
    version: &Version<'a>,
    name: &'a TypeName,
    ty: &'a Type,
    declared: &'a Enum,
    rust: String,
    diagnostics: &mut Vec<Diagnostic>,
) -> ir::Enum {
    let is_flags = matches!(ty.kind, TypeKind::Flags(_));
    let (kind, reserved): (_, &[&str]) = if is_flags {
        (Kind::Constant, &[])
    } else {
        (Kind::Variant, reserved::VARIANTS)
    };
    let mut scope = Scope::new(format!("the members of {}", name.name), reserved);
    let mut members = Vec::with_capacity(declared.members.len());
    for (position, (member, value)) in declared.members.iter().zip(values(ty)).enumerate() {
        // A flag without a known bit is no constant; its name is kept where it is met.
        if is_flags && value.is_none() {
            continue;
        }
        let rust = version.names.scoped_name(kind, &name.name, &member.name);
        scope.claim(kind, &member.name, &rust, &member.at, diagnostics);
        let is_beyond = value.is_some_and(|value| {
            if is_flags {
                value < 0 || member.stated_value.is_none() && position >= BITS
            } else {
                i32::try_from(value).is_err()
            }
        });
        if is_beyond {
            diagnostics.push(
                Diagnostic::new(
                    "value-out-of-range",
                    member.at.clone(),
                    format!(
                        "the value of `{}` in `{}` is out of range",
                        member.name, name.name
                    ),
                )
                .help("a flag is one of 63 bits; the value of any other member has 32 bits"),
            );
        }
        members.push(ir::Member {
            wire: member.name.clone(),
            rust,
            value,
            availability: version.availability.member(
                version.number,
                version.api,
                name,
                &member.name,
            ),
            doc: None,
        });
    }
    ir::Enum {
        wire: name.name.clone(),
        rust,
        namespace: version.namespace(name),
        zero: if is_flags {
            members.iter().position(|member| member.value == Some(0))
        } else {
            zero(ty)
        },
        members,
        is_flags,
        inferred: ty.inferred,
        home: ir::Home::Shared,
        availability: version.availability.ty(version.number, version.api, name),
        doc: None,
    }
}

/// The position of the member that is the default: the first one for zero.
///
/// Of an enum that was read off examples the first one that was seen, because examples show .NET's
/// default.
pub(super) fn zero(ty: &Type) -> Option<usize> {
    match &ty.kind {
        TypeKind::Enum(declared) if ty.inferred => (!declared.members.is_empty()).then_some(0),
        _ => values(ty).iter().position(|value| *value == Some(0)),
    }
}

/// The number of each member, where it is known: a position says nothing where members are missing.
fn values(ty: &Type) -> Vec<Option<i64>> {
    match &ty.kind {
        TypeKind::Enum(declared) | TypeKind::Flags(declared) if ty.inferred => {
            let members = declared.members.iter();
            members.map(|member| member.stated_value).collect()
        }
        _ => ty.values().into_iter().map(Some).collect(),
    }
}

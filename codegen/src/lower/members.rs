//! All members of a struct, those of its bases first.

use crate::diagnostic::Diagnostic;
use crate::model::{Api, Field, Struct, TypeKind, TypeName};

/// A member and the struct that declares it.
#[derive(Clone, Copy)]
pub(super) struct Member<'a> {
    pub(super) declared_by: &'a TypeName,
    pub(super) field: &'a Field,
}

/// The members of a struct in wire order.
///
/// # Errors
///
/// A base that is missing, is no struct, or is the type itself.
pub(super) fn flatten<'a>(
    api: &'a Api,
    name: &'a TypeName,
    structure: &'a Struct,
) -> Result<Vec<Member<'a>>, Box<Diagnostic>> {
    let mut line = vec![(name, structure)];
    while let Some(base) = line
        .last()
        .and_then(|(_, structure)| structure.base.as_ref())
    {
        line.push((base, base_of(api, name, base, line.len())?));
    }
    let members = line.iter().rev().flat_map(|(declared_by, structure)| {
        structure
            .fields
            .iter()
            .map(|field| Member { declared_by, field })
    });
    Ok(members.collect())
}

fn base_of<'a>(
    api: &'a Api,
    name: &TypeName,
    base: &TypeName,
    depth: usize,
) -> Result<&'a Struct, Box<Diagnostic>> {
    let at = || {
        api.types
            .get(name)
            .map(|ty| ty.at.clone())
            .unwrap_or_default()
    };
    let diagnostic = match api.types.get(base).map(|ty| &ty.kind) {
        // A line of bases longer than there are types has come round.
        Some(TypeKind::Struct(_)) if depth > api.types.len() => Diagnostic::new(
            "circular-base",
            at(),
            format!(
                "`{}` is derived from itself through `{}`",
                name.name, base.name
            ),
        ),
        Some(TypeKind::Struct(structure)) => return Ok(structure),
        Some(_) => Diagnostic::new(
            "unsupported-base",
            at(),
            format!(
                "`{}` is derived from `{}`, which has no members",
                name.name, base.name
            ),
        )
        .help("only structs can be extended"),
        None => Diagnostic::new(
            "missing-type",
            at(),
            format!(
                "`{}` is derived from `{base}`, which no schema declares",
                name.name
            ),
        ),
    };
    Err(Box::new(diagnostic))
}

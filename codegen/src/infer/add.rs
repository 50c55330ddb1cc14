//! What was inferred, put beside a contract that stands. What a WSDL states wins.

use super::{Inferred, order};
use crate::diagnostic::Diagnostic;
use crate::model::{Api, Enum, Field, Operation, Struct, Type, TypeKind, TypeName, TypeRef};

/// The contract with the operations that it does not have, and the types that these need.
///
/// An operation or a type that was inferred before is replaced; of a type that was, members that
/// are not shown this time stay.
pub fn add(standing: &Api, inferred: Inferred) -> Inferred {
    let Inferred {
        api: new,
        mut notes,
    } = inferred;
    let mut api = standing.clone();
    for agent in new.agents {
        let Some(known) = api.agents.iter_mut().find(|known| known.name == agent.name) else {
            api.agents.push(agent);
            continue;
        };
        for operation in agent.operations {
            match known
                .operations
                .iter_mut()
                .find(|known| known.name == operation.name)
            {
                None => known.operations.push(operation),
                Some(known) if known.inferred => *known = operation,
                Some(known) => notes.extend(disagreement(&agent.name, known, &operation)),
            }
        }
        known.operations.sort_by(|a, b| a.name.cmp(&b.name));
    }
    api.agents.sort_by(|a, b| a.name.cmp(&b.name));
    for (name, header) in new.headers {
        // What a header is made of comes with it, or stands already.
        if !api.headers.contains_key(&name) {
            let mut needed: Vec<&TypeName> = named(&header.ty).into_iter().collect();
            while let Some(type_name) = needed.pop() {
                if let (Some(ty), false) =
                    (new.types.get(type_name), api.types.contains_key(type_name))
                {
                    api.types.insert(type_name.clone(), ty.clone());
                    ty.references(|other| needed.push(other));
                }
            }
            api.headers.insert(name, header);
        }
    }
    for (name, ty) in new.types.into_iter().filter(|(_, ty)| ty.inferred) {
        let joined = match api.types.remove(&name) {
            None => ty,
            Some(known) if known.inferred => join(known, ty),
            Some(known) => {
                notes.extend(unknown_members(&name.name, &known, &ty));
                known
            }
        };
        api.types.insert(name, joined);
    }
    Inferred { api, notes }
}

fn named(ty: &TypeRef) -> Option<&TypeName> {
    match ty {
        TypeRef::Named(name) => Some(name),
        TypeRef::Primitive(_) => None,
    }
}

/// What a page shows otherwise than the contract says.
fn disagreement(agent: &str, known: &Operation, page: &Operation) -> Option<Diagnostic> {
    let same = |a: &[Field], b: &[Field]| {
        a.iter()
            .map(|field| (&field.name, &field.ty))
            .eq(b.iter().map(|f| (&f.name, &f.ty)))
    };
    if same(&known.parameters, &page.parameters) && same(&known.results, &page.results) {
        return None;
    }
    let diagnostic = Diagnostic::new(
        "page-disagrees",
        page.at.clone(),
        format!(
            "the page of `{agent}/{}` shows other parameters or results than the contract",
            page.name
        ),
    )
    .other(known.at.clone(), "the contract, which counts");
    Some(diagnostic)
}

/// Members that a page shows and the contract does not have: the contract is older.
fn unknown_members(name: &str, known: &Type, page: &Type) -> Option<Diagnostic> {
    let names = |ty: &Type| -> Vec<String> {
        match &ty.kind {
            TypeKind::Struct(s) => s.fields.iter().map(|field| field.name.clone()).collect(),
            TypeKind::Enum(e) | TypeKind::Flags(e) => {
                e.members.iter().map(|member| member.name.clone()).collect()
            }
            TypeKind::Array(_) | TypeKind::Dictionary(_) => Vec::new(),
        }
    };
    let known_names = names(known);
    let unknown: Vec<String> = names(page)
        .into_iter()
        .filter(|member| !known_names.contains(member))
        .collect();
    if unknown.is_empty() {
        return None;
    }
    let diagnostic = Diagnostic::new(
        "page-disagrees",
        page.at.clone(),
        format!(
            "the contract's type `{name}` lacks `{}`",
            unknown.join("`, `")
        ),
    )
    .other(known.at.clone(), "the contract, which counts")
    .help("the page may be of a newer drop; import its WSDL");
    Some(diagnostic)
}

/// Two inferences of one type. Where they do not fit together the newer one counts.
fn join(known: Type, new: Type) -> Type {
    let kind = match (known.kind, &new.kind) {
        (TypeKind::Struct(known), TypeKind::Struct(new)) => {
            let fields = join_fields(known.fields, &new.fields);
            fields.map(|fields| {
                TypeKind::Struct(Struct {
                    fields,
                    ..new.clone()
                })
            })
        }
        (TypeKind::Enum(known), TypeKind::Enum(new)) => {
            Some(TypeKind::Enum(join_members(known, new)))
        }
        // Several members at once were seen once, and that settles it.
        (
            TypeKind::Enum(known) | TypeKind::Flags(known),
            TypeKind::Enum(new) | TypeKind::Flags(new),
        ) => Some(TypeKind::Flags(join_members(known, new))),
        _ => None,
    };
    match kind {
        Some(kind) => Type { kind, ..new },
        None => new,
    }
}

fn join_fields(known: Vec<Field>, new: &[Field]) -> Option<Vec<Field>> {
    let mut all: Vec<Field> = new.to_vec();
    let before: Vec<usize> = known
        .into_iter()
        .map(
            |field| match all.iter().position(|other| other.name == field.name) {
                Some(index) => index,
                None => {
                    all.push(field);
                    all.len() - 1
                }
            },
        )
        .collect();
    let now: Vec<usize> = (0..new.len()).collect();
    let merged = order::merge(&[&now, &before]).ok()?;
    Some(
        merged
            .into_iter()
            .filter_map(|index| all.get(index).cloned())
            .collect(),
    )
}

fn join_members(known: Enum, new: &Enum) -> Enum {
    // The member that was seen first is the default, so what is known stays in front.
    let mut members = known.members;
    for member in &new.members {
        if !members.iter().any(|other| other.name == member.name) {
            members.push(member.clone());
        }
    }
    Enum {
        members,
        actual_type: known.actual_type.or_else(|| new.actual_type.clone()),
    }
}

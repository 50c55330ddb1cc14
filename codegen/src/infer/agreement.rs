//! How much of a contract that a WSDL states is inferred from its pages alone.

use crate::model::{Api, Field, Operation, Struct, TypeKind, TypeRef};

/// What agrees, of what both have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Agreement {
    /// Parameters, results, wrappers and headers.
    pub operations: Agrees,
    /// Own members with their order and types.
    pub structs: Agrees,
    pub arrays: Agrees,
    pub dictionaries: Agrees,
    /// Plain enums that are taken for such; flag sets look the same, and are in `flag_sets`.
    pub enums: Agrees,
    /// Flag sets, of which examples show one member: they are taken for enums.
    pub flag_sets: Agrees,
    /// Members of plain enums that are known.
    pub members: Agrees,
    /// What was read otherwise, by its wire name.
    pub differences: Vec<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Agrees {
    pub equal: usize,
    pub all: usize,
}

impl Agrees {
    fn count(&mut self, is_equal: bool) {
        self.all += 1;
        self.equal += usize::from(is_equal);
    }
}

/// Sets what was inferred against what is stated. What no page shows is left out.
pub fn agreement(stated: &Api, inferred: &Api) -> Agreement {
    let mut found = Agreement::default();
    for agent in &inferred.agents {
        let known = stated.agents.iter().find(|known| known.name == agent.name);
        for operation in &agent.operations {
            let known = known.and_then(|known| {
                known
                    .operations
                    .iter()
                    .find(|known| known.name == operation.name)
            });
            let Some(known) = known else { continue };
            let is_equal = same_operation(known, operation);
            found.operations.count(is_equal);
            if !is_equal {
                found
                    .differences
                    .push(format!("{}/{}", agent.name, operation.name));
            }
        }
    }
    for (name, ty) in inferred.types.iter().filter(|(_, ty)| ty.inferred) {
        let Some(known) = stated.types.get(name) else {
            continue;
        };
        let (share, is_equal) = match (&known.kind, &ty.kind) {
            (TypeKind::Struct(known), TypeKind::Struct(ty)) => {
                (&mut found.structs, same_struct(known, ty))
            }
            (TypeKind::Array(known), kind) => (
                &mut found.arrays,
                matches!(kind, TypeKind::Array(item) if item == known),
            ),
            (TypeKind::Dictionary(known), kind) => (
                &mut found.dictionaries,
                matches!(kind, TypeKind::Dictionary(d) if d == known),
            ),
            (TypeKind::Enum(known), TypeKind::Enum(ty)) => {
                for member in &known.members {
                    let is_known = ty.members.iter().any(|other| other.name == member.name);
                    found.members.count(is_known);
                }
                (&mut found.enums, true)
            }
            // An enum cannot be told from a flag set; that is no difference to report.
            (TypeKind::Flags(_), kind) => {
                found.flag_sets.count(matches!(kind, TypeKind::Flags(_)));
                continue;
            }
            (TypeKind::Struct(_), _) => (&mut found.structs, false),
            (TypeKind::Enum(_), _) => (&mut found.enums, false),
        };
        share.count(is_equal);
        if !is_equal {
            found.differences.push(name.name.clone());
        }
    }
    found
}

fn same_operation(known: &Operation, inferred: &Operation) -> bool {
    let unmarked = Operation {
        inferred: known.inferred,
        ..inferred.clone()
    };
    unmarked == *known
}

fn same_struct(known: &Struct, inferred: &Struct) -> bool {
    fn shape(fields: &[Field]) -> impl Iterator<Item = (&str, &TypeRef)> {
        fields.iter().map(|field| (field.name.as_str(), &field.ty))
    }
    shape(&known.fields).eq(shape(&inferred.fields))
}

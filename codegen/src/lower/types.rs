//! All types of a version: structs, the enums over polymorphic bases, and what `enums` makes.

use crate::diagnostic::Diagnostic;
use crate::ir;
use crate::model::{TypeKind, TypeName};

use super::arrays::{Shapes, declared_as, presence};
use super::members::{Member, flatten};
use super::names::{Kind, Scope, bare, reserved};
use super::polymorph::Family;
use super::{Version, enums};

/// The types of a version, each kind sorted by Rust name.
pub(super) struct Types<'a> {
    pub(super) structs: Vec<ir::Struct>,
    /// The same structs, and where their fields come from.
    pub(super) members: Vec<(&'a TypeName, Vec<Member<'a>>)>,
    pub(super) enums: Vec<ir::Enum>,
    pub(super) polymorphs: Vec<ir::Polymorph>,
}

pub(super) fn lower<'a>(
    version: &Version<'a>,
    families: &[Family<'a>],
    shapes: &mut Shapes<'a>,
    scope: &mut Scope<'a>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Types<'a> {
    let mut structs = Vec::new();
    let mut enums = Vec::new();
    for (name, ty) in &version.api.types {
        let rust = || version.names.type_name(version.api, name);
        match &ty.kind {
            TypeKind::Struct(structure) => {
                let rust = rust();
                scope.claim(Kind::Type, &name.name, &rust, &ty.at, diagnostics);
                match flatten(version.api, name, structure) {
                    Ok(members) => {
                        let fields = fields(version, name, &members, shapes, diagnostics);
                        let inherited = members.len() - structure.fields.len();
                        let base = structure.base.as_ref();
                        let lowered = ir::Struct {
                            wire: name.name.clone(),
                            rust,
                            namespace: version.namespace(name),
                            fields,
                            base: base.map(|base| (base.name.clone(), inherited)),
                            // Decided by `cycles::break_up`.
                            boxed: false,
                            inferred: ty.inferred,
                            home: ir::Home::Shared,
                            availability: version.availability.ty(
                                version.number,
                                version.api,
                                name,
                            ),
                            doc: None,
                        };
                        structs.push((lowered, (name, members)));
                    }
                    Err(diagnostic) => diagnostics.push(*diagnostic),
                }
            }
            TypeKind::Enum(members) | TypeKind::Flags(members) => {
                let rust = rust();
                scope.claim(Kind::Type, &name.name, &rust, &ty.at, diagnostics);
                enums.push(enums::lower(version, name, ty, members, rust, diagnostics));
            }
            TypeKind::Array(_) | TypeKind::Dictionary(_) => {}
        }
    }
    let mut polymorphs: Vec<_> = families
        .iter()
        .map(|family| lower_family(version, family, scope, diagnostics))
        .collect();
    structs.sort_by(|(a, _), (b, _)| bare(&a.rust).cmp(bare(&b.rust)));
    enums.sort_by(|a, b| bare(&a.rust).cmp(bare(&b.rust)));
    polymorphs.sort_by(|a, b| bare(&a.rust).cmp(bare(&b.rust)));
    let (structs, members) = structs.into_iter().unzip();
    Types {
        structs,
        members,
        enums,
        polymorphs,
    }
}

fn fields<'a>(
    version: &Version<'a>,
    name: &'a TypeName,
    members: &[Member<'a>],
    shapes: &mut Shapes<'a>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<ir::Field> {
    let mut scope = Scope::new(format!("the members of {}", name.name), reserved::FIELDS);
    let mut fields = Vec::with_capacity(members.len());
    for Member { declared_by, field } in members {
        let rust = field_name(version, name, declared_by, &field.name);
        scope.claim(Kind::Field, &field.name, &rust, &field.at, diagnostics);
        fields.push(ir::Field {
            wire: field.name.clone(),
            rust,
            namespace: version.namespace(declared_by),
            ty: shapes.ty(version, &field.ty, &field.at, diagnostics),
            declared_as: declared_as(&field.ty),
            presence: presence(version, field, diagnostics),
            // Decided by `secrets::mark`.
            secret: false,
            availability: version.availability.member(
                version.number,
                version.api,
                name,
                &field.name,
            ),
            doc: None,
        });
    }
    fields
}

/// A line of the table for this struct comes first, then one for the base that declares the
/// member, then the one for all.
fn field_name(
    version: &Version<'_>,
    name: &TypeName,
    declared_by: &TypeName,
    wire: &str,
) -> String {
    let own = version.names.scoped_name(Kind::Field, &name.name, wire);
    if declared_by == name || own != version.names.name(Kind::Field, wire) {
        return own;
    }
    version
        .names
        .scoped_name(Kind::Field, &declared_by.name, wire)
}

fn lower_family<'a>(
    version: &Version<'a>,
    family: &Family<'a>,
    types: &mut Scope<'a>,
    diagnostics: &mut Vec<Diagnostic>,
) -> ir::Polymorph {
    let base = family.base;
    let rust = version.names.name(Kind::Polymorph, &base.name);
    let mut scope = Scope::new(
        format!("the types derived from {}", base.name),
        reserved::VARIANTS,
    );
    let mut variants = Vec::with_capacity(family.derived.len() + 1);
    for name in std::iter::once(base).chain(family.derived.iter().copied()) {
        let wire = format!("{}/{}", base.name, name.name);
        let rust = version.names.name(Kind::PolymorphVariant, &wire);
        if let Some(ty) = version.api.types.get(name) {
            scope.claim(
                Kind::PolymorphVariant,
                &name.name,
                &rust,
                &ty.at,
                diagnostics,
            );
        }
        variants.push(ir::Variant {
            rust,
            ty: version.names.type_name(version.api, name),
            wire: name.name.clone(),
            namespace: version.namespace(name),
        });
    }
    if let Some(ty) = version.api.types.get(base) {
        types.claim(Kind::Polymorph, &base.name, &rust, &ty.at, diagnostics);
    }
    ir::Polymorph {
        rust,
        wire: base.name.clone(),
        namespace: version.namespace(base),
        variants,
        // Decided by `cycles::break_up`.
        boxed: false,
        home: ir::Home::Shared,
        availability: version.availability.ty(version.number, version.api, base),
        doc: None,
    }
}

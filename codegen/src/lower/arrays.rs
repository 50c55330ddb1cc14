//! What values are declared with: primitives, structs, enums, and the arrays and dictionaries of
//! them, whose element names are kept as shapes.

use std::collections::{BTreeMap, HashMap};

use crate::diagnostic::{Diagnostic, Location};
use crate::ir::{Element, Presence, Shape, ShapeKind, Ty};
use crate::model::{Dictionary, Field, Primitive, TypeKind, TypeName, TypeRef};
use crate::read::XSD;

use super::Version;
use super::enums::zero;
use super::names::{Kind, Scope, bare, reserved};

/// Arrays in arrays beyond this many are taken for a mistake. Two are met in the contracts.
const DEEPEST: usize = 8;

/// The arrays and dictionaries that were referred to so far.
#[derive(Default)]
pub(super) struct Shapes<'a> {
    used: BTreeMap<&'a TypeName, (Shape, &'a Location)>,
    types: HashMap<&'a TypeName, Ty>,
}

impl<'a> Shapes<'a> {
    /// The shapes, sorted by Rust name.
    pub(super) fn finish(self, diagnostics: &mut Vec<Diagnostic>) -> Vec<Shape> {
        let mut scope = Scope::new("the shapes of the version", reserved::SHAPES);
        let mut shapes = Vec::with_capacity(self.used.len());
        for (name, (shape, at)) in self.used {
            scope.claim(Kind::Shape, &name.name, &shape.rust, at, diagnostics);
            shapes.push(shape);
        }
        shapes.sort_by(|a, b| bare(&a.rust).cmp(bare(&b.rust)));
        shapes
    }

    /// The Rust type of what is declared with `ty`, and the shapes it needs.
    ///
    /// What cannot be mapped is reported, and what then is returned means nothing.
    pub(super) fn ty(
        &mut self,
        version: &Version<'a>,
        ty: &'a TypeRef,
        at: &'a Location,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Ty {
        self.ty_within(version, ty, at, 0, diagnostics)
    }

    fn ty_within(
        &mut self,
        version: &Version<'a>,
        ty: &'a TypeRef,
        at: &'a Location,
        depth: usize,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Ty {
        let name = match ty {
            TypeRef::Primitive(primitive) => return Ty::Primitive(*primitive),
            TypeRef::Named(name) => name,
        };
        if let Some(known) = self.types.get(name) {
            return known.clone();
        }
        let Some(declared) = version.api.types.get(name) else {
            diagnostics.push(
                Diagnostic::new(
                    "missing-type",
                    at.clone(),
                    format!("no schema declares `{name}`"),
                )
                .label("referred to here"),
            );
            return unmapped();
        };
        let rust = || version.names.type_name(version.api, name);
        let ty = match &declared.kind {
            TypeKind::Struct(_) => match version.polymorphs.get(name) {
                Some(polymorph) => Ty::Polymorph(polymorph.clone()),
                None => Ty::Struct(rust()),
            },
            TypeKind::Enum(_) => Ty::Enum(rust()),
            TypeKind::Flags(_) => Ty::Flags(rust()),
            TypeKind::Array(_) | TypeKind::Dictionary(_) if depth == DEEPEST => {
                diagnostics.push(
                    Diagnostic::new(
                        "nested-too-deep",
                        declared.at.clone(),
                        format!(
                            "`{}` is an array in an array in an array, without end",
                            name.name
                        ),
                    )
                    .help(format!("at most {DEEPEST} are supported")),
                );
                unmapped()
            }
            TypeKind::Array(item) => {
                self.array(version, name, item, &declared.at, depth, diagnostics)
            }
            TypeKind::Dictionary(dictionary) => {
                self.dictionary(version, name, dictionary, &declared.at, depth, diagnostics)
            }
        };
        self.types.insert(name, ty.clone());
        ty
    }

    fn array(
        &mut self,
        version: &Version<'a>,
        name: &'a TypeName,
        item: &'a Field,
        at: &'a Location,
        depth: usize,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Ty {
        check_item(&item.ty, &item.at, diagnostics);
        let item_ty = self.ty_within(version, &item.ty, &item.at, depth + 1, diagnostics);
        let namespace = version.namespace(name);
        let kind = ShapeKind::Array {
            item: element(item, namespace, &item_ty),
        };
        let shape = self.add(version, name, kind, at);
        Ty::Array {
            shape,
            item: Box::new(item_ty),
        }
    }

    fn dictionary(
        &mut self,
        version: &Version<'a>,
        name: &'a TypeName,
        dictionary: &'a Dictionary,
        at: &'a Location,
        depth: usize,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Ty {
        let Dictionary { entry, key, value } = dictionary;
        check_item(&key.ty, &key.at, diagnostics);
        check_item(&value.ty, &value.at, diagnostics);
        let key_ty = self.ty_within(version, &key.ty, &key.at, depth + 1, diagnostics);
        if !is_key(&key_ty) {
            diagnostics.push(
                Diagnostic::new(
                    "unsupported-key",
                    key.at.clone(),
                    format!("the key of `{}` is of no simple type", name.name),
                )
                .help("keys can be of any simple type but base64Binary"),
            );
        }
        let value_ty = self.ty_within(version, &value.ty, &value.at, depth + 1, diagnostics);
        let namespace = version.namespace(name);
        let kind = ShapeKind::Dictionary {
            entry: entry.clone(),
            namespace,
            key: element(key, namespace, &key_ty),
            value: element(value, namespace, &value_ty),
        };
        let shape = self.add(version, name, kind, at);
        Ty::Dictionary {
            shape,
            key: Box::new(key_ty),
            value: Box::new(value_ty),
            nillable: value.nillable,
        }
    }

    fn add(
        &mut self,
        version: &Version<'a>,
        name: &'a TypeName,
        kind: ShapeKind,
        at: &'a Location,
    ) -> String {
        let rust = version.names.name(Kind::Shape, &name.name);
        let shape = Shape {
            wire: name.name.clone(),
            rust: rust.clone(),
            kind,
        };
        self.used.insert(name, (shape, at));
        rust
    }
}

/// How documentation names what a member is declared with.
pub(super) fn declared_as(ty: &TypeRef) -> String {
    match ty {
        TypeRef::Primitive(primitive) if primitive.namespace() == XSD => {
            format!("xs:{}", primitive.wire_name())
        }
        TypeRef::Primitive(primitive) => primitive.wire_name().to_owned(),
        TypeRef::Named(name) => name.name.clone(),
    }
}

/// How a member says that it has no value.
pub(super) fn presence(
    version: &Version<'_>,
    field: &Field,
    diagnostics: &mut Vec<Diagnostic>,
) -> Presence {
    if field.nillable {
        check_item(&field.ty, &field.at, diagnostics);
        return Presence::Nillable;
    }
    let declared = match &field.ty {
        TypeRef::Named(name) => version.api.types.get(name),
        TypeRef::Primitive(_) => None,
    };
    match declared {
        // Such an enum has no value that the absence of the element could mean.
        Some(ty) if matches!(ty.kind, TypeKind::Enum(_)) && zero(ty).is_none() => {
            Presence::Omittable
        }
        _ => Presence::Plain,
    }
}

fn element(field: &Field, namespace: usize, ty: &Ty) -> Element {
    let shape = match ty {
        Ty::Array { shape, .. } | Ty::Dictionary { shape, .. } => Some(shape.clone()),
        _ => None,
    };
    Element {
        wire: field.name.clone(),
        namespace,
        shape,
    }
}

fn is_key(ty: &Ty) -> bool {
    match ty {
        Ty::Enum(_) | Ty::Flags(_) => true,
        Ty::Primitive(primitive) => {
            !matches!(primitive, Primitive::AnyType | Primitive::Base64Binary)
        }
        _ => false,
    }
}

/// Reports what cannot stand in a list, an entry or an option: in Rust a list of bytes is what
/// base64Binary maps to.
fn check_item(ty: &TypeRef, at: &Location, diagnostics: &mut Vec<Diagnostic>) {
    if *ty == TypeRef::Primitive(Primitive::UnsignedByte) {
        diagnostics.push(
            Diagnostic::new(
                "unsupported-item",
                at.clone(),
                "an unsignedByte can be neither an item, a key or a value, nor nillable",
            )
            .help("base64Binary is supported instead"),
        );
    }
}

/// Stands for a type that was reported.
fn unmapped() -> Ty {
    Ty::Primitive(Primitive::AnyType)
}

//! A complexType as a struct, and the statement of its fields.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::{
    Piece, Uses, about, availability, availability_within, boxed, ident, inferred, number, ty,
};
use crate::ir::{self, Presence, Ty};

/// The struct, and the statement of its fields, from which soap's macro makes all the rest.
pub(super) fn emit(s: &ir::Struct) -> Piece {
    let mut uses = Uses::default();
    uses.soap_crate();
    let extends = match &s.base {
        Some((base, _)) => format!(", extends `{base}`"),
        None => String::new(),
    };
    let since = availability(&s.availability);
    let about = about(
        0,
        s.doc.as_deref(),
        &format!("`{}`{extends}, {since}.{}", s.wire, inferred(s.inferred)),
    );
    let name = ident(&s.rust);
    let inherited = s.base.as_ref().map_or(0, |(_, count)| *count);
    let fields = s.fields.iter().enumerate().map(|(i, field)| {
        let from = match &s.base {
            Some((base, _)) if i < inherited => format!(", from `{base}`"),
            _ => String::new(),
        };
        declare(field, &from, &s.availability, &mut uses)
    });
    let fields: Vec<_> = fields.collect();
    let statement = statement(&name, &s.fields, true, &mut uses);
    let extra = uses.soap("Extra");
    let boxed = boxed(s.boxed, &name);
    let tokens = quote! {
        #about
        pub struct #name {
            #(#fields)*
            /// What the contract does not know.
            pub extra: #extra,
        }

        #statement
        #boxed
    };
    Piece { tokens, uses }
}

/// A documented public field.
pub(super) fn declare(
    field: &ir::Field,
    from: &str,
    owner: &ir::Availability,
    uses: &mut Uses,
) -> TokenStream {
    let about = about(
        4,
        field.doc.as_deref(),
        &format!(
            "`{}`: `{}`{from}{}.",
            field.wire,
            field.declared_as,
            availability_within(&field.availability, owner)
        ),
    );
    let name = ident(&field.rust);
    let ty = ty::field(field, uses);
    quote!(#about pub #name: #ty,)
}

/// The fields in wire order, by their names in Rust and on the wire.
pub(super) fn statement(
    name: &Ident,
    fields: &[ir::Field],
    keeps_unknown: bool,
    uses: &mut Uses,
) -> TokenStream {
    /// What the longest of soap's tuples holds.
    const MOST: usize = 12;
    let mut namespace = 0;
    let fields = fields.iter().map(|field| {
        let facets = facets(field, &mut namespace, uses);
        let facets = (!facets.is_empty()).then(|| quote!([#(#facets),*]));
        let (name, wire) = (ident(&field.rust), &field.wire);
        quote!(#name: #wire #facets)
    });
    let fields: Vec<_> = fields.collect();
    let groups = fields.chunks(MOST).map(|fields| quote!(#(#fields),*;));
    let extra = keeps_unknown.then(|| quote!(..extra));
    quote!(soap::complex!(#name { #(#groups)* #extra });)
}

/// What is to say of a field beside its names, in the order that soap wants; `namespace` is that of the
/// field before.
fn facets(field: &ir::Field, namespace: &mut usize, uses: &mut Uses) -> Vec<TokenStream> {
    let mut facets = Vec::new();
    if field.namespace != *namespace {
        *namespace = field.namespace;
        let number = number(field.namespace);
        facets.push(quote!(soap::Namespace(#number)));
    }
    let shape = match &field.ty {
        Ty::Array { shape, .. } | Ty::Dictionary { shape, .. } => Some(uses.shape(shape)),
        _ => None,
    };
    if field.secret {
        facets.push(quote!(soap::Secret));
    } else if shape.is_none() && field.presence == Presence::Omittable {
        facets.push(quote!(soap::Omittable));
    }
    facets.extend(shape.map(|shape| quote!(#shape)));
    facets
}

//! A restriction of names as an open enum.

use proc_macro2::Literal;
use quote::quote;

use super::{Piece, Uses, about, availability, availability_within, ident, inferred};
use crate::ir;

/// The enum, and the macro that states its members and makes it a value.
pub(super) fn emit(e: &ir::Enum) -> Piece {
    let mut uses = Uses::default();
    uses.soap_crate();
    let unrecognized = uses.soap("Unrecognized");
    let since = availability(&e.availability);
    let about_enum = about(
        0,
        e.doc.as_deref(),
        &format!("`{}`, {since}.{}", e.wire, inferred(e.inferred)),
    );
    let name = ident(&e.rust);
    let wire_name = &e.wire;
    let default = e.zero.is_some().then(|| quote!(#[derive(Default)]));
    let variants = e.members.iter().enumerate().map(|(i, m)| {
        let within = availability_within(&m.availability, &e.availability);
        let value = m
            .value
            .map(|value| format!(" = {value}"))
            .unwrap_or_default();
        let about = about(4, m.doc.as_deref(), &format!("`{}`{value}{within}", m.wire));
        let default = (e.zero == Some(i)).then(|| quote!(#[default]));
        let name = ident(&m.rust);
        quote!(#about #default #name,)
    });
    let facts = e.members.iter().map(|m| {
        let (name, wire) = (ident(&m.rust), &m.wire);
        let value = m.value.map(Literal::i64_unsuffixed);
        let value = value.map(|value| quote!(= #value));
        quote!(#name: #wire #value,)
    });
    // Where reading starts; an enum with a member for zero has `Default` for that.
    let blank = match (e.zero, e.members.first()) {
        (None, Some(first)) => {
            let first = ident(&first.rust);
            Some(quote! {
                impl soap::Item for #name {
                    fn blank() -> Self {
                        Self::#first
                    }
                }
            })
        }
        _ => None,
    };
    let tokens = quote! {
        #about_enum
        #default
        #[non_exhaustive]
        pub enum #name {
            #(#variants)*
            /// A member that this crate does not know; it survives a round trip.
            Unrecognized(#unrecognized),
        }

        #blank

        soap::enumeration!(#name as #wire_name { #(#facts)* });
    };
    Piece { tokens, uses }
}

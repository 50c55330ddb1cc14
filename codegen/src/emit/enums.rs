//! A restriction of names as an open enum.

use proc_macro2::Literal;
use quote::quote;

use super::{Piece, Uses, about, availability, availability_within, ident, inferred};
use crate::ir;

/// The enum, its `Enumeration` and the macro that makes it a value.
pub(super) fn emit(e: &ir::Enum) -> Piece {
    let mut uses = Uses::default();
    uses.soap_crate();
    let member = uses.soap("Member");
    let unrecognized = uses.soap("Unrecognized");
    let since = availability(&e.availability);
    let about_enum = about(
        0,
        e.doc.as_deref(),
        &format!("`{}`, {since}.{}", e.wire, inferred(e.inferred)),
    );
    let name = ident(&e.rust);
    let wire_name = &e.wire;
    let default = e.zero.is_some().then(|| quote!(, Default));
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
    let all = e.members.iter().map(|m| {
        let name = ident(&m.rust);
        quote!(Self::#name)
    });
    let numbers: Option<Vec<_>> = e.members.iter().map(|m| m.value).collect();
    let names = e.members.iter().map(|m| ident(&m.rust));
    let wires = e.members.iter().map(|m| &m.wire);
    let body = match numbers {
        Some(numbers) => {
            let numbers = numbers.into_iter().map(Literal::i64_unsuffixed);
            // One call behind the match instead of one an arm, which compiles faster.
            quote! {
                let (name, value) = match self {
                    #(Self::#names => (#wires, #numbers),)*
                    Self::Unrecognized(unrecognized) => return unrecognized.member(),
                };
                #member::new(name, value)
            }
        }
        None => {
            let members = e.members.iter().map(|m| {
                let wire = &m.wire;
                match m.value.map(Literal::i64_unsuffixed) {
                    Some(value) => quote!(#member::new(#wire, #value)),
                    None => quote!(#member::unnumbered(#wire)),
                }
            });
            quote! {
                match self {
                    #(Self::#names => #members,)*
                    Self::Unrecognized(unrecognized) => unrecognized.member(),
                }
            }
        }
    };
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
        #[derive(Clone #default)]
        #[non_exhaustive]
        pub enum #name {
            #(#variants)*
            /// A member that this crate does not know; it survives a round trip.
            Unrecognized(#unrecognized),
        }

        impl soap::Enumeration for #name {
            const NAME: &'static str = #wire_name;
            const ALL: &'static [Self] = &[#(#all),*];
            fn member(&self) -> #member<'_> {
                #body
            }
            fn unrecognized(unrecognized: #unrecognized) -> Self {
                Self::Unrecognized(unrecognized)
            }
        }

        #blank

        soap::enumeration!(#name);
    };
    Piece { tokens, uses }
}

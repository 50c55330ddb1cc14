//! A base type that members are declared with, as an enum over it and its derived types.

use quote::quote;

use super::{Piece, Uses, about, availability, boxed, doc, ident, number};
use crate::ir;

/// The enum, its `Polymorph` and the macro that makes it a value.
pub(super) fn emit(p: &ir::Polymorph) -> Piece {
    let mut uses = Uses::default();
    uses.soap_crate();
    let raw = uses.soap("RawElement");
    let name = ident(&p.rust);
    let about = about(
        0,
        p.doc.as_deref(),
        &format!(
            "`{}` or a type derived from it, {}.",
            p.wire,
            availability(&p.availability)
        ),
    );
    let mut variants = Vec::new();
    let mut names = Vec::new();
    for v in &p.variants {
        let about = doc(4, &format!("`{}`", v.wire));
        let variant = ident(&v.rust);
        let ty = uses.ty(&v.ty);
        variants.push(quote!(#about #variant(#ty),));
        names.push(variant);
    }
    let wires: Vec<_> = p.variants.iter().map(|v| &v.wire).collect();
    let numbers = p.variants.iter().map(|v| number(v.namespace));
    let base = names.first();
    let wire_name = &p.wire;
    let derived = uses.soap("Derived");
    let boxed = boxed(p.boxed, &name);
    let tokens = quote! {
        #about
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum #name {
            #(#variants)*
            /// A derived type that this crate does not know; it survives a round trip.
            Unrecognized(#raw),
        }

        impl Default for #name {
            fn default() -> Self {
                Self::#base(Default::default())
            }
        }

        impl soap::Polymorph for #name {
            const NAME: &'static str = #wire_name;
            fn for_type(name: &str) -> Option<Self> {
                match name {
                    #(#wires => Some(Self::#names(Default::default())),)*
                    _ => None,
                }
            }
            fn unrecognized(raw: #raw) -> Self {
                Self::Unrecognized(raw)
            }
            fn get(&self) -> #derived<'_> {
                match self {
                    #(Self::#names(value) => #derived::Known(#wires, #numbers, value),)*
                    Self::Unrecognized(raw) => #derived::Unrecognized(raw),
                }
            }
            fn get_mut(&mut self) -> Option<&mut dyn soap::Value> {
                match self {
                    #(Self::#names(value) => Some(value),)*
                    Self::Unrecognized(_) => None,
                }
            }
        }

        soap::polymorph!(#name);
        #boxed
    };
    Piece { tokens, uses }
}

//! A complexType as a struct, and the statements that read and write it.

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    Piece, Uses, Wire, about, availability, availability_within, ident, inferred, number, ty,
};
use crate::ir::{self, Presence, Ty};

/// The struct, its `Complex` and the macro that makes it a value.
pub(super) fn emit(s: &ir::Struct, wire: &Wire<'_>) -> Piece {
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
    let wire_name = &s.wire;
    let namespace = number(s.namespace);
    let inherited = s.base.as_ref().map_or(0, |(_, count)| *count);
    let fields = s.fields.iter().enumerate().map(|(i, field)| {
        let from = match &s.base {
            Some((base, _)) if i < inherited => format!(", from `{base}`"),
            _ => String::new(),
        };
        declare(field, &from, &s.availability, wire, &mut uses)
    });
    let fields: Vec<_> = fields.collect();
    let reads = reads(&s.fields, &mut uses);
    let writes = writes(&s.fields, s.namespace, &mut uses);
    let extra = uses.soap("Extra");
    let reader = uses.soap("FieldReader");
    let writer = uses.soap("FieldWriter");
    // A contract type without members states nothing.
    let (r, w) = if s.fields.is_empty() {
        (quote!(_), quote!(_))
    } else {
        (quote!(r), quote!(w))
    };
    let tokens = quote! {
        #about
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct #name {
            #(#fields)*
            /// What the contract does not know.
            pub extra: #extra,
        }

        impl soap::Complex for #name {
            const NAME: &'static str = #wire_name;
            const NAMESPACE: u8 = #namespace;
            fn read_fields(&mut self, #r: &mut #reader<'_, '_>) {
                #(#reads)*
            }
            fn write_fields(&self, #w: &mut #writer<'_>) {
                #(#writes)*
            }
        }

        soap::complex!(#name);
    };
    Piece { tokens, uses }
}

/// A documented public field.
pub(super) fn declare(
    field: &ir::Field,
    from: &str,
    owner: &ir::Availability,
    wire: &Wire<'_>,
    uses: &mut Uses,
) -> TokenStream {
    let about = about(
        4,
        field.doc.as_deref(),
        &format!(
            "`{}`: `{}`{from}{}.",
            field.wire,
            wire.name(&field.ty),
            availability_within(&field.availability, owner)
        ),
    );
    let name = ident(&field.rust);
    let ty = ty::field(field, uses);
    quote!(#about pub #name: #ty,)
}

/// One statement a field.
pub(super) fn reads(fields: &[ir::Field], uses: &mut Uses) -> Vec<TokenStream> {
    fields
        .iter()
        .map(|field| {
            let name = ident(&field.rust);
            let wire = &field.wire;
            match &field.ty {
                Ty::Array { shape, .. } => {
                    let shape = uses.shape(shape);
                    quote!(r.array(#wire, &mut self.#name, #shape);)
                }
                Ty::Dictionary { shape, .. } => {
                    let shape = uses.shape(shape);
                    quote!(r.dictionary(#wire, &mut self.#name, #shape);)
                }
                _ => quote!(r.value(#wire, &mut self.#name);),
            }
        })
        .collect()
}

/// One statement a field, and one where the namespace changes.
pub(super) fn writes(fields: &[ir::Field], namespace: usize, uses: &mut Uses) -> Vec<TokenStream> {
    let mut statements = Vec::with_capacity(fields.len());
    let mut current = namespace;
    for field in fields {
        if field.namespace != current {
            current = field.namespace;
            let number = number(current);
            statements.push(quote!(w.namespace(#number);));
        }
        let name = ident(&field.rust);
        let wire = &field.wire;
        statements.push(match (&field.ty, field.presence) {
            (Ty::Array { shape, .. }, _) => {
                let shape = uses.shape(shape);
                quote!(w.array(#wire, &self.#name, #shape);)
            }
            (Ty::Dictionary { shape, .. }, _) => {
                let shape = uses.shape(shape);
                quote!(w.dictionary(#wire, &self.#name, #shape);)
            }
            (_, Presence::Omittable) => quote!(w.omittable(#wire, &self.#name);),
            _ => quote!(w.value(#wire, &self.#name);),
        });
    }
    statements
}

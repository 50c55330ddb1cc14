//! A complexType as a struct, and the statements that read and write it.

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    Piece, Uses, Wire, about, availability, availability_within, ident, inferred, number, ty,
};
use crate::ir::{self, Presence, Ty};
use crate::lower::names::bare;
use crate::model::Primitive;

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
    let derives = derives(&s.fields);
    let debug = debug(&s.rust, &s.fields, true, &mut uses);
    let tokens = quote! {
        #about
        #derives
        pub struct #name {
            #(#fields)*
            /// What the contract does not know.
            #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Extra::is_empty"))]
            pub extra: #extra,
        }

        #debug

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

/// What is derived: `Debug` only where nothing is secret, and `serde` where it is asked for.
pub(super) fn derives(fields: &[ir::Field]) -> TokenStream {
    let debug = (!fields.iter().any(|field| field.secret)).then(|| quote!(Debug,));
    quote! {
        #[derive(Clone, #debug Default, PartialEq)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        #[cfg_attr(feature = "serde", serde(default))]
    }
}

/// `Debug` of a struct with secrets, as a derive would write it but for those.
pub(super) fn debug(
    name: &str,
    fields: &[ir::Field],
    has_extra: bool,
    uses: &mut Uses,
) -> Option<TokenStream> {
    if !fields.iter().any(|field| field.secret) {
        return None;
    }
    let redacted = uses.soap("Redacted");
    let shown = fields.iter().map(|field| {
        let label = bare(&field.rust);
        let name = ident(&field.rust);
        let value = match field.secret {
            true => quote!(#redacted::new(&self.#name)),
            false => quote!(self.#name),
        };
        quote!(s.field(#label, &#value);)
    });
    let extra = has_extra.then(|| quote!(s.field("extra", &self.extra);));
    let label = bare(name);
    let name = ident(name);
    Some(quote! {
        impl std::fmt::Debug for #name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let mut s = f.debug_struct(#label);
                #(#shown)*
                #extra
                s.finish()
            }
        }
    })
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
    let binary = matches!(field.ty, Ty::Primitive(Primitive::Base64Binary)).then(|| {
        uses.soap_crate();
        quote!(#[cfg_attr(feature = "serde", serde(with = "soap::serde::base64"))])
    });
    let ty = ty::field(field, uses);
    quote!(#about #binary pub #name: #ty,)
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
        if field.secret {
            let kind = match &field.ty {
                Ty::Array { shape, .. } | Ty::Dictionary { shape, .. } => {
                    let shape = uses.shape(shape);
                    quote!(#shape)
                }
                _ => quote!(soap::Kind::Plain),
            };
            statements.push(quote!(w.secret(#wire, &self.#name, #kind);));
            continue;
        }
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

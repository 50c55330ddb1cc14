//! A complexType as a struct, and the statements that read and write it.

use std::mem;

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::format::{WIDTH, wrap};
use super::{
    Piece, Uses, Wire, about, availability, availability_within, ident, inferred, number, ty,
};
use crate::ir::{self, Presence, Ty};
use crate::lower::names::bare;
use crate::model::Primitive;

/// The struct as a value with fields, and the macro that gives it the rest.
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
    let writes = writes(&s.fields, &mut uses);
    let extra = uses.soap("Extra");
    let reader = uses.soap("FieldReader");
    let writer = uses.soap("FieldWriter");
    let type_name = &s.rust;
    let names = names(&s.fields);
    let boxed = wire.boxed(&s.rust);
    let tokens = quote! {
        #about
        #[derive(Default)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        #[cfg_attr(feature = "serde", serde(default))]
        pub struct #name {
            #(#fields)*
            /// What the contract does not know.
            #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Extra::is_empty"))]
            pub extra: #extra,
        }

        impl soap::Value for #name {
            fn read_fields(&mut self, r: &mut #reader<'_, '_>) {
                #(#reads)*
                r.extra(&mut self.extra);
            }
            fn write_fields<'v>(&'v self, w: &mut #writer<'v, '_>) {
                w.complex(#type_name, #names, &self.extra);
                #(#writes)*
            }
        }

        soap::complex!(#name);
        #boxed
    };
    Piece { tokens, uses }
}

/// The fields' names in one literal, which costs the compiler next to nothing.
pub(super) fn names(fields: &[ir::Field]) -> Literal {
    let names: Vec<_> = fields.iter().map(|field| bare(&field.rust)).collect();
    let lines = wrap(&names.join(" "), WIDTH - 12 - "\" \\".len());
    // A literal's text is taken over as it is, so it can be broken here only.
    let broken = lines.join(" \\\n            ");
    let text = match lines.len() {
        0 | 1 => format!("\"{broken}\""),
        _ => format!("\"\\\n            {broken}\""),
    };
    text.parse()
        .unwrap_or_else(|_| Literal::string(&names.join(" ")))
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

/// The fields as tuples of their names, places and, if they have parts, the names of these.
pub(super) fn reads(fields: &[ir::Field], uses: &mut Uses) -> Vec<TokenStream> {
    let fields = fields.iter().map(|field| {
        let name = ident(&field.rust);
        let wire = &field.wire;
        let shape = shape(field, uses).into_iter();
        quote!((#wire, &mut self.#name #(, #shape)*))
    });
    together(&quote!(r), fields.collect())
}

/// What names the parts of an array or a dictionary.
fn shape(field: &ir::Field, uses: &mut Uses) -> Option<Ident> {
    match &field.ty {
        Ty::Array { shape, .. } | Ty::Dictionary { shape, .. } => Some(uses.shape(shape)),
        _ => None,
    }
}

/// As few statements as soap's tuples of fields allow.
fn together(to: &TokenStream, fields: Vec<TokenStream>) -> Vec<TokenStream> {
    const MOST: usize = 12;
    let statements = fields.chunks(MOST).map(|fields| match fields {
        [field] => quote!(#to.fields(#field);),
        fields => quote!(#to.fields((#(#fields),*));),
    });
    statements.collect()
}

/// The same for writing, and a statement where the namespace changes and for each field that is not
/// always written or must not show.
pub(super) fn writes(fields: &[ir::Field], uses: &mut Uses) -> Vec<TokenStream> {
    let mut statements = Vec::new();
    let mut plain = Vec::new();
    let mut current = 0;
    for field in fields {
        if field.namespace != current {
            current = field.namespace;
            let number = number(current);
            statements.extend(together(&quote!(w), mem::take(&mut plain)));
            statements.push(quote!(w.namespace(#number);));
        }
        let name = ident(&field.rust);
        let wire = &field.wire;
        if field.secret {
            let kind = match shape(field, uses) {
                Some(shape) => quote!(#shape),
                None => quote!(soap::Kind::Plain),
            };
            statements.extend(together(&quote!(w), mem::take(&mut plain)));
            statements.push(quote!(w.secret(#wire, &self.#name, #kind);));
            continue;
        }
        match (shape(field, uses), field.presence) {
            (Some(shape), _) => plain.push(quote!((#wire, &self.#name, #shape))),
            (None, Presence::Omittable) => {
                statements.extend(together(&quote!(w), mem::take(&mut plain)));
                statements.push(quote!(w.omittable(#wire, &self.#name);));
            }
            (None, _) => plain.push(quote!((#wire, &self.#name))),
        }
    }
    statements.extend(together(&quote!(w), plain));
    statements
}

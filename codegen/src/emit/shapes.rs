//! The element names inside arrays and dictionaries, one constant each.

use proc_macro2::TokenStream;
use quote::quote;

use super::{Piece, Uses, doc, ident, number};
use crate::ir::{self, ShapeKind};

/// The constant that says how an array or a dictionary is laid out.
pub(super) fn emit(shape: &ir::Shape) -> Piece {
    let mut uses = Uses::default();
    let kind = uses.soap("Kind");
    let (what, value) = match &shape.kind {
        ShapeKind::Array { item } => {
            let item = element(item, &mut uses);
            ("Items", quote!(#kind::Array(&#item)))
        }
        ShapeKind::Dictionary {
            entry,
            namespace,
            key,
            value,
        } => {
            let namespace = number(*namespace);
            let key = element(key, &mut uses);
            let value = element(value, &mut uses);
            let layout = uses.soap("Entry");
            let layout = quote! {
                #layout { name: #entry, namespace: #namespace, key: #key, value: #value }
            };
            ("Entries", quote!(#kind::Dictionary(&#layout)))
        }
    };
    let about = doc(0, &format!("{what} of `{}`.", shape.wire));
    let name = ident(&shape.rust);
    Piece {
        tokens: quote!(#about pub const #name: #kind = #value;),
        uses,
    }
}

fn element(element: &ir::Element, uses: &mut Uses) -> TokenStream {
    let ty = uses.soap("Element");
    let name = &element.wire;
    let namespace = number(element.namespace);
    match &element.shape {
        None => quote!(#ty::plain(#name, #namespace)),
        // Shapes stand in one file, so the name needs no import.
        Some(shape) => {
            let shape = ident(shape);
            quote!(#ty::new(#name, #namespace, #shape))
        }
    }
}

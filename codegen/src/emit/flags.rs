//! An `xs:list` of names as a type with a constant a member; sets of them are `FlagSet`s.

use proc_macro2::Literal;
use quote::quote;

use super::{Piece, Uses, about, availability, availability_within, ident, inferred};
use crate::ir;

/// The type, its constants, and the macro that states its members.
pub(super) fn emit(e: &ir::Enum) -> Piece {
    let mut uses = Uses::default();
    uses.soap_crate();
    let since = availability(&e.availability);
    let about_set = about(
        0,
        e.doc.as_deref(),
        &format!(
            "`{}`, the flags of a `FlagSet`, {since}.{}",
            e.wire,
            inferred(e.inferred)
        ),
    );
    let name = ident(&e.rust);
    // A member whose bits nobody knows is kept by name, like one that is not in the contract.
    let known = e.members.iter().filter_map(|m| Some((m, m.value?)));
    let constants: Vec<_> = known
        .clone()
        .map(|(m, value)| {
            let within = availability_within(&m.availability, &e.availability);
            let facts = format!("`{}` = {value}{within}", m.wire);
            let about = about(4, m.doc.as_deref(), &facts);
            let name = ident(&m.rust);
            let set = uses.soap("FlagSet");
            let bits = bits(value);
            quote!(#about pub const #name: #set<Self> = #set::stated(#bits);)
        })
        .collect();
    let constants = (!constants.is_empty()).then(|| quote!(impl #name { #(#constants)* }));
    let members = known.map(|(m, value)| {
        let wire = &m.wire;
        let bits = bits(value);
        quote!(#wire = #bits,)
    });
    let tokens = quote! {
        #about_set
        pub enum #name {}

        #constants

        soap::flags!(#name { #(#members)* });
    };
    Piece { tokens, uses }
}

/// The bits of a value; the highest bit of an `int` may be stated as a negative number.
fn bits(value: i64) -> Literal {
    Literal::u64_unsuffixed(value.cast_unsigned())
}

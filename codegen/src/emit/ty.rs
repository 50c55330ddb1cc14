//! Types of fields, parameters and results, as Rust writes them.

use proc_macro2::TokenStream;
use quote::quote;

use super::Uses;
use crate::ir::{self, Presence, Ty};
use crate::model::Primitive;

/// Of a field in a struct.
pub(super) fn field(field: &ir::Field, uses: &mut Uses) -> TokenStream {
    let ty = plain(&field.ty, uses);
    match field.presence {
        Presence::Plain => ty,
        Presence::Nillable | Presence::Omittable => quote!(Option<#ty>),
    }
}

/// Without what [`Presence`] adds.
pub(super) fn plain(ty: &Ty, uses: &mut Uses) -> TokenStream {
    match ty {
        Ty::Primitive(primitive) => self::primitive(*primitive, uses),
        Ty::Flags(name) => {
            let set = uses.soap("FlagSet");
            let name = uses.ty(name);
            quote!(#set<#name>)
        }
        Ty::Struct(name) | Ty::Polymorph(name) | Ty::Enum(name) => {
            let name = uses.ty(name);
            quote!(#name)
        }
        Ty::Boxed(ty) => {
            let ty = plain(ty, uses);
            quote!(Box<#ty>)
        }
        Ty::Array { item, .. } => {
            let item = plain(item, uses);
            quote!(Vec<#item>)
        }
        Ty::Dictionary {
            key,
            value,
            nillable,
            ..
        } => {
            let dictionary = uses.soap("Dictionary");
            let key = plain(key, uses);
            let value = plain(value, uses);
            if *nillable {
                quote!(#dictionary<#key, Option<#value>>)
            } else {
                quote!(#dictionary<#key, #value>)
            }
        }
    }
}

fn primitive(primitive: Primitive, uses: &mut Uses) -> TokenStream {
    let own = match primitive {
        Primitive::String | Primitive::AnyUri => return quote!(String),
        Primitive::Base64Binary => return quote!(Vec<u8>),
        Primitive::Boolean => return quote!(bool),
        Primitive::Byte => return quote!(i8),
        Primitive::Short => return quote!(i16),
        Primitive::Int => return quote!(i32),
        Primitive::Long => return quote!(i64),
        Primitive::UnsignedByte => return quote!(u8),
        Primitive::UnsignedShort => return quote!(u16),
        Primitive::UnsignedInt => return quote!(u32),
        Primitive::UnsignedLong => return quote!(u64),
        Primitive::Float => return quote!(f32),
        Primitive::Double => return quote!(f64),
        Primitive::AnyType => "AnyValue",
        Primitive::Char => "Char",
        Primitive::DateTime => "DateTime",
        Primitive::Decimal => "Decimal",
        Primitive::Duration => "Duration",
        Primitive::Guid => "Guid",
        Primitive::QName => "QName",
    };
    let own = uses.soap(own);
    quote!(#own)
}

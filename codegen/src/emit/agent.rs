//! An agent's handle, its methods, one an operation, and the structs that gather many parameters
//! or several results.

use proc_macro2::TokenStream;
use quote::quote;

use super::items::{Item, Printed};
use super::{Piece, Uses, about, availability, doc, gone, ident, inferred, structs, ty};
use crate::ir::{self, Presence, RequestHeaders, Returns, Ty};
use crate::model::Primitive;

/// The facts of the agent and the handle, without its methods.
pub(super) fn handle(agent: &ir::Agent) -> Piece {
    let mut uses = Uses::default();
    let agent_type = uses.client("Agent");
    let endpoint = uses.client("Endpoint");
    let request_headers = uses.client("RequestHeaders");
    let headers = match agent.request_headers {
        RequestHeaders::Session => quote!(Session),
        RequestHeaders::ApplicationToken => quote!(ApplicationToken),
    };
    let wire_name = &agent.wire;
    let name = ident(&agent.rust);
    let about = about(
        0,
        agent.doc.as_deref(),
        &format!(
            "Calls the {} agent, {}.",
            agent.wire,
            availability(&agent.availability)
        ),
    );
    let tokens = quote! {
        pub(super) static AGENT: #agent_type = #agent_type {
            contract: &super::CONTRACT,
            name: #wire_name,
            headers: #request_headers::#headers,
        };

        #about
        pub struct #name<'a>(pub(super) #endpoint<'a>);

        superoffice_client::handle!(#name);
    };
    Piece { tokens, uses }
}

/// The handle with its methods, which were printed each on its own.
pub(super) fn with_methods(agent: &ir::Agent, handle: Printed, methods: &[&Printed]) -> Printed {
    if methods.is_empty() {
        return handle;
    }
    let Printed { mut text, mut uses } = handle;
    let texts: Vec<&str> = methods.iter().map(|method| &*method.text).collect();
    text.push_str(&format!(
        "\nimpl {}<'_> {{\n{}}}\n",
        agent.rust,
        texts.join("\n")
    ));
    for method in methods {
        uses.extend(&method.uses);
    }
    Printed { text, uses }
}

/// The structs that go with methods, sorted by name.
pub(super) fn structs(agent: &ir::Agent) -> Vec<Item<'_>> {
    let mut items: Vec<(&str, Item<'_>)> = Vec::new();
    for method in &agent.methods {
        if let Some(name) = &method.args {
            items.push((name, Item::Args(&agent.wire, name, method)));
        }
        if let Returns::Several { rust, fields } = &method.result {
            // Operations may share their response wrapper, and with it this struct.
            if !items.iter().any(|(name, _)| name == rust) {
                items.push((rust, Item::Outputs(&agent.wire, rust, fields, method)));
            }
        }
    }
    items.sort_by_key(|(name, _)| *name);
    items.into_iter().map(|(_, item)| item).collect()
}

/// One operation; `agent` is the agent's name on the wire, as below.
pub(super) fn method(agent: &str, m: &ir::Method) -> Piece {
    let mut uses = Uses::default();
    let since = availability(&m.availability);
    let about = about(
        4,
        m.doc.as_deref(),
        &format!("`{agent}/{}`, {since}.{}", m.wire, inferred(m.inferred)),
    );
    let name = ident(&m.rust);
    let operation = &m.wire;
    let mut parameters = Vec::new();
    let mut calls = Vec::new();
    match &m.args {
        Some(args) => {
            let args = ident(args);
            parameters.push(quote!(args: &#args));
            calls.push(quote!(.args(args)));
        }
        None => {
            let mut namespace = 0;
            for field in &m.parameters {
                if field.namespace != namespace {
                    namespace = field.namespace;
                    let number = super::number(namespace);
                    calls.push(quote!(.namespace(#number)));
                }
                let name = ident(&field.rust);
                let (ty, call) = parameter(field, &mut uses);
                parameters.push(quote!(#name: #ty));
                calls.push(call);
                if field.secret {
                    calls.push(quote!(.secret()));
                }
            }
        }
    }
    if let Some(element) = &m.response_element {
        calls.push(quote!(.answered_by(#element)));
    }
    let (result, last) = result(&m.result, &mut uses);
    calls.push(last);
    let call = uses.client("Call");
    let deprecated = m.availability.retired.as_ref().map(|retirement| {
        let note = format!("{}, goes with a later release", gone(retirement));
        quote!(#[deprecated(note = #note)])
    });
    let tokens = quote! {
        #about
        #deprecated
        pub fn #name(&self, #(#parameters),*) -> #call<#result> {
            self.0.request(#operation) #(#calls)*
        }
    };
    Piece { tokens, uses }
}

/// The type of a parameter and the call that writes it.
fn parameter(field: &ir::Field, uses: &mut Uses) -> (TokenStream, TokenStream) {
    let wire = &field.wire;
    let name = ident(&field.rust);
    match (&field.ty, field.presence) {
        (Ty::Primitive(Primitive::String | Primitive::AnyUri), _) => {
            let arg = uses.soap("TextArg");
            (quote!(impl #arg), quote!(.text(#wire, #name)))
        }
        (Ty::Primitive(Primitive::Base64Binary), _) => {
            let arg = uses.soap("BytesArg");
            (quote!(impl #arg), quote!(.bytes(#wire, #name)))
        }
        (Ty::Primitive(Primitive::AnyType), _) => {
            let arg = uses.soap("EntityArg");
            let any = uses.soap("AnyValue");
            (quote!(impl #arg<#any>), quote!(.any(#wire, #name)))
        }
        (Ty::Primitive(_), Presence::Plain) => {
            let ty = ty::plain(&field.ty, uses);
            (ty, quote!(.value(#wire, #name)))
        }
        (Ty::Enum(_) | Ty::Flags(_), Presence::Plain) => {
            let arg = uses.soap("MemberArg");
            let ty = ty::plain(&field.ty, uses);
            (quote!(impl #arg<#ty>), quote!(.member(#wire, #name)))
        }
        (Ty::Enum(_) | Ty::Flags(_), Presence::Omittable) => {
            let arg = uses.soap("OptionalMemberArg");
            let ty = ty::plain(&field.ty, uses);
            (
                quote!(impl #arg<#ty>),
                quote!(.member_or_none(#wire, #name)),
            )
        }
        (Ty::Primitive(_) | Ty::Enum(_) | Ty::Flags(_), _) => {
            let ty = ty::plain(&field.ty, uses);
            (quote!(Option<#ty>), quote!(.optional(#wire, #name)))
        }
        (Ty::Struct(_) | Ty::Boxed(_) | Ty::Polymorph(_), presence) => {
            let unboxed = match &field.ty {
                Ty::Boxed(ty) => ty,
                ty => ty,
            };
            let ty = ty::plain(unboxed, uses);
            if presence == Presence::Plain {
                return (quote!(&#ty), quote!(.entity_required(#wire, #name)));
            }
            let arg = uses.soap("EntityArg");
            (quote!(impl #arg<#ty>), quote!(.entity(#wire, #name)))
        }
        (Ty::Array { shape, item }, _) => {
            let shape = uses.shape(shape);
            if matches!(**item, Ty::Primitive(Primitive::String | Primitive::AnyUri)) {
                let arg = uses.soap("TextListArg");
                return (quote!(impl #arg), quote!(.texts(#wire, #shape, #name)));
            }
            let arg = uses.soap("ListArg");
            let item = ty::plain(item, uses);
            (
                quote!(impl #arg<#item>),
                quote!(.list(#wire, #shape, #name)),
            )
        }
        (Ty::Dictionary { shape, .. }, _) => {
            let shape = uses.shape(shape);
            let arg = uses.soap("EntityArg");
            let ty = ty::plain(&field.ty, uses);
            (
                quote!(impl #arg<#ty>),
                quote!(.dictionary(#wire, #shape, #name)),
            )
        }
    }
}

/// What a call gives, and the end of the chain that makes it.
fn result(result: &Returns, uses: &mut Uses) -> (TokenStream, TokenStream) {
    match result {
        Returns::Nothing => (quote!(()), quote!(.done())),
        Returns::Several { rust, .. } => {
            let name = ident(rust);
            (quote!(#name), quote!(.returns_outputs()))
        }
        Returns::One(field) => {
            let wire = &field.wire;
            match &field.ty {
                // Null reads as empty.
                Ty::Array { shape, .. } => {
                    let shape = uses.shape(shape);
                    (
                        ty::plain(&field.ty, uses),
                        quote!(.returns_list(#wire, #shape)),
                    )
                }
                Ty::Dictionary { shape, .. } => {
                    let shape = uses.shape(shape);
                    (
                        ty::plain(&field.ty, uses),
                        quote!(.returns_dictionary(#wire, #shape)),
                    )
                }
                _ => (ty::field(field, uses), quote!(.returns(#wire))),
            }
        }
    }
}

/// The parameters of an operation that has many.
pub(super) fn args(agent: &str, rust: &str, m: &ir::Method) -> Piece {
    let about = format!("The parameters of `{agent}/{}`.", m.wire);
    gathered(rust, &about, &m.parameters, m)
}

/// The results of an operation that has several.
pub(super) fn outputs(agent: &str, rust: &str, fields: &[ir::Field], m: &ir::Method) -> Piece {
    let about = match &m.response_element {
        None => format!("The results of `{agent}/{}`.", m.wire),
        Some(element) => format!("The results in `{element}` of the {agent} agent."),
    };
    gathered(rust, &about, fields, m)
}

/// A struct of what the contract does not gather in one; nothing unknown is kept in it.
fn gathered(rust: &str, about: &str, fields: &[ir::Field], m: &ir::Method) -> Piece {
    let mut uses = Uses::default();
    uses.soap_crate();
    let about = doc(0, about);
    let name = ident(rust);
    let declarations: Vec<_> = fields
        .iter()
        .map(|field| structs::declare(field, "", &m.availability, &mut uses))
        .collect();
    let statement = structs::statement(&name, fields, false, &mut uses);
    let tokens = quote! {
        #about
        pub struct #name {
            #(#declarations)*
        }

        #statement
    };
    Piece { tokens, uses }
}

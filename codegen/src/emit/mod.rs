//! The ir as Rust source: prints what `lower` decided, one file an item kind.
//!
//! Invariant: identifiers come from the ir and are never made here; what is computed here is
//! where things are printed (imports, files, wrapping), never what they are.

mod agent;
mod conform;
mod enums;
mod files;
mod flags;
pub mod format;
mod items;
pub mod manifest;
mod module;
mod polymorph;
mod shapes;
mod structs;
#[cfg(test)]
mod tests;
mod ty;

use std::collections::BTreeSet;

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote;

use crate::ir;
use crate::model::Retirement;

pub use conform::drivers;
pub use files::{File, Input, MANY_LINES, emit, inputs, tables};
pub use items::Progress;

/// One or a few items that belong together, and the names they need in scope.
#[derive(Clone, Debug, Default)]
struct Piece {
    tokens: TokenStream,
    uses: Uses,
}

/// Names that a file has to import.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Uses {
    /// From `superoffice_client`.
    client: BTreeSet<&'static str>,
    /// From `superoffice_soap`; `self` is the crate, as `soap`.
    soap: BTreeSet<&'static str>,
    /// Rust names of types of the version.
    types: BTreeSet<String>,
    /// Rust names of shapes of the version.
    shapes: BTreeSet<String>,
}

impl Uses {
    fn client(&mut self, name: &'static str) -> Ident {
        self.client.insert(name);
        ident(name)
    }

    fn soap(&mut self, name: &'static str) -> Ident {
        self.soap.insert(name);
        ident(name)
    }

    /// Brings the crate itself into scope, for paths such as `soap::Complex`.
    fn soap_crate(&mut self) {
        self.soap.insert("self");
    }

    fn ty(&mut self, name: &str) -> Ident {
        self.types.insert(name.to_owned());
        ident(name)
    }

    fn shape(&mut self, name: &str) -> Ident {
        self.shapes.insert(name.to_owned());
        ident(name)
    }

    /// Takes in what another needs.
    fn extend(&mut self, other: &Self) {
        self.client.extend(&other.client);
        self.soap.extend(&other.soap);
        self.types.extend(other.types.iter().cloned());
        self.shapes.extend(other.shapes.iter().cloned());
    }
}

/// What makes a type a value in a `Box` too, if a struct holds it in one.
fn boxed(is_boxed: bool, name: &Ident) -> Option<TokenStream> {
    is_boxed.then(|| quote!(soap::boxed!(#name);))
}

/// An identifier of the ir, raw (`r#type`) or not.
fn ident(name: &str) -> Ident {
    match name.strip_prefix("r#") {
        Some(raw) => Ident::new_raw(raw, Span::call_site()),
        None => Ident::new(name, Span::call_site()),
    }
}

/// A namespace's number, as the `u8` that contracts count them with.
fn number(namespace: usize) -> Literal {
    Literal::usize_unsuffixed(namespace)
}

/// `///` lines of at most 100 columns where they stand.
fn doc(indent: usize, text: &str) -> TokenStream {
    let lines = format::wrap(text, 100 - indent - "/// ".len());
    let lines = lines.iter().map(|line| format!(" {line}"));
    quote!(#(#[doc = #lines])*)
}

/// The vendor's words where they were asked for, then the facts.
fn about(indent: usize, prose: Option<&str>, facts: &str) -> TokenStream {
    let facts = doc(indent, facts);
    let Some(prose) = prose else { return facts };
    // It comes as lines of Markdown.
    let lines = prose.lines().map(|line| match line {
        "" => String::new(),
        line => format!(" {line}"),
    });
    quote!(#(#[doc = #lines])* #[doc = ""] #facts)
}

/// `since Services80`, `Services80 to Services85`, and whether the standing drop lacks it.
fn availability(availability: &ir::Availability) -> String {
    let period = period(availability);
    match &availability.retired {
        None => period,
        Some(retirement) => format!("{period}, {}", gone(retirement)),
    }
}

/// `not in the drop of 2024-02-29`.
fn gone(retirement: &Retirement) -> String {
    match &retirement.drop {
        Some(drop) => format!("not in the drop of {drop}"),
        None => "not in the latest drop".to_owned(),
    }
}

fn period(availability: &ir::Availability) -> String {
    match &availability.until {
        None => format!("since {}", availability.since),
        Some(until) if *until == availability.since => format!("{until} only"),
        Some(until) => format!("{} to {until}", availability.since),
    }
}

/// `, since Services86` where that is not what the owner's documentation says already.
fn availability_within(part: &ir::Availability, owner: &ir::Availability) -> String {
    match (period(part), period(owner)) {
        (part, owner) if part == owner => String::new(),
        (part, _) => format!(", {part}"),
    }
}

/// What follows a type's or an operation's first sentence.
fn inferred(is_inferred: bool) -> &'static str {
    if is_inferred {
        " Inferred from examples, so it may be incomplete."
    } else {
        ""
    }
}

/// Rust names of the types that live with an agent, or that are shared; sorted.
fn types_of<'a>(module: &'a ir::Module, agent: Option<&str>) -> Vec<&'a str> {
    let mut names: Vec<&str> = Vec::new();
    names.extend(
        module
            .structs
            .iter()
            .filter(|s| is_home(&s.home, agent))
            .map(|s| &*s.rust),
    );
    names.extend(
        module
            .enums
            .iter()
            .filter(|e| is_home(&e.home, agent))
            .map(|e| &*e.rust),
    );
    names.extend(
        module
            .polymorphs
            .iter()
            .filter(|p| is_home(&p.home, agent))
            .map(|p| &*p.rust),
    );
    names.sort_unstable();
    names
}

fn is_home(home: &ir::Home, agent: Option<&str>) -> bool {
    match home {
        ir::Home::Shared => agent.is_none(),
        ir::Home::Agent(module) => agent == Some(module),
    }
}

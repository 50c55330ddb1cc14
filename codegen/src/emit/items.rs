//! What is printed on its own, and once, however many versions have it.
//!
//! Invariant: the text of an item follows from its ir alone, never from its version. Ten versions have
//! 20,000 items and a seventh of that many different ones, and printing is what the time goes into.

use std::collections::{HashMap, HashSet};
use std::hash::{Hash, Hasher};
use std::ops::Index;
use std::time::{Duration, Instant};

use rayon::prelude::*;

use super::{Piece, Uses, agent, conform, enums, flags, format, polymorph, shapes, structs};
use crate::diagnostic::{Diagnostic, Location};
use crate::ir;

/// Is told how far a run is, on any thread.
pub trait Progress: Sync {
    /// Lowering is done; about so many calls of [`Progress::printed`] follow.
    fn lowered(&self, steps: usize);

    /// A piece of a version (`Services88`) is text; how long its tokens took, and their formatting.
    /// What several versions have is a piece of the oldest of them.
    fn printed(&self, version: &str, emit: Duration, format: Duration);
}

/// For those who do not want to be told.
impl Progress for () {
    fn lowered(&self, _: usize) {}
    fn printed(&self, _: &str, _: Duration, _: Duration) {}
}

/// A part of a file that other versions may have too. What belongs to an agent comes with its name on the
/// wire, and the structs of its methods with their Rust names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Item<'a> {
    Struct(&'a ir::Struct),
    Polymorph(&'a ir::Polymorph),
    Enum(&'a ir::Enum),
    Shape(&'a ir::Shape),
    Method(&'a str, &'a ir::Method),
    Args(&'a str, &'a str, &'a ir::Method),
    Outputs(&'a str, &'a str, &'a [ir::Field], &'a ir::Method),
    /// Of the drivers for the conformance programme; it comes with the agent's module.
    Arm(&'a str, &'a ir::Method),
}

impl<'a> Item<'a> {
    /// All of a version's client.
    pub(super) fn of(module: &'a ir::Module) -> impl Iterator<Item = Self> {
        let agents = module.agents.iter().flat_map(|a| {
            let methods = a.methods.iter().map(|m| Self::Method(&a.wire, m));
            methods.chain(agent::structs(a))
        });
        let structs = module.structs.iter().map(Self::Struct);
        structs
            .chain(module.polymorphs.iter().map(Self::Polymorph))
            .chain(module.enums.iter().map(Self::Enum))
            .chain(module.shapes.iter().map(Self::Shape))
            .chain(agents)
    }

    /// As messages name it.
    fn name(self) -> &'a str {
        match self {
            Self::Struct(s) => &s.wire,
            Self::Polymorph(p) => &p.wire,
            Self::Enum(e) => &e.wire,
            Self::Shape(s) => &s.wire,
            Self::Method(_, m) | Self::Arm(_, m) => &m.wire,
            Self::Args(_, rust, _) | Self::Outputs(_, rust, _, _) => rust,
        }
    }

    fn emit(self) -> Piece {
        match self {
            Self::Struct(s) => structs::emit(s),
            Self::Polymorph(p) => polymorph::emit(p),
            Self::Enum(e) if e.is_flags => flags::emit(e),
            Self::Enum(e) => enums::emit(e),
            Self::Shape(s) => shapes::emit(s),
            Self::Method(agent, m) => agent::method(agent, m),
            Self::Args(agent, rust, m) => agent::args(agent, rust, m),
            Self::Outputs(agent, rust, fields, m) => agent::outputs(agent, rust, fields, m),
            Self::Arm(module, m) => conform::arm(module, m),
        }
    }
}

/// By the name alone: what has the same name in many versions is the same in most of them, and telling
/// the few others apart takes less than hashing all of it.
impl Hash for Item<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name().hash(state);
    }
}

/// The text of items, by the items.
pub(super) struct Texts<'a>(HashMap<Item<'a>, Printed>);

impl<'a> Texts<'a> {
    /// Each item comes with the version that has it; `others` is about how many pieces will be printed
    /// beside them.
    pub(super) fn print(
        items: impl Iterator<Item = (Item<'a>, &'a str)>,
        others: usize,
        progress: &dyn Progress,
    ) -> Result<Self, Diagnostic> {
        let mut seen = HashSet::new();
        let distinct: Vec<_> = items.filter(|(item, _)| seen.insert(*item)).collect();
        progress.lowered(distinct.len() + others);
        let texts = distinct.into_par_iter().map(|(item, version)| {
            let printer = Printer { version, progress };
            Ok((item, printer.item(item)?))
        });
        Ok(Self(texts.collect::<Result<_, _>>()?))
    }
}

impl<'a> Index<Item<'a>> for Texts<'a> {
    type Output = Printed;

    fn index(&self, item: Item<'a>) -> &Printed {
        self.0.get(&item).expect("what is asked for was printed")
    }
}

/// Makes text of pieces of one version.
#[derive(Clone, Copy)]
pub(super) struct Printer<'a> {
    pub(super) version: &'a str,
    pub(super) progress: &'a dyn Progress,
}

/// A piece as it will stand in its file.
pub(super) struct Printed {
    pub(super) text: String,
    pub(super) uses: Uses,
}

impl Printed {
    pub(super) fn lines(&self) -> usize {
        // And the blank one behind it.
        self.text.lines().count() + 1
    }
}

impl Printer<'_> {
    pub(super) fn print(
        self,
        what: &str,
        make: impl FnOnce() -> Piece,
    ) -> Result<Printed, Diagnostic> {
        self.run(what, make, format::items)
    }

    pub(super) fn item(self, item: Item<'_>) -> Result<Printed, Diagnostic> {
        let format = match item {
            Item::Method(..) => format::methods,
            Item::Arm(..) => format::arms,
            _ => format::items,
        };
        self.run(item.name(), || item.emit(), format)
    }

    /// Tokens stay on their thread, so both halves of the work are one job.
    fn run(
        self,
        what: &str,
        make: impl FnOnce() -> Piece,
        format: impl FnOnce(proc_macro2::TokenStream) -> syn::Result<String>,
    ) -> Result<Printed, Diagnostic> {
        let start = Instant::now();
        let Piece { tokens, uses } = make();
        let made = Instant::now();
        let text = format(tokens);
        self.progress
            .printed(self.version, made - start, made.elapsed());
        let text = text.map_err(|error| no_rust(what, &error))?;
        Ok(Printed { text, uses })
    }
}

/// A mistake of the emitter's.
pub(super) fn no_rust(what: &str, error: &syn::Error) -> Diagnostic {
    let message = format!("what was emitted for {what} is no Rust: {error}");
    Diagnostic::new("no-rust", Location::default(), message)
}

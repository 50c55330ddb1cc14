//! The vendor's descriptions: gathered from all that holds some, and woven into the ir on demand.
//!
//! Of an operation, its parameters and its result the first of these that says something counts:
//! the operation page of the version, the `documentation` of the version's WSDL, docfx's text of
//! the agent's method, the page or WSDL of the nearest other version. Of an agent docfx says more
//! than the WSDL. Of types and members docfx alone speaks; a type that it passes over is described
//! by where it is used, and an operation that nobody describes by its types.
//!
//! Invariant: nothing of this is in the checked-in output, which is emitted without it.

pub mod markdown;

mod gather;
mod library;
mod weave;

use std::collections::BTreeMap;

pub use gather::{Sources, gather};
pub use weave::weave;

use crate::read::operation_page::Note;

/// Markup by what it describes, for all versions.
#[derive(Clone, Debug, Default)]
pub struct Prose {
    /// By the version's wire name.
    versions: BTreeMap<String, Texts>,
}

/// The texts of one version, by wire names.
#[derive(Clone, Debug, Default)]
struct Texts {
    agents: BTreeMap<String, String>,
    /// By agent and operation.
    operations: BTreeMap<(String, String), Operation>,
    types: BTreeMap<String, Type>,
}

#[derive(Clone, Debug, Default)]
struct Operation {
    summary: Option<String>,
    notes: Vec<Note>,
    /// By the name of the element.
    parameters: BTreeMap<String, String>,
    returns: Option<String>,
}

#[derive(Clone, Debug, Default)]
struct Type {
    text: Option<String>,
    /// Where the type is used, and what is said there; only where nothing else is known of it.
    by_use: Option<(Use, String)>,
    /// Of members and of enum members.
    members: BTreeMap<String, String>,
}

/// A place where a type is used, in wire names.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Use {
    Result {
        agent: String,
        operation: String,
    },
    Parameter {
        agent: String,
        operation: String,
        parameter: String,
    },
    Member {
        of: String,
        member: String,
    },
}

/// How much of a version is described.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// With a summary, or a text of a parameter or of the result.
    pub operations: Share,
    /// Operations that are described only by their types; not among [`Coverage::operations`].
    pub operations_by_use: usize,
    pub parameters: Share,
    pub structs: Share,
    /// Structs that are described only by where they are used; not among [`Coverage::structs`].
    pub structs_by_use: usize,
    /// Own members, without those of bases.
    pub fields: Share,
    /// Flag sets among them.
    pub enums: Share,
    pub enums_by_use: usize,
    pub members: Share,
}

/// How many have a text, of how many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    pub described: usize,
    pub all: usize,
}

impl Share {
    fn count(&mut self, is_described: bool) {
        self.all += 1;
        self.described += usize::from(is_described);
    }
}

#[cfg(test)]
mod tests;

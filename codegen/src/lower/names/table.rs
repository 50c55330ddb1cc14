//! The table of names: which Rust name each wire name got when it was first met.
//!
//! Lines of three columns with tabs between, sorted: the kind, the wire name, the Rust name. A
//! wire name alone stands for every place it is met at; `<owner>/<wire name>` for one owner only
//! (a struct's field, an enum's member, an agent's method, an `<agent>/<operation>`'s parameter),
//! which is how a clash is resolved.

use std::collections::HashMap;
use std::fmt::Write as _;

use crate::diagnostic::{Diagnostic, Location, SourceFile};

use super::{Kind, is_identifier};

const HEADER: &str = "\
# Names are permanent: kind, wire name, Rust name. `cargo xtask codegen` adds what is new and keeps
# what is here; changing a line breaks the callers of what it names.
";

/// The names that are settled.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    entries: HashMap<Kind, Names>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Names {
    rust: HashMap<String, String>,
    /// Some line is for one owner only. Few kinds have any, and then nothing needs to be joined
    /// for a look-up.
    has_scoped: bool,
}

impl Table {
    /// Reads what [`Table::render`] writes. Lines that begin with `#` and empty ones mean nothing.
    ///
    /// # Errors
    ///
    /// A line that has not three columns, an unknown kind, a name that is no identifier, or a
    /// second line for one wire name. All of them are reported.
    pub fn parse(source: &SourceFile) -> Result<Self, Vec<Diagnostic>> {
        let mut table = Self::default();
        let mut diagnostics = Vec::new();
        let mut start = 0;
        for line in source.text.split_inclusive('\n') {
            let text = line.trim_end_matches(['\n', '\r']);
            let at = Location::new(&source.name, start..start + text.len());
            start += line.len();
            if text.is_empty() || text.starts_with('#') {
                continue;
            }
            match entry(text) {
                Ok((kind, wire, _)) if table.get(kind, wire).is_some() => diagnostics.push(
                    Diagnostic::new("name-table", at, format!("`{wire}` is named twice"))
                        .help("keep the line that callers already use"),
                ),
                Ok((kind, wire, rust)) => table.insert(kind, wire, rust.to_owned()),
                Err(message) => diagnostics.push(Diagnostic::new("name-table", at, message)),
            }
        }
        if diagnostics.is_empty() {
            Ok(table)
        } else {
            Err(diagnostics)
        }
    }

    /// The whole table as text, sorted.
    pub fn render(&self) -> String {
        let mut text = HEADER.to_owned();
        for kind in Kind::ALL {
            let Some(names) = self.entries.get(&kind) else {
                continue;
            };
            let mut names: Vec<_> = names.rust.iter().collect();
            names.sort_unstable();
            for (wire, rust) in names {
                // Writing to a string cannot fail.
                let _ = writeln!(text, "{}\t{wire}\t{rust}", kind.as_str());
            }
        }
        text
    }

    /// The settled name, if there is one.
    pub fn get(&self, kind: Kind, wire: &str) -> Option<&str> {
        self.entries.get(&kind)?.rust.get(wire).map(String::as_str)
    }

    /// Each settled name with its kind and wire name, sorted.
    pub fn iter(&self) -> impl Iterator<Item = (Kind, &str, &str)> {
        Kind::ALL.into_iter().flat_map(|kind| {
            let names = self.entries.get(&kind);
            let mut names: Vec<_> = names.into_iter().flat_map(|names| &names.rust).collect();
            names.sort_unstable();
            names
                .into_iter()
                .map(move |(wire, rust)| (kind, wire.as_str(), rust.as_str()))
        })
    }

    /// The settled name, else the one by rule. A name that was reported as unusable is empty.
    pub(in crate::lower) fn name(&self, kind: Kind, wire: &str) -> String {
        match self.get(kind, wire) {
            Some(rust) => rust.to_owned(),
            None => kind.rule(wire).unwrap_or_default(),
        }
    }

    /// The same, where a line for this owner comes before the one for all.
    pub(in crate::lower) fn scoped_name(&self, kind: Kind, owner: &str, wire: &str) -> String {
        if self
            .entries
            .get(&kind)
            .is_some_and(|names| names.has_scoped)
            && let Some(rust) = self.get(kind, &format!("{owner}/{wire}"))
        {
            return rust.to_owned();
        }
        self.name(kind, wire)
    }

    pub(super) fn insert(&mut self, kind: Kind, wire: &str, rust: String) {
        let names = self.entries.entry(kind).or_default();
        names.has_scoped |= wire.contains('/');
        names.rust.insert(wire.to_owned(), rust);
    }
}

fn entry(line: &str) -> Result<(Kind, &str, &str), String> {
    let mut columns = line.split('\t');
    let (Some(kind), Some(wire), Some(rust), None) = (
        columns.next(),
        columns.next(),
        columns.next(),
        columns.next(),
    ) else {
        return Err("expected a kind, a wire name and a Rust name with tabs between".to_owned());
    };
    let Some(kind) = Kind::ALL.into_iter().find(|known| known.as_str() == kind) else {
        let known = Kind::ALL.map(Kind::as_str).join(", ");
        return Err(format!(
            "unknown kind of name `{kind}`, expected one of {known}"
        ));
    };
    if wire.is_empty() {
        return Err("the wire name is missing".to_owned());
    }
    if !is_identifier(rust) {
        return Err(format!("`{rust}` is not a Rust identifier"));
    }
    Ok((kind, wire, rust))
}

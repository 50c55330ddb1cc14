//! From the contract's words to Rust's: every decision that the emitted text shows is taken here.
//!
//! One file a decision: `names` (identifiers), `arrays` (what values are declared with, shapes),
//! `members` (bases first), `polymorph` (bases that stand for derived types), `cycles` (boxes),
//! `usage` (which agents need a type, and so in which file it lives), `availability` (since, until),
//! `secrets` (what is never shown).

mod agents;
mod arrays;
mod availability;
mod cycles;
mod enums;
mod members;
pub mod names;
mod polymorph;
pub mod secrets;
#[cfg(test)]
mod tests;
mod types;
mod usage;

use std::collections::HashMap;

use rayon::prelude::*;

use crate::diagnostic::{Diagnostic, Location};
use crate::ir;
use crate::model::{Api, TypeName};

use arrays::Shapes;
use availability::Index;
use names::{Kind, Scope, Table, reserved};
use polymorph::Family;

/// From this many parameters on a method takes one struct: a swap among many look-alike positions
/// would compile.
pub const MANY_PARAMETERS: usize = 6;

/// What lowering gives.
#[derive(Clone, Debug)]
pub struct Lowered {
    /// One module a version, the oldest first.
    pub modules: Vec<ir::Module>,
    /// The names that were given, with those that were met for the first time.
    pub names: Table,
}

/// Lowers all versions, whose order does not matter.
///
/// All versions are needed even where one is wanted: availability is a fact about all of them.
///
/// # Errors
///
/// Everything that has no mapping, over all versions, in the order of the files.
pub fn lower(apis: &[Api], table: &Table) -> Result<Lowered, Vec<Diagnostic>> {
    let mut diagnostics = Vec::new();
    let contracts = oldest_first(apis, &mut diagnostics);
    let whole: Vec<_> = contracts.iter().map(|api| api.with_retired()).collect();
    let apis: Vec<&Api> = whole.iter().map(|api| &**api).collect();
    let families: Vec<_> = apis.iter().map(|api| polymorph::families(api)).collect();
    let mut of_index = Vec::new();
    let (names, availability) = rayon::join(
        || names::complete(table, &apis, &families, &mut diagnostics),
        || Index::new(&contracts, &mut of_index),
    );
    diagnostics.extend(of_index);
    let versions = apis
        .par_iter()
        .zip(&families)
        .enumerate()
        .map(|(number, (api, families))| {
            version(
                &Version::new(api, number, families, &names, &availability),
                families,
            )
        });
    let mut modules = Vec::with_capacity(apis.len());
    for (module, of_version) in versions.collect::<Vec<_>>() {
        modules.push(module);
        diagnostics.extend(of_version);
    }
    if diagnostics.is_empty() {
        return Ok(Lowered { modules, names });
    }
    diagnostics.sort_by(|a, b| {
        let place = |d: &Diagnostic| (d.at.file.clone(), d.at.span.start, d.at.span.end);
        (place(a), a.code, &a.message).cmp(&(place(b), b.code, &b.message))
    });
    // A name that several versions would clash over is reported by each of them.
    diagnostics.dedup_by(|a, b| {
        a.code == b.code
            && a.message == b.message
            && a.at.file == b.at.file
            && a.at.span == b.at.span
    });
    Err(diagnostics)
}

/// What the lowering of one version looks things up in.
struct Version<'a> {
    api: &'a Api,
    /// Its place among the versions, the oldest being 0.
    number: usize,
    names: &'a Table,
    availability: &'a Index<'a>,
    /// By number: the version's own, then the others sorted.
    namespaces: Vec<&'a str>,
    /// Base types that stand for derived ones, and the Rust name of the enum over them.
    polymorphs: HashMap<&'a TypeName, String>,
}

impl<'a> Version<'a> {
    fn new(
        api: &'a Api,
        number: usize,
        families: &[Family<'a>],
        names: &'a Table,
        availability: &'a Index<'a>,
    ) -> Self {
        let mut others: Vec<&str> = api
            .types
            .keys()
            .map(|name| name.namespace.as_str())
            .collect();
        others.sort_unstable();
        others.dedup();
        others.retain(|namespace| *namespace != api.namespace);
        let polymorphs = families
            .iter()
            .map(|family| (family.base, names.name(Kind::Polymorph, &family.base.name)))
            .collect();
        Self {
            api,
            number,
            names,
            availability,
            namespaces: [api.namespace.as_str()].into_iter().chain(others).collect(),
            polymorphs,
        }
    }

    /// The number of a type's namespace.
    fn namespace(&self, name: &TypeName) -> usize {
        // Each declared type's namespace has a number; a missing type was reported.
        self.namespaces
            .iter()
            .position(|known| *known == name.namespace)
            .unwrap_or_default()
    }
}

fn version<'a>(version: &Version<'a>, families: &[Family<'a>]) -> (ir::Module, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let mut shapes = Shapes::default();
    let mut scope = Scope::new(
        format!("the types of {}", version.api.version),
        reserved::TYPES,
    );
    let mut types = types::lower(version, families, &mut shapes, &mut scope, &mut diagnostics);
    cycles::break_up(version, &mut types, &mut diagnostics);
    let mut agents = agents::lower(version, &mut shapes, &mut scope, &mut diagnostics);
    usage::settle(&mut agents, &mut types);
    let module = ir::Module {
        rust: version.names.name(Kind::Version, &version.api.version),
        wire: version.api.version.clone(),
        namespaces: version
            .namespaces
            .iter()
            .map(|uri| (*uri).to_owned())
            .collect(),
        agents,
        structs: types.structs,
        enums: types.enums,
        polymorphs: types.polymorphs,
        shapes: shapes.finish(&mut diagnostics),
    };
    (module, diagnostics)
}

/// The versions by the number in their names, which must differ.
fn oldest_first<'a>(apis: &'a [Api], diagnostics: &mut Vec<Diagnostic>) -> Vec<&'a Api> {
    let mut apis: Vec<&Api> = apis.iter().collect();
    apis.sort_by_key(|api| (version_number(&api.version), &api.version));
    for pair in apis.windows(2) {
        if pair[0].version == pair[1].version {
            let at = |api: &Api| {
                api.agents
                    .first()
                    .map_or_else(Location::default, |agent| agent.at.clone())
            };
            let message = format!("`{}` was read twice", pair[1].version);
            diagnostics.push(
                Diagnostic::new("duplicate-version", at(pair[1]), message)
                    .other(at(pair[0]), "also here"),
            );
        }
    }
    apis
}

/// 88 of `Services88`; a name without a number comes last.
fn version_number(version: &str) -> u64 {
    let digits = version.trim_start_matches(|c: char| !c.is_ascii_digit());
    let end = digits
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(digits.len());
    digits[..end].parse().unwrap_or(u64::MAX)
}

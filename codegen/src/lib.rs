//! Contracts in, Rust text out: the generator behind `cargo xtask`.

pub mod canonical;
pub mod compare;
pub mod describe;
pub mod diagnostic;
pub mod diff;
pub mod emit;
pub mod fixups;
pub mod infer;
pub mod ir;
pub mod lower;
pub mod merge;
pub mod model;
pub mod prose;
pub mod provenance;
pub mod read;
pub mod retire;
pub mod table;

#[cfg(test)]
#[path = "../tests/notation/mod.rs"]
mod notation;

use std::collections::BTreeMap;

use diagnostic::Diagnostic;

/// What a run gives; nothing of it is written yet.
#[derive(Debug)]
pub struct Generated {
    /// The names that were given, with those that were met for the first time.
    pub names: lower::names::Table,
    /// One a version, the oldest first.
    pub modules: Vec<ir::Module>,
    /// Sorted by path.
    pub files: Vec<emit::File>,
    /// How much of each module is described, in their order; empty without prose.
    pub coverage: Vec<prose::Coverage>,
}

/// The way from contracts to source text, a line a stage; documents become contracts in
/// [`read::read`].
///
/// `origins` is by version (`Services88`). `prose` is woven into the documentation; without it the
/// output holds facts alone. Files are made of the versions that `wanted` accepts, all others still
/// count for availability.
///
/// # Errors
///
/// Whatever in the contracts or the names has no mapping, and members that look like secrets and
/// that nobody has decided on.
pub fn generate(
    apis: &[model::Api],
    origins: &BTreeMap<String, provenance::Provenance>,
    names: &lower::names::Table,
    secrets: &lower::secrets::Secrets,
    prose: Option<prose::Sources<'_>>,
    wanted: &dyn Fn(&ir::Module) -> bool,
    progress: &dyn emit::Progress,
) -> Result<Generated, Vec<Diagnostic>> {
    let lower::Lowered { mut modules, names } = lower::lower(apis, names)?;
    lower::secrets::mark(&mut modules, apis, secrets)?;
    let coverage = prose.map_or_else(Vec::new, |sources| {
        let prose = prose::gather(&modules, sources);
        prose::weave(&mut modules, &prose)
    });
    let inputs = emit::inputs(&modules, origins, wanted);
    let mut files = emit::emit(&modules, &inputs, progress)?;
    files.extend(emit::tables(&inputs, apis));
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(Generated {
        names,
        modules,
        files,
        coverage,
    })
}

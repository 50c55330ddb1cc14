//! Mistakes of the vendor's and how they are mended: one named function a mistake.
//!
//! There is none at present: all ten versions read, generate and agree with their documentation as
//! they are. A mistake that is found gets a function here, a line in [`ALL`] and a test; the
//! canonical contracts in `schemas/` then hold what is right.
//!
//! Invariant: a fixup that finds nothing to mend is an error, so that it goes when the vendor has
//! mended the mistake.

use crate::diagnostic::{Diagnostic, Location};
use crate::model::Api;

/// A mistake of the vendor's.
#[derive(Clone, Copy, Debug)]
pub struct Fixup {
    /// As `cargo xtask fixups` shows it: the name of the function with dashes.
    pub name: &'static str,
    /// What is wrong, and how it is known.
    pub why: &'static str,
    /// `Services88`: a mistake that stands in several versions is a fixup of each.
    pub version: &'static str,
    /// Mends it; false where there was nothing to mend.
    pub mend: fn(&mut Api) -> bool,
}

/// Every fixup, in the order in which they are applied.
pub const ALL: &[Fixup] = &[];

/// Mends a contract as it was read.
///
/// # Errors
///
/// Each fixup for this version that found nothing to mend.
pub fn apply(api: &mut Api, fixups: &[Fixup]) -> Result<(), Vec<Diagnostic>> {
    let mut stale = Vec::new();
    let version = api.version.clone();
    for fixup in fixups.iter().filter(|fixup| fixup.version == version) {
        if (fixup.mend)(api) {
            continue;
        }
        let at = api
            .agents
            .first()
            .map_or_else(Location::default, |agent| agent.at.clone());
        let message = format!(
            "fixup `{}` finds nothing to mend in {}",
            fixup.name, api.version
        );
        stale.push(Diagnostic::new("stale-fixup", at, message).help(format!(
            "remove it from codegen/src/fixups.rs; it was: {}",
            fixup.why
        )));
    }
    if stale.is_empty() { Ok(()) } else { Err(stale) }
}

#[cfg(test)]
mod tests;

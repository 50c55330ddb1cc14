//! The version features of `generated/Cargo.toml`.

use std::fmt::Write as _;

use crate::ir;

const BEGIN: &str =
    "# One feature a version, emitted by `cargo xtask codegen` from the folders of schemas/.";
const END: &str = "# End of the emitted features.";

/// The manifest with its section of version features put as the modules have it.
///
/// # Errors
///
/// A manifest without the two comments that enclose the section.
pub fn with_features(manifest: &str, modules: &[ir::Module]) -> Result<String, String> {
    let missing = |line: &str| format!("there is no line `{line}`");
    let (before, rest) = manifest.split_once(BEGIN).ok_or_else(|| missing(BEGIN))?;
    let (_, after) = rest.split_once(END).ok_or_else(|| missing(END))?;
    let mut section = String::new();
    for module in modules {
        // Writing to a string cannot fail.
        let _ = writeln!(section, "{} = []", module.rust);
    }
    Ok(format!("{before}{BEGIN}\n{section}{END}{after}"))
}

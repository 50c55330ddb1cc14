//! `cargo xtask conform`: builds the conformance programme and starts it.
//!
//! The programme calls every public method of `generated/`, which xtask must never depend on.

use std::path::PathBuf;
use std::process::Command;

use crate::report::Failure;
use crate::tree;

/// Sends every example of the vendor's documentation through the public method it documents, both
/// ways, and reports what disagrees.
///
/// Builds `conform/` first, with the clients of all versions.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// A checkout of the vendor's documentation.
    #[arg(long, value_name = "DIR")]
    docs: PathBuf,

    /// One version (`services86`) or one agent (`services86/License`) only.
    #[arg(long, value_name = "VERSION[/AGENT]")]
    only: Option<String>,

    /// Also write the report to a file, as JSON.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

impl Args {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let manifest = tree::project_root().join("Cargo.toml");
        let mut command = Command::new(&cargo);
        command.args(["run", "--package", "conform", "--manifest-path"]);
        command
            .arg(&manifest)
            .arg("--")
            .arg("--docs")
            .arg(&self.docs);
        if let Some(only) = &self.only {
            command.arg("--only").arg(only);
        }
        if let Some(json) = &self.json {
            command.arg("--json").arg(json);
        }
        let status = command.status().map_err(Failure::io(cargo.as_ref()))?;
        match status.success() {
            true => Ok(()),
            // The programme has said why.
            false => Err(Failure::Check("the run of `conform` failed".to_owned())),
        }
    }
}

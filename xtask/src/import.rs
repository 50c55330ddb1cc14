//! `cargo xtask import`: documents of the vendor's in, canonical contracts in `schemas/` out.

use std::path::PathBuf;

use crate::report::Failure;

/// Reads contracts and writes them to `schemas/` in their canonical form.
#[derive(clap::Args)]
pub(crate) struct Import {
    /// Docs checkouts, canonical folders, folders or files of plain WSDL.
    #[arg(required = true)]
    paths: Vec<PathBuf>,
}

impl Import {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let path = self
            .paths
            .first()
            .map(|p| p.display().to_string())
            .unwrap_or_default();
        Err(Failure::Usage(format!("{path}: import is being written")))
    }
}

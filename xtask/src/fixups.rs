//! `cargo xtask fixups`: the vendor's mistakes that import mends.

use superoffice_codegen::fixups::{ALL, Fixup};

use crate::diff::print;
use crate::report::{self, Failure};

/// Lists the vendor's mistakes that import mends, and what is wrong with each.
#[derive(clap::Args)]
pub(crate) struct Args {}

impl Args {
    pub(crate) fn run(self) -> Result<(), Failure> {
        print(&text(ALL))
    }
}

fn text(fixups: &[Fixup]) -> String {
    if fixups.is_empty() {
        return "no mistake of the vendor's is known that needs mending\n".to_owned();
    }
    let row = |fixup: &Fixup| {
        [fixup.version, fixup.name, fixup.why]
            .map(str::to_owned)
            .to_vec()
    };
    report::table(&fixups.iter().map(row).collect::<Vec<_>>())
}

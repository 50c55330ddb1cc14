//! The vendor's descriptions below a folder, and how much of each version they describe.

use std::path::{Path, PathBuf};

use rayon::prelude::*;
use superoffice_codegen::diagnostic::{Diagnostic, SourceFile};
use superoffice_codegen::ir::Module;
use superoffice_codegen::model::Api;
use superoffice_codegen::prose::{Coverage, Share, Sources};
use superoffice_codegen::read;
use superoffice_codegen::read::managed_reference::{self, Item};
use superoffice_codegen::read::operation_page::{self, OperationPage};

use crate::report::Failure;
use crate::{import, tree};

/// What was found.
pub(super) struct Docs {
    pages: Vec<OperationPage>,
    contracts: Vec<Api>,
    items: Vec<Item>,
}

impl Docs {
    pub(super) fn read(dir: &Path) -> Result<Self, Failure> {
        let (documents, pages) = import::descriptions(dir)?;
        // An example that is broken takes nothing from the words around it.
        let pages = pages
            .par_iter()
            .filter_map(|page| operation_page::read(page).0)
            .collect();
        let contracts = read::read(&documents).map_err(|list| Failure::Diagnostics {
            list,
            sources: documents,
        })?;
        let items = items(&tree::files(dir)?)?;
        Ok(Self {
            pages,
            contracts,
            items,
        })
    }

    pub(super) fn sources(&self) -> Sources<'_> {
        Sources {
            pages: &self.pages,
            contracts: &self.contracts,
            items: &self.items,
        }
    }
}

/// docfx's items in the files that say of themselves that they are docfx's.
fn items(files: &[PathBuf]) -> Result<Vec<Item>, Failure> {
    let is_yaml = |path: &&PathBuf| {
        path.extension()
            .is_some_and(|extension| extension == "yml" || extension == "yaml")
    };
    let read: Vec<Result<Vec<Item>, (Diagnostic, SourceFile)>> = files
        .par_iter()
        .filter(is_yaml)
        .filter_map(|path| {
            let text = std::fs::read_to_string(path).ok()?;
            if !managed_reference::is_managed_reference(&text) {
                return None;
            }
            let file = SourceFile::new(tree::display_name(path), text);
            Some(managed_reference::read(&file).map_err(|diagnostic| (*diagnostic, file)))
        })
        .collect();
    let mut items = Vec::new();
    let mut list = Vec::new();
    let mut sources = Vec::new();
    for found in read {
        match found {
            Ok(found) => items.extend(found),
            Err((diagnostic, file)) => {
                list.push(diagnostic);
                sources.push(file);
            }
        }
    }
    match list.is_empty() {
        true => Ok(items),
        false => Err(Failure::Diagnostics { list, sources }),
    }
}

/// The checked-in crate holds nothing of the vendor's text.
pub(super) fn refuse_own(out: &Path, root: &Path) -> Result<(), Failure> {
    let own = root.join("generated");
    // What does not exist yet is seen from the folder that does.
    let real = |path: &Path| {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let existing = path.ancestors().find_map(|ancestor| {
            let rest = path.strip_prefix(ancestor).ok()?;
            Some(ancestor.canonicalize().ok()?.join(rest))
        });
        existing.unwrap_or(path)
    };
    if real(out).starts_with(real(&own)) {
        return Err(Failure::Usage(format!(
            "{}: the checked-in crate takes no text of the vendor's; name a folder elsewhere with \
             --out",
            out.display()
        )));
    }
    Ok(())
}

/// A row a version: how many have a text, and after a plus how many have one only by their use.
pub(super) fn table(modules: &[Module], coverage: &[Coverage]) -> Vec<Vec<String>> {
    let head = [
        "described",
        "operations",
        "parameters",
        "structs",
        "fields",
        "enums",
        "members",
    ];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    for (module, coverage) in modules.iter().zip(coverage) {
        let cells = [
            module.wire.clone(),
            cell(coverage.operations, coverage.operations_by_use),
            cell(coverage.parameters, 0),
            cell(coverage.structs, coverage.structs_by_use),
            cell(coverage.fields, 0),
            cell(coverage.enums, coverage.enums_by_use),
            cell(coverage.members, 0),
        ];
        rows.push(cells.to_vec());
    }
    rows
}

fn cell(share: Share, by_use: usize) -> String {
    match by_use {
        0 => format!("{}/{}", share.described, share.all),
        by_use => format!("{}+{by_use}/{}", share.described, share.all),
    }
}

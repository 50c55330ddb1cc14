//! Pages with examples of an operation: which of them a contract is inferred from, and what is
//! told of that.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use rayon::prelude::*;
use superoffice_codegen::diagnostic::{Diagnostic, SourceFile};
use superoffice_codegen::infer::{self, Agreement, Agrees, Inferred, Page, infer};
use superoffice_codegen::model::Api;
use superoffice_codegen::read::operation_page::{self, OperationPage};

use crate::report::{self, Failure, MessageFormat};
use crate::tree;

/// What the documents say of one version.
pub(super) struct Incoming {
    pub(super) version: String,
    pub(super) wsdl: Option<Api>,
    /// Of agents that have no WSDL among the documents.
    pub(super) inferred: Option<Inferred>,
    /// How many pages that took.
    pub(super) pages: usize,
    pub(super) notes: Vec<Diagnostic>,
}

/// The pages of operations among files. What is no text or another page is left out.
pub(super) fn pages(files: &[PathBuf]) -> Vec<SourceFile> {
    files
        .par_iter()
        .filter(|path| {
            path.extension()
                .is_some_and(|e| e.eq_ignore_ascii_case("md"))
        })
        .filter_map(|path| {
            let text = fs::read_to_string(path).ok()?;
            operation_page::is_operation_page(&text)
                .then(|| SourceFile::new(tree::display_name(path), text))
        })
        .collect()
}

/// Sorts pages to the contracts: an agent's WSDL says all there is of the agent.
pub(super) fn incoming(apis: Vec<Api>, pages: &[SourceFile]) -> Result<Vec<Incoming>, Failure> {
    let read: Vec<(Option<OperationPage>, Vec<Diagnostic>)> =
        pages.par_iter().map(operation_page::read).collect();
    let mut versions: BTreeMap<String, Incoming> = BTreeMap::new();
    for api in apis {
        versions.insert(
            api.version.clone(),
            Incoming::of(&api.version, Some(api.clone())),
        );
    }
    let mut mistakes = Vec::new();
    let mut examples = Vec::new();
    for (source, (page, diagnostics)) in pages.iter().zip(&read) {
        let Some(page) = page else { continue };
        let version = versions
            .entry(page.version.clone())
            .or_insert_with(|| Incoming::of(&page.version, None));
        match version.wsdl.as_ref().and_then(|api| stale(api, page)) {
            Some(note) => version.notes.extend(note),
            None => {
                mistakes.extend(diagnostics.iter().cloned());
                examples.push(Page { source, read: page });
                version.pages += 1;
            }
        }
    }
    if mistakes.is_empty() {
        match infer(&examples) {
            Ok(found) => {
                for inferred in found {
                    if let Some(version) = versions.get_mut(&inferred.api.version) {
                        version.check_namespace(&inferred.api)?;
                        version.inferred = Some(inferred);
                    }
                }
            }
            Err(found) => mistakes = found,
        }
    }
    if mistakes.is_empty() {
        return Ok(versions.into_values().collect());
    }
    let mut files = BTreeSet::new();
    for mistake in &mistakes {
        files.insert(mistake.at.file.clone());
        files.extend(mistake.others.iter().map(|(at, _)| at.file.clone()));
    }
    let shown = pages.iter().filter(|page| files.contains(&page.name));
    let sources = shown.cloned().collect();
    Err(Failure::Diagnostics {
        list: mistakes,
        sources,
    })
}

impl Incoming {
    fn of(version: &str, wsdl: Option<Api>) -> Self {
        Self {
            version: version.to_owned(),
            wsdl,
            inferred: None,
            pages: 0,
            notes: Vec::new(),
        }
    }

    fn check_namespace(&self, inferred: &Api) -> Result<(), Failure> {
        match &self.wsdl {
            Some(wsdl) if wsdl.namespace != inferred.namespace => Err(Failure::Check(format!(
                "{}: the WSDLs' namespace is `{}`, the pages' `{}`",
                self.version, wsdl.namespace, inferred.namespace
            ))),
            _ => Ok(()),
        }
    }
}

/// Some if the agent has a WSDL, with a note if that does not have the page's operation.
fn stale(api: &Api, page: &OperationPage) -> Option<Option<Diagnostic>> {
    let agent = api.agents.iter().find(|agent| agent.name == page.agent)?;
    let is_known = agent
        .operations
        .iter()
        .any(|known| known.name == page.operation);
    Some((!is_known).then(|| {
        Diagnostic::new(
            "unknown-operation",
            page.title.clone(),
            format!(
                "the page describes `{}/{}`, which the WSDL of {} does not have; left out",
                page.agent, page.operation, page.version
            ),
        )
    }))
}

/// Sets what all pages below the paths show against the contracts. Prints nothing if there are none.
pub(super) fn verify(
    paths: &[PathBuf],
    stated: &[&Api],
    format: MessageFormat,
) -> Result<(), Failure> {
    let mut files = Vec::new();
    for path in paths {
        match path.is_dir() {
            true => files.extend(tree::files(path)?),
            false => files.push(path.clone()),
        }
    }
    let sources = pages(&files);
    let read: Vec<(Option<OperationPage>, Vec<Diagnostic>)> =
        sources.par_iter().map(operation_page::read).collect();
    let examples: Vec<Page<'_>> = sources
        .iter()
        .zip(&read)
        .filter_map(|(source, (page, _))| {
            Some(Page {
                source,
                read: page.as_ref()?,
            })
        })
        .collect();
    let mut mistakes: Vec<Diagnostic> = read.iter().flat_map(|(_, d)| d.clone()).collect();
    let found = infer(&examples).unwrap_or_else(|list| {
        mistakes.extend(list);
        Vec::new()
    });
    if !mistakes.is_empty() {
        return Err(Failure::Diagnostics {
            list: mistakes,
            sources: sources.clone(),
        });
    }
    let head = [
        "from pages",
        "operations",
        "structs",
        "arrays",
        "dictionaries",
        "enums",
        "members",
    ];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    let mut differences = Vec::new();
    for inferred in &found {
        let version = &inferred.api.version;
        let Some(stated) = stated.iter().find(|api| api.version == *version) else {
            continue;
        };
        let Agreement {
            operations,
            structs,
            arrays,
            dictionaries,
            enums,
            flag_sets,
            members,
            differences: others,
        } = infer::agreement(stated, &inferred.api);
        let cell = |agrees: Agrees| format!("{}/{}", agrees.equal, agrees.all);
        // Examples show no difference between an enum and a flag set.
        let enums = Agrees {
            equal: enums.equal,
            all: enums.all + flag_sets.all,
        };
        let cells = [operations, structs, arrays, dictionaries, enums, members].map(cell);
        rows.push([version.clone()].into_iter().chain(cells).collect());
        differences.extend(
            others
                .iter()
                .map(|name| format!("{version}, from pages: {name}")),
        );
    }
    if rows.len() == 1 {
        return Ok(());
    }
    print!("{}", report::table(&rows));
    for line in differences.iter().take(super::SHOWN) {
        report::note(format, line);
    }
    match differences.len() {
        0 => Ok(()),
        count => Err(Failure::Check(format!(
            "pages show {count} things otherwise"
        ))),
    }
}

//! `cargo xtask import`: documents of the vendor's in, canonical contracts in `schemas/` out.

mod examples;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use superoffice_codegen::compare::{self, Difference};
use superoffice_codegen::diagnostic::{Diagnostic, SourceFile};
use superoffice_codegen::fixups;
use superoffice_codegen::infer::{self, Inferred};
use superoffice_codegen::model::{Api, Retired};
use superoffice_codegen::provenance::{Provenance, Source, Update};
use superoffice_codegen::{canonical, merge, read, retire};

use crate::report::{self, Failure, MessageFormat};
use crate::version::Version;
use crate::write::{self, Transaction};
use crate::{schemas, tree};
use examples::Incoming;

/// Reads contracts and writes them to `schemas/` in their canonical form.
///
/// A folder of documentation pages and a canonical folder each are a whole version and replace
/// what stands; a page, WSDL or schema that is named by itself, and a folder of WSDLs, replace
/// the agents they describe. Operations that only have a page with examples, and no WSDL, are
/// inferred from it and marked so. Nothing is written unless all is well.
#[derive(clap::Args)]
pub(crate) struct Import {
    #[command(flatten)]
    delivery: Delivery,

    /// Write nothing; prove that reading, writing and reading again gives one and the same
    /// contract, and that it is the one in `schemas/`.
    #[arg(long)]
    verify: bool,

    /// Where the canonical contracts stand, if not in the project's `schemas/`.
    #[arg(long, value_name = "DIR")]
    schemas: Option<PathBuf>,
}

/// What to read, and how it relates to what stands.
#[derive(clap::Args)]
pub(crate) struct Delivery {
    /// Docs checkouts, canonical folders, folders or files of plain WSDL, pages of operations.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// Date of the drop, as far as it is known; without it the recorded one stays.
    #[arg(long, value_name = "YYYY[-MM[-DD]]", value_parser = parse_date)]
    date: Option<String>,

    /// Take the documents for all of their versions' agents: the others are dropped.
    #[arg(long)]
    replace: bool,
}

impl Import {
    pub(crate) fn run(self, format: MessageFormat) -> Result<(), Failure> {
        let dir = self.schemas.clone().unwrap_or_else(schemas::default_dir);
        write::recover_beside(&dir)?;
        let plans = self.delivery.plans(&dir, self.release()?)?;
        if self.verify {
            verify(&plans, format)?;
            let stated: Vec<&Api> = plans.iter().map(|plan| &plan.api).collect();
            examples::verify(&self.delivery.paths, &stated, format)
        } else {
            self.delivery.write(&plans, &dir, format)
        }
    }
}

impl Import {
    /// The last one, if the contracts are this project's.
    fn release(&self) -> Result<Option<Version>, Failure> {
        match &self.schemas {
            Some(_) => Ok(None),
            None => Version::of_workspace(&tree::project_root()),
        }
    }
}

impl Delivery {
    /// What the folders of the versions below `dir` are to hold. Writes nothing.
    ///
    /// What vanishes from a version is retired if there was a release that may have had it.
    pub(crate) fn plans(&self, dir: &Path, release: Option<Version>) -> Result<Vec<Plan>, Failure> {
        let input = Input::collect(&self.paths)?;
        let apis = match read::read(&input.sources) {
            Ok(apis) => apis,
            Err(list) => {
                return Err(Failure::Diagnostics {
                    list,
                    sources: input.sources,
                });
            }
        };
        let incoming = examples::incoming(apis, &input.pages)?;
        if incoming.is_empty() {
            return Err(Failure::Usage(
                "there is no WSDL under the paths given, and no page of an operation".to_owned(),
            ));
        }
        incoming
            .into_iter()
            .map(|incoming| self.plan(incoming, &input, dir, release))
            .collect()
    }

    /// The day that was stated for it.
    pub(crate) fn date(&self) -> Option<&str> {
        self.date.as_deref()
    }

    fn plan(
        &self,
        incoming: Incoming,
        input: &Input,
        dir: &Path,
        release: Option<Version>,
    ) -> Result<Plan, Failure> {
        let Incoming {
            version,
            mut wsdl,
            inferred,
            pages,
            mut notes,
        } = incoming;
        let dir = dir.join(schemas::folder(&version));
        let standing = schemas::standing(&dir)?;
        let agents = wsdl.iter().flat_map(|api| &api.agents);
        let origins: BTreeSet<&Origin> = agents
            .filter_map(|agent| input.origins.get(&*agent.at.file))
            .collect();
        let whole = self.replace
            || origins
                .iter()
                .any(|origin| !matches!(origin, Origin::Part(_)));
        // Canonical documents were mended when they were written.
        let is_canonical = matches!(origins.first(), Some(Origin::Canonical(_)));
        if let Some(wsdl) = wsdl.as_mut().filter(|_| !is_canonical)
            && let Err(list) = fixups::apply(wsdl, fixups::ALL)
            // A single agent need not be the one that a fixup is for.
            && whole
        {
            let sources = input.sources.clone();
            return Err(Failure::Diagnostics { list, sources });
        }
        let source = origins.iter().find_map(|origin| origin.source());
        let source = source.unwrap_or(match wsdl {
            Some(_) => Source::Documents,
            None => Source::Examples,
        });
        let (base, mut provenance) = match &standing {
            Some(schemas::Version { api, provenance }) if !whole => {
                let provenance = provenance.clone();
                let (api, provenance) = match wsdl {
                    Some(wsdl) => self.update(api, provenance, wsdl, source),
                    None => (api.clone(), provenance),
                };
                (Some(api), provenance)
            }
            standing => {
                let copied = match origins.first() {
                    Some(Origin::Canonical(folder)) => schemas::provenance(folder)?,
                    _ => None,
                };
                let fresh = Provenance {
                    source,
                    date: standing.as_ref().and_then(|s| s.provenance.date.clone()),
                    documents: wsdl.as_ref().map_or(pages, |wsdl| wsdl.agents.len()),
                    updates: Vec::new(),
                };
                let mut provenance = copied.unwrap_or(fresh);
                provenance.date = self.date.clone().or(provenance.date);
                (wsdl, provenance)
            }
        };
        let mut api = match (base, inferred) {
            (Some(base), Some(inferred)) => {
                let agents = inferred.api.agents.iter();
                let agents = agents.map(|agent| agent.name.clone()).collect();
                let Inferred { api, notes: found } = infer::add(&base, inferred);
                notes.extend(found);
                if api != base {
                    self.record(&mut provenance, agents, Source::Examples);
                }
                api
            }
            (None, Some(inferred)) => {
                notes.extend(inferred.notes);
                inferred.api
            }
            // There is one or the other, else there would be no version.
            (base, None) => base.ok_or_else(|| Failure::Check(format!("{version} is empty")))?,
        };
        // A canonical folder says itself what is retired.
        if !is_canonical {
            api.retired = Retired::default();
            if let (Some(standing), Some(release)) = (&standing, release) {
                let drop = self.date.as_deref();
                retire::retire(&standing.api, &mut api, drop, &release.to_string());
            }
        }
        let files = canonical::write(&api);
        let is_noted = |page: &&SourceFile| notes.iter().any(|note| note.at.file == page.name);
        let noted = input.pages.iter().filter(is_noted).cloned().collect();
        Ok(Plan {
            dir,
            api,
            provenance,
            files,
            notes,
            noted,
        })
    }

    /// Replaces single agents of what stands. What brings nothing new leaves no trace.
    fn update(
        &self,
        before: &Api,
        mut provenance: Provenance,
        read: Api,
        source: Source,
    ) -> (Api, Provenance) {
        let names: Vec<String> = read.agents.iter().map(|agent| agent.name.clone()).collect();
        let api = merge::merge(before, read);
        if api != *before || self.date.is_some() {
            self.record(&mut provenance, names, source);
        }
        (api, provenance)
    }

    fn record(&self, provenance: &mut Provenance, agents: Vec<String>, source: Source) {
        for agent in agents {
            provenance.updates.retain(|update| update.agent != agent);
            provenance.updates.push(Update {
                agent,
                source,
                date: self.date.clone(),
            });
        }
        provenance.updates.sort_by(|a, b| a.agent.cmp(&b.agent));
    }

    fn write(&self, plans: &[Plan], dir: &Path, format: MessageFormat) -> Result<(), Failure> {
        let mut rows = vec![row(&[
            "version",
            "agents",
            "operations",
            "types",
            "written",
            "unchanged",
            "removed",
        ])];
        let mut undated = Vec::new();
        let mut transaction = Transaction::beside(dir);
        for plan in plans {
            let contents = plan.contents();
            let changes = tree::compare(&plan.dir, &contents, is_owned)?;
            let contract = |name: &String| name != schemas::PROVENANCE;
            if self.date.is_none()
                && changes.written.iter().any(contract)
                && let Some(date) = &plan.provenance.date
            {
                let folder = tree::display_name(&plan.dir);
                undated.push(format!(
                    "{folder} changed and its record still says {date}; pass --date"
                ));
            }
            let mut row = plan.counts();
            row.extend(
                [
                    changes.written.len(),
                    changes.unchanged,
                    changes.removed.len(),
                ]
                .map(|count| count.to_string()),
            );
            rows.push(row);
        }
        stage(&mut transaction, plans, BTreeMap::new(), dir)?;
        transaction.commit()?;
        print!("{}", report::table(&rows));
        for plan in plans {
            report::notes(format, &plan.notes, &plan.noted);
        }
        for note in undated {
            report::note(format, &note);
        }
        Ok(())
    }
}

/// Adds what the plans say of `dir` to a transaction, and files beside the versions' folders; other
/// versions and files stay as they are.
pub(crate) fn stage(
    transaction: &mut Transaction,
    plans: &[Plan],
    beside: BTreeMap<String, Vec<u8>>,
    dir: &Path,
) -> Result<(), Failure> {
    let mut wanted = beside;
    for plan in plans {
        let folder = plan.folder();
        let contents = plan.contents().into_iter();
        wanted.extend(contents.map(|(name, bytes)| (format!("{folder}/{name}"), bytes)));
    }
    let folders: Vec<String> = plans.iter().map(Plan::folder).collect();
    transaction.folder(dir, wanted, |name| {
        let (folder, file) = name.split_once('/').unwrap_or_default();
        folders.iter().any(|known| known == folder) && is_owned(file)
    })?;
    Ok(())
}

/// What is to stand in the folder of a version.
pub(crate) struct Plan {
    dir: PathBuf,
    pub(crate) api: Api,
    pub(crate) provenance: Provenance,
    files: BTreeMap<String, String>,
    /// What to tell.
    pub(crate) notes: Vec<Diagnostic>,
    /// The pages that the notes point into.
    pub(crate) noted: Vec<SourceFile>,
}

impl Plan {
    fn contents(&self) -> BTreeMap<String, Vec<u8>> {
        let mut record = serde_json::to_string_pretty(&self.provenance)
            .expect("a record of strings and numbers is JSON");
        record.push('\n');
        let files = self
            .files
            .iter()
            .map(|(name, text)| (name.clone(), text.clone().into_bytes()));
        files
            .chain([(schemas::PROVENANCE.to_owned(), record.into_bytes())])
            .collect()
    }

    /// `services88`
    pub(crate) fn folder(&self) -> String {
        schemas::folder(&self.api.version)
    }

    fn counts(&self) -> Vec<String> {
        let operations: usize = self
            .api
            .agents
            .iter()
            .map(|agent| agent.operations.len())
            .sum();
        let counts = [self.api.agents.len(), operations, self.api.types.len()];
        let version = self.api.version.clone();
        std::iter::once(version)
            .chain(counts.map(|count| count.to_string()))
            .collect()
    }

    /// The contract as its canonical documents say it, with these documents.
    pub(crate) fn read_again(&self) -> Result<(Api, Vec<SourceFile>), Failure> {
        let dir = tree::display_name(&self.dir);
        let sources: Vec<SourceFile> = self
            .files
            .iter()
            .map(|(name, text)| SourceFile::new(format!("{dir}/{name}"), text.as_str()))
            .collect();
        match read::read_version(&sources) {
            Ok(api) => Ok((api, sources)),
            Err(list) => Err(Failure::Diagnostics { list, sources }),
        }
    }

    /// What reads differently when it is written and read again, and what stands differently.
    fn differences(&self) -> Result<(Vec<Difference>, Vec<Difference>), Failure> {
        let (again, _) = self.read_again()?;
        let round_trip = compare::apis(&self.api, &again);
        let standing = match schemas::load(&self.dir)?.0.pop() {
            Some(version) => {
                let contract = |api: &Api| Api {
                    retired: Retired::default(),
                    ..api.clone()
                };
                compare::apis(&contract(&self.api), &contract(&version.api))
            }
            None => vec![Difference::missing(&self.api.version)],
        };
        Ok((round_trip, standing))
    }
}

fn verify(plans: &[Plan], format: MessageFormat) -> Result<(), Failure> {
    let mut rows = vec![row(&[
        "version",
        "agents",
        "operations",
        "types",
        "read again",
        "in schemas",
    ])];
    let mut found: Vec<String> = Vec::new();
    for plan in plans {
        let (round_trip, standing) = plan.differences()?;
        let verdict = |differences: &[Difference]| match differences.len() {
            0 => "equal".to_owned(),
            count => format!("{count} differ"),
        };
        let mut row = plan.counts();
        row.extend([verdict(&round_trip), verdict(&standing)]);
        rows.push(row);
        let version = &plan.api.version;
        found.extend(
            round_trip
                .iter()
                .map(|d| format!("{version}, read again: {d}")),
        );
        found.extend(
            standing
                .iter()
                .map(|d| format!("{version}, in schemas: {d}")),
        );
    }
    print!("{}", report::table(&rows));
    for line in found.iter().take(SHOWN) {
        report::note(format, line);
    }
    match found.len() {
        0 => Ok(()),
        1 => Err(Failure::Check("1 difference".to_owned())),
        count => Err(Failure::Check(format!("{count} differences"))),
    }
}

/// Differences that are listed; a wrong folder gives thousands.
const SHOWN: usize = 40;

fn row(cells: &[&str]) -> Vec<String> {
    cells.iter().map(|cell| (*cell).to_owned()).collect()
}

fn is_owned(name: &str) -> bool {
    schemas::is_contract(Path::new(name)) || name == schemas::PROVENANCE
}

/// The documents under a path, as [`Import`] would read them.
pub(crate) fn gather(path: &Path) -> Result<Vec<SourceFile>, Failure> {
    let input = Input::collect(&[path.to_owned()])?;
    if input.sources.is_empty() {
        return Err(nothing_in(path));
    }
    Ok(input.sources)
}

/// The WSDLs and the pages of operations below a folder; there may be none of either.
pub(crate) fn descriptions(folder: &Path) -> Result<(Vec<SourceFile>, Vec<SourceFile>), Failure> {
    let files = tree::files(folder)?;
    let documents: Vec<PathBuf> = in_folder(&files)
        .into_iter()
        .map(|(path, _)| path)
        .collect();
    Ok((schemas::read_sources(&documents)?, examples::pages(&files)))
}

/// What a document came as, which decides how much of its version it speaks for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Origin {
    /// In this folder of `schemas/`' form.
    Canonical(PathBuf),
    /// One of all documents of a version.
    Whole(Source),
    /// One of any number.
    Part(Source),
}

impl Origin {
    fn source(&self) -> Option<Source> {
        match self {
            Self::Canonical(_) => None,
            Self::Whole(source) | Self::Part(source) => Some(*source),
        }
    }
}

struct Input {
    sources: Vec<SourceFile>,
    /// By the name of the document.
    origins: BTreeMap<String, Origin>,
    /// Pages of operations, sorted by name.
    pages: Vec<SourceFile>,
}

impl Input {
    fn collect(paths: &[PathBuf]) -> Result<Self, Failure> {
        let mut found: BTreeMap<PathBuf, Origin> = BTreeMap::new();
        let mut pages: BTreeMap<Arc<str>, SourceFile> = BTreeMap::new();
        for path in paths {
            let metadata = fs::metadata(path).map_err(Failure::io(path))?;
            let (documents, texts) = match metadata.is_dir() {
                true => {
                    let files = tree::files(path)?;
                    (in_folder(&files), examples::pages(&files))
                }
                false => match examples::pages(std::slice::from_ref(path)) {
                    pages if pages.is_empty() => (vec![(path.clone(), single(path)?)], pages),
                    pages => (Vec::new(), pages),
                },
            };
            if documents.is_empty() && texts.is_empty() {
                return Err(nothing_in(path));
            }
            pages.extend(texts.into_iter().map(|page| (page.name.clone(), page)));
            for (path, origin) in documents {
                // What speaks for a whole version says more, so it wins where both are named.
                let known = found.entry(path).or_insert_with(|| origin.clone());
                *known = origin.min(known.clone());
            }
        }
        let origins = found
            .iter()
            .map(|(path, origin)| (tree::display_name(path), origin.clone()))
            .collect();
        let paths: Vec<PathBuf> = found.into_keys().collect();
        Ok(Self {
            sources: schemas::read_sources(&paths)?,
            origins,
            pages: pages.into_values().collect(),
        })
    }
}

fn nothing_in(folder: &Path) -> Failure {
    Failure::Usage(format!(
        "{}: there is neither a `ServicesNN-<Agent>.md` nor a .wsdl or .xml below this folder, nor \
         the page of an operation",
        folder.display()
    ))
}

fn single(path: &Path) -> Result<Origin, Failure> {
    if path
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("md"))
    {
        return Ok(Origin::Part(Source::Pages));
    }
    if schemas::is_contract(path) {
        return Ok(Origin::Part(Source::Documents));
    }
    let message = format!(
        "{}: expected a .md, .wsdl, .xsd or .xml file",
        path.display()
    );
    Err(Failure::Usage(message))
}

/// The documents in a folder: pages if there are any, else WSDLs and schemas.
fn in_folder(files: &[PathBuf]) -> Vec<(PathBuf, Origin)> {
    let pages: Vec<_> = files
        .iter()
        .filter(|path| is_page(path))
        .map(|path| (path.clone(), Origin::Whole(Source::Pages)))
        .collect();
    if !pages.is_empty() {
        return pages;
    }
    let canonical: BTreeSet<&Path> = files
        .iter()
        .filter(|path| {
            path.file_name()
                .is_some_and(|name| name == schemas::PROVENANCE)
        })
        .filter_map(|path| path.parent())
        .collect();
    files
        .iter()
        .filter(|path| schemas::is_contract(path))
        .map(|path| {
            let parent = path.parent().filter(|parent| canonical.contains(parent));
            let origin = match parent {
                Some(parent) => Origin::Canonical(parent.to_owned()),
                None => Origin::Part(Source::Documents),
            };
            (path.clone(), origin)
        })
        .collect()
}

/// `Services88-License.md`: a page with an agent's WSDL. Pages of operations have other names.
fn is_page(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let Some(stem) = name.strip_suffix(".md") else {
        return false;
    };
    let Some((version, agent)) = stem.split_once('-') else {
        return false;
    };
    let number = version.strip_prefix("Services").unwrap_or_default();
    let is_version = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    is_version && !agent.is_empty()
}

/// Checks the shape: a year, and as much more of the day as is known.
fn parse_date(text: &str) -> Result<String, String> {
    let parts: Vec<&str> = text.split('-').collect();
    let fits = |part: &str, digits: usize, range: std::ops::RangeInclusive<u16>| {
        part.len() == digits
            && part.bytes().all(|byte| byte.is_ascii_digit())
            && part.parse().is_ok_and(|number| range.contains(&number))
    };
    let sizes = [(4, 2000..=2999), (2, 1..=12), (2, 1..=31)];
    let all_fit = parts
        .iter()
        .zip(sizes)
        .all(|(part, (digits, range))| fits(part, digits, range));
    match all_fit && parts.len() <= 3 {
        true => Ok(text.to_owned()),
        false => Err("expected a day such as 2023-02-20, a month or a year".to_owned()),
    }
}

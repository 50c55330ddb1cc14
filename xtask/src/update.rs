//! `cargo xtask update`: a new drop in, a crate that is ready to be released out, or nothing.

mod changelog;
mod stage;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use superoffice_codegen::diff::{Diff, Weight};
use superoffice_codegen::model::Api;
use superoffice_codegen::{Generated, generate};

use crate::import::{Delivery, Plan};
use crate::report::{self, Failure, MessageFormat};
use crate::side::{self, Side};
use crate::version::{Bump, Version};
use crate::write::{self, Transaction};
use crate::{codegen, diff, import, schemas, tree};

/// Imports a drop, says what changed, regenerates, checks, and writes the changelog's entry.
///
/// `schemas/`, `generated/`, the drivers in `conform/` and CHANGELOG.md change together after every
/// step went well, or not at all; if the process dies on the way, the next command settles which.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    delivery: Delivery,

    /// Do everything but write.
    #[arg(long)]
    dry_run: bool,
}

impl Args {
    pub(crate) fn run(self, format: MessageFormat) -> Result<(), Failure> {
        let root = tree::project_root();
        let dir = schemas::default_dir();
        write::recover(&root)?;
        let before = side::load_all(&dir)?;

        let current = Version::of_workspace(&root)?;
        let current = current.ok_or_else(|| {
            Failure::Usage("there is no Cargo.toml with the version of the release".to_owned())
        })?;
        let plans = self.delivery.plans(&dir, Some(current))?;
        for plan in &plans {
            report::notes(format, &plan.notes, &plan.noted);
        }
        let after = after(&before, &plans, &dir)?;
        let changes = changes(&before, &after);
        for change in &changes {
            println!("diff      {}", change.headline());
        }
        if changes.is_empty() {
            println!("nothing in it is new; nothing written");
            return Ok(());
        }

        let generated = regenerate(&dir, &plans, &after)?;
        let versions: Vec<String> = changes.iter().map(|change| change.feature()).collect();
        let crate_dir = root.join("generated");
        let files: BTreeMap<String, Vec<u8>> = generated
            .files
            .iter()
            .map(|file| (file.path.clone(), file.text.clone().into_bytes()))
            .collect();
        let manifest_path = crate_dir.join("Cargo.toml");
        let manifest = codegen::manifest(&manifest_path, &generated.modules)?;
        let drivers = codegen::drivers::folders(&root, &generated.modules, true)?;
        println!("generate  {} files", files.len());

        stage::check(&root, &files, manifest.as_deref(), &versions)?;
        println!("check     {} without a warning", versions.join(", "));

        // The head that moves is the newest version that callers have.
        let moving = before
            .iter()
            .map(|side| &side.api.version)
            .max_by_key(|name| side::number(name));
        let bump = changes
            .iter()
            .map(|change| Bump::of(change.weight(), moving == Some(&change.version)))
            .max()
            .unwrap_or(Bump::Patch);
        let proposal = current.bump(bump);
        let entry: Vec<String> = changes
            .iter()
            .map(|change| change.entry(self.delivery.date()))
            .collect();
        let entry = entry.join("\n");
        let changelog_path = root.join("CHANGELOG.md");
        let changelog =
            fs::read_to_string(&changelog_path).map_err(Failure::io(&changelog_path))?;
        let changelog = changelog::insert(&changelog, &entry);
        println!("version   {current} to {proposal}: {}", bump.reason());

        if self.dry_run {
            println!("\n{entry}\ndry run, nothing written");
            return Ok(());
        }
        let mut transaction = Transaction::new(&root);
        // One folder changes places as one: contracts never stand beside names of another day.
        let names = generated.names.render().into_bytes();
        let beside = BTreeMap::from([(codegen::NAMES.to_owned(), names)]);
        import::stage(&mut transaction, &plans, beside, &dir)?;
        transaction.folder(&crate_dir.join("src"), files, |_| true)?;
        for (folder, files) in drivers {
            transaction.folder(&folder, files, |_| true)?;
        }
        if let Some(manifest) = manifest {
            transaction.file(&manifest_path, manifest.into_bytes())?;
        }
        transaction.file(&changelog_path, changelog.into_bytes())?;
        transaction.commit()?;
        println!(
            "\n{entry}\nschemas/, generated/ and CHANGELOG.md are written; set the version and commit"
        );
        Ok(())
    }
}

/// All versions as they will be: those of the drop as their canonical documents read.
fn after(before: &[Side], plans: &[Plan], dir: &Path) -> Result<Vec<Side>, Failure> {
    let names = side::names(dir)?;
    let mut after = Vec::new();
    for plan in plans {
        let (api, sources) = plan.read_again()?;
        if api != plan.api {
            // A fault of ours: what was read would not survive being written.
            let message = format!("{} does not read again as it was written", api.version);
            return Err(Failure::Check(message));
        }
        after.push(Side::new(api, &names, sources));
    }
    let stays = |side: &&Side| {
        !plans
            .iter()
            .any(|plan| plan.api.version == side.api.version)
    };
    after.extend(before.iter().filter(stays).cloned());
    after.sort_by_key(|side| side::number(&side.api.version));
    Ok(after)
}

/// What a drop does to one version.
struct Change {
    version: String,
    /// Of a version that was there before.
    diff: Option<Diff>,
    agents: usize,
    operations: usize,
}

fn changes(before: &[Side], after: &[Side]) -> Vec<Change> {
    let mut changes = Vec::new();
    for new in after {
        let old = before.iter().find(|old| old.api.version == new.api.version);
        if old.is_some_and(|old| old.api == new.api) {
            continue;
        }
        changes.push(Change {
            version: new.api.version.clone(),
            diff: old.map(|old| side::compare(old, new)),
            agents: new.api.agents.len(),
            operations: new
                .api
                .agents
                .iter()
                .map(|agent| agent.operations.len())
                .sum(),
        });
    }
    changes
}

impl Change {
    /// Of a new version: an addition.
    fn weight(&self) -> Weight {
        match &self.diff {
            Some(diff) => diff.weight().unwrap_or(Weight::Neutral),
            None => Weight::Addition,
        }
    }

    /// `services88`
    fn feature(&self) -> String {
        schemas::folder(&self.version)
    }

    fn headline(&self) -> String {
        match &self.diff {
            Some(diff) => format!("{}: {}", self.version, diff::verdict(&diff.summary)),
            None => format!(
                "{}: a new version, {} agents, {} operations",
                self.version, self.agents, self.operations
            ),
        }
    }

    /// A section below `## Unreleased`.
    fn entry(&self, date: Option<&str>) -> String {
        let of = date
            .map(|date| format!(", drop of {date}"))
            .unwrap_or_default();
        let body = match &self.diff {
            Some(diff) => diff::sections(diff, 4),
            None => format!(
                "A new version with {} agents and {} operations, behind the feature `{}`.\n",
                self.agents,
                self.operations,
                self.feature()
            ),
        };
        format!("### {}{of}\n\n{body}", self.version)
    }
}

/// The crate's sources for the contracts as they will be.
fn regenerate(dir: &Path, plans: &[Plan], after: &[Side]) -> Result<Generated, Failure> {
    let names = side::names(dir)?;
    let secrets = codegen::secrets(dir)?;
    let mut origins = BTreeMap::new();
    for side in after {
        let version = &side.api.version;
        let planned = plans.iter().find(|plan| plan.api.version == *version);
        let standing = || schemas::provenance(&dir.join(schemas::folder(version)));
        let provenance = match planned {
            Some(plan) => Some(plan.provenance.clone()),
            None => standing()?,
        };
        origins.extend(provenance.map(|provenance| (version.clone(), provenance)));
    }
    let apis: Vec<Api> = after.iter().map(|side| side.api.clone()).collect();
    generate(&apis, &origins, &names, &secrets, None, &|_| true, &()).map_err(|list| {
        Failure::Diagnostics {
            list,
            sources: after
                .iter()
                .flat_map(|side| side.sources().iter().cloned())
                .collect(),
        }
    })
}

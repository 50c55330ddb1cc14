//! `cargo xtask codegen`: the contracts in `schemas/` in, the sources of `generated/` out.

mod docs;
pub(crate) mod drivers;
mod standalone;

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use superoffice_codegen::diagnostic::SourceFile;
use superoffice_codegen::emit::{self, manifest};
use superoffice_codegen::ir::Module;
use superoffice_codegen::lower::names::{Table, bare};
use superoffice_codegen::lower::secrets::Secrets;
use superoffice_codegen::{Generated, generate};

use crate::report::{self, Failure};
use crate::tree::Changes;
use crate::write::Transaction;
use crate::{schemas, tree};

/// The names that were given, beside the versions' folders.
pub(crate) const NAMES: &str = "names.tsv";

/// What is a secret and what only looks like one, beside the versions' folders.
const SECRETS: &str = "secrets.tsv";

/// Writes the sources of `generated/` and the names in `schemas/names.tsv`.
///
/// Files are replaced only where their bytes differ, and what no contract has is removed. On any
/// mistake in a contract nothing is written.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Write nothing; name what is not as it would be written, and fail if there is any.
    #[arg(long)]
    check: bool,

    /// Write one version (`services88`) or the file of one agent (`services88/License`) only.
    #[arg(long, value_name = "VERSION[/AGENT]")]
    only: Option<Only>,

    /// Where the contracts are, if not in the project's `schemas/`.
    #[arg(long, value_name = "DIR")]
    schemas: Option<PathBuf>,

    /// The crate to write, if not the project's `generated/`. Where it has no manifest yet it gets
    /// one that makes it a workspace of its own.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,

    /// Weave the vendor's descriptions below this folder into the documentation: pages, WSDLs,
    /// docfx files. They belong to the vendor, so only a crate elsewhere takes them.
    #[arg(long, value_name = "DIR", requires = "out")]
    docs: Option<PathBuf>,
}

/// What a run is restricted to.
#[derive(Clone, Debug)]
struct Only {
    version: String,
    agent: Option<String>,
}

impl std::str::FromStr for Only {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (version, agent) = match text.split_once('/') {
            Some((version, agent)) => (version, Some(agent.to_owned())),
            None => (text, None),
        };
        Ok(Self {
            version: version.to_ascii_lowercase(),
            agent,
        })
    }
}

impl Args {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let root = tree::project_root();
        let dir = self.schemas.clone().unwrap_or_else(schemas::default_dir);
        let out = self.out.clone().unwrap_or_else(|| root.join("generated"));
        if self.docs.is_some() {
            docs::refuse_own(&out, &root)?;
        }
        let watch = Watch::start();

        let (versions, sources) = schemas::load(&dir)?;
        let names_path = dir.join(NAMES);
        let names = names(&names_path)?;
        let secrets = secrets(&dir)?;
        let docs = self.docs.as_deref().map(docs::Docs::read).transpose()?;
        watch.lap(Stage::Read);

        // The process is about to end, and the system takes memory back faster than it is freed in small pieces.
        let mut apis = ManuallyDrop::new(Vec::new());
        let mut origins = BTreeMap::new();
        for schemas::Version { api, provenance } in versions {
            origins.insert(api.version.clone(), provenance);
            apis.push(api);
        }
        let wanted = |m: &Module| match &self.only {
            Some(only) => only.version == bare(&m.rust),
            None => true,
        };
        let prose = docs.as_ref().map(docs::Docs::sources);
        let generated = generate(&apis, &origins, &names, &secrets, prose, &wanted, &watch)
            .map_err(|list| Failure::Diagnostics { list, sources })
            .map(ManuallyDrop::new)?;
        // The conformance programme drives the project's own crate, not another one made elsewhere.
        let is_ours = self.schemas.is_none() && self.out.is_none();
        let drivers = match is_ours {
            true => drivers::folders(&root, &generated.modules, self.only.is_none())?,
            false => Vec::new(),
        };
        watch.lap(Stage::Emit);

        let scope = Scope::new(self.only.as_ref(), &generated)?;
        let files = generated
            .files
            .iter()
            .filter(|file| scope.holds(&file.path));
        let files = files.map(|file| (file.path.clone(), file.text.clone().into_bytes()));
        let manifest_path = out.join("Cargo.toml");
        let manifest = match self.only {
            Some(_) => None,
            None => {
                let standing = read_if_there(&manifest_path)?;
                let is_standalone = |text: &String| text.starts_with(standalone::HEAD);
                let text = match standing {
                    None if self.out.is_none() => None,
                    Some(text) if !is_standalone(&text) => Some(text),
                    _ => Some(standalone::manifest(&root)?),
                };
                let features = |text: String| features(&manifest_path, &text, &generated.modules);
                text.map(features).transpose()?
            }
        };

        // One root where that is possible: either all of it changes or nothing does.
        let mut names = Transaction::new(if is_ours { &root } else { &dir });
        let mut sources = if is_ours {
            None
        } else {
            Some(Transaction::new(&out))
        };
        let here = Path::new("");
        let table = generated.names.render().into_bytes();
        let mut changes = vec![within(here, names.file(&names_path, table)?)];
        let transaction = sources.as_mut().unwrap_or(&mut names);
        let src = out.join("src");
        let below = transaction.folder(&src, files.collect(), |path| scope.holds(path))?;
        changes.push(within(&src, below));
        for (dir, mut files) in drivers {
            files.retain(|path, _| scope.holds(path));
            let below = transaction.folder(&dir, files, |path| scope.holds(path))?;
            changes.push(within(&dir, below));
        }
        if let Some(text) = manifest {
            let manifest = transaction.file(&manifest_path, text.into_bytes())?;
            changes.push(within(here, manifest));
        }
        if !self.check {
            names.commit()?;
            sources.map_or(Ok(()), Transaction::commit)?;
        }
        watch.lap(Stage::Write);
        watch.finish();

        let written: Vec<&String> = changes.iter().flat_map(|c| &c.written).collect();
        let removed: Vec<&String> = changes.iter().flat_map(|c| &c.removed).collect();
        let unchanged: usize = changes.iter().map(|c| c.unchanged).sum();
        if self.check {
            self.stale(&written, &removed, unchanged)?;
            println!("{unchanged} files are as the contracts have them");
            println!("{}", watch.stages());
            return Ok(());
        }
        print!("{}", report::table(&summary(&generated, &wanted, &watch)));
        if docs.is_some() {
            print!(
                "{}",
                report::table(&docs::table(&generated.modules, &generated.coverage))
            );
        }
        println!("{}", watch.stages());
        println!(
            "{} files written, {} removed, {unchanged} unchanged",
            written.len(),
            removed.len()
        );
        Ok(())
    }

    /// Names every file that is not as it would be written, and what mends it.
    fn stale(
        &self,
        written: &[&String],
        removed: &[&String],
        unchanged: usize,
    ) -> Result<(), Failure> {
        if written.is_empty() && removed.is_empty() {
            return Ok(());
        }
        let written = written.iter().map(|name| {
            let what = if Path::new(name).exists() {
                "stale"
            } else {
                "missing"
            };
            format!("  {what:<8} {name}")
        });
        let removed = removed
            .iter()
            .map(|name| format!("  {:<8} {name}", "extra"));
        let lines: Vec<String> = written.chain(removed).collect();
        let mut command = "cargo xtask codegen".to_owned();
        for (option, dir) in [("--schemas", &self.schemas), ("--out", &self.out)] {
            if let Some(dir) = dir {
                command = format!("{command} {option} {}", dir.display());
            }
        }
        Err(Failure::Check(format!(
            "{} of {} files do not follow the contracts\n{}\nhelp: run `{command}`",
            lines.len(),
            lines.len() + unchanged,
            lines.join("\n")
        )))
    }
}

/// The changes with paths that messages can name.
fn within(dir: &Path, changes: &Changes) -> Changes {
    let path = |name: &String| tree::display_name(&dir.join(name));
    Changes {
        written: changes.written.iter().map(path).collect(),
        unchanged: changes.unchanged,
        removed: changes.removed.iter().map(path).collect(),
    }
}

/// Which files of the crate a run is about.
struct Scope {
    /// None: all.
    prefixes: Option<Vec<String>>,
}

impl Scope {
    fn new(only: Option<&Only>, generated: &Generated) -> Result<Self, Failure> {
        let Some(only) = only else {
            return Ok(Self { prefixes: None });
        };
        let module = generated
            .modules
            .iter()
            .find(|m| bare(&m.rust) == only.version);
        let module = module.ok_or_else(|| {
            let known = generated.modules.iter().map(|m| bare(&m.rust));
            let known = known.collect::<Vec<_>>().join(", ");
            Failure::Usage(format!(
                "there is no version `{}`; there are {known}",
                only.version
            ))
        })?;
        let version = &only.version;
        let Some(agent) = &only.agent else {
            return Ok(Self {
                prefixes: Some(vec![format!("{version}/")]),
            });
        };
        let agent = module
            .agents
            .iter()
            .find(|known| known.wire.eq_ignore_ascii_case(agent))
            .ok_or_else(|| Failure::Usage(format!("{} has no agent `{agent}`", module.wire)))?;
        let file = format!("{version}/{}", bare(&agent.module));
        Ok(Self {
            prefixes: Some(vec![format!("{file}.rs"), format!("{file}/")]),
        })
    }

    fn holds(&self, path: &str) -> bool {
        let Some(prefixes) = &self.prefixes else {
            return true;
        };
        prefixes.iter().any(|prefix| path.starts_with(prefix))
    }
}

/// The names that were given; none where the table is still to be written.
pub(crate) fn names(path: &Path) -> Result<Table, Failure> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Table::default()),
        Err(e) => return Err(Failure::io(path)(e)),
    };
    let source = SourceFile::new(tree::display_name(path), text);
    Table::parse(&source).map_err(|list| Failure::Diagnostics {
        list,
        sources: vec![source],
    })
}

/// What was decided on secrets in a folder of contracts. Where nobody has decided, whatever looks
/// like a secret is one.
pub(crate) fn secrets(schemas: &Path) -> Result<Secrets, Failure> {
    let path = schemas.join(SECRETS);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Secrets::default()),
        Err(e) => return Err(Failure::io(&path)(e)),
    };
    let source = SourceFile::new(tree::display_name(&path), text);
    Secrets::parse(&source).map_err(|list| Failure::Diagnostics {
        list,
        sources: vec![source],
    })
}

/// The manifest as its features should be; nothing where there is none.
pub(crate) fn manifest(path: &Path, modules: &[Module]) -> Result<Option<String>, Failure> {
    let text = read_if_there(path)?;
    text.map(|text| features(path, &text, modules)).transpose()
}

fn features(path: &Path, text: &str, modules: &[Module]) -> Result<String, Failure> {
    manifest::with_features(text, modules)
        .map_err(|e| Failure::Usage(format!("{}: {e}", path.display())))
}

fn read_if_there(path: &Path) -> Result<Option<String>, Failure> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(Failure::io(path)(e)),
    }
}

/// The table at the end of a run: what each version has, and how long it took.
fn summary(
    generated: &Generated,
    wanted: &dyn Fn(&Module) -> bool,
    watch: &Watch,
) -> Vec<Vec<String>> {
    let head = [
        "version",
        "agents",
        "operations",
        "structs",
        "enums",
        "flag sets",
        "members",
        "files",
        "lines",
        "time",
    ];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    let mut total = [0; 8];
    let mut total_time = Duration::ZERO;
    let times = watch.versions();
    let row = |name: &str, numbers: &[usize], time: Duration| {
        let numbers = numbers.iter().map(usize::to_string);
        let time = format!("{:.2} s", time.as_secs_f64());
        [name.to_owned()]
            .into_iter()
            .chain(numbers)
            .chain([time])
            .collect()
    };
    for module in generated.modules.iter().filter(|m| wanted(m)) {
        let prefix = format!("{}/", bare(&module.rust));
        let files: Vec<_> = generated
            .files
            .iter()
            .filter(|file| file.path.starts_with(&prefix))
            .collect();
        let flag_sets = module.enums.iter().filter(|e| e.is_flags).count();
        let numbers = [
            module.agents.len(),
            module.agents.iter().map(|agent| agent.methods.len()).sum(),
            module.structs.len(),
            module.enums.len() - flag_sets,
            flag_sets,
            module.enums.iter().map(|e| e.members.len()).sum(),
            files.len(),
            files.iter().map(|file| file.text.lines().count()).sum(),
        ];
        for (total, number) in total.iter_mut().zip(numbers) {
            *total += number;
        }
        let time = times.get(&module.wire).copied().unwrap_or_default();
        total_time += time;
        rows.push(row(&module.wire, &numbers, time));
    }
    if rows.len() > 2 {
        rows.push(row("all", &total, total_time));
    }
    rows
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Read,
    Lower,
    Emit,
    Write,
}

/// Times of the stages, in processor seconds where the system tells them, and the progress bar.
struct Watch {
    begun: Instant,
    bar: ProgressBar,
    state: Mutex<State>,
}

struct State {
    last: Duration,
    stages: BTreeMap<Stage, Duration>,
    /// Tokens and text of each version, summed over the threads.
    pieces: BTreeMap<String, [Duration; 2]>,
}

impl Watch {
    fn start() -> Self {
        let bar = ProgressBar::new(0);
        if let Ok(style) = ProgressStyle::with_template("{msg:>9} [{bar:40}] {pos}/{len}") {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.set_message("reading");
        let state = State {
            last: processor(),
            stages: BTreeMap::new(),
            pieces: BTreeMap::new(),
        };
        Self {
            begun: Instant::now(),
            bar,
            state: Mutex::new(state),
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        // Times are whole even if another thread panicked while it added to them.
        self.state
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn lap(&self, stage: Stage) {
        let now = processor();
        let mut state = self.state();
        let time = now.saturating_sub(state.last);
        *state.stages.entry(stage).or_default() += time;
        state.last = now;
    }

    fn finish(&self) {
        self.bar.finish_and_clear();
    }

    fn versions(&self) -> BTreeMap<String, Duration> {
        let state = self.state();
        state
            .pieces
            .iter()
            .map(|(name, [emit, format])| (name.clone(), *emit + *format))
            .collect()
    }

    /// `read 0.31 s, lower 0.05 s, …`.
    fn stages(&self) -> String {
        let state = self.state();
        let of = |stage| {
            state
                .stages
                .get(&stage)
                .copied()
                .unwrap_or_default()
                .as_secs_f64()
        };
        let sum = |part: usize| -> f64 {
            state
                .pieces
                .values()
                .map(|times| times[part].as_secs_f64())
                .sum()
        };
        // What threads spent on pieces says how their common processor time divides.
        let (emit, format) = (sum(0), sum(1));
        let share = if emit + format > 0.0 {
            emit / (emit + format)
        } else {
            0.0
        };
        let both = of(Stage::Emit);
        let total: f64 = state.stages.values().map(Duration::as_secs_f64).sum();
        format!(
            "read {:.2} s, lower {:.2} s, emit {:.2} s, format {:.2} s, write {:.2} s: \
             {total:.2} s of processor time in {:.2} s",
            of(Stage::Read),
            of(Stage::Lower),
            both * share,
            both * (1.0 - share),
            of(Stage::Write),
            self.begun.elapsed().as_secs_f64(),
        )
    }
}

impl emit::Progress for Watch {
    fn lowered(&self, steps: usize) {
        self.lap(Stage::Lower);
        self.bar.set_length(steps as u64);
        self.bar.set_message("emitting");
    }

    fn printed(&self, version: &str, emit: Duration, format: Duration) {
        self.bar.inc(1);
        let mut state = self.state();
        if !state.pieces.contains_key(version) {
            state.pieces.insert(version.to_owned(), [Duration::ZERO; 2]);
        }
        if let Some(times) = state.pieces.get_mut(version) {
            times[0] += emit;
            times[1] += format;
        }
    }
}

/// Processor time of the whole process so far; elsewhere than on Unix the time of the wall.
#[cfg(unix)]
fn processor() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Duration::new(
        time.tv_sec.unsigned_abs(),
        time.tv_nsec.unsigned_abs() as u32,
    )
}

#[cfg(not(unix))]
fn processor() -> Duration {
    static START: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    START.get_or_init(Instant::now).elapsed()
}

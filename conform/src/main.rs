//! `cargo xtask conform`: every documented example through the public method it documents.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use conform::check::{self, Checked};
use conform::contract::Contract;
use conform::driver::Bound;
use conform::load;
use conform::report::{Direction, Report};
use indicatif::{ParallelProgressIterator, ProgressBar, ProgressStyle};
use rayon::prelude::*;
use superoffice_codegen::diagnostic::SourceFile;
use superoffice_codegen::model::{Api, Operation};
use superoffice_codegen::read::operation_page::{self, OperationPage};

/// Sends every documented example through the public method it documents.
#[derive(Parser)]
#[command(name = "cargo xtask conform", bin_name = "cargo xtask conform")]
struct Cli {
    /// A checkout of the vendor's documentation.
    #[arg(long)]
    docs: PathBuf,
    /// One version or agent: `services86`, `services86/License`.
    #[arg(long)]
    only: Option<String>,
    /// Where to write the report as JSON.
    #[arg(long)]
    json: Option<PathBuf>,
}

fn main() -> ExitCode {
    match run(&Cli::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// One version: what the contract says, and what was generated from it.
struct Version<'a> {
    contract: Contract<'a>,
    client: Box<dyn Bound>,
    operations: HashMap<(&'a str, &'a str), &'a Operation>,
}

fn run(cli: &Cli) -> Result<bool, String> {
    let apis = load::schemas()?;
    let only = cli.only.as_deref().map(Only::parse);
    let chosen: Vec<&Api> = apis
        .iter()
        .filter(|api| {
            only.as_ref()
                .is_none_or(|only| only.is_version(&api.version))
        })
        .collect();
    if chosen.is_empty() {
        return Err(format!(
            "no such version: {}",
            cli.only.as_deref().unwrap_or_default()
        ));
    }
    let versions = versions(&chosen)?;
    let texts = load::sources(&cli.docs, &["md"])?;
    let pages: Vec<(&SourceFile, OperationPage)> = texts
        .par_iter()
        .filter(|file| operation_page::is_operation_page(&file.text))
        .filter_map(|file| Some((file, operation_page::read(file).0?)))
        .filter(|(_, page)| only.as_ref().is_none_or(|only| only.is_page(page)))
        .filter(|(_, page)| versions.contains_key(&*page.version))
        .collect();
    if pages.is_empty() {
        return Err(format!("no operation pages in {}", cli.docs.display()));
    }

    let bar = ProgressBar::new(pages.len() as u64);
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} pages {elapsed}") {
        bar.set_style(style);
    }
    let checked: Vec<Option<Checked>> = pages
        .par_iter()
        .progress_with(bar)
        .map(|(file, page)| {
            let version = versions.get(&*page.version)?;
            let operation = version.operations.get(&(&*page.agent, &*page.operation))?;
            let client = version.client.as_ref();
            Some(check::page(
                &version.contract,
                client,
                operation,
                page,
                &file.text,
            ))
        })
        .collect();

    let mut report = Report {
        complete: only.is_none(),
        ..Report::default()
    };
    let mut seen: HashSet<(&str, &str, &str)> = HashSet::new();
    for ((file, page), checked) in pages.iter().zip(checked) {
        let version = report.versions.entry(page.version.clone()).or_default();
        version.pages += 1;
        let Some(checked) = checked else {
            let name = format!("{}/{}", page.agent, page.operation);
            version.pages_without_operation.push(name);
            continue;
        };
        version.mapped += 1;
        if !seen.insert((&page.version, &page.agent, &page.operation)) {
            report
                .errors
                .push(format!("{}: a second page of the operation", file.name));
        }
        report.add(
            &page.version,
            &file.name,
            Direction::Request,
            checked.request,
        );
        report.add(
            &page.version,
            &file.name,
            Direction::Response,
            checked.response,
        );
    }
    for api in chosen {
        let version = report.versions.entry(api.version.clone()).or_default();
        for agent in &api.agents {
            if only
                .as_ref()
                .is_some_and(|only| !only.is_agent(&agent.name))
            {
                continue;
            }
            version.operations += agent.operations.len();
            let without = agent.operations.iter().filter(|operation| {
                !seen.contains(&(&*api.version, &*agent.name, &*operation.name))
            });
            let names = without.map(|operation| format!("{}/{}", agent.name, operation.name));
            version.operations_without_page.extend(names);
        }
    }
    report.finish();
    print!("{report}");
    if let Some(path) = &cli.json {
        let json = serde_json::to_string_pretty(&report).map_err(|error| error.to_string())?;
        std::fs::write(path, json).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(report.is_success())
}

fn versions<'a>(apis: &[&'a Api]) -> Result<BTreeMap<&'a str, Version<'a>>, String> {
    let connection = check::connection()?;
    let mut versions = BTreeMap::new();
    for api in apis {
        let name = &*api.version;
        let Some(emitted) = conform::VERSIONS
            .iter()
            .find(|version| version.name == name)
        else {
            return Err(format!(
                "nothing was generated for {name}: run `cargo xtask codegen`"
            ));
        };
        let mut operations = HashMap::new();
        for agent in &api.agents {
            for operation in &agent.operations {
                operations.insert((&*agent.name, &*operation.name), operation);
            }
        }
        let version = Version {
            contract: Contract::new(api),
            client: (emitted.bind)(connection.clone()),
            operations,
        };
        versions.insert(name, version);
    }
    Ok(versions)
}

/// What `--only` asks for.
struct Only<'a> {
    version: &'a str,
    agent: Option<&'a str>,
}

impl<'a> Only<'a> {
    fn parse(text: &'a str) -> Self {
        let (version, agent) = match text.split_once('/') {
            Some((version, agent)) => (version, Some(agent)),
            None => (text, None),
        };
        Self { version, agent }
    }

    fn is_version(&self, name: &str) -> bool {
        name.eq_ignore_ascii_case(self.version)
    }

    fn is_agent(&self, name: &str) -> bool {
        self.agent
            .is_none_or(|agent| name.eq_ignore_ascii_case(agent))
    }

    fn is_page(&self, page: &OperationPage) -> bool {
        self.is_version(&page.version) && self.is_agent(&page.agent)
    }
}

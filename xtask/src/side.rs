//! One side of a comparison: a version in `schemas/`, a folder of documents, a git revision.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use superoffice_codegen::diagnostic::{Location, SourceFile, line_column};
use superoffice_codegen::diff::{self, Diff};
use superoffice_codegen::lower::{self, names::Table};
use superoffice_codegen::model::Api;
use superoffice_codegen::{ir, read};

use crate::codegen::{self, NAMES};
use crate::import::gather;
use crate::report::Failure;
use crate::tree;

/// Where the canonical contracts lie, relative to the project's root.
pub(crate) const SCHEMAS: &str = "schemas";
/// A contract with what it is in Rust and the documents it was read from.
#[derive(Clone)]
pub(crate) struct Side {
    pub(crate) api: Api,
    /// Nothing where it cannot be lowered, which is for `codegen` to report.
    pub(crate) module: Option<ir::Module>,
    sources: Arc<[SourceFile]>,
}

/// Both sides; one that names no version of its own is of the other's.
pub(crate) fn load_pair(old: &str, new: &str) -> Result<(Side, Side), Failure> {
    let root = tree::project_root();
    let old = Spec::parse(old, &root)?;
    let new = Spec::parse(new, &root)?;
    let (old_version, new_version) = (old.version(), new.version());
    let old = old.load(&root, new_version.as_deref())?;
    let new = new.load(&root, old_version.as_deref().or(Some(&old.api.version)))?;
    Ok((old, new))
}

/// Every version below a folder of canonical contracts, the oldest first.
pub(crate) fn load_all(dir: &Path) -> Result<Vec<Side>, Failure> {
    let names = names(dir)?;
    let sources = gather(dir)?;
    let mut apis = match read::read(&sources) {
        Ok(apis) => apis,
        Err(list) => return Err(Failure::Diagnostics { list, sources }),
    };
    let sources: Arc<[SourceFile]> = sources.into();
    apis.sort_by_key(|api| number(&api.version));
    Ok(apis
        .into_iter()
        .map(|api| Side::new(api, &names, sources.clone()))
        .collect())
}

/// 88 of `Services88`, for an order of versions.
pub(crate) fn number(version: &str) -> u64 {
    let digits: String = version.chars().filter(char::is_ascii_digit).collect();
    digits.parse().unwrap_or(0)
}

/// The differences, with the places where they stand.
pub(crate) fn compare(old: &Side, new: &Side) -> Diff {
    let mut diff = diff::compare(
        diff::Side {
            api: &old.api,
            module: old.module.as_ref(),
        },
        diff::Side {
            api: &new.api,
            module: new.module.as_ref(),
        },
    );
    // Both sides may have a document of one name, with different lines.
    let texts = [old, new].map(|side| {
        let sources = side.sources.iter();
        sources
            .map(|source| (&*source.name, &*source.text))
            .collect::<BTreeMap<_, _>>()
    });
    let [old, new] = &texts;
    diff.locate(|at, is_gone| place(at, if is_gone { old } else { new }));
    diff
}

fn place(at: &Location, texts: &BTreeMap<&str, &str>) -> String {
    match texts.get(&*at.file) {
        Some(text) => {
            let (line, column) = line_column(text, at.span.start);
            format!("{}:{line}:{column}", at.file)
        }
        None => at.file.to_string(),
    }
}

impl Side {
    /// Lowers a contract that was read.
    pub(crate) fn new(api: Api, names: &Table, sources: impl Into<Arc<[SourceFile]>>) -> Self {
        // A name without a Rust name is an error of `codegen`; the contract can be compared.
        let lowered = lower::lower(std::slice::from_ref(&api), names).ok();
        let module = lowered.and_then(|lowered| lowered.modules.into_iter().next());
        Self {
            api,
            module,
            sources: sources.into(),
        }
    }

    pub(crate) fn sources(&self) -> &[SourceFile] {
        &self.sources
    }
}

/// What a side was asked to be.
enum Spec {
    /// `services87` in `schemas/`.
    Version(String),
    Path {
        path: PathBuf,
        version: Option<String>,
    },
    Revision {
        revision: String,
        version: Option<String>,
    },
}

impl Spec {
    fn parse(text: &str, root: &Path) -> Result<Self, Failure> {
        let is_version = |text: &str| {
            text.strip_prefix("services")
                .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()))
        };
        let lower = text.to_lowercase();
        if is_version(&lower) {
            return Ok(Self::Version(lower));
        }
        if Path::new(text).exists() {
            return Ok(Self::Path {
                path: text.into(),
                version: None,
            });
        }
        let (place, version) = match text.rsplit_once(':') {
            Some((place, version)) if is_version(&version.to_lowercase()) => {
                (place, Some(version.to_lowercase()))
            }
            _ => (text, None),
        };
        if Path::new(place).exists() {
            return Ok(Self::Path {
                path: place.into(),
                version,
            });
        }
        let commit = format!("{place}^{{commit}}");
        let known = git(root)
            .args([
                "rev-parse",
                "--verify",
                "--quiet",
                "--end-of-options",
                &commit,
            ])
            .output();
        match known {
            Ok(output) if output.status.success() => Ok(Self::Revision {
                revision: place.to_owned(),
                version,
            }),
            _ => Err(Failure::Usage(format!(
                "`{text}` is no version (`services88`), no path and no git revision; \
                 a path or revision may end in `:services88`"
            ))),
        }
    }

    fn version(&self) -> Option<String> {
        match self {
            Self::Version(version) => Some(version.clone()),
            Self::Path { version, .. } | Self::Revision { version, .. } => version.clone(),
        }
    }

    fn load(&self, root: &Path, other: Option<&str>) -> Result<Side, Failure> {
        match self {
            Self::Version(version) => {
                let dir = root.join(SCHEMAS).join(version);
                if !dir.is_dir() {
                    return Err(Failure::Usage(format!(
                        "there is no {}; `cargo xtask import` writes it",
                        tree::display_name(&dir)
                    )));
                }
                one(gather(&dir)?, Some(version), &names(&root.join(SCHEMAS))?)
            }
            Self::Path { path, version } => one(
                gather(path)?,
                version.as_deref().or(other),
                &names(&root.join(SCHEMAS))?,
            ),
            Self::Revision { revision, version } => {
                let Some(version) = version.as_deref().or(other) else {
                    return Err(Failure::Usage(format!(
                        "which version of {revision}? Write `{revision}:services88`"
                    )));
                };
                let version = version.to_lowercase();
                let (sources, names) = of_revision(root, revision, &version)?;
                one(sources, Some(&version), &names)
            }
        }
    }
}

/// The only version of the documents, or the one that is wanted.
fn one(sources: Vec<SourceFile>, wanted: Option<&str>, names: &Table) -> Result<Side, Failure> {
    let mut apis = match read::read(&sources) {
        Ok(apis) => apis,
        Err(list) => return Err(Failure::Diagnostics { list, sources }),
    };
    let known: Vec<String> = apis.iter().map(|api| api.version.clone()).collect();
    let index = match known.as_slice() {
        [] => return Err(Failure::Usage("there is no contract in it".to_owned())),
        [_] => Some(0),
        several => several
            .iter()
            .position(|version| wanted.is_some_and(|wanted| version.eq_ignore_ascii_case(wanted))),
    };
    let Some(index) = index else {
        return Err(Failure::Usage(format!(
            "it holds {}; name one of them behind a colon",
            known.join(", ")
        )));
    };
    Ok(Side::new(apis.swap_remove(index), names, sources))
}

/// The table of names in a folder of canonical contracts; empty where there is none yet.
pub(crate) fn names(schemas: &Path) -> Result<Table, Failure> {
    codegen::names(&schemas.join(NAMES))
}

fn parse_names(source: SourceFile) -> Result<Table, Failure> {
    Table::parse(&source).map_err(|list| Failure::Diagnostics {
        list,
        sources: vec![source],
    })
}

fn git(root: &Path) -> Command {
    let mut command = Command::new("git");
    if !root.as_os_str().is_empty() {
        command.arg("-C").arg(root);
    }
    command
}

/// The documents of one version as they stood in a commit, and the names of that day.
fn of_revision(
    root: &Path,
    revision: &str,
    version: &str,
) -> Result<(Vec<SourceFile>, Table), Failure> {
    let failed = |what: &str| Failure::Usage(format!("git {what} failed for `{revision}`"));
    // Relative to the folder of the project, which need not be the root of the repository.
    let listing = git(root)
        .args(["ls-tree", "-r", "-z", "--name-only", revision, "--"])
        .args([
            format!("{SCHEMAS}/{version}/"),
            format!("{SCHEMAS}/{NAMES}"),
        ])
        .output()
        .map_err(Failure::io(Path::new("git")))?;
    if !listing.status.success() {
        return Err(failed("ls-tree"));
    }
    let listing = String::from_utf8_lossy(&listing.stdout).into_owned();
    let paths: Vec<&str> = listing
        .split('\0')
        .filter(|path| !path.is_empty())
        .collect();
    let texts = blobs(root, revision, &paths).map_err(Failure::io(Path::new("git")))?;
    let mut sources = Vec::new();
    let mut names = Table::default();
    for (path, text) in paths.iter().zip(texts) {
        let source = SourceFile::new(format!("{revision}:{path}"), text);
        if path.ends_with(NAMES) {
            names = parse_names(source)?;
        } else if path.ends_with(".wsdl") || path.ends_with(".xsd") {
            sources.push(source);
        }
    }
    if sources.is_empty() {
        return Err(Failure::Usage(format!(
            "`{revision}` has no {SCHEMAS}/{version}"
        )));
    }
    Ok((sources, names))
}

/// The contents of files of a commit, by one `git` for all of them.
fn blobs(root: &Path, revision: &str, paths: &[&str]) -> std::io::Result<Vec<String>> {
    let mut child = git(root)
        .args(["cat-file", "--batch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let (Some(mut input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(std::io::Error::other("git has no pipes"));
    };
    let mut output = BufReader::new(output);
    let mut texts = Vec::new();
    // One question, one answer: neither pipe can fill up while the other is waited for.
    for path in paths {
        writeln!(input, "{revision}:./{path}")?;
        input.flush()?;
        let mut header = String::new();
        output.read_line(&mut header)?;
        let size: usize = header
            .trim_end()
            .rsplit_once(' ')
            .and_then(|(_, size)| size.parse().ok())
            .ok_or_else(|| std::io::Error::other(format!("git cat-file: {}", header.trim_end())))?;
        let mut bytes = vec![0; size + 1];
        output.read_exact(&mut bytes)?;
        bytes.pop();
        texts.push(String::from_utf8_lossy(&bytes).into_owned());
    }
    drop(input);
    child.wait()?;
    Ok(texts)
}

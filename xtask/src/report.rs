//! Ends of a run that are not success, and how they look on a terminal and to a machine.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use superoffice_codegen::diagnostic::{Diagnostic, Location, SourceFile, line_column};

/// Why a command did not do what it was asked to.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The input is wrong. Exit code 1.
    Diagnostics {
        list: Vec<Diagnostic>,
        /// The documents that the diagnostics point into.
        sources: Vec<SourceFile>,
    },
    /// A check found what it must not find. Exit code 1.
    Check(String),
    /// The command line makes no sense. Exit code 2.
    Usage(String),
    /// A file could not be read or written. Exit code 2.
    Io { path: PathBuf, source: io::Error },
}

impl Failure {
    /// For `map_err`: an IO error, named with its path.
    pub(crate) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { path, source }
    }

    /// 1 for a problem in the input or a failed check, 2 for the command line and for files.
    fn exit_code(&self) -> u8 {
        match self {
            Self::Diagnostics { .. } | Self::Check(_) => 1,
            Self::Usage(_) | Self::Io { .. } => 2,
        }
    }

    /// Prints to stderr and gives the exit code.
    pub(crate) fn report(&self, format: MessageFormat) -> ExitCode {
        match format {
            MessageFormat::Text => eprint!("{}", self.text(io::stderr().is_terminal())),
            MessageFormat::Json => {
                for message in self.messages() {
                    eprintln!("{message}");
                }
            }
        }
        ExitCode::from(self.exit_code())
    }

    fn text(&self, color: bool) -> String {
        match self {
            Self::Diagnostics { list, sources } => render(list, sources, color),
            Self::Check(message) | Self::Usage(message) => format!("error: {message}\n"),
            Self::Io { path, source } => format!("error: {}: {source}\n", path.display()),
        }
    }

    /// One object a diagnostic, or one for the whole failure.
    fn messages(&self) -> Vec<serde_json::Value> {
        let (kind, message) = match self {
            Self::Diagnostics { list, sources } => {
                let texts = texts(sources);
                return list
                    .iter()
                    .map(|diagnostic| json("diagnostic", diagnostic, &texts))
                    .collect();
            }
            Self::Check(message) => ("check", message.clone()),
            Self::Usage(message) => ("usage", message.clone()),
            Self::Io { path, source } => ("io", format!("{}: {source}", path.display())),
        };
        vec![serde_json::json!({ "reason": "error", "kind": kind, "message": message })]
    }
}

/// How problems are told; the result of a command has a format of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum MessageFormat {
    /// With the source lines.
    #[default]
    Text,
    /// One JSON object a line, on stderr; `docs/diagnostics.md` has its members.
    Json,
}

/// Tells what stops nothing.
pub(crate) fn note(format: MessageFormat, message: &str) {
    match format {
        MessageFormat::Text => eprintln!("note: {message}"),
        MessageFormat::Json => {
            let note = serde_json::json!({ "reason": "note", "message": message });
            eprintln!("{note}");
        }
    }
}

/// Tells what stops nothing and has a place; a terminal shows the first few of each kind.
pub(crate) fn notes(format: MessageFormat, list: &[Diagnostic], sources: &[SourceFile]) {
    const SHOWN: usize = 10;
    let texts = texts(sources);
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for diagnostic in list {
        if format == MessageFormat::Json {
            eprintln!("{}", json("note", diagnostic, &texts));
            continue;
        }
        let count = kinds.entry(diagnostic.code).or_default();
        *count += 1;
        if *count > SHOWN {
            continue;
        }
        let Diagnostic { at, message, .. } = diagnostic;
        let place = texts.get(&*at.file).map(|text| {
            let (line, column) = line_column(text, at.span.start);
            format!("{}:{line}:{column}: ", at.file)
        });
        note(format, &format!("{}{message}", place.unwrap_or_default()));
    }
    for (code, count) in kinds {
        if count > SHOWN {
            note(
                format,
                &format!("{} more of the kind {code}", count - SHOWN),
            );
        }
    }
}

fn texts(sources: &[SourceFile]) -> BTreeMap<&str, &str> {
    sources
        .iter()
        .map(|source| (&*source.name, &*source.text))
        .collect()
}

fn json(reason: &str, diagnostic: &Diagnostic, texts: &BTreeMap<&str, &str>) -> serde_json::Value {
    let place = |at: &Location, label: &str| {
        let mut place = serde_json::json!({
            "file": &*at.file,
            "start": at.span.start,
            "end": at.span.end,
            "label": label,
        });
        if let Some(text) = texts.get(&*at.file) {
            let (line, column) = line_column(text, at.span.start);
            place["line"] = line.into();
            place["column"] = column.into();
        }
        place
    };
    let others: Vec<serde_json::Value> = diagnostic
        .others
        .iter()
        .map(|(at, label)| place(at, label))
        .collect();
    serde_json::json!({
        "reason": reason,
        "code": diagnostic.code,
        "message": diagnostic.message,
        "at": place(&diagnostic.at, &diagnostic.label),
        "others": others,
        "help": diagnostic.help,
    })
}

/// Rows of cells as lines: the first column to the left, the others to the right.
pub(crate) fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        rows.iter()
            .filter_map(|row| row.get(column))
            .map(|cell| cell.len())
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut out = String::new();
    for row in rows {
        for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
            match column {
                0 => out += &format!("{cell:<width$}"),
                _ => out += &format!("  {cell:>width$}"),
            }
        }
        out.truncate(out.trim_end().len());
        out.push('\n');
    }
    out
}

/// All diagnostics in the order given, then a line with their number.
pub(crate) fn render(list: &[Diagnostic], sources: &[SourceFile], color: bool) -> String {
    let texts = texts(sources);
    let renderer = if color {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let mut out = String::new();
    for diagnostic in list {
        out += &renderer.render(&[group(diagnostic, &texts)]);
        out += "\n\n";
    }
    let count = match list.len() {
        1 => "1 problem".to_owned(),
        n => format!("{n} problems"),
    };
    out += &format!("error: {count}, nothing written\n");
    out
}

fn group<'a>(diagnostic: &'a Diagnostic, texts: &BTreeMap<&'a str, &'a str>) -> Group<'a> {
    let title = Level::ERROR
        .primary_title(&*diagnostic.message)
        .id(diagnostic.code);
    let mut group = Group::with_title(title);
    // Places of one file share a snippet, the file of the main place comes first.
    let mut files = vec![(&*diagnostic.at.file, vec![Mark::of(diagnostic)])];
    for (at, label) in &diagnostic.others {
        let mark = Mark {
            kind: AnnotationKind::Context,
            span: at.span.clone(),
            label,
        };
        match files.iter_mut().find(|(file, _)| *file == &*at.file) {
            Some((_, marks)) => marks.push(mark),
            None => files.push((&at.file, vec![mark])),
        }
    }
    for (file, marks) in files {
        group = match texts.get(file) {
            Some(text) => group.element(snippet(file, text, &marks)),
            None if file.is_empty() => group,
            None => group.element(Origin::path(file)),
        };
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(&**help));
    }
    group
}

struct Mark<'a> {
    kind: AnnotationKind,
    span: std::ops::Range<usize>,
    label: &'a str,
}

impl<'a> Mark<'a> {
    fn of(diagnostic: &'a Diagnostic) -> Self {
        Self {
            kind: AnnotationKind::Primary,
            span: diagnostic.at.span.clone(),
            label: &diagnostic.label,
        }
    }
}

/// The lines that hold the marks; a page has thousands of others.
fn snippet<'a>(
    file: &'a str,
    text: &'a str,
    marks: &[Mark<'a>],
) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let first = marks
        .iter()
        .map(|mark| mark.span.start)
        .min()
        .unwrap_or(0)
        .min(text.len());
    let last = marks
        .iter()
        .map(|mark| mark.span.end)
        .max()
        .unwrap_or(0)
        .min(text.len());
    let bytes = text.as_bytes();
    let start = bytes[..first]
        .iter()
        .rposition(|&b| b == b'\n')
        .map_or(0, |newline| newline + 1);
    let end = bytes[last..]
        .iter()
        .position(|&b| b == b'\n')
        .map_or(text.len(), |n| last + n);
    let line = 1 + bytes[..start].iter().filter(|&&b| b == b'\n').count();
    Snippet::source(&text[start..end])
        .line_start(line)
        .path(file)
        .annotations(marks.iter().map(|mark| {
            let span =
                mark.span.start.clamp(start, end) - start..mark.span.end.clamp(start, end) - start;
            let label = Some(mark.label).filter(|label| !label.is_empty());
            mark.kind.span(span).label(label)
        }))
}

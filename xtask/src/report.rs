//! Ends of a run that are not success, and how they look on a terminal.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use superoffice_codegen::diagnostic::{Diagnostic, SourceFile};

/// Why a command did not do what it was asked to.
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

    /// Prints to stderr and gives the exit code.
    pub(crate) fn report(&self) -> ExitCode {
        match self {
            Self::Diagnostics { list, sources } => {
                eprint!("{}", render(list, sources, io::stderr().is_terminal()));
                ExitCode::from(1)
            }
            Self::Check(message) => {
                eprintln!("error: {message}");
                ExitCode::from(1)
            }
            Self::Usage(message) => {
                eprintln!("error: {message}");
                ExitCode::from(2)
            }
            Self::Io { path, source } => {
                eprintln!("error: {}: {source}", path.display());
                ExitCode::from(2)
            }
        }
    }
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
    let texts: BTreeMap<&str, &str> = sources
        .iter()
        .map(|source| (&*source.name, &*source.text))
        .collect();
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
        .primary_title(&diagnostic.message)
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
        group = group.element(Level::HELP.message(help));
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

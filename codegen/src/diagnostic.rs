//! What a run has to say about its input: where, what, and what to do.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// One document as it was found: the name to show and the text.
///
/// References between documents (`xs:include`) resolve against the folder part of the name.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// The path as it should be shown, with `/` between its segments.
    pub name: Arc<str>,
    pub text: Arc<str>,
}

impl SourceFile {
    pub fn new(name: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> Self {
        Self {
            name: name.into(),
            text: text.into(),
        }
    }
}

/// A place in a document that was read.
///
/// No part of the meaning of what was read there: any two locations are equal.
#[derive(Clone, Default)]
pub struct Location {
    /// As it should be shown, relative to where the command runs.
    pub file: Arc<str>,
    /// Byte range in the file (not in the XML of a page's fence).
    pub span: Range<usize>,
}

impl Location {
    pub fn new(file: &Arc<str>, span: Range<usize>) -> Self {
        Self {
            file: file.clone(),
            span,
        }
    }
}

impl PartialEq for Location {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Location {}

impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}..{}", self.file, self.span.start, self.span.end)
    }
}

/// Something in the input that is wrong or not supported.
///
/// Messages and labels are lower-case and end without a period. The texts are boxed slices, so that
/// a `Result` with a diagnostic stays small.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// Names the kind of mistake: `unsupported-element`, `conflicting-types` …
    pub code: &'static str,
    /// What is wrong, understandable without the source line.
    pub message: Box<str>,
    pub at: Location,
    /// Stands under the marked place; may be empty.
    pub label: Box<str>,
    /// Other places that matter, each with its label.
    pub others: Vec<(Location, String)>,
    /// What is supported instead, or what to do.
    pub help: Option<Box<str>>,
}

impl Diagnostic {
    pub fn new(code: &'static str, at: Location, message: impl Into<Box<str>>) -> Self {
        Self {
            code,
            message: message.into(),
            at,
            label: Box::default(),
            others: Vec::new(),
            help: None,
        }
    }

    #[must_use]
    pub fn label(mut self, label: impl Into<Box<str>>) -> Self {
        self.label = label.into();
        self
    }

    #[must_use]
    pub fn other(mut self, at: Location, label: impl Into<String>) -> Self {
        self.others.push((at, label.into()));
        self
    }

    #[must_use]
    pub fn help(mut self, help: impl Into<Box<str>>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// Line and column of a byte offset, both counted from one; columns count characters.
///
/// An offset beyond the text, or inside a character, gives the place before it.
pub fn line_column(text: &str, offset: usize) -> (usize, usize) {
    let mut end = offset.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let before = &text[..end];
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let line = 1 + before.bytes().filter(|&byte| byte == b'\n').count();
    // A byte order mark takes no column.
    let column = 1 + before[start..].chars().filter(|&c| c != '\u{feff}').count();
    (line, column)
}

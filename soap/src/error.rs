//! Why a message could not be read: the element, the position, what was expected, what was found.

use std::borrow::Cow;
use std::fmt;

/// A message did not read as the contract says. One word large.
///
/// ```
/// use superoffice_soap::{decode, Kind};
///
/// let mut count = 0_i32;
/// let error = decode(b"<Count>many</Count>", Kind::Plain, &mut count).unwrap_err();
/// assert_eq!(error.path(), "Count");
/// assert_eq!(error.offset(), 7);
/// assert_eq!(error.to_string(), r#"Count: expected xs:int, found "many" at byte 7"#);
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct DecodeError(Box<Inner>);

#[derive(Clone, PartialEq, Eq)]
struct Inner {
    path: Vec<Step>,
    offset: usize,
    expected: Cow<'static, str>,
    found: String,
}

/// One element of the path: its local name and, below an array, which item it is.
#[derive(Clone, PartialEq, Eq)]
struct Step {
    name: String,
    index: Option<usize>,
}

impl DecodeError {
    pub(crate) fn new(
        path: &[&str],
        offset: usize,
        expected: Cow<'static, str>,
        found: String,
    ) -> Self {
        let step = |name: &&str| Step {
            name: (*name).to_owned(),
            index: None,
        };
        Self(Box::new(Inner {
            path: path.iter().map(step).collect(),
            offset,
            expected,
            found,
        }))
    }

    /// Notes that the element at this depth (0 is the outermost) is item `index` of its array.
    pub(crate) fn at_index(mut self, depth: usize, index: usize) -> Self {
        if let Some(step) = self.0.path.get_mut(depth) {
            step.index = Some(index);
        }
        self
    }

    /// The elements from the root to the failing one: `Envelope/Body/GetResponse/Response/Id`, with
    /// the position of array items counted from 0: `Task[7]`.
    pub fn path(&self) -> String {
        let mut path = String::new();
        for step in &self.0.path {
            if !path.is_empty() {
                path.push('/');
            }
            path.push_str(&step.name);
            if let Some(index) = step.index {
                path.push_str(&format!("[{index}]"));
            }
        }
        path
    }

    /// Position in the message, in bytes.
    pub fn offset(&self) -> usize {
        self.0.offset
    }

    /// What the contract or XML asks for at that position.
    pub fn expected(&self) -> &str {
        &self.0.expected
    }

    /// What was there instead, shortened.
    pub fn found(&self) -> &str {
        &self.0.found
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path();
        if !path.is_empty() {
            write!(f, "{path}: ")?;
        }
        write!(
            f,
            "expected {}, found {} at byte {}",
            self.0.expected, self.0.found, self.0.offset
        )
    }
}

impl fmt::Debug for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DecodeError")
            .field("path", &self.path())
            .field("offset", &self.0.offset)
            .field("expected", &self.0.expected)
            .field("found", &self.0.found)
            .finish()
    }
}

impl std::error::Error for DecodeError {}

/// A text is not what it should be: the error of `FromStr` of this crate's small types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseError {
    expected: &'static str,
}

impl ParseError {
    pub(crate) const fn new(expected: &'static str) -> Self {
        Self { expected }
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {}", self.expected)
    }
}

impl std::error::Error for ParseError {}

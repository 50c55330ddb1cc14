//! What a run has to say about its input: where, what, and what to do.

use std::sync::Arc;

/// A place in a document that was read.
///
/// No part of the meaning of what was read there: any two locations are equal.
#[derive(Clone, Debug, Default)]
pub struct Location {
    /// As it should be shown, relative to where the command runs.
    pub file: Arc<str>,
    /// Byte range in the file (not in the XML of a page's fence).
    pub span: std::ops::Range<usize>,
}

//! Stands in debug output for a value that must not show.

use std::fmt;

use crate::Value;

/// Prints `[redacted]` instead of a value, and `None` if there is none.
///
/// ```
/// use superoffice_soap::Redacted;
///
/// assert_eq!(format!("{:?}", Redacted::new(&Some("hunter2".to_owned()))), "[redacted]");
/// assert_eq!(format!("{:?}", Redacted::new(&None::<String>)), "None");
/// ```
#[derive(Clone, Copy)]
pub struct Redacted {
    is_none: bool,
}

impl Redacted {
    /// Takes of a value only whether there is one.
    pub fn new(value: &dyn Value) -> Self {
        Self {
            is_none: value.is_blank(),
        }
    }
}

impl fmt::Debug for Redacted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_none { "None" } else { "[redacted]" })
    }
}

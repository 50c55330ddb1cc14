//! Where a version's contract came from: the small record beside its canonical documents.

use serde::{Deserialize, Serialize};

/// The content of `schemas/servicesNN/provenance.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provenance {
    pub source: Source,
    /// Date of the drop as the one who imported it stated it: `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// How many WSDLs, or pages with examples, the drop had.
    pub documents: usize,
    /// Agents that were imported one by one after the drop, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub updates: Vec<Update>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Source {
    /// Pages of the vendor's documentation, each with a WSDL.
    #[serde(rename = "documentation pages")]
    Pages,
    /// WSDLs as a server gives them.
    #[serde(rename = "WSDL documents")]
    Documents,
    /// Pages that show examples of an operation; the contract is inferred.
    #[serde(rename = "operation pages")]
    Examples,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Update {
    pub agent: String,
    pub source: Source,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
}

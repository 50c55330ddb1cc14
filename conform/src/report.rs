//! What a conformance run found, for people and for programs.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

use serde::Serialize;

use crate::check::Outcome;
use crate::rules::Rule;
use crate::tree::{Cause, Difference};

/// Everything that a run found.
#[derive(Debug, Default, Serialize)]
pub struct Report {
    /// Whether every page of every version was looked at.
    pub complete: bool,
    pub versions: BTreeMap<String, Version>,
    pub rules: Vec<RuleCount>,
    pub disagreements: Vec<Disagreement>,
    /// What is wrong with the run itself, such as a rule that never applied.
    pub errors: Vec<String>,
}

/// One version's counts.
#[derive(Debug, Default, Serialize)]
pub struct Version {
    /// In the contract.
    pub operations: usize,
    pub pages: usize,
    /// Pages of operations that the contract has.
    pub mapped: usize,
    /// Pages of operations that the contract does not have, as `Agent/Operation`.
    pub pages_without_operation: Vec<String>,
    /// Operations without a page, as `Agent/Operation`.
    pub operations_without_page: Vec<String>,
    pub requests: Counts,
    pub responses: Counts,
}

/// Counts of one direction.
#[derive(Debug, Default, Serialize)]
pub struct Counts {
    pub examples: usize,
    pub agreed: usize,
    /// Examples that a rule applied to which stands for a value nobody could read.
    pub with_placeholders: usize,
    /// How many examples each rule applied to.
    pub rules: BTreeMap<&'static str, usize>,
}

/// How often a rule applied.
#[derive(Debug, Serialize)]
pub struct RuleCount {
    pub name: &'static str,
    pub reason: &'static str,
    pub requests: usize,
    pub responses: usize,
    pub applications: usize,
}

/// One difference and where it was found.
#[derive(Debug, Serialize)]
pub struct Disagreement {
    /// File of the page.
    pub page: String,
    pub direction: Direction,
    #[serde(flatten)]
    pub difference: Difference,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    Request,
    Response,
}

impl Report {
    /// Takes in what one example showed.
    pub fn add(&mut self, version: &str, page: &str, direction: Direction, outcome: Outcome) {
        if self.rules.is_empty() {
            self.rules = Rule::ALL.into_iter().map(RuleCount::new).collect();
        }
        let version = self.versions.entry(version.to_owned()).or_default();
        let counts = match direction {
            Direction::Request => &mut version.requests,
            Direction::Response => &mut version.responses,
        };
        counts.examples += 1;
        counts.agreed += usize::from(outcome.differences.is_empty());
        let has_placeholder = outcome.rules.iter().any(|rule| rule.is_placeholder());
        counts.with_placeholders += usize::from(has_placeholder);
        for (rule, total) in Rule::ALL.into_iter().zip(&mut self.rules) {
            let times = outcome
                .rules
                .iter()
                .filter(|applied| **applied == rule)
                .count();
            if times == 0 {
                continue;
            }
            total.applications += times;
            match direction {
                Direction::Request => total.requests += 1,
                Direction::Response => total.responses += 1,
            }
            *counts.rules.entry(rule.name()).or_default() += 1;
        }
        let found = outcome
            .differences
            .into_iter()
            .map(|difference| Disagreement {
                page: page.to_owned(),
                direction,
                difference,
            });
        self.disagreements.extend(found);
    }

    /// Ends a run: a rule that nothing needs any more must go.
    pub fn finish(&mut self) {
        self.disagreements.sort_by(|a, b| {
            let key = |d: &Disagreement| (d.difference.cause, d.page.clone(), d.direction);
            key(a).cmp(&key(b))
        });
        if !self.complete {
            return;
        }
        for rule in &self.rules {
            if rule.applications == 0 {
                self.errors
                    .push(format!("the rule `{}` never applied: remove it", rule.name));
            }
        }
    }

    pub fn is_success(&self) -> bool {
        self.disagreements.is_empty() && self.errors.is_empty()
    }
}

impl RuleCount {
    fn new(rule: Rule) -> Self {
        Self {
            name: rule.name(),
            reason: rule.reason(),
            requests: 0,
            responses: 0,
            applications: 0,
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.disagreements(f)?;
        let mut rows = Vec::new();
        for (name, version) in &self.versions {
            let (requests, responses) = (&version.requests, &version.responses);
            rows.push([
                name.clone(),
                version.operations.to_string(),
                version.pages.to_string(),
                version.mapped.to_string(),
                format!("{}/{}", requests.agreed, requests.examples),
                format!("{}/{}", responses.agreed, responses.examples),
                requests.with_placeholders.to_string(),
                responses.with_placeholders.to_string(),
            ]);
        }
        let sum = |count: fn(&Version) -> usize| self.versions.values().map(count).sum::<usize>();
        rows.push([
            "all".to_owned(),
            sum(|v| v.operations).to_string(),
            sum(|v| v.pages).to_string(),
            sum(|v| v.mapped).to_string(),
            format!(
                "{}/{}",
                sum(|v| v.requests.agreed),
                sum(|v| v.requests.examples)
            ),
            format!(
                "{}/{}",
                sum(|v| v.responses.agreed),
                sum(|v| v.responses.examples)
            ),
            sum(|v| v.requests.with_placeholders).to_string(),
            sum(|v| v.responses.with_placeholders).to_string(),
        ]);
        let heads = [
            "version",
            "operations",
            "pages",
            "mapped",
            "requests",
            "responses",
            "unreadable requests",
            "unreadable responses",
        ];
        write_table(f, heads, &rows)?;
        for (name, version) in &self.versions {
            if !version.pages_without_operation.is_empty() {
                let pages = version.pages_without_operation.join(", ");
                writeln!(
                    f,
                    "{name}: no operation in the contract for the page of {pages}"
                )?;
            }
            let lacking = version.operations_without_page.len();
            if lacking > 0 && self.complete {
                writeln!(f, "{name}: {lacking} operations have no page")?;
            }
        }
        writeln!(
            f,
            "\ndocumentation rules (requests, responses, applications):"
        )?;
        for rule in &self.rules {
            writeln!(
                f,
                "  {:24} {:>6} {:>6} {:>8}  {}",
                rule.name, rule.requests, rule.responses, rule.applications, rule.reason
            )?;
        }
        for error in &self.errors {
            writeln!(f, "error: {error}")?;
        }
        Ok(())
    }
}

impl Report {
    fn disagreements(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut cause: Option<Cause> = None;
        for found in &self.disagreements {
            let difference = &found.difference;
            if cause != Some(difference.cause) {
                cause = Some(difference.cause);
                let alike = |other: &&Disagreement| other.difference.cause == difference.cause;
                let count = self.disagreements.iter().filter(alike).count();
                writeln!(f, "{}: {count}", cause_name(difference.cause))?;
            }
            let direction = match found.direction {
                Direction::Request => "request",
                Direction::Response => "response",
            };
            writeln!(f, "  {} ({direction}) {}", found.page, difference.path)?;
            writeln!(f, "    expected: {}", difference.expected)?;
            writeln!(f, "    found:    {}", difference.found)?;
        }
        if cause.is_some() {
            writeln!(f)?;
        }
        Ok(())
    }
}

/// What a cause means, in the report's words.
pub fn cause_name(cause: Cause) -> &'static str {
    match cause {
        Cause::Missing => "an element is missing",
        Cause::Unexpected => "an element should not be there",
        Cause::Order => "elements are in another order",
        Cause::Namespace => "an element is in another namespace",
        Cause::Nil => "one is nil, the other is not",
        Cause::Type => "another xsi:type",
        Cause::Attribute => "other attributes",
        Cause::Value => "another value",
        Cause::NotInContract => "the contract does not have the element",
        Cause::Envelope => "not the envelope of this operation",
        Cause::NoExample => "the page has no such example",
        Cause::Decode => "could not be read",
        Cause::Unknown => "kept without being understood",
        Cause::Unread => "no parameter takes the element",
        Cause::NotStable => "another value when read again",
    }
}

fn write_table<const N: usize>(
    f: &mut fmt::Formatter<'_>,
    heads: [&str; N],
    rows: &[[String; N]],
) -> fmt::Result {
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].len());
        cells.max().unwrap_or(0).max(heads[column].len())
    };
    let mut line = String::new();
    for (column, head) in heads.iter().enumerate() {
        let width = width(column);
        let _ = if column == 0 {
            write!(line, "{head:width$}")
        } else {
            write!(line, "  {head:>width$}")
        };
    }
    writeln!(f, "{line}")?;
    for row in rows {
        line.clear();
        for (column, cell) in row.iter().enumerate() {
            let width = width(column);
            let _ = if column == 0 {
                write!(line, "{cell:width$}")
            } else {
                write!(line, "  {cell:>width$}")
            };
        }
        writeln!(f, "{line}")?;
    }
    Ok(())
}

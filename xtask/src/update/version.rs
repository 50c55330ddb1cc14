//! Which version number a drop asks for.

use std::fmt;
use std::fs;
use std::path::Path;

use superoffice_codegen::diff::Weight;

use crate::report::Failure;

/// A release's number, as Cargo reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Version {
    major: u64,
    minor: u64,
    patch: u64,
}

/// How much of the number changes, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Bump {
    /// Nothing that code would notice.
    Patch,
    /// More than there was.
    Addition,
    /// The vendor's moving head broke callers.
    MovingBreak,
    /// A frozen version broke callers.
    Break,
}

impl Bump {
    pub(super) fn of(weight: Weight, is_moving: bool) -> Self {
        match (weight, is_moving) {
            (Weight::Neutral, _) => Self::Patch,
            (Weight::Addition, _) => Self::Addition,
            (Weight::Breaking, true) => Self::MovingBreak,
            (Weight::Breaking, false) => Self::Break,
        }
    }

    pub(super) fn reason(self) -> &'static str {
        match self {
            Self::Patch => "nothing that callers would notice",
            Self::Addition => "additions only",
            Self::MovingBreak => "the moving version breaks callers",
            Self::Break => "a frozen version breaks callers",
        }
    }
}

impl Version {
    /// The one that all crates of the workspace share.
    pub(super) fn of_workspace(manifest: &Path) -> Result<Self, Failure> {
        let text = fs::read_to_string(manifest).map_err(Failure::io(manifest))?;
        let found = text
            .split_once("[workspace.package]")
            .and_then(|(_, rest)| {
                rest.lines()
                    .find_map(|line| line.strip_prefix("version = "))
            })
            .and_then(|version| Self::parse(version.trim().trim_matches('"')));
        found.ok_or_else(|| {
            let name = manifest.display();
            Failure::Usage(format!(
                "{name}: no `version` of three numbers in [workspace.package]"
            ))
        })
    }

    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('.').map(|part| part.parse().ok());
        let version = Self {
            major: parts.next()??,
            minor: parts.next()??,
            patch: parts.next()??,
        };
        parts.next().is_none().then_some(version)
    }

    /// Before 1.0 Cargo takes the second number for the first, and the third for the second.
    pub(super) fn bump(self, bump: Bump) -> Self {
        let Self {
            major,
            minor,
            patch,
        } = self;
        match (bump, major) {
            (Bump::Break | Bump::MovingBreak, 0) => Self {
                major,
                minor: minor + 1,
                patch: 0,
            },
            (_, 0) => Self {
                major,
                minor,
                patch: patch + 1,
            },
            (Bump::Break, _) => Self {
                major: major + 1,
                minor: 0,
                patch: 0,
            },
            (Bump::MovingBreak | Bump::Addition, _) => Self {
                major,
                minor: minor + 1,
                patch: 0,
            },
            (Bump::Patch, _) => Self {
                major,
                minor,
                patch: patch + 1,
            },
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proposals(version: &str) -> Vec<String> {
        let version = Version::parse(version).expect("a version");
        [Bump::Patch, Bump::Addition, Bump::MovingBreak, Bump::Break]
            .map(|bump| version.bump(bump).to_string())
            .into()
    }

    #[test]
    fn the_policy() {
        assert_eq!(proposals("0.1.0"), ["0.1.1", "0.1.1", "0.2.0", "0.2.0"]);
        assert_eq!(proposals("1.2.3"), ["1.2.4", "1.3.0", "1.3.0", "2.0.0"]);
    }

    #[test]
    fn only_three_numbers_are_a_version() {
        assert_eq!(Version::parse("1.2"), None);
        assert_eq!(Version::parse("1.2.3.4"), None);
        assert_eq!(Version::parse("1.2.3-beta"), None);
    }
}

//! The number of the release, and which one a drop asks for.

use std::fmt;
use std::fs;
use std::io;
use std::path::Path;

use superoffice_codegen::diff::Weight;

use crate::report::Failure;

/// A release's number, as Cargo reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Version {
    major: u64,
    minor: u64,
    patch: u64,
}

/// How much of the number changes, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Bump {
    /// Nothing that code would notice.
    Patch,
    /// More than there was.
    Addition,
    /// What vanished goes on compiling for a release.
    Deprecation,
    /// The vendor's moving head broke callers.
    MovingBreak,
    /// A frozen version broke callers.
    Break,
}

impl Bump {
    pub(crate) fn of(weight: Weight, is_moving: bool) -> Self {
        match (weight, is_moving) {
            (Weight::Neutral, _) => Self::Patch,
            (Weight::Addition, _) => Self::Addition,
            (Weight::Deprecation, _) => Self::Deprecation,
            (Weight::Breaking, true) => Self::MovingBreak,
            (Weight::Breaking, false) => Self::Break,
        }
    }

    pub(crate) fn reason(self) -> &'static str {
        match self {
            Self::Patch => "nothing that callers would notice",
            Self::Addition => "additions only",
            Self::Deprecation => "nothing breaks callers, and what vanished is deprecated",
            Self::MovingBreak => "the moving version breaks callers",
            Self::Break => "a frozen version breaks callers",
        }
    }
}

impl Version {
    /// The one that all crates of a project share; nothing where there is no project.
    pub(crate) fn of_workspace(root: &Path) -> Result<Option<Self>, Failure> {
        let manifest = root.join("Cargo.toml");
        let text = match fs::read_to_string(&manifest) {
            Ok(text) => text,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(Failure::io(&manifest)(e)),
        };
        let found = text
            .split_once("[workspace.package]")
            .and_then(|(_, rest)| {
                rest.lines()
                    .find_map(|line| line.strip_prefix("version = "))
            })
            .and_then(|version| Self::parse(version.trim().trim_matches('"')));
        found.map(Some).ok_or_else(|| {
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
    pub(crate) fn bump(self, bump: Bump) -> Self {
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
            (Bump::MovingBreak | Bump::Deprecation | Bump::Addition, _) => Self {
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
        [
            Bump::Patch,
            Bump::Addition,
            Bump::Deprecation,
            Bump::MovingBreak,
            Bump::Break,
        ]
        .map(|bump| version.bump(bump).to_string())
        .into()
    }

    #[test]
    fn the_policy() {
        assert_eq!(
            proposals("0.1.0"),
            ["0.1.1", "0.1.1", "0.1.1", "0.2.0", "0.2.0"]
        );
        assert_eq!(
            proposals("1.2.3"),
            ["1.2.4", "1.3.0", "1.3.0", "1.3.0", "2.0.0"]
        );
    }

    #[test]
    fn only_three_numbers_are_a_version() {
        assert_eq!(Version::parse("1.2"), None);
        assert_eq!(Version::parse("1.2.3.4"), None);
        assert_eq!(Version::parse("1.2.3-beta"), None);
    }
}

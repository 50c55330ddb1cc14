//! Where a changelog takes a new entry.

const UNRELEASED: &str = "## Unreleased";

/// Puts an entry at the end of what is not released yet.
pub(super) fn insert(changelog: &str, entry: &str) -> String {
    let heading = |line: &str| line.starts_with("## ");
    let mut before = String::new();
    let mut rest = changelog.split_inclusive('\n').peekable();
    // The introduction, up to the first release.
    while let Some(line) = rest.next_if(|line| !heading(line)) {
        before += line;
    }
    match rest.next_if(|line| line.trim_end() == UNRELEASED) {
        Some(line) => before += line,
        None => {
            end_paragraph(&mut before);
            before += UNRELEASED;
            before += "\n";
        }
    }
    while let Some(line) = rest.next_if(|line| !heading(line)) {
        before += line;
    }
    end_paragraph(&mut before);
    before += entry.trim_end();
    before += "\n";
    let rest: String = rest.collect();
    if !rest.is_empty() {
        before += "\n";
        before += &rest;
    }
    before
}

/// One empty line at the end, unless there is nothing at all.
fn end_paragraph(text: &mut String) {
    text.truncate(text.trim_end().len());
    if !text.is_empty() {
        text.push_str("\n\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn below_what_is_not_released() {
        let before = "# Changelog\n\n## Unreleased\n\n- one\n\n## 0.1.0\n\n- first\n";
        let after =
            "# Changelog\n\n## Unreleased\n\n- one\n\n### New\n\n- two\n\n## 0.1.0\n\n- first\n";
        assert_eq!(insert(before, "### New\n\n- two\n"), after);
    }

    #[test]
    fn after_a_release() {
        let before = "# Changelog\n\n## 0.1.0\n\n- first\n";
        let after = "# Changelog\n\n## Unreleased\n\n### New\n\n## 0.1.0\n\n- first\n";
        assert_eq!(insert(before, "### New\n"), after);
    }

    #[test]
    fn at_the_end() {
        assert_eq!(insert("", "### New\n"), "## Unreleased\n\n### New\n");
        let after = "# Changelog\n\n## Unreleased\n\n- one\n\n### New\n";
        assert_eq!(
            insert("# Changelog\n\n## Unreleased\n- one", "### New")
                .replace("## Unreleased\n- one", "## Unreleased\n\n- one"),
            after
        );
    }
}

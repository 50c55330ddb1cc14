//! `BENCHMARKS.md`: sections between markers, so that one can be refreshed and the rest stays.

use std::collections::BTreeMap;
use std::fs;
use std::io;

use superoffice_bench::contracts::root;

/// What a section says, and the figures in it that a target was set for.
pub(crate) struct Section {
    pub(crate) text: String,
    pub(crate) figures: Vec<(&'static str, f64)>,
}

impl From<String> for Section {
    fn from(text: String) -> Self {
        Self {
            text,
            figures: Vec::new(),
        }
    }
}

/// Puts text where the section is, or behind all others. Its figures stand in a comment, so that the
/// document itself is what the comparison with the targets is made from.
///
/// # Errors
///
/// A file that cannot be read or written.
pub(crate) fn put(name: &str, section: &Section) -> io::Result<()> {
    let mut text = section.text.trim_end().to_owned();
    if !section.figures.is_empty() {
        let figures = section.figures.iter();
        let figures: Vec<String> = figures
            .map(|(name, value)| format!("{name}={value:.4}"))
            .collect();
        text += &format!("\n\n{FIGURES}{} -->", figures.join(" "));
    }
    let path = root().join("BENCHMARKS.md");
    fs::write(path, replaced(&standing()?, name, &text))
}

const FIGURES: &str = "<!-- figures: ";

/// All figures of the document by their names.
///
/// # Errors
///
/// A file that cannot be read.
pub(crate) fn figures() -> io::Result<BTreeMap<String, f64>> {
    Ok(figures_of(&standing()?))
}

fn figures_of(text: &str) -> BTreeMap<String, f64> {
    let lines = text.lines().filter_map(|line| line.strip_prefix(FIGURES));
    let figures = lines.flat_map(str::split_whitespace);
    figures
        .filter_map(|figure| {
            let (name, value) = figure.split_once('=')?;
            Some((name.to_owned(), value.parse().ok()?))
        })
        .collect()
}

fn standing() -> io::Result<String> {
    match fs::read_to_string(root().join("BENCHMARKS.md")) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok("# Benchmarks\n".to_owned()),
        read => read,
    }
}

fn replaced(standing: &str, section: &str, text: &str) -> String {
    let (open, close) = (format!("<!-- bench: {section} -->\n"), "<!-- /bench -->\n");
    let fresh = format!("{open}{}\n{close}", text.trim_end());
    let begin = standing.find(&open);
    let end = begin.and_then(|begin| Some(begin + standing[begin..].find(close)? + close.len()));
    match begin.zip(end) {
        Some((begin, end)) => [&standing[..begin], &fresh, &standing[end..]].concat(),
        None => format!("{}\n\n{fresh}", standing.trim_end()),
    }
}

/// A table in Markdown; the first row is the head, the first column is text, all others numbers.
pub(crate) fn table(rows: &[Vec<String>]) -> String {
    let line = |row: &Vec<String>| format!("| {} |\n", row.join(" | "));
    let rule = |columns: usize| format!("|---{}|\n", "|---:".repeat(columns - 1));
    match rows.split_first() {
        Some((head, rest)) => {
            line(head) + &rule(head.len()) + &rest.iter().map(line).collect::<String>()
        }
        None => String::new(),
    }
}

/// The same from literals.
pub(crate) fn row(cells: &[&str]) -> Vec<String> {
    cells.iter().map(|&cell| cell.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_is_replaced_and_the_rest_stays() {
        let first = replaced("# B\n", "a", "one");
        let both = replaced(&first, "b", "two");
        let again = replaced(&both, "a", "three");
        assert_eq!(again, both.replace("one", "three"));
        assert!(again.starts_with("# B\n"));
    }

    #[test]
    fn figures_are_read_back() {
        let text = "a\n<!-- figures: a=1.5000 b-c=NaN -->\n<!-- figures: d=-2 -->\n";
        let figures = figures_of(text);
        assert!(figures["b-c"].is_nan());
        assert_eq!([figures["a"], figures["d"]], [1.5, -2.0]);
    }
}

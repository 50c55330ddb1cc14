//! `BENCHMARKS.md`: sections between markers, so that one can be refreshed and the rest stays.

use std::fs;
use std::io;

use superoffice_bench::contracts::root;

/// Puts text where the section is, or behind all others.
///
/// # Errors
///
/// A file that cannot be read or written.
pub(crate) fn put(section: &str, text: &str) -> io::Result<()> {
    let path = root().join("BENCHMARKS.md");
    let standing = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(e) if e.kind() == io::ErrorKind::NotFound => "# Benchmarks\n".to_owned(),
        Err(e) => return Err(e),
    };
    fs::write(path, replaced(&standing, section, text))
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
}

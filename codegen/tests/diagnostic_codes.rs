//! Every code of a diagnostic is explained in `docs/diagnostics.md`, and nothing else is.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Words with a dash that are no codes.
const OTHERS: [&str; 2] = ["polymorph-variant", "system-user"];

#[test]
fn the_page_and_the_source_agree() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    sources(&here.join("src"), &mut files);
    let mut used = BTreeSet::new();
    for file in files {
        let text = fs::read_to_string(&file).expect("a source");
        // Tests stand at the end of a file.
        let text = text
            .split("#[cfg(test)]\nmod tests {")
            .next()
            .unwrap_or_default();
        let text: String = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .map(|line| format!("{line}\n"))
            .collect();
        used.extend(quoted(&text, '"').into_iter().filter(|word| is_code(word)));
    }
    for other in OTHERS {
        assert!(used.remove(other), "`{other}` is gone from the source");
    }

    let page = fs::read_to_string(here.join("../docs/diagnostics.md")).expect("the page");
    let first_column = |line: &str| Some(line.strip_prefix("| ")?.split(" | ").next()?.to_owned());
    let columns: String = page.lines().filter_map(first_column).collect();
    let explained: BTreeSet<String> = quoted(&columns, '`')
        .into_iter()
        .filter(|word| is_code(word))
        .collect();

    let missing: Vec<_> = used.difference(&explained).collect();
    let stale: Vec<_> = explained.difference(&used).collect();
    assert!(
        missing.is_empty(),
        "not in docs/diagnostics.md: {missing:?}"
    );
    assert!(stale.is_empty(), "in docs/diagnostics.md alone: {stale:?}");
    assert!(used.len() > 60, "{}", used.len());
}

fn sources(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if path.is_dir() {
            sources(&path, files);
        } else if name.ends_with(".rs") && name != "tests.rs" {
            files.push(path);
        }
    }
}

/// What stands between two quotes of a line.
fn quoted(text: &str, quote: char) -> BTreeSet<String> {
    text.lines()
        .flat_map(|line| line.split(quote).skip(1).step_by(2))
        .map(str::to_owned)
        .collect()
}

/// Small words with dashes between.
fn is_code(word: &str) -> bool {
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase());
    word.contains('-') && word.split('-').all(is_word)
}

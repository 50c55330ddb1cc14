//! Fields and parameters are named after the elements they stand for.
//!
//! Two fields of one type whose names were swapped would pass every test on the wire; this one reads
//! the emitted source instead.

use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn names_follow_the_wire() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut count = 0;
    let mut wrong = Vec::new();
    for folder in ["../generated/src", "src/obstacle/client"] {
        for path in sources(&root.join(folder)) {
            let text = fs::read_to_string(&path).expect("readable");
            let mut is_statement = false;
            for (number, line) in text.lines().enumerate() {
                if line.starts_with("soap::complex!(") || line == "});" {
                    is_statement = line != "});";
                }
                for (wire, rust) in pairs(line, is_statement) {
                    count += 1;
                    if squash(wire) != squash(rust) {
                        let place = path.display();
                        wrong.push(format!("{place}:{}: {}", number + 1, line.trim()));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // 31,171 fields, and the parameters.
    assert!(count > 53_000, "only {count} pairs found");
}

/// Both names in `.text("WireName", rust_name)` or, in a statement of fields, `rust_name: "WireName",`.
fn pairs(line: &str, is_statement: bool) -> impl Iterator<Item = (&str, &str)> {
    let line = line.trim();
    let field = line.split_once(": \"").filter(|_| is_statement);
    let field = field.and_then(|(rust, rest)| Some((rest.split_once('"')?.0, rust)));
    let parameters = line.split("(\"").skip(1);
    let parameters = parameters.filter(move |_| line.starts_with('.'));
    let parameters = parameters.filter_map(|rest| {
        let (wire, rest) = rest.split_once("\", ")?;
        let arguments = rest.split_once(')')?.0;
        // Beside the name there may be the shape of an array or dictionary, in capitals.
        let is_name = |word: &&str| !word.chars().any(|c| c.is_ascii_uppercase());
        let name = arguments.split(", ").find(is_name)?;
        Some((wire, name.strip_prefix('&').unwrap_or(name)))
    });
    field.into_iter().chain(parameters)
}

fn squash(name: &str) -> String {
    let name = name.strip_prefix("r#").unwrap_or(name);
    let letters = name.chars().filter(|c| *c != '_');
    letters.flat_map(char::to_lowercase).collect()
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("the sources are there") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

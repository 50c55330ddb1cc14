//! Fields and parameters are named after the elements they stand for.
//!
//! Two fields of one type whose names were swapped for reading and writing alike would pass every
//! test on the wire; this one reads the emitted source instead.

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
            for (number, line) in text.lines().enumerate() {
                for (wire, rust) in pairs(line) {
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
    // Both directions of 31,171 fields, and the parameters.
    assert!(count > 70_000, "only {count} pairs found");
}

/// Debug output names a struct's fields from a list, which must be that of its statements.
#[test]
fn shown_names_are_those_of_the_fields() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut structs = 0;
    for folder in ["../generated/src", "src/obstacle/client"] {
        for path in sources(&root.join(folder)) {
            let text = fs::read_to_string(&path).expect("readable");
            for function in text.split("fn write_fields").skip(1) {
                let body = function.split_once("\n    }").expect("a body").0;
                let stated = body.split_once("w.").and_then(|(_, rest)| {
                    stated_names(&format!("w.{rest}")).map(|rest| rest.to_owned())
                });
                let stated = stated.unwrap_or_else(|| panic!("{}: no names", path.display()));
                let (names, statements) = stated.split_once(");").expect("an end");
                let names = names.split('"').nth(3).expect("the names");
                let names: Vec<_> = names
                    .split(['\\', '\n', ' '])
                    .filter(|n| !n.is_empty())
                    .collect();
                let fields = statements.split("&self.").skip(1).map(|rest| {
                    let end = rest.find([',', ')']).expect("an end");
                    rest[..end].trim_start_matches("r#")
                });
                assert_eq!(names, fields.collect::<Vec<_>>(), "{}", path.display());
                structs += 1;
            }
        }
    }
    assert!(structs > 2_825, "only {structs} structs found");
}

/// `("WireName", &mut self.rust_name),` or `.text("WireName", rust_name)`: both names.
fn pairs(line: &str) -> impl Iterator<Item = (&str, &str)> {
    let line = line.trim();
    let is_statement = ["r.", "w.", "."].iter().any(|s| line.starts_with(s));
    let is_field = line.starts_with("(\"") && line.contains("self.");
    let is_stated = (is_statement && stated_names(line).is_none()) || is_field;
    let starts = line.split("(\"").skip(1).filter(move |_| is_stated);
    starts.filter_map(|rest| {
        let (wire, rest) = rest.split_once("\", ")?;
        let arguments = rest.split_once(')')?.0;
        // Beside the name there may be the shape of an array or dictionary, in capitals.
        let is_name = |word: &&str| !word.chars().any(|c| c.is_ascii_uppercase());
        let name = arguments.split(", ").find(is_name)?;
        let name = name
            .strip_prefix("&mut ")
            .or(name.strip_prefix('&'))
            .unwrap_or(name);
        Some((wire, name.strip_prefix("self.").unwrap_or(name)))
    })
}

/// What follows `w.complex(` or `w.names(`.
fn stated_names(text: &str) -> Option<&str> {
    let complex = text.strip_prefix("w.complex(");
    complex.or_else(|| text.strip_prefix("w.names("))
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

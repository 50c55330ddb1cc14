//! The manifest of a crate that is emitted outside of this workspace: `generated/Cargo.toml` with
//! what it inherits written out.

use std::fs;
use std::path::Path;

use crate::report::Failure;
use crate::tree;

/// What a manifest begins with that is written again whenever it would differ.
pub(super) const HEAD: &str =
    "# Written by `cargo xtask codegen --out`; without this line it stays as it is.\n";

/// Sections that the emitted crate needs. Tests and examples stay behind.
const KEPT: [&str; 3] = ["package", "features", "dependencies"];

/// The text for a crate that depends on this project's by path.
pub(super) fn manifest(root: &Path) -> Result<String, Failure> {
    let read = |path: &Path| fs::read_to_string(path).map_err(Failure::io(path));
    let path = root.join("generated/Cargo.toml");
    let ours = read(&path)?;
    let workspace = read(&root.join("Cargo.toml"))?;
    // The root's own path is empty where the command runs in it.
    let absolute = std::path::absolute(&path).map_err(Failure::io(&path))?;
    let root = absolute.ancestors().nth(2).unwrap_or(root);
    written_out(&ours, &workspace, &tree::display_name(root))
        .map_err(|message| Failure::Usage(format!("{}: {message}", path.display())))
}

fn written_out(ours: &str, workspace: &str, root: &str) -> Result<String, String> {
    let mut text = String::new();
    let mut section = "";
    for line in ours.lines() {
        if let Some(name) = line.strip_prefix('[') {
            section = name.trim_end().trim_end_matches(']');
        }
        if !KEPT.contains(&section) {
            continue;
        }
        let (key, value) = line.split_once('=').unwrap_or((line, ""));
        let (key, value) = (key.trim(), value.trim());
        let inherited = match key.strip_suffix(".workspace") {
            Some(key) if value == "true" => Some((key, "")),
            _ => value
                .strip_prefix("{ workspace = true")
                .and_then(|rest| rest.strip_suffix('}'))
                .map(|rest| (key, rest.trim_end())),
        };
        match inherited {
            None => text += line,
            Some((key, more)) => {
                let from = format!("workspace.{section}");
                let stated = stated(workspace, &from, key)
                    .ok_or_else(|| format!("the workspace states no `{key}` in `[{from}]`"))?;
                text += &format!(
                    "{key} = {}",
                    with(stated, more).replace("path = \"", &format!("path = \"{root}/"))
                );
            }
        }
        text.push('\n');
        if line == "[package]" {
            text += "publish = false\n";
        }
    }
    Ok(format!("{HEAD}{}\n\n[workspace]\n", text.trim_end()))
}

/// The value of a key in a section of a manifest, on one line.
fn stated<'t>(manifest: &'t str, section: &str, key: &str) -> Option<&'t str> {
    let head = format!("[{section}]");
    let lines = manifest
        .lines()
        .skip_while(|line| line.trim_end() != head)
        .skip(1);
    lines
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split_once('='))
        .find(|(name, _)| name.trim() == key)
        .map(|(_, value)| value.trim())
}

/// A dependency with what the crate adds to the workspace's statement (`, features = […]`).
fn with(stated: &str, more: &str) -> String {
    match (more, stated.strip_suffix('}')) {
        ("", _) => stated.to_owned(),
        (more, Some(table)) => format!("{}{more} }}", table.trim_end()),
        (more, None) => format!("{{ version = {stated}{more} }}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    const WORKSPACE: &str = r#"
[workspace]
members = ["a"]

[workspace.package]
version = "1.2.3"
edition = "2024"

[workspace.dependencies]
# ours
own = { path = "own", version = "1.2.3" }
other = "2"
"#;

    #[test]
    fn what_is_inherited_is_written_out() {
        let ours = r#"[package]
name = "emitted"
version.workspace = true
edition.workspace = true

[features]
# A comment.
default = ["x"]
x = ["own/x"]

[dependencies]
own.workspace = true
other = { workspace = true, features = ["y"], optional = true }
third = "3"

[dev-dependencies]
gone.workspace = true

[[test]]
name = "gone"
"#;
        let text = written_out(ours, WORKSPACE, "/project").expect("all is stated");
        expect![[r##"
            # Written by `cargo xtask codegen --out`; without this line it stays as it is.
            [package]
            publish = false
            name = "emitted"
            version = "1.2.3"
            edition = "2024"

            [features]
            # A comment.
            default = ["x"]
            x = ["own/x"]

            [dependencies]
            own = { path = "/project/own", version = "1.2.3" }
            other = { version = "2", features = ["y"], optional = true }
            third = "3"

            [workspace]
        "##]]
        .assert_eq(&text);
        let error = written_out("[dependencies]\nfourth.workspace = true\n", WORKSPACE, "");
        expect![[r#"
            Err(
                "the workspace states no `fourth` in `[workspace.dependencies]`",
            )
        "#]]
        .assert_debug_eq(&error);
    }
}

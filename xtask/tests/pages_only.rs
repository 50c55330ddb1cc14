//! A crate made from five pages of operations and nothing else passes the loopback tests of the
//! crate that is made from WSDLs.

#![allow(clippy::unwrap_used, reason = "a failed test says where")]

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

/// The five operations that the loopback tests call, on pages of our own.
const PAGES: &str = "codegen/tests/pages";

#[test]
fn five_pages_make_a_crate_that_passes_the_loopback_tests() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let dir = TempDir::new().unwrap();
    let (schemas, made) = (dir.path().join("schemas"), dir.path().join("crate"));
    let xtask = |command: &str| {
        let mut run = Command::new(env!("CARGO_BIN_EXE_xtask"));
        run.arg(command).arg("--schemas").arg(&schemas);
        run
    };
    succeeds(xtask("import").arg(root.join(PAGES)));
    succeeds(xtask("codegen").arg("--out").arg(&made));

    let stated = |key: &str| {
        let manifest = fs::read_to_string(root.join("Cargo.toml")).unwrap();
        let line = manifest
            .lines()
            .find(|line| line.starts_with(&format!("{key} = ")));
        let version = line.unwrap().split('"').nth(1).unwrap();
        version.to_owned()
    };
    let manifest = made.join("Cargo.toml");
    let text = fs::read_to_string(&manifest).unwrap()
        + &format!(
            "\n[dev-dependencies]\nroxmltree = \"{}\"\ntokio = {{ version = \"{}\", features = [\"macros\", \"rt-multi-thread\", \"time\"] }}\n\n[[test]]\nname = \"touchstone\"\npath = {:?}\n",
            stated("roxmltree"),
            stated("tokio"),
            root.join("generated/tests/touchstone.rs")
        );
    fs::write(&manifest, text).unwrap();
    fs::copy(root.join("Cargo.lock"), made.join("Cargo.lock")).unwrap();

    // Beside what this test was built into, so that most of what it depends on is built already.
    let target = Path::new(env!("CARGO_BIN_EXE_xtask"))
        .ancestors()
        .nth(2)
        .unwrap();
    succeeds(
        Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
            .args(["test", "--offline", "--quiet", "--test", "touchstone"])
            .args(["--features", "services83,services86", "--manifest-path"])
            .arg(&manifest)
            .env("CARGO_TARGET_DIR", target)
            .current_dir(&made),
    );
}

fn succeeds(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{command:?}\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

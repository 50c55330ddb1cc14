//! What compiling costs a user: the generated crate beside k8s-openapi, and a binary that calls.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use superoffice_bench::clock;
use superoffice_bench::contracts::root;

use crate::document::{row, table};
use crate::{Places, Result};

const K8S: &str = "k8s-openapi";
const OURS: &str = "superoffice-services";

pub(crate) fn measure(places: &Places) -> Result<String> {
    let dir = places.work.join("compile");
    let path = root().join("generated").canonicalize()?;
    let ours = format!(
        "{{ path = \"{}\", features = [\"services88\"] }}",
        path.display()
    );
    package(&dir.join("ours"), "ours", &[(OURS, &ours)], "")?;
    package(
        &dir.join("k8s"),
        "k8s",
        &[(K8S, "{ version = \"0.29\", features = [\"latest\"] }")],
        "",
    )?;

    let mut rows = vec![row(&[
        "own crate, CPU s",
        "superoffice-services, services88",
        "k8s-openapi, latest",
        "ratio",
    ])];
    for (name, args) in [
        ("check", &["check"][..]),
        ("debug build", &["build"]),
        ("release build", &["build", "--release"]),
    ] {
        let (mut ours, mut k8s) = (Duration::MAX, Duration::MAX);
        for _ in 0..2 {
            ours = ours.min(own_crate(&dir.join("ours"), OURS, args)?);
            k8s = k8s.min(own_crate(&dir.join("k8s"), K8S, args)?);
        }
        let ratio = ours.as_secs_f64() / k8s.as_secs_f64();
        rows.push(vec![
            name.to_owned(),
            format!("{:.1}", ours.as_secs_f64()),
            format!("{:.1}", k8s.as_secs_f64()),
            format!("{ratio:.2}"),
        ]);
    }
    let compile = table(&rows);

    let tokio = "{ version = \"1\", features = [\"macros\", \"rt\"] }";
    let reqwest =
        "{ version = \"0.13\", default-features = false, features = [\"rustls-no-provider\"] }";
    let rustls = "{ version = \"0.23\", default-features = false, features = [\"ring\", \"std\", \"tls12\"] }";
    package(
        &dir.join("calls"),
        "calls",
        &[(OURS, &ours), ("tokio", tokio)],
        CALLS,
    )?;
    package(
        &dir.join("http"),
        "http",
        &[("reqwest", reqwest), ("rustls", rustls), ("tokio", tokio)],
        HTTP,
    )?;
    let (calls, calls_size) = linked(&dir.join("calls"), "calls")?;
    let (http, http_size) = linked(&dir.join("http"), "http")?;
    let rows = [
        row(&[
            "a release binary that",
            "compile and link, CPU s",
            "kB, stripped",
        ]),
        vec![
            "makes one HTTP request".into(),
            format!("{:.2}", http.as_secs_f64()),
            kilobytes(http_size),
        ],
        vec![
            "calls one operation".into(),
            format!("{:.2}", calls.as_secs_f64()),
            kilobytes(calls_size),
        ],
        vec![
            "difference".into(),
            format!("{:+.2}", calls.as_secs_f64() - http.as_secs_f64()),
            format!("{:+.0}", (calls_size as f64 - http_size as f64) / 1e3),
        ],
    ];
    Ok(format!(
        "## Compile time\n\nDependencies are built before and do not count.\n\n{compile}\n{}",
        table(&rows)
    ))
}

const CALLS: &str = r#"#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = superoffice_services::services88::Client::builder("http://localhost:1").ticket("7T:1").build()?;
    println!("{:?}", client.license().get_license_status_from_license_server("SUPEROFFICE").await?);
    Ok(())
}
"#;

const HTTP: &str = r#"#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().build()?;
    println!("{:?}", client.post("http://localhost:1").body("x").send().await?.bytes().await?);
    Ok(())
}
"#;

fn kilobytes(bytes: u64) -> String {
    format!("{:.0}", bytes as f64 / 1e3)
}

/// A package in a folder of its own, outside this workspace.
fn package(dir: &Path, name: &str, dependencies: &[(&str, &str)], main: &str) -> Result {
    fs::create_dir_all(dir.join("src"))?;
    let dependencies: String = dependencies
        .iter()
        .map(|(name, what)| format!("{name} = {what}\n"))
        .collect();
    let manifest = format!(
        "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n{dependencies}\n\
         [profile.release]\nstrip = true\n\n[workspace]\n"
    );
    fs::write(dir.join("Cargo.toml"), manifest)?;
    let file = if main.is_empty() { "lib.rs" } else { "main.rs" };
    fs::write(dir.join("src").join(file), main)?;
    Ok(())
}

fn cargo(dir: &Path, args: &[&str]) -> Result<Duration> {
    let mut cargo = Command::new("cargo");
    cargo
        .args(args)
        .arg("--quiet")
        .arg("--target-dir")
        .arg(dir.join("target"));
    cargo
        .env("CARGO_INCREMENTAL", "0")
        .env_remove("RUSTFLAGS")
        .current_dir(dir);
    Ok(clock::program(&mut cargo)?)
}

/// Processor time of compiling one dependency, all others being there.
fn own_crate(dir: &Path, name: &str, args: &[&str]) -> Result<Duration> {
    cargo(dir, args)?;
    let idle = cargo(dir, args)?;
    let release: &[&str] = if args.contains(&"--release") {
        &["--release"]
    } else {
        &[]
    };
    cargo(dir, &[&["clean", "-p", name], release].concat())?;
    Ok(cargo(dir, args)?.saturating_sub(idle))
}

/// Processor time of compiling and linking the binary alone, and its size.
fn linked(dir: &Path, name: &str) -> Result<(Duration, u64)> {
    cargo(dir, &["build", "--release"])?;
    let mut least = Duration::MAX;
    for _ in 0..3 {
        cargo(dir, &["clean", "--release", "-p", name])?;
        least = least.min(cargo(dir, &["build", "--release"])?);
    }
    Ok((
        least,
        fs::metadata(dir.join("target/release").join(name))?.len(),
    ))
}

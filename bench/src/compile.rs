//! What compiling costs a user: the generated crate beside k8s-openapi, and a binary that calls.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use superoffice_bench::clock;
use superoffice_bench::contracts::root;

use crate::document::{Section, row, table};
use crate::{Places, Result};

const K8S: &str = "k8s-openapi";
const OURS: &str = "superoffice-services";

/// How often each is compiled; the least counts.
const RUNS: usize = 3;

/// The same of `check`, which is short next to the swings of a machine that others share.
const CHECKS: usize = 9;

/// Names the file in which [`as_compiler`] notes what the compiler took.
const NOTES: &str = "SUPEROFFICE_BENCH_NOTES";

/// As cargo's `RUSTC_WRAPPER` this programme runs the compiler and notes its processor time, so that
/// neither build scripts nor cargo nor other crates are counted. Gives the compiler's exit status, or
/// `None` if nobody asked for it.
pub(crate) fn as_compiler() -> Result<Option<i32>> {
    let Some(notes) = std::env::var_os(NOTES) else {
        return Ok(None);
    };
    let mut args = std::env::args_os().skip(1);
    let compiler = args.next().ok_or("cargo names the compiler")?;
    let args: Vec<_> = args.collect();
    // Both as a user gets them, from a registry: cargo keeps the lints of such crates quiet.
    let status = Command::new(compiler)
        .args(&args)
        .args(["--cap-lints", "allow"])
        .status()?;
    let named = args.iter().position(|arg| arg == "--crate-name");
    if let Some(name) = named.and_then(|at| args.get(at + 1)) {
        let mut notes = OpenOptions::new().create(true).append(true).open(notes)?;
        let nanos = clock::children().as_nanos();
        // In one piece: compilers run side by side.
        notes.write_all(format!("{}\t{nanos}\n", name.display()).as_bytes())?;
    }
    Ok(Some(status.code().unwrap_or(1)))
}

pub(crate) fn measure(places: &Places) -> Result<Section> {
    let dir = places.work.join("compile");
    let path = root().join("generated").canonicalize()?;
    let with = |features| format!("{{ path = \"{}\", features = {features} }}", path.display());
    let (ours, with_serde) = (
        with("[\"services88\"]"),
        with("[\"services88\", \"serde\"]"),
    );
    let theirs = "{ version = \"0.29\", features = [\"latest\"] }";
    let packages = [
        Package::new(&dir, "ours", &[(OURS, &ours)], None)?,
        Package::new(&dir, "k8s", &[(K8S, theirs)], None)?,
    ];
    let with_serde = [Package::new(
        &dir,
        "ours-serde",
        &[(OURS, &with_serde)],
        None,
    )?];
    let mut figures = Vec::new();
    let mut rows = vec![row(&[
        "own crate, CPU s",
        "superoffice-services, services88",
        "k8s-openapi 0.29, latest",
        "ratio",
    ])];
    for (figure, name, args, runs) in [
        ("check", "`cargo check`", &["check"][..], CHECKS),
        ("build", "debug build", &["build"], RUNS),
        ("release", "release build", &["build", "--release"], RUNS),
    ] {
        let times = least(&packages, [OURS, K8S], args, runs)?;
        let [ours, theirs] = times.map(|time| time.as_secs_f64());
        figures.push((figure, ours / theirs));
        let mut push = |name: &str, ours: f64| {
            rows.push(vec![
                name.to_owned(),
                format!("{ours:.2}"),
                format!("{theirs:.2}"),
                format!("{:.2}", ours / theirs),
            ]);
        };
        push(name, ours);
        if figure == "check" {
            let [time] = least(&with_serde, [OURS], args, runs)?;
            push("the same with `serde`", time.as_secs_f64());
        }
    }

    let (binaries, difference) = binaries(&dir, &ours)?;
    figures.extend(
        ["link", "size", "size-stripped"]
            .into_iter()
            .zip(difference),
    );
    let text = format!(
        "## Compile time\n\n\
         Processor time of the compiler for that crate alone, without its dependencies and its build script; \
         the default profiles, not incremental; the least of {RUNS}, of \
         checks of {CHECKS}, in turns. k8s-openapi has `serde` always.\n\n{}\n\
         Both binaries have the same HTTP client, TLS and runtime. What is counted is the compiler's run for \
         the binary, with the linker's.\n\n{binaries}",
        table(&rows),
    );
    Ok(Section { text, figures })
}

/// A binary that calls beside one that has the HTTP client alone: a table, and the differences in
/// seconds, kB, and kB stripped.
fn binaries(dir: &Path, ours: &str) -> Result<(String, [f64; 3])> {
    let tokio = "{ version = \"1\", features = [\"macros\", \"rt\"] }";
    let reqwest =
        "{ version = \"0.13\", default-features = false, features = [\"rustls-no-provider\"] }";
    let rustls = "{ version = \"0.23\", default-features = false, features = [\"ring\", \"std\", \"tls12\"] }";
    let calls = [(OURS, ours), ("tokio", tokio)];
    let http = [("reqwest", reqwest), ("rustls", rustls), ("tokio", tokio)];
    let packages = [
        Package::new(dir, "one-call", &calls, Some(CALLS))?,
        Package::new(dir, "one-request", &http, Some(HTTP))?,
    ];
    let times = least(
        &packages,
        ["one-call", "one-request"],
        &["build", "--release"],
        RUNS,
    )?;
    let size = |path: &Path| -> Result<f64> { Ok(fs::metadata(path)?.len() as f64 / 1e3) };
    let mut numbers = Vec::new();
    for (package, time) in packages.iter().zip(times) {
        let binary = package.dir.join("target/release").join(package.name);
        let stripped = binary.with_extension("stripped");
        clock::program(Command::new("strip").arg("-o").args([&stripped, &binary]))?;
        numbers.push([time.as_secs_f64(), size(&binary)?, size(&stripped)?]);
    }
    let difference = [0, 1, 2].map(|at| numbers[0][at] - numbers[1][at]);
    let mut rows = vec![row(&[
        "a release binary that",
        "compile and link, CPU s",
        "kB",
        "kB, stripped",
    ])];
    for (what, [time, size, stripped]) in [
        ("calls one operation", numbers[0]),
        ("makes one HTTP request", numbers[1]),
        ("difference", difference),
    ] {
        rows.push(vec![
            what.to_owned(),
            format!("{time:.2}"),
            format!("{size:.0}"),
            format!("{stripped:.0}"),
        ]);
    }
    Ok((table(&rows), difference))
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

/// A package in a folder of its own, outside this workspace.
struct Package {
    name: &'static str,
    dir: PathBuf,
}

impl Package {
    fn new(
        dir: &Path,
        name: &'static str,
        dependencies: &[(&str, &str)],
        main: Option<&str>,
    ) -> Result<Self> {
        let dir = dir.join(name);
        fs::create_dir_all(dir.join("src"))?;
        let dependencies: String = dependencies
            .iter()
            .map(|(name, what)| format!("{name} = {what}\n"))
            .collect();
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
             [dependencies]\n{dependencies}\n[workspace]\n"
        );
        fs::write(dir.join("Cargo.toml"), manifest)?;
        let file = if main.is_some() { "main.rs" } else { "lib.rs" };
        fs::write(dir.join("src").join(file), main.unwrap_or_default())?;
        Ok(Self { name, dir })
    }

    fn cargo(&self, args: &[&str]) -> Result {
        let mut cargo = Command::new("cargo");
        cargo.args(args).arg("--quiet").arg("--target-dir");
        cargo.arg(self.dir.join("target")).current_dir(&self.dir);
        // Whatever is set for other builds would count for these too.
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("CARGO_PROFILE_") || text.ends_with("RUSTFLAGS") {
                cargo.env_remove(&name);
            }
        }
        cargo.env("CARGO_INCREMENTAL", "0");
        cargo.env("RUSTC_WRAPPER", std::env::current_exe()?);
        clock::program(cargo.env(NOTES, self.notes()))?;
        Ok(())
    }

    fn notes(&self) -> PathBuf {
        self.dir.join("notes.tsv")
    }

    /// Processor time of compiling one crate of it anew, all others being there.
    fn compile(&self, name: &str, args: &[&str]) -> Result<Duration> {
        self.cargo(args)?;
        let mut clean = vec!["clean", "-p", name];
        clean.extend(args.iter().filter(|&&arg| arg == "--release"));
        self.cargo(&clean)?;
        fs::write(self.notes(), "")?;
        self.cargo(args)?;
        let (notes, name) = (fs::read_to_string(self.notes())?, name.replace('-', "_"));
        let mut times = notes.lines().filter_map(|line| {
            let (noted, nanos) = line.split_once('\t')?;
            (noted == name).then(|| nanos.parse().ok())?
        });
        match (times.next(), times.next()) {
            (Some(nanos), None) => Ok(Duration::from_nanos(nanos)),
            _ => Err(format!("`{name}` was not compiled once: {notes}").into()),
        }
    }
}

/// The least of several runs of a crate of each, in turns, so that none has the quieter moment.
fn least<const N: usize>(
    packages: &[Package; N],
    names: [&str; N],
    args: &[&str],
    runs: usize,
) -> Result<[Duration; N]> {
    let mut least = [Duration::MAX; N];
    for _ in 0..runs {
        for ((package, name), least) in packages.iter().zip(names).zip(&mut least) {
            *least = package.compile(name, args)?.min(*least);
        }
    }
    Ok(least)
}

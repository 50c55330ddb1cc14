//! Others on the same bytes in the same run: gSOAP, JAXB, mono, zeep, node's soap, xsd-parser, yaserde,
//! quick-xml.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use superoffice_bench::contracts::root;
use superoffice_bench::{by_hand, clock, inputs, quick};

use crate::document::{Section, row, table};
use crate::machine::says;
use crate::{Places, Result, messages};

/// What each measurement of a turn may take.
const BUDGET: Duration = Duration::from_millis(800);

/// How often those in this process are measured.
const TURNS: usize = 4;

const BARE: &str = "quick-xml 0.42, bare event loop (decodes nothing)";
const SERDE: &str = "quick-xml 0.42 with serde's derive";

/// What a peer reached, in MB/s.
struct Speed {
    name: String,
    decode: Option<f64>,
    encode: Option<f64>,
}

pub(crate) fn compare(places: &Places) -> Result<Section> {
    let message = inputs::batch_tasks(1_000);
    fs::create_dir_all(&places.work)?;
    let file = places.work.join("message.xml");
    fs::write(&file, &message.bytes)?;

    let mut missing = Vec::new();
    let mut speeds = Vec::new();
    for peer in [zeep, yaserde, node, mono, xsd_parser, gsoap, jaxb] {
        match peer(&places.work, &file) {
            Ok(speed) => speeds.push(speed),
            Err(e) => {
                let said = e.to_string();
                eprintln!("{said}");
                missing.push(format!("- {}", said.lines().next().unwrap_or_default()));
            }
        }
    }
    let (mut decode, mut encode) = messages::speeds(&message);
    let mut rust = [serde, by_hand, bare].map(|peer| peer(&message.bytes));
    // In turns, so that none of the rows that are compared closest has the quieter moment.
    for _ in 1..TURNS {
        let ours = messages::speeds(&message);
        (decode, encode) = (decode.max(ours.0), encode.max(ours.1));
        for (best, peer) in rust.iter_mut().zip([serde, by_hand, bare]) {
            let again = peer(&message.bytes);
            best.decode = larger(best.decode, again.decode);
            best.encode = larger(best.encode, again.encode);
        }
    }
    speeds.extend(rust);
    let mut rows = vec![row(&[
        "",
        "decode MB/s",
        "encode MB/s",
        "ours : decode",
        "ours : encode",
    ])];
    let times = |ours: f64, theirs: Option<f64>| match theirs {
        Some(theirs) => format!("{:.1}×", ours / theirs),
        None => "–".to_owned(),
    };
    let shown = |speed: Option<f64>| speed.map_or("–".to_owned(), |speed| format!("{speed:.0}"));
    for Speed {
        name,
        decode: theirs,
        encode: out,
    } in &speeds
    {
        rows.push(vec![
            name.clone(),
            shown(*theirs),
            shown(*out),
            times(decode, *theirs),
            times(encode, *out),
        ]);
    }
    rows.push(vec![
        "**superoffice-services**".to_owned(),
        format!("**{decode:.0}**"),
        format!("**{encode:.0}**"),
        String::new(),
        String::new(),
    ]);
    let missing = match missing.is_empty() {
        true => String::new(),
        false => format!("\nNot measured in this run:\n\n{}\n", missing.join("\n")),
    };
    let ratio = |name: &str, ours: f64, of: fn(&Speed) -> Option<f64>| {
        let theirs = speeds.iter().find(|speed| speed.name.starts_with(name));
        theirs.and_then(of).map_or(f64::NAN, |theirs| ours / theirs)
    };
    let nearest = |ours: f64, of: fn(&Speed) -> Option<f64>| {
        ours / speeds.iter().filter_map(of).fold(f64::NAN, f64::max)
    };
    let (read, written) = (|speed: &Speed| speed.decode, |speed: &Speed| speed.encode);
    let figures = vec![
        ("decode-gsoap", ratio("gSOAP", decode, read)),
        ("decode-jaxb", ratio("JAXB", decode, read)),
        ("decode-bare", ratio(BARE, decode, read)),
        ("decode-nearest", nearest(decode, read)),
        ("encode-gsoap", ratio("gSOAP", encode, written)),
        ("encode-serde", ratio(SERDE, encode, written)),
        ("encode-nearest", nearest(encode, written)),
    ];
    let text = format!(
        "## Side by side\n\n\
         The message is a response with 1,000 `BatchTaskInfo` of Services86 in a SOAP envelope, {} bytes, \
         the same for all. Each works with what its own generator makes of `schemas/services86/Batch.wsdl` \
         (mono, yaserde and quick-xml with types that were written for the message) and reaches a typed value; \
         the best of its modes counts.\n\n{}{missing}",
        message.bytes.len(),
        table(&rows),
    );
    Ok(Section { text, figures })
}

fn larger(a: Option<f64>, b: Option<f64>) -> Option<f64> {
    a.zip(b).map(|(a, b)| a.max(b))
}

fn serde(message: &[u8]) -> Speed {
    let value = quick::Envelope::decode(message);
    let written = value.encode().len();
    let encode = clock::least(BUDGET, || {
        std::hint::black_box(value.encode());
    });
    Speed {
        encode: Some(clock::megabytes_a_second(written, encode)),
        ..reading(SERDE, message, quick::Envelope::decode)
    }
}

fn by_hand(message: &[u8]) -> Speed {
    let name = "quick-xml 0.42, `NsReader` read by hand into our types";
    reading(name, message, by_hand::decode)
}

fn bare(message: &[u8]) -> Speed {
    reading(BARE, message, quick::count_elements)
}

/// Of what only reads.
fn reading<T>(name: &str, message: &[u8], read: fn(&[u8]) -> T) -> Speed {
    let time = clock::least(BUDGET, || {
        std::hint::black_box(read(message));
    });
    Speed {
        name: name.to_owned(),
        decode: Some(clock::megabytes_a_second(message.len(), time)),
        encode: None,
    }
}

fn zeep(work: &Path, message: &Path) -> Result<Speed> {
    let venv = work.join("venv");
    if !venv.exists() {
        run(
            "zeep",
            Command::new("python3").args(["-m", "venv"]).arg(&venv),
        )?;
        let pip = venv.join("bin/pip");
        run(
            "zeep",
            Command::new(pip).args(["install", "--quiet", "zeep"]),
        )?;
    }
    let mut driver = Command::new(venv.join("bin/python"));
    driver.arg(root().join("bench/peers/zeep/driver.py"));
    driver
        .arg(root().join("schemas/services86/Batch.wsdl"))
        .arg(message);
    speed("python zeep", &mut driver)
}

fn node(work: &Path, message: &Path) -> Result<Speed> {
    let dir = work.join("node");
    if !dir.join("node_modules/soap").exists() {
        fs::create_dir_all(&dir)?;
        fs::write(dir.join("package.json"), "{\"private\": true}")?;
        run(
            "node soap",
            Command::new("npm")
                .args(["install", "--silent", "soap"])
                .current_dir(&dir),
        )?;
    }
    // Beside its packages, where node looks for them.
    let driver = dir.join("driver.js");
    fs::copy(root().join("bench/peers/node/driver.js"), &driver)?;
    let mut driver_command = Command::new("node");
    driver_command
        .arg(driver)
        .arg(root().join("schemas/services86/Batch.wsdl"))
        .arg(message);
    speed("node soap", &mut driver_command)
}

/// A package of ours that depends on the peer, built outside this workspace.
fn package(name: &str, work: &Path, message: &Path) -> Result<Speed> {
    let (from, dir) = (root().join("bench/peers").join(name), work.join(name));
    fs::create_dir_all(dir.join("src"))?;
    for file in ["Cargo.toml", "build.rs", "src/main.rs"] {
        if from.join(file).exists() {
            fs::copy(from.join(file), dir.join(file))?;
        }
    }
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--quiet", "--release", "--target-dir"]);
    cargo.arg(dir.join("target")).current_dir(&dir);
    cargo.env("SCHEMAS", root().join("schemas/services86"));
    run(name, &mut cargo)?;
    let driver = dir.join("target/release").join(format!("{name}-peer"));
    let lock = fs::read_to_string(dir.join("Cargo.lock"))?;
    let entry = lock
        .split_once(&format!("name = \"{name}\"\nversion = \""))
        .and_then(|(_, rest)| rest.split_once('"'));
    let version = entry.map_or("", |(version, _)| version);
    speed(
        &format!("{name} {version}"),
        Command::new(driver).arg(message),
    )
}

fn xsd_parser(work: &Path, message: &Path) -> Result<Speed> {
    let speed = package("xsd-parser", work, message)?;
    Ok(Speed {
        name: format!("{} (quick-xml)", speed.name),
        ..speed
    })
}

/// Rust's zeep is not on crates.io; what it emits are types for yaserde, which is.
fn yaserde(work: &Path, message: &Path) -> Result<Speed> {
    let speed = package("yaserde", work, message)?;
    Ok(Speed {
        name: format!("{}, types as Rust's zeep writes them", speed.name),
        ..speed
    })
}

fn mono(work: &Path, message: &Path) -> Result<Speed> {
    let dir = work.join("mono");
    fs::create_dir_all(&dir)?;
    let mut command = Command::new("mcs");
    command.args(["-optimize+", "-nowarn:0649", "-out:driver.exe"]);
    command.args(["-r:System.Runtime.Serialization", "-r:System.Xml"]);
    command.arg(root().join("bench/peers/mono/Driver.cs"));
    run("mono", command.current_dir(&dir))?;
    let version = says("mono", "--version");
    let version = version.split_whitespace().nth(4).unwrap_or_default();
    speed(
        &format!("mono {version}, DataContractSerializer"),
        Command::new("mono")
            .arg(dir.join("driver.exe"))
            .arg(message),
    )
}

fn gsoap(work: &Path, message: &Path) -> Result<Speed> {
    let dir = work.join("gsoap");
    fs::create_dir_all(&dir)?;
    let wsdl = root().join("schemas/services86/Batch.wsdl");
    let mut command = Command::new("wsdl2h");
    // C without types that the operations do not reach: the leanest it makes.
    command
        .args(["-c", "-x", "-P", "-O2", "-o", "contract.h"])
        .arg("-I")
        .arg(wsdl.with_file_name(""));
    run("gSOAP", command.arg(&wsdl).current_dir(&dir))?;
    let mut command = Command::new("soapcpp2");
    command.args([
        "-c",
        "-C",
        "-L",
        "-x",
        "-w",
        "-I/usr/share/gsoap/import",
        "contract.h",
    ]);
    run("gSOAP", command.current_dir(&dir))?;
    let mut command = Command::new("gcc");
    command
        .args(["-O2", "-w", "-I.", "-o", "driver"])
        .arg(root().join("bench/peers/gsoap/driver.c"));
    run(
        "gSOAP",
        command.args(["soapC.c", "-lgsoap"]).current_dir(&dir),
    )?;
    let version = says("soapcpp2", "-V");
    let name = format!("gSOAP {} (C, -O2), best mode", version.trim());
    speed(&name, Command::new(dir.join("driver")).arg(message))
}

fn jaxb(work: &Path, message: &Path) -> Result<Speed> {
    let dir = work.join("jaxb");
    fs::create_dir_all(dir.join("classes"))?;
    let jars = "jaxb-api jaxb-core jaxb-runtime istack-commons-runtime javax.activation txw2 stax-ex \
                FastInfoset woodstox-core stax2-api";
    let jars: Vec<String> = jars
        .split_whitespace()
        .map(|jar| format!("/usr/share/java/{jar}.jar"))
        .collect();
    let path = format!("{}:{}", dir.join("classes").display(), jars.join(":"));
    let mut command = Command::new("xjc");
    command
        .args(["-quiet", "-nv", "-wsdl", "-p", "contract", "-d"])
        .arg(&dir);
    run(
        "JAXB",
        command.arg(root().join("schemas/services86/Batch.wsdl")),
    )?;
    let mut command = Command::new("javac");
    command
        .args(["-nowarn", "-cp", &path, "-sourcepath"])
        .arg(&dir)
        .arg("-d")
        .arg(dir.join("classes"));
    run(
        "JAXB",
        command
            .arg(root().join("bench/peers/jaxb/Driver.java"))
            .arg(dir.join("contract/package-info.java"))
            .arg(dir.join("contract/ObjectFactory.java")),
    )?;
    speed(
        "JAXB 2.3 over Woodstox, warm",
        Command::new("java")
            .args(["-cp", &path, "Driver"])
            .arg(message),
    )
}

fn run(name: &str, command: &mut Command) -> Result {
    clock::program(command).map_err(|e| format!("{name}: {e}"))?;
    Ok(())
}

/// Runs a driver, which prints `decode`, `encode` and `version`, a line each.
fn speed(name: &str, driver: &mut Command) -> Result<Speed> {
    driver.env("RUST_BACKTRACE", "0");
    let output = driver.output().map_err(|e| format!("{name}: {e}"))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        eprintln!("{said}");
        // Rust's last line says how to see more.
        let why = said.lines().rfind(|line| !line.starts_with("note: "));
        return Err(format!("{name}: {}", why.unwrap_or("failed")).into());
    }
    let field = |field: &str| {
        text.lines()
            .find_map(|line| line.strip_prefix(field))
            .map(|value| value.trim().to_owned())
    };
    let number = |name| field(name).and_then(|value| value.parse().ok());
    Ok(Speed {
        name: match field("version") {
            Some(version) => format!("{name} {version}"),
            None => name.to_owned(),
        },
        decode: number("decode"),
        encode: number("encode"),
    })
}

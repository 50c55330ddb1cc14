//! From contracts to formatted code, and what gSOAP takes for the same files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use superoffice_bench::clock;
use superoffice_bench::contracts::root;

use crate::document::{Section, row, table};
use crate::{Places, Result, target_dir};

/// How often each is measured; the least counts.
const TURNS: usize = 9;

pub(crate) fn measure(places: &Places) -> Result<Section> {
    build_xtask()?;
    let temp = tempfile::tempdir()?;
    let (wsdls, source) = raw_wsdls(places, temp.path())?;

    let peer = gsoap(&wsdls, temp.path());
    let (mut one, mut all, mut check) = (Duration::MAX, Duration::MAX, Duration::MAX);
    // In turns, so that none of them has the quieter moment.
    for _ in 0..TURNS {
        let out = temp.path().join("one");
        remove(&out)?;
        let raw = temp.path().join("raw");
        let mut command = codegen();
        command.arg("--schemas").arg(raw).arg("--out").arg(out);
        one = one.min(clock::program(&mut command)?);

        let out = temp.path().join("all");
        remove(&out)?;
        let mut command = codegen();
        all = all.min(clock::program(command.arg("--out").arg(out))?);
        // The very files that were just written: the project's own `--check` looks at twice as many.
        check = check.min(clock::program(command.arg("--check"))?);
    }

    let lines = count_lines(&temp.path().join("one/src"))?;
    let mut rows = vec![row(&["", "CPU s", "of gSOAP's"])];
    let share = |time: Duration| match &peer {
        Ok(peer) => format!("{:.3}", time.as_secs_f64() / peer.as_secs_f64()),
        Err(_) => "–".to_owned(),
    };
    let mut add = |name: String, time: Duration| {
        rows.push(vec![
            name,
            format!("{:.2}", time.as_secs_f64()),
            share(time),
        ]);
    };
    if let Ok(peer) = peer {
        add("gSOAP: wsdl2h + soapcpp2, Services88".to_owned(), peer);
    }
    add(
        format!("ours, Services88 from {source}, {lines} lines"),
        one,
    );
    add("ours, all ten versions from `schemas/`".to_owned(), all);
    add(
        "ours, `--check` of all ten with nothing to do".to_owned(),
        check,
    );
    let (wall, share) = wall_times(&temp.path().join("all"))?;
    let theirs = peer.as_ref().map_or(f64::NAN, Duration::as_secs_f64);
    let figures = vec![
        ("regenerate-one", one.as_secs_f64() / theirs),
        ("regenerate-all", all.as_secs_f64() / theirs),
        ("check-all", check.as_secs_f64() / all.as_secs_f64()),
        ("regenerate-serial", share),
    ];
    let missing = match peer {
        Ok(_) => String::new(),
        Err(e) => format!("\ngSOAP was not measured: {e}\n"),
    };
    // Where there is one core alone, nothing says how work divides.
    let serial = match share.is_finite() {
        true => format!(
            "\nBy Amdahl's law that is {:.0} % of the work that no second core takes part in.\n",
            share * 100.0
        ),
        false => String::new(),
    };
    let text = format!(
        "## Regeneration\n\n\
         From {} files with the contracts of Services88 to code, same files, same run. Ours is formatted and \
         written to an empty folder; gSOAP writes C++ as it comes.\n\n{}{missing}\n\
         All ten versions by the number of threads, by the wall's clock, the least of {TURNS}:\n\n{wall}{serial}",
        wsdls.len(),
        table(&rows),
    );
    Ok(Section { text, figures })
}

/// What the wall's clock says by the number of threads, up to one a core, and the share of the work
/// that is not done side by side.
fn wall_times(out: &Path) -> Result<(String, f64)> {
    let mut rows = vec![row(&["threads", "wall s", "of one thread's", "CPU s"])];
    let cores = std::thread::available_parallelism()?.get();
    let counts = std::iter::successors(Some(1), |threads| Some(threads * 2));
    let counts = counts.take_while(|threads| *threads <= cores);
    let mut times: Vec<_> = counts
        .map(|threads| (threads, Duration::MAX, Duration::MAX))
        .collect();
    // In turns, so that none of them has the quieter moment.
    for _ in 0..TURNS {
        for (threads, wall, spent) in &mut times {
            remove(out)?;
            let mut command = codegen();
            command.env("RAYON_NUM_THREADS", threads.to_string());
            let start = Instant::now();
            let time = clock::program(command.arg("--out").arg(out))?;
            *wall = start.elapsed().min(*wall);
            *spent = time.min(*spent);
        }
    }
    let alone = times[0].1.as_secs_f64();
    let mut share = f64::NAN;
    for (threads, wall, spent) in times {
        if threads > 1 {
            // wall / alone = share + (1 - share) / threads
            let ideal = 1.0 / threads as f64;
            share = (wall.as_secs_f64() / alone - ideal) / (1.0 - ideal);
        }
        rows.push(vec![
            threads.to_string(),
            format!("{:.2}", wall.as_secs_f64()),
            format!("{:.2}", wall.as_secs_f64() / alone),
            format!("{:.2}", spent.as_secs_f64()),
        ]);
    }
    Ok((table(&rows), share))
}

/// The generator as `cargo xtask` builds it.
pub(crate) fn build_xtask() -> Result {
    let mut cargo = Command::new("cargo");
    cargo.args([
        "build",
        "--quiet",
        "--profile",
        "xtask",
        "--package",
        "xtask",
        "--target-dir",
    ]);
    clock::program(cargo.arg(target_dir()?).current_dir(root()))?;
    Ok(())
}

/// `cargo xtask codegen` without cargo.
pub(crate) fn codegen() -> Command {
    let exe = target_dir().unwrap_or_default().join("xtask/xtask");
    let mut command = Command::new(exe);
    command.arg("codegen").current_dir(root());
    command
}

fn remove(dir: &Path) -> Result {
    match fs::remove_dir_all(dir) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(e.into()),
        _ => Ok(()),
    }
}

/// The WSDLs of Services88 in a folder of their own: the vendor's from the documentation, or, without
/// a checkout of it, ours.
fn raw_wsdls(places: &Places, temp: &Path) -> Result<(Vec<PathBuf>, &'static str)> {
    let folder = temp.join("raw/services88");
    fs::create_dir_all(&folder)?;
    let canonical = root().join("schemas/services88");
    let mut wsdls = Vec::new();
    let source = match &places.docs {
        Some(docs) => {
            let pages = docs.join("docs/en/api/reference/soap/Services88");
            for entry in fs::read_dir(pages)? {
                let path = entry?.path();
                if path.extension().is_none_or(|end| end != "md") {
                    continue;
                }
                let page = fs::read_to_string(&path)?;
                let Some((_, rest)) = page.split_once("```xml\n<?xml") else {
                    continue;
                };
                let Some((wsdl, _)) = rest.split_once("</wsdl:definitions>") else {
                    continue;
                };
                let file = folder.join(path.with_extension("wsdl").file_name().unwrap_or_default());
                fs::write(&file, format!("<?xml{wsdl}</wsdl:definitions>\n"))?;
                wsdls.push(file);
            }
            "the vendor's raw WSDLs"
        }
        None => {
            for entry in fs::read_dir(&canonical)? {
                let path = entry?.path();
                let file = folder.join(path.file_name().unwrap_or_default());
                fs::copy(&path, &file)?;
                wsdls.extend((file.extension().is_some_and(|end| end == "wsdl")).then_some(file));
            }
            "`schemas/services88`"
        }
    };
    fs::copy(
        canonical.join("provenance.json"),
        folder.join("provenance.json"),
    )?;
    wsdls.sort();
    Ok((wsdls, source))
}

/// Both of its steps over all files at once.
fn gsoap(wsdls: &[PathBuf], temp: &Path) -> std::result::Result<Duration, String> {
    let dir = temp.join("gsoap");
    fs::create_dir_all(&dir).map_err(|e| e.to_string())?;
    let mut least = Duration::MAX;
    for _ in 0..2 {
        let mut first = Command::new("wsdl2h");
        first
            .args(["-s", "-x", "-o", "contract.h"])
            .args(wsdls)
            .current_dir(&dir);
        let mut second = Command::new("soapcpp2");
        second.args([
            "-C",
            "-L",
            "-x",
            "-w",
            "-I/usr/share/gsoap/import",
            "contract.h",
        ]);
        let first = clock::program(&mut first).map_err(|e| e.to_string())?;
        let second = clock::program(second.current_dir(&dir)).map_err(|e| e.to_string())?;
        least = least.min(first + second);
    }
    Ok(least)
}

fn count_lines(dir: &Path) -> Result<usize> {
    let mut lines = 0;
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            lines += count_lines(&path)?;
        } else if path.extension().is_some_and(|end| end == "rs") {
            lines += fs::read_to_string(path)?.lines().count();
        }
    }
    Ok(lines)
}

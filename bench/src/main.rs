//! Measures, and writes what it found into `BENCHMARKS.md`: `superoffice-bench [OPTIONS] SECTION...`.

mod compile;
mod document;
mod growth;
mod machine;
mod messages;
mod peers;
mod plot;
mod regeneration;
mod targets;

use std::error::Error;
use std::path::PathBuf;

pub(crate) type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

/// All that can be measured, in the order of the document.
const SECTIONS: [&str; 6] = [
    "machine",
    "peers",
    "messages",
    "regeneration",
    "growth",
    "compile",
];

/// Where things are that are not in this project.
struct Places {
    /// Programs and generated code of the peers; made when first needed, kept for the next run.
    work: PathBuf,
    /// A checkout of the vendor's documentation: the raw WSDLs of the regeneration.
    docs: Option<PathBuf>,
}

fn main() -> Result {
    if let Some(status) = compile::as_compiler()? {
        std::process::exit(status);
    }
    let mut places = Places {
        work: target_dir()?.join("peers"),
        docs: None,
    };
    let mut wanted = Vec::new();
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--docs" => places.docs = Some(args.next().ok_or("--docs needs a folder")?.into()),
            "--work" => places.work = args.next().ok_or("--work needs a folder")?.into(),
            section if SECTIONS.contains(&section) => wanted.push(section.to_owned()),
            other => {
                return Err(format!("`{other}` is none of {}", SECTIONS.join(", ")).into());
            }
        }
    }
    for section in SECTIONS {
        if !wanted.is_empty() && !wanted.iter().any(|name| name == section) {
            continue;
        }
        let load = machine::load();
        eprintln!("measuring: {section}, load {load}");
        let mut measured = match section {
            "machine" => machine::describe().into(),
            "peers" => peers::compare(&places)?,
            "messages" => messages::measure()?,
            "regeneration" => regeneration::measure(&places)?,
            "growth" => growth::measure()?.into(),
            _ => compile::measure(&places)?,
        };
        if section != "machine" {
            let end = format!("\nThe load of the machine was {load} when this began.\n");
            measured.text += &end;
        }
        println!("{}", measured.text);
        document::put(section, &measured)?;
    }
    document::put("targets", &targets::compare(&document::figures()?).into())?;
    Ok(())
}

/// The folder that cargo builds in.
fn target_dir() -> Result<PathBuf> {
    let exe = std::env::current_exe()?;
    let dir = exe
        .ancestors()
        .nth(2)
        .ok_or("a programme that cargo built")?;
    Ok(dir.to_owned())
}

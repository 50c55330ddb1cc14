//! What the figures were measured on.

use std::fs;
use std::process::Command;

/// Processor, cores, memory and compilers.
pub(crate) fn describe() -> String {
    let cpuinfo = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let field = |name: &str| {
        let line = cpuinfo.lines().find(|line| line.starts_with(name));
        line.and_then(|line| line.split_once(':'))
            .map_or("unknown", |(_, value)| value.trim())
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let memory = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let memory = memory
        .lines()
        .next()
        .and_then(|line| line.split_whitespace().nth(1));
    let gigabytes = memory
        .and_then(|kb| kb.parse::<f64>().ok())
        .map_or(0.0, |kb| kb / 1e6);
    format!(
        "Measured on {}, family {} model {}, {cores} cores, {gigabytes:.0} GB; {}; {}.\n\n\
         Times are processor time, the least of several runs; MB are 10⁶ bytes. Ratios are of one run. \
         Refreshed by `bench/refresh.sh`; `cargo bench -p superoffice-bench` measures the library alone.",
        field("model name"),
        field("cpu family"),
        field("model\t"),
        says("rustc", "--version"),
        says("gcc", "--version"),
    )
}

/// How many programs want a core, in the mean of the last minute.
pub(crate) fn load() -> String {
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let first = load.split(' ').next().filter(|load| !load.is_empty());
    first.unwrap_or("unknown").to_owned()
}

/// The first line that a program says.
pub(crate) fn says(program: &str, option: &str) -> String {
    let output = Command::new(program).arg(option).output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    let line = text
        .ok()
        .and_then(|text| text.lines().next().map(str::to_owned));
    line.unwrap_or_else(|| format!("no {program}"))
}

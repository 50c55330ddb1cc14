//! Very many calls by 64 tasks at once, on a server in this process that fails in every way it can;
//! tells what became of them, and fails if a call got lost, tickets were fetched more often than
//! sessions ended, or memory grew.
//!
//! `cargo run --release -p superoffice-services --features services86 --example soak --
//! 100000`

#[path = "../tests/support/soak.rs"]
mod soak;

use std::fs;
use std::process::ExitCode;
use std::sync::Mutex;
use std::time::Instant;

use soak::{Plan, get, run};

/// Memory in use at each tenth, in KiB.
static MEMORY: Mutex<Vec<u64>> = Mutex::new(Vec::new());

#[tokio::main]
async fn main() -> ExitCode {
    let calls = std::env::args()
        .nth(1)
        .and_then(|calls| calls.parse().ok())
        .unwrap_or(100_000);
    let plan = Plan {
        calls,
        tasks: 64,
        session: 2_500,
    };
    let start = Instant::now();
    let (tally, tickets) = run(plan, watch).await;
    watch(calls);
    let seconds = start.elapsed().as_secs_f64();

    let ended = tally.ended();
    println!(
        "{ended} of {calls} calls ended in {seconds:.1} s, {:.0} a second",
        ended as f64 / seconds
    );
    let rows = [
        ("values", &tally.values),
        ("transport errors", &tally.transport),
        ("timeouts", &tally.timeouts),
        ("http statuses", &tally.http),
        ("decode errors", &tally.decode),
        ("session errors", &tally.sessions),
        ("other errors", &tally.other),
        ("requests at the server", &tally.requests),
        ("  reset", &tally.resets),
        ("  answered 503", &tally.busy),
        ("  truncated", &tally.truncated),
        ("  garbled", &tally.garbled),
        ("  never answered", &tally.hangs),
        ("sessions ended", &tally.expirations),
    ];
    for (what, count) in rows {
        println!("{:>9}  {what}", get(count));
    }
    println!("{tickets:>9}  tickets issued");

    let memory = MEMORY.lock().map(|memory| memory.clone());
    let memory = memory.unwrap_or_default();
    println!("memory at each tenth, in MiB: {:?}", in_mib(&memory));
    // Pools and caches are filled by then.
    let growth = match (memory.get(3), memory.last()) {
        (Some(early), Some(last)) => last.saturating_sub(*early),
        _ => 0,
    };
    let is_well = ended == calls
        && get(&tally.other) == 0
        && tickets <= get(&tally.expirations) + 1
        && growth <= 8 << 10;
    match is_well {
        true => ExitCode::SUCCESS,
        false => {
            eprintln!("error: that is not how it should end");
            ExitCode::FAILURE
        }
    }
}

fn watch(_: u64) {
    if let (Ok(mut memory), Some(now)) = (MEMORY.lock(), resident()) {
        memory.push(now);
    }
}

fn in_mib(memory: &[u64]) -> Vec<u64> {
    memory.iter().map(|kib| kib >> 10).collect()
}

/// What the process holds in memory, in KiB; Linux says so.
fn resident() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_ascii_whitespace().nth(1)?.parse().ok()
}

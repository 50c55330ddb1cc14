//! Processor time: what counts on a machine that does other things too.

use std::io;
use std::process::Command;
use std::time::Duration;

use nix::sys::resource::{Usage, UsageWho, getrusage};
use nix::sys::time::TimeValLike;

/// Processor time of a function, the least of several calls.
///
/// The least, because whatever else runs on the machine only ever adds. The calls go on until they
/// took `budget` in all, and there are three at least.
pub fn least(budget: Duration, mut work: impl FnMut()) -> Duration {
    let (mut least, mut spent, mut calls) = (Duration::MAX, Duration::ZERO, 0);
    while calls < 3 || spent < budget {
        let time = once(&mut work);
        least = least.min(time);
        spent += time;
        calls += 1;
    }
    least
}

/// The same for what is too short for the clock: a call of many.
pub fn least_of_many(budget: Duration, many: u32, mut work: impl FnMut()) -> Duration {
    least(budget, || (0..many).for_each(|_| work())) / many
}

fn once(work: &mut impl FnMut()) -> Duration {
    // The thread's own clock has nanoseconds, getrusage has microseconds.
    let start = thread();
    work();
    thread().saturating_sub(start)
}

fn thread() -> Duration {
    let time = nix::time::clock_gettime(nix::time::ClockId::CLOCK_THREAD_CPUTIME_ID)
        .expect("a thread has a clock");
    Duration::new(
        time.tv_sec().unsigned_abs(),
        time.tv_nsec().unsigned_abs() as u32,
    )
}

/// Processor time of all threads of this process so far.
pub fn process() -> Duration {
    of(UsageWho::RUSAGE_SELF)
}

/// Processor time of all programs that were started and have ended.
pub fn children() -> Duration {
    of(UsageWho::RUSAGE_CHILDREN)
}

/// The most memory that one of them had, in bytes.
pub fn children_peak() -> u64 {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).expect("a process may ask for its own");
    // Linux counts in kilobytes.
    usage.max_rss().unsigned_abs() * 1_024
}

/// Runs a program to its end and gives the processor time of it and of what it started.
///
/// # Errors
///
/// One that does not start or fails; the error has what it said.
pub fn program(command: &mut Command) -> io::Result<Duration> {
    let before = children();
    let output = command.output()?;
    let time = children().saturating_sub(before);
    if output.status.success() {
        return Ok(time);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let last: Vec<&str> = said.lines().rev().take(12).collect();
    let last: Vec<&str> = last.into_iter().rev().collect();
    Err(io::Error::other(format!(
        "{command:?}: {}\n{}",
        output.status,
        last.join("\n")
    )))
}

fn of(who: UsageWho) -> Duration {
    let usage: Usage = getrusage(who).expect("a process may ask for its own");
    let micros = usage.user_time().num_microseconds() + usage.system_time().num_microseconds();
    Duration::from_micros(micros.unsigned_abs())
}

/// Millions of bytes a second.
pub fn megabytes_a_second(bytes: usize, time: Duration) -> f64 {
    bytes as f64 / time.as_secs_f64() / 1e6
}

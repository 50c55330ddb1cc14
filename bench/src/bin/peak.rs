//! Runs a programme and says what it took: nanoseconds of processor time, and the most memory in
//! bytes. A process of its own, because the system tells only the most that any child had so far, and
//! a child begins with its parent's.

use std::process::{Command, Stdio};

use superoffice_bench::clock;

fn main() {
    let mut args = std::env::args_os().skip(1);
    let program = args.next().expect("a programme");
    let mut command = Command::new(program);
    command.args(args).stdout(Stdio::null());
    let spent = clock::program(&mut command).expect("a programme that succeeds");
    println!("{}\t{}", spent.as_nanos(), clock::children_peak());
}

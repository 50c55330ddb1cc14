//! `cargo xtask`: the chores of this project, one file a subcommand.
//!
//! Invariant: depends on `codegen` and never on `generated`, so that a bad emission cannot stop
//! the generator from being built and mended.

mod import;
mod report;
mod schemas;
mod tree;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", about, version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Import(import::Import),
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Import(import) => import.run(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

//! `cargo xtask`: the chores of this project, one file a subcommand.
//!
//! Invariant: depends on `codegen` and never on `generated`, so that a bad emission cannot stop
//! the generator from being built and mended.

mod diff;
mod import;
mod report;
mod schemas;
mod side;
mod tree;
mod where_;

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
    Diff(diff::Args),
    Import(import::Import),
    Where(where_::Args),
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Diff(args) => args.run(),
        Command::Import(import) => import.run(),
        Command::Where(args) => args.run(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

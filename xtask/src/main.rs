//! `cargo xtask`: the chores of this project, one file a subcommand.
//!
//! Invariant: depends on `codegen` and never on `generated`, so that a bad emission cannot stop
//! the generator from being built and mended.

mod codegen;
mod conform;
mod diff;
mod fixups;
mod import;
mod mock;
mod report;
mod schemas;
mod side;
mod stats;
mod tree;
mod update;
mod version;
mod where_;
mod write;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use report::{Failure, MessageFormat};

#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", about, version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// How problems are told, on stderr.
    #[arg(long, global = true, value_enum, default_value_t)]
    message_format: MessageFormat,
}

#[derive(Subcommand)]
enum Command {
    Codegen(codegen::Args),
    Conform(conform::Args),
    Diff(diff::Args),
    Fixups(fixups::Args),
    Import(import::Import),
    Mock(mock::Args),
    Stats(stats::Args),
    Update(update::Args),
    Where(where_::Args),
}

/// Exit codes: 0 all is well, 1 the input has problems or a check failed, 2 the command line makes
/// no sense or a file could not be read or written.
fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli.command, cli.message_format) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(cli.message_format),
    }
}

fn run(command: Command, format: MessageFormat) -> Result<(), Failure> {
    if write::recover(&tree::project_root())? {
        let done = "an earlier run was interrupted while it wrote; its work is finished now";
        report::note(format, done);
    }
    match command {
        Command::Codegen(args) => args.run(),
        Command::Conform(args) => args.run(),
        Command::Diff(args) => args.run(),
        Command::Fixups(args) => args.run(),
        Command::Import(import) => import.run(format),
        Command::Mock(args) => args.run(),
        Command::Stats(args) => args.run(),
        Command::Update(args) => args.run(format),
        Command::Where(args) => args.run(),
    }
}

//! The `tabwright` command: profile, train, tune, learn, score, serve, verify, export, run.

mod args;
mod choice;
mod commands;
mod error;
mod files;
mod output;
mod progress;
mod search;
mod threads;
mod validation;

use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

use args::{Args, Command};
use error::CliError;

fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => return usage(&error),
    };
    let done = match args.command {
        Command::Profile(args) => commands::profile::run(&args),
        Command::Train(args) => commands::train::run(&args),
        Command::Tune(args) => commands::tune::run(&args),
        Command::Learn(args) => commands::learn::run(&args),
        Command::Score(args) => commands::score::run(&args),
        Command::Serve(args) => commands::serve::run(&args),
        Command::Verify(args) => commands::verify::run(&args),
        Command::Keygen(args) => commands::sign::keygen(&args),
        Command::Sign(args) => commands::sign::sign(&args),
        Command::Export(args) => commands::export::run(&args),
        Command::Run(args) => commands::run::run(&args),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("tabwright: {error}");
            error.exit_code()
        }
    }
}

/// Help and version as they are; a usage error as one line.
fn usage(error: &clap::Error) -> ExitCode {
    if matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    ) {
        return match error.print() {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        };
    }
    let text = error.to_string();
    let lines: Vec<&str> = text
        .lines()
        .map(str::trim)
        .take_while(|line| !line.starts_with("Usage:") && !line.starts_with("For more information"))
        .filter(|line| !line.is_empty())
        .collect();
    let what = if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        "expected a command: profile, train, tune, learn, score, serve, verify, export or run"
            .to_owned()
    } else {
        lines.join(" ").trim_start_matches("error: ").to_owned()
    };
    eprintln!("tabwright: {what} (see tabwright --help)");
    CliError::bad_input("").exit_code()
}

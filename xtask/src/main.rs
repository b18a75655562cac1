//! Everything that is done with this repository: `cargo xtask <setup|build|serve|test|e2e|parity|look|bench|oracles|ci>`.
//!
//! Tools are pinned in `tools.rs` and kept in a per-user cache, so that every clone of one version shares them.

mod bench;
mod dist;
mod e2e;
mod oracles;
mod parity;
mod say;
mod serve;
mod shell;
mod test;
mod tools;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// Sets up, builds, serves and tests Tabwright.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Args {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Fetches and builds the pinned tools that are missing.
    Setup {
        /// Also those that only the tests need: Chromium, playwright-core and Python packages.
        #[arg(long)]
        tests: bool,
    },
    /// Builds the app into dist/, which any static host can serve, also under a sub-path.
    Build {
        /// Unoptimised, with debug assertions.
        #[arg(long)]
        debug: bool,
    },
    /// Builds the app and serves it on this machine.
    Serve {
        /// The port.
        #[arg(long, default_value_t = 8080)]
        port: u16,
        /// Unoptimised, with debug assertions.
        #[arg(long)]
        debug: bool,
        /// Serves dist/ as it is.
        #[arg(long)]
        built: bool,
    },
    /// Runs every check and test, and ends with the line `N passed, N failed`.
    Test {
        /// Leaves out the build of the app, the tests in the browser, and the check of the fixtures by Python.
        #[arg(long)]
        quick: bool,
        /// Compares the engines on every table with every algorithm, and on more rows.
        #[arg(long)]
        full: bool,
    },
    /// What the continuous integration runs: `test`.
    Ci,
    /// Builds the app and runs the tests in the browser only.
    E2e {
        /// Files of tests/e2e to run, without `.mjs`; all if none is given.
        specs: Vec<String>,
        /// Takes dist/ as it is.
        #[arg(long)]
        built: bool,
    },
    /// Compares the scores of bundles on every engine: the command, plain Python, SQL, ONNX Runtime, MLflow, Spark.
    Parity(parity::Choice),
    /// Takes a picture of every stage into target/screenshots, and the README's docs/screenshot.png.
    Look {
        /// Takes dist/ as it is.
        #[arg(long)]
        built: bool,
    },
    /// Times Tabwright and its peers in turn, natively on one core and in Chromium, and prints JSON lines and ratios.
    Bench {
        /// What to time.
        work: bench::Work,
        /// How often.
        #[arg(long, default_value_t = 3)]
        rounds: usize,
        /// Also put the table into BENCHMARKS.md.
        #[arg(long)]
        write: bool,
    },
    /// Makes the fixtures of tests/oracles anew, with pinned Python packages.
    Oracles,
}

fn main() -> ExitCode {
    match run(Args::parse().task) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Whether the task's answer is yes.
fn run(task: Task) -> Result<bool> {
    match task {
        Task::Setup { tests } => {
            tools::for_build()?;
            if tests {
                tools::for_e2e()?;
                oracles::set_up()?;
                parity::set_up()?;
            }
            Ok(true)
        }
        Task::Build { debug } => dist::build(debug).map(|_| true),
        Task::Serve { port, debug, built } => {
            let dist = if built {
                dist::as_it_is()?
            } else {
                dist::build(debug)?
            };
            serve::run(&dist, port).map(|()| true)
        }
        Task::Test { quick, full } => test::run(quick, full),
        Task::Ci => test::run(false, false),
        Task::E2e { specs, built } => test::e2e_only(&specs, built),
        Task::Parity(choice) => parity::only(&choice),
        Task::Look { built } => e2e::look(built),
        Task::Bench {
            work,
            rounds,
            write,
        } => bench::run(work, rounds, write).map(|()| true),
        Task::Oracles => oracles::make().map(|()| true),
    }
}

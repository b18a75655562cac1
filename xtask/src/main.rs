//! Everything that is done with this repository: `cargo xtask <setup|build|serve|size|test|e2e|parity|look|bench|oracles|ci>`.
//!
//! Tools are pinned in `tools.rs` and kept in a per-user cache, so that every clone of one version shares them.

mod bench;
mod dist;
mod e2e;
mod licences;
mod oracles;
mod parity;
mod say;
mod serve;
mod shell;
mod size;
mod test;
mod tools;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::{Parser, Subcommand, ValueEnum};

/// Sets up, builds, serves and tests Tabwright.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Args {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Fetches what is missing of the pinned tools.
    Setup {
        /// Also what only the tests need: Chromium, playwright-core and Python packages.
        #[arg(long)]
        tests: bool,
    },
    /// Builds the app into dist/, which any static host can serve, also under a sub-path.
    Build,
    /// Builds the app for a look, sooner than `build`, and serves it on this machine.
    Serve {
        /// The port.
        #[arg(long, default_value_t = 8080)]
        port: u16,
        /// Builds and serves what is hosted: dist/.
        #[arg(long)]
        hosted: bool,
        /// Serves dist/ as it is.
        #[arg(long, conflicts_with = "hosted")]
        built: bool,
    },
    /// Prints how large the app is and what takes the most of it; fails if it is over its budget.
    Size {
        /// Also put the tables into BENCHMARKS.md.
        #[arg(long)]
        write: bool,
    },
    /// Runs every check and test, or those that are named, and ends with the line `N passed, N failed`.
    Test {
        /// Stages (fmt, licences, clippy, native, oracles, parity, app, browser), or crates (table, cli, …; system: the whole).
        names: Vec<String>,
        /// Leaves out the app, the browser, and what needs Python.
        #[arg(long, conflicts_with = "names")]
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
        /// Takes the build of `serve`, which is there sooner.
        #[arg(long, conflicts_with = "built")]
        quick: bool,
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
            tools::for_app()?;
            if tests {
                tools::for_e2e()?;
                oracles::set_up()?;
                parity::set_up()?;
            }
            Ok(true)
        }
        Task::Build => dist::build(dist::Kind::Hosted).map(|_| true),
        Task::Serve {
            port,
            hosted,
            built,
        } => serve::run(&served(hosted, built)?, port).map(|()| true),
        Task::Size { write } => size::report(write),
        Task::Test { names, quick, full } => test_named(&names, quick, full),
        Task::Ci => test::run(&test::Plan::default()),
        Task::E2e {
            specs,
            built,
            quick,
        } => {
            let built = match (built, quick) {
                (true, _) => test::Built::AsItIs,
                (_, true) => test::Built::Quick,
                _ => test::Built::Hosted,
            };
            test::e2e_only(&specs, built)
        }
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

/// The folder to serve, built where it has to be; says first what a first build takes.
fn served(hosted: bool, built: bool) -> Result<PathBuf> {
    if built {
        return dist::as_it_is();
    }
    let kind = if hosted {
        dist::Kind::Hosted
    } else {
        dist::Kind::Quick
    };
    dist::announce(kind);
    dist::build(kind)
}

/// Stages and crates by their names.
fn test_named(names: &[String], quick: bool, is_full: bool) -> Result<bool> {
    use test::Stage;

    let stages: Vec<Stage> = if quick {
        vec![Stage::Fmt, Stage::Licences, Stage::Clippy, Stage::Native]
    } else {
        names
            .iter()
            .filter_map(|name| Stage::from_str(name, true).ok())
            .collect()
    };
    let crates: Vec<String> = names
        .iter()
        .filter(|name| Stage::from_str(name, true).is_err())
        .cloned()
        .collect();
    if crates.is_empty() {
        return test::run(&test::Plan { stages, is_full });
    }
    if !stages.is_empty() {
        bail!("name stages or crates, not both: {}", names.join(" "));
    }
    test::crates(&crates)
}

//! Every check and test, and their sum.

use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::shell::{attempt, cargo, output, target_dir};
use crate::tools::{for_build, for_e2e};
use crate::{dist, e2e, oracles, parity, say};

/// Packages that exist for the browser only.
const BROWSER: [&str; 2] = ["tabwright-app", "tabwright-worker"];

/// The end of a call of clippy: whatever it finds is an error.
const DENY: [&str; 3] = ["--", "-D", "warnings"];

/// What runs natively.
const NATIVE: [&str; 5] = [
    "--workspace",
    "--exclude",
    "tabwright-app",
    "--exclude",
    "tabwright-worker",
];

/// How many tests passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Passed.
    pub passed: u32,
    /// Failed.
    pub failed: u32,
}

/// What was done so far.
#[derive(Default)]
struct Tally {
    total: Count,
    lines: Vec<String>,
}

impl Tally {
    /// Adds a stage: its tests, and how long it took.
    fn add(&mut self, stage: &str, count: Count, took: Duration) {
        self.total.passed += count.passed;
        self.total.failed += count.failed;
        let outcome = if count.failed == 0 { "ok" } else { "FAILED" };
        let line = format!(
            "{stage}: {outcome}, {} passed, {} failed, {}",
            count.passed,
            count.failed,
            say::duration(took)
        );
        println!("{line}");
        self.lines.push(line);
    }

    /// Runs a program that is one test: its exit code is the answer.
    fn check(&mut self, stage: &str, command: &mut Command) -> Result<()> {
        let start = Instant::now();
        let (text, good) = attempt(command)?;
        if !good {
            println!("{text}");
        }
        self.add(stage, one(good), start.elapsed());
        Ok(())
    }

    /// Runs `cargo test` and counts; what it wrote is shown if a test failed.
    fn tests(&mut self, stage: &str, command: &mut Command) -> Result<()> {
        let start = Instant::now();
        let (text, good) = attempt(command)?;
        let mut count = from_cargo(&text);
        if !good {
            println!("{text}");
            count.failed = count.failed.max(1);
        }
        self.add(stage, count, start.elapsed());
        Ok(())
    }

    /// Runs a step of the set-up that later stages need; one that fails is one failed test.
    fn need<T>(&mut self, stage: &str, step: impl FnOnce() -> Result<T>) -> Option<T> {
        let start = Instant::now();
        let outcome = step();
        if let Err(error) = &outcome {
            println!("{error:#}");
        }
        self.add(stage, one(outcome.is_ok()), start.elapsed());
        outcome.ok()
    }
}

fn one(good: bool) -> Count {
    Count {
        passed: u32::from(good),
        failed: u32::from(!good),
    }
}

/// Runs everything; `quick` leaves the browser and other engines out, `full` compares those on every table. Whether all passed.
///
/// # Errors
/// If a program that all needs, such as cargo, cannot be started.
pub fn run(quick: bool, full: bool) -> Result<bool> {
    let mut tally = Tally::default();
    tally.check("fmt", cargo().args(["fmt", "--all", "--check"]))?;
    tally.check(
        "clippy",
        // The app too: natively it has its tests.
        clippy()
            .args([
                "--workspace",
                "--exclude",
                "tabwright-worker",
                "--all-targets",
            ])
            .args(DENY),
    )?;
    native_tests(&mut tally)?;
    if !quick {
        tally.need("oracles", oracles::check);
        engines(&mut tally, full)?;
        // Sets up the wasm target, which clippy needs too.
        if tally.need("set-up", for_build).is_some() {
            let packages = BROWSER.iter().flat_map(|name| ["--package", name]);
            tally.check(
                "clippy (wasm32)",
                clippy()
                    .args(packages)
                    .args(["--target", "wasm32-unknown-unknown"])
                    .args(DENY),
            )?;
        }
        in_browser(&mut tally, &[], false)?;
    }
    Ok(sum_up(&tally))
}

/// Builds what the tests in the browser need, and runs those that are named.
///
/// # Errors
/// If a program cannot be started.
pub fn e2e_only(specs: &[String], built: bool) -> Result<bool> {
    let mut tally = Tally::default();
    in_browser(&mut tally, specs, built)?;
    Ok(sum_up(&tally))
}

/// The program `tabwright`, which tests compare the browser with.
///
/// # Errors
/// With the compiler's output.
pub fn build_command() -> Result<PathBuf> {
    let mut build = cargo();
    // The same packages as in the tests, so that the same features are on, and nothing is compiled twice.
    build.args(["build", "--bins"]).args(NATIVE);
    output(&mut build).context("the command tabwright cannot be built")?;
    Ok(target_dir()
        .join("debug")
        .join(format!("tabwright{}", std::env::consts::EXE_SUFFIX)))
}

fn clippy() -> Command {
    let mut command = cargo();
    command.arg("clippy");
    command
}

fn native_tests(tally: &mut Tally) -> Result<()> {
    let Some(program) = tally.need("build", build_command) else {
        return Ok(());
    };
    tally.tests(
        "unit, property and command tests",
        cargo_test().args(NATIVE).env("TABWRIGHT_BIN", program),
    )?;
    // By itself, so that what it needs is not compiled into the command.
    tally.tests(
        "unit tests of the app",
        cargo_test().args(["--package", "tabwright-app"]),
    )
}

/// One answer on every engine.
fn engines(tally: &mut Tally, full: bool) -> Result<()> {
    let python = tally.need("engines", parity::set_up);
    let program = tally.need("command", build_command);
    if let (Some(python), Some(program)) = (python, program) {
        let start = Instant::now();
        let count = parity::run(&python, &program, &parity::Choice::all(full))?;
        tally.add("one answer on every engine", count, start.elapsed());
    }
    Ok(())
}

fn cargo_test() -> Command {
    let mut command = cargo();
    command.args(["test", "--no-fail-fast"]);
    command
}

fn in_browser(tally: &mut Tally, specs: &[String], built: bool) -> Result<()> {
    let dist = tally.need("app", || {
        if built {
            dist::as_it_is()
        } else {
            dist::build(false)
        }
    });
    let tools = tally.need("browser", for_e2e);
    let program = tally.need("command", build_command);
    if let (Some(dist), Some(tools), Some(_)) = (dist, tools, program) {
        let start = Instant::now();
        let count = e2e::run(&tools, &dist, specs)?;
        tally.add("end to end in Chromium", count, start.elapsed());
    }
    Ok(())
}

fn sum_up(tally: &Tally) -> bool {
    println!("\n{}", tally.lines.join("\n"));
    println!(
        "\n{} passed, {} failed",
        tally.total.passed, tally.total.failed
    );
    tally.total.failed == 0
}

/// Adds up the `test result:` lines of `cargo test`.
fn from_cargo(text: &str) -> Count {
    let mut count = Count::default();
    for line in text
        .lines()
        .filter_map(|line| line.trim().strip_prefix("test result:"))
    {
        let number = |what: &str| {
            let before = line.split(what).next().unwrap_or_default();
            before
                .split_whitespace()
                .last()
                .and_then(|word| word.parse::<u32>().ok())
                .unwrap_or(0)
        };
        count.passed += number(" passed");
        count.failed += number(" failed");
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_of_cargo_are_added_up() {
        let text = "running 3 tests\ntest result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out\n\
            test result: ok. 40 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out\n";
        assert_eq!(
            from_cargo(text),
            Count {
                passed: 42,
                failed: 1
            }
        );
        assert_eq!(from_cargo("error: could not compile"), Count::default());
    }
}

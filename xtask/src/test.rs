//! Every check and test, and their sum. What needs one core for long (linking the app) goes on beside what else there is.

use std::path::PathBuf;
use std::process::Command;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::say;
use crate::shell::{cargo, cargo_attempt, cargo_output, target_dir};
use crate::{dist, e2e, licences, oracles, parity, size, tools};

/// Packages that exist for the browser only.
const BROWSER: [&str; 2] = [dist::APP, dist::WORKER];

/// The end of a call of clippy: whatever it finds is an error.
const DENY: [&str; 3] = ["--", "-D", "warnings"];

/// What runs natively.
const NATIVE: [&str; 5] = [
    "--workspace",
    "--exclude",
    dist::APP,
    "--exclude",
    dist::WORKER,
];

/// A part of the tests that can be run alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Stage {
    /// Formatting, by rustfmt.
    Fmt,
    /// Licences and known advisories of what is built in.
    Licences,
    /// Clippy, for this machine and for the browser.
    Clippy,
    /// Unit, property and command tests.
    Native,
    /// The fixtures, made anew by the Python libraries that they come from.
    Oracles,
    /// One answer on every engine.
    Parity,
    /// The app: that it builds, and keeps to its size.
    App,
    /// End to end in Chromium.
    Browser,
}

/// How many tests passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Passed.
    pub passed: u32,
    /// Failed.
    pub failed: u32,
}

/// What was done so far; lanes that run side by side share it.
#[derive(Default)]
struct Tally(Mutex<Vec<Done>>);

struct Done {
    stage: String,
    count: Count,
    took: Duration,
}

impl Tally {
    /// Adds a stage: its tests, and how long it took.
    fn add(&self, stage: &str, count: Count, took: Duration) {
        let outcome = if count.failed == 0 { "ok" } else { "FAILED" };
        say::line(&format!(
            "{stage}: {outcome}, {} passed, {} failed, {}",
            count.passed,
            count.failed,
            say::duration(took)
        ));
        let stage = stage.to_owned();
        self.done().push(Done { stage, count, took });
    }

    fn done(&self) -> std::sync::MutexGuard<'_, Vec<Done>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs a program that is one test: its exit code is the answer.
    fn check(&self, stage: &str, command: &mut Command) -> Result<()> {
        self.run(stage, command, |_, good| one(good))
    }

    /// Runs `cargo test` and counts.
    fn tests(&self, stage: &str, command: &mut Command) -> Result<()> {
        self.run(stage, command, |text, good| {
            let mut count = from_cargo(text);
            if !good {
                count.failed = count.failed.max(1);
            }
            count
        })
    }

    /// Runs cargo and counts; what it wrote is shown if it failed.
    fn run(
        &self,
        stage: &str,
        command: &mut Command,
        count: impl FnOnce(&str, bool) -> Count,
    ) -> Result<()> {
        let start = Instant::now();
        let (text, good) = say::step(stage, |note| cargo_attempt(command, note))?;
        if !good {
            say::line(&text);
        }
        self.add(stage, count(&text, good), start.elapsed());
        Ok(())
    }

    /// Runs a step that is one test, or that later stages need.
    fn need<T>(&self, stage: &str, step: impl FnOnce() -> Result<T>) -> Option<T> {
        let start = Instant::now();
        let outcome = step();
        if let Err(error) = &outcome {
            say::line(&format!("{error:#}"));
        }
        self.add(stage, one(outcome.is_ok()), start.elapsed());
        outcome.ok()
    }

    /// A table of the stages and their minutes, and the sum; whether all passed.
    fn sum_up(&self, took: Duration) -> bool {
        let done = self.done();
        let total = done.iter().fold(Count::default(), |sum, done| Count {
            passed: sum.passed + done.count.passed,
            failed: sum.failed + done.count.failed,
        });
        println!(
            "\n{:<40} {:>7} {:>7} {:>8}",
            "stage", "passed", "failed", "minutes"
        );
        let row = |stage: &str, count: Count, took: Duration| {
            let minutes = took.as_secs_f64() / 60.0;
            println!(
                "{stage:<40} {:>7} {:>7} {minutes:>8.1}",
                count.passed, count.failed
            );
        };
        for done in done.iter() {
            row(&done.stage, done.count, done.took);
        }
        row("all, some side by side", total, took);
        println!("\n{} passed, {} failed", total.passed, total.failed);
        total.failed == 0
    }
}

fn one(good: bool) -> Count {
    Count {
        passed: u32::from(good),
        failed: u32::from(!good),
    }
}

/// What is to be run.
#[derive(Clone, Default)]
pub struct Plan {
    /// These stages; all if none is named.
    pub stages: Vec<Stage>,
    /// The engines on every table with every algorithm, and on more rows.
    pub is_full: bool,
}

impl Plan {
    fn has(&self, stage: Stage) -> bool {
        self.stages.is_empty() || self.stages.contains(&stage)
    }
}

/// Runs what is planned. Whether all passed.
///
/// # Errors
/// If a program that all needs, such as cargo, cannot be started.
pub fn run(plan: &Plan) -> Result<bool> {
    let (tally, start) = (Tally::default(), Instant::now());
    // What all lanes need, so that none waits for another's download.
    if plan.has(Stage::Clippy) || plan.has(Stage::App) || plan.has(Stage::Browser) {
        tally.need("set-up", tools::for_app);
    }
    std::thread::scope(|scope| {
        let app = scope.spawn(|| for_the_browser(&tally, plan));
        native(&tally, plan)?;
        match app.join() {
            Ok(outcome) => outcome,
            Err(_) => bail!("the lane of the app was lost"),
        }
    })?;
    if plan.has(Stage::Browser) {
        in_browser(&tally, &[], None)?;
    }
    Ok(tally.sum_up(start.elapsed()))
}

/// Runs the tests of crates: `table`, `cli`, or `system` for those of the whole.
///
/// # Errors
/// If there is no such crate, or cargo cannot be started.
pub fn crates(names: &[String]) -> Result<bool> {
    let (tally, start) = (Tally::default(), Instant::now());
    for name in names {
        let package = match name.as_str() {
            "system" => "tabwright-tests".to_owned(),
            "xtask" => "xtask".to_owned(),
            name => format!("tabwright-{name}"),
        };
        let mut command = cargo_test();
        command.args(["--package", &package]);
        if name == "system" {
            let Some(program) = tally.need("command", build_command) else {
                continue;
            };
            command.env("TABWRIGHT_BIN", program);
        }
        tally.tests(name, &mut command)?;
    }
    Ok(tally.sum_up(start.elapsed()))
}

/// Builds what the tests in the browser need, and runs those that are named.
///
/// # Errors
/// If a program cannot be started.
pub fn e2e_only(specs: &[String], built: Built) -> Result<bool> {
    let (tally, start) = (Tally::default(), Instant::now());
    in_browser(&tally, specs, Some(built))?;
    Ok(tally.sum_up(start.elapsed()))
}

/// Which build of the app the tests in the browser open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Built {
    /// As it is hosted.
    Hosted,
    /// There sooner, for while one works on the app.
    Quick,
    /// dist/ as it is.
    AsItIs,
}

impl Built {
    /// The folder, built where it has to be.
    ///
    /// # Errors
    /// If it cannot be built.
    pub fn folder(self) -> Result<PathBuf> {
        match self {
            Self::Hosted => dist::build(dist::Kind::Hosted),
            Self::Quick => dist::build(dist::Kind::Quick),
            Self::AsItIs => dist::as_it_is(),
        }
    }
}

/// The program `tabwright`, which tests compare the browser with.
///
/// # Errors
/// With the compiler's output.
pub fn build_command() -> Result<PathBuf> {
    say::step("command and tests", |note| {
        let mut build = cargo();
        // The same packages as in the tests, and the tests beside them, so that the same features are on and nothing is compiled twice.
        build.args(["build", "--lib", "--bins", "--tests"]);
        build.args(NATIVE);
        cargo_output(&mut build, note).context("the command tabwright cannot be built")
    })?;
    Ok(target_dir()
        .join("debug")
        .join(format!("tabwright{}", std::env::consts::EXE_SUFFIX)))
}

/// What runs on this machine without a browser.
fn native(tally: &Tally, plan: &Plan) -> Result<()> {
    if plan.has(Stage::Fmt) {
        tally.check("fmt", cargo().args(["fmt", "--all", "--check"]))?;
    }
    if plan.has(Stage::Licences) {
        tally.need("licences and advisories", licences::check);
    }
    if plan.has(Stage::Native) {
        native_tests(tally)?;
    }
    if plan.has(Stage::Clippy) {
        let mut clippy = clippy();
        tally.check(
            "clippy",
            clippy.args(NATIVE).arg("--all-targets").args(DENY),
        )?;
    }
    if plan.has(Stage::Parity) {
        engines(tally, plan.is_full)?;
    }
    if plan.has(Stage::Oracles) {
        tally.need("oracles", oracles::check);
    }
    Ok(())
}

/// What ends in the app and can go on beside the native tests.
fn for_the_browser(tally: &Tally, plan: &Plan) -> Result<()> {
    if plan.has(Stage::App) || plan.has(Stage::Browser) {
        let dist = tally.need("app", || dist::build(dist::Kind::Hosted));
        if let (Some(dist), true) = (dist, plan.has(Stage::App)) {
            tally.need("size", || size::check(&dist));
        }
    }
    if plan.has(Stage::Clippy) {
        let packages = BROWSER.iter().flat_map(|name| ["--package", name]);
        let mut clippy = clippy();
        clippy.args(packages).args(["--target", tools::WASM]);
        tally.check("clippy (wasm32)", clippy.args(DENY))?;
    }
    Ok(())
}

fn clippy() -> Command {
    let mut command = cargo();
    command.arg("clippy");
    command
}

fn native_tests(tally: &Tally) -> Result<()> {
    let Some(program) = tally.need("command", build_command) else {
        return Ok(());
    };
    tally.tests(
        "unit, property and command tests",
        cargo_test().args(NATIVE).env("TABWRIGHT_BIN", program),
    )
}

/// One answer on every engine.
fn engines(tally: &Tally, full: bool) -> Result<()> {
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
    // Not the examples in comments: there are none.
    command.args(["test", "--no-fail-fast", "--lib", "--bins", "--tests"]);
    command
}

/// `built` says which build; none is the one that the stages before have made.
fn in_browser(tally: &Tally, specs: &[String], built: Option<Built>) -> Result<()> {
    let dist = match built {
        Some(built) => tally.need("app", || built.folder()),
        None => dist::as_it_is().ok(),
    };
    let browser = tally.need("browser", tools::for_e2e);
    let program = tally.need("command", build_command);
    if let (Some(dist), Some(browser), Some(_)) = (dist, browser, program) {
        let start = Instant::now();
        let count = e2e::run(&browser, &dist, specs)?;
        tally.add("end to end in Chromium", count, start.elapsed());
    }
    Ok(())
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

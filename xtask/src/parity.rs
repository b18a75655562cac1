//! One answer on every engine: bundles of the command through the engines of `tests/parity`.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use crate::shell::{root, target_dir};
use crate::test::Count;
use crate::{test, tools};

/// Which part of the suite.
#[derive(Default, clap::Args)]
pub struct Choice {
    /// Every table with every algorithm, and more rows.
    #[arg(long)]
    full: bool,
    /// Only this engine (a module of tests/parity/engines); may be given several times.
    #[arg(long)]
    engine: Vec<String>,
    /// Only this TABLE-ALGORITHM, such as titanic-gbt; may be given several times.
    #[arg(long)]
    case: Vec<String>,
}

impl Choice {
    /// All engines, on the tables of each run or on every one.
    pub fn all(full: bool) -> Self {
        Self {
            full,
            ..Self::default()
        }
    }
}

/// Sets up the engines; gives the Python that runs them.
///
/// # Errors
/// If Python, a package or Java cannot be set up.
pub fn set_up() -> Result<PathBuf> {
    tools::java()?;
    tools::python(&folder().join("requirements.txt"))
}

/// Builds the command and compares; whether all agree.
///
/// # Errors
/// If the command or the engines cannot be set up.
pub fn only(choice: &Choice) -> Result<bool> {
    let python = set_up()?;
    let count = run(&python, &test::build_command()?, choice)?;
    Ok(count.failed == 0)
}

/// Compares, and prints what was compared as it goes.
///
/// # Errors
/// If Python cannot be started.
pub fn run(python: &Path, tabwright: &Path, choice: &Choice) -> Result<Count> {
    let mut command = Command::new(python);
    command
        .arg("-B")
        .arg(folder().join("suite.py"))
        .arg(tabwright)
        .args([root().join("tests/data"), target_dir().join("parity")]);
    if choice.full {
        command.arg("--full");
    }
    for (flag, values) in [("--engine", &choice.engine), ("--case", &choice.case)] {
        for value in values {
            command.args([flag, value]);
        }
    }
    let mut suite = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .context("Python cannot be started")?;
    let mut last = String::new();
    if let Some(out) = suite.stdout.take() {
        for line in BufReader::new(out).lines() {
            last = line?;
            println!("{last}");
        }
    }
    let mut count = from_last_line(&last);
    if !suite.wait()?.success() && count.failed == 0 {
        count.failed = 1;
    }
    Ok(count)
}

fn folder() -> PathBuf {
    root().join("tests/parity")
}

/// Reads `N passed, N failed`.
fn from_last_line(line: &str) -> Count {
    let mut words = line.split_whitespace();
    let mut number = || {
        let number = words.next().and_then(|word| word.parse().ok());
        words.next();
        number.unwrap_or(0)
    };
    Count {
        passed: number(),
        failed: number(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_come_from_the_last_line() {
        let count = from_last_line("12 passed, 3 failed");
        assert_eq!((count.passed, count.failed), (12, 3));
        assert_eq!(from_last_line("Traceback"), Count::default());
    }
}

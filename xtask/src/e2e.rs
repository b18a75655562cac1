//! The tests in a real browser, by Node's test runner and playwright-core.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::shell::{root, target_dir};
use crate::test::Count;
use crate::tools::E2eTools;
use crate::{dist, serve, test, tools};

/// All there is; `look` takes pictures and is asked for by its own command.
const SPECS: [&str; 7] = [
    "safety", "journey", "reload", "learn", "explore", "smooth", "a11y",
];

/// Runs the files of `tests/e2e` that are named, or all, and counts their tests.
///
/// # Errors
/// If Node cannot be started.
pub fn run(tools: &E2eTools, dist: &Path, specs: &[String]) -> Result<Count> {
    let all: Vec<String> = SPECS.map(str::to_owned).to_vec();
    let chosen = if specs.is_empty() { &all } else { specs };
    let tap = target_dir().join("e2e.tap");
    let mut command = node(tools, dist)?;
    command.args([
        "--test",
        "--test-concurrency=1",
        "--test-reporter=spec",
        "--test-reporter-destination=stdout",
    ]);
    command
        .arg("--test-reporter=tap")
        .arg(format!("--test-reporter-destination={}", tap.display()));
    for spec in chosen {
        command.arg(root().join(format!("tests/e2e/{spec}.mjs")));
    }
    let status = command
        .status()
        .context("Node 20 or later is needed: https://nodejs.org")?;
    let mut count = from_tap(&fs::read_to_string(tap).unwrap_or_default());
    if !status.success() && count.failed == 0 {
        count.failed = 1;
    }
    Ok(count)
}

/// Builds the app and takes the pictures.
///
/// # Errors
/// If the app cannot be built.
pub fn look(built: bool) -> Result<bool> {
    let dist = if built {
        dist::as_it_is()?
    } else {
        dist::build(false)?
    };
    let tools = tools::for_e2e()?;
    test::build_command()?;
    let mut command = node(&tools, &dist)?;
    let status = command
        .arg(root().join("tests/e2e/look.mjs"))
        .status()
        .context("Node is needed")?;
    Ok(status.success())
}

/// Node with what the tests want to know in its environment, and a server with the app.
fn node(tools: &E2eTools, dist: &Path) -> Result<Command> {
    let server = serve::in_background(dist)?;
    let program = target_dir()
        .join("debug")
        .join(format!("tabwright{}", std::env::consts::EXE_SUFFIX));
    if !program.is_file() {
        bail!(
            "{} is missing: `cargo build -p tabwright-cli`",
            program.display()
        );
    }
    let mut command = Command::new("node");
    command.current_dir(root());
    command
        .env("TABWRIGHT_URL", &server.url)
        .env("TABWRIGHT_SUB_URL", &server.sub_url);
    command
        .env("TABWRIGHT_BIN", program)
        .env("TABWRIGHT_MODULES", &tools.modules)
        .env("CHROMIUM", &tools.chromium);
    Ok(command)
}

/// Counts from the last lines of a report in the Test Anything Protocol.
fn from_tap(report: &str) -> Count {
    let number = |name: &str| {
        let line = report
            .lines()
            .rev()
            .find_map(|line| line.strip_prefix(&format!("# {name} ")));
        line.and_then(|text| text.trim().parse::<u32>().ok())
            .unwrap_or(0)
    };
    Count {
        passed: number("pass"),
        failed: number("fail") + number("cancelled"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_come_from_the_report() {
        let report =
            "TAP version 13\nok 1 - a\n# tests 4\n# pass 2\n# fail 1\n# cancelled 1\n# skipped 0\n";
        assert_eq!(
            from_tap(report),
            Count {
                passed: 2,
                failed: 2
            }
        );
    }
}

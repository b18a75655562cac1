//! The tests in a real browser, by Node's test runner and playwright-core.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::shell::{root, target_dir};
use crate::test::Count;
use crate::tools::E2eTools;
use crate::{serve, test, tools};

/// What is run at a time: files that stand together run two at a time. `smooth` times what the page does and has the machine for itself.
/// `look` takes pictures and is asked for by its own command.
const SPECS: [&[&str]; 2] = [
    &[
        "journey", "safety", "reload", "person", "learn", "explore", "offline", "identity", "a11y",
    ],
    &["smooth"],
];

/// Runs the files of `tests/e2e` that are named, or all, and counts their tests.
///
/// # Errors
/// If Node cannot be started.
pub fn run(tools: &E2eTools, dist: &Path, specs: &[String]) -> Result<Count> {
    let mut sum = Count::default();
    for group in SPECS {
        let chosen: Vec<&str> = group
            .iter()
            .copied()
            .filter(|spec| specs.is_empty() || specs.iter().any(|name| name == spec))
            .collect();
        if !chosen.is_empty() {
            let count = run_group(tools, dist, &chosen)?;
            sum.passed += count.passed;
            sum.failed += count.failed;
        }
    }
    if let Some(unknown) = specs
        .iter()
        .find(|name| !SPECS.concat().contains(&name.as_str()))
    {
        bail!(
            "there is no tests/e2e/{unknown}.mjs among {}",
            SPECS.concat().join(", ")
        );
    }
    Ok(sum)
}

fn run_group(tools: &E2eTools, dist: &Path, specs: &[&str]) -> Result<Count> {
    let tap = target_dir().join(format!("e2e-{}.tap", specs[0]));
    let mut command = node(tools, dist)?;
    command.args([
        "--test",
        "--test-concurrency=2",
        "--test-reporter=spec",
        "--test-reporter-destination=stdout",
    ]);
    command
        .arg("--test-reporter=tap")
        .arg(format!("--test-reporter-destination={}", tap.display()));
    for spec in specs {
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
    let built = if built {
        test::Built::AsItIs
    } else {
        test::Built::Hosted
    };
    let dist = built.folder()?;
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
        .env("TABWRIGHT_DIST", dist)
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

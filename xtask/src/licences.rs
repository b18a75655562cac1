//! What is built in may be passed on: every crate's licence is one of those that we know, and none has a known fault.

use std::collections::BTreeSet;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;
use spdx::{Expression, LicenseReq};

use crate::say;
use crate::shell::{cargo, output, works};

/// Licences of which one is enough; all let the program be passed on in any form.
const KNOWN: [&str; 13] = [
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Checks the licences of all that Cargo.lock names and, where a program for it is installed, known advisories.
///
/// # Errors
/// Which crates have other licences, or what is advised against.
pub fn check() -> Result<()> {
    let text = output(cargo().args(["metadata", "--format-version", "1", "--locked"]))?;
    let metadata: Value = serde_json::from_str(&text).context("what cargo metadata says")?;
    let others = others(&metadata)?;
    if !others.is_empty() {
        let others: Vec<String> = others.into_iter().collect();
        bail!(
            "licences that xtask/src/licences.rs does not know:\n{}",
            others.join("\n")
        );
    }
    advisories()
}

/// Crates with another licence: name, version, licence.
fn others(metadata: &Value) -> Result<BTreeSet<String>> {
    let packages = metadata["packages"].as_array().context("no packages")?;
    let mut others = BTreeSet::new();
    for package in packages {
        let said = package["license"].as_str().unwrap_or("none said");
        // Older crates separate the licences that one may choose from by a slash.
        let is_known = Expression::parse(&said.replace('/', " OR "))
            .is_ok_and(|licence| licence.evaluate(is_known));
        if !is_known {
            others.insert(format!(
                "{} {}: {said}",
                text(&package["name"]),
                text(&package["version"])
            ));
        }
    }
    Ok(others)
}

fn is_known(licence: &LicenseReq) -> bool {
    licence
        .license
        .id()
        .is_some_and(|id| KNOWN.contains(&id.name))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Asks cargo-deny, which keeps the list of advisories: it is a repository of its own, so a machine may have neither.
fn advisories() -> Result<()> {
    let deny = || {
        let mut command = Command::new("cargo-deny");
        command.current_dir(crate::shell::root());
        command
    };
    if !works(deny().arg("--version")) {
        say::line(
            "advisories … not checked: cargo-deny is not installed (`cargo install cargo-deny`)",
        );
        return Ok(());
    }
    if !works(deny().args(["fetch", "db"])) {
        say::line("advisories … not checked: their list cannot be fetched from here");
        return Ok(());
    }
    output(deny().args(["check", "advisories"])).map(drop)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn licences_are_read_as_what_one_may_choose() {
        let package = |licence: &str| json!({ "packages": [{ "name": "x", "version": "1.0.0", "license": licence }] });
        for good in [
            "MIT OR Apache-2.0",
            "MIT/GPL-3.0-only",
            "(MIT OR Apache-2.0) AND Unicode-3.0",
        ] {
            assert!(others(&package(good)).unwrap().is_empty(), "{good}");
        }
        for bad in ["GPL-3.0-only", "MIT AND GPL-3.0-only", "who knows"] {
            assert_eq!(others(&package(bad)).unwrap().len(), 1, "{bad}");
        }
    }
}

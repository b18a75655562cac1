//! Who may depend on whom, from `cargo metadata`.

use std::collections::BTreeMap;
use std::process::Command;

use serde_json::Value;
use tabwright_tests::root;

/// Each package with those of the workspace that it uses: no more, so that the list is the picture.
const ARROWS: [(&str, &[&str]); 19] = [
    ("table", &["format"]),
    ("format", &[]),
    ("metrics", &["format"]),
    ("recipe", &["table"]),
    ("model", &["metrics", "recipe", "table"]),
    ("train", &["metrics", "model", "recipe", "table"]),
    ("export", &["model", "recipe", "table"]),
    ("chart", &["format", "metrics", "table"]),
    ("report", &["chart", "format", "metrics", "model", "table"]),
    (
        "engine",
        &[
            "export", "metrics", "model", "recipe", "report", "table", "train",
        ],
    ),
    ("sign", &[]),
    ("serve", &["model", "sign", "table"]),
    ("wire", &[]),
    ("worker", &["engine", "wire"]),
    (
        "cli",
        &[
            "engine", "export", "format", "model", "serve", "sign", "table",
        ],
    ),
    // Of the engine its protocol and plain value types.
    ("workbench", &["chart", "engine", "format"]),
    ("app", &["chart", "engine", "format", "wire", "workbench"]),
    ("tests", &[]),
    ("xtask", &["format"]),
];

/// What reaches the browser, and the packages that may.
const BROWSER: [&str; 6] = [
    "js-sys",
    "leptos",
    "plotters-canvas",
    "wasm-bindgen",
    "wasm-bindgen-futures",
    "web-sys",
];
const MAY_REACH_THE_BROWSER: [&str; 2] = ["app", "worker"];

/// Each package's own dependencies (not those for tests only), both without `tabwright-`.
fn dependencies() -> BTreeMap<String, Vec<String>> {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command
        .args([
            "metadata",
            "--offline",
            "--no-deps",
            "--format-version",
            "1",
        ])
        .current_dir(root());
    let out = command.output().expect("cargo metadata");
    assert!(
        out.status.success(),
        "{}",
        String::from_utf8_lossy(&out.stderr)
    );
    let metadata: Value = serde_json::from_slice(&out.stdout).expect("JSON");
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let name = |value: &Value| {
        value["name"]
            .as_str()
            .unwrap_or_default()
            .trim_start_matches("tabwright-")
            .to_owned()
    };
    list(&metadata["packages"])
        .iter()
        .map(|package| {
            let all = list(&package["dependencies"]);
            let own = all
                .iter()
                .filter(|dependency| dependency["kind"].is_null())
                .map(&name);
            (name(package), own.collect())
        })
        .collect()
}

#[test]
fn packages_use_only_those_below_them() {
    let dependencies = dependencies();
    let known: BTreeMap<&str, &[&str]> = ARROWS.into_iter().collect();
    for (package, used) in &dependencies {
        let allowed = known.get(package.as_str());
        let allowed = allowed.unwrap_or_else(|| {
            panic!("{package} is new: give it its place in ARROWS and ARCHITECTURE.md")
        });
        for other in used
            .iter()
            .filter(|other| dependencies.contains_key(*other))
        {
            assert!(
                allowed.contains(&other.as_str()),
                "{package} depends on {other}, which is not below it: move what it needs into a layer that both may know"
            );
        }
        for other in *allowed {
            assert!(
                used.iter().any(|used| used == other),
                "{package} does not use {other}: take that out of ARROWS"
            );
        }
    }
}

#[test]
fn only_app_and_worker_know_a_browser() {
    for (package, used) in dependencies() {
        let Some(other) = used.iter().find(|other| BROWSER.contains(&other.as_str())) else {
            continue;
        };
        assert!(
            MAY_REACH_THE_BROWSER.contains(&package.as_str()),
            "{package} depends on {other}: take what it needs as an argument, so that it also runs natively"
        );
    }
}

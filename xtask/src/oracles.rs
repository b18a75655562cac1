//! What other libraries say: the fixtures of `tests/oracles`, made by the scripts beside them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::say;
use crate::shell::{output, root};
use crate::tools;

/// What two processors' libraries may differ by, as a share of the number: the order of a sum, carried on by the inverse of
/// a matrix and by the ends of intervals near zero. Of the fixtures, those ends differ most, by 5e-10.
const TOLERANCE: f64 = 1e-8;

/// Makes the fixtures anew.
///
/// # Errors
/// If Python or its packages cannot be set up, or a script fails.
pub fn make() -> Result<()> {
    run_scripts(&folder())?;
    println!("`git diff tests/oracles` shows what differs from the committed fixtures");
    Ok(())
}

/// Makes the fixtures once more beside the committed ones and compares them.
///
/// # Errors
/// As [`make`], and with the first difference.
pub fn check() -> Result<()> {
    let made = root().join("target/xtask/oracles");
    if made.exists() {
        fs::remove_dir_all(&made)?;
    }
    fs::create_dir_all(&made)?;
    run_scripts(&made)?;
    let mut n_compared = 0;
    for entry in fs::read_dir(&made)? {
        let name = entry?.file_name();
        let read = |folder: &Path| -> Result<Value> {
            let path = folder.join(&name);
            let text = fs::read(&path).with_context(|| path.display().to_string())?;
            Ok(serde_json::from_slice(&text)?)
        };
        if let Some(difference) = difference(&read(&folder())?, &read(&made)?) {
            bail!(
                "tests/oracles/{}{difference}: `cargo xtask oracles` makes it anew",
                name.to_string_lossy()
            );
        }
        n_compared += 1;
    }
    if n_compared == 0 {
        bail!("the scripts of tests/oracles made no fixture");
    }
    Ok(())
}

/// Sets up what the scripts need; gives the Python that runs them.
///
/// # Errors
/// If Python or a package cannot be set up.
pub fn set_up() -> Result<PathBuf> {
    tools::python(&folder().join("requirements.txt"))
}

fn folder() -> PathBuf {
    root().join("tests/oracles")
}

/// Runs every script; each writes its fixture into the folder that it is given.
fn run_scripts(into: &Path) -> Result<()> {
    let python = set_up()?;
    let mut scripts: Vec<PathBuf> = fs::read_dir(folder())?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    scripts.retain(|path| path.extension().is_some_and(|ending| ending == "py"));
    scripts.sort();
    for script in scripts {
        let name = script.file_name().unwrap_or_default().to_string_lossy();
        say::step(&format!("oracle {name}"), |_| {
            output(Command::new(&python).arg(&script).arg(into)).map(drop)
        })?;
    }
    Ok(())
}

/// Where two fixtures differ first, and how, to follow the file's name.
fn difference(committed: &Value, made: &Value) -> Option<String> {
    match (committed, made) {
        (Value::Object(a), Value::Object(b)) if a.keys().eq(b.keys()) => a
            .iter()
            .find_map(|(key, value)| Some(format!(".{key}{}", difference(value, &b[key])?))),
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => a
            .iter()
            .zip(b)
            .enumerate()
            .find_map(|(at, (a, b))| Some(format!("[{at}]{}", difference(a, b)?))),
        (Value::Number(a), Value::Number(b)) if is_close(a.as_f64(), b.as_f64()) => None,
        (a, b) if a == b => None,
        (a, b) => Some(format!(" holds {a}, and the script says {b}")),
    }
}

fn is_close(a: Option<f64>, b: Option<f64>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() <= TOLERANCE * a.abs().max(b.abs()).max(1.0),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fixtures_are_compared_to_the_last_digits() {
        let committed = json!({"a": [1.0, {"b": "x"}], "c": null});
        let same = json!({"a": [1.000_000_000_000_1, {"b": "x"}], "c": null});
        assert_eq!(difference(&committed, &same), None);
        let other = json!({"a": [1.0, {"b": "y"}], "c": null});
        assert_eq!(
            difference(&committed, &other).unwrap(),
            ".a[1].b holds \"x\", and the script says \"y\""
        );
        assert!(difference(&committed, &json!({"a": [1.0], "c": null})).is_some());
        assert!(difference(&json!(1.0), &json!(1.000_001)).is_some());
    }
}

//! Other programs: run to their end, with their output kept for when they fail.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// The repository's root.
pub fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_owned()
}

/// The cargo that runs this program, in the repository's root.
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    command
}

/// Where cargo puts what it builds.
pub fn target_dir() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root().join("target"), |dir| root().join(dir))
}

/// Runs it and returns what it wrote to its standard output.
///
/// # Errors
/// If it cannot be started, or ends with an error: then all that it wrote is in the message.
pub fn output(command: &mut Command) -> Result<String> {
    let name = name(command);
    let done = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("{name} cannot be started"))?;
    let out = String::from_utf8_lossy(&done.stdout).into_owned();
    if done.status.success() {
        return Ok(out);
    }
    bail!(
        "{name} ended with {}:\n{out}{}",
        done.status,
        String::from_utf8_lossy(&done.stderr)
    )
}

/// Runs it and keeps its standard output, which may tell more than its exit code; the second part is whether it
/// succeeded. Its standard error comes after its output.
///
/// # Errors
/// If it cannot be started.
pub fn attempt(command: &mut Command) -> Result<(String, bool)> {
    let name = name(command);
    let done = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("{name} cannot be started"))?;
    let mut text = String::from_utf8_lossy(&done.stdout).into_owned();
    text.push_str(&String::from_utf8_lossy(&done.stderr));
    Ok((text, done.status.success()))
}

/// Whether it runs at all and succeeds.
pub fn works(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .output()
        .is_ok_and(|done| done.status.success())
}

/// `PATH` with these folders before all others.
///
/// # Errors
/// If a folder's name has the separator in it.
pub fn path_with(folders: &[PathBuf]) -> Result<std::ffi::OsString> {
    let present = std::env::var_os("PATH").unwrap_or_default();
    let all = folders
        .iter()
        .cloned()
        .chain(std::env::split_paths(&present));
    std::env::join_paths(all)
        .context("a folder of the tool cache cannot be in PATH: set TABWRIGHT_CACHE to another")
}

fn name(command: &Command) -> String {
    Path::new(command.get_program())
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

//! Other programs: run to their end, with their output kept for when they fail.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::say::Note;

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

/// Whether it runs at all and succeeds.
pub fn works(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .output()
        .is_ok_and(|done| done.status.success())
}

fn name(command: &Command) -> String {
    Path::new(command.get_program())
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

/// Runs cargo and returns what it wrote to its standard output; says meanwhile how far it is.
///
/// # Errors
/// If it cannot be started, or ends with an error: then all that it wrote is in the message.
pub fn cargo_output(command: &mut Command, note: &Note) -> Result<String> {
    let (text, good) = cargo_attempt(command, note)?;
    if good {
        return Ok(text);
    }
    bail!("cargo ended with an error:\n{text}")
}

/// Runs cargo and keeps what it wrote, its standard error behind its output; the second part is whether it succeeded. Its bar of
/// progress goes to `note`.
///
/// # Errors
/// If it cannot be started.
pub fn cargo_attempt(command: &mut Command, note: &Note) -> Result<(String, bool)> {
    let name = name(command);
    // Without a terminal cargo shows no bar unless it is told to.
    command
        .env("CARGO_TERM_PROGRESS_WHEN", "always")
        .env("CARGO_TERM_PROGRESS_WIDTH", "100")
        .env("CARGO_TERM_COLOR", "never");
    let mut running = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("{name} cannot be started"))?;
    let (out, err) = (running.stdout.take(), running.stderr.take());
    let (out, err) = std::thread::scope(|scope| {
        let err = scope.spawn(|| err.map(|err| without_bars(BufReader::new(err), note)));
        let mut text = String::new();
        if let Some(mut out) = out {
            // What is no UTF-8 ends the text, not the program.
            let _ = out.read_to_string(&mut text);
        }
        (text, err.join().ok().flatten().unwrap_or_default())
    });
    let good = running.wait()?.success();
    Ok((out + &err, good))
}

/// What a program wrote, without its bars of progress, which go to `note`.
fn without_bars(mut from: impl BufRead, note: &Note) -> String {
    let (mut kept, mut piece) = (String::new(), Vec::new());
    // A bar ends with a carriage return, a line with a line feed.
    while let Ok(1..) = read_piece(&mut from, &mut piece) {
        let text = String::from_utf8_lossy(&piece);
        if let Some(progress) = progress(&text) {
            note.set(progress);
        } else if let Some(executable) = text.trim().strip_prefix("Running ") {
            note.set(executable);
            kept.push_str(&text);
        } else if text.ends_with('\n') {
            kept.push_str(text.trim_start_matches('\r'));
        }
        piece.clear();
    }
    kept
}

fn read_piece(from: &mut impl BufRead, into: &mut Vec<u8>) -> std::io::Result<usize> {
    loop {
        let ready = from.fill_buf()?;
        if ready.is_empty() {
            return Ok(into.len());
        }
        let end = ready.iter().position(|byte| matches!(byte, b'\r' | b'\n'));
        let taken = end.map_or(ready.len(), |at| at + 1);
        into.extend_from_slice(&ready[..taken]);
        from.consume(taken);
        if end.is_some() {
            return Ok(into.len());
        }
    }
}

/// "34 of 210: leptos" from "Building [==>   ] 34/210: leptos, serde(build)".
fn progress(line: &str) -> Option<String> {
    let rest = line.trim().strip_prefix("Building [")?;
    let (_, rest) = rest.split_once("] ")?;
    let (count, names) = rest.split_once(':').unwrap_or((rest, ""));
    let (done, all) = count.split_once('/')?;
    let first = names.split(',').next().unwrap_or_default().trim();
    Some(match first {
        "" => format!("{done} of {all}"),
        first => format!("{done} of {all}: {first}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_of_cargo_is_told_apart_from_its_lines() {
        let text = "   Compiling serde v1.0\n    Building [=>    ] 34/210: leptos, serde(build)\r\r    Building [==> ] 35/210\rwarning: x\n";
        let note = Note::default();
        assert_eq!(
            without_bars(text.as_bytes(), &note),
            "   Compiling serde v1.0\nwarning: x\n"
        );
        assert_eq!(
            progress("    Building [=>    ] 34/210: leptos, serde(build)").unwrap(),
            "34 of 210: leptos"
        );
        assert_eq!(progress("Building [==> ] 35/210").unwrap(), "35 of 210");
        assert_eq!(progress("   Compiling serde v1.0"), None);
    }
}

//! The `tabwright` command, run as a user runs it, in a folder of its own.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use serde_json::Value;
use tempfile::TempDir;

use crate::{data, root};

/// A folder to run the command in; it goes when this is dropped.
pub struct Folder {
    dir: TempDir,
}

/// What a run gave.
#[derive(Debug)]
pub struct Run {
    /// The exit code; −1 if a signal ended it.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Folder {
    /// An empty folder.
    ///
    /// # Panics
    /// If the system has no place for one.
    pub fn new() -> Self {
        Self {
            dir: tempfile::tempdir().expect("a temporary folder"),
        }
    }

    /// A folder with these tables of `tests/data`.
    pub fn with(tables: &[&str]) -> Self {
        let folder = Self::new();
        for name in tables {
            folder.write(name, &data(name));
        }
        folder
    }

    /// Path of a file in it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Writes a file.
    ///
    /// # Panics
    /// If it cannot.
    pub fn write(&self, name: &str, content: &[u8]) {
        fs::write(self.path(name), content).unwrap_or_else(|error| panic!("{name}: {error}"));
    }

    /// Content of a file.
    ///
    /// # Panics
    /// If it cannot be read.
    pub fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Runs `tabwright` with arguments separated by blanks.
    pub fn run(&self, arguments: &str) -> Run {
        self.run_args(arguments.split_whitespace(), Stdio::null())
    }

    /// Runs `tabwright` with a file of this folder as standard input.
    ///
    /// # Panics
    /// If the file cannot be read.
    pub fn run_with_input(&self, arguments: &str, input: &str) -> Run {
        let file =
            fs::File::open(self.path(input)).unwrap_or_else(|error| panic!("{input}: {error}"));
        self.run_args(arguments.split_whitespace(), file.into())
    }

    fn run_args(&self, arguments: impl Iterator<Item = impl AsRef<OsStr>>, input: Stdio) -> Run {
        let mut command = Command::new(program());
        let done = command
            .args(arguments)
            .current_dir(self.dir.path())
            .stdin(input)
            .output();
        let done = done.unwrap_or_else(|error| panic!("{}: {error}", program().display()));
        Run {
            code: done.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&done.stdout).into_owned(),
            err: String::from_utf8_lossy(&done.stderr).into_owned(),
        }
    }
}

impl Default for Folder {
    fn default() -> Self {
        Self::new()
    }
}

impl Run {
    /// Its standard output; it must have succeeded.
    ///
    /// # Panics
    /// If it did not end with 0.
    #[track_caller]
    pub fn ok(self) -> String {
        assert_eq!(self.code, 0, "{}", self.err);
        self.out
    }

    /// Its standard output as JSON; it must have succeeded.
    ///
    /// # Panics
    /// If it did not end with 0, or wrote something else.
    #[track_caller]
    pub fn json(self) -> Value {
        let out = self.ok();
        serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}"))
    }

    /// Its one line on standard error; it must have refused with this code.
    ///
    /// # Panics
    /// If it ended otherwise, or said more or less than a line.
    #[track_caller]
    pub fn refused(self, code: i32) -> String {
        assert_eq!(self.code, code, "{}{}", self.out, self.err);
        assert_eq!(
            self.err.trim_end().lines().count(),
            1,
            "expected one line, found: {}",
            self.err
        );
        assert!(!self.err.contains("panicked"), "{}", self.err);
        self.err
    }
}

/// The program: `TABWRIGHT_BIN`, or built now.
pub(crate) fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| std::env::var_os("TABWRIGHT_BIN").map_or_else(build, PathBuf::from))
}

/// Builds the program into the folder that this test was built into.
fn build() -> PathBuf {
    let test = std::env::current_exe().expect("a path of this test");
    let profile = test
        .ancestors()
        .nth(2)
        .expect("the test is in target/<profile>/deps");
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command
        .args([
            "build",
            "--quiet",
            "--package",
            "tabwright-cli",
            "--target-dir",
        ])
        .current_dir(root());
    command.arg(profile.parent().expect("target"));
    if profile.ends_with("release") {
        command.arg("--release");
    }
    assert!(
        command.status().expect("cargo").success(),
        "the command tabwright cannot be built"
    );
    profile.join(format!("tabwright{}", std::env::consts::EXE_SUFFIX))
}

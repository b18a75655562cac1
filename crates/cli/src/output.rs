//! Where a command's bytes go, piece by piece.

use std::fs::{self, File};
use std::io::{self, StdoutLock, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::error::CliError;
use crate::files::partial_file;

/// A file that is there only once it is whole, or standard output.
pub enum Output {
    /// Standard output. A reader that goes away before it has everything is an error here: nobody could tell the part from the whole.
    Standard(StdoutLock<'static>),
    /// A file beside the place where it is to be; gone again unless it is moved there.
    Partial(NamedTempFile, PathBuf),
    /// What is no file, such as a pipe: nothing can be put in its place.
    Other(File, PathBuf),
}

impl Output {
    /// Standard output if there is no path.
    pub fn create(path: Option<&Path>) -> Result<Self, CliError> {
        let Some(path) = path else {
            return Ok(Self::Standard(io::stdout().lock()));
        };
        let open = || {
            if fs::metadata(path).is_ok_and(|found| !found.is_file()) {
                let file = File::options().write(true).open(path)?;
                return Ok(Self::Other(file, path.to_owned()));
            }
            Ok(Self::Partial(partial_file(path)?, path.to_owned()))
        };
        open().map_err(|error| CliError::file(path, &error))
    }

    /// Writes the next bytes.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), CliError> {
        match self {
            Self::Standard(out) => out.write_all(bytes),
            Self::Partial(out, _) => out.write_all(bytes),
            Self::Other(out, _) => out.write_all(bytes),
        }
        .map_err(|error| self.error(&error))
    }

    /// Says that these were all.
    pub fn finish(self) -> Result<(), CliError> {
        match self {
            Self::Standard(mut out) => out.flush().map_err(|error| standard(&error)),
            Self::Partial(out, path) => match out.persist(&path) {
                Ok(_) => Ok(()),
                Err(error) => Err(CliError::file(&path, &error.error)),
            },
            Self::Other(..) => Ok(()),
        }
    }

    fn error(&self, error: &io::Error) -> CliError {
        match self {
            Self::Standard(_) => standard(error),
            Self::Partial(_, path) | Self::Other(_, path) => CliError::file(path, error),
        }
    }
}

fn standard(error: &io::Error) -> CliError {
    CliError::bad_input(format!("standard output: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_appears_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("scores.csv");
        fs::write(&path, "before").unwrap();
        let mut out = Output::create(Some(&path)).unwrap();
        out.write(b"half").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"before");
        drop(out);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        let mut out = Output::create(Some(&path)).unwrap();
        out.write(b"all ").unwrap();
        out.write(b"of it").unwrap();
        out.finish().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"all of it");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_file_is_for_whom_any_other_is() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let [plain, ours] = ["plain", "ours"].map(|name| folder.path().join(name));
        fs::write(&plain, "").unwrap();
        Output::create(Some(&ours)).unwrap().finish().unwrap();
        let mode = |path| fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(&ours), mode(&plain));
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_file_is_written_to_and_not_replaced() {
        let mut out = Output::create(Some(Path::new("/dev/null"))).unwrap();
        out.write(b"gone").unwrap();
        out.finish().unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_said_by_name() {
        let mut out = Output::create(Some(Path::new("/dev/full"))).unwrap();
        let error = out.write(b"row").unwrap_err().to_string();
        assert!(error.starts_with("/dev/full: No space left"), "{error}");
    }
}

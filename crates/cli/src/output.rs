//! Where a command's bytes go, piece by piece.

use std::fs::{self, File};
use std::io::{self, StdoutLock, Write};
use std::path::{Path, PathBuf};

use crate::error::CliError;

/// A file that is there only once it is whole, or standard output.
pub enum Output {
    /// Standard output. A reader that goes away before it has everything is an error here: nobody could tell the part from the whole.
    Standard(StdoutLock<'static>),
    /// A file beside the place where it is to be.
    Partial(PartialFile),
    /// What is no file, such as a pipe: nothing can be put in its place.
    Other(File, PathBuf),
}

/// Removed again unless it is moved to its place.
pub struct PartialFile {
    file: File,
    partial: PathBuf,
    path: PathBuf,
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
            PartialFile::create(path).map(Self::Partial)
        };
        open().map_err(|error| CliError::file(path, &error))
    }

    /// Writes the next bytes.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), CliError> {
        match self {
            Self::Standard(out) => out.write_all(bytes),
            Self::Partial(out) => out.file.write_all(bytes),
            Self::Other(out, _) => out.write_all(bytes),
        }
        .map_err(|error| self.error(&error))
    }

    /// Says that these were all.
    pub fn finish(mut self) -> Result<(), CliError> {
        match &mut self {
            Self::Standard(out) => out.flush(),
            Self::Partial(out) => fs::rename(&out.partial, &out.path),
            Self::Other(..) => Ok(()),
        }
        .map_err(|error| self.error(&error))
    }

    fn error(&self, error: &io::Error) -> CliError {
        match self {
            Self::Standard(_) => CliError::bad_input(format!("standard output: {error}")),
            Self::Partial(PartialFile { path, .. }) | Self::Other(_, path) => {
                CliError::file(path, error)
            }
        }
    }
}

impl PartialFile {
    fn create(path: &Path) -> io::Result<Self> {
        let mut partial = path.as_os_str().to_owned();
        partial.push(".partial");
        let partial = PathBuf::from(partial);
        Ok(Self {
            file: File::create(&partial)?,
            partial,
            path: path.to_owned(),
        })
    }
}

impl Drop for PartialFile {
    fn drop(&mut self) {
        // Once it has been moved there is none. What else keeps it from being removed adds nothing to the first error.
        let _ = fs::remove_file(&self.partial);
    }
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

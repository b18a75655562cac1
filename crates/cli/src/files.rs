//! Files: read by slices, written whole or not at all.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use tabwright_engine::Source;
use tempfile::{Builder, NamedTempFile};

use crate::error::CliError;

/// A file on disk as the engine reads it.
pub struct FileSource {
    path: PathBuf,
    n_bytes: u64,
}

impl FileSource {
    /// Opens a file.
    pub fn open(path: &Path) -> Result<Self, CliError> {
        let metadata = fs::metadata(path).map_err(|error| CliError::file(path, &error))?;
        if metadata.is_dir() {
            return Err(CliError::bad_input(format!(
                "{}: expected a file, found a folder",
                path.display()
            )));
        }
        Ok(Self {
            path: path.to_owned(),
            n_bytes: metadata.len(),
        })
    }
}

impl Source for FileSource {
    fn name(&self) -> String {
        self.path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned()
    }

    fn len(&self) -> u64 {
        self.n_bytes
    }

    fn read(&self, start: u64, end: u64) -> Result<Vec<u8>, String> {
        let slice = || -> io::Result<Vec<u8>> {
            let mut file = File::open(&self.path)?;
            file.seek(SeekFrom::Start(start))?;
            let mut bytes = Vec::new();
            file.take(end - start).read_to_end(&mut bytes)?;
            Ok(bytes)
        };
        slice().map_err(|error| error.to_string())
    }
}

/// All bytes of a file.
pub fn read(path: &Path) -> Result<Vec<u8>, CliError> {
    fs::read(path).map_err(|error| CliError::file(path, &error))
}

/// Writes a file beside its place and renames it, so that nobody meets half a file.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), CliError> {
    let written = || -> io::Result<()> {
        let mut file = partial_file(path)?;
        file.write_all(bytes)?;
        file.persist(path)?;
        Ok(())
    };
    written().map_err(|error| CliError::file(path, &error))
}

/// A file in the folder of `path` that [`NamedTempFile::persist`] puts in its place at once, and that is gone again without.
pub fn partial_file(path: &Path) -> io::Result<NamedTempFile> {
    beside(path, 0o666, |partial, folder| partial.tempfile_in(folder))
}

/// Makes a file or a folder of a name of its own in the folder of `path`.
fn beside<T>(
    path: &Path,
    mode: u32,
    make: impl FnOnce(&Builder, &Path) -> io::Result<T>,
) -> io::Result<T> {
    let here = Path::new(".");
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    let mut prefix = path.file_name().unwrap_or_default().to_owned();
    prefix.push(".");
    let mut partial = Builder::new();
    partial.prefix(&prefix).suffix(".partial");
    // What is temporary is else its owner's alone; these are to be like any other file, less what the user's mask takes.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        partial.permissions(fs::Permissions::from_mode(mode));
    }
    #[cfg(not(unix))]
    let _ = mode;
    make(&partial, folder.unwrap_or(here))
}

/// Writes a folder beside its place and renames it: there is all of it or none. What is there already stays, unless it is an empty
/// folder.
pub fn write_folder(path: &Path, files: &BTreeMap<String, Vec<u8>>) -> Result<(), CliError> {
    let in_place = |error: &io::Error| CliError::file(path, error);
    if let Ok(mut found) = fs::read_dir(path) {
        if found.next().is_some() {
            return Err(CliError::bad_input(format!(
                "{}: the folder is not empty; name another one or remove it",
                path.display()
            )));
        }
        fs::remove_dir(path).map_err(|error| in_place(&error))?;
    } else if path.exists() {
        return Err(CliError::bad_input(format!(
            "{}: expected a folder, found a file",
            path.display()
        )));
    }
    let fill = || -> io::Result<()> {
        let partial = beside(path, 0o777, |partial, folder| partial.tempdir_in(folder))?;
        for (name, bytes) in files {
            let file = partial.path().join(name);
            if let Some(folder) = file.parent() {
                fs::create_dir_all(folder)?;
            }
            fs::write(file, bytes)?;
        }
        fs::rename(partial.path(), path)?;
        // It is no longer where it would be removed from.
        let _ = partial.keep();
        Ok(())
    };
    fill().map_err(|error| in_place(&error))
}

/// Writes to standard output. A reader that went away (`| head`) is no error.
pub fn print(bytes: &[u8]) -> Result<(), CliError> {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(CliError::bad_input(format!("standard output: {error}")))
        }
        _ => Ok(()),
    }
}

/// Writes one JSON value and a newline to standard output.
pub fn print_json(value: &impl Serialize) -> Result<(), CliError> {
    let mut json =
        serde_json::to_vec(value).map_err(|error| CliError::bad_input(error.to_string()))?;
    json.push(b'\n');
    print(&json)
}

//! `tabwright export`: a bundle's model for another engine.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tabwright_export::{Dialect, ExportError, Files, Plan, python, sql};
use tabwright_model::Bundle;

use crate::args::{ExportArgs, SqlDialect, TargetName};
use crate::error::CliError;
use crate::files;

/// What is written.
enum Written {
    File(Vec<u8>),
    Folder(Files),
}

/// Writes the model, once its proof agrees.
pub fn run(args: &ExportArgs) -> Result<(), CliError> {
    let in_file = |error| CliError::from(error).in_file(&args.bundle);
    let bundle = Bundle::from_zip(&files::read(&args.bundle)?).map_err(in_file)?;
    let report = bundle.replay_proof().map_err(in_file)?;
    if report.n_differing > 0 {
        return Err(CliError::No(format!(
            "{}: {} of {} margins differ from the proof: what it says must not be passed on",
            args.bundle.display(),
            report.n_differing,
            report.n_margins
        )));
    }
    let written = write(args, &bundle)
        .map_err(|error| CliError::bad_input(format!("{}: {error}", args.bundle.display())))?;
    match written {
        Written::File(bytes) => files::write(&args.out, &bytes),
        Written::Folder(entries) => write_folder(&args.out, &entries),
    }
}

fn write(args: &ExportArgs, bundle: &Bundle) -> Result<Written, ExportError> {
    let plan = Plan::of(&bundle.manifest.name, &bundle.pipeline)?;
    let dialect = match args.dialect {
        SqlDialect::Duckdb => Dialect::DuckDb,
        SqlDialect::Spark => Dialect::Spark,
    };
    Ok(match args.to {
        TargetName::Sql => Written::File(sql(&plan, dialect)?.into_bytes()),
        TargetName::Python => Written::File(python(&plan)?.into_bytes()),
    })
}

/// Writes a folder beside its place and renames it, so that nobody meets half of it.
fn write_folder(path: &Path, entries: &Files) -> Result<(), CliError> {
    let is_taken = match fs::read_dir(path) {
        Ok(mut entries) => entries.next().is_some(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => false,
        Err(error) => return Err(CliError::file(path, &error)),
    };
    if is_taken {
        return Err(CliError::bad_input(format!(
            "{}: expected a folder that is empty or not there yet; remove it, or choose another --out",
            path.display()
        )));
    }
    let mut partial = path.as_os_str().to_owned();
    partial.push(".partial");
    let partial = PathBuf::from(partial);
    let write_all = || -> io::Result<()> {
        for (name, bytes) in entries {
            let file = partial.join(name);
            if let Some(folder) = file.parent() {
                fs::create_dir_all(folder)?;
            }
            fs::write(file, bytes)?;
        }
        // An empty folder in the place would be in the way on some systems.
        if path.exists() {
            fs::remove_dir(path)?;
        }
        fs::rename(&partial, path)
    };
    write_all().map_err(|error| {
        // The first error is the one to tell; a left-over that cannot be removed adds nothing to it.
        let _ = fs::remove_dir_all(&partial);
        CliError::file(path, &error)
    })
}

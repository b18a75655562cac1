//! `tabwright export`: a bundle's model for another engine.

use std::collections::BTreeMap;

use tabwright_engine::VERSION;
use tabwright_export::{Dialect, MLFLOW, Plan, mlflow, onnx, python, spark, sql};
use tabwright_model::Bundle;

use crate::args::{ExportArgs, SqlDialect, TargetName};
use crate::error::CliError;
use crate::files;

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
    let written = written(args, bundle).map_err(|error| error.in_file(&args.bundle))?;
    match written {
        Written::File(bytes) => files::write(&args.out, &bytes),
        Written::Folder(entries) => files::write_folder(&args.out, &entries),
    }
}

/// What is to be written.
enum Written {
    File(Vec<u8>),
    /// Contents by name.
    Folder(BTreeMap<String, Vec<u8>>),
}

fn written(args: &ExportArgs, mut bundle: Bundle) -> Result<Written, CliError> {
    let name = bundle.manifest.name.clone();
    let plan = Plan::of(&name, &bundle.pipeline)?;
    let dialect = match args.dialect {
        SqlDialect::Duckdb => Dialect::DuckDb,
        SqlDialect::Spark => Dialect::Spark,
    };
    Ok(Written::File(match args.to {
        TargetName::Onnx => onnx(&plan, VERSION)?,
        TargetName::Sql => sql(&plan, dialect)?.into_bytes(),
        TargetName::Python => python(&plan)?.into_bytes(),
        TargetName::Spark => return Ok(Written::Folder(spark(&plan)?)),
        TargetName::Mlflow => {
            // A bundle has these since format 2.
            if !bundle.extras.contains_key(MLFLOW) {
                let entries = mlflow(&plan, VERSION)?;
                bundle.extras.extend(entries);
            }
            return Ok(Written::Folder(bundle.files()?));
        }
    }))
}

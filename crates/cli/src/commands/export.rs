//! `tabwright export`: a bundle's model for another engine.

use tabwright_export::{Dialect, ExportError, Plan, onnx, python, sql};
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
    let written = write(args, &bundle)
        .map_err(|error| CliError::bad_input(format!("{}: {error}", args.bundle.display())))?;
    files::write(&args.out, &written)
}

fn write(args: &ExportArgs, bundle: &Bundle) -> Result<Vec<u8>, ExportError> {
    let plan = Plan::of(&bundle.manifest.name, &bundle.pipeline)?;
    let dialect = match args.dialect {
        SqlDialect::Duckdb => Dialect::DuckDb,
        SqlDialect::Spark => Dialect::Spark,
    };
    Ok(match args.to {
        TargetName::Onnx => onnx(&plan, tabwright_engine::VERSION)?,
        TargetName::Sql => sql(&plan, dialect)?.into_bytes(),
        TargetName::Python => python(&plan)?.into_bytes(),
    })
}

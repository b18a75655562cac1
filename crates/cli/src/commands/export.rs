//! `tabwright export`: a bundle's model for another engine.

use tabwright_export::Artifact;
use tabwright_model::Bundle;

use crate::args::ExportArgs;
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
    let target = args.to.in_dialect(args.dialect);
    let made = target
        .export(&bundle)
        .map_err(|error| CliError::from(error).in_file(&args.bundle))?;
    let beside = || {
        let model = args.bundle.file_stem().unwrap_or_default();
        let name = target.default_name(&model.to_string_lossy());
        args.bundle.with_file_name(name)
    };
    let out = args.out.clone().unwrap_or_else(beside);
    match made {
        Artifact::File(bytes) => files::write(&out, &bytes),
        Artifact::Folder(entries) => files::write_folder(&out, &entries),
    }
}

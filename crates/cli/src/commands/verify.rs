//! `tabwright verify`: replays a bundle's proof.

use serde::Serialize;
use tabwright_model::Bundle;

use super::sign;
use crate::args::VerifyArgs;
use crate::error::CliError;
use crate::files;

#[derive(Serialize)]
struct Verdict<'a> {
    ok: bool,
    name: &'a str,
    algorithm: &'a str,
    rows: usize,
    margins: usize,
    differing: usize,
    /// Whether a signature was checked, and found to be right.
    signed: bool,
}

/// Replays the proof.
pub fn run(args: &VerifyArgs) -> Result<(), CliError> {
    let in_file = |error| CliError::from(error).in_file(&args.bundle);
    let bytes = files::read(&args.bundle)?;
    if let Some(key) = &args.key {
        sign::check(&args.bundle, &bytes, key, args.signature.as_deref())?;
    }
    let bundle = Bundle::from_zip(&bytes).map_err(in_file)?;
    let report = bundle.replay_proof().map_err(in_file)?;
    let manifest = &bundle.manifest;
    let ok = report.n_differing == 0 && report.n_margins > 0;
    if args.json {
        files::print_json(&Verdict {
            ok,
            name: &manifest.name,
            algorithm: &manifest.algorithm,
            rows: report.n_rows,
            margins: report.n_margins,
            differing: report.n_differing,
            signed: args.key.is_some(),
        })?;
    }
    if !ok {
        return Err(CliError::No(format!(
            "{}: {} of {} margins differ from the proof: this engine must not serve this bundle",
            args.bundle.display(),
            report.n_differing,
            report.n_margins
        )));
    }
    if !args.json {
        let line = format!(
            "{}: {} predicts {} ({}); {} proof rows, {} margins, every bit agrees{}\n",
            args.bundle.display(),
            manifest.algorithm,
            manifest.target,
            manifest.task,
            report.n_rows,
            report.n_margins,
            if args.key.is_some() {
                "; the signature is right"
            } else {
                ""
            }
        );
        files::print(line.as_bytes())?;
    }
    Ok(())
}

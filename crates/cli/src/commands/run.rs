//! `tabwright run`: what was clicked in the workbench, replayed headless.

use crate::args::RunArgs;
use crate::commands::train::{read_project, replay};
use crate::error::CliError;

/// Replays a project.
pub fn run(args: &RunArgs) -> Result<(), CliError> {
    let project = read_project(&args.project)?;
    replay(&project, &args.file, &args.out, args.json, &args.jobs)
}

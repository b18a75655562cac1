//! `tabwright train`: one model, cross-validated, and its bundle.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use serde::Serialize;
use tabwright_engine::metrics::Estimate;
use tabwright_engine::model::{Params, ProofReport};
use tabwright_engine::recipe::{RecipeStep, Step};
use tabwright_engine::train::{Algorithm, params};
use tabwright_engine::{
    Exported, Headless, ModelChoice, Project, Source, SourceInfo, TrialSummary,
};

use crate::args::TrainArgs;
use crate::error::CliError;
use crate::files::{self, FileSource};
use crate::progress::Bar;

/// What `--json` prints.
#[derive(Serialize)]
struct Report<'a> {
    task: &'a str,
    classes: &'a [String],
    target: &'a str,
    rows: usize,
    features: usize,
    algorithm: Algorithm,
    params: &'a Params,
    fit_seconds: f64,
    cv: &'a BTreeMap<String, Estimate>,
    folds: &'a [BTreeMap<String, f64>],
    convergence: Option<&'a str>,
    bundle: String,
    bundle_bytes: usize,
    proof: ProofReport,
}

/// Trains.
pub fn run(args: &TrainArgs) -> Result<(), CliError> {
    let project = project(args)?;
    let summary = replay(&project, &args.file, &args.out, args.json)?;
    if let Some(path) = &args.save_project {
        let json = serde_json::to_vec_pretty(&Project {
            chosen: summary,
            ..project
        })
        .map_err(|error| CliError::bad_input(error.to_string()))?;
        files::write(path, &json)?;
    }
    Ok(())
}

/// Replays a project on a file and writes its bundle; gives the model that was chosen.
pub fn replay(
    project: &Project,
    file: &Path,
    out: &Path,
    json: bool,
) -> Result<Option<ModelChoice>, CliError> {
    let bar = Bar::new();
    let mut engine = Headless::new(&bar);
    let source = Box::new(FileSource::open(file)?);
    engine
        .load(source, project.read.clone())
        .map_err(|failure| CliError::from(failure).in_file(file))?;
    let (summary, exported, zip) = engine.replay(project)?;
    files::write(out, &zip)?;
    drop(bar);
    let text = if json {
        None
    } else {
        Some(describe(project, &summary, &exported, out))
    };
    match text {
        Some(text) => files::print(text.as_bytes())?,
        None => files::print_json(&report(project, &summary, &exported, out, zip.len()))?,
    }
    Ok(project.chosen.clone())
}

/// The project that these arguments stand for.
fn project(args: &TrainArgs) -> Result<Project, CliError> {
    let mut project = match &args.project {
        Some(path) => read_project(path)?,
        None => Project::default(),
    };
    let source = FileSource::open(&args.file)?;
    if project.name.is_empty() {
        project.name = args
            .file
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
    }
    project.source = Some(SourceInfo {
        file: source.name(),
        n_bytes: source.len(),
    });
    project.target = args.target.clone().or(project.target);
    project.task = args.task.map_or(project.task, Into::into);
    project.folds = args.folds.unwrap_or(project.folds);
    project.seed = args.seed.unwrap_or(project.seed);
    if !args.drop.is_empty() {
        project.recipe.steps.push(RecipeStep {
            enabled: true,
            step: Step::drop(args.drop.clone()),
        });
    }
    let algorithm = args.algorithm.into();
    let mut given = Params::new();
    for setting in &args.set {
        let (name, value) = params::parse_setting(algorithm, setting)
            .map_err(|error| CliError::bad_input(error.to_string()))?;
        given.insert(name, value);
    }
    project.chosen = Some(ModelChoice {
        algorithm,
        params: given.clone(),
        tune_trials: 0,
    });
    project.algorithms = BTreeMap::from([(algorithm, given)]);
    Ok(project)
}

/// Reads a project file.
pub fn read_project(path: &Path) -> Result<Project, CliError> {
    let bytes = files::read(path)?;
    let text = String::from_utf8(bytes)
        .map_err(|_| CliError::bad_input("expected a project as JSON in UTF-8").in_file(path))?;
    Project::from_json(&text).map_err(|message| CliError::bad_input(message).in_file(path))
}

fn report<'a>(
    project: &'a Project,
    summary: &'a TrialSummary,
    exported: &Exported,
    out: &Path,
    n_bytes: usize,
) -> Report<'a> {
    Report {
        task: summary.task.name(),
        classes: summary.task.classes(),
        target: project.target.as_deref().unwrap_or_default(),
        rows: summary.n_rows,
        features: summary.n_features,
        algorithm: project
            .chosen
            .as_ref()
            .map_or(Algorithm::Baseline, |choice| choice.algorithm),
        params: &summary.params,
        fit_seconds: summary.fit_seconds,
        cv: &summary.metrics,
        folds: &summary.folds,
        convergence: summary.convergence.as_deref(),
        bundle: out.display().to_string(),
        bundle_bytes: n_bytes,
        proof: exported.proof.clone(),
    }
}

/// The result for people. Writing to a string cannot fail.
fn describe(project: &Project, summary: &TrialSummary, exported: &Exported, out: &Path) -> String {
    let mut text = format!(
        "{} of {} on {} rows × {} features, fitted in {:.2} s\n",
        summary.task.name(),
        project.target.as_deref().unwrap_or_default(),
        summary.n_rows,
        summary.n_features,
        summary.fit_seconds
    );
    for (metric, estimate) in &summary.metrics {
        let _ = writeln!(
            text,
            "  {metric:<10} {:.4} ± {:.4}",
            estimate.mean, estimate.std
        );
    }
    if let Some(convergence) = &summary.convergence {
        let _ = writeln!(text, "  {convergence}");
    }
    text + &format!(
        "{}: {} entries, {} proof rows, {} margins differ\n",
        out.display(),
        exported.entries.len(),
        exported.proof.n_rows,
        exported.proof.n_differing
    )
}

//! `tabwright train`: one model, cross-validated, and its bundle.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use serde::Serialize;
use tabwright_engine::metrics::{Estimate, Metric};
use tabwright_engine::model::{Coefficients, Params, ProofReport, Tuned, Tuning, Validation};
use tabwright_engine::recipe::{RecipeStep, Step};
use tabwright_engine::train::{Algorithm, params};
use tabwright_engine::{CHOSEN, Headless, ModelChoice, Project, Replayed, Source, SourceInfo};
use tabwright_format::{counted, duration_ms};

use super::coefficients::table;
use crate::args::{JobsArgs, ModelArgs, OutArgs, TrainArgs};
use crate::commands::tune::search_text;
use crate::error::CliError;
use crate::files::{self, FileSource};
use crate::progress::Bar;
use crate::threads::Threads;

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
    validation: &'a Validation,
    cv: &'a BTreeMap<String, Estimate>,
    folds: &'a [BTreeMap<String, f64>],
    convergence: Option<&'a str>,
    warnings: &'a [String],
    notes: &'a [String],
    coefficients: Option<&'a Coefficients>,
    #[serde(skip_serializing_if = "Option::is_none")]
    search: Option<&'a Tuned>,
    bundle: String,
    bundle_bytes: usize,
    proof: ProofReport,
}

/// Trains.
pub fn run(args: &TrainArgs) -> Result<(), CliError> {
    finish(
        &project(&args.model, None)?,
        &args.model,
        &args.out,
        &args.jobs,
    )
}

/// Replays a project that was typed, and saves it if asked to.
pub fn finish(
    project: &Project,
    model: &ModelArgs,
    out: &OutArgs,
    jobs: &JobsArgs,
) -> Result<(), CliError> {
    replay(project, &model.file, &out.out, out.json, jobs)?;
    if let Some(path) = &out.save_project {
        let json = serde_json::to_vec_pretty(project)
            .map_err(|error| CliError::bad_input(error.to_string()))?;
        files::write(path, &json)?;
    }
    Ok(())
}

/// Replays a project on a file and writes its bundle.
pub fn replay(
    project: &Project,
    file: &Path,
    out: &Path,
    json: bool,
    jobs: &JobsArgs,
) -> Result<(), CliError> {
    let bar = Bar::new();
    let mut engine = Headless::new(&bar).with(Threads::new(jobs, &bar)?);
    let source = Box::new(FileSource::open(file)?);
    engine
        .load(source, project.read.clone())
        .map_err(|failure| CliError::from(failure).in_file(file))?;
    let replayed = engine.replay(project)?;
    let coefficients = engine.coefficients(CHOSEN)?;
    files::write(out, &replayed.zip)?;
    bar.clear();
    for warning in &replayed.summary.warnings {
        eprintln!("tabwright: warning: {warning}");
    }
    let coefficients = coefficients.as_ref();
    if json {
        files::print_json(&report(project, &replayed, coefficients, out))
    } else {
        files::print(describe(project, &replayed, coefficients, out).as_bytes())
    }
}

/// The project that these arguments stand for.
pub fn project(args: &ModelArgs, tuning: Option<Tuning>) -> Result<Project, CliError> {
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
        sha256: None,
        file: source.name(),
        n_bytes: source.len(),
    });
    project.target = args.target.clone().or(project.target);
    project.weight = args.weight.clone().or(project.weight);
    project.task = args.task.map_or(project.task, Into::into);
    project.validation = args.validation.over(project.validation)?;
    project.seed = args.seed.unwrap_or(project.seed);
    if !args.drop.is_empty() {
        project.recipe.steps.push(RecipeStep {
            enabled: true,
            step: Step::drop(args.drop.clone()),
        });
    }
    let algorithm = args.algorithm;
    let mut given = Params::new();
    for setting in &args.set {
        let (name, value) = params::parse_setting(algorithm, setting)
            .map_err(|error| CliError::bad_input(error.to_string()))?;
        given.insert(name, value);
    }
    project.chosen = Some(ModelChoice {
        algorithm,
        params: given.clone(),
        tuning,
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
    replayed: &'a Replayed,
    coefficients: Option<&'a Coefficients>,
    out: &Path,
) -> Report<'a> {
    let Replayed {
        summary,
        exported,
        zip,
        tuned,
    } = replayed;
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
        validation: &project.validation,
        cv: &summary.metrics,
        folds: &summary.folds,
        convergence: summary.convergence.as_deref(),
        warnings: &summary.warnings,
        notes: &summary.notes,
        coefficients,
        search: tuned.as_ref(),
        bundle: out.display().to_string(),
        bundle_bytes: zip.len(),
        proof: exported.proof.clone(),
    }
}

/// The result for people. Writing to a string cannot fail.
fn describe(
    project: &Project,
    replayed: &Replayed,
    coefficients: Option<&Coefficients>,
    out: &Path,
) -> String {
    let Replayed {
        summary, exported, ..
    } = replayed;
    let mut text = format!(
        "{} of {} on {} × {}, fitted in {}\n",
        summary.task.name(),
        project.target.as_deref().unwrap_or_default(),
        counted(summary.n_rows, "row", "rows"),
        counted(summary.n_features, "feature", "features"),
        duration_ms(summary.fit_seconds * 1000.0)
    );
    if !summary.metrics.is_empty() {
        let _ = writeln!(text, "  {}", project.validation);
    }
    for (metric, estimate) in Metric::among(&summary.metrics) {
        let (mean, std) = (metric.text(estimate.mean), metric.text(estimate.std));
        let _ = writeln!(text, "  {metric:<10} {mean} ± {std}");
    }
    if let Some(tuned) = &replayed.tuned {
        text += &search_text(tuned, summary);
    }
    for note in &summary.notes {
        let _ = writeln!(text, "  {note}");
    }
    if let Some(convergence) = &summary.convergence {
        let _ = writeln!(text, "  {convergence}");
    }
    if let Some(coefficients) = coefficients {
        text += &table(coefficients);
    }
    text + &format!(
        "{}: {} entries, {} proof rows, {} margins differ\n",
        out.display(),
        exported.entries.len(),
        exported.proof.n_rows,
        exported.proof.n_differing
    )
}

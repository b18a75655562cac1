//! The engine: one request at a time, against one session.

use tabwright_model::Predictor;
use tabwright_recipe::{Feature, Recipe};
use tabwright_table::profile::pair;
use tabwright_table::{Schema, Table, profile};
use tabwright_train::{
    Part, PartResult, TaskChoice, Trained, Trial, detect_task, gather, params, rank_features,
    run_part,
};

use crate::count::json_bytes;
use crate::error::Area;
use crate::host::{Answer, Host, Job, Source};
use crate::load::{Reading, load};
use crate::protocol::{
    Body, Command, Event, PreviewStep, Reply, Request, SplitInfo, TargetInfo, TrialSummary, View,
};
use crate::rows::{OrderedView, window_of};
use crate::session::{Kept, Loaded, Session};
use crate::{Failure, VERSION, bundle, explore, pack};

/// What comes with a request.
#[derive(Default)]
pub struct Input {
    /// The file, for [`Command::Load`], [`Command::Compare`] and [`Command::Monitor`].
    pub file: Option<Box<dyn Source>>,
    /// What the host has read of the file already, all of it, or why it could not; for [`Command::Load`].
    pub reading: Option<Result<Reading, Failure>>,
    /// Byte buffers.
    pub attachments: Vec<Vec<u8>>,
}

/// An engine and its session.
#[derive(Default)]
pub struct Engine {
    session: Session,
}

impl Engine {
    /// The table that is loaded.
    pub(crate) fn table(&self) -> Result<&Table, Failure> {
        Ok(&self.session.loaded()?.table)
    }

    /// Does a job from its first to its last event. A job that fails leaves the session as it was.
    pub fn handle(&mut self, request: Request, input: Input, host: &dyn Host) {
        let job = Job {
            id: request.job,
            host,
        };
        let (body, attachments) = match self.answer(request.command, input, &job) {
            Ok((reply, attachments)) => (Body::Done(Box::new(reply)), attachments),
            Err(failure) => (Body::Failed(failure), Vec::new()),
        };
        host.emit(
            Event {
                job: request.job,
                body,
            },
            attachments,
        );
    }

    fn answer(&mut self, command: Command, input: Input, job: &Job) -> Answer {
        let session = &mut self.session;
        let reply = match command {
            Command::Hello => Reply::Hello {
                build: VERSION.to_owned(),
            },
            Command::Load { options } => load(session, input.file, input.reading, &options, job)?,
            Command::Rows { view, start, count } => rows(session, view, start, count)?,
            Command::Profile { target } => {
                Reply::Profile(profile(&session.loaded()?.table, target.as_deref())?)
            }
            Command::Pair { x, y, group } => {
                Reply::Pair(pair(&session.loaded()?.table, &x, &y, group.as_deref())?)
            }
            Command::Compare { options } => explore::compare(session, input.file, &options, job)?,
            Command::Report { target } => {
                return explore::report(session.loaded()?, target.as_deref());
            }
            Command::Fingerprint => Reply::Fingerprint {
                sha256: bundle::sha256(session.loaded()?, job)?,
            },
            Command::Pack { project, n_parts } => {
                let made_on = (!n_parts.is_empty())
                    .then(|| bundle::sha256(session.loaded()?, job))
                    .transpose()?;
                let file = pack::pack(&project, &n_parts, &input.attachments, made_on)?;
                return Ok((Reply::Packed, vec![file]));
            }
            Command::Unpack => {
                let Some(file) = input.file else {
                    let message = "the project file was not attached";
                    return Err(Failure::new(Area::Engine, message));
                };
                let (unpacked, parts) = pack::unpack(file.as_ref())?;
                return Ok((Reply::Unpacked(unpacked), vec![parts]));
            }
            Command::Target { target, task } => {
                target_info(&session.loaded()?.table, &target, task)?
            }
            Command::Preview { recipe, count } => preview(session.loaded()?, &recipe, count),
            Command::Rank {
                target,
                task,
                recipe,
            } => rank(session.loaded()?, &target, task, &recipe)?,
            Command::Split { trial } => split(session.loaded()?, &trial)?,
            Command::RunPart { trial, part } => return run(session, &trial, part, job),
            Command::Gather { id, trial } => keep(session, id, trial, &input.attachments)?,
            Command::Evaluate { id } => {
                Reply::Evaluation(session.kept(&id)?.trained.evaluation.clone())
            }
            Command::Coefficients { id } => {
                let fitted = session.kept(&id)?.trained.fitted.as_ref();
                Reply::Coefficients(fitted.and_then(|(_, model)| model.coefficients()))
            }
            Command::Export { id, name, tuned } => {
                return bundle::export(session, &id, &name, tuned, job);
            }
            Command::Score { id, keep } => return bundle::score(session, &id, &keep),
            Command::OpenBundle => bundle::open(session, &input.attachments)?,
            Command::Monitor { keep } => return bundle::monitor(session, input.file, &keep, job),
        };
        Ok((reply, Vec::new()))
    }
}

/// A window of the rows in the order and of the kind that are asked for, which is kept for the next window.
fn rows(session: &mut Session, view: View, start: usize, count: usize) -> Result<Reply, Failure> {
    let table = session.loaded()?.table.clone();
    let ordered = match session.view.take() {
        Some(ordered) if ordered.answers(&view) => ordered,
        _ => OrderedView::new(&table, view)?,
    };
    let window = ordered.window(&table, start, count);
    session.view = Some(ordered);
    Ok(Reply::Rows(window))
}

fn target_info(table: &Table, target: &str, task: TaskChoice) -> Result<Reply, Failure> {
    let dataset = detect_task(table, target, task)?;
    let mut class_rows = vec![0; dataset.task.classes().len()];
    if !class_rows.is_empty() {
        for &class in &dataset.target {
            class_rows[class as usize] += 1;
        }
    }
    Ok(Reply::Target(TargetInfo {
        task: dataset.task,
        n_rows: dataset.rows.len(),
        class_rows,
    }))
}

/// Applies the steps one after the other, so that those before a broken one still show what they do.
fn preview(loaded: &Loaded, recipe: &Recipe, count: usize) -> Reply {
    let mut table = loaded.table.clone();
    let mut broken = false;
    let mut steps = Vec::with_capacity(recipe.steps.len());
    for (position, step) in recipe.steps.iter().enumerate() {
        if broken || !step.enabled {
            steps.push(PreviewStep::Skipped);
            continue;
        }
        let alone = Recipe {
            steps: vec![step.clone()],
        };
        match alone.fit(&table, None) {
            Ok(mut fit) => {
                table = fit.table;
                steps.extend(fit.outcomes.pop().map(PreviewStep::Applied));
            }
            Err(error) => {
                broken = true;
                // Alone, the step would call itself the first: its place comes from fitting the recipe up to it.
                let upto = Recipe {
                    steps: recipe.steps[..=position].to_vec(),
                };
                let error = upto.fit(&loaded.table, None).err().unwrap_or(error);
                steps.push(PreviewStep::Failed(error.to_string()));
            }
        }
    }
    let ids = (0..table.n_rows().min(count) as u32).collect();
    let schema = Schema::of(&table, &loaded.schema().missing_tokens);
    Reply::Preview {
        steps,
        schema,
        rows: window_of(&table, ids),
    }
}

fn rank(
    loaded: &Loaded,
    target: &str,
    task: TaskChoice,
    recipe: &Recipe,
) -> Result<Reply, Failure> {
    let table = recipe.fit(&loaded.table, None)?.table;
    let excluded = Feature::excluded(&table, target)
        .into_iter()
        .map(|(name, why)| (name, why.to_owned()))
        .collect();
    Ok(Reply::Ranking {
        ranks: rank_features(&table, target, task)?,
        excluded,
    })
}

fn split(loaded: &Loaded, trial: &Trial) -> Result<Reply, Failure> {
    let (_, splits) = trial.split(&loaded.table)?;
    let folds = (0..splits.n_folds())
        .map(|index| {
            let fold = splits.fold(index)?;
            Ok((fold.learn.len(), fold.hold.len()))
        })
        .collect::<Result<_, Failure>>()?;
    Ok(Reply::Split(SplitInfo {
        folds,
        notes: splits.notes().to_vec(),
    }))
}

fn run(session: &Session, trial: &Trial, part: Part, job: &Job) -> Answer {
    let result = run_part(&session.loaded()?.table, trial, part, job)?;
    let encoded = encode_part(&result)?;
    let reply = Reply::Part {
        part,
        fit_seconds: result.fit_seconds,
        metrics: result.metrics,
        n_learnt: result.n_learnt,
        learnt: result.learnt,
    };
    Ok((reply, vec![encoded]))
}

/// A part result as it travels and is kept.
pub(crate) fn encode_part(result: &PartResult) -> Result<Vec<u8>, Failure> {
    rmp_serde::to_vec_named(result).map_err(|error| Failure::new(Area::Engine, error.to_string()))
}

fn keep(
    session: &mut Session,
    id: String,
    trial: Trial,
    attachments: &[Vec<u8>],
) -> Result<Reply, Failure> {
    let parts: Vec<PartResult> = attachments
        .iter()
        .map(|bytes| rmp_serde::from_slice(bytes))
        .collect::<Result<_, _>>()
        .map_err(|error| {
            Failure::new(
                Area::Engine,
                format!("a saved result cannot be read ({error}): train again"),
            )
        })?;
    let loaded = session.loaded()?;
    let trained = gather(&loaded.table, &trial, &parts)?;
    let summary = summarise(loaded, &trial, &trained)?;
    session.results.insert(id, Kept { trial, trained });
    Ok(Reply::Trained(summary))
}

fn summarise(loaded: &Loaded, trial: &Trial, trained: &Trained) -> Result<TrialSummary, Failure> {
    let (dataset, splits) = trial.split(&loaded.table)?;
    let model = trained.fitted.as_ref().map(|(_, model)| &**model);
    let model_bytes = model.map_or(0, json_bytes);
    let linear = model.and_then(|model| match &model.predictor {
        Predictor::Linear(linear) => Some(linear),
        Predictor::Constant(_) | Predictor::Trees(_) => None,
    });
    Ok(TrialSummary {
        task: dataset.task,
        n_rows: dataset.rows.len(),
        n_features: model.map_or(0, |model| model.features.len()),
        params: params::resolve(trial.algorithm, &trial.params)?,
        metrics: trained.evaluation.metrics.clone(),
        folds: trained.evaluation.folds.clone(),
        fit_seconds: trained.fit_seconds,
        model_bytes,
        convergence: linear.map(|linear| linear.convergence.clone()),
        warnings: linear.map_or_else(Vec::new, |linear| linear.warnings.clone()),
        report: trained.report.clone(),
        importance: trained.evaluation.importance.clone(),
        notes: splits.notes().to_vec(),
    })
}

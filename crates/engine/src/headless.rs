//! The engine without a browser: the same requests, one call at a time.

use std::cell::RefCell;

use tabwright_model::{Params, TrialRecord};
use tabwright_train::{Part, TaskChoice, Trial, sample_params};

use crate::error::Area;
use crate::{
    Body, Command, Engine, Event, Exported, Failure, Host, Input, ModelChoice, Progress, Project,
    Reply, Request, Source, TableInfo, TargetInfo, TrialSummary, best_trial,
};

/// What a caller gives: ears and a clock.
pub trait Listener {
    /// Hears how far the job is.
    fn progress(&self, progress: &Progress);
    /// Milliseconds since any fixed moment.
    fn now_ms(&self) -> f64;
    /// Whether to stop.
    fn cancelled(&self) -> bool {
        false
    }
}

/// An engine driven by direct calls.
pub struct Headless<'a> {
    engine: Engine,
    listener: &'a dyn Listener,
}

/// Keeps the last event of a job; passes the others on.
struct LastEvent<'a> {
    listener: &'a dyn Listener,
    last: RefCell<Option<(Body, Vec<Vec<u8>>)>>,
}

impl Host for LastEvent<'_> {
    fn emit(&self, event: Event, attachments: Vec<Vec<u8>>) {
        match event.body {
            Body::Progress(progress) => self.listener.progress(&progress),
            body => *self.last.borrow_mut() = Some((body, attachments)),
        }
    }
    fn now_ms(&self) -> f64 {
        self.listener.now_ms()
    }
    fn cancelled(&self) -> bool {
        self.listener.cancelled()
    }
}

impl<'a> Headless<'a> {
    /// A new session.
    pub fn new(listener: &'a dyn Listener) -> Self {
        Self {
            engine: Engine::default(),
            listener,
        }
    }

    /// Does one command.
    ///
    /// # Errors
    /// The engine's failure.
    pub fn call(
        &mut self,
        command: Command,
        input: Input,
    ) -> Result<(Reply, Vec<Vec<u8>>), Failure> {
        let host = LastEvent {
            listener: self.listener,
            last: RefCell::new(None),
        };
        self.engine
            .handle(Request { job: 0, command }, input, &host);
        match host.last.into_inner() {
            Some((Body::Done(reply), attachments)) => Ok((*reply, attachments)),
            Some((Body::Failed(failure), _)) => Err(failure),
            _ => Err(unexpected()),
        }
    }

    /// Reads a file.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub fn load(
        &mut self,
        file: Box<dyn Source>,
        options: tabwright_table::ReadOptions,
    ) -> Result<TableInfo, Failure> {
        match self
            .call(
                Command::Load { options },
                Input {
                    file: Some(file),
                    attachments: Vec::new(),
                    ..Input::default()
                },
            )?
            .0
        {
            Reply::Loaded(info) => Ok(info),
            _ => Err(unexpected()),
        }
    }

    /// What the target is.
    ///
    /// # Errors
    /// If it is absent, constant or does not fit the task.
    pub fn target(&mut self, target: &str, task: TaskChoice) -> Result<TargetInfo, Failure> {
        match self
            .call(
                Command::Target {
                    target: target.to_owned(),
                    task,
                },
                Input::default(),
            )?
            .0
        {
            Reply::Target(info) => Ok(info),
            _ => Err(unexpected()),
        }
    }

    /// Runs these parts of a trial and keeps the result under `id`.
    ///
    /// # Errors
    /// The first part's failure.
    pub fn train(
        &mut self,
        id: &str,
        trial: &Trial,
        parts: &[Part],
    ) -> Result<TrialSummary, Failure> {
        let mut attachments = Vec::with_capacity(parts.len());
        for &part in parts {
            let command = Command::RunPart {
                trial: trial.clone(),
                part,
            };
            attachments.extend(self.call(command, Input::default())?.1);
        }
        let command = Command::Gather {
            id: id.to_owned(),
            trial: trial.clone(),
        };
        match self
            .call(
                command,
                Input {
                    file: None,
                    attachments,
                    ..Input::default()
                },
            )?
            .0
        {
            Reply::Trained(summary) => Ok(summary),
            _ => Err(unexpected()),
        }
    }

    /// Searches `n_trials` sets of parameters around `base`; gives every trial and the best one's parameters, without those that
    /// have their default.
    ///
    /// # Errors
    /// The first failure; or that there were no folds to compare by.
    pub fn tune(
        &mut self,
        base: &Trial,
        n_trials: u32,
    ) -> Result<(Vec<TrialRecord>, Params), Failure> {
        let task = self.target(&base.target, base.task)?.task;
        let folds: Vec<Part> = (0..base.folds).map(Part::Fold).collect();
        let mut trials = Vec::new();
        for index in 0..n_trials {
            let params = sample_params(base.algorithm, &base.params, base.seed, index);
            let trial = Trial {
                params: params.clone(),
                ..base.clone()
            };
            let folds = self.train("tuning", &trial, &folds)?.folds;
            trials.push(TrialRecord { params, folds });
        }
        let best = best_trial(&trials, &task).ok_or_else(|| {
            Failure::new(
                Area::Train,
                "tuning compares trials by cross-validation: set folds to at least 2",
            )
        })?;
        let params = trials[best].params.clone();
        Ok((trials, params))
    }

    /// The bundle of a kept result.
    ///
    /// # Errors
    /// If it cannot be made.
    pub fn export(
        &mut self,
        id: &str,
        name: &str,
        trials: Vec<TrialRecord>,
    ) -> Result<(Exported, Vec<u8>), Failure> {
        let command = Command::Export {
            id: id.to_owned(),
            name: name.to_owned(),
            trials,
        };
        match self.call(command, Input::default())? {
            (Reply::Exported(exported), mut zip) if zip.len() == 1 => Ok((exported, zip.remove(0))),
            _ => Err(unexpected()),
        }
    }

    /// Replays a project on the loaded table: search, fit and bundle of the chosen model.
    ///
    /// # Errors
    /// If the project names no target or model, or a job fails.
    pub fn replay(
        &mut self,
        project: &Project,
    ) -> Result<(TrialSummary, Exported, Vec<u8>), Failure> {
        let choice = project
            .chosen
            .clone()
            .ok_or_else(|| incomplete("no model was chosen: choose one on the Export page"))?;
        let ModelChoice {
            algorithm,
            params,
            tune_trials,
        } = choice;
        let mut trial = project
            .trial(algorithm, params)
            .ok_or_else(|| incomplete("no target was chosen"))?;
        let mut trials = Vec::new();
        if tune_trials > 0 {
            (trials, trial.params) = self.tune(&trial, tune_trials)?;
        }
        let summary = self.train("chosen", &trial, &trial.parts())?;
        let (exported, zip) = self.export("chosen", &project.name, trials)?;
        Ok((summary, exported, zip))
    }
}

fn incomplete(what: &str) -> Failure {
    Failure::new(
        Area::Engine,
        format!("the project cannot be replayed: {what}"),
    )
}

fn unexpected() -> Failure {
    Failure::new(
        Area::Engine,
        "the engine gave an answer of another kind than it was asked for; this is a defect of Tabwright",
    )
}

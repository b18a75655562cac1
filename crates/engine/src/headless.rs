//! The engine without a browser: the same requests, one call at a time.

use std::cell::RefCell;

use tabwright_model::{Coefficients, Params, Tuned, Tuning};
use tabwright_train::{LearningCurve, Part, PartResult, TaskChoice, Trial, Tuner};

use crate::drive::{self, Round};
use crate::engine::encode_part;
use crate::error::Area;
use crate::{
    Body, Call, Command, Engine, Event, Executor, Exported, Failure, Host, Input, ModelChoice,
    OneByOne, Progress, Project, Reply, Request, Source, SplitInfo, TableInfo, TargetInfo,
    TrialSummary, Work, calls,
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

/// The name under which [`Headless::replay`] keeps the chosen model.
pub const CHOSEN: &str = "chosen";

/// An engine driven by direct calls.
pub struct Headless<'a> {
    engine: Engine,
    listener: &'a dyn Listener,
    executor: Box<dyn Executor + 'a>,
}

/// What a project came to.
#[derive(Debug)]
pub struct Replayed {
    /// How good the model is.
    pub summary: TrialSummary,
    /// What the bundle holds.
    pub exported: Exported,
    /// The bundle.
    pub zip: Vec<u8>,
    /// The search behind it, if any.
    pub tuned: Option<Tuned>,
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
            executor: Box::new(OneByOne(listener)),
        }
    }

    /// The same, with fits run by another executor.
    pub fn with(self, executor: impl Executor + 'a) -> Self {
        Self {
            executor: Box::new(executor),
            ..self
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
            _ => Err(Failure::new(Area::Engine, "the engine gave no answer")),
        }
    }

    /// Does one command whose kind of answer is known.
    ///
    /// # Errors
    /// The engine's failure.
    pub fn ask<C: Call>(
        &mut self,
        call: C,
        input: Input,
    ) -> Result<(C::Reply, Vec<Vec<u8>>), Failure> {
        let (reply, attachments) = self.call(call.command(), input)?;
        calls::answer::<C, _>(reply, attachments)
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
        let input = Input {
            file: Some(file),
            ..Input::default()
        };
        Ok(self.ask(calls::Load { options }, input)?.0)
    }

    /// What the target is.
    ///
    /// # Errors
    /// If it is absent, constant or does not fit the task.
    pub fn target(&mut self, target: &str, task: TaskChoice) -> Result<TargetInfo, Failure> {
        let target = target.to_owned();
        Ok(self
            .ask(calls::Target { target, task }, Input::default())?
            .0)
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
        let results = self.fit(&Round::of_parts(trial, parts))?;
        let attachments = results
            .iter()
            .map(encode_part)
            .collect::<Result<_, Failure>>()?;
        let call = calls::Gather {
            id: id.to_owned(),
            trial: trial.clone(),
        };
        let input = Input {
            attachments,
            ..Input::default()
        };
        Ok(self.ask(call, input)?.0)
    }

    /// Runs fits, all of which must succeed.
    fn fit(&self, round: &Round) -> Result<Vec<PartResult>, Failure> {
        let table = self.engine.table()?;
        let work = Work {
            table,
            fits: &round.fits,
            span: round.span,
        };
        let outcomes = self.executor.run(&work);
        let results: Vec<PartResult> = outcomes.into_iter().collect::<Result<_, _>>()?;
        if results.len() == round.fits.len() {
            Ok(results)
        } else {
            Err(Failure::new(
                Area::Engine,
                "the fits came back incomplete: this is a defect of Tabwright",
            ))
        }
    }

    /// How a trial's rows are split.
    ///
    /// # Errors
    /// If they cannot be split so.
    pub fn split(&mut self, trial: &Trial) -> Result<SplitInfo, Failure> {
        let trial = trial.clone();
        Ok(self.ask(calls::Split { trial }, Input::default())?.0)
    }

    /// Searches around `base`; gives all that was tried and the best parameters, without those that have their default.
    ///
    /// # Errors
    /// The first failure; or that nothing is held out to compare by, or no trial has the metric.
    pub fn tune(&mut self, base: &Trial, tuning: &Tuning) -> Result<(Tuned, Params), Failure> {
        let task = self.target(&base.target, base.task)?.task;
        let mut tuner = Tuner::new(base, tuning, &task)?;
        while let Some((units, round)) = drive::search_round(&tuner) {
            for (unit, result) in units.iter().zip(self.fit(&round)?) {
                tuner.take(unit.place, result.metrics);
            }
        }
        drive::found(&tuner)
    }

    /// How a trial does with more and more rows to learn from.
    ///
    /// # Errors
    /// The first fit's failure; or that nothing is held out.
    pub fn learning_curve(&mut self, base: &Trial) -> Result<LearningCurve, Failure> {
        let task = self.target(&base.target, base.task)?.task;
        let fitted = self.fit(&drive::curve_round(base)?)?;
        Ok(drive::curve(fitted, &task))
    }

    /// The coefficients of a kept result; `None` if it has none.
    ///
    /// # Errors
    /// If there is no such result.
    pub fn coefficients(&mut self, id: &str) -> Result<Option<Coefficients>, Failure> {
        let id = id.to_owned();
        Ok(self.ask(calls::Coefficients { id }, Input::default())?.0)
    }

    /// The bundle of a kept result.
    ///
    /// # Errors
    /// If it cannot be made.
    pub fn export(
        &mut self,
        id: &str,
        name: &str,
        tuned: Option<Tuned>,
    ) -> Result<(Exported, Vec<u8>), Failure> {
        let call = calls::Export {
            id: id.to_owned(),
            name: name.to_owned(),
            tuned,
        };
        let (exported, mut zip) = self.ask(call, Input::default())?;
        Ok((exported, zip.remove(0)))
    }

    /// Replays a project on the loaded table: search, fit and bundle of the chosen model.
    ///
    /// # Errors
    /// If the project names no target or model, or a job fails.
    pub fn replay(&mut self, project: &Project) -> Result<Replayed, Failure> {
        let choice = project
            .chosen
            .clone()
            .ok_or_else(|| incomplete("no model was chosen: choose one on the Export page"))?;
        let ModelChoice {
            algorithm,
            params,
            tuning,
        } = choice;
        let mut trial = project
            .trial(algorithm, params)
            .ok_or_else(|| incomplete("no target was chosen"))?;
        let mut tuned = None;
        if let Some(tuning) = tuning {
            let found = self.tune(&trial, &tuning)?;
            tuned = Some(found.0);
            trial.params = found.1;
        }
        let summary = self.train(CHOSEN, &trial, &trial.parts())?;
        let (exported, zip) = self.export(CHOSEN, &project.name, tuned.clone())?;
        Ok(Replayed {
            summary,
            exported,
            zip,
            tuned,
        })
    }
}

fn incomplete(what: &str) -> Failure {
    Failure::new(
        Area::Engine,
        format!("the project cannot be replayed: {what}"),
    )
}

//! Where to look for better parameters: which trials to run next, from what is known of those before.
//!
//! A [`Search`] runs nothing. It says which fits may be run now, all at once and in any order, and hears their metrics. What it says next
//! depends on metrics alone, never on which came first or how many ran at once, so that any number of workers finds the same, and a
//! search that was stopped goes on from the metrics that were kept.

mod compare;
mod rungs;
mod space;
mod standing;
mod tpe;
mod tuner;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tabwright_model::{Method, ParamValue, Params, Rung, Task, TrialRecord, Tuning};

use crate::{Part, TrainError, Trial};
use rungs::Bracket;
use space::Dimension;
use tpe::Known;

pub use compare::{best_trial, loss_of};
pub use standing::{Standing, State};
pub use tuner::{Place, Tuner, Unit};

/// Trials of TPE that are drawn as by a random search before it begins.
const START: u32 = 10;
/// Trials of TPE that are chosen and run together: it learns from a round when all of it is known. So wide that a few workers have
/// enough to do, so narrow that it learns soon.
const ROUND: u32 = 4;

/// Metrics by name.
type Metrics = BTreeMap<String, f64>;

/// A fit of a search: the trial, how often it was promoted, the fold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Spot {
    /// The trial, from 0 on; 0 has the defaults.
    pub trial: u32,
    /// The rung, from 0 on; searches that stop nothing early have one.
    pub rung: u32,
    /// The fold.
    pub fold: u32,
}

/// A search over one algorithm's parameters.
#[derive(Clone, Debug)]
pub struct Search {
    base: Trial,
    tuning: Tuning,
    task: Task,
    space: Vec<Dimension>,
    /// Empty where nothing is stopped early.
    brackets: Vec<Bracket>,
    /// Whether trees are the resource, else rows.
    by_trees: bool,
    n_trials: u32,
    /// Parameters of the trials that are known so far.
    params: Vec<Params>,
    done: BTreeMap<Spot, Metrics>,
}

impl Search {
    /// A search around a trial: its parameters are fixed, all others that are declared or asked for are searched. Trial 0 is the base
    /// itself and is never stopped early, so that a search is never worse than none.
    ///
    /// # Errors
    /// If nothing is held out, numbers are out of range, or a range does not fit its parameter.
    pub fn new(base: &Trial, tuning: &Tuning, task: &Task) -> Result<Self, TrainError> {
        if base.validation.n_folds() == 0 {
            return Err(TrainError::Validation(
                "tuning compares trials on held-out rows: choose how models are tested".into(),
            ));
        }
        if tuning.trials == 0 {
            return Err(TrainError::Parameter {
                name: "trials".into(),
                message: "expected at least 1, found 0".into(),
            });
        }
        let space = space::space(base.algorithm, &base.params, &tuning.space)?;
        let mut search = Self {
            base: base.clone(),
            tuning: tuning.clone(),
            task: task.clone(),
            space,
            brackets: Vec::new(),
            by_trees: base.algorithm.param("trees").is_ok(),
            n_trials: tuning.trials,
            params: vec![base.params.clone()],
            done: BTreeMap::new(),
        };
        search.plan()?;
        search.advance();
        Ok(search)
    }

    /// What the method decides beforehand.
    fn plan(&mut self) -> Result<(), TrainError> {
        let n = self.tuning.trials;
        match self.tuning.method {
            Method::Grid { steps } => {
                let most = n as usize - 1;
                let points =
                    space::grid(&self.space, &self.base.params, steps, self.base.seed, most)?;
                self.params.extend(points);
                self.n_trials = self.params.len() as u32;
            }
            Method::Halving { factor } => self.brackets = rungs::halving(n, factor)?,
            Method::Hyperband { factor } => self.brackets = rungs::hyperband(n, factor)?,
            Method::Random | Method::Tpe => {}
        }
        Ok(())
    }

    /// Draws the parameters that have become known.
    fn advance(&mut self) {
        let random_until = match self.tuning.method {
            Method::Tpe => START.min(self.n_trials),
            _ => self.n_trials,
        };
        let drawn = |index| space::draw(&self.space, &self.base.params, self.base.seed, index);
        let more: Vec<Params> = (self.params.len() as u32..random_until)
            .map(drawn)
            .collect();
        self.params.extend(more);
        while self.params.len() < self.n_trials as usize
            && (0..self.params.len() as u32).all(|trial| self.is_done(trial, 0))
        {
            self.propose_round();
        }
    }

    fn propose_round(&mut self) {
        let known: Vec<Known> = self
            .params
            .iter()
            .zip(0..)
            .map(|(params, trial)| Known {
                params,
                loss: loss_of(
                    self.on_rung(trial, 0).map(|(_, metrics)| metrics),
                    &self.task,
                ),
            })
            .collect();
        let width = ROUND.min(self.n_trials - self.params.len() as u32);
        let mut round = Vec::new();
        for index in self.params.len() as u32..self.params.len() as u32 + width {
            round.push(tpe::propose(
                &self.space,
                &self.base.params,
                &known,
                &round,
                self.base.seed,
                index,
            ));
        }
        self.params.extend(round);
    }

    /// Hears the metrics of a fit.
    pub fn take(&mut self, spot: Spot, metrics: Metrics) {
        self.done.insert(spot, metrics);
        self.advance();
    }

    /// The fits that may be run now: known, and not done.
    pub fn ready(&self) -> Vec<(Spot, Trial, Part)> {
        let mut ready = Vec::new();
        for (trial, rung) in self.entries() {
            let n_folds = self.base.validation.n_folds();
            let spots = (0..n_folds).map(|fold| Spot { trial, rung, fold });
            for spot in spots.filter(|spot| !self.done.contains_key(spot)) {
                ready.push((spot, self.trial(trial, rung), Part::Probe(spot.fold)));
            }
        }
        ready
    }

    /// Trials and rungs that are known to be wanted.
    fn entries(&self) -> Vec<(u32, u32)> {
        if self.brackets.is_empty() {
            return (0..self.params.len() as u32)
                .map(|trial| (trial, 0))
                .collect();
        }
        let mut entries = Vec::new();
        for bracket in &self.brackets {
            let rungs = self.members(bracket).into_iter().zip(0..);
            entries.extend(
                rungs.flat_map(|(members, rung)| {
                    members.into_iter().map(move |trial| (trial, rung))
                }),
            );
        }
        entries
    }

    /// The trials on each rung of a bracket, as far as it is decided.
    fn members(&self, bracket: &Bracket) -> Vec<Vec<u32>> {
        let mut all = vec![(bracket.first..bracket.first + bracket.sizes[0]).collect::<Vec<u32>>()];
        for (rung, &size) in bracket.sizes.iter().enumerate().skip(1) {
            let before = rung as u32 - 1;
            let present = &all[rung - 1];
            if !present.iter().all(|&trial| self.is_done(trial, before)) {
                break;
            }
            let mut ranked: Vec<(f64, u32)> = present
                .iter()
                .map(|&trial| {
                    let folds = self.on_rung(trial, before).map(|(_, metrics)| metrics);
                    (loss_of(folds, &self.task), trial)
                })
                .collect();
            ranked.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            let mut promoted: Vec<u32> = ranked
                .into_iter()
                .enumerate()
                .filter(|(place, (_, trial))| *place < size as usize || *trial == 0)
                .map(|(_, (_, trial))| trial)
                .collect();
            promoted.sort_unstable();
            all.push(promoted);
        }
        all
    }

    fn on_rung(&self, trial: u32, rung: u32) -> impl Iterator<Item = (u32, &Metrics)> {
        let spot = |fold| Spot { trial, rung, fold };
        self.done
            .range(spot(0)..=spot(u32::MAX))
            .map(|(spot, metrics)| (spot.fold, metrics))
    }

    fn is_done(&self, trial: u32, rung: u32) -> bool {
        self.on_rung(trial, rung).count() == self.base.validation.n_folds() as usize
    }

    /// The bracket of a trial.
    fn bracket(&self, trial: u32) -> Option<&Bracket> {
        let at = self
            .brackets
            .partition_point(|bracket| bracket.first <= trial);
        self.brackets.get(at.checked_sub(1)?)
    }

    fn share(&self, trial: u32, rung: u32) -> f64 {
        let bracket = self.bracket(trial);
        bracket.map_or(1.0, |bracket| bracket.shares[rung as usize])
    }

    /// What is fitted: the trial's parameters, with the rung's share of trees or rows.
    fn trial(&self, trial: u32, rung: u32) -> Trial {
        let share = self.share(trial, rung);
        let mut params = self.params[trial as usize].clone();
        let mut rows = None;
        if share < 1.0 && self.by_trees {
            let whole = params.get("trees").cloned().or_else(|| {
                let spec = self.base.algorithm.param("trees").ok()?;
                Some(spec.default_value())
            });
            if let Some(ParamValue::Number(trees)) = whole {
                let trees = libm::ceil(trees * share);
                params.insert("trees".to_owned(), ParamValue::Number(trees));
            }
        } else if share < 1.0 {
            rows = Some(share);
        }
        Trial {
            params,
            share: rows,
            ..self.base.clone()
        }
    }

    /// What is still to be fitted and what was, each fit counted by its share of the resource; of trials to come their number is known.
    pub fn work(&self) -> (f64, f64) {
        let n_folds = f64::from(self.base.validation.n_folds());
        let done = self
            .done
            .keys()
            .map(|spot| self.share(spot.trial, spot.rung))
            .sum();
        let total = if self.brackets.is_empty() {
            f64::from(self.n_trials)
        } else {
            let rungs = self.brackets.iter().flat_map(|bracket| {
                let pairs = bracket.sizes.iter().zip(&bracket.shares);
                pairs.map(|(&size, share)| f64::from(size) * share)
            });
            rungs.sum()
        };
        (done, (total * n_folds).max(done))
    }

    /// Trials in all.
    pub fn n_trials(&self) -> u32 {
        self.n_trials
    }

    /// Whether nothing is left to fit.
    pub fn is_finished(&self) -> bool {
        self.params.len() == self.n_trials as usize && self.ready().is_empty()
    }

    /// The trials before the first one that is not complete: what a search of that many trials finds anywhere. Where trials compete for the
    /// resource, all of them or none.
    pub fn records(&self) -> Vec<TrialRecord> {
        if self.brackets.is_empty() {
            let known = (0..).zip(&self.params);
            return known
                .take_while(|(trial, _)| self.is_done(*trial, 0))
                .map(|(trial, params)| TrialRecord::new(params.clone(), self.folds(trial, 0)))
                .collect();
        }
        if !self.is_finished() {
            return Vec::new();
        }
        (0..)
            .zip(&self.params)
            .map(|(trial, params)| self.record(trial, params))
            .collect()
    }

    fn record(&self, trial: u32, params: &Params) -> TrialRecord {
        let n_rungs = self
            .bracket(trial)
            .map_or(1, |bracket| bracket.sizes.len() as u32);
        let last = (0..n_rungs)
            .rev()
            .find(|&rung| self.is_done(trial, rung))
            .unwrap_or(0);
        let share = self.share(trial, last);
        TrialRecord {
            share: (share < 1.0).then_some(share),
            earlier: (0..last)
                .map(|rung| Rung {
                    share: self.share(trial, rung),
                    folds: self.folds(trial, rung),
                })
                .collect(),
            ..TrialRecord::new(params.clone(), self.folds(trial, last))
        }
    }

    fn folds(&self, trial: u32, rung: u32) -> Vec<Metrics> {
        self.on_rung(trial, rung)
            .map(|(_, metrics)| metrics.clone())
            .collect()
    }
}

#[cfg(test)]
mod tests;

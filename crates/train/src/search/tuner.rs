//! A search, and the search validated as a whole.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tabwright_metrics::mean_std;
use tabwright_model::{Nested, OuterFold, Params, Task, TrialRecord, Tuned, Tuning, Validation};

use super::{Metrics, Search, Spot, best_trial};
use crate::{Part, TrainError, Trial, Within};

/// Where a fit belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// In the search on all rows.
    Search(Spot),
    /// In the search on an outer fold's training rows.
    Inner(u32, Spot),
    /// An outer fold's winner, on the rows that it holds out.
    Outer(u32),
}

/// A fit that may be run.
#[derive(Clone, Debug, PartialEq)]
pub struct Unit {
    /// Where its metrics go.
    pub place: Place,
    /// What to fit.
    pub trial: Trial,
    /// Which part of it.
    pub part: Part,
}

/// A search, and beside it one for each outer fold where it is nested.
#[derive(Clone, Debug)]
pub struct Tuner {
    base: Trial,
    tuning: Tuning,
    task: Task,
    search: Search,
    outer: Option<Outer>,
}

#[derive(Clone, Debug)]
struct Outer {
    validation: Validation,
    searches: Vec<Search>,
    scores: BTreeMap<u32, Metrics>,
}

impl Tuner {
    /// A search around a trial whose target has this task.
    ///
    /// # Errors
    /// As [`Search::new`]; or if one outer fold was asked for where there must be two.
    pub fn new(base: &Trial, tuning: &Tuning, task: &Task) -> Result<Self, TrainError> {
        let outer = match tuning.nested {
            0 => None,
            n_folds => {
                let validation = base.validation.once_with(n_folds);
                let within = |fold| Trial {
                    within: Some(Within {
                        validation: validation.clone(),
                        fold,
                    }),
                    ..base.clone()
                };
                let searches = (0..validation.n_folds())
                    .map(|fold| Search::new(&within(fold), tuning, task))
                    .collect::<Result<_, _>>()?;
                Some(Outer {
                    validation,
                    searches,
                    scores: BTreeMap::new(),
                })
            }
        };
        Ok(Self {
            base: base.clone(),
            tuning: tuning.clone(),
            task: task.clone(),
            search: Search::new(base, tuning, task)?,
            outer,
        })
    }

    /// What is searched around.
    pub fn base(&self) -> &Trial {
        &self.base
    }

    /// The search that was asked for.
    pub fn tuning(&self) -> &Tuning {
        &self.tuning
    }

    /// The target's task.
    pub fn task(&self) -> &Task {
        &self.task
    }

    /// The search on all rows.
    pub fn search(&self) -> &Search {
        &self.search
    }

    /// The fits that may be run now, all at once and in any order; those of the search on all rows first.
    pub fn ready(&self) -> Vec<Unit> {
        let unit = |place, trial, part| Unit { place, trial, part };
        let own = self.search.ready().into_iter();
        let mut ready: Vec<Unit> = own
            .map(|(spot, trial, part)| unit(Place::Search(spot), trial, part))
            .collect();
        let Some(outer) = &self.outer else {
            return ready;
        };
        for (search, fold) in outer.searches.iter().zip(0..) {
            let inner = search.ready().into_iter();
            ready.extend(
                inner.map(|(spot, trial, part)| unit(Place::Inner(fold, spot), trial, part)),
            );
            if search.is_finished() && !outer.scores.contains_key(&fold) {
                let trial = Trial {
                    params: self.winner(search).0,
                    validation: outer.validation.clone(),
                    ..self.base.clone()
                };
                ready.push(unit(Place::Outer(fold), trial, Part::Probe(fold)));
            }
        }
        ready
    }

    /// Hears the metrics of a fit.
    pub fn take(&mut self, place: Place, metrics: Metrics) {
        match (place, &mut self.outer) {
            (Place::Search(spot), _) => self.search.take(spot, metrics),
            (Place::Inner(fold, spot), Some(outer)) => {
                if let Some(search) = outer.searches.get_mut(fold as usize) {
                    search.take(spot, metrics);
                }
            }
            (Place::Outer(fold), Some(outer)) => drop(outer.scores.insert(fold, metrics)),
            (Place::Inner(..) | Place::Outer(_), None) => {}
        }
    }

    /// All metrics that it has heard, to go on from another time.
    pub fn kept(&self) -> Vec<(Place, Metrics)> {
        let own = self.search.done.iter();
        let mut kept: Vec<(Place, Metrics)> = own
            .map(|(&spot, metrics)| (Place::Search(spot), metrics.clone()))
            .collect();
        if let Some(outer) = &self.outer {
            for (search, fold) in outer.searches.iter().zip(0..) {
                let inner = search.done.iter();
                kept.extend(
                    inner.map(|(&spot, metrics)| (Place::Inner(fold, spot), metrics.clone())),
                );
            }
            let scores = outer.scores.iter();
            kept.extend(scores.map(|(&fold, metrics)| (Place::Outer(fold), metrics.clone())));
        }
        kept
    }

    /// What was fitted and what there is in all, as [`Search::work`] counts.
    pub fn work(&self) -> (f64, f64) {
        let (mut done, mut total) = self.search.work();
        if let Some(outer) = &self.outer {
            for search in &outer.searches {
                let (inner_done, inner_total) = search.work();
                done += inner_done;
                total += inner_total;
            }
            done += outer.scores.len() as f64;
            total += outer.searches.len() as f64;
        }
        (done, total)
    }

    /// How far these fits bring it: what was fitted before and after them, and what there is in all.
    pub fn span(&self, units: &[Unit]) -> (f64, f64, f64) {
        let (before, total) = self.work();
        let after = before
            + units
                .iter()
                .map(|unit| self.weight(unit.place))
                .sum::<f64>();
        (before, after, total.max(after))
    }

    fn weight(&self, place: Place) -> f64 {
        match (place, &self.outer) {
            (Place::Search(spot), _) => self.search.share(spot.trial, spot.rung),
            (Place::Inner(fold, spot), Some(outer)) => outer
                .searches
                .get(fold as usize)
                .map_or(1.0, |search| search.share(spot.trial, spot.rung)),
            _ => 1.0,
        }
    }

    /// Whether nothing is left to fit.
    pub fn is_finished(&self) -> bool {
        self.ready().is_empty()
    }

    /// What was found so far, and the best parameters, without those that have their default; `None` if no trial is complete. Where the search
    /// was stopped, it is one of fewer trials.
    pub fn tuned(&self) -> Option<(Tuned, Params)> {
        let trials = self.search.records();
        let best = best_trial(&trials, &self.task)?;
        let params = trials[best].params.clone();
        let is_whole = trials.len() == self.search.n_trials() as usize;
        let nested = self.nested();
        let mut tuning = self.tuning.clone();
        if !is_whole {
            tuning.trials = trials.len() as u32;
        }
        // A validation of the search that is not whole is none of the search that is.
        if nested.is_none() {
            tuning.nested = 0;
        }
        let tuned = Tuned {
            tuning,
            fixed: self.base.params.clone(),
            trials,
            nested,
        };
        Some((tuned, params))
    }

    fn nested(&self) -> Option<Nested> {
        let outer = self.outer.as_ref().filter(|_| self.is_finished())?;
        let folds = outer.searches.iter().zip(0..).map(|(search, fold)| {
            let (params, inner) = self.winner(search);
            Some(OuterFold {
                params,
                inner,
                metrics: outer.scores.get(&fold)?.clone(),
            })
        });
        Some(Nested {
            validation: outer.validation.clone(),
            folds: folds.collect::<Option<_>>()?,
        })
    }

    /// The best parameters of a finished search, and their means; the base where no trial has the metric.
    fn winner(&self, search: &Search) -> (Params, Metrics) {
        let trials = search.records();
        match best_trial(&trials, &self.task) {
            Some(best) => (trials[best].params.clone(), means(&trials[best])),
            None => (self.base.params.clone(), Metrics::new()),
        }
    }
}

fn means(trial: &TrialRecord) -> Metrics {
    let mut values: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for (name, value) in trial.folds.iter().flatten() {
        values.entry(name).or_default().push(*value);
    }
    values
        .into_iter()
        .filter_map(|(name, values)| Some((name.to_owned(), mean_std(&values)?.mean)))
        .collect()
}

//! The trials of a search as a person follows them.

use std::collections::BTreeMap;

use tabwright_model::Params;

use super::{Metrics, Search};

/// A trial as far as it is known.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    /// Its parameters.
    pub params: Params,
    /// Metrics of the folds that are done on the last rung that has any.
    pub folds: BTreeMap<u32, Metrics>,
    /// The share of the resource on that rung.
    pub share: f64,
    /// Where it stands.
    pub state: State,
}

/// Where a trial stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Folds are still to come, or it may yet be promoted.
    Open,
    /// All folds are done, with all of the resource.
    Complete,
    /// Others were promoted in its place.
    Stopped,
}

impl Search {
    /// Every trial that is known, as it stands.
    pub fn standings(&self) -> Vec<Standing> {
        let mut last_rung: Vec<u32> = vec![0; self.params.len()];
        for (trial, rung) in self.entries() {
            last_rung[trial as usize] = last_rung[trial as usize].max(rung);
        }
        let standing = |(trial, params): (u32, &Params)| {
            let wanted = last_rung[trial as usize];
            let rung = if self.on_rung(trial, wanted).next().is_some() || wanted == 0 {
                wanted
            } else {
                wanted - 1
            };
            let share = self.share(trial, rung);
            let state = if !self.is_done(trial, wanted) {
                State::Open
            } else if share >= 1.0 {
                State::Complete
            } else if self.is_rung_over(trial, wanted) {
                State::Stopped
            } else {
                State::Open
            };
            Standing {
                params: params.clone(),
                folds: self
                    .on_rung(trial, rung)
                    .map(|(fold, metrics)| (fold, metrics.clone()))
                    .collect(),
                share,
                state,
            }
        };
        (0..).zip(&self.params).map(standing).collect()
    }

    /// Whether a rung has promoted whom it promotes.
    fn is_rung_over(&self, trial: u32, rung: u32) -> bool {
        self.bracket(trial)
            .is_some_and(|bracket| self.members(bracket).len() > rung as usize + 1)
    }
}

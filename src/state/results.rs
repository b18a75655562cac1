//! Trained results, as the app keeps them, and which of them the pages are about.

use js_sys::Uint8Array;
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use tabwright_engine::TrialSummary;
use tabwright_engine::metrics::{Estimate, Metric};
use tabwright_engine::model::Tuned;
use tabwright_engine::train::Algorithm;
use tabwright_workbench::keys::{BundleKey, ResultKey};
use tabwright_workbench::standing::{Candidate, best};

use super::Session;

/// A trained result: what the leaderboard shows, and the encoded parts from which an engine rebuilds it.
#[derive(Clone)]
pub struct TrialResult {
    /// What it is.
    pub key: ResultKey,
    /// The search behind it, if any.
    pub tuned: Option<Tuned>,
    /// What it came to.
    pub summary: TrialSummary,
    /// The part results, as the engine encoded them, in the order of [`Trial::parts`](tabwright_engine::train::Trial::parts).
    pub parts: SendWrapper<Vec<Uint8Array>>,
}

impl TrialResult {
    /// The estimate of a metric.
    pub fn estimate(&self, metric: Metric) -> Option<Estimate> {
        self.summary.metrics.get(metric.key()).copied()
    }

    /// Trials of the search behind it.
    pub fn n_trials(&self) -> usize {
        self.tuned.as_ref().map_or(0, |tuned| tuned.trials.len())
    }

    /// How bad it is by the main metric of its task: less is better. Infinite where that is not known.
    pub fn loss(&self) -> f64 {
        let metric = self.summary.task.main_metric();
        self.estimate(metric).map_or(f64::INFINITY, |estimate| {
            metric.better().loss(estimate.mean)
        })
    }
}

impl Session {
    /// The result of that name; tracked.
    pub fn result(self, id: &str) -> Option<TrialResult> {
        self.results
            .with(|results| results.iter().find(|result| result.key.id() == id).cloned())
    }

    /// Whether training now would fit something else than this result; tracked.
    pub fn is_stale(self, result: &TrialResult) -> bool {
        let table = self.table_key();
        self.project
            .with(|project| result.key.is_stale(table.as_ref(), project))
    }

    /// The result that is best by the main metric of its task, the up-to-date ones first; tracked.
    pub fn best_result(self) -> Option<TrialResult> {
        self.results.with(|results| {
            let candidates: Vec<Candidate> = results
                .iter()
                .map(|result| Candidate {
                    is_stale: self.is_stale(result),
                    is_baseline: result.key.trial.algorithm == Algorithm::Baseline,
                    loss: result.loss(),
                })
                .collect();
            best(&candidates).map(|position| results[position].clone())
        })
    }

    /// The result that Evaluate and Export are about: the selected one, else the best; tracked.
    pub fn subject(self) -> Option<TrialResult> {
        self.models()
            .selected
            .get()
            .and_then(|id| self.result(&id))
            .or_else(|| self.best_result())
    }

    /// What the bundle of a result would be made from now; tracked.
    pub fn bundle_key(self, result: &TrialResult) -> BundleKey {
        BundleKey {
            result: result.key.clone(),
            tuned: result.tuned.clone(),
            name: self.project.with(|project| project.name.clone()),
        }
    }
}

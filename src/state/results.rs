//! Trained results, as the app keeps them.

use js_sys::Uint8Array;
use send_wrapper::SendWrapper;
use tabwright_engine::metrics::{Estimate, Metric};
use tabwright_engine::model::Tuned;
use tabwright_engine::table::ReadOptions;
use tabwright_engine::train::Trial;
use tabwright_engine::{Project, TrialSummary};

/// A trained result: what the leaderboard shows, and the encoded parts from which an engine rebuilds it.
#[derive(Clone)]
pub struct TrialResult {
    /// The algorithm's name, or `tuned-<algorithm>`.
    pub id: String,
    /// What was fitted.
    pub trial: Trial,
    /// How the table was read that it was fitted on.
    pub read: ReadOptions,
    /// The search behind it, if any.
    pub tuned: Option<Tuned>,
    /// What it came to.
    pub summary: TrialSummary,
    /// The part results, as the engine encoded them, in the order of [`Trial::parts`].
    pub parts: SendWrapper<Vec<Uint8Array>>,
}

impl TrialResult {
    /// The name of the tuned result of an algorithm.
    pub fn tuned_id(algorithm: &str) -> String {
        format!("tuned-{algorithm}")
    }

    /// The name on screen: "Random forest", "Random forest, tuned".
    pub fn title(&self) -> String {
        let algorithm = self.trial.algorithm.title();
        if self.is_tuned() {
            format!("{algorithm}, tuned")
        } else {
            algorithm.to_owned()
        }
    }

    /// Its loss by the main metric: less is better. Infinite where that is not known.
    pub fn loss(&self) -> f64 {
        let metric = self.summary.task.main_metric();
        self.estimate(metric).map_or(f64::INFINITY, |estimate| {
            metric.better().loss(estimate.mean)
        })
    }

    /// The estimate of a metric.
    pub fn estimate(&self, metric: Metric) -> Option<Estimate> {
        self.summary.metrics.get(metric.key()).copied()
    }

    /// Whether the parameters came from a search.
    pub fn is_tuned(&self) -> bool {
        self.id.starts_with("tuned-")
    }

    /// Trials of the search behind it.
    pub fn n_trials(&self) -> usize {
        self.tuned.as_ref().map_or(0, |tuned| tuned.trials.len())
    }

    /// Whether training now would fit something else: another target, task, recipe, split or table, or, where nothing was
    /// searched, other parameters.
    pub fn is_stale(&self, project: &Project) -> bool {
        let params = match project.algorithms.get(&self.trial.algorithm) {
            Some(params) if !self.is_tuned() => params.clone(),
            _ => self.trial.params.clone(),
        };
        self.read != project.read
            || project.trial(self.trial.algorithm, params).as_ref() != Some(&self.trial)
    }
}

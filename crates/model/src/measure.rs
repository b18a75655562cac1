//! How good answers are, where the truth is known.

use std::collections::BTreeMap;

use tabwright_metrics::{Answers, Classes, Metric};
use tabwright_table::Table;

use crate::{Finish, Pipeline, Scores, Task, detect_task};

impl Finish<'_> {
    /// Metrics of some rows, by key; what is not defined on them (a class is absent, the truth is constant) is left out.
    pub fn metrics(self, margins: Vec<f64>, target: &[f64]) -> BTreeMap<String, f64> {
        self.measured(margins, target, |answers| {
            let metrics = self.task.metrics().into_iter();
            metrics
                .filter_map(|metric| Some((metric.key().to_owned(), metric.measure(answers)?)))
                .collect()
        })
    }

    /// One metric of some rows; `None` where it is not defined on them.
    pub fn metric(self, metric: Metric, margins: Vec<f64>, target: &[f64]) -> Option<f64> {
        self.measured(margins, target, |answers| metric.measure(answers))
    }

    fn measured<T>(
        self,
        margins: Vec<f64>,
        target: &[f64],
        of: impl FnOnce(Answers<'_>) -> T,
    ) -> T {
        let scores = self.scores(margins);
        let truth: Vec<u32> = match self.task {
            Task::Regression => Vec::new(),
            Task::Binary { .. } | Task::Multiclass { .. } => {
                target.iter().map(|&class| class as u32).collect()
            }
        };
        let classes = Classes {
            n_classes: self.task.classes().len(),
            probabilities: &scores.probabilities,
            called: &scores.labels,
            truth: &truth,
        };
        of(match self.task {
            Task::Regression => Answers::Numbers {
                predicted: &scores.numbers,
                truth: target,
            },
            Task::Binary { .. } => Answers::Binary(classes),
            Task::Multiclass { .. } => Answers::Multiclass(classes),
        })
    }
}

impl Pipeline {
    /// Metrics of rows that carry the target, whose scores these are: what a [`Gate`](crate::Gate) asks for. Empty where they do not
    /// carry it, or it is another task there.
    pub fn metrics(&self, table: &Table, scores: &Scores) -> BTreeMap<String, f64> {
        let model = &self.model;
        let Ok(truth) = detect_task(table, &model.target, model.task.kind().into()) else {
            return BTreeMap::new();
        };
        if truth.task != model.task {
            return BTreeMap::new();
        }
        let width = model.task.n_outputs();
        let labelled = truth
            .rows
            .iter()
            .flat_map(|&row| {
                scores.margins[row as usize * width..][..width]
                    .iter()
                    .copied()
            })
            .collect();
        model.finishing().metrics(labelled, &truth.target)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Link;

    fn classes(n: usize) -> Vec<String> {
        (0..n).map(|class| class.to_string()).collect()
    }

    #[test]
    fn calls_follow_the_threshold_and_ranks_do_not() {
        let task = Task::Binary {
            classes: classes(2),
        };
        let at = |threshold| {
            let finish = Finish {
                task: &task,
                link: Link::Share,
                threshold,
            };
            finish.metrics(vec![0.125, 0.25, 0.75], &[0.0, 1.0, 1.0])
        };
        let (low, high) = (at(0.25), at(0.5));
        assert_eq!((low["accuracy"], low["f1"]), (1.0, 1.0));
        assert_eq!((high["accuracy"], high["f1"]), (2.0 / 3.0, 2.0 / 3.0));
        assert_eq!((low["auc"], high["auc"]), (1.0, 1.0));
    }

    #[test]
    fn what_rows_do_not_define_is_left_out() {
        let task = Task::Binary {
            classes: classes(2),
        };
        let finish = Finish {
            task: &task,
            link: Link::Sigmoid,
            threshold: 0.5,
        };
        let one_class = finish.metrics(vec![1.0, -1.0], &[1.0, 1.0]);
        assert!(!one_class.contains_key("auc") && one_class.contains_key("log_loss"));
        assert_eq!(finish.metric(Metric::Auc, vec![1.0], &[1.0]), None);
        assert_eq!(finish.metric(Metric::Rmse, vec![1.0], &[1.0]), None);
        let numbers = Finish {
            task: &Task::Regression,
            link: Link::Identity,
            threshold: 0.5,
        };
        let constant = numbers.metrics(vec![1.0, 2.0], &[1.0, 1.0]);
        assert_eq!(constant.keys().collect::<Vec<_>>(), ["mae", "rmse"]);
    }
}

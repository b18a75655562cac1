//! The metrics, each declared once: whatever is asked of one is answered here.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Answers, Better, Classes, classification, curves, regression};

/// What kind of answer is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskKind {
    /// One of two classes.
    Binary,
    /// One of several classes.
    Multiclass,
    /// A number.
    Regression,
}

/// What a metric's number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Nothing: a number of about 1.
    None,
    /// The target's own unit.
    Target,
}

/// All that is known of a metric.
struct Facts {
    key: &'static str,
    title: &'static str,
    term: &'static str,
    definition: &'static str,
    better: Better,
    bounds: (f64, f64),
    unit: Unit,
    measure: Measure,
}

/// How a metric is computed, which says for which tasks it holds; NaN where it is not defined.
enum Measure {
    /// Of predicted numbers and true ones.
    Numbers(fn(&[f64], &[f64]) -> f64),
    /// Of two classes, and of several.
    Classes {
        binary: fn(Classes<'_>) -> f64,
        multiclass: fn(Classes<'_>) -> f64,
    },
}

/// The enum, its list and its facts from one declaration each, in the order in which they are read.
macro_rules! metrics {
    ($($(#[$doc:meta])* $name:ident = $facts:expr;)+) => {
        /// A measure of how good answers are. In files it is its key.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Metric {
            $($(#[$doc])* $name,)+
        }

        impl Metric {
            /// All, in the order in which they are read.
            pub const ALL: &'static [Metric] = &[$(Metric::$name),+];

            fn facts(self) -> &'static Facts {
                match self {
                    $(Metric::$name => const { &$facts },)+
                }
            }
        }
    };
}

metrics! {
    /// Area under the ROC curve; of several classes the mean over those that occur, each against the rest.
    Auc = Facts {
        key: "auc",
        title: "AUC",
        term: "AUC",
        definition: "The chance that the model ranks a random row of the positive class above a random row of the other: 0.5 is \
                     guessing, 1 is perfect. It does not depend on a threshold.",
        better: Better::Higher,
        bounds: (0.0, 1.0),
        unit: Unit::None,
        measure: Measure::Classes {
            binary: |rows| curves::roc_auc(&rows.column(1), &rows.is(1)).unwrap_or(f64::NAN),
            multiclass: |rows| rows.mean_auc(),
        },
    };
    /// Mean −ln of the true class's probability.
    LogLoss = Facts {
        key: "log_loss",
        title: "Log loss",
        term: "log loss",
        definition: "The price of being confidently wrong about probabilities: 0 is perfect, lower is better.",
        better: Better::Lower,
        bounds: (0.0, f64::INFINITY),
        unit: Unit::None,
        measure: Measure::Classes {
            binary: |rows| classification::log_loss_binary(&rows.column(1), &rows.is(1)),
            multiclass: |rows| {
                classification::log_loss_multiclass(rows.probabilities, rows.truth, rows.n_classes)
            },
        },
    };
    /// Share of rows called right.
    Accuracy = Facts {
        key: "accuracy",
        title: "Accuracy",
        term: "accuracy",
        definition: "The share of rows whose class the model calls right. Misleading where one class is rare: always calling the \
                     common one scores high.",
        better: Better::Higher,
        bounds: (0.0, 1.0),
        unit: Unit::None,
        measure: Measure::Classes {
            binary: |rows| classification::accuracy(rows.called, rows.truth),
            multiclass: |rows| classification::accuracy(rows.called, rows.truth),
        },
    };
    /// Harmonic mean of precision and recall; of several classes the mean over those that occur or are called.
    F1 = Facts {
        key: "f1",
        title: "F1",
        term: "F1",
        definition: "The harmonic mean of precision and recall: high only if both are.",
        better: Better::Higher,
        bounds: (0.0, 1.0),
        unit: Unit::None,
        measure: Measure::Classes {
            binary: |rows| classification::f1_binary(rows.called, rows.truth),
            multiclass: |rows| classification::f1_macro(rows.called, rows.truth, rows.n_classes),
        },
    };
    /// Correlation of called and true classes (Matthews, 1975; of several classes Gorodkin, 2004).
    Mcc = Facts {
        key: "mcc",
        title: "MCC",
        term: "MCC",
        definition: "Matthews correlation coefficient: how closely called and true classes go together, the rare ones as much as the \
                     common: 1 is perfect, 0 is no better than chance, −1 always wrong.",
        better: Better::Higher,
        bounds: (-1.0, 1.0),
        unit: Unit::None,
        measure: Measure::Classes {
            binary: |rows| classification::mcc(rows.called, rows.truth, rows.n_classes),
            multiclass: |rows| classification::mcc(rows.called, rows.truth, rows.n_classes),
        },
    };
    /// Root of the mean squared error.
    Rmse = Facts {
        key: "rmse",
        title: "RMSE",
        term: "RMSE",
        definition: "Root mean squared error: the typical size of an error in the target's unit; large errors weigh more.",
        better: Better::Lower,
        bounds: (0.0, f64::INFINITY),
        unit: Unit::Target,
        measure: Measure::Numbers(regression::rmse),
    };
    /// Mean absolute error.
    Mae = Facts {
        key: "mae",
        title: "MAE",
        term: "MAE",
        definition: "Mean absolute error: how far off predictions are on average, in the target's unit.",
        better: Better::Lower,
        bounds: (0.0, f64::INFINITY),
        unit: Unit::Target,
        measure: Measure::Numbers(regression::mae),
    };
    /// Share of the truth's variance that is explained.
    R2 = Facts {
        key: "r2",
        title: "R²",
        term: "R²",
        definition: "The share of the target's variance that the model explains: 1 is perfect, 0 is no better than the mean.",
        better: Better::Higher,
        bounds: (f64::NEG_INFINITY, 1.0),
        unit: Unit::None,
        measure: Measure::Numbers(regression::r2),
    };
}

impl Metric {
    /// The metric that models of such a task are compared by.
    pub fn main(task: TaskKind) -> Metric {
        match task {
            TaskKind::Binary => Metric::Auc,
            TaskKind::Multiclass => Metric::LogLoss,
            TaskKind::Regression => Metric::Rmse,
        }
    }

    /// The metrics of such a task, the main one first, the others in the order in which they are read.
    pub fn of_task(task: TaskKind) -> Vec<Metric> {
        let main = Metric::main(task);
        let all = Metric::ALL.iter().copied();
        let others = all.filter(|metric| *metric != main && metric.holds_for(task));
        std::iter::once(main).chain(others).collect()
    }

    /// The metric of this key; `None` for one that this build does not know.
    pub fn by_key(key: &str) -> Option<Metric> {
        Metric::ALL
            .iter()
            .copied()
            .find(|metric| metric.key() == key)
    }

    /// What a map by key holds, in the order in which metrics are read; keys that this build does not know are left out.
    pub fn among<V>(by_key: &BTreeMap<String, V>) -> impl Iterator<Item = (Metric, &V)> {
        Metric::ALL
            .iter()
            .filter_map(move |metric| Some((*metric, by_key.get(metric.key())?)))
    }

    /// The title of a key, or the key itself where this build does not know it.
    pub fn title_of(key: &str) -> &str {
        Metric::by_key(key).map_or(key, |metric| metric.title())
    }

    /// Its key in files, in JSON and in `data-metric`.
    pub fn key(self) -> &'static str {
        self.facts().key
    }

    /// Its name on screen, at the start of a line.
    pub fn title(self) -> &'static str {
        self.facts().title
    }

    /// Its name within a sentence, as the glossary has it.
    pub fn term(self) -> &'static str {
        self.facts().term
    }

    /// What it says, in a sentence or two.
    pub fn definition(self) -> &'static str {
        self.facts().definition
    }

    /// Which way it is better.
    pub fn better(self) -> Better {
        self.facts().better
    }

    /// The least and the largest value that it can have.
    pub fn bounds(self) -> (f64, f64) {
        self.facts().bounds
    }

    /// What it counts.
    pub fn unit(self) -> Unit {
        self.facts().unit
    }

    /// A value as people read it: with the three decimals that a column of them always has, or as [`number`] in the target's
    /// unit.
    ///
    /// [`number`]: tabwright_format::number
    pub fn text(self, value: f64) -> String {
        match self.unit() {
            Unit::Target => tabwright_format::number(value),
            Unit::None => tabwright_format::fixed(value, 3),
        }
    }

    /// Whether it is defined for such a task.
    pub fn holds_for(self, task: TaskKind) -> bool {
        match self.facts().measure {
            Measure::Numbers(_) => task == TaskKind::Regression,
            Measure::Classes { .. } => task != TaskKind::Regression,
        }
    }

    /// Its value; `None` where it is not defined: for another task, or on rows such as these.
    pub fn measure(self, answers: Answers<'_>) -> Option<f64> {
        let value = match (&self.facts().measure, answers) {
            (Measure::Numbers(of), Answers::Numbers { predicted, truth }) => of(predicted, truth),
            (Measure::Classes { binary, .. }, Answers::Binary(classes)) => binary(classes),
            (Measure::Classes { multiclass, .. }, Answers::Multiclass(classes)) => {
                multiclass(classes)
            }
            (Measure::Numbers(_), Answers::Binary(_) | Answers::Multiclass(_))
            | (Measure::Classes { .. }, Answers::Numbers { .. }) => return None,
        };
        value.is_finite().then_some(value)
    }

    /// What a change for the worse is called: `loss of AUC`, `rise of log loss`.
    pub fn when_worse(self) -> String {
        let change = match self.better() {
            Better::Higher => "loss",
            Better::Lower => "rise",
        };
        format!("{change} of {}", self.term())
    }

    /// How far a value is from the best one: less is better.
    pub fn shortfall(self, value: f64) -> f64 {
        match (self.better(), self.bounds()) {
            (Better::Higher, (_, largest)) => largest - value,
            (Better::Lower, _) => value,
        }
    }
}

impl fmt::Display for Metric {
    /// The key.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.key())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TASKS: [TaskKind; 3] = [TaskKind::Binary, TaskKind::Multiclass, TaskKind::Regression];

    #[test]
    fn a_metric_is_its_key_in_files() {
        for &metric in Metric::ALL {
            let json = serde_json::to_string(&metric).unwrap();
            assert_eq!(json, format!("\"{}\"", metric.key()));
            assert_eq!(serde_json::from_str::<Metric>(&json).unwrap(), metric);
            assert_eq!(Metric::by_key(metric.key()), Some(metric));
            assert!(metric.title().eq_ignore_ascii_case(metric.term()));
        }
        assert_eq!(Metric::by_key("of another build"), None);
        assert_eq!(Metric::title_of("of another build"), "of another build");
    }

    #[test]
    fn each_holds_for_a_task_and_each_task_has_its_main_one_first() {
        for task in TASKS {
            let metrics = Metric::of_task(task);
            assert_eq!(metrics[0], Metric::main(task));
            assert!(metrics.iter().all(|metric| metric.holds_for(task)));
        }
        let mut all: Vec<Metric> = TASKS.into_iter().flat_map(Metric::of_task).collect();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all, Metric::ALL);
    }

    #[test]
    fn a_metric_of_another_task_has_no_value() {
        let numbers = Answers::Numbers {
            predicted: &[1.0, 2.0],
            truth: &[1.0, 3.0],
        };
        let classes = Answers::Binary(Classes {
            n_classes: 2,
            probabilities: &[0.25, 0.75],
            called: &[1],
            truth: &[1],
        });
        assert_eq!(Metric::Mae.measure(numbers), Some(0.5));
        assert_eq!(Metric::Mae.measure(classes), None);
        assert_eq!(Metric::Accuracy.measure(classes), Some(1.0));
        assert_eq!(Metric::Accuracy.measure(numbers), None);
        assert_eq!(
            Metric::Auc.measure(classes),
            None,
            "there is one class only"
        );
    }

    #[test]
    fn the_best_value_falls_short_of_nothing() {
        for &metric in Metric::ALL {
            let (least, largest) = metric.bounds();
            assert!(least < largest);
            let best = match metric.better() {
                Better::Higher => largest,
                Better::Lower => least,
            };
            assert_eq!(metric.shortfall(best), 0.0, "{metric}");
        }
    }
}

//! What is predicted, and the plain form of parameters.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tabwright_metrics::{Metric, TaskKind};

/// What a model predicts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Task {
    /// One of two classes; the second is the positive one.
    Binary {
        /// Negative, positive, as texts; sorted as the table's levels are, numbers by value.
        classes: Vec<String>,
    },
    /// One of several classes.
    Multiclass {
        /// The classes, sorted as above.
        classes: Vec<String>,
    },
    /// A number.
    Regression,
}

impl Task {
    /// The classes; empty for regression.
    pub fn classes(&self) -> &[String] {
        match self {
            Task::Binary { classes } | Task::Multiclass { classes } => classes,
            Task::Regression => &[],
        }
    }

    /// Its kind, which says what can be measured.
    pub fn kind(&self) -> TaskKind {
        match self {
            Task::Binary { .. } => TaskKind::Binary,
            Task::Multiclass { .. } => TaskKind::Multiclass,
            Task::Regression => TaskKind::Regression,
        }
    }

    /// The metric that models are compared by.
    pub fn main_metric(&self) -> Metric {
        Metric::main(self.kind())
    }

    /// All metrics of it, the main one first.
    pub fn metrics(&self) -> Vec<Metric> {
        Metric::of_task(self.kind())
    }

    /// Margins a row: one, or one a class where there are more than two.
    pub fn n_outputs(&self) -> usize {
        match self {
            Task::Multiclass { classes } => classes.len(),
            Task::Binary { .. } | Task::Regression => 1,
        }
    }

    /// The task's name as JSON and the command line write it: `binary`, `multiclass` or `regression`.
    pub fn name(&self) -> &'static str {
        match self {
            Task::Binary { .. } => "binary",
            Task::Multiclass { .. } => "multiclass",
            Task::Regression => "regression",
        }
    }
}

/// A parameter's value as JSON has it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ParamValue {
    /// A number; whole parameters are whole numbers here.
    Number(f64),
    /// One of a parameter's choices.
    Choice(String),
}

/// Parameters by name; what is absent has its default.
pub type Params = BTreeMap<String, ParamValue>;

//! Raw rows to scores.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tabwright_recipe::{Feature, FittedRecipe, Matrix, RecipeError};
use tabwright_table::{Column, ColumnSchema, ReadOptions, Schema, Table};

use crate::{Link, ModelError, Predictor, Task, coerce::coerce};

/// A predictor and what it needs to be read: `model.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Model {
    /// What is predicted.
    pub task: Task,
    /// The target's name.
    pub target: String,
    /// The features, in the predictor's order.
    pub features: Vec<Feature>,
    /// The fitted model.
    pub predictor: Predictor,
    /// Binary: class 1 is called from this probability on.
    pub threshold: f64,
}

/// From raw columns to scores.
#[derive(Clone, Debug, PartialEq)]
pub struct Pipeline {
    /// The raw columns that must be there.
    pub schema: Schema,
    /// What is done to them.
    pub recipe: FittedRecipe,
    /// What is said about them; shared with whoever trained it, because a forest is large.
    pub model: Arc<Model>,
}

/// Scores of some rows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Scores {
    /// Row-major `n_rows × n_outputs`.
    pub margins: Vec<f64>,
    /// The predicted number of each row; empty for classes.
    pub numbers: Vec<f64>,
    /// Row-major `n_rows × n_classes` (binary: both classes); empty for regression.
    pub probabilities: Vec<f64>,
    /// The called class of each row; empty for regression.
    pub labels: Vec<u32>,
}

/// The probability from which on class 1 is called, until someone moves it.
pub const DEFAULT_THRESHOLD: f64 = 0.5;

/// How margins become answers.
#[derive(Clone, Copy, Debug)]
pub struct Finish<'a> {
    /// What is predicted.
    pub task: &'a Task,
    /// What margins stand for.
    pub link: Link,
    /// Binary: class 1 is called from this probability on.
    pub threshold: f64,
}

impl Model {
    /// How its margins become answers.
    pub fn finishing(&self) -> Finish<'_> {
        Finish {
            task: &self.task,
            link: self.predictor.link(),
            threshold: self.threshold,
        }
    }

    /// [`Finish::scores`] of its own margins.
    pub fn finish(&self, margins: Vec<f64>) -> Scores {
        self.finishing().scores(margins)
    }
}

impl Finish<'_> {
    /// Margins to numbers, or to probabilities and calls. Multiclass calls the largest margin, the first of equals.
    pub fn scores(self, margins: Vec<f64>) -> Scores {
        let mut numbers = Vec::new();
        let (probabilities, labels) = match self.task {
            Task::Regression => {
                numbers = self.numbers(&margins);
                (Vec::new(), Vec::new())
            }
            Task::Binary { .. } => self.two_classes(&margins),
            Task::Multiclass { classes } => self.classes(&margins, classes.len()),
        };
        Scores {
            margins,
            numbers,
            probabilities,
            labels,
        }
    }

    fn numbers(self, margins: &[f64]) -> Vec<f64> {
        match self.link {
            // Beyond e^709 there is no number; the largest one is nearer than infinity, which no CSV and no JSON holds.
            Link::Log => margins
                .iter()
                .map(|&margin| libm::exp(margin).min(f64::MAX))
                .collect(),
            _ => margins.to_vec(),
        }
    }

    fn two_classes(self, margins: &[f64]) -> (Vec<f64>, Vec<u32>) {
        let mut probabilities = Vec::with_capacity(2 * margins.len());
        let mut labels = Vec::with_capacity(margins.len());
        for &margin in margins {
            let probability = match self.link {
                Link::Sigmoid | Link::Softmax => sigmoid(margin),
                Link::Identity | Link::Log | Link::Share => margin.clamp(0.0, 1.0),
            };
            probabilities.extend([1.0 - probability, probability]);
            labels.push(u32::from(probability >= self.threshold));
        }
        (probabilities, labels)
    }

    fn classes(self, margins: &[f64], n_classes: usize) -> (Vec<f64>, Vec<u32>) {
        let mut probabilities = Vec::with_capacity(margins.len());
        let mut labels = Vec::with_capacity(margins.len() / n_classes.max(1));
        for row in margins.chunks_exact(n_classes.max(1)) {
            match self.link {
                Link::Sigmoid | Link::Softmax => softmax(row, &mut probabilities),
                Link::Identity | Link::Log | Link::Share => shares(row, &mut probabilities),
            }
            labels.push(largest(row));
        }
        (probabilities, labels)
    }
}

/// 1 / (1 + e^−x), never through an overflow.
fn sigmoid(margin: f64) -> f64 {
    if margin >= 0.0 {
        1.0 / (1.0 + libm::exp(-margin))
    } else {
        let odds = libm::exp(margin);
        odds / (1.0 + odds)
    }
}

/// Appends e^mᵢ / Σ e^mⱼ; the largest margin is taken off first, so that nothing overflows.
fn softmax(row: &[f64], probabilities: &mut Vec<f64>) {
    let top = row[largest(row) as usize];
    let start = probabilities.len();
    probabilities.extend(row.iter().map(|margin| libm::exp(margin - top)));
    let sum: f64 = probabilities[start..].iter().sum();
    probabilities[start..].iter_mut().for_each(|p| *p /= sum);
}

/// Appends each share over the sum of all; equal shares where all are zero.
fn shares(row: &[f64], probabilities: &mut Vec<f64>) {
    let sum: f64 = row.iter().map(|share| share.clamp(0.0, 1.0)).sum();
    let equal = 1.0 / row.len() as f64;
    probabilities.extend(row.iter().map(|share| {
        if sum > 0.0 {
            share.clamp(0.0, 1.0) / sum
        } else {
            equal
        }
    }));
}

/// Position of the largest, the first of equals.
fn largest(row: &[f64]) -> u32 {
    let mut best = 0;
    for (position, margin) in row.iter().enumerate() {
        if *margin > row[best] {
            best = position;
        }
    }
    best as u32
}

impl Pipeline {
    /// Scores each row of a raw table, in order. Columns beyond the schema's are not looked at. A column that was
    /// read as another kind is converted where that loses nothing, as for a numeric column whose cells are all
    /// missing.
    ///
    /// # Errors
    /// If a column of the schema is absent, or holds a value that cannot be of the schema's kind.
    pub fn score(&self, table: &Table) -> Result<Scores, ModelError> {
        let margins = self.model.predictor.margins(&self.matrix(table)?);
        Ok(self.model.finish(margins))
    }

    /// The features of each row of a raw table, as the predictor reads them.
    ///
    /// # Errors
    /// As [`Pipeline::score`].
    pub fn matrix(&self, table: &Table) -> Result<Matrix, ModelError> {
        let absent: Vec<String> = self
            .schema
            .columns
            .iter()
            .filter(|wanted| table.column(&wanted.name).is_none())
            .map(|wanted| format!("\"{}\"", wanted.name))
            .collect();
        if absent.len() > 1 {
            return Err(ModelError::AbsentColumns {
                n: absent.len(),
                names: absent.join(", "),
            });
        }
        let columns: Result<Vec<_>, ModelError> = self
            .schema
            .columns
            .iter()
            .map(|wanted| input(table, wanted))
            .collect();
        let raw = Table::new(columns?, table.n_rows())?;
        let features = &self.model.features;
        Ok(Matrix::build(&self.recipe.apply(&raw)?, features)?)
    }

    /// How to read rows that are to be scored: with a header, the training file's missing tokens and the schema's
    /// kinds, so that cells that do not fit become missing and are counted in the report.
    pub fn read_options(&self) -> ReadOptions {
        ReadOptions::from_schema(&self.schema)
    }
}

fn input(table: &Table, wanted: &ColumnSchema) -> Result<Arc<Column>, ModelError> {
    let Some(column) = table.column(&wanted.name) else {
        return Err(RecipeError::MissingInput {
            column: wanted.name.clone(),
        }
        .into());
    };
    coerce(column, wanted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Constant;

    fn model(task: Task, link: Link) -> Model {
        let margins = vec![0.0; task.n_outputs()];
        Model {
            task,
            target: "y".into(),
            features: Vec::new(),
            predictor: Predictor::Constant(Constant { margins, link }),
            threshold: 0.5,
        }
    }

    #[test]
    fn all_absent_columns_are_named_at_once() {
        let column = |name: &str| ColumnSchema {
            name: name.to_owned(),
            kind: tabwright_table::Kind::Decimal,
            levels: Vec::new(),
            range: None,
            format: None,
        };
        let pipeline = Pipeline {
            schema: Schema {
                columns: ["a", "b", "c"].map(column).to_vec(),
                missing_tokens: Vec::new(),
            },
            recipe: FittedRecipe::default(),
            model: Arc::new(model(Task::Regression, Link::Identity)),
        };
        let table = Table::new(Vec::new(), 0).unwrap();
        assert_eq!(
            pipeline.score(&table).unwrap_err().to_string(),
            "the input lacks 3 columns that the model needs: \"a\", \"b\", \"c\""
        );
    }

    fn classes(n: usize) -> Vec<String> {
        (0..n).map(|class| class.to_string()).collect()
    }

    #[test]
    fn a_binary_margin_is_log_odds() {
        let scores = model(
            Task::Binary {
                classes: classes(2),
            },
            Link::Sigmoid,
        )
        .finish(vec![0.0, -0.001, 1000.0, -1000.0, 2.0]);
        assert_eq!(scores.labels, [1, 0, 1, 0, 1]);
        assert_eq!(scores.probabilities[..2], [0.5, 0.5]);
        assert_eq!(scores.probabilities[4..8], [0.0, 1.0, 1.0, 0.0]);
        assert!((scores.probabilities[9] - 0.880_797_077_977_882_4).abs() < 1e-15);
    }

    #[test]
    fn a_share_is_clamped_and_the_threshold_itself_is_called() {
        let mut model = model(
            Task::Binary {
                classes: classes(2),
            },
            Link::Share,
        );
        model.threshold = 0.25;
        let scores = model.finish(vec![-0.5, 0.25, 1.5]);
        assert_eq!(scores.probabilities, [1.0, 0.0, 0.75, 0.25, 0.0, 1.0]);
        assert_eq!(scores.labels, [0, 1, 1]);
    }

    #[test]
    fn several_classes_share_one_certainty() {
        let scores = model(
            Task::Multiclass {
                classes: classes(3),
            },
            Link::Softmax,
        )
        .finish(vec![1000.0, 1000.0, -1000.0, 1.0, 3.0, 2.0]);
        assert_eq!(scores.labels, [0, 1], "the first of equals");
        assert_eq!(scores.probabilities[..3], [0.5, 0.5, 0.0]);
        let expected = [
            0.090_030_573_170_380_46,
            0.665_240_955_774_821_6,
            0.244_728_471_054_797_67,
        ];
        for (found, expected) in scores.probabilities[3..].iter().zip(expected) {
            assert!(
                (found - expected).abs() < 1e-15,
                "{found} is not {expected}"
            );
        }
        let scores = model(
            Task::Multiclass {
                classes: classes(3),
            },
            Link::Share,
        )
        .finish(vec![0.5, -0.125, 0.25, 0.0, 0.0, 0.0]);
        assert_eq!(scores.probabilities[..3], [2.0 / 3.0, 0.0, 1.0 / 3.0]);
        assert_eq!(scores.probabilities[3..], [1.0 / 3.0; 3]);
    }

    #[test]
    fn a_number_is_its_margin_or_the_power_of_it() {
        let scores = model(Task::Regression, Link::Identity).finish(vec![2.5]);
        assert_eq!(
            scores,
            Scores {
                margins: vec![2.5],
                numbers: vec![2.5],
                ..Scores::default()
            }
        );
        let scores = model(Task::Regression, Link::Log).finish(vec![0.0, 1.0, -1e9, 1e9]);
        assert_eq!(
            scores.numbers,
            [1.0, libm::exp(1.0), 0.0, f64::MAX],
            "the number that a margin stands for"
        );
        assert_eq!(scores.margins[1], 1.0);
    }
}

//! Linear and logistic regression, coefficients on the original scale.

use serde::{Deserialize, Serialize};
use tabwright_recipe::Matrix;

use super::Link;

/// One output's equation: intercept plus the terms in order (the order of addition is part of the answer).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LinearOutput {
    /// The constant.
    pub intercept: f64,
    /// One term a feature that counts.
    pub terms: Vec<Term>,
}

/// What one feature adds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Term {
    /// `coefficient × x`, with `fill` for a missing x.
    Number {
        /// Position among the features.
        feature: usize,
        /// Per unit of x.
        coefficient: f64,
        /// What stands for a missing x: the training mean.
        fill: f64,
    },
    /// The level's own constant.
    Levels {
        /// Position among the features.
        feature: usize,
        /// One a level.
        coefficients: Vec<f64>,
        /// For a missing value.
        missing: f64,
        /// For a level that training did not see.
        unseen: f64,
    },
}

/// Linear regression, or logistic where the link says so.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Linear {
    /// One a margin.
    pub outputs: Vec<LinearOutput>,
    /// How margins become probabilities.
    pub link: Link,
    /// Whether the solver reached its tolerance, and what it says; shown beside the model.
    pub convergence: String,
    /// What a reader of the coefficients must know: no convergence, separation, collinearity. Whole sentences.
    #[serde(default)]
    pub warnings: Vec<String>,
    /// How far the coefficients may be off.
    #[serde(default)]
    pub uncertainty: Uncertainty,
    /// The variance inflation factor of each feature, per degree of freedom (Fox and Monette, 1992): how many times larger the other
    /// features make its coefficient's variance. `None` where it has no coefficient or only repeats others. Empty where it was
    /// not computed.
    #[serde(default)]
    pub vif: Vec<Option<f64>>,
}

/// How far the coefficients may be off from those of the population that the rows were drawn from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum Uncertainty {
    /// There are no standard errors.
    Undefined {
        /// Why.
        reason: String,
    },
    /// Standard errors by the inverse of the information matrix.
    Known {
        /// Degrees of freedom of Student's t; `None`: the normal distribution.
        freedom: Option<f64>,
        /// One an output.
        errors: Vec<OutputErrors>,
    },
}

impl Default for Uncertainty {
    fn default() -> Self {
        Uncertainty::Undefined {
            reason: "they were not recorded".into(),
        }
    }
}

/// Standard errors of one output's equation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OutputErrors {
    /// Of the constant.
    pub intercept: f64,
    /// Of each term: one value for a number; for levels one a level, then one for missing. `None` where the coefficient is 0 by
    /// decision: what others are measured from, and what only repeats others.
    pub terms: Vec<Vec<Option<f64>>>,
}

impl Linear {
    /// Margins of each row, row-major `n_rows × n_outputs`.
    pub fn margins(&self, matrix: &Matrix) -> Vec<f64> {
        let n_outputs = self.outputs.len();
        let mut margins = vec![0.0; matrix.n_rows * n_outputs];
        for (position, output) in self.outputs.iter().enumerate() {
            let mut sums = vec![output.intercept; matrix.n_rows];
            // Term by term over all rows is the same order of addition for each row as row by row.
            for term in &output.terms {
                term.add(matrix, &mut sums);
            }
            for (margin, sum) in margins
                .iter_mut()
                .skip(position)
                .step_by(n_outputs)
                .zip(sums)
            {
                *margin = sum;
            }
        }
        margins
    }
}

impl Term {
    fn add(&self, matrix: &Matrix, sums: &mut [f64]) {
        match self {
            Term::Number {
                feature,
                coefficient,
                fill,
            } => {
                for (sum, &x) in sums.iter_mut().zip(&*matrix.columns[*feature]) {
                    *sum += coefficient * if x.is_nan() { *fill } else { x };
                }
            }
            Term::Levels {
                feature,
                coefficients,
                missing,
                unseen,
            } => {
                for (sum, &code) in sums.iter_mut().zip(&*matrix.columns[*feature]) {
                    *sum += if code.is_nan() {
                        *missing
                    } else if code < 0.0 {
                        *unseen
                    } else {
                        coefficients.get(code as usize).copied().unwrap_or(*unseen)
                    };
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_output_has_its_own_equation() {
        let number = |coefficient| Term::Number {
            feature: 0,
            coefficient,
            fill: 10.0,
        };
        let levels = Term::Levels {
            feature: 1,
            coefficients: vec![0.25, 0.5],
            missing: -1.0,
            unseen: -2.0,
        };
        let linear = Linear {
            outputs: vec![
                LinearOutput {
                    intercept: 1.0,
                    terms: vec![number(2.0), levels],
                },
                LinearOutput {
                    intercept: -1.0,
                    terms: vec![number(0.5)],
                },
            ],
            link: Link::Softmax,
            convergence: String::new(),
            warnings: Vec::new(),
            uncertainty: Uncertainty::default(),
            vif: Vec::new(),
        };
        let columns = vec![
            vec![3.0, f64::NAN, 0.0, 0.0].into(),
            vec![1.0, 0.0, f64::NAN, -1.0].into(),
        ];
        let margins = linear.margins(&Matrix { columns, n_rows: 4 });
        assert_eq!(margins, [7.5, 0.5, 21.25, 4.0, 0.0, -1.0, -1.0, -1.0]);
    }
}

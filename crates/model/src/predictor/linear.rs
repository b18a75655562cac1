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
                for (sum, &x) in sums.iter_mut().zip(&matrix.columns[*feature]) {
                    *sum += coefficient * if x.is_nan() { *fill } else { x };
                }
            }
            Term::Levels {
                feature,
                coefficients,
                missing,
                unseen,
            } => {
                for (sum, &code) in sums.iter_mut().zip(&matrix.columns[*feature]) {
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
        };
        let columns = vec![
            vec![3.0, f64::NAN, 0.0, 0.0],
            vec![1.0, 0.0, f64::NAN, -1.0],
        ];
        let margins = linear.margins(&Matrix { columns, n_rows: 4 });
        assert_eq!(margins, [7.5, 0.5, 21.25, 4.0, 0.0, -1.0, -1.0, -1.0]);
    }
}

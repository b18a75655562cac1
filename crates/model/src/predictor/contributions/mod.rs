//! What each feature adds to a row's margin.
//!
//! Trees: Shapley values of the function that a tree is when features are unknown, where a row goes both ways in the shares of the
//! training rows that did ("path-dependent"; Lundberg, Erion and Lee, "Consistent individualized feature attribution for tree
//! ensembles", 2018). Linear models: a number's coefficient times its distance from the training mean, and a level's own constant.

mod linear;
mod shap;
#[cfg(test)]
mod tests;

use tabwright_recipe::Matrix;

use self::shap::{MAX_DEPTH, Shap};
use crate::{Model, ModelError, Predictor};

/// Bits that contributions of trees have beyond those of the ensemble's grid. Margins take 24 bits, and the contributions of a tree
/// of [`MAX_DEPTH`] levels together at most 2^8 times as much: 52 bits, so every sum of them is exact, in any order.
const FINER_BITS: i32 = 20;

/// What each feature adds to each margin.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Contributions {
    /// The margin of a row of which nothing is known; one an output.
    pub base: Vec<f64>,
    /// Row-major `n_rows × n_outputs × n_features`. With the base they sum to the margin: exactly and in any order of addition for
    /// trees and constants, to rounding for linear models.
    pub values: Vec<f64>,
}

/// A model made ready to say what its features contribute.
pub struct Explainer {
    n_features: usize,
    base: Vec<f64>,
    form: Form,
}

enum Form {
    Constant,
    Linear(crate::Linear),
    Trees { shap: Shap, grid_bits: i32 },
}

impl Explainer {
    /// Makes a sound model ready.
    ///
    /// # Errors
    /// [`ModelError::TooDeep`] where a tree has more than 128 levels.
    pub fn new(model: &Model) -> Result<Self, ModelError> {
        let (base, form) = match &model.predictor {
            Predictor::Constant(constant) => (constant.margins.clone(), Form::Constant),
            Predictor::Linear(linear) => (linear::base(linear), Form::Linear(linear.clone())),
            Predictor::Trees(trees) => {
                let shap = Shap::new(trees).ok_or(ModelError::TooDeep { limit: MAX_DEPTH })?;
                let grid_bits = trees.grid_bits + FINER_BITS;
                let base = shap.base().iter().map(|&x| on_grid(x, grid_bits)).collect();
                (base, Form::Trees { shap, grid_bits })
            }
        };
        Ok(Self {
            n_features: model.features.len(),
            base,
            form,
        })
    }

    /// Contributions to the margins that the model gave for the rows of this matrix.
    pub fn explain(&self, matrix: &Matrix, margins: &[f64]) -> Contributions {
        let n_outputs = self.base.len();
        let mut values = vec![0.0; matrix.n_rows * n_outputs * self.n_features];
        match &self.form {
            Form::Constant => {}
            Form::Linear(linear) => linear::explain(linear, matrix, self.n_features, &mut values),
            Form::Trees { shap, grid_bits } => {
                shap.explain(matrix, self.n_features, &mut values);
                for value in &mut values {
                    *value = on_grid(*value, *grid_bits);
                }
                let rows = values.chunks_mut(self.n_features.max(1));
                let bases = self.base.iter().cycle();
                for ((row, margin), base) in rows.zip(margins).zip(bases) {
                    close(row, *margin - *base);
                }
            }
        }
        Contributions {
            base: self.base.clone(),
            values,
        }
    }
}

/// The nearest whole multiple of 2^−bits.
fn on_grid(x: f64, bits: i32) -> f64 {
    let scaled = libm::scalbn(x, bits);
    if scaled.is_finite() {
        libm::scalbn(libm::rint(scaled), -bits)
    } else {
        x
    }
}

/// Gives what rounding left over to the largest contribution, of which it is the smallest part.
fn close(row: &mut [f64], total: f64) {
    let rest = total - row.iter().sum::<f64>();
    let larger = |best: usize, other: usize| {
        if row[other].abs() > row[best].abs() {
            other
        } else {
            best
        }
    };
    let largest = (0..row.len()).reduce(larger);
    if let Some(largest) = largest {
        row[largest] += rest;
    }
}

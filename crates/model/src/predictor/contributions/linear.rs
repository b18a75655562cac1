//! Linear models.

use tabwright_recipe::Matrix;

use crate::{Linear, Term};

/// The margin of a row of means, without what its levels add.
pub(super) fn base(linear: &Linear) -> Vec<f64> {
    let of_mean = |term: &Term| match term {
        Term::Number {
            coefficient, fill, ..
        } => coefficient * fill,
        Term::Levels { .. } => 0.0,
    };
    let outputs = linear.outputs.iter();
    outputs
        .map(|output| output.intercept + output.terms.iter().map(of_mean).sum::<f64>())
        .collect()
}

/// Adds to `values`, row-major `n_rows × n_outputs × n_features`.
pub(super) fn explain(linear: &Linear, matrix: &Matrix, n_features: usize, values: &mut [f64]) {
    let n_outputs = linear.outputs.len();
    for (position, output) in linear.outputs.iter().enumerate() {
        for term in &output.terms {
            let (Term::Number { feature, .. } | Term::Levels { feature, .. }) = term;
            let start = position * n_features + feature;
            let cells = matrix.columns[*feature].iter();
            let places = values.iter_mut().skip(start);
            for (value, &x) in places.step_by(n_outputs * n_features).zip(cells) {
                *value += of_cell(term, x);
            }
        }
    }
}

fn of_cell(term: &Term, x: f64) -> f64 {
    match term {
        Term::Number {
            coefficient, fill, ..
        } => {
            if x.is_nan() {
                0.0
            } else {
                coefficient * (x - fill)
            }
        }
        Term::Levels {
            coefficients,
            missing,
            unseen,
            ..
        } => {
            if x.is_nan() {
                *missing
            } else if x < 0.0 {
                *unseen
            } else {
                coefficients.get(x as usize).copied().unwrap_or(*unseen)
            }
        }
    }
}

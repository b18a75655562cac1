//! Permutation importance (Breiman, 2001): how much worse a model gets when one feature's values are shuffled among rows.

use std::collections::BTreeMap;

use tabwright_model::{Model, Predictor};
use tabwright_recipe::Matrix;

use crate::evaluate::main_loss;
use crate::stream::{sample, shuffle, stream};

/// Held-out rows that are looked at.
const MAX_ROWS: usize = 2000;

/// The rise of the main loss for each feature; empty where it is not defined or no feature is used.
pub(crate) fn importance(
    model: &Model,
    matrix: &Matrix,
    target: &[f64],
    seed: u64,
    fold: u32,
) -> BTreeMap<String, f64> {
    if matches!(model.predictor, Predictor::Constant(_)) {
        return BTreeMap::new();
    }
    let rows = sample(
        &mut stream(seed, "importance rows", u64::from(fold)),
        matrix.n_rows,
        MAX_ROWS,
    );
    let target: Vec<f64> = rows.iter().map(|&row| target[row as usize]).collect();
    let mut matrix = matrix.rows(&rows);
    let loss = |matrix: &Matrix| {
        let margins = model.predictor.margins(matrix);
        main_loss(model.finishing(), margins, &target)
    };
    let unshuffled = loss(&matrix);
    // One order for every feature: features differ by what they hold, not by luck.
    let mut order: Vec<u32> = (0..rows.len() as u32).collect();
    shuffle(
        &mut stream(seed, "importance order", u64::from(fold)),
        &mut order,
    );
    let mut rises = BTreeMap::new();
    for (position, feature) in model.features.iter().enumerate() {
        let column = &matrix.columns[position];
        let shuffled = order.iter().map(|&row| column[row as usize]).collect();
        let kept = std::mem::replace(&mut matrix.columns[position], shuffled);
        let rise = loss(&matrix) - unshuffled;
        matrix.columns[position] = kept;
        if rise.is_finite() {
            rises.insert(feature.name.clone(), rise);
        }
    }
    rises
}

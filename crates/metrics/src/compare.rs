//! Spread over folds.

use serde::{Deserialize, Serialize};

/// A metric's mean and spread over folds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// Arithmetic mean over the folds where the metric is defined.
    pub mean: f64,
    /// Sample standard deviation over them (n − 1); 0 for one fold.
    pub std: f64,
}

/// Mean and sample standard deviation of the finite values; `None` if there is none.
pub fn mean_std(values: &[f64]) -> Option<Estimate> {
    let finite: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
    if finite.is_empty() {
        return None;
    }
    let n = finite.len() as f64;
    let mean = finite.iter().sum::<f64>() / n;
    let squares: f64 = finite.iter().map(|v| (v - mean) * (v - mean)).sum();
    let std = if finite.len() > 1 {
        (squares / (n - 1.0)).sqrt()
    } else {
        0.0
    };
    Some(Estimate { mean, std })
}

//! Metrics of predicted numbers; NaN without rows. Both slices are as long as each other.

/// Root of the mean squared error, in the target's unit.
pub fn rmse(predicted: &[f64], truth: &[f64]) -> f64 {
    (squared_error(predicted, truth) / truth.len() as f64).sqrt()
}

/// Mean absolute error, in the target's unit.
pub fn mae(predicted: &[f64], truth: &[f64]) -> f64 {
    let sum: f64 = predicted
        .iter()
        .zip(truth)
        .map(|(p, t)| (p - t).abs())
        .sum();
    sum / truth.len() as f64
}

/// 1 − squared error over the truth's squared deviation from its mean; NaN where the truth is constant.
pub fn r2(predicted: &[f64], truth: &[f64]) -> f64 {
    // The mean of equal values can differ from them in the last bit, so a zero deviation is no test for them.
    if truth.iter().all(|t| *t == truth[0]) {
        return f64::NAN;
    }
    let mean = truth.iter().sum::<f64>() / truth.len() as f64;
    let deviation: f64 = truth.iter().map(|t| (t - mean) * (t - mean)).sum();
    1.0 - squared_error(predicted, truth) / deviation
}

fn squared_error(predicted: &[f64], truth: &[f64]) -> f64 {
    predicted
        .iter()
        .zip(truth)
        .map(|(p, t)| (p - t) * (p - t))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_constant_truth_has_no_r2() {
        assert!(r2(&[0.1, 0.2, 0.3], &[0.1, 0.1, 0.1]).is_nan());
        assert!(r2(&[], &[]).is_nan());
        assert_eq!(r2(&[2.0, 2.0], &[1.0, 3.0]), 0.0);
    }

    #[test]
    fn without_rows_there_is_no_error() {
        assert!(rmse(&[], &[]).is_nan());
        assert!(mae(&[], &[]).is_nan());
    }
}

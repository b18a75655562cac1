//! Metrics of called classes and of class probabilities.

/// Probabilities are kept this far from 0 and 1, so that one wrong certainty does not make a mean infinite.
const CLIP: f64 = 1e-15;

/// Share of rows called right; NaN without rows.
pub fn accuracy(called: &[u32], truth: &[u32]) -> f64 {
    let right = called.iter().zip(truth).filter(|(c, t)| c == t).count();
    right as f64 / truth.len() as f64
}

/// F1 of class 1; 0 where it is neither called nor true.
pub fn f1_binary(called: &[u32], truth: &[u32]) -> f64 {
    f1_of(1, &confusion_matrix(called, truth, 2), 2).unwrap_or(0.0)
}

/// Unweighted mean of each class's F1 over the classes that occur in truth or calls; NaN without rows.
pub fn f1_macro(called: &[u32], truth: &[u32], n_classes: usize) -> f64 {
    let confusion = confusion_matrix(called, truth, n_classes);
    let f1s: Vec<f64> = (0..n_classes)
        .filter_map(|class| f1_of(class, &confusion, n_classes))
        .collect();
    f1s.iter().sum::<f64>() / f1s.len() as f64
}

/// 2·TP / (2·TP + FP + FN) of one class; `None` where it neither occurs nor is called.
fn f1_of(class: usize, confusion: &[u64], n_classes: usize) -> Option<f64> {
    let hits = confusion[class * n_classes + class];
    let n_true: u64 = confusion[class * n_classes..(class + 1) * n_classes]
        .iter()
        .sum();
    let n_called: u64 = confusion.iter().skip(class).step_by(n_classes).sum();
    (n_true + n_called > 0).then(|| (2 * hits) as f64 / (n_true + n_called) as f64)
}

/// Correlation of calls and truth over all classes; 0 where either is always the same class, NaN without rows.
pub(crate) fn mcc(called: &[u32], truth: &[u32], n_classes: usize) -> f64 {
    if truth.is_empty() {
        return f64::NAN;
    }
    let confusion = confusion_matrix(called, truth, n_classes);
    let sum = |from: usize, step: usize| -> i128 {
        let cells = confusion.iter().skip(from).step_by(step).take(n_classes);
        cells.map(|&count| i128::from(count)).sum()
    };
    let n_rows = truth.len() as i128;
    // Covariances times the number of rows squared, exact.
    let mut calls_with_truth = sum(0, n_classes + 1) * n_rows;
    let (mut calls, mut truths) = (n_rows * n_rows, n_rows * n_rows);
    for class in 0..n_classes {
        let (n_true, n_called) = (sum(class * n_classes, 1), sum(class, n_classes));
        calls_with_truth -= n_true * n_called;
        calls -= n_called * n_called;
        truths -= n_true * n_true;
    }
    if calls == 0 || truths == 0 {
        return 0.0;
    }
    calls_with_truth as f64 / (calls as f64 * truths as f64).sqrt()
}

/// Mean −ln p(truth), probabilities clipped to 1e-15 from 0 and 1; NaN without rows.
pub fn log_loss_binary(probability: &[f64], truth: &[bool]) -> f64 {
    let sum: f64 = probability
        .iter()
        .zip(truth)
        .map(|(&p, &positive)| {
            let p = p.clamp(CLIP, 1.0 - CLIP);
            -libm::log(if positive { p } else { 1.0 - p })
        })
        .sum();
    sum / truth.len() as f64
}

/// Mean −ln p(truth) of row-major probabilities, clipped as above; NaN without rows.
pub fn log_loss_multiclass(probabilities: &[f64], truth: &[u32], n_classes: usize) -> f64 {
    let sum: f64 = probabilities
        .chunks_exact(n_classes.max(1))
        .zip(truth)
        .map(|(row, &class)| -libm::log(row[class as usize].clamp(CLIP, 1.0 - CLIP)))
        .sum();
    sum / truth.len() as f64
}

/// Row-major counts, `confusion[truth × n_classes + called]`. Classes are below `n_classes`.
pub fn confusion_matrix(called: &[u32], truth: &[u32], n_classes: usize) -> Vec<u64> {
    let mut counts = vec![0; n_classes * n_classes];
    for (&called, &truth) in called.iter().zip(truth) {
        counts[truth as usize * n_classes + called as usize] += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_that_never_occurs_has_no_f1() {
        assert_eq!(f1_binary(&[0, 0], &[0, 0]), 0.0);
        // Class 2 is absent: the mean is over classes 0 (2/3) and 1 (0).
        assert_eq!(f1_macro(&[0, 0], &[0, 1], 3), 2.0 / 3.0 / 2.0);
    }

    #[test]
    fn a_call_that_is_always_the_same_correlates_with_nothing() {
        assert_eq!(mcc(&[1, 1, 1], &[0, 1, 1], 2), 0.0);
        assert_eq!(mcc(&[0, 2], &[1, 1], 3), 0.0);
        assert_eq!(mcc(&[0, 1, 2], &[0, 1, 2], 3), 1.0);
        assert_eq!(mcc(&[1, 0], &[0, 1], 2), -1.0);
    }

    #[test]
    fn without_rows_there_is_no_share() {
        assert!(mcc(&[], &[], 2).is_nan());
        assert!(accuracy(&[], &[]).is_nan());
        assert!(f1_macro(&[], &[], 3).is_nan());
        assert!(log_loss_binary(&[], &[]).is_nan());
        assert!(log_loss_multiclass(&[], &[], 3).is_nan());
    }

    #[test]
    fn a_wrong_certainty_costs_much_but_not_everything() {
        let loss = log_loss_binary(&[0.0], &[true]);
        assert!((loss - 34.538_776_394_910_684).abs() < 1e-12, "{loss}");
        assert_eq!(log_loss_multiclass(&[1.0, 0.0], &[1], 2), loss);
    }

    #[test]
    fn confusion_has_the_truth_in_rows() {
        assert_eq!(confusion_matrix(&[1, 1, 0], &[0, 0, 0], 2), [1, 2, 0, 0]);
    }
}

//! Numbers that stand for many: what fills a missing one. None where there is no number.

/// The arithmetic mean.
pub(crate) fn mean(present: &[f64]) -> Option<f64> {
    (!present.is_empty()).then(|| present.iter().sum::<f64>() / present.len() as f64)
}

/// The value in the middle, or half way between the two that are.
pub(crate) fn median(present: &mut [f64]) -> Option<f64> {
    present.sort_unstable_by(f64::total_cmp);
    let middle = present.len() / 2;
    let upper = *present.get(middle)?;
    if present.len() % 2 == 1 {
        return Some(upper);
    }
    let lower = present[middle - 1];
    Some(lower + (upper - lower) / 2.0)
}

/// The most frequent value; of equally frequent ones the least.
pub(crate) fn mode(present: &mut [f64]) -> Option<f64> {
    present.sort_unstable_by(f64::total_cmp);
    let runs = present.chunk_by(|a, b| a == b);
    runs.fold(None, |best: Option<&[f64]>, run| match best {
        Some(best) if best.len() >= run.len() => Some(best),
        _ => Some(run),
    })
    .map(|run| run[0])
}

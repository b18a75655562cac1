//! Gradient-based one-side sampling (Ke et al., 2017, section 3.1): rows whose margins are nearly right say little.

use super::objective::Gradient;
use crate::stream::{sample, stream};

/// Draws from `rows` (ascending): those with the largest |gradient · hessian| over all outputs, the lower row first of equals, and
/// some of the others, whose gradients and hessians are raised to stand for all of the others. Gives the drawn rows, ascending.
pub(super) fn draw(
    rows: &[u32],
    (top, other): (f64, f64),
    gradients: &mut [Vec<Gradient>],
    seed: u64,
    round: u64,
) -> Vec<u32> {
    let n = rows.len();
    let n_top = ((n as f64 * top) as usize).clamp(1, n);
    let n_other = ((n as f64 * other) as usize).clamp(1, n).min(n - n_top);
    if n_other == 0 {
        return rows.to_vec();
    }
    let size = |row: u32| -> f64 {
        let parts = gradients.iter().map(|gradients| gradients[row as usize]);
        parts
            .map(|part| (f64::from(part.gradient) * f64::from(part.hessian)).abs())
            .sum()
    };
    let mut ranked: Vec<(f64, u32)> = rows.iter().map(|&row| (size(row), row)).collect();
    ranked.select_nth_unstable_by(n_top - 1, |a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut others: Vec<u32> = ranked[n_top..].iter().map(|ranked| ranked.1).collect();
    others.sort_unstable();
    let mut drawn: Vec<u32> = ranked[..n_top].iter().map(|ranked| ranked.1).collect();
    let raise = (n - n_top) as f64 / n_other as f64;
    for position in sample(
        &mut stream(seed, "boosting goss", round),
        others.len(),
        n_other,
    ) {
        let row = others[position as usize];
        for gradients in &mut *gradients {
            let gradient = &mut gradients[row as usize];
            *gradient = gradient.times(raise);
        }
        drawn.push(row);
    }
    drawn.sort_unstable();
    drawn
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_largest_stay_and_the_others_stand_for_the_rest(
            sizes in prop::collection::vec(0_u8..20, 10..200), seed: u64,
        ) {
            let before: Vec<Gradient> =
                sizes.iter().map(|&size| Gradient { gradient: -f32::from(size), hessian: 1.0 }).collect();
            let mut after = vec![before.clone()];
            let rows: Vec<u32> = (0..sizes.len() as u32).collect();
            let drawn = draw(&rows, (0.2, 0.1), &mut after, seed, 7);
            let (n_top, n_other) = (sizes.len() / 5, sizes.len() / 10);
            prop_assert_eq!(drawn.len(), n_top + n_other);
            prop_assert!(drawn.is_sorted_by(|a, b| a < b));
            let mut descending = sizes.clone();
            descending.sort_unstable_by(|a, b| b.cmp(a));
            let raised = |row: u32| after[0][row as usize].hessian > 1.0;
            let kept: Vec<u32> = drawn.iter().copied().filter(|&row| !raised(row)).collect();
            prop_assert_eq!(kept.len(), n_top);
            prop_assert!(kept.iter().all(|&row| sizes[row as usize] >= descending[n_top - 1]));
            // Hessians of all rows are still counted.
            let sum: f64 = drawn.iter().map(|&row| f64::from(after[0][row as usize].hessian)).sum();
            prop_assert!((sum - sizes.len() as f64).abs() < 1e-3);
        }
    }
}

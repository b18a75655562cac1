//! Several classes: what is added to a column's weights in all of them changes no probability. The penalties choose what is added.

use super::family::Family;
use super::newton::Penalty;
use super::problem::Problem;

/// Adds to each column's weights over the classes, and to the intercepts, what makes the penalties least; their mean becomes 0 where
/// L1 has no say.
pub(super) fn centre(unknowns: &mut [f64], problem: &Problem<'_>, penalty: Penalty) {
    let Family::Multinomial { n_classes } = problem.family else {
        return;
    };
    let n = problem.design.n_unknowns();
    for unknown in 0..n {
        let mut own: Vec<f64> = (0..n_classes).map(|k| unknowns[k * n + unknown]).collect();
        let middle = if unknown == 0 || penalty.l1 == 0.0 {
            own.iter().sum::<f64>() / n_classes as f64
        } else {
            own.sort_unstable_by(f64::total_cmp);
            least_penalty(&own, penalty)
        };
        for k in 0..n_classes {
            unknowns[k * n + unknown] -= middle;
        }
    }
}

/// The c that makes Σ l1 |w − c| + ½ l2 (w − c)² least; weights ascending. 0 where it is among the best.
fn least_penalty(weights: &[f64], penalty: Penalty) -> f64 {
    let (n, sum) = (weights.len(), weights.iter().sum::<f64>());
    // The slope by c just above c, given how many weights are at most c.
    let slope = |c: f64, n_at_most: usize| {
        penalty.l1 * (2.0 * n_at_most as f64 - n as f64) + penalty.l2 * (n as f64 * c - sum)
    };
    let below = weights.partition_point(|weight| *weight < 0.0);
    let at_most = weights.partition_point(|weight| *weight <= 0.0);
    if slope(0.0, below) <= 0.0 && slope(0.0, at_most) >= 0.0 {
        return 0.0;
    }
    for (position, &weight) in weights.iter().enumerate() {
        // Before this weight `position` weights are passed; the least value may lie there.
        if slope(weight, position) >= 0.0 && penalty.l2 > 0.0 {
            let shift = penalty.l1 * (2.0 * position as f64 - n as f64) / penalty.l2;
            return (sum - shift) / n as f64;
        }
        if slope(weight, position + 1) >= 0.0 {
            return weight;
        }
    }
    0.0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_other_shift_costs_less(
            mut weights in prop::collection::vec(prop_oneof![2 => -4.0..4.0_f64, 1 => Just(0.0)], 2..7),
            l1 in 0.1..2.0_f64,
            l2 in prop_oneof![Just(0.0), 0.1..2.0_f64],
            other in -5.0..5.0_f64,
        ) {
            weights.sort_unstable_by(f64::total_cmp);
            let cost = |c: f64| -> f64 {
                weights.iter().map(|w| l1 * (w - c).abs() + 0.5 * l2 * (w - c) * (w - c)).sum()
            };
            let best = least_penalty(&weights, Penalty { l1, l2 });
            prop_assert!(cost(best) <= cost(other) + 1e-12);
            prop_assert!(cost(best) <= cost(0.0) + 1e-12);
        }
    }
}

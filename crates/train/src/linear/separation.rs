//! Whether a loss has a least value at all (Albert and Anderson, 1984): it has none if in some direction no row's loss ever
//! rises and some row's falls for ever.

use super::family::Family;
use super::problem::Problem;

/// Share of the largest gain of a row that another may lose by rounding.
const ROUNDING: f64 = 1e-5;
/// Share of the largest move that is still called a part of the direction.
const PART: f64 = 0.1;

/// Whether in this direction no row's loss ever rises.
pub(super) fn falls_for_ever(problem: &Problem<'_>, direction: &[f64]) -> bool {
    let (mut least, mut most) = (f64::INFINITY, f64::NEG_INFINITY);
    problem.for_each_row(direction, |margins, target| {
        let gain = match problem.family {
            Family::Binomial => (2.0 * target - 1.0) * margins[0],
            // A count of 0 fits better and better as its mean falls; any other has a best mean.
            Family::Poisson if target == 0.0 => -margins[0],
            Family::Poisson | Family::Gaussian => -margins[0].abs(),
            Family::Multinomial { .. } => {
                let own = target as usize;
                let others = (0..margins.len()).filter(|&class| class != own);
                let largest = others
                    .map(|class| margins[class])
                    .fold(f64::NEG_INFINITY, f64::max);
                margins[own] - largest
            }
        };
        least = least.min(gain);
        most = most.max(gain);
    });
    most > 0.0 && least >= -ROUNDING * most
}

/// The weights that move most, largest first.
pub(super) fn mostly_along(direction: &[f64], is_weight: impl Fn(usize) -> bool) -> Vec<usize> {
    let mut parts: Vec<usize> = (0..direction.len()).filter(|&j| is_weight(j)).collect();
    parts.sort_by(|&a, &b| direction[b].abs().total_cmp(&direction[a].abs()));
    let largest = parts.first().map_or(0.0, |&first| direction[first].abs());
    parts.retain(|&j| direction[j].abs() >= PART * largest);
    parts
}

//! The tree-structured Parzen estimator (Bergstra, Bardenet, Bengio and Kégl, 2011), one dimension at a time, with Optuna's choices of
//! quantile, bandwidth and prior.

use rand::Rng;
use rand_chacha::ChaCha8Rng;
use tabwright_model::Params;

use super::space::{Dimension, Range, with};
use crate::stream::{below, stream};

/// The best tenth, and at most so many, are the good trials.
const GOOD_SHARE: f64 = 0.1;
const MOST_GOOD: usize = 25;
/// Draws from the good ones' density, of which the best by the ratio is taken.
const CANDIDATES: usize = 24;
/// A kernel is at least the line over so many wide.
const NARROWEST: f64 = 100.0;
/// Draws that may fall outside the line before one is taken evenly.
const TRIES: usize = 100;

/// A trial that is known: its parameters and its loss, infinite where it has none.
pub(super) struct Known<'a> {
    pub params: &'a Params,
    pub loss: f64,
}

/// The parameters of trial `index`, from those of the trials before. `pending` are under way: they count as bad (a constant lie), so
/// that what runs at once is not all alike.
pub(super) fn propose(
    space: &[Dimension],
    fixed: &Params,
    known: &[Known<'_>],
    pending: &[Params],
    seed: u64,
    index: u32,
) -> Params {
    let mut order: Vec<&Known> = known.iter().collect();
    order.sort_by(|a, b| a.loss.total_cmp(&b.loss));
    let n_good = (libm::ceil(GOOD_SHARE * known.len() as f64) as usize).min(MOST_GOOD);
    let (good, bad) = order.split_at(n_good.min(order.len()));
    with(
        fixed,
        space.iter().map(|dimension| {
            let places = |params: &mut dyn Iterator<Item = &Params>| -> Vec<f64> {
                params
                    .filter_map(|params| {
                        let spec = dimension.spec;
                        let value = params.get(spec.name).cloned();
                        dimension.place(&value.unwrap_or_else(|| spec.default_value()))
                    })
                    .collect()
            };
            let good = places(&mut good.iter().map(|known| known.params));
            let bad = places(&mut bad.iter().map(|known| known.params).chain(pending));
            let mut rng = stream(
                seed,
                &format!("tpe {}", dimension.spec.name),
                u64::from(index),
            );
            let (good, bad) = match &dimension.range {
                Range::Numbers(..) => (Density::numbers(good), Density::numbers(bad)),
                Range::Choices(choices) => (
                    Density::choices(&good, choices.len()),
                    Density::choices(&bad, choices.len()),
                ),
            };
            (dimension, dimension.value(best(&good, &bad, &mut rng)))
        }),
    )
}

/// Of some draws from the good density, the one that the bad one speaks least for.
fn best(good: &Density, bad: &Density, rng: &mut ChaCha8Rng) -> f64 {
    let mut best = (f64::NEG_INFINITY, 0.5);
    for _ in 0..CANDIDATES {
        let place = good.draw(rng);
        let ratio = libm::log(good.at(place)) - libm::log(bad.at(place));
        if ratio > best.0 {
            best = (ratio, place);
        }
    }
    best.1
}

/// A density on the line from 0 to 1.
enum Density {
    /// Normal kernels, cut off at the ends, all of one weight: centre and width of each.
    Kernels(Vec<(f64, f64)>),
    /// A weight for each equal part of the line.
    Parts(Vec<f64>),
}

impl Density {
    /// A kernel for each place, as wide as the way to its farther neighbour, and the prior: one in the middle, as wide as the line.
    fn numbers(mut places: Vec<f64>) -> Self {
        let prior = 0.5;
        places.push(prior);
        places.sort_by(f64::total_cmp);
        let narrowest = 1.0 / NARROWEST.min(places.len() as f64 + 1.0);
        let mut is_prior_due = true;
        let kernels = (0..places.len())
            .map(|at| {
                let centre = places[at];
                // Of places that equal the prior the first is it.
                if centre == prior && std::mem::take(&mut is_prior_due) {
                    return (centre, 1.0);
                }
                let left = at.checked_sub(1).map_or(0.0, |left| centre - places[left]);
                let right = places.get(at + 1).map_or(0.0, |right| right - centre);
                (centre, left.max(right).clamp(narrowest, 1.0))
            })
            .collect();
        Density::Kernels(kernels)
    }

    /// The share of each part, with one observation spread evenly.
    fn choices(places: &[f64], n: usize) -> Self {
        let mut weights = vec![1.0 / n as f64; n];
        for place in places {
            weights[part(*place, n)] += 1.0;
        }
        let total = places.len() as f64 + 1.0;
        Density::Parts(weights.into_iter().map(|weight| weight / total).collect())
    }

    fn draw(&self, rng: &mut ChaCha8Rng) -> f64 {
        match self {
            Density::Kernels(kernels) => {
                let (centre, width) = kernels[below(rng, kernels.len())];
                for _ in 0..TRIES {
                    let place = centre + width * normal(rng);
                    if (0.0..=1.0).contains(&place) {
                        return place;
                    }
                }
                rng.random()
            }
            Density::Parts(weights) => {
                let mut left: f64 = rng.random();
                let last = weights.len() - 1;
                let chosen = weights.iter().position(|weight| {
                    left -= weight;
                    left < 0.0
                });
                (chosen.unwrap_or(last) as f64 + 0.5) / weights.len() as f64
            }
        }
    }

    fn at(&self, place: f64) -> f64 {
        match self {
            Density::Kernels(kernels) => {
                let sum: f64 = kernels
                    .iter()
                    .map(|(centre, width)| {
                        let z = (place - centre) / width;
                        let within =
                            share_below((1.0 - centre) / width) - share_below(-centre / width);
                        libm::exp(-0.5 * z * z) / (width * within)
                    })
                    .sum();
                // The kernels' common factor 1/√2π is left out: only ratios are asked for.
                sum / kernels.len() as f64
            }
            Density::Parts(weights) => weights[part(place, weights.len())],
        }
    }
}

fn part(place: f64, n: usize) -> usize {
    ((place * n as f64) as usize).min(n - 1)
}

/// A standard normal number (Box and Muller, 1958).
fn normal(rng: &mut ChaCha8Rng) -> f64 {
    let (u, v): (f64, f64) = (rng.random(), rng.random());
    (-2.0 * libm::log(1.0 - u)).sqrt() * libm::cos(std::f64::consts::TAU * v)
}

/// The standard normal distribution function.
fn share_below(z: f64) -> f64 {
    0.5 * libm::erfc(-z / std::f64::consts::SQRT_2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_density_sums_to_one_and_its_draws_follow_it() {
        for density in [
            Density::numbers(vec![0.1, 0.12, 0.9]),
            Density::numbers(vec![]),
            Density::choices(&[0.1, 0.1, 0.9], 3),
        ] {
            let n = 3000;
            let sum: f64 = (0..n)
                .map(|i| density.at((f64::from(i) + 0.5) / f64::from(n)))
                .sum();
            let expected = match density {
                // √2π, which the ratios do not need; parts are weights, not heights.
                Density::Kernels(_) => std::f64::consts::TAU.sqrt(),
                Density::Parts(_) => 1.0 / 3.0,
            };
            assert!((sum / f64::from(n) - expected).abs() < 1e-3, "{sum}");
            let mut rng = stream(1, "test", 0);
            let low = (0..4000)
                .filter(|_| density.draw(&mut rng) < 1.0 / 3.0)
                .count();
            let of_all: f64 = (0..1000)
                .map(|i| density.at((f64::from(i) + 0.5) / 3000.0))
                .sum();
            let share = of_all / sum;
            assert!((low as f64 / 4000.0 - share).abs() < 0.03, "{low} {share}");
        }
    }

    #[test]
    fn kernels_are_as_wide_as_the_way_to_the_farther_neighbour() {
        let Density::Kernels(kernels) = Density::numbers(vec![0.2, 0.9]) else {
            panic!("kernels");
        };
        assert_eq!(kernels[1], (0.5, 1.0));
        assert!((kernels[0].1 - 0.3).abs() < 1e-12 && (kernels[2].1 - 0.4).abs() < 1e-12);
    }
}

//! Gradient boosting with second derivatives (Friedman, 2001; Chen and Guestrin, 2016).

use tabwright_model::{Tree, TreeEnsemble};

use super::binning::{BinnedMatrix, MAX_BINS};
use super::dyadic::round_to_grid;
use super::grower::{Grower, Grown, GrowthLimits};
use super::histogram::{GradientSums, Statistics};
use super::objective::{Gradient, Objective};
use super::splitting::SplitLimits;
use crate::fit::Training;
use crate::stream::{sample, stream};
use crate::{Observer, TrainError};

/// Least sum of hessians in a leaf: below, a leaf of nearly certain rows would jump far.
const MIN_HESSIAN: f64 = 1e-3;
/// Rows of the leaf's mean that a level is drawn to, and L2 for many levels (LightGBM's `cat_smooth` and `cat_l2`).
const LEVEL_SMOOTHING: f64 = 10.0;
const LEVEL_L2: f64 = 10.0;

/// What boosting is told.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BoostingParams {
    /// Rounds; each adds one tree, or one a class.
    pub trees: u32,
    /// Most leaves a tree; 0 for no limit.
    pub leaves: u32,
    /// Most splits on a path; 0 for no limit.
    pub depth: u32,
    /// What each leaf is multiplied by, above 0 and at most 1.
    pub learning_rate: f64,
    /// Fewest rows in a leaf.
    pub min_leaf_rows: u32,
    /// Added to the sum of hessians, which draws leaves to 0.
    pub l2: f64,
    /// Least reduction of the loss by a split.
    pub min_gain: f64,
    /// Share of the rows drawn for each tree, without replacement.
    pub subsample: f64,
    /// Share of the features drawn for each tree.
    pub features: f64,
    /// Most bins of a number's values, 2 to 255.
    pub bins: u32,
}

/// Chosen by cross-validation on the tables of `tests/data`: drawing rows and features and a firm L2 win about 0.01 AUC over none of
/// them on tables of a few hundred rows (titanic, mean of eleven seeds: 0.875 against 0.862), and cost less than 1 % RMSE and
/// 0.001 AUC on those of tens of thousands.
impl Default for BoostingParams {
    fn default() -> Self {
        Self {
            trees: 100,
            leaves: 31,
            depth: 0,
            learning_rate: 0.1,
            min_leaf_rows: 20,
            l2: 5.0,
            min_gain: 0.0,
            subsample: 0.7,
            features: 0.6,
            bins: MAX_BINS as u32,
        }
    }
}

impl BoostingParams {
    fn limits(&self) -> GrowthLimits {
        GrowthLimits {
            max_leaves: self.leaves as usize,
            max_depth: self.depth as usize,
            split: SplitLimits {
                min_leaf_rows: self.min_leaf_rows.max(1),
                min_hessian: MIN_HESSIAN,
                min_gain: self.min_gain,
                level_smoothing: LEVEL_SMOOTHING,
                level_l2: LEVEL_L2,
            },
        }
    }

    fn draws_all(&self) -> bool {
        self.subsample >= 1.0 && self.features >= 1.0
    }
}

/// A boosting run under way.
struct Run<'a> {
    params: &'a BoostingParams,
    binned: &'a BinnedMatrix,
    target: &'a [f64],
    seed: u64,
    /// `margins[output][row]`, unrounded.
    margins: Vec<Vec<f64>>,
}

/// Fits; margins of the result lie on its grid.
pub(crate) fn fit_boosting(
    params: &BoostingParams,
    training: &Training<'_>,
    seed: u64,
    observer: &dyn Observer,
) -> Result<TreeEnsemble, TrainError> {
    let objective = Objective::of(training.task);
    let base = objective.base(training.target);
    let binned = BinnedMatrix::new(training.matrix, training.features, params.bins as usize);
    let mut run = Run {
        params,
        binned: &binned,
        target: training.target,
        seed,
        margins: base
            .iter()
            .map(|&margin| vec![margin; training.target.len()])
            .collect(),
    };
    let trees = run.boost(objective, observer)?;
    let mut ensemble = TreeEnsemble {
        base,
        trees,
        link: objective.link(),
        grid_bits: 0,
    };
    round_to_grid(&mut ensemble);
    Ok(ensemble)
}

impl Run<'_> {
    fn boost(
        &mut self,
        objective: Objective,
        observer: &dyn Observer,
    ) -> Result<Vec<Tree>, TrainError> {
        let mut sums = GradientSums::new(self.params.l2);
        let mut grower = Grower::new(self.binned, self.params.limits(), sums.width());
        let mut gradients =
            vec![vec![Gradient::default(); self.target.len()]; objective.n_outputs()];
        let mut trees = Vec::new();
        for round in 0..self.params.trees {
            if observer.cancelled() {
                return Err(TrainError::Cancelled);
            }
            objective.gradients(&self.margins, self.target, &mut gradients);
            let (rows, features) = self.draw(round);
            let before = trees.len();
            for (output, gradients) in gradients.iter().enumerate() {
                sums.set(gradients);
                let grown = grower.grow(&sums, rows.clone(), &features, None);
                if grown.leaves.len() > 1 {
                    trees.push(self.add(grown, gradients, output));
                }
            }
            observer.progress(round + 1, self.params.trees, "tree");
            // The next round would see the same gradients and find no split either.
            if trees.len() == before && self.params.draws_all() {
                break;
            }
        }
        Ok(trees)
    }

    fn draw(&self, round: u32) -> (Vec<u32>, Vec<usize>) {
        let some = |purpose, n: usize, share: f64| {
            if share >= 1.0 {
                return (0..n as u32).collect();
            }
            let count = ((n as f64 * share).ceil() as usize).clamp(1, n);
            sample(&mut stream(self.seed, purpose, u64::from(round)), n, count)
        };
        let rows = some("boosting rows", self.binned.n_rows, self.params.subsample);
        let features = some(
            "boosting features",
            self.binned.bins.len(),
            self.params.features,
        );
        (
            rows,
            features
                .into_iter()
                .map(|feature| feature as usize)
                .collect(),
        )
    }

    /// Gives a grown tree its leaf values and adds them to the margins.
    fn add(&mut self, mut grown: Grown, gradients: &[Gradient], output: usize) -> Tree {
        let leaves: Vec<f64> = grown
            .leaves
            .iter()
            .map(|range| self.leaf_value(&grown.rows[range.clone()], gradients))
            .collect();
        let margins = &mut self.margins[output];
        if grown.rows.len() == margins.len() {
            for (range, leaf) in grown.leaves.iter().zip(&leaves) {
                grown.rows[range.clone()]
                    .iter()
                    .for_each(|&row| margins[row as usize] += leaf);
            }
        } else {
            for (row, margin) in margins.iter_mut().enumerate() {
                *margin += leaves[grown.leaf_of(self.binned, row as u32)];
            }
        }
        grown.tree.output = Some(output as u32);
        grown.tree.leaf = leaves;
        grown.tree
    }

    /// One Newton step, shortened by the learning rate, from unrounded gradients in row order.
    fn leaf_value(&self, rows: &[u32], gradients: &[Gradient]) -> f64 {
        let (mut gradient, mut hessian) = (0.0, 0.0);
        for &row in rows {
            let part = gradients[row as usize];
            gradient += part.gradient;
            hessian += part.hessian;
        }
        -self.params.learning_rate * gradient / (hessian + self.params.l2)
    }
}

//! One decision tree: Gini impurity for classes, variance for numbers.

use tabwright_model::{Task, TreeEnsemble};

use super::binning::BinnedMatrix;
use super::dyadic::round_to_grid;
use super::forest::{deviations, finish};
use super::grower::{Grower, GrowthLimits};
use super::histogram::{ClassSums, GradientSums, Statistics};
use super::shares::LeafValues;
use super::splitting::SplitLimits;
use crate::fit::Training;

/// Rows of the prior in each leaf: a little of Laplace's doubt, so that a pure leaf does not cost an endless log loss.
pub(crate) const SMOOTHING: f64 = 1.0;

/// What a single tree is told.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct SingleParams {
    /// Most splits on a path; 0 for no limit.
    pub depth: u32,
    /// Most leaves; 0 for no limit.
    pub leaves: u32,
    /// Fewest rows in a leaf.
    pub min_leaf_rows: u32,
    /// Least reduction of the impurity by a split, times rows.
    pub min_gain: f64,
    /// Most bins of a number's values, 2 to 255.
    pub bins: u32,
}

/// Fits; margins of the result lie on its grid.
pub(crate) fn fit_single(params: &SingleParams, training: &Training<'_>) -> TreeEnsemble {
    let values = LeafValues::new(training.task, training.target, SMOOTHING);
    let binned = BinnedMatrix::new(training.matrix, training.features, params.bins as usize);
    let limits = GrowthLimits {
        max_leaves: params.leaves as usize,
        max_depth: params.depth as usize,
        split: SplitLimits {
            min_leaf_rows: params.min_leaf_rows.max(1),
            min_hessian: 0.0,
            min_gain: params.min_gain,
            level_smoothing: 1.0,
            level_l2: 0.0,
        },
    };
    let features: Vec<usize> = (0..binned.bins.len()).collect();
    let rows: Vec<u32> = (0..binned.n_rows as u32).collect();
    let weights = vec![1; binned.n_rows];
    let grown = if let Task::Multiclass { classes } = training.task {
        let mut sums = ClassSums::new(training.target, classes.len());
        sums.weigh(&weights);
        Grower::new(&binned, limits, sums.width()).grow(&sums, rows, &features, None)
    } else {
        let mut sums = GradientSums::new(0.0);
        sums.set(&deviations(&values, &weights));
        Grower::new(&binned, limits, sums.width()).grow(&sums, rows, &features, None)
    };
    let tree = finish(grown, &values, |_| 1.0, 1.0);
    let mut ensemble = TreeEnsemble {
        base: values.base(),
        trees: vec![tree],
        link: values.link(),
        grid_bits: 0,
    };
    round_to_grid(&mut ensemble);
    ensemble
}

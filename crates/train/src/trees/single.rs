//! One decision tree: Gini impurity for classes, variance for numbers.

use tabwright_model::{Task, TreeEnsemble};

use super::binning::BinnedMatrix;
use super::dyadic::round_to_grid;
use super::forest::{deviations, finish};
use super::frontier::Growth;
use super::grower::{Grower, GrowthLimits};
use super::histogram::{ClassSums, GradientSums, Penalty, Statistics};
use super::prune;
use super::shares::LeafValues;
use super::splitting::SplitLimits;
use crate::report::PruningPath;
use crate::training::Training;

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
    /// Least reduction of the impurity that each further leaf must bring, by pruning; 0 for no pruning.
    pub ccp_alpha: f64,
    /// Most bins of a number's values, 2 to 255.
    pub bins: u32,
}

/// Fits; margins of the result lie on its grid. Gives what pruning would leave of the tree besides.
pub(crate) fn fit_single(
    params: &SingleParams,
    training: &Training<'_>,
) -> (TreeEnsemble, PruningPath) {
    let values = LeafValues::new(training, SMOOTHING);
    let binned = BinnedMatrix::new(training.matrix, training.features, params.bins as usize);
    let limits = GrowthLimits {
        max_leaves: params.leaves as usize,
        max_depth: params.depth as usize,
        growth: Growth::LeafWise,
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
    let ones = vec![1.0; binned.n_rows];
    let weights = training.weights.unwrap_or(&ones);
    let grown = if let Task::Multiclass { classes } = training.task {
        let mut sums = ClassSums::new(training.target, classes.len());
        sums.weigh(weights);
        Grower::new(&binned, limits, sums.width()).grow(&sums, rows, &features, None)
    } else {
        let mut sums = GradientSums::new(Penalty::default());
        sums.set(&deviations(&values, weights));
        Grower::new(&binned, limits, sums.width()).grow(&sums, rows, &features, None)
    };
    let (impurity, unit) = impurity(&values, weights);
    let path = prune::path(&grown.tree, impurity, unit);
    let grown = if params.ccp_alpha > 0.0 {
        prune::prune(&grown, params.ccp_alpha, unit)
    } else {
        grown
    };
    let tree = finish(grown, &values, |row| weights[row as usize], 1.0).tree;
    let mut ensemble = TreeEnsemble {
        base: values.base(),
        trees: vec![tree],
        link: values.link(),
        grid_bits: 0,
    };
    round_to_grid(&mut ensemble);
    (ensemble, path)
}

/// The root's impurity (Gini or variance), and that of a unit of gain.
fn impurity(values: &LeafValues<'_>, weights: &[f64]) -> (f64, f64) {
    let total: f64 = weights.iter().sum();
    let gini = || 1.0 - values.prior.iter().map(|share| share * share).sum::<f64>();
    match values.task {
        Task::Regression => {
            let mean = values.prior[0];
            let squares = values.target.iter().zip(weights);
            let sum: f64 = squares.map(|(y, w)| w * (y - mean) * (y - mean)).sum();
            (sum / total, 1.0 / total)
        }
        // Its tree is grown by the variance of class 1, half the Gini impurity.
        Task::Binary { .. } => (gini(), 2.0 / total),
        Task::Multiclass { .. } => (gini(), 1.0 / total),
    }
}

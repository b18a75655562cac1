//! Trees as flat arrays.

use serde::{Deserialize, Serialize};

use super::Link;

/// One tree. Split `i` has `feature[i]`, and so on; a child `c >= 0` is split `c`, `c < 0` is leaf `!c` (that is `-c - 1`).
/// The root is split 0, or leaf 0 where there is no split. Children come after their parent, so no walk can loop.
///
/// A number goes left when `x <= threshold`. A category goes left when its code is among `levels`; so a level that
/// training did not see goes right, and the trainer puts the side with more rows there. Missing goes left where
/// `missing_left`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Tree {
    /// The output that the leaves add to; `None`: each leaf holds a value for every output.
    pub output: Option<u32>,
    /// Position among the features, one a split.
    pub feature: Vec<u32>,
    /// One a split; 0 for category splits.
    pub threshold: Vec<f64>,
    /// Codes that go left, ascending; empty for number splits.
    pub levels: Vec<Vec<u32>>,
    /// Where missing goes.
    pub missing_left: Vec<bool>,
    /// Left child.
    pub left: Vec<i32>,
    /// Right child.
    pub right: Vec<i32>,
    /// Reduction of the loss by the split, for display.
    pub gain: Vec<f64>,
    /// Training rows in each split.
    pub split_rows: Vec<u32>,
    /// Leaf values, on the ensemble's dyadic grid: one a leaf, or `n_outputs` a leaf, leaf after leaf.
    pub leaf: Vec<f64>,
    /// Training rows in each leaf.
    pub leaf_rows: Vec<u32>,
}

/// Trees whose leaves are summed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TreeEnsemble {
    /// Where each margin starts, on the grid.
    pub base: Vec<f64>,
    /// The trees; a forest's leaves are already divided by the number of trees.
    pub trees: Vec<Tree>,
    /// How margins become probabilities.
    pub link: Link,
    /// Leaves and base are whole multiples of `2^−grid_bits`, so every partial sum is exact in f32 and f64.
    pub grid_bits: i32,
}

impl Tree {
    /// Number of splits.
    pub fn n_splits(&self) -> usize {
        self.feature.len()
    }

    /// Number of leaves.
    pub fn n_leaves(&self) -> usize {
        self.leaf_rows.len()
    }

    /// Where rows begin, as children are written: the first split, or the only leaf.
    pub fn root(&self) -> i32 {
        if self.n_splits() == 0 { !0 } else { 0 }
    }

    /// Values of a leaf in an ensemble of so many outputs.
    pub(super) fn values_per_leaf(&self, n_outputs: usize) -> usize {
        if self.output.is_some() { 1 } else { n_outputs }
    }
}

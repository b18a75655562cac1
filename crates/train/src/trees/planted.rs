//! A grown tree in an ensemble that is still growing.

use tabwright_model::Tree;

use super::binning::BinnedMatrix;
use super::grower::Grown;

/// A grown tree with its leaf values, and what they are multiplied by in the end.
pub(super) struct Planted {
    grown: Grown,
    pub output: usize,
    pub round: u32,
    pub scale: f64,
}

impl Planted {
    pub fn new(grown: Grown, output: usize, round: u32) -> Self {
        Self {
            grown,
            output,
            round,
            scale: 1.0,
        }
    }

    /// Adds the leaves of all rows of the binned matrix to their margins.
    pub fn add_to(&self, margins: &mut [f64], binned: &BinnedMatrix) {
        self.each(margins, binned, |margin, leaf| *margin += leaf);
    }

    /// Takes them off again.
    pub fn take_from(&self, margins: &mut [f64], binned: &BinnedMatrix) {
        self.each(margins, binned, |margin, leaf| *margin -= leaf);
    }

    fn each(&self, margins: &mut [f64], binned: &BinnedMatrix, change: impl Fn(&mut f64, f64)) {
        let leaves: Vec<f64> = self.leaves().collect();
        if self.grown.rows.len() == margins.len() {
            for (range, leaf) in self.grown.leaves.iter().zip(&leaves) {
                self.grown.rows[range.clone()]
                    .iter()
                    .for_each(|&row| change(&mut margins[row as usize], *leaf));
            }
        } else {
            for (row, margin) in margins.iter_mut().enumerate() {
                change(margin, leaves[self.grown.leaf_of(binned, row as u32)]);
            }
        }
    }

    fn leaves(&self) -> impl Iterator<Item = f64> + '_ {
        self.grown.tree.leaf.iter().map(|leaf| leaf * self.scale)
    }

    /// Lets go of where its rows ended: they can be walked again.
    pub fn forget_rows(&mut self) {
        self.grown.rows = Vec::new();
    }

    /// The tree for good.
    pub fn finish(mut self) -> Tree {
        self.grown.tree.leaf = self.leaves().collect();
        self.grown.tree
    }
}

//! What a forest says of the rows that each tree did not see.

use super::binning::BinnedMatrix;
use super::grower::Grown;

/// Sums over the trees so far, row by row.
pub(super) struct Tally {
    sums: Vec<f64>,
    n_trees: Vec<u32>,
    n_outputs: usize,
}

/// Margins of the rows that at least one tree did not see.
#[derive(Debug)]
pub(crate) struct OutOfBag {
    /// Ascending.
    pub rows: Vec<u32>,
    /// Row-major.
    pub margins: Vec<f64>,
}

impl Tally {
    pub fn new(n_rows: usize, n_outputs: usize) -> Self {
        Self {
            sums: vec![0.0; n_rows * n_outputs],
            n_trees: vec![0; n_rows],
            n_outputs,
        }
    }

    /// Takes a tree's word on the rows that it was not grown on; its leaves are what it says divided by `n_trees`.
    pub fn hear(&mut self, grown: &Grown, binned: &BinnedMatrix, n_trees: f64) {
        let mut is_in = vec![false; binned.n_rows];
        for &row in &grown.rows {
            is_in[row as usize] = true;
        }
        for row in (0..binned.n_rows).filter(|&row| !is_in[row]) {
            let leaf = grown.leaf_of(binned, row as u32) * self.n_outputs;
            let values = &grown.tree.leaf[leaf..leaf + self.n_outputs];
            let sums = &mut self.sums[row * self.n_outputs..][..self.n_outputs];
            for (sum, value) in sums.iter_mut().zip(values) {
                *sum += value * n_trees;
            }
            self.n_trees[row] += 1;
        }
    }

    /// Means over the trees, from the ensemble's base.
    pub fn finish(self, base: &[f64]) -> OutOfBag {
        let heard = |row: &u32| self.n_trees[*row as usize] > 0;
        let rows: Vec<u32> = (0..self.n_trees.len() as u32).filter(heard).collect();
        let mut margins = Vec::with_capacity(rows.len() * self.n_outputs);
        for &row in &rows {
            let row = row as usize;
            let sums = &self.sums[row * self.n_outputs..][..self.n_outputs];
            let n = f64::from(self.n_trees[row]);
            margins.extend(base.iter().zip(sums).map(|(base, sum)| base + sum / n));
        }
        OutOfBag { rows, margins }
    }
}

//! Shapley values of trees in polynomial time: algorithm 2 of Lundberg, Erion and Lee (2018).

use tabwright_recipe::Matrix;

use crate::{Tree, TreeEnsemble};

/// Levels that a tree may have: the algorithm goes down by recursion.
pub(super) const MAX_DEPTH: usize = 128;
/// The feature of the path's first step, which is none.
const NONE: usize = usize::MAX;

/// An ensemble and how its training rows were spread.
pub(super) struct Shap {
    ensemble: TreeEnsemble,
    /// For each tree and split, the share of its training rows that went left.
    left_shares: Vec<Vec<f64>>,
    base: Vec<f64>,
}

/// A feature on the way down.
#[derive(Clone, Copy)]
struct Step {
    feature: usize,
    /// Share of the paths that go this way where the feature is not known.
    zero: f64,
    /// Whether the row goes this way where it is: 0 or 1.
    one: f64,
    /// The share of sets of known features of each size.
    weight: f64,
}

/// Goes down one tree with one row.
struct Walk<'a> {
    tree: &'a Tree,
    left_shares: &'a [f64],
    matrix: &'a Matrix,
    row: usize,
    n_features: usize,
    n_outputs: usize,
    /// `n_outputs × n_features`.
    values: &'a mut [f64],
    /// Room for the path of each level.
    paths: &'a mut Vec<Vec<Step>>,
}

impl Shap {
    /// `None` where a tree is deeper than [`MAX_DEPTH`].
    pub fn new(ensemble: &TreeEnsemble) -> Option<Self> {
        let mut base = ensemble.base.clone();
        let mut left_shares = Vec::with_capacity(ensemble.trees.len());
        for tree in &ensemble.trees {
            if depth(tree) > MAX_DEPTH {
                return None;
            }
            left_shares.push(shares(tree));
            add_mean(tree, &mut base);
        }
        Some(Self {
            ensemble: ensemble.clone(),
            left_shares,
            base,
        })
    }

    /// The mean margin of the training rows, as the leaves tell it.
    pub fn base(&self) -> &[f64] {
        &self.base
    }

    /// Adds to `values`, row-major `n_rows × n_outputs × n_features`.
    pub fn explain(&self, matrix: &Matrix, n_features: usize, values: &mut [f64]) {
        let n_outputs = self.base.len();
        let mut paths = vec![Vec::new(); MAX_DEPTH + 2];
        let rows = values.chunks_mut((n_outputs * n_features).max(1));
        for (row, values) in rows.enumerate() {
            for (tree, left_shares) in self.ensemble.trees.iter().zip(&self.left_shares) {
                let mut walk = Walk {
                    tree,
                    left_shares,
                    matrix,
                    row,
                    n_features,
                    n_outputs,
                    values,
                    paths: &mut paths,
                };
                let start = Step {
                    feature: NONE,
                    zero: 1.0,
                    one: 1.0,
                    weight: 1.0,
                };
                walk.down(tree.root(), 0, start);
            }
        }
    }
}

/// Levels of splits.
fn depth(tree: &Tree) -> usize {
    let mut depths = vec![1_usize; tree.n_splits()];
    for split in 0..tree.n_splits() {
        for child in [tree.left[split], tree.right[split]] {
            if let Ok(child) = usize::try_from(child) {
                depths[child] = depths[split] + 1;
            }
        }
    }
    depths.into_iter().max().unwrap_or(0)
}

/// Training rows below each split, by its leaves, and from them the share that went left; half where there are none.
fn shares(tree: &Tree) -> Vec<f64> {
    let mut rows = vec![0.0; tree.n_splits()];
    let mut shares = vec![0.5; tree.n_splits()];
    // Children come after their parent.
    for split in (0..tree.n_splits()).rev() {
        let below = |child: i32| match usize::try_from(child) {
            Ok(split) => rows[split],
            Err(_) => f64::from(tree.leaf_rows[!child as usize]),
        };
        let (left, right) = (below(tree.left[split]), below(tree.right[split]));
        rows[split] = left + right;
        if rows[split] > 0.0 {
            shares[split] = left / rows[split];
        }
    }
    shares
}

/// Adds the mean of the leaves, each as often as training rows met it.
fn add_mean(tree: &Tree, base: &mut [f64]) {
    let n_rows: f64 = tree.leaf_rows.iter().map(|&rows| f64::from(rows)).sum();
    let n_values = tree.values_per_leaf(base.len());
    let first = tree.output.map_or(0, |output| output as usize);
    for place in 0..n_values {
        let values = tree.leaf.iter().skip(place).step_by(n_values);
        let pairs = values.zip(&tree.leaf_rows);
        base[first + place] += if n_rows > 0.0 {
            pairs
                .map(|(value, &rows)| value * f64::from(rows))
                .sum::<f64>()
                / n_rows
        } else {
            // No training row: each leaf is met alike.
            pairs.map(|(value, _)| value).sum::<f64>() / tree.n_leaves() as f64
        };
    }
}

impl Walk<'_> {
    /// Takes the step to `child`, and all those below.
    fn down(&mut self, child: i32, level: usize, step: Step) {
        let mut path = std::mem::take(&mut self.paths[level + 1]);
        path.clear();
        path.extend_from_slice(&self.paths[level]);
        extend(&mut path, step);
        match usize::try_from(child) {
            Err(_) => self.reach(!child as usize, &path),
            Ok(split) => {
                let feature = self.tree.feature[split] as usize;
                let (mut zero, mut one) = (1.0, 1.0);
                if let Some(known) = path.iter().position(|step| step.feature == feature) {
                    (zero, one) = (path[known].zero, path[known].one);
                    unwind(&mut path, known);
                }
                self.paths[level + 1] = path;
                self.both(split, level + 1, feature, (zero, one));
                return;
            }
        }
        self.paths[level + 1] = path;
    }

    fn both(&mut self, split: usize, level: usize, feature: usize, (zero, one): (f64, f64)) {
        let goes_left = self.goes_left(split);
        let share = self.left_shares[split];
        let ways = [
            (self.tree.left[split], share, goes_left),
            (self.tree.right[split], 1.0 - share, !goes_left),
        ];
        for (child, share, is_taken) in ways {
            let step = Step {
                feature,
                zero: zero * share,
                one: if is_taken { one } else { 0.0 },
                weight: 0.0,
            };
            // Where no set of known features leads, nothing is added.
            if step.zero != 0.0 || step.one != 0.0 {
                self.down(child, level, step);
            }
        }
    }

    fn goes_left(&self, split: usize) -> bool {
        let tree = self.tree;
        let x = self.matrix.columns[tree.feature[split] as usize][self.row];
        if x.is_nan() {
            tree.missing_left[split]
        } else if tree.levels[split].is_empty() {
            x <= tree.threshold[split]
        } else {
            x >= 0.0 && tree.levels[split].binary_search(&(x as u32)).is_ok()
        }
    }

    fn reach(&mut self, leaf: usize, path: &[Step]) {
        let n_values = self.tree.values_per_leaf(self.n_outputs);
        let first = self.tree.output.map_or(0, |output| output as usize);
        let leaf = &self.tree.leaf[leaf * n_values..][..n_values];
        for (at, step) in path.iter().enumerate().skip(1) {
            let weight = unwound_sum(path, at) * (step.one - step.zero);
            for (place, value) in leaf.iter().enumerate() {
                self.values[(first + place) * self.n_features + step.feature] += weight * value;
            }
        }
    }
}

/// One feature more on the path.
fn extend(path: &mut Vec<Step>, step: Step) {
    let length = path.len();
    path.push(Step {
        weight: if length == 0 { 1.0 } else { 0.0 },
        ..step
    });
    let n = (length + 1) as f64;
    for at in (0..length).rev() {
        path[at + 1].weight += step.one * path[at].weight * (at + 1) as f64 / n;
        path[at].weight = step.zero * path[at].weight * (length - at) as f64 / n;
    }
}

/// The path as if the step `known` had not been taken.
fn unwind(path: &mut Vec<Step>, known: usize) {
    let length = path.len() - 1;
    let Step { zero, one, .. } = path[known];
    let n = (length + 1) as f64;
    let mut next = path[length].weight;
    for at in (0..length).rev() {
        if one == 0.0 {
            path[at].weight = path[at].weight * n / (zero * (length - at) as f64);
        } else {
            let before = path[at].weight;
            path[at].weight = next * n / ((at + 1) as f64 * one);
            next = before - path[at].weight * zero * (length - at) as f64 / n;
        }
    }
    for at in known..length {
        let Step {
            feature, zero, one, ..
        } = path[at + 1];
        path[at] = Step {
            feature,
            zero,
            one,
            ..path[at]
        };
    }
    path.pop();
}

/// The sum of the weights that [`unwind`] would leave.
fn unwound_sum(path: &[Step], known: usize) -> f64 {
    let length = path.len() - 1;
    let Step { zero, one, .. } = path[known];
    let n = (length + 1) as f64;
    let mut next = path[length].weight;
    let mut sum = 0.0;
    for at in (0..length).rev() {
        if one == 0.0 {
            sum += path[at].weight * n / (zero * (length - at) as f64);
        } else {
            let weight = next * n / ((at + 1) as f64 * one);
            sum += weight;
            next = path[at].weight - weight * zero * (length - at) as f64 / n;
        }
    }
    sum
}

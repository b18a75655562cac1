//! Minimal cost-complexity pruning (Breiman, Friedman, Olshen and Stone, 1984, chapter 3).

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::ops::Range;

use tabwright_model::Tree;

use super::grower::Grown;
use crate::report::PruningPath;

/// A split that may be cut off, by what a leaf less would cost.
#[derive(PartialEq)]
struct Link {
    alpha: f64,
    split: usize,
    /// How often the split's subtree had been cut when this was written; it is out of date where it was cut since.
    version: u32,
}

impl Eq for Link {}

impl PartialOrd for Link {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Link {
    /// The weakest is the greatest; of equals the one nearest to the root.
    fn cmp(&self, other: &Self) -> Ordering {
        (other.alpha.total_cmp(&self.alpha)).then(other.split.cmp(&self.split))
    }
}

/// A tree that loses its weakest links one after the other.
struct Pruner<'a> {
    tree: &'a Tree,
    parents: Vec<Option<usize>>,
    /// By how much each split and those below it lower the impurity.
    gains: Vec<f64>,
    /// Leaves below each split; 1 where it was cut off.
    leaves: Vec<u32>,
    versions: Vec<u32>,
    heap: BinaryHeap<Link>,
}

impl<'a> Pruner<'a> {
    /// `unit` times a split's gain is the reduction of the impurity.
    fn new(tree: &'a Tree, unit: f64) -> Self {
        let n = tree.n_splits();
        let mut pruner = Self {
            tree,
            parents: vec![None; n],
            gains: tree.gain.iter().map(|gain| gain * unit).collect(),
            leaves: vec![0; n],
            versions: vec![0; n],
            heap: BinaryHeap::new(),
        };
        // Children come after their parents.
        for split in (0..n).rev() {
            for child in [tree.left[split], tree.right[split]] {
                if child < 0 {
                    pruner.leaves[split] += 1;
                } else {
                    let child = child as usize;
                    pruner.parents[child] = Some(split);
                    pruner.leaves[split] += pruner.leaves[child];
                    pruner.gains[split] += pruner.gains[child];
                }
            }
            pruner.offer(split);
        }
        pruner
    }

    fn offer(&mut self, split: usize) {
        self.heap.push(Link {
            alpha: self.gains[split] / f64::from(self.leaves[split] - 1),
            split,
            version: self.versions[split],
        });
    }

    /// Cuts the weakest link off, unless it is stronger than `most`; gives its alpha.
    fn cut(&mut self, most: f64) -> Option<f64> {
        loop {
            let link = self.heap.peek()?;
            if self.versions[link.split] != link.version {
                self.heap.pop();
                continue;
            }
            if link.alpha > most {
                return None;
            }
            let Link { alpha, split, .. } = self.heap.pop()?;
            self.cut_off(split);
            return Some(alpha);
        }
    }

    fn cut_off(&mut self, split: usize) {
        let (gain, leaves) = (self.gains[split], self.leaves[split] - 1);
        let mut below = vec![split];
        while let Some(split) = below.pop() {
            self.versions[split] += 1;
            self.leaves[split] = 1;
            let children = [self.tree.left[split], self.tree.right[split]];
            below.extend(
                children
                    .into_iter()
                    .filter(|&child| child >= 0)
                    .map(|child| child as usize),
            );
        }
        self.gains[split] = 0.0;
        let mut above = self.parents[split];
        while let Some(parent) = above {
            self.gains[parent] -= gain;
            self.leaves[parent] -= leaves;
            self.versions[parent] += 1;
            self.offer(parent);
            above = self.parents[parent];
        }
    }
}

/// Every step from the whole tree to its root: the penalty a leaf from which on it is taken, the leaves left, and their impurity.
/// `unit` times a split's gain is what it takes off `impurity`, the root's.
pub(super) fn path(tree: &Tree, impurity: f64, unit: f64) -> PruningPath {
    let mut pruner = Pruner::new(tree, unit);
    let mut path = PruningPath::default();
    let mut alpha = 0.0_f64;
    let mut note = |alpha, gains: &[f64], leaves: &[u32]| {
        path.alphas.push(alpha);
        path.leaves.push(leaves.first().copied().unwrap_or(1));
        path.impurities
            .push(impurity - gains.first().copied().unwrap_or(0.0));
    };
    note(alpha, &pruner.gains, &pruner.leaves);
    while let Some(next) = pruner.cut(f64::INFINITY) {
        // They ascend, but for rounding.
        alpha = alpha.max(next);
        note(alpha, &pruner.gains, &pruner.leaves);
    }
    path
}

/// The smallest tree whose impurity plus `alpha` a leaf is least.
pub(super) fn prune(grown: &Grown, alpha: f64, unit: f64) -> Grown {
    let mut pruner = Pruner::new(&grown.tree, unit);
    while pruner.cut(alpha).is_some() {}
    let is_kept: Vec<bool> = pruner.leaves.iter().map(|&leaves| leaves > 1).collect();
    Cut {
        old: grown,
        is_kept,
    }
    .build()
}

/// A tree of which some splits stay.
struct Cut<'a> {
    old: &'a Grown,
    is_kept: Vec<bool>,
}

impl Cut<'_> {
    fn build(self) -> Grown {
        let old = &self.old.tree;
        let mut new = self.old.without_shape();
        let mut position = vec![0; old.n_splits()];
        let kept: Vec<usize> = (0..old.n_splits())
            .filter(|&split| self.is_kept[split])
            .collect();
        for (new_position, &split) in kept.iter().enumerate() {
            position[split] = new_position as i32;
        }
        if kept.is_empty() {
            add_leaf(&mut new, 0..self.old.rows.len());
        }
        for split in kept {
            new.copy_split(self.old, split);
            let children = [old.left[split], old.right[split]].map(|child| {
                if child >= 0 && self.is_kept[child as usize] {
                    position[child as usize]
                } else {
                    add_leaf(&mut new, self.rows_of(child))
                }
            });
            new.tree.left.push(children[0]);
            new.tree.right.push(children[1]);
        }
        new
    }

    /// The rows of a leaf, or of all leaves below a split, which lie side by side.
    fn rows_of(&self, child: i32) -> Range<usize> {
        if child < 0 {
            return self.old.leaves[!child as usize].clone();
        }
        let tree = &self.old.tree;
        let (left, right) = (
            self.rows_of(tree.left[child as usize]),
            self.rows_of(tree.right[child as usize]),
        );
        left.start.min(right.start)..left.end.max(right.end)
    }
}

/// Gives the leaf's number as a child.
fn add_leaf(new: &mut Grown, rows: Range<usize>) -> i32 {
    new.rows[rows.clone()].sort_unstable();
    new.tree.leaf_rows.push(rows.len() as u32);
    new.leaves.push(rows);
    new.bounds.push(super::rules::Bounds::default());
    !(new.leaves.len() as i32 - 1)
}

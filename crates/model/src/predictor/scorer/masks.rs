//! Rows through trees of few leaves, without walking down any of them.
//!
//! Every leaf of a tree is a bit. A split that sends a row right rules out all leaves on its left; of the leaves that no split rules
//! out, the first is the row's (`QuickScorer`: Lucchese and others, 2015; many rows at once: 2016). So the splits of all trees are one
//! list, ordered by what they read, and are asked of [`LANES`] rows at once: comparisons and ands of vectors, and nothing to wait for.

use super::super::{Tree, TreeEnsemble};
use super::add_all;
use super::cells::{Cells, LANES, Lanes, Set};

/// Leaves that a tree may have.
const MAX_LEAVES: usize = i32::BITS as usize;

/// A split.
#[derive(Clone, Copy)]
struct Test {
    /// Ranks up to this go left. Of a set: its position among the sets.
    rank: i32,
    tree: u32,
    /// The leaves that are left where a row goes right.
    remain: i32,
}

impl Test {
    /// What of `open` remains. By value and without a condition, so that vectors do it.
    #[inline]
    fn of_ranks(self, ranks: Lanes, mut open: Lanes) -> Lanes {
        for (open, rank) in open.iter_mut().zip(ranks) {
            let goes_left = -i32::from(rank <= self.rank);
            *open &= self.remain | goes_left;
        }
        open
    }
}

struct Leaves {
    output: Option<usize>,
    /// Where the first leaf's values start.
    first_value: usize,
}

/// On the way through a tree: a child to go down, or a split whose left side, from this leaf on, is done.
enum Step {
    Down(i32),
    LeftDone(usize, u32),
}

/// Trees as masks of their leaves.
pub(super) struct Masks {
    /// By cell; those of sets apart.
    numbers: Vec<(u32, Vec<Test>)>,
    sets: Vec<(u32, Vec<(Test, Set)>)>,
    trees: Vec<Leaves>,
    /// Leaf by leaf from left to right.
    values: Vec<f64>,
    n_outputs: usize,
}

impl Masks {
    /// `None` where a tree has too many leaves.
    pub fn new(ensemble: &TreeEnsemble, cells: &Cells) -> Option<Self> {
        if ensemble
            .trees
            .iter()
            .any(|tree| tree.n_leaves() > MAX_LEAVES)
        {
            return None;
        }
        let mut masks = Self {
            numbers: Vec::new(),
            sets: Vec::new(),
            trees: Vec::with_capacity(ensemble.trees.len()),
            values: Vec::new(),
            n_outputs: ensemble.base.len(),
        };
        let mut numbers = vec![Vec::new(); cells.width()];
        let mut sets: Vec<Vec<(Test, Set)>> = Vec::new();
        sets.resize_with(cells.width(), Vec::new);
        for (position, tree) in ensemble.trees.iter().enumerate() {
            let n_values = tree.values_per_leaf(masks.n_outputs);
            masks.trees.push(Leaves {
                output: tree.output.map(|output| output as usize),
                first_value: masks.values.len(),
            });
            for (split, left) in masks.push_leaves(tree, n_values) {
                let (cell, rank) = cells.of(tree, split);
                let test = Test {
                    rank,
                    tree: position as u32,
                    remain: !left,
                };
                match Set::of(tree, split) {
                    None => numbers[cell].push(test),
                    Some(set) => sets[cell].push((test, set)),
                }
            }
        }
        for tests in &mut numbers {
            // Neighbours are of other trees then, and need not wait for each other's mask.
            tests.sort_by_key(|test: &Test| test.rank);
        }
        let by_cell = |cell: usize| cell as u32;
        masks.numbers = (0..).map(by_cell).zip(numbers).collect();
        masks.numbers.retain(|(_, tests)| !tests.is_empty());
        masks.sets = (0..).map(by_cell).zip(sets).collect();
        masks.sets.retain(|(_, tests)| !tests.is_empty());
        Some(masks)
    }

    /// Takes a tree's leaves from left to right; gives each split and the mask of the leaves on its left.
    fn push_leaves(&mut self, tree: &Tree, n_values: usize) -> Vec<(usize, i32)> {
        let mut lefts = Vec::with_capacity(tree.n_splits());
        let mut n_leaves = 0_u32;
        let mut steps = vec![Step::Down(tree.root())];
        while let Some(step) = steps.pop() {
            match step {
                Step::Down(child) => {
                    if let Ok(split) = usize::try_from(child) {
                        steps.extend([
                            Step::Down(tree.right[split]),
                            Step::LeftDone(split, n_leaves),
                            Step::Down(tree.left[split]),
                        ]);
                    } else {
                        let start = !child as usize * n_values;
                        let values = &tree.leaf[start..start + n_values];
                        self.values.extend_from_slice(values);
                        n_leaves += 1;
                    }
                }
                Step::LeftDone(split, first) => {
                    let bits = (1_u64 << n_leaves) - (1_u64 << first);
                    lefts.push((split, bits as i32));
                }
            }
        }
        lefts
    }

    /// Adds every tree's leaves to the margins of a block. `open` is room for masks, whatever it holds.
    pub fn add(&self, cells: &[Lanes], width: usize, margins: &mut [f64], open: &mut Vec<Lanes>) {
        let n_outputs = self.n_outputs.max(1);
        let margins = margins.chunks_mut(LANES * n_outputs);
        for (rows, margins) in cells.chunks(width).zip(margins) {
            open.clear();
            open.resize(self.trees.len(), [-1; LANES]);
            for (cell, tests) in &self.numbers {
                let ranks = rows[*cell as usize];
                for &test in tests {
                    let open = &mut open[test.tree as usize];
                    *open = test.of_ranks(ranks, *open);
                }
            }
            for (cell, tests) in &self.sets {
                let codes = rows[*cell as usize];
                for (test, set) in tests {
                    let open = &mut open[test.tree as usize];
                    for (open, code) in open.iter_mut().zip(codes) {
                        *open &= if set.holds(code) { -1 } else { test.remain };
                    }
                }
            }
            for (tree, open) in self.trees.iter().zip(&open[..]) {
                let values = &self.values[tree.first_value..];
                for (lane, open) in open.iter().enumerate().take(margins.len() / n_outputs) {
                    let leaf = open.trailing_zeros() as usize;
                    let margins = &mut margins[lane * n_outputs..];
                    match tree.output {
                        Some(output) => margins[output] += values[leaf],
                        None => add_all(&values[leaf * n_outputs..], &mut margins[..n_outputs]),
                    }
                }
            }
        }
    }
}

//! Rows down trees of any size, node by node.
//!
//! Trees are one array of small nodes, children side by side. Rows go down a tree together, because a single walk waits for
//! memory at every node.

use std::collections::VecDeque;

use super::super::{Tree, TreeEnsemble};
use super::add_all;
use super::cells::{Cells, Lanes, Set};
use super::thresholds::LANES;

/// Of a node's cell: the split asks for membership of a set.
const SET: u32 = 1 << 31;

/// A split, or a leaf, which leads to itself.
#[derive(Clone, Copy, Default)]
struct Node {
    /// Ranks up to this go left. Of a set: its position among the sets.
    rank: i32,
    /// Position in a row of the block.
    cell: u32,
    /// The left child; the right one follows.
    left: u32,
}

struct Root {
    node: u32,
    output: Option<usize>,
    has_sets: bool,
}

/// Trees to walk down.
pub(super) struct Walk {
    roots: Vec<Root>,
    nodes: Vec<Node>,
    /// Where a leaf's values start; one a node.
    value_of: Vec<u32>,
    sets: Vec<Set>,
    values: Vec<f64>,
    n_outputs: usize,
}

impl Walk {
    pub fn new(ensemble: &TreeEnsemble, cells: &Cells) -> Self {
        let mut walk = Self {
            roots: Vec::with_capacity(ensemble.trees.len()),
            nodes: Vec::new(),
            value_of: Vec::new(),
            sets: Vec::new(),
            values: Vec::new(),
            n_outputs: ensemble.base.len(),
        };
        for tree in &ensemble.trees {
            walk.push(tree, cells);
        }
        walk
    }

    fn push(&mut self, tree: &Tree, cells: &Cells) {
        let (root, first_value) = (self.nodes.len(), self.values.len());
        self.roots.push(Root {
            node: root as u32,
            output: tree.output.map(|output| output as usize),
            has_sets: tree.levels.iter().any(|levels| !levels.is_empty()),
        });
        let n_values = tree.values_per_leaf(self.n_outputs);
        self.nodes.push(Node::default());
        self.value_of.push(0);
        // A child and its place, breadth first: the upper nodes of a tree, which all rows meet, lie together.
        let mut open = VecDeque::from([(tree.root(), root)]);
        while let Some((child, place)) = open.pop_front() {
            let Ok(split) = usize::try_from(child) else {
                self.value_of[place] = (first_value + !child as usize * n_values) as u32;
                self.nodes[place] = Node {
                    rank: i32::MAX,
                    cell: 0,
                    left: place as u32,
                };
                continue;
            };
            let left = self.nodes.len();
            self.nodes.extend([Node::default(); 2]);
            self.value_of.extend([0; 2]);
            open.extend([(tree.left[split], left), (tree.right[split], left + 1)]);
            let (cell, rank) = cells.of(tree, split);
            self.nodes[place] = match Set::of(tree, split) {
                None => Node {
                    rank,
                    cell: cell as u32,
                    left: left as u32,
                },
                Some(set) => {
                    self.sets.push(set);
                    Node {
                        rank: self.sets.len() as i32 - 1,
                        cell: cell as u32 | SET,
                        left: left as u32,
                    }
                }
            };
        }
        self.values.extend_from_slice(&tree.leaf);
    }

    /// Adds every tree's leaves to the margins of a block.
    pub fn add(&self, cells: &[Lanes], width: usize, margins: &mut [f64]) {
        let n_outputs = self.n_outputs.max(1);
        for root in &self.roots {
            let margins = margins.chunks_mut(LANES * n_outputs);
            for (rows, margins) in cells.chunks(width).zip(margins) {
                let leaves = if root.has_sets {
                    self.leaves::<true>(root.node, rows)
                } else {
                    self.leaves::<false>(root.node, rows)
                };
                for (leaf, margins) in leaves.into_iter().zip(margins.chunks_mut(n_outputs)) {
                    let values = &self.values[self.value_of[leaf as usize] as usize..];
                    match root.output {
                        Some(output) => margins[output] += values[0],
                        None => add_all(values, margins),
                    }
                }
            }
        }
    }

    /// The leaf of each of [`LANES`] rows.
    fn leaves<const SETS: bool>(&self, root: u32, rows: &[Lanes]) -> [u32; LANES] {
        let nodes = &self.nodes[..];
        let mut at = [root; LANES];
        loop {
            let mut moved = 0;
            for (lane, at) in at.iter_mut().enumerate() {
                let node = &nodes[*at as usize];
                let next = if SETS && node.cell & SET != 0 {
                    let code = rows[(node.cell & !SET) as usize][lane];
                    node.left + u32::from(!self.sets[node.rank as usize].holds(code))
                } else {
                    node.left + u32::from(rows[node.cell as usize][lane] > node.rank)
                };
                moved |= next ^ *at;
                *at = next;
            }
            if moved == 0 {
                return at;
            }
        }
    }
}

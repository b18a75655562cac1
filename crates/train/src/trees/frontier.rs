//! Leaves that may still be split, and which of them is next.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::ops::Range;

use super::splitting::Split;

/// A leaf that may still be split.
pub(super) struct Leaf {
    pub rows: Range<usize>,
    pub depth: usize,
    pub total: Vec<i64>,
    /// The split whose child it is, and whether the left one.
    pub parent: Option<(usize, bool)>,
    /// Kept while the leaf is open; absent where it is small.
    pub histogram: Option<Vec<i64>>,
    pub best: Option<Split>,
}

/// Leaves that have a split, by the order in which they are split.
pub(super) enum Frontier {
    /// Highest gain first; of equal gains the older leaf.
    BestFirst(BinaryHeap<Ranked>),
    /// The last one first: at most one leaf a level is open, so memory stays small.
    DepthFirst(Vec<usize>),
}

#[derive(PartialEq)]
pub(super) struct Ranked {
    gain: f64,
    leaf: usize,
}

impl Eq for Ranked {}

impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ranked {
    fn cmp(&self, other: &Self) -> Ordering {
        self.gain
            .total_cmp(&other.gain)
            .then(other.leaf.cmp(&self.leaf))
    }
}

impl Frontier {
    /// Best first where there is a limit on leaves, else depth first.
    pub fn new(max_leaves: usize) -> Self {
        match max_leaves {
            0 => Frontier::DepthFirst(Vec::new()),
            _ => Frontier::BestFirst(BinaryHeap::new()),
        }
    }

    pub fn offer(&mut self, leaf: &Leaf, position: usize) {
        let Some(best) = &leaf.best else { return };
        match self {
            Frontier::BestFirst(heap) => heap.push(Ranked {
                gain: best.gain,
                leaf: position,
            }),
            Frontier::DepthFirst(stack) => stack.push(position),
        }
    }

    pub fn pop(&mut self) -> Option<usize> {
        match self {
            Frontier::BestFirst(heap) => heap.pop().map(|ranked| ranked.leaf),
            Frontier::DepthFirst(stack) => stack.pop(),
        }
    }
}

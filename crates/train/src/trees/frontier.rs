//! Leaves that may still be split, and which of them is next.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::ops::Range;

use super::kept::Kept;
use super::rules::Bounds;
use super::splitting::Split;

/// Which leaf is split first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Growth {
    /// The one that lowers the loss most.
    #[default]
    LeafWise,
    /// One nearest to the root; of these the one that lowers the loss most.
    DepthWise,
}

/// A leaf that may still be split.
#[derive(Default)]
pub(crate) struct Leaf {
    pub rows: Range<usize>,
    pub depth: usize,
    pub total: Vec<i64>,
    /// The split whose child it is, and whether the left one.
    pub parent: Option<(usize, bool)>,
    /// The sums of its features, while it is open; absent where it is small.
    pub kept: Option<Kept>,
    pub best: Option<Split>,
    /// Where its value must lie.
    pub bounds: Bounds,
    /// The features split above it; kept only where they decide which may follow.
    pub used: Vec<usize>,
}

/// Leaves that have a split, by the order in which they are split.
pub(super) enum Frontier {
    /// Highest gain first (by level where trees grow by depth); of equal gains the older leaf.
    BestFirst(Growth, BinaryHeap<Ranked>),
    /// The last one first: at most one leaf a level is open, so memory stays small.
    DepthFirst(Vec<usize>),
}

#[derive(PartialEq)]
pub(super) struct Ranked {
    /// Its depth where that decides, else 0.
    depth: usize,
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
        (other.depth.cmp(&self.depth))
            .then(self.gain.total_cmp(&other.gain))
            .then(other.leaf.cmp(&self.leaf))
    }
}

impl Frontier {
    /// Best first where there is a limit on leaves; else depth first, for then all leaves that can be split are.
    pub fn new(max_leaves: usize, growth: Growth) -> Self {
        match max_leaves {
            0 => Frontier::DepthFirst(Vec::new()),
            _ => Frontier::BestFirst(growth, BinaryHeap::new()),
        }
    }

    pub fn offer(&mut self, leaf: &Leaf, position: usize) {
        let Some(best) = &leaf.best else { return };
        match self {
            Frontier::BestFirst(growth, heap) => heap.push(Ranked {
                depth: match growth {
                    Growth::LeafWise => 0,
                    Growth::DepthWise => leaf.depth,
                },
                gain: best.gain,
                leaf: position,
            }),
            Frontier::DepthFirst(stack) => stack.push(position),
        }
    }

    pub fn pop(&mut self) -> Option<usize> {
        match self {
            Frontier::BestFirst(_, heap) => heap.pop().map(|ranked| ranked.leaf),
            Frontier::DepthFirst(stack) => stack.pop(),
        }
    }
}

//! One tree from the root down: best leaf first where leaves are limited, else depth first.

use std::ops::Range;

use rand_chacha::ChaCha8Rng;
use tabwright_model::Tree;

use super::binning::{BinnedMatrix, Bins};
use super::frontier::{Frontier, Leaf};
use super::histogram::{Statistics, fill, gather, offsets, subtract};
use super::partition::{Route, partition};
use super::splitting::{Scratch, Split, SplitLimits};

/// Rows below which a leaf's bins are summed feature by feature and thrown away: keeping and subtracting whole
/// histograms costs more than the rows do.
const SMALL_LEAF: usize = 512;

/// How far a tree may grow.
#[derive(Clone, Copy, Debug)]
pub(crate) struct GrowthLimits {
    /// Most leaves; 0 for no limit.
    pub max_leaves: usize,
    /// Most splits on a path; 0 for no limit.
    pub max_depth: usize,
    /// What each split must meet.
    pub split: SplitLimits,
}

/// A tree's shape, and where the training rows ended.
pub(crate) struct Grown {
    /// All but the leaf values.
    pub tree: Tree,
    /// The bins that go left, one a split.
    routes: Vec<Route>,
    /// The rows grown on, leaf after leaf, ascending within each.
    pub rows: Vec<u32>,
    /// Each leaf's part of `rows`.
    pub leaves: Vec<Range<usize>>,
}

impl Grown {
    /// The leaf of any row of the binned matrix.
    pub fn leaf_of(&self, binned: &BinnedMatrix, row: u32) -> usize {
        if self.routes.is_empty() {
            return 0;
        }
        let mut split = 0_usize;
        loop {
            let bin = binned.columns[self.tree.feature[split] as usize][row as usize];
            let goes_left = self.routes[split].goes_left(bin);
            let child = if goes_left {
                self.tree.left[split]
            } else {
                self.tree.right[split]
            };
            if child < 0 {
                return !child as usize;
            }
            split = child as usize;
        }
    }
}

/// Features drawn anew for each split.
pub(crate) struct FeatureDraw<'a> {
    /// How many.
    pub count: usize,
    /// From where.
    pub rng: &'a mut ChaCha8Rng,
}

/// Grows trees on one binned matrix, one after the other, in buffers of its own.
pub(crate) struct Grower<'a, S: Statistics> {
    pub(super) binned: &'a BinnedMatrix,
    pub(super) limits: GrowthLimits,
    pub(super) offsets: Vec<usize>,
    /// Histograms to use again; their contents are stale.
    pub(super) pool: Vec<Vec<i64>>,
    pub(super) parts: Vec<S::Row>,
    moved: Vec<u32>,
    pub(super) scratch: Scratch,
    pub(super) occupied: Vec<u8>,
    /// One feature's bins, all zero between uses.
    pub(super) small: Vec<i64>,
}

impl<'a, S: Statistics> Grower<'a, S> {
    pub fn new(binned: &'a BinnedMatrix, limits: GrowthLimits, width: usize) -> Self {
        let offsets = offsets(binned.bins.iter().map(Bins::n_bins), width);
        let widest = binned.bins.iter().map(Bins::n_bins).max().unwrap_or(0);
        Self {
            binned,
            limits,
            offsets,
            pool: Vec::new(),
            parts: Vec::new(),
            moved: Vec::new(),
            scratch: Scratch::default(),
            occupied: Vec::new(),
            small: vec![0; widest * width],
        }
    }

    /// Grows one tree on `rows` (ascending), looking at `features` only, or at some of them drawn for each split.
    pub fn grow(
        &mut self,
        statistics: &S,
        rows: Vec<u32>,
        features: &[usize],
        mut draw: Option<FeatureDraw<'_>>,
    ) -> Grown {
        let mut grown = Grown {
            tree: Tree::default(),
            routes: Vec::new(),
            rows,
            leaves: Vec::new(),
        };
        let mut frontier = Frontier::new(self.limits.max_leaves);
        let mut leaves = vec![self.root(statistics, &grown.rows, features, draw.as_mut())];
        frontier.offer(&leaves[0], 0);
        while self.limits.max_leaves == 0 || leaves.len() < self.limits.max_leaves {
            let Some(position) = frontier.pop() else {
                break;
            };
            let Some(split) = leaves[position].best.take() else {
                continue;
            };
            let split_position = self.record(&mut grown, &leaves[position], &split);
            let (left, right) = self.children(
                statistics,
                &mut grown.rows,
                &mut leaves[position],
                &split,
                split_position,
            );
            leaves[position] = left;
            leaves.push(right);
            let newest = leaves.len() - 1;
            // A full tree needs no more candidates.
            if self.limits.max_leaves != 0 && leaves.len() == self.limits.max_leaves {
                break;
            }
            for leaf in [newest, position] {
                self.find(
                    statistics,
                    &grown.rows,
                    &mut leaves[leaf],
                    features,
                    draw.as_mut(),
                );
                frontier.offer(&leaves[leaf], leaf);
            }
        }
        self.finish(&mut grown, leaves);
        grown
    }

    fn root(
        &mut self,
        statistics: &S,
        rows: &[u32],
        features: &[usize],
        draw: Option<&mut FeatureDraw<'_>>,
    ) -> Leaf {
        let mut total = vec![0; statistics.width()];
        gather(statistics, rows, &mut self.parts, &mut total);
        let mut root = Leaf {
            rows: 0..rows.len(),
            depth: 0,
            total,
            parent: None,
            histogram: None,
            best: None,
        };
        if draw.is_none() && rows.len() >= SMALL_LEAF && self.may_split(&root) {
            root.histogram = Some(self.histogram(statistics, rows, features));
        }
        self.find(statistics, rows, &mut root, features, draw);
        root
    }

    pub(super) fn may_split(&self, leaf: &Leaf) -> bool {
        let deep_enough = self.limits.max_depth != 0 && leaf.depth >= self.limits.max_depth;
        !deep_enough && leaf.rows.len() >= 2 * self.limits.split.min_leaf_rows.max(1) as usize
    }

    /// Sums of every feature over the gathered rows.
    fn histogram(&mut self, statistics: &S, rows: &[u32], features: &[usize]) -> Vec<i64> {
        let length = self.offsets.last().copied().unwrap_or(0);
        let mut histogram = self.pool.pop().unwrap_or_default();
        histogram.clear();
        histogram.resize(length, 0);
        for &feature in features {
            let range = self.offsets[feature]..self.offsets[feature + 1];
            fill(
                statistics,
                &self.binned.columns[feature],
                rows,
                &self.parts,
                &mut histogram[range],
            );
        }
        histogram
    }

    /// Writes the split into the tree and links it to its parent.
    fn record(&self, grown: &mut Grown, leaf: &Leaf, split: &Split) -> usize {
        let tree = &mut grown.tree;
        let position = tree.feature.len();
        if let Some((parent, is_left)) = leaf.parent {
            let side = if is_left {
                &mut tree.left
            } else {
                &mut tree.right
            };
            side[parent] = position as i32;
        }
        let levels = match &self.binned.bins[split.feature] {
            Bins::Category { codes, .. } => split
                .levels
                .iter()
                .map(|&bin| codes[usize::from(bin)])
                .collect(),
            Bins::Number { .. } => Vec::new(),
        };
        tree.feature.push(split.feature as u32);
        tree.threshold.push(split.threshold);
        tree.levels.push(levels);
        tree.missing_left.push(split.missing_left);
        tree.left.push(0);
        tree.right.push(0);
        tree.gain.push(split.gain);
        tree.split_rows.push(leaf.rows.len() as u32);
        grown.routes.push(split.route);
        position
    }

    fn children(
        &mut self,
        statistics: &S,
        rows: &mut [u32],
        parent: &mut Leaf,
        split: &Split,
        split_position: usize,
    ) -> (Leaf, Leaf) {
        let range = parent.rows.clone();
        let column = &self.binned.columns[split.feature];
        let n_left = partition(
            &mut rows[range.clone()],
            column,
            split.route,
            &mut self.moved,
        );
        let middle = range.start + n_left;
        let child = |rows: Range<usize>, is_left| Leaf {
            rows,
            depth: parent.depth + 1,
            total: vec![0; statistics.width()],
            parent: Some((split_position, is_left)),
            histogram: None,
            best: None,
        };
        let mut left = child(range.start..middle, true);
        let mut right = child(middle..range.end, false);
        let left_is_smaller = left.rows.len() <= right.rows.len();
        let (smaller, larger) = if left_is_smaller {
            (&mut left, &mut right)
        } else {
            (&mut right, &mut left)
        };
        gather(
            statistics,
            &rows[smaller.rows.clone()],
            &mut self.parts,
            &mut smaller.total,
        );
        for ((larger, whole), smaller) in larger
            .total
            .iter_mut()
            .zip(&parent.total)
            .zip(&smaller.total)
        {
            *larger = whole - smaller;
        }
        if let Some(histogram) = parent.histogram.take() {
            self.share_histogram(statistics, rows, histogram, smaller, larger);
        }
        (left, right)
    }

    /// Sums the smaller child's rows, and leaves the larger child the rest of the parent's sums.
    fn share_histogram(
        &mut self,
        statistics: &S,
        rows: &[u32],
        mut whole: Vec<i64>,
        smaller: &mut Leaf,
        larger: &mut Leaf,
    ) {
        if larger.rows.len() < SMALL_LEAF || !self.may_split(larger) {
            self.pool.push(whole);
            return;
        }
        // Features left out have zero sums in the parent too, so all may be summed here.
        let used: Vec<usize> = (0..self.binned.bins.len())
            .filter(|&feature| {
                whole[self.offsets[feature]..self.offsets[feature + 1]]
                    .iter()
                    .any(|&sum| sum != 0)
            })
            .collect();
        let part = self.histogram(statistics, &rows[smaller.rows.clone()], &used);
        subtract(&mut whole, &part);
        larger.histogram = Some(whole);
        if smaller.rows.len() >= SMALL_LEAF && self.may_split(smaller) {
            smaller.histogram = Some(part);
        } else {
            self.pool.push(part);
        }
    }

    /// Numbers the leaves and links them.
    fn finish(&mut self, grown: &mut Grown, leaves: Vec<Leaf>) {
        for (position, leaf) in leaves.into_iter().enumerate() {
            if let Some((parent, is_left)) = leaf.parent {
                let side = if is_left {
                    &mut grown.tree.left
                } else {
                    &mut grown.tree.right
                };
                side[parent] = !(position as i32);
            }
            grown.tree.leaf_rows.push(leaf.rows.len() as u32);
            grown.leaves.push(leaf.rows);
            self.pool.extend(leaf.histogram);
        }
    }
}

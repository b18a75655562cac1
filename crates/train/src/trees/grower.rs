//! One tree from the root down: best leaf first where leaves are limited, else depth first.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::ops::Range;

use rand_chacha::ChaCha8Rng;
use tabwright_model::Tree;

use super::binning::{BinnedMatrix, Bins};
use super::histogram::{Statistics, fill, gather, offsets, subtract};
use super::partition::{Route, partition};
use super::splitting::{Candidate, Scratch, Split, SplitLimits};
use crate::stream::below;

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

/// A leaf that may still be split.
struct Leaf {
    rows: Range<usize>,
    depth: usize,
    total: Vec<i64>,
    /// The split whose child it is, and whether the left one.
    parent: Option<(usize, bool)>,
    /// Kept while the leaf is open; absent where it is small.
    histogram: Option<Vec<i64>>,
    best: Option<Split>,
}

/// Leaves that have a split, by the order in which they are split.
enum Frontier {
    /// Highest gain first; of equal gains the older leaf.
    BestFirst(BinaryHeap<Ranked>),
    /// The last one first: at most one leaf a level is open, so memory stays small.
    DepthFirst(Vec<usize>),
}

#[derive(PartialEq)]
struct Ranked {
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
    fn offer(&mut self, leaf: &Leaf, position: usize) {
        let Some(best) = &leaf.best else { return };
        match self {
            Frontier::BestFirst(heap) => heap.push(Ranked {
                gain: best.gain,
                leaf: position,
            }),
            Frontier::DepthFirst(stack) => stack.push(position),
        }
    }

    fn pop(&mut self) -> Option<usize> {
        match self {
            Frontier::BestFirst(heap) => heap.pop().map(|ranked| ranked.leaf),
            Frontier::DepthFirst(stack) => stack.pop(),
        }
    }
}

/// Grows trees on one binned matrix, one after the other, in buffers of its own.
pub(crate) struct Grower<'a, S: Statistics> {
    binned: &'a BinnedMatrix,
    limits: GrowthLimits,
    offsets: Vec<usize>,
    /// Histograms to use again; their contents are stale.
    pool: Vec<Vec<i64>>,
    parts: Vec<S::Row>,
    moved: Vec<u32>,
    scratch: Scratch,
    occupied: Vec<u8>,
    /// One feature's bins, all zero between uses.
    small: Vec<i64>,
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
        let mut frontier = match self.limits.max_leaves {
            0 => Frontier::DepthFirst(Vec::new()),
            _ => Frontier::BestFirst(BinaryHeap::new()),
        };
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

    fn may_split(&self, leaf: &Leaf) -> bool {
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

    /// Finds the leaf's best split.
    fn find(
        &mut self,
        statistics: &S,
        rows: &[u32],
        leaf: &mut Leaf,
        features: &[usize],
        draw: Option<&mut FeatureDraw<'_>>,
    ) {
        if !self.may_split(leaf) {
            self.pool.extend(leaf.histogram.take());
            return;
        }
        if let Some(histogram) = &leaf.histogram {
            for &feature in features {
                let bins = &histogram[self.offsets[feature]..self.offsets[feature + 1]];
                occupied_bins::<S>(bins, statistics.width(), &mut self.occupied);
                let candidate = candidate(
                    self.binned,
                    &self.limits.split,
                    statistics,
                    feature,
                    bins,
                    &self.occupied,
                    &leaf.total,
                );
                candidate.improve(&mut leaf.best, &mut self.scratch);
            }
        } else {
            self.find_by_rows(statistics, rows, leaf, features, draw);
        }
        if leaf.best.is_none() {
            self.pool.extend(leaf.histogram.take());
        }
    }

    /// The same, one feature at a time from the rows. With a draw: features in random order until `count` of them have more
    /// than one value here.
    fn find_by_rows(
        &mut self,
        statistics: &S,
        rows: &[u32],
        leaf: &mut Leaf,
        features: &[usize],
        draw: Option<&mut FeatureDraw<'_>>,
    ) {
        let rows = &rows[leaf.rows.clone()];
        let mut total = vec![0; statistics.width()];
        gather(statistics, rows, &mut self.parts, &mut total);
        if S::are_alike(&self.parts) {
            return;
        }
        let Some(draw) = draw else {
            for &feature in features {
                self.try_feature(statistics, rows, leaf, feature);
            }
            return;
        };
        let mut order = features.to_vec();
        let mut n_tried = 0;
        for position in 0..order.len() {
            let chosen = position + below(draw.rng, order.len() - position);
            order.swap(position, chosen);
            n_tried += usize::from(self.try_feature(statistics, rows, leaf, order[position]));
            if n_tried == draw.count {
                break;
            }
        }
    }

    /// Tries the splits of one feature; whether it has more than one value among the rows.
    fn try_feature(
        &mut self,
        statistics: &S,
        rows: &[u32],
        leaf: &mut Leaf,
        feature: usize,
    ) -> bool {
        let width = statistics.width();
        let column = &self.binned.columns[feature];
        let mut seen = [0_u64; 4];
        for &row in rows {
            let bin = column[row as usize];
            seen[usize::from(bin >> 6)] |= 1 << (bin & 63);
        }
        list_bits(seen, &mut self.occupied);
        if self.occupied.len() < 2 {
            return false;
        }
        let n_bins = self.binned.bins[feature].n_bins();
        let histogram = &mut self.small[..n_bins * width];
        fill(statistics, column, rows, &self.parts, histogram);
        let candidate = candidate(
            self.binned,
            &self.limits.split,
            statistics,
            feature,
            histogram,
            &self.occupied,
            &leaf.total,
        );
        candidate.improve(&mut leaf.best, &mut self.scratch);
        for &bin in &self.occupied {
            self.small[usize::from(bin) * width..][..width].fill(0);
        }
        true
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

fn candidate<'a, S: Statistics>(
    binned: &'a BinnedMatrix,
    limits: &'a SplitLimits,
    statistics: &'a S,
    feature: usize,
    histogram: &'a [i64],
    occupied: &'a [u8],
    total: &'a [i64],
) -> Candidate<'a, S> {
    let total_score = statistics.score(total, 0.0);
    Candidate {
        statistics,
        limits,
        feature,
        bins: &binned.bins[feature],
        histogram,
        occupied,
        total,
        total_score,
    }
}

fn occupied_bins<S: Statistics>(histogram: &[i64], width: usize, out: &mut Vec<u8>) {
    out.clear();
    for (bin, sums) in histogram.chunks_exact(width).enumerate() {
        if S::n_rows(sums) > 0 {
            out.push(bin as u8);
        }
    }
}

fn list_bits(words: [u64; 4], out: &mut Vec<u8>) {
    out.clear();
    for (position, mut word) in words.into_iter().enumerate() {
        while word != 0 {
            out.push((position * 64) as u8 + word.trailing_zeros() as u8);
            word &= word - 1;
        }
    }
}

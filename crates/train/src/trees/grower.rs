//! One tree from the root down: best leaf first where leaves are limited, else depth first.

use std::ops::Range;

use rand_chacha::ChaCha8Rng;
use tabwright_model::Tree;

use super::binning::{BinnedMatrix, Bins};
use super::frontier::{Frontier, Growth, Leaf};
use super::histogram::{Statistics, gather};
use super::kept::{Kept, Layout};
use super::partition::{Route, partition};
use super::rules::{Bounds, Rules};
use super::splitting::{Scratch, Split, SplitLimits};

/// Rows below which a leaf's bins are summed feature by feature and thrown away: keeping and subtracting whole
/// histograms costs more than the rows do.
const SMALL_LEAF: usize = 128;

/// How far a tree may grow.
#[derive(Clone, Copy, Debug)]
pub(crate) struct GrowthLimits {
    /// Most leaves; 0 for no limit.
    pub max_leaves: usize,
    /// Most splits on a path; 0 for no limit.
    pub max_depth: usize,
    /// Which leaf is split first.
    pub growth: Growth,
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
    /// Where each leaf's value must lie.
    pub bounds: Vec<Bounds>,
}

impl Grown {
    /// The rows without the tree.
    pub fn without_shape(&self) -> Self {
        Self {
            tree: Tree::default(),
            routes: Vec::new(),
            rows: self.rows.clone(),
            leaves: Vec::new(),
            bounds: Vec::new(),
        }
    }

    /// Adds a split of another tree, all but its children.
    pub fn copy_split(&mut self, from: &Grown, split: usize) {
        let (tree, old) = (&mut self.tree, &from.tree);
        tree.feature.push(old.feature[split]);
        tree.threshold.push(old.threshold[split]);
        tree.levels.push(old.levels[split].clone());
        tree.missing_left.push(old.missing_left[split]);
        tree.gain.push(old.gain[split]);
        tree.split_rows.push(old.split_rows[split]);
        self.routes.push(from.routes[split]);
    }

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
    /// Whether each feature is split at one random place, and not at its best one.
    pub at_random: bool,
}

/// Grows trees on one binned matrix, one after the other, in buffers of its own.
pub(crate) struct Grower<'a, S: Statistics> {
    pub(super) binned: &'a BinnedMatrix,
    pub(super) limits: GrowthLimits,
    /// What splits must keep to besides; none until it is set.
    pub rules: Rules,
    pub(super) layout: Layout,
    /// Sums to use again; their contents are stale.
    pub(super) pool: Vec<Kept>,
    pub(super) parts: Vec<S::Row>,
    moved: Vec<u32>,
    pub(super) scratch: Scratch,
    pub(super) occupied: Vec<u8>,
    /// One feature's bins, all zero between uses.
    pub(super) small: Vec<i64>,
}

impl<'a, S: Statistics> Grower<'a, S> {
    pub fn new(binned: &'a BinnedMatrix, limits: GrowthLimits, width: usize) -> Self {
        let widest = binned.bins.iter().map(Bins::n_bins).max().unwrap_or(0);
        Self {
            binned,
            limits,
            rules: Rules::default(),
            layout: Layout::default(),
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
            bounds: Vec::new(),
        };
        // Bounds on values are left to the wide sums.
        let packs = statistics.packing().is_some() && !self.rules.is_bounded();
        self.layout = Layout::new(packs, statistics.width(), self.binned, features);
        let mut frontier = Frontier::new(self.limits.max_leaves, self.limits.growth);
        let mut leaves = vec![self.root(statistics, &grown.rows, features, draw.as_mut())];
        frontier.offer(&leaves[0], 0);
        while self.limits.max_leaves == 0 || leaves.len() < self.limits.max_leaves {
            let Some(position) = frontier.pop() else {
                break;
            };
            let Some(split) = leaves[position].best.take() else {
                continue;
            };
            let parent = std::mem::take(&mut leaves[position]);
            let feature = split.feature;
            let (left, right) = self.part(&mut grown, &parent, split);
            leaves[position] = left;
            leaves.push(right);
            let newest = leaves.len() - 1;
            let (older, newer) = leaves.split_at_mut(newest);
            let (left, right) = (&mut older[position], &mut newer[0]);
            // A full tree needs no more candidates, only bounds of its values.
            let is_full = newest + 1 == self.limits.max_leaves;
            if !is_full || self.rules.is_bounded() {
                self.add_up(statistics, &grown.rows, &parent.total, left, right);
                self.pass_rules(statistics, feature, left, right);
            }
            if is_full {
                self.pool.extend(parent.kept);
                break;
            }
            if let Some(kept) = parent.kept {
                self.share_sums(statistics, &grown.rows, kept, left, right);
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
        let mut gathered = std::mem::take(&mut self.parts);
        // All rows are gathered already.
        let parts = if rows.len() == self.binned.n_rows {
            statistics.rows()
        } else {
            gather(statistics, rows, &mut gathered);
            &gathered
        };
        let mut root = Leaf {
            rows: 0..rows.len(),
            total: statistics.total(parts),
            bounds: self.rules.bounds(),
            ..Leaf::default()
        };
        if draw.is_none() && rows.len() >= SMALL_LEAF && self.may_split(&root) {
            root.kept = Some(self.sums(statistics, rows, parts));
        }
        self.parts = gathered;
        self.find(statistics, rows, &mut root, features, draw);
        root
    }

    pub(super) fn may_split(&self, leaf: &Leaf) -> bool {
        let deep_enough = self.limits.max_depth != 0 && leaf.depth >= self.limits.max_depth;
        !deep_enough && leaf.rows.len() >= 2 * self.limits.split.min_leaf_rows.max(1) as usize
    }

    /// Sums of every feature over rows and their parts.
    fn sums(&mut self, statistics: &S, rows: &[u32], parts: &[S::Row]) -> Kept {
        let mut kept = self.pool.pop().unwrap_or_default();
        self.layout
            .fill(statistics, self.binned, rows, parts, &mut kept);
        kept
    }

    /// Moves the parent's rows and writes the split into the tree; gives the children, not summed yet.
    fn part(&mut self, grown: &mut Grown, parent: &Leaf, mut split: Split) -> (Leaf, Leaf) {
        let rows = &mut grown.rows[parent.rows.clone()];
        let column = &self.binned.columns[split.feature];
        let n_left = partition(rows, column, split.route, &mut self.moved);
        if split.missing_with_more && n_left >= rows.len() - n_left {
            split.missing_left = true;
            split
                .route
                .insert(self.binned.bins[split.feature].n_values() as u8);
        }
        let middle = parent.rows.start + n_left;
        let position = self.record(grown, parent, &split);
        let child = |rows: Range<usize>, is_left| Leaf {
            rows,
            depth: parent.depth + 1,
            parent: Some((position, is_left)),
            bounds: parent.bounds,
            used: parent.used.clone(),
            ..Leaf::default()
        };
        (
            child(parent.rows.start..middle, true),
            child(middle..parent.rows.end, false),
        )
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

    /// Adds up the smaller child's rows, whose parts stay gathered; the larger child has the rest of the parent's.
    fn add_up(
        &mut self,
        statistics: &S,
        rows: &[u32],
        total: &[i64],
        left: &mut Leaf,
        right: &mut Leaf,
    ) {
        let (smaller, larger) = by_rows(left, right);
        gather(statistics, &rows[smaller.rows.clone()], &mut self.parts);
        smaller.total = statistics.total(&self.parts);
        let rest = total.iter().zip(&smaller.total);
        larger.total = rest.map(|(whole, part)| whole - part).collect();
    }

    /// Hands down what the rules ask children to know.
    fn pass_rules(&self, statistics: &S, feature: usize, left: &mut Leaf, right: &mut Leaf) {
        if self.rules.is_bounded() {
            let value = |leaf: &Leaf| leaf.bounds.clamp(statistics.value(&leaf.total, 0.0));
            let sign = self.rules.sign(feature);
            (left.bounds, right.bounds) = left.bounds.parted(sign, value(left), value(right));
        }
        if self.rules.has_groups() {
            for leaf in [left, right] {
                leaf.used.push(feature);
            }
        }
    }

    /// Sums the smaller child's gathered rows, and leaves the larger child the rest of the parent's sums.
    fn share_sums(
        &mut self,
        statistics: &S,
        rows: &[u32],
        mut whole: Kept,
        left: &mut Leaf,
        right: &mut Leaf,
    ) {
        let (smaller, larger) = by_rows(left, right);
        if larger.rows.len() < SMALL_LEAF || !self.may_split(larger) {
            self.pool.push(whole);
            return;
        }
        let parts = std::mem::take(&mut self.parts);
        let part = self.sums(statistics, &rows[smaller.rows.clone()], &parts);
        self.parts = parts;
        whole.subtract(&part);
        larger.kept = Some(whole);
        if smaller.rows.len() >= SMALL_LEAF && self.may_split(smaller) {
            smaller.kept = Some(part);
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
            grown.bounds.push(leaf.bounds);
            self.pool.extend(leaf.kept);
        }
    }
}

/// The child with fewer rows, then the other; the left one first where they have as many.
fn by_rows<'a>(left: &'a mut Leaf, right: &'a mut Leaf) -> (&'a mut Leaf, &'a mut Leaf) {
    if left.rows.len() <= right.rows.len() {
        (left, right)
    } else {
        (right, left)
    }
}

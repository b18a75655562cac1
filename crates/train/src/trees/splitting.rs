//! The best split of a leaf by one feature.

use std::ops::Range;

use super::binning::Bins;
use super::histogram::Statistics;
use super::partition::Route;
use super::rules::Bound;

/// What a split must meet.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SplitLimits {
    /// Rows on either side.
    pub min_leaf_rows: u32,
    /// Sum of hessians on either side.
    pub min_hessian: f64,
    /// Reduction of the loss.
    pub min_gain: f64,
    /// Rows of the leaf's mean that each level is drawn to when levels are ordered.
    pub level_smoothing: f64,
    /// L2 besides the tree's own where a split chooses among more than [`FEW_LEVELS`] levels: so many subsets always hold
    /// one that looks good.
    pub level_l2: f64,
}

/// Levels up to which a subset is not penalised.
const FEW_LEVELS: usize = 4;

/// Gains smaller than this share of the scores are rounding.
pub(super) const ROUNDING: f64 = 1e-11;

/// How the best split found so far parts the rows.
#[derive(Clone, Debug, Default)]
pub(crate) struct Split {
    /// Position of the feature.
    pub feature: usize,
    /// Reduction of the loss.
    pub gain: f64,
    /// Numbers at most this go left; not used for categories.
    pub threshold: f64,
    /// Categories: the bins that go left, ascending, missing not among them.
    pub levels: Vec<u8>,
    /// Where missing goes.
    pub missing_left: bool,
    /// No row here is missing, and rows have not been counted: missing goes with the larger side.
    pub missing_with_more: bool,
    /// The bins that go left.
    pub route: Route,
}

/// One feature's sums in a leaf, and what is needed to judge its splits.
pub(crate) struct Candidate<'a, S> {
    pub statistics: &'a S,
    pub limits: &'a SplitLimits,
    pub feature: usize,
    pub bins: &'a Bins,
    /// `bins.n_bins()` bins.
    pub histogram: &'a [i64],
    /// Bins that hold rows, ascending.
    pub occupied: &'a [u8],
    /// The leaf's sums.
    pub total: &'a [i64],
    /// The leaf's score without the extra L2.
    pub total_score: f64,
    /// What a monotone tree asks of the children's values.
    pub bound: Option<Bound>,
}

/// Buffers that a search reuses.
#[derive(Default)]
pub(crate) struct Scratch {
    pub(super) left: Vec<i64>,
    right: Vec<i64>,
    pub(super) order: Vec<(f64, u8)>,
}

/// The best place of one search: the gain, and how many of the ordered bins go left.
pub(super) struct Place {
    pub gain: f64,
    pub n_left: usize,
    pub variant: bool,
}

impl<S: Statistics> Candidate<'_, S> {
    /// The same, within what a monotone tree asks.
    pub fn bounded(mut self, bound: Option<Bound>) -> Self {
        if let Some(bound) = bound {
            self.total_score = bound.score(self.statistics, self.total, 0.0).1;
            self.bound = Some(bound);
        }
        self
    }

    /// Replaces `best` where this feature has a split of higher gain; of equal gains the first stays.
    pub fn improve(&self, best: &mut Option<Split>, scratch: &mut Scratch) {
        if self.occupied.len() < 2 {
            return;
        }
        match self.bins {
            Bins::Number { .. } => self.improve_number(best, scratch),
            Bins::Category { .. } => self.improve_category(best, scratch),
        }
    }

    pub(super) fn bin(&self, bin: u8) -> &[i64] {
        let width = self.statistics.width();
        &self.histogram[usize::from(bin) * width..][..width]
    }

    pub(super) fn missing_bin(&self) -> u8 {
        self.bins.n_values() as u8
    }

    /// The gain of parting `left` from the rest, if the limits allow it.
    pub(super) fn gain(&self, scratch: &mut Scratch, extra_l2: f64) -> Option<f64> {
        let Scratch { left, right, .. } = scratch;
        for ((right, whole), left) in right.iter_mut().zip(self.total).zip(left.iter()) {
            *right = whole - left;
        }
        let rows = S::n_rows(left).min(S::n_rows(right));
        if rows < self.limits.min_leaf_rows {
            return None;
        }
        let hessian = |sums: &[i64]| self.statistics.hessian(sums);
        if hessian(left).min(hessian(right)) < self.limits.min_hessian {
            return None;
        }
        let children = match self.bound {
            None => self.statistics.score(left, extra_l2) + self.statistics.score(right, extra_l2),
            Some(bound) => bound.score_of_both(self.statistics, left, right, extra_l2)?,
        };
        let gain = children - self.total_score;
        (gain > self.limits.min_gain && gain > children * ROUNDING).then_some(gain)
    }

    pub(super) fn start(&self, scratch: &mut Scratch, from: Option<u8>) {
        let width = self.statistics.width();
        scratch.right.resize(width, 0);
        scratch.left.clear();
        match from {
            Some(bin) => scratch.left.extend_from_slice(self.bin(bin)),
            None => scratch.left.resize(width, 0),
        }
    }

    pub(super) fn move_left(&self, scratch: &mut Scratch, bin: u8) {
        for (sum, part) in scratch.left.iter_mut().zip(self.bin(bin)) {
            *sum += part;
        }
    }

    fn improve_number(&self, best: &mut Option<Split>, scratch: &mut Scratch) {
        let missing = self.missing_bin();
        let has_missing = self.occupied.last() == Some(&missing);
        let values = &self.occupied[..self.occupied.len() - usize::from(has_missing)];
        let mut place: Option<Place> = None;
        for missing_left in [false, true].into_iter().take(1 + usize::from(has_missing)) {
            self.start(scratch, missing_left.then_some(missing));
            // All values left is a split only if missing goes right.
            let n_places = if has_missing && !missing_left {
                values.len()
            } else {
                values.len() - 1
            };
            for (position, &bin) in values.iter().enumerate().take(n_places) {
                self.move_left(scratch, bin);
                if let Some(gain) = self.gain(scratch, 0.0)
                    && beats(gain, best.as_ref(), place.as_ref())
                {
                    place = Some(Place {
                        gain,
                        n_left: position + 1,
                        variant: missing_left,
                    });
                }
            }
        }
        if let Some(place) = place {
            *best = Some(self.number_split(&place, values, has_missing));
        }
    }

    pub(super) fn number_split(&self, place: &Place, values: &[u8], has_missing: bool) -> Split {
        let last = values[place.n_left - 1];
        let threshold = match values.get(place.n_left) {
            Some(&next) => self.bins.threshold(usize::from(last), usize::from(next)),
            // Every number goes left. Not infinity, which JSON cannot hold.
            None => f64::MAX,
        };
        let rows = |bins: &[u8]| {
            bins.iter()
                .map(|&bin| S::n_rows(self.bin(bin)))
                .sum::<u32>()
        };
        // Rows to come may lack what no row here lacks: they follow the majority.
        let missing_left = if has_missing {
            place.variant
        } else {
            rows(&values[..place.n_left]) >= rows(&values[place.n_left..])
        };
        let mut route = Route::default();
        (0..=last).for_each(|bin| route.insert(bin));
        if missing_left {
            route.insert(self.missing_bin());
        }
        Split {
            feature: self.feature,
            gain: place.gain,
            threshold,
            levels: Vec::new(),
            missing_left,
            missing_with_more: false,
            route,
        }
    }

    /// Orders the levels by their mean gradient, where the best subset is a run from either end (Fisher, 1958). The run is the
    /// left side; it has no more rows than the right side, where levels that training did not see will go (but for missing alone
    /// against the rest, where they go with missing).
    fn improve_category(&self, best: &mut Option<Split>, scratch: &mut Scratch) {
        let others = self.bins.others_bin();
        scratch.order.clear();
        for &bin in self
            .occupied
            .iter()
            .filter(|bin| Some(usize::from(**bin)) != others)
        {
            let key =
                self.statistics
                    .level_key(self.bin(bin), self.total, self.limits.level_smoothing);
            scratch.order.push((key, bin));
        }
        scratch
            .order
            .sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let extra_l2 = if scratch.order.len() > FEW_LEVELS {
            self.limits.level_l2
        } else {
            0.0
        };
        let half = S::n_rows(self.total) / 2;
        let n_levels = scratch.order.len();
        let rare = others.filter(|&bin| self.occupied.contains(&(bin as u8)));
        let mut place: Option<Place> = None;
        for from_end in [false, true] {
            self.start(scratch, None);
            for n_left in 1..=n_levels {
                let bin = scratch.order[if from_end {
                    n_levels - n_left
                } else {
                    n_left - 1
                }]
                .1;
                self.move_left(scratch, bin);
                if S::n_rows(&scratch.left) > half {
                    break;
                }
                // A set of levels cannot say "missing alone", and rare levels cannot be on the left with the rest.
                if n_left == 1 && bin == self.missing_bin() && rare.is_some() {
                    continue;
                }
                if let Some(gain) = self.gain(scratch, extra_l2)
                    && beats(gain, best.as_ref(), place.as_ref())
                {
                    place = Some(Place {
                        gain,
                        n_left,
                        variant: from_end,
                    });
                }
            }
        }
        if let Some(place) = place {
            let run = if place.variant {
                n_levels - place.n_left..n_levels
            } else {
                0..place.n_left
            };
            *best = Some(self.category_split(place.gain, &scratch.order, run));
        }
    }

    pub(super) fn category_split(
        &self,
        gain: f64,
        order: &[(f64, u8)],
        run: Range<usize>,
    ) -> Split {
        let missing = self.missing_bin();
        let levels = |run: &[(f64, u8)]| -> Vec<u8> {
            let mut levels: Vec<u8> = run
                .iter()
                .map(|level| level.1)
                .filter(|&bin| bin != missing)
                .collect();
            levels.sort_unstable();
            levels
        };
        let mut missing_left = order[run.clone()].iter().any(|level| level.1 == missing);
        let mut left = levels(&order[run]);
        // Missing alone against the rest is written the other way round, as the rest against missing.
        if left.is_empty() {
            left = levels(order);
            missing_left = false;
        }
        let mut route = Route::default();
        for &bin in &left {
            route.insert(bin);
        }
        if missing_left {
            route.insert(missing);
        }
        Split {
            feature: self.feature,
            gain,
            threshold: 0.0,
            levels: left,
            missing_left,
            missing_with_more: false,
            route,
        }
    }
}

pub(super) fn beats(gain: f64, best: Option<&Split>, place: Option<&Place>) -> bool {
    match (place, best) {
        (Some(place), _) => gain > place.gain,
        (None, Some(best)) => gain > best.gain,
        (None, None) => true,
    }
}

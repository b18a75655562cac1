//! The best split of a leaf over the features that it may use.

use rand_chacha::ChaCha8Rng;

use super::binning::BinnedMatrix;
use super::frontier::Leaf;
use super::grower::{FeatureDraw, Grower};
use super::histogram::{Statistics, fill, gather};
use super::kept::{Kept, Slot};
use super::packed::Sums;
use super::partition::Route;
use super::scan::{Judge, Place};
use super::splitting::{Candidate, Split, SplitLimits};
use crate::stream::below;

/// A feature's best split, and whether it stands.
enum Offer {
    Sure(Split),
    /// A number feature's, by its position among the sums; with its gain.
    Place {
        feature: usize,
        slot: usize,
        place: Place,
        gain: f64,
    },
}

impl Offer {
    fn gain(&self) -> f64 {
        match self {
            Offer::Sure(split) => split.gain,
            Offer::Place { gain, .. } => *gain,
        }
    }
}

impl<S: Statistics> Grower<'_, S> {
    /// Finds the leaf's best split.
    pub(super) fn find(
        &mut self,
        statistics: &S,
        rows: &[u32],
        leaf: &mut Leaf,
        features: &[usize],
        draw: Option<&mut FeatureDraw<'_>>,
    ) {
        if !self.may_split(leaf) {
            self.pool.extend(leaf.kept.take());
            return;
        }
        let allowed = self.rules.allowed(features, leaf);
        let features = allowed.as_ref();
        if let Some(kept) = &leaf.kept {
            let offers = self.offers(statistics, leaf, kept, features);
            let rows = &rows[leaf.rows.clone()];
            leaf.best = self.choose(statistics, rows, &leaf.total, kept, offers);
        } else {
            self.find_by_rows(statistics, rows, leaf, features, draw);
        }
        if leaf.best.is_none() {
            self.pool.extend(leaf.kept.take());
        }
    }

    /// Each feature's best split by the sums that the leaf keeps.
    fn offers(
        &mut self,
        statistics: &S,
        leaf: &Leaf,
        kept: &Kept,
        features: &[usize],
    ) -> Vec<Offer> {
        let judge = self.judge(statistics, &leaf.total);
        let mut offers = Vec::with_capacity(features.len());
        for &feature in features {
            match (&self.layout.slots[feature], &judge) {
                (Some(Slot::Packed(slot)), Some(judge)) => {
                    let n_values = self.binned.bins[feature].n_values();
                    let best = judge.best(&kept.packed[*slot], n_values, None);
                    offers.extend(best.map(|(place, gain)| Offer::Place {
                        feature,
                        slot: *slot,
                        place,
                        gain,
                    }));
                }
                (Some(Slot::Wide(range)), _) => {
                    let bins = &kept.wide[range.clone()];
                    occupied_bins::<S>(bins, statistics.width(), &mut self.occupied);
                    let mut best = None;
                    candidate(
                        self.binned,
                        &self.limits.split,
                        statistics,
                        feature,
                        bins,
                        &self.occupied,
                        &leaf.total,
                    )
                    .bounded(self.rules.bound(feature, leaf))
                    .improve(&mut best, &mut self.scratch);
                    offers.extend(best.map(Offer::Sure));
                }
                _ => {}
            }
        }
        offers
    }

    fn judge(&self, statistics: &S, total: &[i64]) -> Option<Judge> {
        let packing = statistics.packing()?;
        Some(Judge::new(&self.limits.split, &packing, total))
    }

    /// The offer of highest gain, of equal ones the first. Where it may have too few rows on a side, the feature's rows are
    /// counted and it offers anew.
    fn choose(
        &self,
        statistics: &S,
        rows: &[u32],
        total: &[i64],
        kept: &Kept,
        mut offers: Vec<Offer>,
    ) -> Option<Split> {
        loop {
            let mut best = 0;
            for position in 1..offers.len() {
                if offers[position].gain() > offers[best].gain() {
                    best = position;
                }
            }
            match offers.get_mut(best)? {
                Offer::Sure(split) => return Some(std::mem::take(split)),
                Offer::Place {
                    feature,
                    slot,
                    place,
                    gain,
                } => {
                    let sums = &kept.packed[*slot];
                    if place.is_sure {
                        return Some(number_split(self.binned, *feature, sums, *place, *gain));
                    }
                    let counts = count(&self.binned.columns[*feature], rows);
                    let n_values = self.binned.bins[*feature].n_values();
                    let judge = self.judge(statistics, total)?;
                    match judge.best(sums, n_values, Some(&counts)) {
                        Some(better) => (*place, *gain) = better,
                        None => {
                            offers.remove(best);
                        }
                    }
                }
            }
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
        gather(statistics, rows, &mut self.parts);
        if S::are_alike(&self.parts) {
            return;
        }
        let Some(draw) = draw else {
            for &feature in features {
                self.try_feature(statistics, rows, leaf, feature, None);
            }
            return;
        };
        let mut order = features.to_vec();
        let mut n_tried = 0;
        for position in 0..order.len() {
            let chosen = position + below(draw.rng, order.len() - position);
            order.swap(position, chosen);
            let rng = draw.at_random.then_some(&mut *draw.rng);
            n_tried += usize::from(self.try_feature(statistics, rows, leaf, order[position], rng));
            if n_tried == draw.count {
                break;
            }
        }
    }

    /// Tries the splits of one feature, or a random one of them; whether it has more than one value among the rows.
    fn try_feature(
        &mut self,
        statistics: &S,
        rows: &[u32],
        leaf: &mut Leaf,
        feature: usize,
        rng: Option<&mut ChaCha8Rng>,
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
        )
        .bounded(self.rules.bound(feature, leaf));
        match rng {
            None => candidate.improve(&mut leaf.best, &mut self.scratch),
            Some(rng) => candidate.improve_at_random(&mut leaf.best, &mut self.scratch, rng),
        }
        for &bin in &self.occupied {
            self.small[usize::from(bin) * width..][..width].fill(0);
        }
        true
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
        bound: None,
    }
}

/// Writes a place out.
fn number_split(
    binned: &BinnedMatrix,
    feature: usize,
    sums: &Sums,
    place: Place,
    gain: f64,
) -> Split {
    let bins = &binned.bins[feature];
    let (missing, last) = (bins.n_values(), usize::from(place.bin));
    let next = (last + 1..missing).find(|&bin| sums[bin] != 0);
    let mut route = Route::default();
    (0..=place.bin).for_each(|bin| route.insert(bin));
    if place.missing_left {
        route.insert(missing as u8);
    }
    Split {
        feature,
        gain,
        // Where every number goes left: not infinity, which JSON cannot hold.
        threshold: next.map_or(f64::MAX, |next| bins.threshold(last, next)),
        levels: Vec::new(),
        missing_left: place.missing_left,
        missing_with_more: sums[missing] == 0,
        route,
    }
}

/// Rows a bin.
fn count(column: &[u8], rows: &[u32]) -> [u32; 256] {
    let mut counts = [0; 256];
    for &row in rows {
        counts[usize::from(column[row as usize])] += 1;
    }
    counts
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

//! The best split of a leaf over the features that it may use.

use super::binning::BinnedMatrix;
use super::frontier::Leaf;
use super::grower::{FeatureDraw, Grower};
use super::histogram::{Statistics, fill, gather};
use super::splitting::{Candidate, SplitLimits};
use crate::stream::below;

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

//! The best place to part a number feature's packed sums: the same as [`Candidate`](super::splitting::Candidate) finds, in loops
//! without branches.

use super::packed::{Packing, Sums, gradient, hessian, pack};
use super::splitting::{ROUNDING, SplitLimits};

/// What is asked of the splits of one leaf.
pub(super) struct Judge {
    floor: Floor,
    min_gain: f64,
    /// The leaf's sums.
    total: i64,
    /// L2 in units of a hessian.
    l2: f64,
    /// The unit of a score: the square of a gradient by a hessian.
    unit: f64,
}

impl Judge {
    /// `total` is the leaf's bin of gradient sums.
    pub fn new(limits: &SplitLimits, packing: &Packing, total: &[i64]) -> Self {
        Self {
            floor: Floor::new(limits, packing),
            min_gain: limits.min_gain,
            total: pack(total[0] as i32, (total[1] >> 32) as u32),
            l2: packing.l2 / packing.hessian_unit,
            unit: packing.gradient_unit * packing.gradient_unit / packing.hessian_unit,
        }
    }

    /// The best place of a feature of `n_values` bins of values, and its gain; `counts` are rows a bin.
    pub fn best(
        &self,
        sums: &Sums,
        n_values: usize,
        counts: Option<&[u32; 256]>,
    ) -> Option<(Place, f64)> {
        let numbers = Numbers {
            sums,
            n_values,
            total: self.total,
            counts,
        };
        let place = numbers.best(self.floor, self.l2)?;
        let children = place.scores * self.unit;
        let gain = children - score(self.total, self.l2) * self.unit;
        (gain > self.min_gain && gain > children * ROUNDING).then_some((place, gain))
    }
}

/// What either side of a split must hold, in the units of packed sums.
///
/// Packed sums do not count rows. A side of so much hessian has at least, and at most, so many rows: most places can be told
/// allowed or not by that, and where it matters the rows of one feature are counted.
#[derive(Clone, Copy, Debug)]
struct Floor {
    /// Below, a side has too little hessian or surely too few rows.
    least: u64,
    /// From here on it surely has enough rows.
    sure: u64,
    min_rows: u32,
}

impl Floor {
    fn new(limits: &SplitLimits, packing: &Packing) -> Self {
        let rows = u64::from(limits.min_leaf_rows.max(1));
        let min_hessian = (limits.min_hessian / packing.hessian_unit).ceil() as u64;
        Self {
            least: min_hessian.max(rows * u64::from(packing.least_hessian)),
            sure: rows * u64::from(packing.largest_hessian),
            min_rows: limits.min_leaf_rows.max(1),
        }
    }
}

/// One number feature in one leaf.
struct Numbers<'a> {
    sums: &'a Sums,
    /// Bins of values; the next one is that of missing.
    n_values: usize,
    /// The leaf's sums.
    total: i64,
    /// Rows a bin, where they had to be counted.
    counts: Option<&'a [u32; 256]>,
}

/// A split of a number feature.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Place {
    /// The scores of both sides.
    scores: f64,
    /// The last bin on the left; it holds rows.
    pub bin: u8,
    pub missing_left: bool,
    /// Whether both sides surely have enough rows.
    pub is_sure: bool,
}

/// The score of a side.
fn score(sum: i64, l2: f64) -> f64 {
    let gradient = f64::from(gradient(sum));
    gradient * gradient / (f64::from(hessian(sum) as i32) + l2)
}

impl Numbers<'_> {
    /// The place of the highest scores that the floor allows; of equal ones the first. `l2` is in units of a hessian.
    fn best(&self, floor: Floor, l2: f64) -> Option<Place> {
        let missing = self.sums[self.n_values];
        let mut best = self.best_with(0, floor, l2, false);
        if missing != 0
            && let Some(place) = self.best_with(missing, floor, l2, true)
            && best.is_none_or(|best| place.scores > best.scores)
        {
            best = Some(place);
        }
        best
    }

    /// The same with missing on one side; `start` is what is on the left without any value.
    fn best_with(&self, start: i64, floor: Floor, l2: f64, missing_left: bool) -> Option<Place> {
        let mut left = [0_i64; 256];
        let mut sum = start;
        for (left, part) in left.iter_mut().zip(&self.sums[..self.n_values]) {
            sum += part;
            *left = sum;
        }
        let left = &left[..self.n_values];
        let range = self.allowed(left, start, floor, missing_left);
        if range.is_empty() {
            return None;
        }
        let first = range.start;
        let left = &left[range];
        let mut scores = [f64::MIN; 256];
        for (out, &left) in scores.iter_mut().zip(left) {
            *out = score(left, l2) + score(self.total - left, l2);
        }
        let (position, scores) = first_largest(&scores[..left.len()]);
        let sums = left[position];
        let least = u64::from(hessian(sums).min(hessian(self.total - sums)));
        Some(Place {
            scores,
            bin: (first + position) as u8,
            missing_left,
            is_sure: self.counts.is_some() || least >= floor.sure,
        })
    }

    /// The last bins on the left that leave enough on both sides: both sides' hessians and rows only grow towards theirs.
    fn allowed(
        &self,
        left: &[i64],
        start: i64,
        floor: Floor,
        missing_left: bool,
    ) -> std::ops::Range<usize> {
        let enough = |sum: i64| u64::from(hessian(sum)) >= floor.least;
        // A place has a value on its left.
        let mut from = left.partition_point(|&left| !enough(left) || left == start);
        let mut to = left.partition_point(|&left| enough(self.total - left));
        if let Some(counts) = self.counts {
            let missing = counts[self.n_values];
            let counts = &counts[..self.n_values];
            let all = counts.iter().sum::<u32>() + missing;
            let mut rows = if missing_left { missing } else { 0 };
            for (bin, count) in counts.iter().enumerate() {
                rows += count;
                if rows < floor.min_rows {
                    from = from.max(bin + 1);
                }
                if all - rows < floor.min_rows {
                    to = to.min(bin);
                }
            }
        }
        from..to.max(from)
    }
}

/// The first of the largest numbers, and where it is. Four lanes, as one comparison would wait for the one before.
fn first_largest(numbers: &[f64]) -> (usize, f64) {
    let larger = |a: f64, b: f64| if b > a { b } else { a };
    let (fours, rest) = numbers.as_chunks::<4>();
    let mut lanes = [f64::MIN; 4];
    for four in fours {
        for (lane, &number) in lanes.iter_mut().zip(four) {
            *lane = larger(*lane, number);
        }
    }
    let largest = lanes.iter().chain(rest).copied().fold(f64::MIN, larger);
    let position = numbers.iter().position(|&number| number == largest);
    (position.unwrap_or(0), largest)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::trees::packed::pack;

    proptest! {
        /// Against every place, one after the other.
        #[test]
        fn it_is_the_best_allowed_place(
            bins in prop::collection::vec(prop::option::weighted(0.8, (-90_i32..90, 1_u32..9, 1_u32..4)), 2..40),
            min_rows in 1_u32..9,
            min_hessian in 0_u32..12,
        ) {
            let n_values = bins.len() - 1;
            let (mut sums, mut counts) = ([0; 256], [0; 256]);
            for (bin, cell) in bins.iter().enumerate() {
                let Some((gradient, hessian, rows)) = *cell else { continue };
                sums[bin] = pack(gradient, hessian * rows);
                counts[bin] = rows;
            }
            let total: i64 = sums.iter().sum();
            let packing = Packing { gradient_unit: 1.0, hessian_unit: 1.0, l2: 0.0, least_hessian: 1, largest_hessian: 8 };
            let limits = SplitLimits { min_leaf_rows: min_rows, min_hessian: f64::from(min_hessian), min_gain: 0.0, level_smoothing: 0.0, level_l2: 0.0 };
            let floor = Floor::new(&limits, &packing);
            let mut expected: Option<Place> = None;
            for missing_left in [false, true] {
                if missing_left && counts[n_values] == 0 {
                    continue;
                }
                for bin in (0..n_values).filter(|&bin| counts[bin] > 0) {
                    let on_left = |other: &usize| *other <= bin || (missing_left && *other == n_values);
                    let side = |is_left: bool| -> (i64, u32) {
                        let bins = (0..=n_values).filter(|other| on_left(other) == is_left);
                        bins.fold((0, 0), |(sum, rows), bin| (sum + sums[bin], rows + counts[bin]))
                    };
                    let ((left, left_rows), (right, right_rows)) = (side(true), side(false));
                    let scores = score(left, 0.5) + score(right, 0.5);
                    let allowed = left_rows.min(right_rows) >= min_rows && hessian(left).min(hessian(right)) >= min_hessian;
                    if allowed && expected.is_none_or(|best| scores > best.scores) {
                        expected = Some(Place { scores, bin: bin as u8, missing_left, is_sure: true });
                    }
                }
            }
            let numbers = Numbers { sums: &sums, n_values, total, counts: None };
            let guess = numbers.best(floor, 0.5);
            let counted = Numbers { counts: Some(&counts), ..numbers }.best(floor, 0.5);
            prop_assert_eq!(counted, expected);
            match (guess, expected) {
                (Some(guess), _) if guess.is_sure => prop_assert_eq!(Some(guess), expected),
                (Some(guess), Some(best)) => prop_assert!(guess.scores >= best.scores),
                (None, best) => prop_assert!(best.is_none()),
                (Some(_), None) => {}
            }
        }

        #[test]
        fn the_first_of_the_largest(numbers in prop::collection::vec((-9_i8..9).prop_map(f64::from), 1..30)) {
            let (position, largest) = first_largest(&numbers);
            prop_assert!(numbers[..position].iter().all(|&number| number < largest));
            prop_assert!(numbers.iter().all(|&number| number <= largest) && numbers[position] == largest);
        }
    }
}

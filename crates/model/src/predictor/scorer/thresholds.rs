//! How many thresholds are below a number, mostly without a search.

use std::hint::select_unpredictable;

/// Numbers that are looked up together.
pub(super) const LANES: usize = 16;

/// Parts of the range for each threshold.
const PARTS_PER_THRESHOLD: usize = 4;
const MAX_PARTS: usize = 4096;
/// Added to a number from 0 to 2³¹, it rounds that and leaves it in the lowest bits.
const ROUNDS: f64 = (1_u64 << 52) as f64;

/// A feature's thresholds, ascending.
///
/// Their range is cut into equal parts. In which one a number falls says how many thresholds are in lower parts, and so below it:
/// rounding is monotone, so no threshold of a lower part is above a number, nor one of a higher part below it. The few in the
/// number's own part are searched.
pub(super) struct Thresholds {
    /// Behind the last one, infinity for the search to meet.
    sorted: Vec<f64>,
    n: usize,
    /// A number's part is this times it, and that.
    scale: f64,
    offset: f64,
    /// Thresholds in lower parts, by part.
    below: Vec<u32>,
    /// Halvings that find a place among the thresholds of any part.
    n_steps: u32,
}

impl Thresholds {
    /// Of any numbers, in any order.
    pub fn new(mut sorted: Vec<f64>) -> Self {
        sorted.sort_unstable_by(f64::total_cmp);
        // Not by bits: −0 and 0 are one threshold.
        sorted.dedup_by(|a, b| a == b);
        let n = sorted.len();
        let n_parts = (n * PARTS_PER_THRESHOLD).clamp(1, MAX_PARTS);
        let (low, high) = (sorted.first().copied(), sorted.last().copied());
        let (low, high) = (low.unwrap_or(0.0), high.unwrap_or(0.0));
        let scale = (n_parts - 1) as f64 / (high - low);
        let (scale, offset) = match (scale, -low * scale) {
            (scale, offset) if scale.is_normal() && offset.is_finite() => (scale, offset),
            // One value, or a range beyond numbers: all are in the first part.
            _ => (0.0, 0.0),
        };
        let mut thresholds = Self {
            sorted,
            n,
            scale,
            offset,
            below: vec![0; n_parts],
            n_steps: 0,
        };
        thresholds.fill();
        thresholds
    }

    fn fill(&mut self) {
        let mut counts = vec![0_u32; self.below.len()];
        for &threshold in &self.sorted {
            counts[self.part(threshold)] += 1;
        }
        let mut sum = 0;
        for (below, count) in self.below.iter_mut().zip(&counts) {
            *below = sum;
            sum += count;
        }
        let most = counts.into_iter().max().unwrap_or(0);
        self.n_steps = u32::BITS - most.leading_zeros();
        let n_padded = self.n + (1 << self.n_steps);
        self.sorted.resize(n_padded, f64::INFINITY);
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.n
    }

    #[inline]
    fn part(&self, x: f64) -> usize {
        let at = x * self.scale + self.offset;
        // Written so that NaN falls in the first part.
        let at = if at > 0.0 { at } else { 0.0 };
        let last = (self.below.len() - 1) as f64;
        let at = if at < last { at } else { last };
        (at + ROUNDS).to_bits() as u32 as usize
    }

    /// How many are below each number: at most the position of a threshold exactly where the number is at most that threshold. None
    /// is below NaN.
    #[inline]
    pub fn ranks(&self, numbers: &[f64; LANES]) -> [u32; LANES] {
        let mut ranks = numbers.map(|x| self.below[self.part(x)]);
        let mut half = 1_usize << self.n_steps >> 1;
        while half > 0 {
            for (rank, &x) in ranks.iter_mut().zip(numbers) {
                let is_below = self.sorted[*rank as usize + half - 1] < x;
                // Of all else the compiler makes a branch, which nobody can foresee.
                *rank += select_unpredictable(is_below, half as u32, 0);
            }
            half /= 2;
        }
        ranks
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn number() -> impl Strategy<Value = f64> {
        prop_oneof![
            4 => (-40_i8..40).prop_map(|x| f64::from(x) / 8.0),
            2 => -1e3..1e3_f64,
            1 => any::<f64>().prop_filter("finite", |x| x.is_finite()),
            1 => prop::sample::select(vec![0.0, -0.0, f64::MIN, f64::MAX, f64::MIN_POSITIVE, 5e-324]),
        ]
    }

    proptest! {
        #[test]
        fn ranks_are_counts(
            thresholds in prop::collection::vec(number(), 0..300),
            mut numbers in prop::collection::vec(number(), LANES),
            scale in prop::sample::select(vec![1.0, 1e-300, 1e15]),
        ) {
            let thresholds: Vec<f64> = thresholds.iter().map(|x| x * scale).filter(|x| x.is_finite()).collect();
            // Thresholds themselves, and their neighbours.
            for (number, threshold) in numbers.iter_mut().zip(&thresholds).step_by(3) {
                *number = *threshold;
            }
            for (number, threshold) in numbers.iter_mut().skip(1).zip(&thresholds).step_by(3) {
                *number = threshold.next_up();
            }
            numbers[2] = f64::NAN;
            let numbers: [f64; LANES] = numbers.try_into().unwrap();
            let mut different = thresholds.clone();
            different.sort_by(f64::total_cmp);
            different.dedup_by(|a, b| a == b);
            let expected = numbers.map(|x| different.iter().filter(|&&threshold| threshold < x).count() as u32);
            let ready = Thresholds::new(thresholds);
            prop_assert_eq!(ready.len(), different.len());
            prop_assert_eq!(ready.ranks(&numbers), expected);
        }
    }

    #[test]
    fn numbers_of_one_scale_need_no_long_search() {
        let evenly = Thresholds::new((0..200).map(f64::from).collect());
        assert!(evenly.n_steps <= 1, "{}", evenly.n_steps);
        let far = Thresholds::new((0..200).map(f64::from).chain([1e300]).collect());
        assert_eq!(far.n_steps, 8, "all but one are in one part");
    }
}

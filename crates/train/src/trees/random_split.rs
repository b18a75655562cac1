//! A random split of a leaf by one feature, as extra trees take them (Geurts, Ernst and Wehenkel, 2006).

use rand::Rng;
use rand_chacha::ChaCha8Rng;

use super::binning::Bins;
use super::histogram::Statistics;
use super::splitting::{Candidate, Place, Scratch, Split, beats};
use crate::stream::below;

impl<S: Statistics> Candidate<'_, S> {
    /// Replaces `best` where one random split of this feature has a higher gain: a number at a place drawn evenly between the
    /// leaf's least and greatest value, levels by a coin each. Missing goes where it lowers the loss.
    pub fn improve_at_random(
        &self,
        best: &mut Option<Split>,
        scratch: &mut Scratch,
        rng: &mut ChaCha8Rng,
    ) {
        if self.occupied.len() < 2 {
            return;
        }
        match self.bins {
            Bins::Number { low, high } => self.random_number(best, scratch, (low, high), rng),
            Bins::Category { .. } => self.random_levels(best, scratch, rng),
        }
    }

    fn random_number(
        &self,
        best: &mut Option<Split>,
        scratch: &mut Scratch,
        (low, high): (&[f64], &[f64]),
        rng: &mut ChaCha8Rng,
    ) {
        let missing = self.missing_bin();
        let has_missing = self.occupied.last() == Some(&missing);
        let values = &self.occupied[..self.occupied.len() - usize::from(has_missing)];
        let share: f64 = rng.random();
        let n_left = if let [first, .., last] = values {
            let (low, high_end) = (low[usize::from(*first)], high[usize::from(*last)]);
            // Not low + share · (high − low), which may be beyond all numbers.
            let place = low * (1.0 - share) + high_end * share;
            let below = values.partition_point(|&bin| high[usize::from(bin)] <= place);
            below.clamp(1, values.len() - 1)
        } else {
            1
        };
        let mut found: Option<Place> = None;
        for missing_left in [false, true].into_iter().take(1 + usize::from(has_missing)) {
            if missing_left && n_left == values.len() {
                continue;
            }
            self.start(scratch, missing_left.then_some(missing));
            for &bin in &values[..n_left] {
                self.move_left(scratch, bin);
            }
            if let Some(gain) = self.gain(scratch, 0.0)
                && beats(gain, best.as_ref(), found.as_ref())
            {
                found = Some(Place {
                    gain,
                    n_left,
                    variant: missing_left,
                });
            }
        }
        if let Some(place) = found {
            *best = Some(self.number_split(&place, values, has_missing));
        }
    }

    /// The side with no more rows than the other is the left one; levels too rare for a bin of their own go right.
    fn random_levels(&self, best: &mut Option<Split>, scratch: &mut Scratch, rng: &mut ChaCha8Rng) {
        let others = self.bins.others_bin();
        let levels = self.occupied.iter().copied();
        let mut levels: Vec<u8> = levels
            .filter(|bin| Some(usize::from(*bin)) != others)
            .collect();
        let has_rare = levels.len() < self.occupied.len();
        let n = levels.len();
        let mut n_left = 0;
        for position in 0..n {
            if rng.random::<bool>() {
                levels.swap(position, n_left);
                n_left += 1;
            }
        }
        if n_left == 0 || (n_left == n && !has_rare) {
            let chosen = below(rng, n);
            levels.swap(0, chosen);
            n_left = 1;
        }
        let rows = |bins: &[u8]| {
            bins.iter()
                .map(|&bin| S::n_rows(self.bin(bin)))
                .sum::<u32>()
        };
        let half = S::n_rows(self.total) / 2;
        if rows(&levels[..n_left]) > half {
            levels.rotate_left(n_left);
            n_left = n - n_left;
        }
        let left = &levels[..n_left];
        // A set of levels cannot say "missing alone" where rare levels are on the other side.
        let is_missing_alone = left == [self.missing_bin()] && has_rare;
        if n_left == 0 || rows(left) > half || is_missing_alone {
            return;
        }
        self.start(scratch, None);
        for &bin in left {
            self.move_left(scratch, bin);
        }
        if let Some(gain) = self.gain(scratch, 0.0)
            && beats(gain, best.as_ref(), None)
        {
            let order: Vec<(f64, u8)> = levels.iter().map(|&bin| (0.0, bin)).collect();
            *best = Some(self.category_split(gain, &order, 0..n_left));
        }
    }
}

//! Numbers in ascending order, by radix.
//!
//! Decimals of few places are sorted as whole numbers (`narrow.rs`), other numbers by their bits.
//! A float's bits, with the sign turned about, order as the float does. Sorting by the upper 33 of them in three passes
//! puts all but values of one sign, exponent and 21 leading bits of mantissa in place; the few runs of those that are
//! out of order are then sorted by comparison. The result is exact: it equals a sort by comparison, value for value.

use std::ops::Range;

use super::narrow::{Grid, Narrow};

/// Bits that one pass sorts by: 2,048 counters fit the first-level cache beside the data.
pub(super) const DIGIT_BITS: u32 = 11;
const N_DIGITS: usize = 1 << DIGIT_BITS;
/// Shifts of the passes, least significant first: bits 31 to 63.
const SHIFTS: [u32; 3] = [31, 42, 53];
/// Low bits of a packed key that name its row; so many rows can be ranked.
const ROW_BITS: u32 = 18;

/// Buffers that are used again for each column, so that memory is asked for once.
#[derive(Default)]
pub(super) struct Workspace {
    keys: Vec<u64>,
    other: Vec<u64>,
    narrow: Narrow,
}

/// The finite values of a column in ascending order, as sortable keys. Both zeros are one.
pub(super) struct Ascending<'a> {
    keys: Keys<'a>,
}

enum Keys<'a> {
    Wide(&'a [u64]),
    Narrow(&'a [u32], Grid),
}

/// A key that orders as the number does, by `f64::total_cmp`; −0 counts as 0.
fn key_of(value: f64) -> u64 {
    let bits = (value + 0.0).to_bits();
    bits ^ (((bits as i64) >> 63) as u64 | 1 << 63)
}

fn value_of(key: u64) -> f64 {
    f64::from_bits(if key >> 63 == 1 { key ^ 1 << 63 } else { !key })
}

impl Workspace {
    /// Sorts the finite values.
    pub(super) fn ascending(&mut self, values: &[f64]) -> Ascending<'_> {
        if let Some(grid) = Grid::of(values) {
            let keys = Keys::Narrow(self.narrow.sorted(values, &grid), grid);
            return Ascending { keys };
        }
        self.keys.clear();
        let finite = values.iter().filter(|value| value.is_finite());
        self.keys.extend(finite.map(|&value| key_of(value)));
        self.sort_prefixes();
        mend(&mut self.keys);
        Ascending {
            keys: Keys::Wide(&self.keys),
        }
    }

    /// Sorts arbitrary keys, such as hashes.
    pub(super) fn sorted(&mut self, keys: impl Iterator<Item = u64>) -> &[u64] {
        self.keys.clear();
        self.keys.extend(keys);
        self.sort_prefixes();
        mend(&mut self.keys);
        &self.keys
    }

    /// Rows of the values that are not NaN, by ascending value, then by row; at most 2¹⁸ rows.
    pub(super) fn order_of(&mut self, values: &[f64]) -> Vec<u32> {
        let row = |packed: u64| (packed & ((1 << ROW_BITS) - 1)) as usize;
        self.keys.clear();
        let present = (0_u64..).zip(values).filter(|(_, value)| !value.is_nan());
        self.keys
            .extend(present.map(|(row, &value)| key_of(value) >> ROW_BITS << ROW_BITS | row));
        self.sort_prefixes();
        let whole = |packed: u64| (key_of(values[row(packed)]), row(packed));
        let (keys, mut start) = (&mut self.keys, 0);
        while start < keys.len() {
            let prefix = keys[start] >> SHIFTS[0];
            let n_alike = keys[start..]
                .iter()
                .take_while(|key| **key >> SHIFTS[0] == prefix)
                .count();
            let run = &mut keys[start..start + n_alike];
            // Each pass keeps the order of what it does not tell apart: a run of one value is sorted by row already.
            if !run.is_sorted_by_key(|&packed| whole(packed)) {
                run.sort_unstable_by_key(|&packed| whole(packed));
            }
            start += n_alike;
        }
        self.keys.iter().map(|&packed| row(packed) as u32).collect()
    }

    /// Sorts the keys by their upper 33 bits, keeping the order of equal ones.
    fn sort_prefixes(&mut self) {
        self.other.resize(self.keys.len(), 0);
        for shift in SHIFTS {
            if scatter(&self.keys, &mut self.other, |key| digit(key, shift)) {
                std::mem::swap(&mut self.keys, &mut self.other);
            }
        }
    }
}

/// One pass: copies the keys in the order of a digit, keeping that of equal ones; `false` and no copy if all have the same digit,
/// as the low bits of whole numbers.
#[inline(never)]
pub(super) fn scatter<K: Copy>(keys: &[K], to: &mut [K], digit: impl Fn(K) -> usize) -> bool {
    let mut places = [0_u32; N_DIGITS];
    for &key in keys {
        places[digit(key) % N_DIGITS] += 1;
    }
    let mut start = 0;
    for place in &mut places {
        if *place as usize == keys.len() {
            return false;
        }
        start += std::mem::replace(place, start);
    }
    for &key in keys {
        let place = &mut places[digit(key) % N_DIGITS];
        to[*place as usize] = key;
        *place += 1;
    }
    true
}

fn digit(key: u64, shift: u32) -> usize {
    (key >> shift) as usize
}

/// Sorts each run of keys that share all bits that the passes looked at and are out of order.
fn mend(keys: &mut [u64]) {
    let mut at = 1;
    while at < keys.len() {
        if keys[at] >= keys[at - 1] {
            at += 1;
            continue;
        }
        let prefix = keys[at] >> SHIFTS[0];
        let is_alike = |key: &&u64| **key >> SHIFTS[0] == prefix;
        let start = at - keys[..at].iter().rev().take_while(is_alike).count();
        let end = at + keys[at..].iter().take_while(is_alike).count();
        keys[start..end].sort_unstable();
        at = end;
    }
}

impl Ascending<'_> {
    /// Number of values.
    pub(super) fn len(&self) -> usize {
        match self.keys {
            Keys::Wide(keys) => keys.len(),
            Keys::Narrow(keys, _) => keys.len(),
        }
    }

    /// The value at a position, which is below [`Ascending::len`].
    pub(super) fn at(&self, position: usize) -> f64 {
        match self.keys {
            Keys::Wide(keys) => value_of(keys[position]),
            Keys::Narrow(keys, grid) => grid.value_of(keys[position]),
        }
    }

    /// Smallest and largest value.
    pub(super) fn range(&self) -> Option<(f64, f64)> {
        let last = self.len().checked_sub(1)?;
        Some((self.at(0), self.at(last)))
    }

    /// How many values are smaller.
    pub(super) fn n_below(&self, value: f64) -> usize {
        match self.keys {
            Keys::Wide(keys) => {
                let key = key_of(value);
                keys.partition_point(|&other| other < key)
            }
            Keys::Narrow(keys, grid) => keys.partition_point(|&key| grid.value_of(key) < value),
        }
    }

    /// How many different values there are.
    pub(super) fn n_distinct(&self) -> usize {
        let n_changes = match self.keys {
            Keys::Wide(keys) => n_changes(keys),
            Keys::Narrow(keys, _) => n_changes(keys),
        };
        n_changes + usize::from(self.len() > 0)
    }

    /// Each different value, ascending, with the number of times that it occurs; from both ends.
    pub(super) fn runs(&self) -> Box<dyn DoubleEndedIterator<Item = (f64, u64)> + '_> {
        match self.keys {
            Keys::Wide(keys) => Box::new(runs(keys, value_of)),
            Keys::Narrow(keys, grid) => Box::new(runs(keys, move |key| grid.value_of(key))),
        }
    }

    /// The first value at or after position `from` that occurs more than `n` times (`n` at least 1), with its positions.
    pub(super) fn next_frequent(&self, from: usize, n: usize) -> Option<(f64, Range<usize>)> {
        let positions = match self.keys {
            Keys::Wide(keys) => next_frequent(keys, from, n),
            Keys::Narrow(keys, _) => next_frequent(keys, from, n),
        }?;
        Some((self.at(positions.start), positions))
    }

    /// Linear interpolation between order statistics (type 7 of Hyndman and Fan, 1996), as `NumPy` does by default.
    /// There is a value.
    pub(super) fn quantile(&self, probability: f64) -> f64 {
        let position = (self.len() - 1) as f64 * probability;
        let below = position.floor();
        let (low, high) = (
            self.at(below as usize),
            self.at((below as usize + 1).min(self.len() - 1)),
        );
        low + (high - low) * (position - below)
    }
}

/// How many keys differ from the one before.
fn n_changes<K: PartialEq>(keys: &[K]) -> usize {
    let behind = keys.get(1..).unwrap_or_default();
    // Counted in the width of the keys, so that compilers make vectors of it.
    let count = |(keys, behind): (&[K], &[K])| {
        let changes = keys.iter().zip(behind).map(|(a, b)| u16::from(a != b));
        usize::from(changes.sum::<u16>())
    };
    keys.chunks(1 << 12)
        .zip(behind.chunks(1 << 12))
        .map(count)
        .sum()
}

fn runs<'a, K: Copy + PartialEq>(
    keys: &'a [K],
    value_of: impl Fn(K) -> f64 + 'a,
) -> impl DoubleEndedIterator<Item = (f64, u64)> + 'a {
    keys.chunk_by(|a, b| a == b)
        .map(move |run| (value_of(run[0]), run.len() as u64))
}

fn next_frequent<K: PartialEq>(keys: &[K], from: usize, n: usize) -> Option<Range<usize>> {
    let keys = keys.get(from..)?;
    let mut pairs = keys.iter().zip(keys.get(n..)?);
    let start = pairs.position(|(a, b)| a == b)?;
    let rest = keys[start + n..].iter();
    let length = n + rest.take_while(|other| **other == keys[start]).count();
    Some(from + start..from + start + length)
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    /// Values that share long prefixes, are tied, huge, tiny, or not numbers at all.
    fn any_number() -> impl Strategy<Value = f64> {
        prop_oneof![
            any::<f64>(),
            (0..50_i32).prop_map(f64::from),
            (0..1_000_i32).prop_map(|step| 1e9 + f64::from(step) / 1024.0),
            Just(f64::NAN),
            Just(-0.0),
            Just(f64::NEG_INFINITY),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn radix_equals_comparison(values in vec(any_number(), 0..300)) {
            let mut expected: Vec<f64> =
                values.iter().filter(|value| value.is_finite()).map(|value| value + 0.0).collect();
            expected.sort_unstable_by(f64::total_cmp);
            let mut workspace = Workspace::default();
            // Used before, so that left-overs would show.
            workspace.ascending(&[3.0; 400]);
            let ascending = workspace.ascending(&values);
            let found: Vec<f64> = (0..ascending.len()).map(|at| ascending.at(at)).collect();
            prop_assert_eq!(&found, &expected);
            let distinct = expected.chunk_by(|a, b| a == b).map(|run| (run[0], run.len() as u64));
            prop_assert_eq!(ascending.runs().collect::<Vec<_>>(), distinct.collect::<Vec<_>>());
            prop_assert_eq!(ascending.n_distinct(), ascending.runs().count());
            prop_assert_eq!(ascending.n_below(7.0), expected.iter().filter(|value| **value < 7.0).count());
        }

        #[test]
        fn ranking_equals_comparison(values in vec(any_number(), 0..300)) {
            let mut expected: Vec<u32> = (0..values.len() as u32).filter(|&row| !values[row as usize].is_nan()).collect();
            expected.sort_by(|&a, &b| (values[a as usize] + 0.0).total_cmp(&(values[b as usize] + 0.0)));
            prop_assert_eq!(Workspace::default().order_of(&values), expected);
        }

        #[test]
        fn keys_of_any_kind_are_sorted(keys in vec(prop_oneof![any::<u64>(), 0..9_u64], 0..200)) {
            let mut expected = keys.clone();
            expected.sort_unstable();
            let mut workspace = Workspace::default();
            prop_assert_eq!(workspace.sorted(keys.into_iter()), expected);
        }
    }
}

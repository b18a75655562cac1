//! Decimals of few places as whole numbers of 32 bits, which sort in half the memory and in fewer passes.

use super::order::{DIGIT_BITS, scatter};

/// Places that are tried, fewest first: files seldom have more, and longer numbers need more than 32 bits.
const SCALES: [f64; 7] = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6];
/// Values that are looked at to find the places, before all are.
const N_FIRST: usize = 256;
/// Added and taken away again, this rounds what is below 2⁵¹ to a whole number.
const ROUNDER: f64 = 6_755_399_441_055_744.0;

/// How whole numbers stand for values: value = (`least` + key) / `scale`, exactly.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Grid {
    scale: f64,
    least: f64,
    /// Bits of the largest key.
    n_bits: u32,
}

impl Grid {
    /// The grid on which all finite values lie, if there is one that 32 bits reach across.
    pub(super) fn of(values: &[f64]) -> Option<Self> {
        let first = &values[..values.len().min(N_FIRST)];
        let scale = SCALES
            .into_iter()
            .find(|&scale| span_of(first, scale).is_some())?;
        let (least, most) = span_of(values, scale)?;
        let range = most - least;
        (range <= f64::from(u32::MAX)).then(|| Self {
            scale,
            least,
            n_bits: u32::BITS - (range as u32).leading_zeros(),
        })
    }

    pub(super) fn value_of(&self, key: u32) -> f64 {
        (self.least + f64::from(key)) / self.scale
    }

    /// Appends the keys of the finite values.
    #[inline(never)]
    fn push_keys(&self, values: &[f64], keys: &mut Vec<u32>) {
        let start = keys.len();
        keys.resize(start + values.len(), 0);
        let mut at = start;
        for &value in values {
            keys[at] = (whole(value, self.scale) - self.least) as u32;
            at += usize::from(value.is_finite());
        }
        keys.truncate(at);
    }
}

/// The nearest multiple of `1 / scale`, as how many times.
fn whole(value: f64, scale: f64) -> f64 {
    (value * scale + ROUNDER) - ROUNDER
}

/// Least and largest whole number that stands for a finite value; nothing if one has none. A function that is called
/// anew for each piece, so that a browser's fast code takes over.
fn span_of(values: &[f64], scale: f64) -> Option<(f64, f64)> {
    let mut span = (f64::INFINITY, f64::NEG_INFINITY);
    for piece in values.chunks(1 << 14) {
        let (low, high) = span_of_piece(piece, scale)?;
        let is_lower = low < span.0;
        span = (
            if is_lower { low } else { span.0 },
            if high > span.1 { high } else { span.1 },
        );
    }
    // No finite value is on every grid.
    Some(if span.0 <= span.1 { span } else { (0.0, 0.0) })
}

#[inline(never)]
fn span_of_piece(values: &[f64], scale: f64) -> Option<(f64, f64)> {
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    let mut is_on_grid = true;
    for &value in values {
        let whole = whole(value, scale);
        // Both zeros are one.
        let is_on = whole / scale == value;
        is_on_grid &= is_on || !value.is_finite();
        low = if is_on && whole < low { whole } else { low };
        high = if is_on && whole > high { whole } else { high };
    }
    is_on_grid.then_some((low, high))
}

/// Buffers that are used again for each column.
#[derive(Default)]
pub(super) struct Narrow {
    keys: Vec<u32>,
    other: Vec<u32>,
}

impl Narrow {
    /// The finite values' keys in ascending order.
    pub(super) fn sorted(&mut self, values: &[f64], grid: &Grid) -> &[u32] {
        self.keys.clear();
        grid.push_keys(values, &mut self.keys);
        let n_passes = grid.n_bits.div_ceil(DIGIT_BITS);
        let width = grid.n_bits.div_ceil(n_passes.max(1));
        self.other.resize(self.keys.len(), 0);
        for pass in 0..n_passes {
            let digit = |key: u32| (key >> (pass * width)) as usize & ((1 << width) - 1);
            if scatter(&self.keys, &mut self.other, digit) {
                std::mem::swap(&mut self.keys, &mut self.other);
            }
        }
        &self.keys
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    fn decimal() -> impl Strategy<Value = f64> {
        prop_oneof![
            4 => (-30_000..30_000_i32, 0..7_usize).prop_map(|(whole, places)| f64::from(whole) / SCALES[places]),
            1 => (-2_000_000_000..2_000_000_000_i32).prop_map(f64::from),
            1 => prop_oneof![Just(f64::NAN), Just(f64::INFINITY), Just(-0.0), Just(1e300), Just(0.1 + 0.2)],
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_grid_gives_back_every_value_in_order(values in vec(decimal(), 0..60)) {
            let mut expected: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
            expected.sort_by(f64::total_cmp);
            if let Some(grid) = Grid::of(&values) {
                let mut narrow = Narrow::default();
                let found: Vec<f64> = narrow.sorted(&values, &grid).iter().map(|&key| grid.value_of(key)).collect();
                prop_assert_eq!(found, expected);
            }
        }
    }

    #[test]
    fn few_places_have_a_grid_and_others_have_none() {
        let bits = |values: &[f64]| Grid::of(values).map(|grid| grid.n_bits);
        assert_eq!(bits(&[1.5, -0.25, 3.0, f64::NAN]), Some(9));
        assert_eq!(bits(&[7.0, 7.0]), Some(0));
        assert_eq!(bits(&[f64::NAN]), Some(0));
        assert_eq!(bits(&[0.0, 4_294_967_295.0]), Some(32));
        assert_eq!(bits(&[0.0, 4_294_967_296.0]), None);
        assert_eq!(bits(&[0.1 + 0.2]), None);
        assert_eq!(bits(&[1.0 / 3.0, 1.0]), None);
        // Beyond those that are looked at first.
        let mut late = vec![1.0; 1000];
        late[900] = 0.5;
        assert_eq!(bits(&late), None);
    }
}

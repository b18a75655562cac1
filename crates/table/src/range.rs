//! Smallest and largest of many numbers.

/// Lanes that are compared for themselves.
const LANES: usize = 4;

/// The smallest and largest of these numbers and those of `range`; NaN is neither. By comparisons, which are the same everywhere
/// and which compilers make vectors of; `f64::min` is a call in a browser.
#[inline(never)]
pub(crate) fn widened((low, high): (f64, f64), numbers: &[f64]) -> (f64, f64) {
    let lower = |a: f64, b: f64| if b < a { b } else { a };
    let higher = |a: f64, b: f64| if b > a { b } else { a };
    let (quads, rest) = numbers.as_chunks::<LANES>();
    let (mut lows, mut highs) = ([low; LANES], [high; LANES]);
    for quad in quads {
        for lane in 0..LANES {
            lows[lane] = lower(lows[lane], quad[lane]);
            highs[lane] = higher(highs[lane], quad[lane]);
        }
    }
    (
        lows.iter().chain(rest).copied().fold(low, lower),
        highs.iter().chain(rest).copied().fold(high, higher),
    )
}

/// Smallest and largest of the numbers that are not NaN, if there is one.
pub(crate) fn range_of(numbers: &[f64]) -> Option<(f64, f64)> {
    // Pieces, each a call: a browser runs a long loop in slow code to its end.
    let nothing = (f64::INFINITY, f64::NEG_INFINITY);
    let (low, high) = numbers.chunks(1 << 14).fold(nothing, widened);
    (low <= high).then_some((low, high))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_number_is_no_end() {
        assert_eq!(range_of(&[]), None);
        assert_eq!(range_of(&[f64::NAN]), None);
        assert_eq!(
            range_of(&[f64::NAN, 3.0, -1.0, 2.0, f64::NAN, 9.0]),
            Some((-1.0, 9.0))
        );
        assert_eq!(
            range_of(&[f64::INFINITY]),
            Some((f64::INFINITY, f64::INFINITY))
        );
        assert_eq!(widened((0.0, 1.0), &[0.5; 9]), (0.0, 1.0));
    }
}

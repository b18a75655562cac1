//! Which of 64 bytes end cells and rows: one bit a byte, the first byte lowest.
//!
//! The only code here that knows a processor: sixteen bytes are compared at once where the target always can
//! (SSE2, SIMD128), eight elsewhere. [`naive`] is what all of them must equal.

/// Bytes that are looked at together.
pub(super) const WIDTH: usize = 64;

/// Places of the bytes that mean something.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Marks {
    /// Delimiters and line feeds.
    pub(super) ends: u64,
    pub(super) feeds: u64,
    pub(super) returns: u64,
    pub(super) quotes: u64,
}

/// The marks of 64 bytes.
#[inline]
pub(super) fn marks(bytes: &[u8; WIDTH], delimiter: u8) -> Marks {
    let mut marks = Marks::default();
    let (lanes, _) = bytes.as_chunks::<LANE>();
    for (place, lane) in lanes.iter().enumerate() {
        let lane = load(lane);
        let shift = place * LANE;
        let feeds = equal(lane, b'\n') << shift;
        marks.ends |= feeds | equal(lane, delimiter) << shift;
        marks.feeds |= feeds;
        marks.returns |= equal(lane, b'\r') << shift;
        marks.quotes |= equal(lane, b'"') << shift;
    }
    marks
}

/// Whether the text has a byte that is not ASCII, and whether it has a NUL byte.
pub(super) fn unusual(text: &[u8]) -> (bool, bool) {
    let (blocks, rest) = text.as_chunks::<WIDTH>();
    let (mut high, mut nul) = (0_u8, 0_u8);
    for block in blocks {
        for &byte in block {
            high |= byte;
            nul |= u8::from(byte == 0);
        }
    }
    for &byte in rest {
        high |= byte;
        nul |= u8::from(byte == 0);
    }
    (high > 0x7F, nul != 0)
}

#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
#[allow(unsafe_code)]
mod lanes {
    use std::arch::x86_64::{
        __m128i, _mm_cmpeq_epi8, _mm_movemask_epi8, _mm_set_epi64x, _mm_set1_epi8,
    };

    pub(super) const LANE: usize = 16;

    #[inline]
    pub(super) fn load(bytes: &[u8; LANE]) -> __m128i {
        let word = u128::from_le_bytes(*bytes);
        // SAFETY: this module is only compiled where SSE2 is there for all code; no memory is touched.
        unsafe { _mm_set_epi64x((word >> 64) as i64, word as i64) }
    }

    #[inline]
    pub(super) fn equal(lane: __m128i, byte: u8) -> u64 {
        // SAFETY: as above.
        let bits = unsafe {
            let equal = _mm_cmpeq_epi8(lane, _mm_set1_epi8(byte.cast_signed()));
            _mm_movemask_epi8(equal)
        };
        u64::from(bits.cast_unsigned())
    }
}

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod lanes {
    use std::arch::wasm32::{u8x16_bitmask, u8x16_eq, u8x16_splat, u64x2, v128};

    pub(super) const LANE: usize = 16;

    #[inline]
    pub(super) fn load(bytes: &[u8; LANE]) -> v128 {
        let word = u128::from_le_bytes(*bytes);
        u64x2(word as u64, (word >> 64) as u64)
    }

    #[inline]
    pub(super) fn equal(lane: v128, byte: u8) -> u64 {
        u64::from(u8x16_bitmask(u8x16_eq(lane, u8x16_splat(byte))))
    }
}

#[cfg(not(any(
    all(target_arch = "x86_64", target_feature = "sse2"),
    all(target_arch = "wasm32", target_feature = "simd128")
)))]
use words as lanes;

/// Eight bytes in a word, for targets without vectors of their own here.
#[cfg(any(
    test,
    not(any(
        all(target_arch = "x86_64", target_feature = "sse2"),
        all(target_arch = "wasm32", target_feature = "simd128")
    ))
))]
mod words {
    /// The lowest bit of each byte of a word.
    const LOW_BITS: u64 = u64::MAX / 255;

    pub(super) const LANE: usize = 8;

    // By reference as the others are.
    #[allow(clippy::trivially_copy_pass_by_ref)]
    #[inline]
    pub(super) fn load(bytes: &[u8; LANE]) -> u64 {
        u64::from_le_bytes(*bytes)
    }

    #[inline]
    pub(super) fn equal(word: u64, byte: u8) -> u64 {
        let differs = word ^ (LOW_BITS * u64::from(byte));
        // Exact for every byte: no carry leaves a byte whose highest bit was cleared first.
        let rest = (differs & (LOW_BITS * 0x7F)) + LOW_BITS * 0x7F;
        let equal = !(rest | differs) & (LOW_BITS << 7);
        // Gathers the highest bits of the bytes in the top byte.
        (equal >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
    }
}

use lanes::{LANE, equal, load};

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn naive(bytes: &[u8; WIDTH], delimiter: u8) -> Marks {
        let mut marks = Marks::default();
        for (place, &byte) in bytes.iter().enumerate() {
            let bit = 1 << place;
            marks.ends |= if byte == delimiter || byte == b'\n' {
                bit
            } else {
                0
            };
            marks.feeds |= if byte == b'\n' { bit } else { 0 };
            marks.returns |= if byte == b'\r' { bit } else { 0 };
            marks.quotes |= if byte == b'"' { bit } else { 0 };
        }
        marks
    }

    fn bytes() -> impl Strategy<Value = [u8; WIDTH]> {
        let byte = prop_oneof![
            prop::sample::select(b",;\n\r\"-+.\x8A\x0B".to_vec()),
            any::<u8>()
        ];
        prop::collection::vec(byte, WIDTH).prop_map(|bytes| bytes.try_into().unwrap())
    }

    proptest! {
        #[test]
        fn marks_equal_the_naive_ones(bytes in bytes(), delimiter in prop::sample::select(b",;\t|".to_vec())) {
            prop_assert_eq!(marks(&bytes, delimiter), naive(&bytes, delimiter));
        }

        #[test]
        fn words_equal_the_naive_ones(bytes in bytes(), byte in any::<u8>()) {
            for lane in bytes.as_chunks::<8>().0 {
                let expected = (0..8).filter(|&place| lane[place] == byte).fold(0, |bits, place| bits | 1_u64 << place);
                prop_assert_eq!(words::equal(words::load(lane), byte), expected);
            }
        }

        #[test]
        fn unusual_bytes_are_met(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            prop_assert_eq!(unusual(&bytes), (!bytes.is_ascii(), bytes.contains(&0)));
        }
    }
}

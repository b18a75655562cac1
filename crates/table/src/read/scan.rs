//! Which of 64 bytes end cells and rows: one bit a byte, the first byte lowest.
//!
//! The only code here that knows a processor: sixteen bytes are compared at once where the target always can
//! (SSE2, SIMD128), eight elsewhere. [`naive`] is what all of them must equal.

/// Bytes that are looked at together.
pub(super) const WIDTH: usize = 64;

/// Places of the bytes that nearly every block has.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Marks {
    /// Delimiters and line feeds.
    pub(super) ends: u64,
    pub(super) feeds: u64,
    /// Whether there is a quotation mark or a carriage return.
    pub(super) has_rare: bool,
}

/// The marks of 64 bytes.
#[inline]
pub(super) fn marks(bytes: &[u8; WIDTH], delimiter: u8) -> Marks {
    let mut marks = Marks::default();
    let (lanes, _) = bytes.as_chunks::<LANE>();
    let mut rare = equal(load(&[0; LANE]), 1);
    for (place, lane) in lanes.iter().enumerate() {
        let lane = load(lane);
        let shift = place * LANE;
        let feeds = equal(lane, b'\n');
        marks.ends |= bits(either(feeds, equal(lane, delimiter))) << shift;
        marks.feeds |= bits(feeds) << shift;
        rare = either(rare, either(equal(lane, b'\r'), equal(lane, b'"')));
    }
    marks.has_rare = bits(rare) != 0;
    marks
}

/// Places of one byte among 64.
#[inline]
pub(super) fn places(bytes: &[u8; WIDTH], byte: u8) -> u64 {
    let (lanes, _) = bytes.as_chunks::<LANE>();
    let lane = |(place, lane)| bits(equal(load(lane), byte)) << (place * LANE);
    lanes
        .iter()
        .enumerate()
        .map(lane)
        .fold(0, |all, bits| all | bits)
}

/// Whether the text is ASCII without a NUL byte. Written so that compilers make vectors of it.
pub(super) fn is_plain(text: &[u8]) -> bool {
    let (blocks, rest) = text.as_chunks::<WIDTH>();
    let mut high = 0;
    for block in blocks {
        for &byte in block {
            high |= byte | byte.wrapping_sub(1);
        }
    }
    for &byte in rest {
        high |= byte | byte.wrapping_sub(1);
    }
    high < 0x80
}

#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
#[allow(unsafe_code)]
mod lanes {
    use std::arch::x86_64::{
        __m128i, _mm_cmpeq_epi8, _mm_movemask_epi8, _mm_or_si128, _mm_set_epi64x, _mm_set1_epi8,
    };

    pub(super) const LANE: usize = 16;

    #[inline]
    pub(super) fn load(bytes: &[u8; LANE]) -> __m128i {
        let word = u128::from_le_bytes(*bytes);
        // SAFETY: this module is only compiled where SSE2 is there for all code; no memory is touched.
        unsafe { _mm_set_epi64x((word >> 64) as i64, word as i64) }
    }

    #[inline]
    pub(super) fn equal(lane: __m128i, byte: u8) -> __m128i {
        // SAFETY: as above.
        unsafe { _mm_cmpeq_epi8(lane, _mm_set1_epi8(byte.cast_signed())) }
    }

    #[inline]
    pub(super) fn either(a: __m128i, b: __m128i) -> __m128i {
        // SAFETY: as above.
        unsafe { _mm_or_si128(a, b) }
    }

    #[inline]
    pub(super) fn bits(equal: __m128i) -> u64 {
        // SAFETY: as above.
        u64::from(unsafe { _mm_movemask_epi8(equal) }.cast_unsigned())
    }
}

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod lanes {
    use std::arch::wasm32::{u8x16_bitmask, u8x16_eq, u8x16_splat, u64x2, v128, v128_or};

    pub(super) const LANE: usize = 16;

    #[inline]
    pub(super) fn load(bytes: &[u8; LANE]) -> v128 {
        let word = u128::from_le_bytes(*bytes);
        u64x2(word as u64, (word >> 64) as u64)
    }

    #[inline]
    pub(super) fn equal(lane: v128, byte: u8) -> v128 {
        u8x16_eq(lane, u8x16_splat(byte))
    }

    #[inline]
    pub(super) fn either(a: v128, b: v128) -> v128 {
        v128_or(a, b)
    }

    #[inline]
    pub(super) fn bits(equal: v128) -> u64 {
        u64::from(u8x16_bitmask(equal))
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
        !(rest | differs) & (LOW_BITS << 7)
    }

    #[inline]
    pub(super) fn either(a: u64, b: u64) -> u64 {
        a | b
    }

    #[inline]
    pub(super) fn bits(equal: u64) -> u64 {
        // Gathers the highest bits of the bytes in the top byte.
        (equal >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
    }
}

use lanes::{LANE, bits, either, equal, load};

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn naive(bytes: &[u8; WIDTH], delimiter: u8) -> Marks {
        let mut marks = Marks::default();
        for (place, &byte) in bytes.iter().enumerate() {
            marks.ends |= u64::from(byte == delimiter || byte == b'\n') << place;
            marks.feeds |= u64::from(byte == b'\n') << place;
            marks.has_rare |= byte == b'\r' || byte == b'"';
        }
        marks
    }

    fn naive_places(bytes: &[u8], byte: u8) -> u64 {
        let bits = bytes
            .iter()
            .enumerate()
            .map(|(place, &other)| u64::from(other == byte) << place);
        bits.sum()
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
            prop_assert_eq!(places(&bytes, b'"'), naive_places(&bytes, b'"'));
        }

        #[test]
        fn words_equal_the_naive_ones(bytes in bytes(), byte in any::<u8>()) {
            for lane in bytes.as_chunks::<8>().0 {
                let (equal, other) = (words::equal(words::load(lane), byte), words::equal(words::load(lane), b','));
                prop_assert_eq!(words::bits(equal), naive_places(lane, byte));
                let either = words::bits(words::either(equal, other));
                prop_assert_eq!(either, naive_places(lane, byte) | naive_places(lane, b','));
            }
        }

        #[test]
        fn bytes_are_plain_or_not(bytes in prop_oneof![prop::collection::vec(0..=128_u8, 0..100), prop::collection::vec(1..=127_u8, 0..200)]) {
            prop_assert_eq!(is_plain(&bytes), bytes.is_ascii() && !bytes.contains(&0));
        }
    }
}

//! Random numbers by purpose: what one purpose draws never depends on what another drew before.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// The stream of a seed, a purpose and a position (a fold, tree or trial).
///
/// The 32-byte key is four 64-bit words: word `w` is FNV-1a over the bytes of `w`, seed, index (each little-endian) and purpose,
/// finished by `SplitMix64`'s mixer. So neighbouring seeds and indices give unrelated streams, on every platform the same.
pub(crate) fn stream(seed: u64, purpose: &str, index: u64) -> ChaCha8Rng {
    let mut key = [0_u8; 32];
    for (word, chunk) in key.chunks_exact_mut(8).enumerate() {
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        let numbers = [word as u64, seed, index];
        for byte in numbers
            .iter()
            .flat_map(|number| number.to_le_bytes())
            .chain(purpose.bytes())
        {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        chunk.copy_from_slice(&mix(hash).to_le_bytes());
    }
    ChaCha8Rng::from_seed(key)
}

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A whole number below `n`, which is at least 1. Drawn as `u32`, so that 32-bit and 64-bit machines agree.
pub(crate) fn below(rng: &mut ChaCha8Rng, n: usize) -> usize {
    rng.random_range(0..n as u32) as usize
}

/// Fisher–Yates.
pub(crate) fn shuffle<T>(rng: &mut ChaCha8Rng, items: &mut [T]) {
    for last in (1..items.len()).rev() {
        items.swap(last, below(rng, last + 1));
    }
}

/// `count` of the numbers `0..n`, ascending.
pub(crate) fn sample(rng: &mut ChaCha8Rng, n: usize, count: usize) -> Vec<u32> {
    let mut left = count.min(n);
    let mut chosen = Vec::with_capacity(left);
    for item in 0..n {
        if left > 0 && below(rng, n - item) < left {
            chosen.push(item as u32);
            left -= 1;
        }
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_differ_by_seed_purpose_and_index() {
        let first = |seed, purpose, index| stream(seed, purpose, index).random::<u64>();
        let all = [
            first(0, "tree", 0),
            first(1, "tree", 0),
            first(0, "tree", 1),
            first(0, "fold", 0),
        ];
        for (i, a) in all.iter().enumerate() {
            assert!(all[i + 1..].iter().all(|b| a != b));
        }
        assert_eq!(first(3, "tree", 5), first(3, "tree", 5));
    }

    #[test]
    fn a_sample_is_ascending_and_fair() {
        let mut hits = [0; 10];
        for index in 0..1000 {
            let chosen = sample(&mut stream(1, "test", index), 10, 3);
            assert_eq!(chosen.len(), 3);
            assert!(chosen.windows(2).all(|pair| pair[0] < pair[1]));
            for item in chosen {
                hits[item as usize] += 1;
            }
        }
        assert!(hits.iter().all(|&n| (240..360).contains(&n)), "{hits:?}");
    }

    #[test]
    fn a_shuffle_keeps_every_item() {
        let mut items: Vec<u32> = (0..100).collect();
        shuffle(&mut stream(1, "test", 0), &mut items);
        assert!(items.windows(2).any(|pair| pair[0] > pair[1]));
        items.sort_unstable();
        assert_eq!(items, (0..100).collect::<Vec<_>>());
    }
}

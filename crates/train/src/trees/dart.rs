//! Which rounds dropout leaves out (Vinayak and Gilad-Bachrach, 2015, algorithm 1, with LightGBM's limits).

use rand::Rng;

use crate::stream::stream;

/// Most rounds left out of one: each costs a walk of all rows.
const MAX_DROPPED: usize = 50;

/// Earlier rounds to leave out of a round, ascending: each with the chance `drop`, or none with the chance `skip`.
pub(super) fn dropped_rounds(round: u32, drop: f64, skip: f64, seed: u64, index: u64) -> Vec<u32> {
    let mut rng = stream(seed, "boosting dropout", index);
    if rng.random::<f64>() < skip {
        return Vec::new();
    }
    (0..round)
        .filter(|_| rng.random::<f64>() < drop)
        .take(MAX_DROPPED)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_are_dropped_by_chance() {
        let counts: Vec<usize> = (0..400)
            .map(|index| dropped_rounds(100, 0.1, 0.25, 9, index).len())
            .collect();
        let skipped = counts.iter().filter(|&&n| n == 0).count();
        let mean = counts.iter().sum::<usize>() as f64 / 400.0;
        assert!((80..130).contains(&skipped), "{skipped}");
        assert!((mean - 7.5).abs() < 0.6, "{mean}");
        assert!(dropped_rounds(0, 1.0, 0.0, 9, 1).is_empty());
        let all = dropped_rounds(200, 1.0, 0.0, 9, 1);
        assert_eq!(all, (0..50).collect::<Vec<_>>());
    }
}

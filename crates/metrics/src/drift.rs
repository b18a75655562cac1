//! How far a distribution has moved.

/// Shares are at least this, so that an empty bin leaves the index finite.
const FLOOR: f64 = 1e-4;

/// Population stability index Σ (c − r) ln(c / r) over shares of matching bins, shares floored at 1e-4 so that an
/// empty bin stays finite. Below 0.1 stable, to 0.25 moderate, above major. 0 where either side has no row; a bin
/// that one side lacks is empty there.
pub fn psi(reference: &[u64], current: &[u64]) -> f64 {
    let (n_reference, n_current) = (reference.iter().sum::<u64>(), current.iter().sum::<u64>());
    if n_reference == 0 || n_current == 0 {
        return 0.0;
    }
    let share = |counts: &[u64], bin: usize, n: u64| {
        (counts.get(bin).copied().unwrap_or(0) as f64 / n as f64).max(FLOOR)
    };
    (0..reference.len().max(current.len()))
        .map(|bin| {
            let (r, c) = (
                share(reference, bin, n_reference),
                share(current, bin, n_current),
            );
            (c - r) * libm::log(c / r)
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_shares_have_not_moved() {
        assert_eq!(psi(&[1, 2, 3], &[10, 20, 30]), 0.0);
        assert_eq!(psi(&[], &[1]), 0.0);
        assert_eq!(psi(&[0, 0], &[1, 0]), 0.0);
    }

    #[test]
    fn an_absent_bin_is_an_empty_one() {
        assert_eq!(psi(&[5, 5], &[5]), psi(&[5, 5], &[5, 0]));
        assert!(psi(&[5, 5], &[5]) > 4.0);
    }
}

//! Which trials get how much: successive halving and Hyperband.

use crate::TrainError;

/// The first rung has at least this share of the resource: with less, what learns fast is taken for what learns well.
const LEAST_SHARE: u32 = 9;

/// Trials that compete, and what their rungs have.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Bracket {
    /// Its first trial.
    pub first: u32,
    /// The trials that each rung has room for.
    pub sizes: Vec<u32>,
    /// The share of the resource on each rung; 1 on the last.
    pub shares: Vec<f64>,
}

impl Bracket {
    fn new(first: u32, n: u32, n_rungs: u32, factor: u32) -> Self {
        let sizes = (0..n_rungs).map(|rung| (n / factor.pow(rung)).max(1));
        let shares = (0..n_rungs).map(|rung| 1.0 / f64::from(factor.pow(n_rungs - 1 - rung)));
        Self {
            first,
            sizes: sizes.collect(),
            shares: shares.collect(),
        }
    }
}

/// One bracket of all trials.
pub(super) fn halving(n_trials: u32, factor: u32) -> Result<Vec<Bracket>, TrainError> {
    let most = most_halvings(factor)?;
    let mut n_halvings = 0;
    while n_halvings < most && factor.pow(n_halvings + 1) <= n_trials {
        n_halvings += 1;
    }
    Ok(vec![Bracket::new(0, n_trials, n_halvings + 1, factor)])
}

/// Brackets from the most daring to plain search, and over again until all trials have one. Their sizes are such that each costs about as
/// much (Li et al., 2018, algorithm 1).
pub(super) fn hyperband(n_trials: u32, factor: u32) -> Result<Vec<Bracket>, TrainError> {
    let most = most_halvings(factor)?;
    let mut brackets = Vec::new();
    let mut first = 0;
    for n_halvings in (0..=most).rev().cycle() {
        if first >= n_trials {
            break;
        }
        let n = ((most + 1) * factor.pow(n_halvings)).div_ceil(n_halvings + 1);
        let n = n.min(n_trials - first);
        brackets.push(Bracket::new(first, n, n_halvings + 1, factor));
        first += n;
    }
    Ok(brackets)
}

/// How often trials may be parted.
fn most_halvings(factor: u32) -> Result<u32, TrainError> {
    if !(2..=LEAST_SHARE).contains(&factor) {
        return Err(TrainError::Parameter {
            name: "factor".into(),
            message: format!("expected a whole number from 2 to {LEAST_SHARE}, found {factor}"),
        });
    }
    let mut n = 0;
    while factor.pow(n + 1) <= LEAST_SHARE {
        n += 1;
    }
    Ok(n)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_third_goes_on_with_three_times_as_much() {
        let [bracket] = halving(30, 3).unwrap().try_into().unwrap();
        assert_eq!(bracket.sizes, [30, 10, 3]);
        assert_eq!(bracket.shares, [1.0 / 9.0, 1.0 / 3.0, 1.0]);
        let [few] = halving(4, 3).unwrap().try_into().unwrap();
        assert_eq!((few.sizes, few.shares), (vec![4, 1], vec![1.0 / 3.0, 1.0]));
        let [one] = halving(1, 2).unwrap().try_into().unwrap();
        assert_eq!((one.sizes, one.shares), (vec![1], vec![1.0]));
        assert_eq!(halving(64, 2).unwrap()[0].sizes, [64, 32, 16, 8]);
    }

    #[test]
    fn hyperband_spreads_the_trials_over_brackets() {
        let brackets = hyperband(30, 3).unwrap();
        let firsts: Vec<(u32, u32)> = brackets
            .iter()
            .map(|one| (one.first, one.sizes[0]))
            .collect();
        assert_eq!(firsts, [(0, 9), (9, 5), (14, 3), (17, 9), (26, 4)]);
        assert_eq!(brackets[0].sizes, [9, 3, 1]);
        assert_eq!(brackets[2].shares, [1.0]);
    }

    #[test]
    fn a_factor_that_parts_nothing_is_refused() {
        assert!(halving(30, 1).unwrap_err().to_string().contains("found 1"));
        assert!(hyperband(30, 10).is_err());
    }
}

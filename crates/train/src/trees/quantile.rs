//! Quantiles of weighted values: what absolute and quantile losses are least at.

/// A value and its weight, which is above 0.
pub(crate) type Weighted = (f64, f64);

/// The number below which `level` (0 to 1) of the weight lies, so that the pinball loss of that level is least; half way between
/// two values where all between them are as good. A row of weight 2 counts as two rows. 0 for no values; their order is changed.
pub(crate) fn quantile(values: &mut [Weighted], level: f64) -> f64 {
    let Some(&(first, weight)) = values.first() else {
        return 0.0;
    };
    if values.len() == 1 {
        return first;
    }
    if values.iter().all(|value| value.1 == weight) {
        of_equal_weights(values, level)
    } else {
        of_weights(values, level)
    }
}

/// The same without sorting all of them.
fn of_equal_weights(values: &mut [Weighted], level: f64) -> f64 {
    let n = values.len();
    let below = n as f64 * level;
    let position = (below.ceil() as usize).clamp(1, n) - 1;
    let (_, found, above) =
        values.select_nth_unstable_by(position, |a: &Weighted, b| a.0.total_cmp(&b.0));
    let least_above = above.iter().map(|value| value.0).reduce(f64::min);
    match least_above {
        Some(next) if below == (position + 1) as f64 => middle(found.0, next),
        _ => found.0,
    }
}

fn of_weights(values: &mut [Weighted], level: f64) -> f64 {
    // Equal values may stand in any order: their weights are summed in the order of their sizes, so that rows may be shuffled.
    values.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let total: f64 = values.iter().map(|value| value.1).sum();
    let below = total * level;
    let mut weight = 0.0;
    for (position, value) in values.iter().enumerate() {
        weight += value.1;
        if weight >= below {
            return match values.get(position + 1) {
                Some(next) if weight == below => middle(value.0, next.0),
                _ => value.0,
            };
        }
    }
    // The weights' sum was rounded.
    values[values.len() - 1].0
}

fn middle(a: f64, b: f64) -> f64 {
    a / 2.0 + b / 2.0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pinball(values: &[Weighted], level: f64, at: f64) -> f64 {
        values
            .iter()
            .map(|(value, weight)| {
                let over = value - at;
                weight
                    * if over >= 0.0 {
                        level * over
                    } else {
                        (level - 1.0) * over
                    }
            })
            .sum()
    }

    #[test]
    fn the_median_is_the_middle() {
        let of = |values: &[f64]| {
            quantile(
                &mut values.iter().map(|&x| (x, 1.0)).collect::<Vec<_>>(),
                0.5,
            )
        };
        assert_eq!(of(&[3.0, 1.0, 2.0]), 2.0);
        assert_eq!(of(&[4.0, 1.0, 2.0, 8.0]), 3.0);
        assert_eq!(of(&[7.0]), 7.0);
        assert_eq!(of(&[]), 0.0);
        // Three of the weight of four lie at 1.
        assert_eq!(quantile(&mut [(5.0, 1.0), (1.0, 3.0)], 0.5), 1.0);
        assert_eq!(
            quantile(&mut [(5.0, 2.0), (1.0, 1.0), (1.0, 1.0)], 0.5),
            3.0
        );
    }

    proptest! {
        #[test]
        fn no_other_number_has_less_loss(
            values in prop::collection::vec(((-50_i32..50).prop_map(f64::from), (1_u8..4).prop_map(f64::from)), 1..40),
            level in 0.05..0.95_f64,
        ) {
            let found = quantile(&mut values.clone(), level);
            let loss = pinball(&values, level, found);
            for (other, _) in &values {
                prop_assert!(loss <= pinball(&values, level, *other) + 1e-9, "{} {}", found, other);
            }
        }

        #[test]
        fn a_weight_is_a_number_of_rows(
            values in prop::collection::vec(((-9_i32..9).prop_map(f64::from), 1_u8..4), 1..30),
            tenths in 1_u8..10,
        ) {
            let level = f64::from(tenths) / 10.0;
            let mut weighted: Vec<_> = values.iter().map(|&(x, n)| (x, f64::from(n))).collect();
            let mut repeated: Vec<_> =
                values.iter().flat_map(|&(x, n)| vec![(x, 1.0); usize::from(n)]).collect();
            prop_assert_eq!(quantile(&mut weighted, level), quantile(&mut repeated, level));
        }
    }
}

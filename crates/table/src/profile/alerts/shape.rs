//! Alerts about how values are spread.

use super::{Asked, Weighted, is_quantity, quoted};
use crate::Kind;
use crate::profile::{AlertRule, Distribution, Fix, Severity, wording};

/// Levels above which a category is hard to learn from.
const MANY_LEVELS: usize = 50;
/// 1 − H / log₂ k above which one level holds nearly all rows.
const IMBALANCE: f64 = 0.5;
/// |Skewness| above which a few values dwarf all others.
const SKEWNESS: f64 = 20.0;
/// Counts that are more even than this share of what chance makes are too even.
const EVEN: f64 = 0.001;
/// Rows in a bin that the chi-squared distribution asks for.
const MIN_EXPECTED: f64 = 5.0;

/// Many levels.
pub(super) fn cardinality(asked: &Asked) -> Option<Weighted> {
    let (profile, n_present) = (asked.profile, asked.n_present());
    let is_own = profile.n_distinct == n_present;
    if profile.kind != Kind::Category || profile.n_distinct <= MANY_LEVELS || is_own {
        return None;
    }
    let message = format!(
        "`{}` has {} levels, {:.0} rows each on average.",
        asked.name(),
        wording::count(profile.n_distinct),
        n_present as f64 / profile.n_distinct as f64
    );
    let advice = "Group its rare levels, or encode it by a number a level.";
    let column = asked.name().to_owned();
    let fix = (!asked.is_target).then_some(Fix::EncodeFrequency { column });
    let impact = profile.n_distinct as f64 / n_present.max(1) as f64;
    Some(
        asked
            .alert(
                AlertRule::Cardinality,
                Severity::Note,
                impact,
                message,
                advice,
            )
            .with(fix),
    )
}

/// One value holds nearly all rows.
pub(super) fn imbalance(asked: &Asked) -> Option<Weighted> {
    let score = asked.profile.imbalance.filter(|score| *score > IMBALANCE)?;
    let largest = match &asked.profile.distribution {
        Distribution::Levels { top, .. } => top.first()?.1,
        Distribution::Histogram { counts, .. } => counts.iter().copied().max()?,
    };
    let message = format!(
        "One value of `{}` holds {} of the rows (imbalance {score:.2}).",
        asked.name(),
        wording::percent(largest as usize, asked.n_present())
    );
    let (severity, advice) = if asked.is_target {
        (
            Severity::Warning,
            "Stratify the folds, weight the classes, and judge by AUC or log loss rather than accuracy.",
        )
    } else {
        (
            Severity::Note,
            "Its rare values may be too few to learn from; check what they mean.",
        )
    };
    let times = score / IMBALANCE;
    Some(asked.alert(AlertRule::Imbalance, severity, times, message, advice))
}

/// A few values far from all others.
pub(super) fn skewed(asked: &Asked) -> Option<Weighted> {
    let profile = asked.profile;
    let numbers = profile
        .numbers
        .as_ref()
        .filter(|numbers| numbers.skewness.abs() > SKEWNESS)?;
    let message = format!(
        "`{}` has a few values far from all others: skewness {:.1}, median {}, largest {}.",
        asked.name(),
        numbers.skewness,
        wording::number(profile.kind, numbers.quantiles[3]),
        wording::number(profile.kind, numbers.max)
    );
    let advice = "Take its logarithm or clip it before a linear model; trees do not mind.";
    let name = quoted(asked.name());
    let formula = if numbers.min >= 0.0 {
        format!("log({name} + 1)")
    } else {
        format!("if({name} < 0, -log(1 - {name}), log(1 + {name}))")
    };
    let fix = (is_quantity(profile.kind) && !asked.is_target).then(|| Fix::Derive {
        column: asked.name().to_owned(),
        formula,
    });
    let times = numbers.skewness.abs() / SKEWNESS;
    Some(
        asked
            .alert(AlertRule::Skewed, Severity::Note, times, message, advice)
            .with(fix),
    )
}

/// Bins or levels more even than chance would make them, as of a counter or a made-up column.
pub(super) fn uniform(asked: &Asked) -> Option<Weighted> {
    let counts: Vec<u64> = match &asked.profile.distribution {
        _ if asked.is_target => return None,
        Distribution::Histogram { counts, .. } => counts.clone(),
        Distribution::Levels {
            top, n_other: 0, ..
        } if asked.profile.kind == Kind::Category => top.iter().map(|(_, count)| *count).collect(),
        Distribution::Levels { .. } => return None,
    };
    let n_bins = counts.len() as f64;
    let expected = counts.iter().sum::<u64>() as f64 / n_bins;
    if counts.len() < 3 || expected < MIN_EXPECTED {
        return None;
    }
    let distance = |count: u64| (count as f64 - expected) * (count as f64 - expected) / expected;
    let chi2: f64 = counts.iter().copied().map(distance).sum();
    if lower_tail(n_bins - 1.0, chi2) >= EVEN {
        return None;
    }
    let message = format!(
        "`{}` is spread more evenly than chance would spread it.",
        asked.name()
    );
    let advice = "Check that it is measured, not counted up or made up; such a column is seldom worth learning from.";
    Some(asked.alert(AlertRule::Uniform, Severity::Note, 1.0, message, advice))
}

/// How often chi-squared falls below a value: the series of the incomplete gamma function, DLMF 8.11.4, which converges
/// quickly in the lower tail; 1 above the mean, where it is not asked for.
fn lower_tail(freedom: f64, chi2: f64) -> f64 {
    let (a, x) = (freedom / 2.0, chi2 / 2.0);
    if x <= 0.0 {
        return 0.0;
    }
    if x > a {
        return 1.0;
    }
    let (mut term, mut sum, mut n) = (1.0 / a, 1.0 / a, a);
    while term > sum * f64::EPSILON {
        n += 1.0;
        term *= x / n;
        sum += term;
    }
    sum * libm::exp(a * libm::log(x) - x - libm::lgamma(a))
}

#[cfg(test)]
mod tests {
    use super::lower_tail;

    #[test]
    fn the_lower_tail_is_that_of_scipy() {
        // scipy.stats.chi2.cdf(x, df)
        for (freedom, chi2, expected) in [
            (2.0, 0.002, 0.000_999_500_166_625_008_2),
            (5.0, 0.3, 0.002_356_913_739_471_142_3),
            (23.0, 7.0, 0.000_548_110_150_190_355_4),
        ] {
            let found = lower_tail(freedom, chi2);
            assert!((found - expected).abs() < 1e-12, "{freedom}: {found}");
        }
        assert_eq!((lower_tail(3.0, 0.0), lower_tail(3.0, 9.0)), (0.0, 1.0));
    }
}

//! What a modeller would want to be told, worst first.

use super::{
    Alert, AlertRule, ColumnProfile, Distribution, Fix, Profile, Severity, clusters, leak::Leak,
    wording,
};
use crate::{Kind, Table, Values};

/// Fewer values than this are all different by chance.
const MIN_IDENTIFIERS: usize = 20;
/// Shares of missing values: worth telling, and a part of the data.
const MISSING: (f64, f64) = (0.05, 0.2);
/// Share of missing values above which a column is better dropped.
const MOSTLY_MISSING: f64 = 0.5;
/// Levels above which a category is hard to learn from.
const MANY_LEVELS: usize = 50;
/// 1 − H / log₂ k above which one level holds nearly all rows.
const IMBALANCE: f64 = 0.5;
/// |Skewness| above which a few values dwarf all others.
const SKEWNESS: f64 = 20.0;
/// Share of the target's values at its largest, how many times the average value's rows, and how many values.
const CAP: (f64, f64, usize) = (0.01, 5.0, 20);
/// Share of repeated rows that is more than worth knowing.
const MANY_DUPLICATES: f64 = 0.01;

/// An alert and its weight among those of its severity.
struct Weighted {
    impact: f64,
    alert: Alert,
}

/// One rule's words about one column.
struct Words {
    message: String,
    advice: &'static str,
}

/// All alerts, by severity, then by impact.
pub(super) fn find(
    table: &Table,
    profile: &Profile,
    target: Option<usize>,
    leaks: &[Leak],
) -> Vec<Alert> {
    let mut found: Vec<Weighted> = leaks.iter().map(|leak| leak_alert(profile, leak)).collect();
    for (index, column) in profile.columns.iter().enumerate() {
        let is_target = Some(index) == target;
        if let Some(useless) = useless(column, profile.n_rows, is_target) {
            found.push(useless);
            continue;
        }
        let rules = [identifier, missing, cardinality, imbalance, skewed];
        found.extend(
            rules
                .iter()
                .filter_map(|rule| rule(column, profile.n_rows, is_target)),
        );
        if is_target {
            found.extend(cap(column, &table.columns()[index].values));
        }
    }
    found.extend(duplicates(profile));
    found.extend(
        clusters::find(profile, leaks)
            .into_iter()
            .map(|(impact, alert)| Weighted { impact, alert }),
    );
    found.sort_by(|a, b| {
        a.alert
            .severity
            .cmp(&b.alert.severity)
            .then(b.impact.total_cmp(&a.impact))
    });
    found.into_iter().map(|weighted| weighted.alert).collect()
}

fn about(
    column: &ColumnProfile,
    rule: AlertRule,
    severity: Severity,
    impact: f64,
    words: Words,
) -> Weighted {
    let columns = vec![column.name.clone()];
    let Words { message, advice } = words;
    Weighted {
        impact,
        alert: Alert {
            severity,
            rule,
            columns,
            message,
            advice: advice.into(),
            fix: None,
        },
    }
}

impl Weighted {
    /// With dropping the column as remedy, unless it is the target.
    fn or_drop(mut self, is_target: bool) -> Self {
        if !is_target {
            self.alert.fix = Some(Fix::Drop {
                columns: self.alert.columns.clone(),
            });
        }
        self
    }
}

fn leak_alert(profile: &Profile, leak: &Leak) -> Weighted {
    let column = &profile.columns[leak.column];
    let target = profile.target.as_deref().unwrap_or_default();
    let words = Words {
        message: format!(
            "`{}` gives away `{target}`: it {}.",
            column.name, leak.finding
        ),
        advice: "Drop it, unless it is known before the target is.",
    };
    about(
        column,
        AlertRule::Leak,
        Severity::Blocking,
        1.0 + leak.strength,
        words,
    )
    .or_drop(false)
}

/// A column without two different values.
fn useless(column: &ColumnProfile, n_rows: usize, is_target: bool) -> Option<Weighted> {
    let severity = if is_target {
        Severity::Blocking
    } else {
        Severity::Warning
    };
    let advice = if is_target {
        "Choose another target."
    } else {
        "Drop it: there is nothing to learn from it."
    };
    let (rule, message) = match column.n_distinct {
        0 => (
            AlertRule::AllMissing,
            format!(
                "All {} values of `{}` are missing.",
                wording::count(n_rows),
                column.name
            ),
        ),
        1 => {
            let gaps = if column.n_missing > 0 {
                " where it is not missing"
            } else {
                ""
            };
            (
                AlertRule::Constant,
                format!("`{}` has one value throughout{gaps}.", column.name),
            )
        }
        _ => return None,
    };
    Some(about(column, rule, severity, 1.0, Words { message, advice }).or_drop(is_target))
}

fn identifier(column: &ColumnProfile, n_rows: usize, is_target: bool) -> Option<Weighted> {
    let n_present = n_rows - column.n_missing;
    let is_own = column.n_distinct == n_present && n_present >= MIN_IDENTIFIERS;
    let is_counter = column.kind == Kind::Integer
        && column
            .numbers
            .as_ref()
            .is_some_and(|numbers| numbers.max - numbers.min + 1.0 == n_present as f64);
    let severity = match column.kind {
        Kind::Identifier => Severity::Warning,
        Kind::Integer if is_own && is_counter => Severity::Warning,
        Kind::Integer if is_own => Severity::Note,
        _ => return None,
    };
    let message = format!(
        "`{}` names rows rather than describing them: {} different values in {} rows.",
        column.name,
        wording::count(column.n_distinct),
        wording::count(n_present)
    );
    let advice = if column.n_distinct * 2 < n_present {
        "Drop it; or, if equal codes mean the same thing, set its kind to category."
    } else {
        "Drop it: what a model learns from it does not carry over to new rows."
    };
    let impact = column.n_distinct as f64 / n_present.max(1) as f64;
    Some(
        about(
            column,
            AlertRule::Identifier,
            severity,
            impact,
            Words { message, advice },
        )
        .or_drop(is_target),
    )
}

fn missing(column: &ColumnProfile, n_rows: usize, is_target: bool) -> Option<Weighted> {
    let share = column.n_missing as f64 / n_rows.max(1) as f64;
    if share <= MISSING.0 && !(is_target && column.n_missing > 0) {
        return None;
    }
    let severity = if share > MISSING.1 || is_target {
        Severity::Warning
    } else {
        Severity::Note
    };
    let (n_missing, percent) = (
        wording::count(column.n_missing),
        wording::percent(column.n_missing, n_rows),
    );
    let message = format!(
        "{percent} of `{}` is missing ({n_missing} of {} rows).",
        column.name,
        wording::count(n_rows)
    );
    let advice = match (is_target, share > MOSTLY_MISSING) {
        (true, _) => "Rows without a target are left out of training; find out why they have none.",
        (false, true) => "Drop it, or keep only whether it is missing.",
        (false, false) => {
            "Impute it, or train a tree model, which takes missing values as they are."
        }
    };
    let alert = about(
        column,
        AlertRule::Missing,
        severity,
        share,
        Words { message, advice },
    );
    Some(if share > MOSTLY_MISSING {
        alert.or_drop(is_target)
    } else {
        alert
    })
}

fn cardinality(column: &ColumnProfile, n_rows: usize, _is_target: bool) -> Option<Weighted> {
    if column.kind != Kind::Category || column.n_distinct <= MANY_LEVELS {
        return None;
    }
    let n_present = n_rows - column.n_missing;
    let message = format!(
        "`{}` has {} levels, {:.0} rows each on average.",
        column.name,
        wording::count(column.n_distinct),
        n_present as f64 / column.n_distinct as f64
    );
    let advice = "Group its rare levels, or encode it by a number a level.";
    let impact = column.n_distinct as f64 / n_present.max(1) as f64;
    Some(about(
        column,
        AlertRule::Cardinality,
        Severity::Note,
        impact,
        Words { message, advice },
    ))
}

fn imbalance(column: &ColumnProfile, n_rows: usize, is_target: bool) -> Option<Weighted> {
    let counts: Vec<u64> = match &column.distribution {
        Distribution::Levels {
            top, n_other: 0, ..
        } if matches!(column.kind, Kind::Boolean | Kind::Category) => {
            top.iter().map(|(_, count)| *count).collect()
        }
        Distribution::Histogram { counts, .. }
            if column.n_distinct == 2 && column.kind == Kind::Integer =>
        {
            counts.iter().copied().filter(|&count| count > 0).collect()
        }
        _ => return None,
    };
    let n_present = (n_rows - column.n_missing) as f64;
    let entropy: f64 = counts
        .iter()
        .map(|&count| count as f64 / n_present)
        .map(|p| -p * libm::log2(p))
        .sum();
    let score = 1.0 - entropy / libm::log2(counts.len() as f64);
    if counts.len() < 2 || score <= IMBALANCE {
        return None;
    }
    let largest = counts.iter().copied().max().unwrap_or(0) as usize;
    let message = format!(
        "One value of `{}` holds {} of the rows (imbalance {score:.2}).",
        column.name,
        wording::percent(largest, n_rows - column.n_missing)
    );
    let (severity, advice) = if is_target {
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
    Some(about(
        column,
        AlertRule::Imbalance,
        severity,
        score,
        Words { message, advice },
    ))
}

fn skewed(column: &ColumnProfile, _n_rows: usize, _is_target: bool) -> Option<Weighted> {
    let numbers = column
        .numbers
        .as_ref()
        .filter(|numbers| numbers.skewness.abs() > SKEWNESS)?;
    let message = format!(
        "`{}` has a few values far from all others: skewness {:.1}, median {}, largest {}.",
        column.name,
        numbers.skewness,
        wording::number(column.kind, numbers.quantiles[3]),
        wording::number(column.kind, numbers.max)
    );
    let advice = "Take its logarithm or clip it before a linear model; trees do not mind.";
    Some(about(
        column,
        AlertRule::Skewed,
        Severity::Note,
        numbers.skewness.abs(),
        Words { message, advice },
    ))
}

/// The target piles up at its largest value.
fn cap(column: &ColumnProfile, values: &Values) -> Option<Weighted> {
    let (Values::Numbers(values), Some(numbers)) = (values, &column.numbers) else {
        return None;
    };
    let n_present = values.len() - column.n_missing;
    let n_at_cap = values.iter().filter(|value| **value == numbers.max).count();
    let average = n_present as f64 / column.n_distinct as f64;
    let is_capped = n_at_cap as f64 > CAP.0 * n_present as f64 && n_at_cap as f64 > CAP.1 * average;
    if !is_capped || column.n_distinct <= CAP.2 {
        return None;
    }
    let message = format!(
        "{} of the values of `{}` ({}) are exactly its largest, {}: it looks cut off there.",
        wording::percent(n_at_cap, n_present),
        column.name,
        wording::count(n_at_cap),
        wording::number(column.kind, numbers.max)
    );
    let advice = "Leave these rows out of training, or predict whether the cap is reached; a model cannot see beyond it.";
    let impact = n_at_cap as f64 / n_present as f64;
    Some(about(
        column,
        AlertRule::Cap,
        Severity::Warning,
        1.0 + impact,
        Words { message, advice },
    ))
}

fn duplicates(profile: &Profile) -> Option<Weighted> {
    let (n_repeats, n_rows) = (profile.n_duplicate_rows, profile.n_rows);
    if n_repeats == 0 {
        return None;
    }
    let share = n_repeats as f64 / n_rows as f64;
    let severity = if share > MANY_DUPLICATES {
        Severity::Warning
    } else {
        Severity::Note
    };
    let alert = Alert {
        severity,
        rule: AlertRule::DuplicateRows,
        columns: Vec::new(),
        message: format!(
            "{} rows ({}) repeat an earlier row in every column.",
            wording::count(n_repeats),
            wording::percent(n_repeats, n_rows)
        ),
        advice: "If they are the same event told twice, keep one of each: in training and in test they flatter the model."
            .into(),
        fix: Some(Fix::Deduplicate),
    };
    Some(Weighted {
        impact: share,
        alert,
    })
}

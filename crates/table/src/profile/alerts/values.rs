//! Alerts about values that are missing, alike, a name, without limit or zero.

use super::{Asked, Weighted, is_quantity, quoted};
use crate::Kind;
use crate::profile::{
    Alert, AlertRule, ColumnProfile, Fix, NumberSummary, Profile, Severity, wording,
};

/// Fewer values than this are all different by chance.
const MIN_IDENTIFIERS: usize = 20;
/// Shares of missing values: worth telling, and a part of the data.
const MISSING: (f64, f64) = (0.01, 0.2);
/// Share of missing values above which a column is better dropped.
const MOSTLY_MISSING: f64 = 0.5;
/// Share of missing values from which being missing may say something in itself.
const TELLING: f64 = 0.05;
/// Share of infinite values that is more than worth knowing.
const INFINITE: f64 = 0.01;
/// Share of zeros that is worth knowing.
const ZEROS: f64 = 0.01;
/// Zeros stand apart if the smallest other value is at least this share of the distance from there to the 99 % quantile:
/// a diamond is 0 or 3.73 to 8 mm long, a fare 0 or 4 to 250.
const APART: f64 = 0.25;
/// Of whole numbers the smallest other value must also be at least this: small counts reach 0 as a matter of course.
const MIN_APART: f64 = 5.0;
/// Where more than this share of a column is 0, zero is what usually happens: no toll, no snow.
const USUALLY_ZERO: f64 = 0.5;

/// A column without two different values.
pub(super) fn useless(asked: &Asked) -> Option<Weighted> {
    let is_mark = asked.profile.n_distinct == 1 && asked.profile.n_missing > 0;
    let (severity, advice) = match (asked.is_target, is_mark) {
        (true, _) => (Severity::Blocking, "Choose another target."),
        (false, true) => (
            Severity::Warning,
            "Drop it, or keep only whether it is missing: a model learns nothing else from it.",
        ),
        (false, false) => (
            Severity::Warning,
            "Drop it: there is nothing to learn from it.",
        ),
    };
    let name = asked.name();
    let (rule, message) = match asked.profile.n_distinct {
        0 => (
            AlertRule::AllMissing,
            format!(
                "All {} values of `{name}` are missing.",
                wording::count(asked.n_rows)
            ),
        ),
        1 if is_mark => (
            AlertRule::Constant,
            format!(
                "`{name}` has one value or none: {} is missing.",
                wording::percent(asked.profile.n_missing, asked.n_rows)
            ),
        ),
        1 => (
            AlertRule::Constant,
            format!("`{name}` has one value throughout."),
        ),
        _ => return None,
    };
    Some(
        asked
            .alert(rule, severity, 1.0, message, advice)
            .or_drop(asked),
    )
}

/// A value of its own in every row, or a kind that says so; the target is asked for, whatever it is like.
pub(super) fn identifier(asked: &Asked) -> Option<Weighted> {
    if asked.is_target {
        return None;
    }
    let (profile, n_present) = (asked.profile, asked.n_present());
    let is_own = profile.n_distinct == n_present && n_present >= MIN_IDENTIFIERS;
    let is_counter = profile
        .numbers
        .as_ref()
        .is_some_and(|numbers| numbers.max - numbers.min + 1.0 == n_present as f64);
    let severity = match profile.kind {
        Kind::Identifier => Severity::Warning,
        Kind::Integer if is_own && is_counter => Severity::Warning,
        Kind::Integer | Kind::Text | Kind::Category if is_own => Severity::Note,
        _ => return None,
    };
    let message = format!(
        "`{}` names rows rather than describing them: {} different values in {} rows.",
        asked.name(),
        wording::count(profile.n_distinct),
        wording::count(n_present)
    );
    let advice = if profile.n_distinct * 2 < n_present {
        "Drop it; or, if equal codes mean the same thing, set its kind to category."
    } else {
        "Drop it: what a model learns from it does not carry over to new rows."
    };
    let impact = profile.n_distinct as f64 / n_present.max(1) as f64;
    Some(
        asked
            .alert(AlertRule::Identifier, severity, impact, message, advice)
            .or_drop(asked),
    )
}

/// More than one value in a hundred is missing; of the target, any.
pub(super) fn missing(asked: &Asked) -> Option<Weighted> {
    let (profile, is_target) = (asked.profile, asked.is_target);
    let share = profile.n_missing as f64 / asked.n_rows.max(1) as f64;
    if share <= MISSING.0 && !(is_target && profile.n_missing > 0) {
        return None;
    }
    let severity = if share > MISSING.1 || is_target {
        Severity::Warning
    } else {
        Severity::Note
    };
    let message = format!(
        "{} of `{}` is missing ({} of {} rows).",
        wording::percent(profile.n_missing, asked.n_rows),
        asked.name(),
        wording::count(profile.n_missing),
        wording::count(asked.n_rows)
    );
    let advice = match (is_target, share > MOSTLY_MISSING) {
        (true, _) => "Rows without a target are left out of training; find out why they have none.",
        (false, true) => "Drop it, or keep only whether it is missing.",
        (false, false) => {
            "Impute it, or train a tree model, which takes missing values as they are."
        }
    };
    let alert = asked.alert(
        AlertRule::Missing,
        severity,
        share / MISSING.0,
        message,
        advice,
    );
    Some(alert.with(fill(profile, is_target, share)))
}

fn fill(profile: &ColumnProfile, is_target: bool, share: f64) -> Option<Fix> {
    if is_target {
        let formula = format!("{} is not missing", quoted(&profile.name));
        return Some(Fix::Filter { formula });
    }
    let is_feature = !matches!(profile.kind, Kind::Text | Kind::Identifier);
    if share > MOSTLY_MISSING || !is_feature {
        let columns = vec![profile.name.clone()];
        return (share > MOSTLY_MISSING).then_some(Fix::Drop { columns });
    }
    Some(Fix::Impute {
        column: profile.name.clone(),
        kind: profile.kind,
        indicator: share > TELLING,
    })
}

/// Values without limit.
pub(super) fn infinite(asked: &Asked) -> Option<Weighted> {
    let n_infinite = asked.profile.numbers.as_ref()?.n_infinite;
    if n_infinite == 0 {
        return None;
    }
    let share = n_infinite as f64 / asked.n_rows as f64;
    let severity = if share > INFINITE {
        Severity::Warning
    } else {
        Severity::Note
    };
    let message = format!(
        "{} of the values of `{}` ({}) are infinite.",
        wording::percent(n_infinite, asked.n_rows),
        asked.name(),
        wording::count(n_infinite)
    );
    let name = quoted(asked.name());
    let fix = is_quantity(asked.profile.kind).then(|| Fix::Derive {
        column: asked.name().to_owned(),
        formula: format!("if(abs({name}) < 1e308, {name}, missing)"),
    });
    let advice = "Make them missing: no mean and no linear model survives them.";
    Some(
        asked
            .alert(
                AlertRule::Infinite,
                severity,
                share / INFINITE,
                message,
                advice,
            )
            .with(fix),
    )
}

/// Zeros that stand apart from all other values, as where 0 was written for "not measured".
pub(super) fn zero_for_missing(asked: &Asked) -> Option<Weighted> {
    let numbers = asked.profile.numbers.as_ref()?;
    if !zeros_stand_apart(asked.profile, numbers, asked.n_rows) {
        return None;
    }
    let next = numbers.smallest.get(1)?.value;
    let (name, kind) = (asked.name(), asked.profile.kind);
    let message = format!(
        "`{name}` is 0 in {} rows ({}) and at least {} in all others: the zeros look like missing values.",
        wording::count(numbers.n_zeros),
        wording::percent(numbers.n_zeros, asked.n_rows),
        wording::number(kind, next)
    );
    let fix = (!asked.is_target).then(|| Fix::Derive {
        column: name.to_owned(),
        formula: format!("if({0} = 0, missing, {0})", quoted(name)),
    });
    let share = numbers.n_zeros as f64 / asked.n_rows as f64;
    let advice = "Unless 0 is a value that can be, make the zeros missing.";
    Some(
        asked
            .alert(
                AlertRule::Zeros,
                Severity::Note,
                1.0 + share / ZEROS,
                message,
                advice,
            )
            .with(fix),
    )
}

fn zeros_stand_apart(profile: &ColumnProfile, numbers: &NumberSummary, n_rows: usize) -> bool {
    let Some(next) = numbers.smallest.get(1) else {
        return false;
    };
    let far = numbers.quantiles[6];
    is_quantity(profile.kind)
        && profile.n_distinct > 2
        && numbers.min == 0.0
        && numbers.n_zeros as f64 <= USUALLY_ZERO * n_rows as f64
        && next.value >= APART * (far - next.value)
        && (profile.kind == Kind::Decimal || next.value >= MIN_APART)
}

/// Columns with many zeros among other values, in one alert.
pub(super) fn zeros(profile: &Profile) -> Option<Weighted> {
    let n_rows = profile.n_rows;
    let n_zeros = |column: &ColumnProfile| {
        let numbers = column
            .numbers
            .as_ref()
            .filter(|_| is_quantity(column.kind))?;
        let is_many = numbers.n_zeros as f64 > ZEROS * n_rows as f64;
        let is_told = column.n_distinct <= 2 || zeros_stand_apart(column, numbers, n_rows);
        (is_many && !is_told).then_some(numbers.n_zeros)
    };
    let mut found: Vec<(usize, &ColumnProfile)> = profile
        .columns
        .iter()
        .filter_map(|column| Some((n_zeros(column)?, column)))
        .collect();
    found.sort_by_key(|(n_zeros, _)| std::cmp::Reverse(*n_zeros));
    let (most, first) = *found.first()?;
    let columns: Vec<String> = found
        .iter()
        .map(|(_, column)| column.name.clone())
        .collect();
    let percent = wording::percent(most, n_rows);
    let message = match columns.as_slice() {
        [one] => format!("`{one}` is 0 in {percent} of the rows."),
        _ => format!(
            "{} hold many zeros, `{}` in {percent} of the rows.",
            wording::names(&columns),
            first.name
        ),
    };
    Some(Weighted {
        impact: most as f64 / n_rows as f64,
        alert: Alert {
            severity: Severity::Note,
            rule: AlertRule::Zeros,
            columns,
            message,
            advice: "Check that 0 means none, not missing: a mean takes it at its word.".into(),
            fix: None,
        },
    })
}

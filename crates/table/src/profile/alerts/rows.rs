//! Alerts about whole rows.

use super::Weighted;
use crate::Kind;
use crate::profile::{Alert, AlertRule, ColumnProfile, Fix, Profile, Severity, wording};

/// Share of repeated rows that is more than worth knowing.
const MANY_DUPLICATES: f64 = 0.01;
/// Values of a column over different rows, and over all rows, from which on two equal rows are hardly two events: a titanic
/// fare has 0.32 and 0.28. A table of few values told many times over has few different rows, hence the second.
const TELLING_APART: (f64, f64) = (0.5, 0.25);
/// Fewer values than this are all different by chance.
const MIN_VALUES: usize = 20;

/// Rows that repeat an earlier one. Where a column tells most rows apart, an equal row is the same event told twice; put
/// in training and in test it is known before it is asked. Without one, equal rows may be different events that look alike.
pub(super) fn duplicates(profile: &Profile) -> Option<Weighted> {
    let (n_repeats, n_rows) = (profile.n_duplicate_rows, profile.n_rows);
    if n_repeats == 0 {
        return None;
    }
    let share = n_repeats as f64 / n_rows as f64;
    let telling = telling(profile);
    let severity = match &telling {
        _ if share <= MANY_DUPLICATES => Severity::Note,
        Some(_) => Severity::Blocking,
        None => Severity::Warning,
    };
    let advice = match telling {
        Some(column) => format!(
            "`{}` tells most rows apart, so equal rows are the same event told twice: keep one of each, or a model is \
             tested on rows that it was trained on.",
            column.name
        ),
        None => "No column tells rows apart, so equal rows may be different events that look alike: keep one of each only if \
                 they are the same event told twice."
            .into(),
    };
    let (repeat, percent) = (
        wording::count(n_repeats),
        wording::percent(n_repeats, n_rows),
    );
    let message = if n_repeats == 1 {
        format!("1 row ({percent}) repeats an earlier row in every column.")
    } else {
        format!("{repeat} rows ({percent}) repeat an earlier row in every column.")
    };
    Some(Weighted {
        impact: share / MANY_DUPLICATES,
        alert: Alert {
            severity,
            rule: AlertRule::DuplicateRows,
            columns: Vec::new(),
            message,
            advice,
            fix: Some(Fix::Deduplicate),
        },
    })
}

/// The number, text or name with most values, if those are many for so many rows.
fn telling(profile: &Profile) -> Option<&ColumnProfile> {
    let n_different = profile.n_rows - profile.n_duplicate_rows;
    let least = (TELLING_APART.0 * n_different as f64).max(TELLING_APART.1 * profile.n_rows as f64);
    profile
        .columns
        .iter()
        .filter(|column| !matches!(column.kind, Kind::Boolean | Kind::Category))
        .filter(|column| column.n_distinct >= MIN_VALUES && column.n_distinct as f64 >= least)
        .max_by_key(|column| column.n_distinct)
}

//! Alerts about whole rows.

use super::Weighted;
use crate::profile::{Alert, AlertRule, Fix, Profile, Severity, wording};

/// Share of repeated rows that is more than worth knowing.
const MANY_DUPLICATES: f64 = 0.01;

/// Rows that repeat an earlier one.
pub(super) fn duplicates(profile: &Profile) -> Option<Weighted> {
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
            advice: "If they are the same event told twice, keep one of each: in training and in test they flatter the model."
                .into(),
            fix: Some(Fix::Deduplicate),
        },
    })
}

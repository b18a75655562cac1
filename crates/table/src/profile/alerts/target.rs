//! Alerts about the target and what gives it away.

use super::{Asked, Weighted, is_quantity, quoted};
use crate::profile::{Alert, AlertRule, Fix, Profile, Severity, leak::Leak, wording};
use crate::{Values, format_number};

/// Share of the target's values at its largest, how many times the average value's rows, and how many values.
const CAP: (f64, f64, usize) = (0.01, 5.0, 20);

/// A column that gives the target away.
pub(super) fn leak(profile: &Profile, leak: &Leak) -> Weighted {
    let name = profile.columns[leak.column].name.clone();
    let target = profile.target.as_deref().unwrap_or_default();
    let columns = vec![name.clone()];
    Weighted {
        impact: leak.strength,
        alert: Alert {
            severity: Severity::Blocking,
            rule: AlertRule::Leak,
            columns: columns.clone(),
            message: format!("`{name}` gives away `{target}`: it {}.", leak.finding),
            advice: "Drop it, unless it is known before the target is.".into(),
            fix: Some(Fix::Drop { columns }),
        },
    }
}

/// The target piles up at its largest value.
pub(super) fn cap(asked: &Asked) -> Option<Weighted> {
    let (Values::Numbers(values), Some(numbers)) = (&asked.column.values, &asked.profile.numbers)
    else {
        return None;
    };
    let (n_present, n_distinct) = (asked.n_present(), asked.profile.n_distinct);
    if !asked.is_target || n_distinct <= CAP.2 {
        return None;
    }
    let n_at_cap = values.iter().filter(|value| **value == numbers.max).count();
    let average = n_present as f64 / n_distinct as f64;
    if n_at_cap as f64 <= CAP.0 * n_present as f64 || n_at_cap as f64 <= CAP.1 * average {
        return None;
    }
    let kind = asked.profile.kind;
    let message = format!(
        "{} of the values of `{}` ({}) are exactly its largest, {}: it looks cut off there.",
        wording::percent(n_at_cap, n_present),
        asked.name(),
        wording::count(n_at_cap),
        wording::number(kind, numbers.max)
    );
    let advice = "Leave these rows out of training, or predict whether the cap is reached; a model cannot see beyond it.";
    let fix = is_quantity(kind).then(|| Fix::Filter {
        formula: format!(
            "{} < {}",
            quoted(asked.name()),
            format_number(kind, numbers.max)
        ),
    });
    let times = n_at_cap as f64 / (CAP.0 * n_present as f64);
    Some(
        asked
            .alert(AlertRule::Cap, Severity::Blocking, times, message, advice)
            .with(fix),
    )
}

//! What a modeller would want to be told, worst first.

mod clusters;
mod dates;
mod rows;
mod shape;
mod target;
mod values;

use super::{Alert, AlertRule, ColumnProfile, Fix, Profile, Severity, leak::Leak};
use crate::{Column, Kind, Table};

/// An alert and its weight among those of its severity and rule: how many times over its threshold it is, where it has one.
struct Weighted {
    impact: f64,
    alert: Alert,
}

/// A column, and what the rules ask about it.
struct Asked<'a> {
    column: &'a Column,
    profile: &'a ColumnProfile,
    n_rows: usize,
    is_target: bool,
}

/// All alerts, by severity, then by what they do to a model, then by impact.
pub(super) fn find(
    table: &Table,
    profile: &Profile,
    target: Option<usize>,
    leaks: &[Leak],
) -> Vec<Alert> {
    let mut found: Vec<Weighted> = leaks
        .iter()
        .map(|leak| target::leak(profile, leak))
        .collect();
    for (index, (column, of_column)) in table.columns().iter().zip(&profile.columns).enumerate() {
        found.extend(about_column(&Asked {
            column,
            profile: of_column,
            n_rows: profile.n_rows,
            is_target: Some(index) == target,
        }));
    }
    found.extend(rows::duplicates(profile));
    found.extend(values::zeros(profile));
    found.extend(clusters::find(profile, leaks));
    found.sort_by(|a, b| {
        let place = |of: &Weighted| (of.alert.severity, consequence(of.alert.rule));
        place(a).cmp(&place(b)).then(b.impact.total_cmp(&a.impact))
    });
    found.into_iter().map(|weighted| weighted.alert).collect()
}

fn about_column(asked: &Asked) -> Vec<Weighted> {
    if let Some(useless) = values::useless(asked) {
        return vec![useless];
    }
    let identifier = values::identifier(asked);
    let uniform = identifier
        .is_none()
        .then(|| shape::uniform(asked))
        .flatten();
    let rules = [
        values::missing,
        values::infinite,
        values::zero_for_missing,
        dates::as_text,
        shape::cardinality,
        shape::imbalance,
        shape::skewed,
        target::cap,
    ];
    let others = rules.iter().filter_map(|rule| rule(asked));
    identifier
        .into_iter()
        .chain(uniform)
        .chain(others)
        .collect()
}

/// What an alert of this rule does to a model, worst first; severities come before.
fn consequence(rule: AlertRule) -> u8 {
    match rule {
        // The score is a lie.
        AlertRule::Leak => 0,
        AlertRule::DuplicateRows => 1,
        // The target is not what it seems.
        AlertRule::Cap => 2,
        AlertRule::Imbalance => 3,
        // A model breaks, or learns what does not carry over.
        AlertRule::Infinite => 4,
        AlertRule::Identifier => 5,
        // Part of the data is lost.
        AlertRule::DateAsText => 6,
        AlertRule::Missing => 7,
        AlertRule::AllMissing | AlertRule::Constant => 8,
        // Some models do worse than they could.
        AlertRule::Correlated => 9,
        AlertRule::Cardinality => 10,
        AlertRule::Skewed => 11,
        AlertRule::Zeros => 12,
        // Worth a look.
        AlertRule::Uniform => 13,
        AlertRule::Related => 14,
    }
}

impl Asked<'_> {
    fn name(&self) -> &str {
        &self.profile.name
    }

    fn n_present(&self) -> usize {
        self.n_rows - self.profile.n_missing
    }

    /// An alert about this column, with nothing to click yet.
    fn alert(
        &self,
        rule: AlertRule,
        severity: Severity,
        impact: f64,
        message: String,
        advice: &str,
    ) -> Weighted {
        Weighted {
            impact,
            alert: Alert {
                severity,
                rule,
                columns: vec![self.profile.name.clone()],
                message,
                advice: advice.into(),
                fix: None,
            },
        }
    }
}

impl Weighted {
    fn with(mut self, fix: Option<Fix>) -> Self {
        self.alert.fix = fix;
        self
    }

    /// With dropping the column as remedy, unless it is the target.
    fn or_drop(self, asked: &Asked) -> Self {
        let columns = vec![asked.profile.name.clone()];
        self.with((!asked.is_target).then_some(Fix::Drop { columns }))
    }
}

/// A column's name as a formula writes it.
fn quoted(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

/// Whether the values are quantities: a formula may compute with them.
fn is_quantity(kind: Kind) -> bool {
    matches!(kind, Kind::Integer | Kind::Decimal)
}

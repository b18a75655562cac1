//! Descriptive analytics: what a table holds, one pass over each column.

mod alert;
mod alerts;
mod association;
mod correlations;
mod distribution;
mod duplicates;
mod facts;
mod groups;
mod leak;
mod matrix;
mod missing;
mod narrow;
mod order;
mod pair;
mod summary;
mod texts;
mod verdict;
mod wording;

pub use alert::{Alert, AlertRule, Fix, Severity};
pub use distribution::{count_in_bins, histogram_edges};
pub use facts::{
    ColumnProfile, Correlations, Distribution, Extreme, NumberSummary, Profile, QUANTILES,
};
pub use missing::{MissingPattern, MissingStripe, Missingness};
pub use pair::{BoxStats, Boxes, Counts, Line, Measure, Pair, PairView, Point, Points, pair};
pub use texts::{TextExtreme, TextSummary};

use order::Workspace;

use crate::{Column, Kind, Table, TableError, Values};

/// Profiles a table. Counts, moments and quantiles are exact on all rows; association is measured on at most
/// 200,000 rows, evenly spaced (50,000 where eight or more numeric columns lack values), and on at most sixty columns
/// against each other.
///
/// # Errors
/// If `target` is not a column.
pub fn profile(table: &Table, target: Option<&str>) -> Result<Profile, TableError> {
    let target = target.map(|name| position(table, name)).transpose()?;
    let mut workspace = Workspace::default();
    let groups =
        target.map(|index| groups::TargetGroups::of(&table.columns()[index], &mut workspace));
    let mut columns: Vec<_> = table
        .columns()
        .iter()
        .map(|column| column_profile(column, groups.as_ref(), &mut workspace))
        .collect();
    let measured = correlations::measure(table, &columns, target, &mut workspace);
    for (column, strength) in columns.iter_mut().zip(measured.with_target) {
        column.target_association = strength;
    }
    // Where a column has a value of its own in every row, no row repeats.
    let is_unique = |column: &ColumnProfile| column.n_distinct == table.n_rows();
    let n_duplicate_rows = if columns.iter().any(is_unique) {
        0
    } else {
        duplicates::count(table, &mut workspace)
    };
    let missing = missing::measure(table, &columns);
    let n_missing: usize = columns.iter().map(|column| column.n_missing).sum();
    let n_cells = table.n_rows() * columns.len();
    let mut profile = Profile {
        n_rows: table.n_rows(),
        n_duplicate_rows,
        missing_share: if n_cells == 0 {
            0.0
        } else {
            n_missing as f64 / n_cells as f64
        },
        missing,
        columns,
        correlations: measured.correlations,
        alerts: Vec::new(),
        target: target.map(|index| table.columns()[index].name.clone()),
        target_groups: groups.map(|groups| groups.labels).unwrap_or_default(),
    };
    profile.alerts = alerts::find(table, &profile, target, &measured.leaks);
    Ok(profile)
}

fn position(table: &Table, name: &str) -> Result<usize, TableError> {
    table
        .columns()
        .iter()
        .position(|column| column.name == name)
        .ok_or_else(|| TableError::UnknownColumn {
            column: name.to_string(),
            known: table
                .columns()
                .iter()
                .take(20)
                .map(|column| column.name.as_str())
                .collect::<Vec<_>>()
                .join(", "),
        })
}

fn column_profile(
    column: &Column,
    groups: Option<&groups::TargetGroups>,
    workspace: &mut Workspace,
) -> ColumnProfile {
    match &column.values {
        Values::Numbers(values) => number_profile(column, values, groups, workspace),
        Values::Codes { codes, levels } => level_profile(column, codes, levels, groups),
    }
}

fn number_profile(
    column: &Column,
    values: &[f64],
    groups: Option<&groups::TargetGroups>,
    workspace: &mut Workspace,
) -> ColumnProfile {
    let ascending = workspace.ascending(values);
    let numbers = summary::summarise(values, &ascending);
    let n_finite_distinct = ascending.n_distinct();
    let has = |limit: f64| usize::from(values.contains(&limit));
    let n_infinite = values.iter().filter(|value| value.is_infinite()).count();
    let n_distinct = if n_infinite == 0 {
        n_finite_distinct
    } else {
        n_finite_distinct + has(f64::INFINITY) + has(f64::NEG_INFINITY)
    };
    let distribution =
        distribution::histogram(column.kind, values, &ascending, n_finite_distinct, groups);
    let imbalance = (column.kind == Kind::Integer && n_distinct == 2)
        .then(|| distribution::imbalance(ascending.runs().map(|(_, count)| count)))
        .flatten();
    ColumnProfile {
        name: column.name.clone(),
        kind: column.kind,
        n_missing: values.len() - ascending.len() - n_infinite,
        n_distinct,
        numbers,
        texts: None,
        imbalance,
        distribution,
        target_association: None,
    }
}

fn level_profile(
    column: &Column,
    codes: &[u32],
    levels: &[String],
    groups: Option<&groups::TargetGroups>,
) -> ColumnProfile {
    let counts = distribution::level_counts(codes, levels.len());
    let n_present: u64 = counts.iter().sum();
    ColumnProfile {
        name: column.name.clone(),
        kind: column.kind,
        n_missing: codes.len() - n_present as usize,
        n_distinct: counts.iter().filter(|&&count| count > 0).count(),
        numbers: None,
        texts: texts::summarise(levels, &counts),
        imbalance: matches!(column.kind, Kind::Boolean | Kind::Category)
            .then(|| distribution::imbalance(counts.iter().copied()))
            .flatten(),
        distribution: distribution::top_levels(codes, levels, &counts, groups),
        target_association: None,
    }
}

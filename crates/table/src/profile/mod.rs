//! Descriptive analytics: what a table holds, one pass over each column.

mod alerts;
mod association;
mod clusters;
mod correlations;
mod distribution;
mod duplicates;
mod groups;
mod leak;
mod summary;
mod wording;

use serde::{Deserialize, Serialize};

use crate::{Column, Kind, Table, TableError, Values};

/// Everything that Explore shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    /// Rows of the table.
    pub n_rows: usize,
    /// Rows that repeat an earlier row in every column.
    pub n_duplicate_rows: usize,
    /// Missing cells over all cells, 0 to 1.
    pub missing_share: f64,
    /// One profile a column, in order.
    pub columns: Vec<ColumnProfile>,
    /// Association of each pair of columns.
    pub correlations: Correlations,
    /// Worst first.
    pub alerts: Vec<Alert>,
    /// The column that distributions are split by, if any.
    pub target: Option<String>,
    /// What `by_target` counts count: the target's levels, or its quantile ranges ("≤ 120,000", …).
    pub target_groups: Vec<String>,
}

/// One column's profile.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ColumnProfile {
    /// The column's name.
    pub name: String,
    /// What its values mean.
    pub kind: Kind,
    /// Missing values; in no other number here.
    pub n_missing: usize,
    /// Different values.
    pub n_distinct: usize,
    /// Numbers only; absent where all are missing.
    pub numbers: Option<NumberSummary>,
    /// The distribution.
    pub distribution: Distribution,
    /// Strength of the relation to the target, 0 to 1 (as in [`Correlations`]); absent for the target
    /// itself, and where either is free text, an identifier or constant.
    pub target_association: Option<f64>,
}

/// Moments and order statistics of a numeric column, missing left out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NumberSummary {
    /// Smallest value.
    pub min: f64,
    /// Largest value.
    pub max: f64,
    /// Arithmetic mean.
    pub mean: f64,
    /// Sample standard deviation (n − 1); 0 for one value.
    pub std: f64,
    /// Fisher–Pearson skewness, bias-corrected as in pandas; 0 where undefined.
    pub skewness: f64,
    /// Exact zeros.
    pub n_zeros: usize,
    /// Quantiles at [`QUANTILES`], linear interpolation.
    pub quantiles: [f64; 7],
}

/// The probabilities of [`NumberSummary::quantiles`].
pub const QUANTILES: [f64; 7] = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99];

/// How values spread.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Distribution {
    /// Equal-width bins of a number; `counts[i]` lies in `edges[i]..edges[i + 1]`, the last bin closed.
    Histogram {
        /// One more than bins.
        edges: Vec<f64>,
        /// Rows in each bin.
        counts: Vec<u64>,
        /// `by_target[bin][group]`; empty without a target.
        by_target: Vec<Vec<u64>>,
        /// Missing values by target group; empty without a target.
        missing_by_target: Vec<u64>,
    },
    /// The most frequent levels, most frequent first.
    Levels {
        /// Level and its rows, at most twenty.
        top: Vec<(String, u64)>,
        /// Rows in levels not listed.
        n_other: u64,
        /// `by_target[level][group]`; empty without a target.
        by_target: Vec<Vec<u64>>,
        /// Missing values by target group; empty without a target.
        missing_by_target: Vec<u64>,
    },
}

/// A symmetric matrix of association, 0 (none) to 1, signed where both columns are numbers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Correlations {
    /// The columns compared: no free text, no identifiers, no constants.
    pub names: Vec<String>,
    /// Row-major `names.len()²`: Spearman for two numbers, bias-corrected Cramér's V for two categories,
    /// correlation ratio η for a number and a category. Missing pairs left out.
    pub values: Vec<f64>,
    /// What was left out, if anything was: columns beyond the sixtieth, rows beyond the two hundred thousandth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// How bad an alert is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// A model trained on this is likely to be wrong.
    Blocking,
    /// A model gets worse, or part of the data is lost.
    Warning,
    /// Worth knowing.
    Note,
}

/// Something in the data that a modeller would want to be told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alert {
    /// How bad it is.
    pub severity: Severity,
    /// Which rule met it.
    pub rule: AlertRule,
    /// The columns concerned.
    pub columns: Vec<String>,
    /// What was found, one sentence with its numbers.
    pub message: String,
    /// What to do about it, one sentence.
    pub advice: String,
    /// The same as one click, where there is one.
    pub fix: Option<Fix>,
}

/// The rules behind alerts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlertRule {
    /// Predicts the target too well to be honest.
    Leak,
    /// Many target values sit at its largest value.
    Cap,
    /// One value throughout.
    Constant,
    /// Nothing but missing values.
    AllMissing,
    /// A value of its own in every row.
    Identifier,
    /// More than 5 % missing.
    Missing,
    /// Categories with more than 50 levels.
    Cardinality,
    /// One level holds nearly all rows.
    Imbalance,
    /// |skewness| over 20.
    Skewed,
    /// Rows that repeat.
    DuplicateRows,
    /// Columns that say the same, as one cluster.
    Correlated,
}

/// A remedy that the workbench can apply.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "fix", rename_all = "snake_case")]
pub enum Fix {
    /// Leave columns out.
    Drop {
        /// Their names.
        columns: Vec<String>,
    },
    /// Keep the first of each set of equal rows.
    Deduplicate,
}

/// Profiles a table. Counts, moments and quantiles are exact on all rows; association is measured on at most
/// 200,000 rows, evenly spaced, and on at most sixty columns against each other.
///
/// # Errors
/// If `target` is not a column.
pub fn profile(table: &Table, target: Option<&str>) -> Result<Profile, TableError> {
    let target = target.map(|name| position(table, name)).transpose()?;
    let groups = target.map(|index| groups::TargetGroups::of(&table.columns()[index]));
    let mut columns: Vec<_> = table
        .columns()
        .iter()
        .map(|column| column_profile(column, groups.as_ref()))
        .collect();
    let measured = correlations::measure(table, &columns, target);
    for (column, strength) in columns.iter_mut().zip(measured.with_target) {
        column.target_association = strength;
    }
    let n_duplicate_rows = duplicates::count(table);
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

fn column_profile(column: &Column, groups: Option<&groups::TargetGroups>) -> ColumnProfile {
    let (n_missing, n_distinct, numbers, distribution) = match &column.values {
        Values::Numbers(values) => {
            let sorted = summary::sorted(values);
            let numbers = summary::summarise(values, &sorted);
            let distinct = summary::n_distinct(&sorted);
            let distribution =
                distribution::histogram(column.kind, values, &sorted, distinct, groups);
            (values.len() - sorted.len(), distinct, numbers, distribution)
        }
        Values::Codes { codes, levels } => {
            let counts = distribution::level_counts(codes, levels.len());
            let n_present: u64 = counts.iter().sum();
            let n_distinct = counts.iter().filter(|&&count| count > 0).count();
            let distribution = distribution::top_levels(codes, levels, &counts, groups);
            (
                codes.len() - n_present as usize,
                n_distinct,
                None,
                distribution,
            )
        }
    };
    ColumnProfile {
        name: column.name.clone(),
        kind: column.kind,
        n_missing,
        n_distinct,
        numbers,
        distribution,
        target_association: None,
    }
}

//! What a profile says: plain values.

use serde::{Deserialize, Serialize};

use super::{Alert, Missingness, TextSummary};
use crate::Kind;

/// Everything that Explore shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    /// Rows of the table.
    pub n_rows: usize,
    /// Rows that repeat an earlier row in every column.
    pub n_duplicate_rows: usize,
    /// Missing cells over all cells, 0 to 1.
    pub missing_share: f64,
    /// Where values are missing, and which columns lack them together.
    pub missing: Missingness,
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

impl Profile {
    /// Whether the target's groups are ranges of a number, in ascending order, rather than classes.
    pub fn has_ordered_groups(&self) -> bool {
        self.columns.iter().any(|column| {
            self.target.as_ref() == Some(&column.name)
                && column.kind.is_number()
                && column.n_distinct > self.target_groups.len()
        })
    }
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
    /// Numbers only; absent where none is finite.
    pub numbers: Option<NumberSummary>,
    /// Everything but numbers; absent where all are missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub texts: Option<TextSummary>,
    /// 1 − H / log₂ k, H the entropy in bits of the shares of its k values: 0 where all are equally frequent, near 1
    /// where one holds nearly all rows. Booleans, categories and whole numbers of two values only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub imbalance: Option<f64>,
    /// The distribution.
    pub distribution: Distribution,
    /// Strength of the relation to the target, 0 to 1 (as in [`Correlations`]); absent for the target
    /// itself, and where either is free text, an identifier or constant.
    pub target_association: Option<f64>,
}

/// Moments and order statistics of a numeric column, exact, missing and infinite values left out.
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
    /// Excess kurtosis, bias-corrected as in pandas; 0 where undefined.
    pub kurtosis: f64,
    /// Exact zeros.
    pub n_zeros: usize,
    /// Values below zero.
    pub n_negative: usize,
    /// Values without limit; in no other number here and in no bin.
    pub n_infinite: usize,
    /// Quantiles at [`QUANTILES`], linear interpolation.
    pub quantiles: [f64; 7],
    /// The smallest values, ascending; at most five.
    pub smallest: Vec<Extreme>,
    /// The largest values, descending; at most five.
    pub largest: Vec<Extreme>,
    /// The values that occur most often and their rows, most frequent first; at most five, none that occurs once.
    pub most_frequent: Vec<(f64, u64)>,
}

/// A value at one end of a column.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Extreme {
    /// The value.
    pub value: f64,
    /// Rows that have it.
    pub n_rows: u64,
    /// The first of them, from zero.
    pub row: usize,
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
    /// bias-corrected correlation ratio (ε) for a number and a category. Missing pairs left out; 0 below twenty pairs.
    pub values: Vec<f64>,
    /// Pearson's r in the same layout; absent unless both columns are numbers, or where it is undefined.
    #[serde(default)]
    pub pearson: Vec<Option<f64>>,
    /// What was left out, if anything was: columns beyond the sixtieth, rows beyond the two hundred
    /// thousandth (fifty thousandth where many columns lack values), and how
    /// far chance may move a coefficient then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

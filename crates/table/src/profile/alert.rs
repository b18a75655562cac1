//! What an alert is, and what can be done about it.

use serde::{Deserialize, Serialize};

use crate::Kind;

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

/// The rules behind alerts; thresholds are those of ydata-profiling where it has the rule.
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
    /// More than 1 % missing.
    Missing,
    /// Values without limit.
    Infinite,
    /// Days or times that are kept as text.
    DateAsText,
    /// Categories with more than 50 levels.
    Cardinality,
    /// One level holds nearly all rows: 1 − H / log₂ k over 0.5.
    Imbalance,
    /// |skewness| over 20.
    Skewed,
    /// More than 1 % zeros.
    Zeros,
    /// Values spread more evenly than chance would (chi-squared, p > 0.999).
    Uniform,
    /// Rows that repeat.
    DuplicateRows,
    /// Columns that say the same (association of at least 0.8), as one cluster.
    Correlated,
    /// Pairs of columns that go together (association from 0.5 to 0.8), all in one alert.
    Related,
}

/// A remedy that the workbench can apply: a step of the recipe.
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
    /// Fill missing values: the median of numbers, the most frequent of other values.
    Impute {
        /// Its name.
        column: String,
        /// What it holds.
        kind: Kind,
        /// Also remember which were missing, in a column of its own.
        indicator: bool,
    },
    /// Read a column as another kind.
    SetKind {
        /// Its name.
        column: String,
        /// The kind to read it as.
        kind: Kind,
    },
    /// Train on the rows that meet a condition.
    Filter {
        /// The condition, in the recipe's language of formulas.
        formula: String,
    },
    /// Replace a column by a formula of it.
    Derive {
        /// Its name.
        column: String,
        /// The formula, in the recipe's language.
        formula: String,
    },
    /// Turn each level into its share of the training rows.
    EncodeFrequency {
        /// The column's name.
        column: String,
    },
}

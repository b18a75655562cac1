//! The steps. A new one is a file here, and a line in [`STEPS`], [`Step`] and [`FittedStep`]: its form, help and
//! JSON come from that declaration.

mod deduplicate;
mod derive;
mod drop;
mod encode;
mod filter;
mod impute;
mod info;
mod set_kind;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use tabwright_table::{Table, profile::Fix};

pub use deduplicate::Deduplicate;
pub use derive::Derive;
pub use drop::DropColumns;
pub use encode::{Encode, EncodeMethod, EncodedColumn, Encoding, FittedEncode};
pub use filter::Filter;
pub use impute::{Fill, FittedImpute, Impute, ImputeMethod, ImputedColumn};
pub use info::{FieldInfo, FieldKind, StepInfo};
pub use set_kind::{FittedSetKind, SetKind};

use crate::{error::Problem, program::Columns};

/// A step's settings, as the user gave them. JSON: `{"step": "impute", "columns": ["age"], "method": "median"}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum Step {
    /// Leave columns out.
    Drop(DropColumns),
    /// Read a column as another kind.
    SetKind(SetKind),
    /// Fill missing values.
    Impute(Impute),
    /// Turn categories into numbers.
    Encode(Encode),
    /// Keep the rows where the formula is true, for training; when scoring, every row is kept.
    Filter(Filter),
    /// A new column by formula.
    Derive(Derive),
    /// Keep the first of each set of equal rows, for training.
    Deduplicate(Deduplicate),
}

/// A step and what it learnt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum FittedStep {
    /// See [`Step::Drop`]; absent columns are no error when scoring.
    Drop(DropColumns),
    /// See [`Step::SetKind`].
    SetKind(FittedSetKind),
    /// See [`Step::Impute`].
    Impute(FittedImpute),
    /// See [`Step::Encode`].
    Encode(FittedEncode),
    /// See [`Step::Filter`]; does nothing when scoring.
    Filter(Filter),
    /// See [`Step::Derive`].
    Derive(Derive),
    /// See [`Step::Deduplicate`]; does nothing when scoring.
    Deduplicate(Deduplicate),
}

/// Every step, in the menu's order.
pub const STEPS: &[StepInfo] = &[
    drop::INFO,
    set_kind::INFO,
    impute::INFO,
    encode::INFO,
    filter::INFO,
    derive::INFO,
    deduplicate::INFO,
];

/// A step's settings: how to learn from a table.
pub(crate) trait Learn {
    /// Checks the settings against the table and learns from its `train` rows (ascending positions).
    fn learn(&self, table: &Table, train: &[u32]) -> Result<FittedStep, Problem>;
}

/// A fitted step: how to change a table.
pub(crate) trait Transform {
    /// The table with its columns changed; rows stay.
    fn apply(&self, table: &Table) -> Result<Table, Problem>;

    /// Refuses a table that lacks a column which the step reads; asked before [`Transform::apply`] when scoring.
    fn check_input(&self, _table: &Table) -> Result<(), Problem> {
        Ok(())
    }

    /// The rows that training keeps, ascending; `None` for all of them.
    fn keep(&self, _table: &Table) -> Result<Option<Vec<u32>>, Problem> {
        Ok(None)
    }

    /// The same as operations on columns whose values are not known yet.
    fn compile(&self, _columns: &mut Columns) -> Result<(), Problem> {
        Ok(())
    }

    /// What it did, one sentence.
    fn summary(&self, before: &Table, after: &Table) -> String;

    /// Turns the names of columns that are needed after the step into those needed before it.
    fn trace(&self, _needed: &mut BTreeSet<String>) {}

    /// The part of the step that columns `needed` after it depend on; `None` if they do not.
    fn pruned(&self, needed: &BTreeSet<String>) -> Option<FittedStep>;
}

impl Step {
    /// Leaves columns out.
    pub fn drop(columns: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Step::Drop(DropColumns {
            columns: columns.into_iter().map(Into::into).collect(),
        })
    }

    /// The step that does what an alert of the profile proposes.
    pub fn of_fix(fix: &Fix) -> Self {
        match fix {
            Fix::Drop { columns } => Step::drop(columns.iter().cloned()),
            Fix::Deduplicate => Step::deduplicate(),
            Fix::Impute {
                column,
                kind,
                indicator,
            } => Step::Impute(Impute {
                columns: vec![column.clone()],
                method: if kind.is_number() {
                    ImputeMethod::Median
                } else {
                    ImputeMethod::Mode
                },
                indicator: *indicator,
            }),
            Fix::SetKind { column, kind } => Step::SetKind(SetKind {
                column: column.clone(),
                kind: *kind,
            }),
            Fix::Filter { formula } => Step::filter(formula),
            Fix::Derive { column, formula } => Step::Derive(Derive {
                column: column.clone(),
                formula: formula.clone(),
            }),
            Fix::EncodeFrequency { column } => Step::Encode(Encode {
                columns: vec![column.clone()],
                method: EncodeMethod::Frequency,
            }),
        }
    }

    /// Keeps the rows where a formula is true, for training.
    pub fn filter(formula: impl Into<String>) -> Self {
        Step::Filter(Filter {
            formula: formula.into(),
        })
    }

    /// Keeps the first of each set of equal rows, for training.
    pub fn deduplicate() -> Self {
        Step::Deduplicate(Deduplicate {})
    }

    /// The step's title, help and settings.
    pub fn info(&self) -> &'static StepInfo {
        match self {
            Step::Drop(_) => &drop::INFO,
            Step::SetKind(_) => &set_kind::INFO,
            Step::Impute(_) => &impute::INFO,
            Step::Encode(_) => &encode::INFO,
            Step::Filter(_) => &filter::INFO,
            Step::Derive(_) => &derive::INFO,
            Step::Deduplicate(_) => &deduplicate::INFO,
        }
    }

    pub(crate) fn learner(&self) -> &dyn Learn {
        match self {
            Step::Drop(step) => step,
            Step::SetKind(step) => step,
            Step::Impute(step) => step,
            Step::Encode(step) => step,
            Step::Filter(step) => step,
            Step::Derive(step) => step,
            Step::Deduplicate(step) => step,
        }
    }
}

impl FittedStep {
    /// The step's title, help and settings.
    pub fn info(&self) -> &'static StepInfo {
        match self {
            FittedStep::Drop(_) => &drop::INFO,
            FittedStep::SetKind(_) => &set_kind::INFO,
            FittedStep::Impute(_) => &impute::INFO,
            FittedStep::Encode(_) => &encode::INFO,
            FittedStep::Filter(_) => &filter::INFO,
            FittedStep::Derive(_) => &derive::INFO,
            FittedStep::Deduplicate(_) => &deduplicate::INFO,
        }
    }

    pub(crate) fn transform(&self) -> &dyn Transform {
        match self {
            FittedStep::Drop(step) => step,
            FittedStep::SetKind(step) => step,
            FittedStep::Impute(step) => step,
            FittedStep::Encode(step) => step,
            FittedStep::Filter(step) => step,
            FittedStep::Derive(step) => step,
            FittedStep::Deduplicate(step) => step,
        }
    }
}

/// "1 row", "2 rows".
fn counted(n: usize, noun: &str) -> String {
    format!("{n} {noun}{}", if n == 1 { "" } else { "s" })
}

/// The first of several, and how many more there are.
fn listed(items: &[String], separator: &str) -> String {
    const SHOWN: usize = 5;
    let shown = items[..items.len().min(SHOWN)].join(separator);
    match items.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown}{separator}and {more} more"),
    }
}

//! The steps. A new one is a file here, its `mod` line, and a line in the list below: menu, form, help, JSON, its schema, and what
//! other engines are told come from what the file declares.

mod deduplicate;
mod derive;
mod drop;
mod encode;
mod filter;
mod impute;
mod info;
#[cfg(test)]
mod schemas;
mod set_kind;
#[cfg(test)]
mod tests;
mod winsorise;

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tabwright_table::{Table, profile::Fix};

pub use info::{FieldInfo, FieldKind, StepInfo};

use crate::{error::Problem, program::Columns};

/// From the one list of steps: [`Step`], [`FittedStep`], [`STEPS`], and who answers for each.
macro_rules! steps {
    ($($(#[$doc:meta])+ $name:ident($module:ident): $step:ident => $fitted:ident,)+) => {
        $(pub use $module::*;)+

        /// A step's settings, as the user gave them. JSON: `{"step": "impute", "columns": ["age"], "method": "median"}`.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
        #[serde(tag = "step", rename_all = "snake_case")]
        pub enum Step {
            $($(#[$doc])+ $name($step),)+
        }

        /// A step and what it learnt.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
        #[serde(tag = "step", rename_all = "snake_case")]
        pub enum FittedStep {
            $($(#[$doc])+ $name($fitted),)+
        }

        /// Every step, in the menu's order.
        pub const STEPS: &[StepInfo] = &[$(<$step as Learn>::INFO),+];

        impl Step {
            /// The step's title, help and settings.
            pub fn info(&self) -> &'static StepInfo {
                match self {
                    $(Step::$name(_) => &<$step as Learn>::INFO,)+
                }
            }

            /// See [`Learn::learn`].
            pub(crate) fn learn(&self, table: &Table, train: &[u32]) -> Result<FittedStep, Problem> {
                match self {
                    $(Step::$name(step) => step.learn(table, train).map(FittedStep::$name),)+
                }
            }

            /// Every step's examples; see [`Learn::EXAMPLES`].
            #[cfg(test)]
            pub(crate) fn examples() -> Vec<Step> {
                let all: &[&[&str]] = &[$(<$step as Learn>::EXAMPLES),+];
                all.concat().into_iter().map(|json| serde_json::from_str(json).unwrap()).collect()
            }
        }

        impl FittedStep {
            /// The step's title, help and settings.
            pub fn info(&self) -> &'static StepInfo {
                match self {
                    $(FittedStep::$name(_) => &<$step as Learn>::INFO,)+
                }
            }

            /// Refuses what no fit gives: a file may hold anything.
            ///
            /// # Errors
            /// What is wrong with it, for people.
            pub fn check(&self) -> Result<(), String> {
                self.transform().check()
            }

            pub(crate) fn transform(&self) -> &dyn Transform {
                match self {
                    $(FittedStep::$name(step) => step,)+
                }
            }

            /// See [`Transform::pruned`].
            pub(crate) fn pruned(&self, needed: &BTreeSet<String>) -> Option<FittedStep> {
                match self {
                    $(FittedStep::$name(step) => step.pruned(needed).map(FittedStep::$name),)+
                }
            }
        }
    };
}

// Name(file): its settings => what it learnt.
steps! {
    /// Columns left out.
    Drop(drop): DropColumns => DropColumns,
    /// A column read as another kind.
    SetKind(set_kind): SetKind => FittedSetKind,
    /// Missing values filled.
    Impute(impute): Impute => FittedImpute,
    /// Numbers beyond two quantiles pulled back to them.
    Winsorise(winsorise): Winsorise => FittedWinsorise,
    /// Categories turned into numbers.
    Encode(encode): Encode => FittedEncode,
    /// Rows kept in training; when scoring, every row is.
    Filter(filter): Filter => Filter,
    /// A new column by formula.
    Derive(derive): Derive => Derive,
    /// Equal rows taken once in training; when scoring, every row is.
    Deduplicate(deduplicate): Deduplicate => Deduplicate,
}

/// A step's settings: how to learn from a table.
pub(crate) trait Learn {
    /// How menus and forms show the step.
    const INFO: StepInfo;

    /// Settings that fit the passengers of the tests, as JSON: every test of all steps tries them.
    #[cfg(test)]
    const EXAMPLES: &'static [&'static str];

    /// What it learns.
    type Fitted: Transform;

    /// Checks the settings against the table and learns from its `train` rows (ascending positions).
    fn learn(&self, table: &Table, train: &[u32]) -> Result<Self::Fitted, Problem>;
}

/// A fitted step: how to change a table.
pub(crate) trait Transform {
    /// The table with its columns changed; rows stay.
    fn apply(&self, table: &Table) -> Result<Table, Problem>;

    /// The same as operations on columns whose values are not known yet: what other engines are told. Without it an export would
    /// give other scores, so that a step which only drops rows says so.
    fn compile(&self, columns: &mut Columns) -> Result<(), Problem>;

    /// Refuses a table that lacks a column which the step reads; asked before [`Transform::apply`] when scoring.
    fn check_input(&self, _table: &Table) -> Result<(), Problem> {
        Ok(())
    }

    /// Refuses what no fit gives; a file may hold anything.
    fn check(&self) -> Result<(), String> {
        Ok(())
    }

    /// The rows that training keeps, ascending; `None` for all of them.
    fn keep(&self, _table: &Table) -> Result<Option<Vec<u32>>, Problem> {
        Ok(None)
    }

    /// What it did, one sentence.
    fn summary(&self, before: &Table, after: &Table) -> String;

    /// Turns the names of columns that are needed after the step into those needed before it.
    fn trace(&self, _needed: &mut BTreeSet<String>) {}

    /// The part of the step that columns `needed` after it depend on; `None` if they do not.
    fn pruned(&self, needed: &BTreeSet<String>) -> Option<Self>
    where
        Self: Sized;
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

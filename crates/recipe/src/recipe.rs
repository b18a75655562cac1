//! A recipe: steps in order, each on or off.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tabwright_table::{Schema, Table};

use crate::{
    Feature, FittedStep, RecipeError, Step,
    error::Problem,
    program::{Columns, Program},
};

/// One entry of a recipe.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RecipeStep {
    /// Switched off, a step is kept and skipped.
    #[serde(default = "yes")]
    pub enabled: bool,
    /// What it does.
    #[serde(flatten)]
    pub step: Step,
}

fn yes() -> bool {
    true
}

/// Steps, in the order in which they apply.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Recipe {
    /// The steps.
    pub steps: Vec<RecipeStep>,
}

/// What a recipe learnt from training rows. Plain data; applying it needs nothing else.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FittedRecipe {
    /// Only enabled steps.
    pub steps: Vec<FittedStep>,
}

/// What one step did to the table, for the list of steps on screen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepOutcome {
    /// Rows before and after.
    pub n_rows: (usize, usize),
    /// Columns before and after.
    pub n_columns: (usize, usize),
    /// What it learnt or did, one sentence ("median 28 for 177 missing ages").
    pub summary: String,
}

/// The product of fitting.
pub struct Fit {
    /// What was learnt.
    pub fitted: FittedRecipe,
    /// The table after all steps. Its rows may be fewer: filters and deduplication drop rows here, never when
    /// scoring.
    pub table: Table,
    /// For each row of `table`, its row in the table that went in.
    pub origin: Vec<u32>,
    /// One outcome an enabled step.
    pub outcomes: Vec<StepOutcome>,
}

impl From<Step> for RecipeStep {
    fn from(step: Step) -> Self {
        Self {
            enabled: true,
            step,
        }
    }
}

impl Recipe {
    /// These steps, all switched on.
    pub fn new(steps: impl IntoIterator<Item = Step>) -> Self {
        Self {
            steps: steps.into_iter().map(RecipeStep::from).collect(),
        }
    }

    /// Only a filter: [`Fit::origin`] then says which rows meet the formula.
    pub fn filter(formula: &str) -> Self {
        Self::new([Step::filter(formula)])
    }

    /// Fits the steps in order, each on the result of the one before, and applies them.
    ///
    /// `train` are the rows (positions in `table`, ascending) that may be learnt from; row-dropping steps keep
    /// or drop every row by the same rule, learning steps look at training rows only. `None` means all rows.
    ///
    /// # Errors
    /// The first step that does not fit the table, by its position and title.
    pub fn fit(&self, table: &Table, train: Option<&[u32]>) -> Result<Fit, RecipeError> {
        let mut fit = Fit {
            fitted: FittedRecipe::default(),
            table: table.clone(),
            origin: (0..table.n_rows() as u32).collect(),
            outcomes: Vec::new(),
        };
        let may_learn = train.map(|train| {
            let mut is_train = vec![false; table.n_rows()];
            for &row in train {
                if let Some(is_train) = is_train.get_mut(row as usize) {
                    *is_train = true;
                }
            }
            is_train
        });
        for (position, entry) in self
            .steps
            .iter()
            .enumerate()
            .filter(|(_, entry)| entry.enabled)
        {
            fit.step(&entry.step, may_learn.as_deref())
                .map_err(|problem| problem.in_fit(position + 1, entry.step.info().title))?;
        }
        Ok(fit)
    }
}

impl Fit {
    /// Fits one more step and applies it. `may_learn` has one entry a row of the table that went in.
    fn step(&mut self, step: &Step, may_learn: Option<&[bool]>) -> Result<(), Problem> {
        let is_train = |origin: u32| may_learn.is_none_or(|may_learn| may_learn[origin as usize]);
        let train: Vec<u32> = (0..)
            .zip(&self.origin)
            .filter(|(_, origin)| is_train(**origin))
            .map(|(row, _)| row)
            .collect();
        let fitted = step.learn(&self.table, &train)?;
        let transform = fitted.transform();
        let mut after = transform.apply(&self.table)?;
        if let Some(rows) = transform.keep(&self.table)? {
            after = after.take(&rows);
            self.origin = rows.iter().map(|&row| self.origin[row as usize]).collect();
        }
        self.outcomes.push(StepOutcome {
            n_rows: (self.table.n_rows(), after.n_rows()),
            n_columns: (self.table.columns().len(), after.columns().len()),
            summary: transform.summary(&self.table, &after),
        });
        self.table = after;
        self.fitted.steps.push(fitted);
        Ok(())
    }
}

impl FittedRecipe {
    /// Applies the steps to rows that are to be scored: every row stays, in order. Steps that only drop rows
    /// do nothing here.
    ///
    /// # Errors
    /// [`RecipeError::MissingInput`] if a column that a step reads is absent (columns to drop may be). A recipe
    /// that was [`pruned`](Self::pruned) reads nothing but its [`inputs`](Self::inputs).
    pub fn apply(&self, table: &Table) -> Result<Table, RecipeError> {
        let mut table = table.clone();
        for (position, step) in self.steps.iter().enumerate() {
            let transform = step.transform();
            table = transform
                .check_input(&table)
                .and_then(|()| transform.apply(&table))
                .map_err(|problem| problem.in_scoring(position + 1, step.info().title))?;
        }
        Ok(table)
    }

    /// Which columns of the input are needed to make `features` (names after the recipe), in the input's order.
    pub fn inputs(&self, schema: &Schema, features: &[String]) -> Vec<String> {
        let mut needed: BTreeSet<String> = features.iter().cloned().collect();
        for step in self.steps.iter().rev() {
            step.transform().trace(&mut needed);
        }
        schema
            .columns
            .iter()
            .map(|column| &column.name)
            .filter(|name| needed.contains(*name))
            .cloned()
            .collect()
    }

    /// The recipe without what `features` (names after the recipe) do not depend on: steps on the target, and on
    /// columns that are dropped later or left out as free text. What a scorer should be given.
    pub fn pruned(&self, features: &[String]) -> FittedRecipe {
        let mut needed: BTreeSet<String> = features.iter().cloned().collect();
        let mut steps = Vec::with_capacity(self.steps.len());
        for step in self.steps.iter().rev() {
            steps.extend(step.pruned(&needed));
            step.transform().trace(&mut needed);
        }
        steps.reverse();
        FittedRecipe { steps }
    }

    /// The steps as operations on the columns of `schema`, as far as `features` (after the recipe) depend on them.
    ///
    /// # Errors
    /// As [`FittedRecipe::apply`] has them: a column that is absent or of another kind.
    pub fn program(&self, schema: &Schema, features: &[Feature]) -> Result<Program, RecipeError> {
        let names: Vec<String> = features
            .iter()
            .map(|feature| feature.name.clone())
            .collect();
        let mut columns = Columns::of(schema);
        for (position, step) in self.pruned(&names).steps.iter().enumerate() {
            step.transform()
                .compile(&mut columns)
                .map_err(|problem| problem.in_scoring(position + 1, step.info().title))?;
        }
        let cells = features
            .iter()
            .map(|feature| feature.compile(&mut columns))
            .collect::<Result<_, _>>()?;
        Ok(columns.into_program(cells))
    }
}

#[cfg(test)]
mod tests;

//! Wrangling steps: specified once, fitted on training rows, applied to any rows; then table to matrix.
//!
//! A [`Recipe`] is what the user clicked. [`Recipe::fit`] learns what its steps need (medians, levels) from
//! training rows and gives a [`FittedRecipe`], a plain value that ships in the bundle.

mod edit;
mod error;
pub mod formula;
mod matrix;
mod middle;
pub mod program;
mod recipe;
pub mod steps;
#[cfg(test)]
mod testing;
mod value;

pub use error::RecipeError;
pub use matrix::{Feature, FeatureKind, Matrix, UNSEEN_CODE};
pub use recipe::{Fit, FittedRecipe, Recipe, RecipeStep, StepOutcome};
pub use steps::{FieldInfo, FieldKind, FittedStep, STEPS, Step, StepInfo};

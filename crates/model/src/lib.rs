//! Predictors, the bundle, scoring and drift: all that a server needs, and nothing that it does not.

pub mod bundle;
mod coerce;
pub mod drift;
mod error;
mod evaluation;
mod output;
mod predictor;
mod score;
mod task;
mod text;

pub use bundle::{Bundle, Manifest, Proof, ProofReport, SearchRecord, TrialRecord};
pub use drift::{
    Baseline, ColumnDrift, ComparedColumn, Comparison, DriftReport, KindChange, Shape,
    compare_tables,
};
pub use error::ModelError;
pub use evaluation::{Evaluation, EvaluationDetail, Importance};
pub use output::{score_column, write_scores};
pub use predictor::{Constant, Linear, LinearOutput, Link, Predictor, Term, Tree, TreeEnsemble};
pub use score::{Model, Pipeline, Scores};
pub use task::{ParamValue, Params, Task};

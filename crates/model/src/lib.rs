//! Predictors, the bundle, scoring and drift: all that a server needs, and nothing that it does not.

pub mod bundle;
mod coerce;
mod dataset;
pub mod drift;
mod error;
mod evaluation;
mod gate;
mod interval;
mod measure;
mod output;
mod predictor;
mod score;
mod scorer;
mod stream;
mod task;
mod text;
mod tuning;
mod validation;

pub use bundle::{Bundle, Manifest, Proof, ProofReport, SearchRecord};
pub use dataset::{Dataset, TargetError, TaskChoice, detect_task};
pub use drift::{
    ColumnDrift, ComparedColumn, Comparison, DriftReport, KindChange, Reference, Shape, Verdict,
    compare_tables,
};
pub use error::ModelError;
pub use evaluation::{Evaluation, EvaluationDetail, Importance};
pub use gate::{Gate, Hurdle, Unmet};
pub use interval::Interval;
pub use output::{score_column, write_scores};
pub use predictor::{
    Coefficient, CoefficientTest, Coefficients, Constant, Contributions, Explainer, INTERVAL,
    Linear, LinearOutput, Link, OutputErrors, Predictor, Term, Tree, TreeEnsemble, TreeScorer,
    Uncertainty, ranks,
};
pub use score::{DEFAULT_THRESHOLD, Finish, Model, Pipeline, Scores};
pub use scorer::Scorer;
pub use stream::ScoreStream;
pub use tabwright_metrics::Better;
pub use task::{ParamValue, Params, Task};
pub use tuning::{Method, Nested, OuterFold, Rung, Span, TrialRecord, Tuned, Tuning};
pub use validation::Validation;

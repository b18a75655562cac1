//! Scores and truth in, numbers and curves out. Slices only: this crate knows nothing of the workspace.
//!
//! Classes are positions `0..n_classes`; in a binary task class 1 is the positive one. Probabilities are
//! row-major, `n_rows × n_classes`; in a binary task one probability a row, that of class 1.

mod answers;
mod beta;
mod better;
mod calibration;
mod classification;
mod compare;
mod curves;
mod drift;
mod metric;
mod regression;
mod tails;
mod two_sample;

pub use answers::{Answers, Classes};
pub use beta::{normal_bound, normal_tails, student_bound, student_tails};
pub use better::Better;
pub use calibration::{CalibrationBin, calibration};
pub use classification::{
    accuracy, confusion_matrix, f1_binary, f1_macro, log_loss_binary, log_loss_multiclass,
};
pub use compare::{Estimate, mean_std};
pub use curves::{CurvePoint, PrPoint, RocPoint, average_precision, roc_auc, threshold_curve};
pub use drift::psi;
pub use metric::{Metric, TaskKind, Unit};
pub use regression::{mae, r2, rmse};
pub use tails::{chi_squared_tail, kolmogorov_tail};
pub use two_sample::{TestResult, chi_squared, kolmogorov_smirnov};

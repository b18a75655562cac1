//! Fit, rank, cross-validate, tune: linear models and the histogram trees.
//!
//! A [`Trial`] says what to fit; it falls into [`Part`]s (one a fold, and one on all rows) that need nothing of each
//! other, so that any number of workers may share them and the result is the same.
//!
//! App and command come in by [`run_part`]. [`LinearModel`] and [`trees::GradientBoosting`] are a second door, for Rust programs that
//! speak linfa: the same fits behind linfa's traits, a path of penalties, and boosting that goes on from a fitted ensemble. Nothing in
//! this workspace uses it but the tests that hold our fits against linfa's.

mod baseline;
mod cart;
mod curve;
mod error;
mod evaluate;
mod fit;
mod gather;
mod importance;
mod linear;
pub mod params;
mod rank;
mod report;
mod run;
mod search;
mod split;
mod stream;
mod training;
pub mod trees;
mod trial;
mod weights;

pub use curve::{CurveFit, LearningCurve, LearningPoint};
pub use error::TrainError;
pub use gather::gather;
pub use linear::{LinearModel, PathPoint, ValidLinearModel};
pub use params::{Algorithm, ParamSpec, Scale};
pub use rank::{FeatureRank, rank_features};
pub use report::{Convergence, FitReport, LossCurve, PruningPath, Stop};
pub use run::run_part;
pub use search::{Place, Search, Spot, Standing, State, Tuner, Unit, best_trial, loss_of};
pub use split::{Fold, Splits};
// What a trial says of its target.
pub use tabwright_model::{Dataset, TaskChoice, detect_task};
pub use trial::{Part, PartResult, Trained, Trial, Within};

/// How a long computation speaks to whoever started it, and hears that it should stop.
pub trait Observer {
    /// Milliseconds since any fixed moment; only for reporting how long things took.
    fn now_ms(&self) -> f64;
    /// Reports `done` of `total` units of `what` ("tree", "epoch").
    fn progress(&self, done: u32, total: u32, what: &str);
    /// Whether to stop as soon as possible.
    fn cancelled(&self) -> bool;
}

/// An observer that hears nothing and never stops.
pub struct Silent;

impl Observer for Silent {
    fn now_ms(&self) -> f64 {
        0.0
    }
    fn progress(&self, _done: u32, _total: u32, _what: &str) {}
    fn cancelled(&self) -> bool {
        false
    }
}

//! The session and its jobs: requests in, events out. No browser, no files, no clock: those come in as
//! [`Source`] and [`Host`].
//!
//! The same [`Engine`] runs in the browser's workers (crate `worker`) and natively (crate `cli`, tests). A lead engine
//! holds the table, the results and the bundle under test; helper engines hold the same table and run [`Command::RunPart`]
//! for it. Nothing that a helper holds is lost with it.

mod bundle;
mod count;
pub mod drive;
mod engine;
mod error;
mod executor;
mod explore;
mod headless;
mod host;
mod load;
mod pack;
mod project;
mod protocol;
mod rows;
mod session;
mod warm;

pub use engine::{Engine, Input};
pub use error::{Area, Failure};
pub use executor::{Executor, Fit, OneByOne, Tally, Work};
pub use headless::{CHOSEN, Headless, Listener, Replayed};
pub use host::{Host, Source};
pub use load::Reading;
pub use pack::Unpacked;
pub use project::{ModelChoice, Project, SavedResult, SourceInfo};
pub use protocol::calls::{self, Call, FittedPart, Previewed, Ranked};
pub use protocol::{
    Body, BundleEntry, BundleInfo, Command, Compared, Event, Exported, Monitored, PreviewStep,
    Progress, Reply, Request, RowWindow, SplitInfo, TableInfo, TargetInfo, TrialSummary, View,
};
pub use warm::Practice;

// The value types that the protocol carries, so that the app needs no other crate of the engine.
pub use tabwright_metrics as metrics;
pub use tabwright_model as model;
pub use tabwright_recipe as recipe;
pub use tabwright_table as table;
pub use tabwright_train as train;
pub use tabwright_train::best_trial;

/// The engine's version, which bundles carry.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

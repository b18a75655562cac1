//! What the app knows: one [`Session`] of signals, the facts that engines make of it ([`facts`]), and the commands that change it.
//!
//! Pages read signals and facts and call commands; nothing else writes signals.

pub mod commands;
mod engines;
mod fact;
pub mod facts;
mod fits;
mod jobs;
mod models;
mod numbered;
mod opened;
mod results;
mod session;
mod stages;

pub use engines::Engines;
pub use fact::Standing;
pub use facts::Facts;
pub use fits::fit;
pub use jobs::{Job, Jobs, RunningJob, Work};
pub use models::{
    BundleFile, MadeBundle, MadeOn, Models, MonitoredRows, OpenedBundle, Search, SearchPlan,
};
pub use numbered::Numbered;
pub use opened::OpenedProject;
pub use results::TrialResult;
pub use session::{Loaded, Session, Theme, use_session};
pub use stages::{Stage, StageState};
pub use tabwright_workbench::history::History;
pub use tabwright_workbench::stamped::Loadable;

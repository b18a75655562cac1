//! What the app knows: one [`Session`] of signals, the commands that change it, and what follows from it.
//!
//! Pages read signals and call commands; nothing else writes them. What follows from other signals is derived, and what an
//! engine made is stamped with the inputs that it was made from ([`Stamped`]), so that staleness is derived as well.

pub mod commands;
mod history;
mod jobs;
mod loadable;
mod made;
mod models;
mod results;
mod session;
mod stages;

pub use history::History;
pub use jobs::{Job, Jobs, RunningJob};
pub use loadable::{Loadable, Stamped};
pub use made::{Preview, Ranking};
pub use models::{
    MadeBundle, MadeOn, Models, MonitoredRows, OpenedBundle, ResultInputs, Search, SplitInputs,
};
pub use results::TrialResult;
pub use session::{Session, TableInputs, Theme, use_session};
pub use stages::{Stage, StageState};

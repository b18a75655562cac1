//! What changes the session, one file a domain. A command asks the engine, puts the outcome into the session, and leaves the
//! session as it was where it fails.
//!
//! `shelf` knows the session alone, `results` knows it; `tune` and `table` know results, `project` these, `data`, `train` and `monitor` what they go on with: none
//! knows one that knows it.

pub mod data;
pub mod evaluate;
pub mod explore;
pub mod export;
pub mod monitor;
pub mod project;
pub mod recipe;
mod results;
pub mod shelf;
pub mod table;
pub mod train;
pub mod tune;
pub mod validation;

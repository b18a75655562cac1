//! What changes the session, one file a domain. A command asks the engine, puts the outcome into the session, and leaves the
//! session as it was where it fails.

pub mod data;
pub mod evaluate;
pub mod explore;
pub mod export;
mod fits;
pub mod learn;
pub mod monitor;
pub mod project;
pub mod recipe;
pub mod results;
pub mod train;
pub mod tune;
pub mod validation;

use tabwright_engine::{Area, Failure};

/// The failure for an answer that does not belong to its command.
pub fn unexpected() -> Failure {
    Failure::new(
        Area::Engine,
        "the engine answered something else than it was asked: reload the page; the project is kept",
    )
}

//! One file a command.

pub mod profile;
pub mod run;
pub mod score;
pub mod train;
pub mod verify;

//! One file a command.

pub mod coefficients;
pub mod export;
pub mod learn;
pub mod profile;
pub mod run;
pub mod score;
pub mod serve;
pub mod sign;
pub mod train;
pub mod tune;
pub mod verify;

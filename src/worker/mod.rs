//! The engine behind the page: one lead worker that holds the session, helpers that fit.
//!
//! A message is `{frame, file?, buffers}`: the frame is a request or an event of the engine's protocol as crate `wire` writes it, the
//! file is handed over, not read, and buffers are bytes that nobody here looks into.

mod client;
mod link;
mod message;
mod pool;

pub use client::{Attach, Client};
pub use pool::{Fitted, Pool, PoolEvent, Unit};

//! CSV bytes to typed columns, and what those columns hold.
//!
//! This crate knows nothing else of the workspace, and no file system, clock or thread: bytes are pushed
//! in, a [`Table`] and a [`ReadReport`] come out.

mod column;
mod error;
mod format;
pub mod profile;
mod range;
pub mod read;
mod schema;

pub use column::{Column, Kind, Levels, MISSING_CODE, Table, Values};
pub use error::TableError;
pub use format::{format_number, format_value, parse_number, parse_time};
pub use profile::{Profile, profile};
pub use read::{Batches, Dialect, Encoding, ReadOptions, ReadReport, Reader};
pub use schema::{ColumnSchema, Schema};

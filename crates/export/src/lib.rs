//! A pipeline, from raw columns to scores, as other engines run it.
//!
//! [`Target`] lists the engines. Each writer gets a [`Plan`]. What every engine is told, whatever its language:
//!
//! - A number that is absent, not finite, or one of the schema's missing tokens is missing. Days and times are seconds since 1970-01-01T00:00 within.
//! - A text that is absent or empty, or is one of the schema's missing tokens, is missing. Texts are taken as they are: blanks around
//!   them were dropped when the training file was read, and are for the caller to drop.
//! - Yes/no columns are texts, spelt as in the training file.
//! - Results are called `prediction` (the number or the called class), `score` (the margin; of several classes the called one's) and
//!   `p_<class>`, as `tabwright score` writes them.

// Text is put together here, once an export.
#![allow(clippy::format_push_string)]

mod error;
mod mlflow;
mod onnx;
mod plan;
mod python;
#[cfg(feature = "spark")]
mod spark;
mod sql;
mod target;

pub use error::ExportError;
pub use mlflow::{MLFLOW, mlflow};
pub use onnx::onnx;
pub use plan::Plan;
pub use python::python;
#[cfg(feature = "spark")]
pub use spark::spark;
pub use sql::{Dialect, sql};
pub use target::{Artifact, Target, bundled};

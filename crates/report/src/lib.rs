//! What was found, to take away: the profile of a table as [`html`], one page that needs no script, no network and no other
//! file, and as [`json`], the same numbers for programs; a trained model as [`model_html`]. Equal results give equal bytes.

mod card;
mod error;
mod html;
mod json;
mod missing;
mod model;
mod sections;
mod svg;
mod text;

pub use error::ReportError;
pub use html::html;
pub use json::json;
pub use model::model_html;

use tabwright_table::{Profile, ReadReport};

/// What a report is about.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The file's name.
    pub file: &'a str,
    /// What it holds.
    pub profile: &'a Profile,
    /// How it was read.
    pub read: &'a ReadReport,
}

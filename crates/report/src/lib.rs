//! The profile of a table to take away: [`html`], one page that needs no script, no network and no other file, and
//! [`json`], the same numbers for programs. Equal profiles give equal bytes.

mod card;
mod error;
mod html;
mod json;
mod missing;
mod sections;
mod svg;
mod text;

pub use error::ReportError;
pub use html::html;
pub use json::json;

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

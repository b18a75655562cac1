//! Why there is no report.

/// Why a report was not made.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// A chart of it could not be drawn.
    #[error("the chart of \"{what}\" could not be drawn: {why}")]
    Chart {
        /// What it shows.
        what: String,
        /// Why not.
        why: tabwright_chart::ChartError,
    },
    /// Its values could not be written as JSON.
    #[error("the profile could not be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
}

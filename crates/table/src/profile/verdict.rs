//! What to think of a table, in one sentence.

use super::{Profile, Severity, wording};

impl Profile {
    /// Whether a model can be trained on it, and what is in the way; names stand between backquotes.
    pub fn verdict(&self) -> String {
        let size = format!(
            "{} and {}",
            counted(self.n_rows, "row"),
            counted(self.columns.len(), "column")
        );
        let of = |severity: Severity| {
            let alerts = self.alerts.iter();
            alerts.filter(move |alert| alert.severity == severity)
        };
        let (n_blocking, n_warnings) = (
            of(Severity::Blocking).count(),
            of(Severity::Warning).count(),
        );
        if n_blocking > 0 {
            let columns: Vec<String> = of(Severity::Blocking)
                .filter_map(|alert| alert.columns.first().cloned())
                .collect();
            return format!(
                "Not ready to train on: {size}, with {} in {} to mend first.",
                counted(n_blocking, "blocking problem"),
                wording::names(&columns)
            );
        }
        match n_warnings {
            0 => format!("Ready to train on: {size}, nothing found that would mislead a model."),
            n => format!(
                "Ready to train on: {size}; heeding {} could make a model better.",
                counted(n, "warning")
            ),
        }
    }
}

fn counted(n: usize, what: &str) -> String {
    let plural = if n == 1 { "" } else { "s" };
    format!("{} {what}{plural}", wording::count(n))
}

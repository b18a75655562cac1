//! What to think of a table, in one sentence.

use super::{Alert, AlertRule, Profile, Severity, wording, wording::counted};

impl Profile {
    /// [`Profile::verdict_of`] all alerts.
    pub fn verdict(&self) -> String {
        self.verdict_of(&self.alerts)
    }

    /// Whether a model can be trained on it, and what is in the way; names stand between backquotes. `open` are the alerts
    /// that nothing has been done about yet.
    pub fn verdict_of<'a>(&self, open: impl IntoIterator<Item = &'a Alert>) -> String {
        let size = format!(
            "{} and {}",
            counted(self.n_rows, "row"),
            counted(self.columns.len(), "column")
        );
        let (mut n_blocking, mut n_warnings, mut places) = (0, 0, Vec::new());
        for alert in open {
            match alert.severity {
                Severity::Blocking => {
                    n_blocking += 1;
                    let place = place(alert);
                    if !places.contains(&place) {
                        places.push(place);
                    }
                }
                Severity::Warning => n_warnings += 1,
                Severity::Note => {}
            }
        }
        if n_blocking > 0 {
            return format!(
                "Not ready to train on: {size}, with {} in {} to mend first.",
                counted(n_blocking, "blocking problem"),
                wording::list(&places)
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

/// Where a problem is: in a column, or in whole rows.
fn place(alert: &Alert) -> String {
    match (alert.columns.first(), alert.rule) {
        (Some(column), _) => format!("`{column}`"),
        (None, AlertRule::DuplicateRows) => "repeated rows".into(),
        (None, _) => "the table".into(),
    }
}

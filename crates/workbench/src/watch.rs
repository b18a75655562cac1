//! What new rows say about a model in use: the sentence, and whether the model can stay.

use tabwright_engine::Monitored;
use tabwright_engine::metrics::Metric;
use tabwright_engine::model::{ColumnDrift, Unmet, Verdict};
use tabwright_format::counted;

/// What to do with the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advice {
    /// Nothing speaks against it.
    Keep,
    /// Its inputs or scores moved, and how good it is on these rows is within its limits or not known.
    Watch,
    /// It is worse on these rows than its gate lets it be.
    Replace,
}

/// Whether a column has moved at all.
pub fn is_moved(column: &ColumnDrift) -> bool {
    column.verdict != Verdict::Stable
}

/// What to do, by the gate first and the drift second.
pub fn advice(rows: &Monitored) -> Advice {
    let mut columns = rows.drift.columns.iter().chain(&rows.drift.score);
    if rows.unmet.iter().any(|unmet| unmet.found.is_some()) {
        Advice::Replace
    } else if columns.any(is_moved) {
        Advice::Watch
    } else {
        Advice::Keep
    }
}

/// The verdict in a few sentences: the gate where the rows carry the target, then the drift.
pub fn sentence(rows: &Monitored) -> String {
    let said: Vec<String> = performance(rows).into_iter().chain([drift(rows)]).collect();
    said.join(" ")
}

/// What the gate says; nothing without a target or a gate.
fn performance(rows: &Monitored) -> Option<String> {
    let missed: Vec<String> = rows.unmet.iter().filter_map(limit).collect();
    let unknown: Vec<&str> = rows
        .unmet
        .iter()
        .filter(|unmet| unmet.found.is_none())
        .map(|unmet| Metric::title_of(&unmet.metric))
        .collect();
    let unknown = (!unknown.is_empty())
        .then(|| format!("{} cannot be known on these rows.", listed(&unknown)));
    let said = match (rows.metrics.is_empty(), rows.n_hurdles, missed.is_empty()) {
        (true, ..) | (_, 0, _) => return None,
        (_, _, true) if unknown.is_some() => return unknown,
        (_, _, true) => "On these rows the model is within the limits of its gate.".to_owned(),
        (_, _, false) => format!(
            "The model is worse on these rows than its gate allows: {}.",
            missed.join("; ")
        ),
    };
    Some(
        [Some(said), unknown]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" "),
    )
}

/// `AUC is 0.833, at least 0.850 is asked`.
fn limit(unmet: &Unmet) -> Option<String> {
    let found = unmet.found?;
    let metric = Metric::by_key(&unmet.metric)?;
    let bound = match metric.better() {
        tabwright_engine::metrics::Better::Higher => "at least",
        tabwright_engine::metrics::Better::Lower => "at most",
    };
    Some(format!(
        "{} is {}, {bound} {} is asked",
        metric.term(),
        metric.text(found),
        metric.text(unmet.needed)
    ))
}

fn listed(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

fn drift(rows: &Monitored) -> String {
    let drift = &rows.drift;
    let with = |verdict: Verdict| {
        let columns = drift.columns.iter();
        columns.filter(|column| column.verdict == verdict).count()
    };
    let (major, moderate) = (with(Verdict::Major), with(Verdict::Moderate));
    let of = format!("{} of {}", counted(rows.n_rows, "row", "rows"), rows.file);
    let score_moved = drift.score.as_ref().map(is_moved);
    let and_score = match score_moved {
        Some(true) => "; the score has moved too",
        Some(false) => "; the score has not",
        None => "",
    };
    match (major, moderate) {
        (0, 0) if score_moved == Some(true) => format!(
            "The {of} look like those of training, but they are scored otherwise. Rows that the model was trained on get more extreme \
             scores than the held-out rows that it is compared with."
        ),
        (0, 0) => format!("The inputs of the {of} look like those of training."),
        (0, some) => format!(
            "{} moved moderately in {of}{and_score}.",
            counted(some, "input has", "inputs have")
        ),
        (some, _) if rows.metrics.is_empty() => format!(
            "{} moved far from training in {of}{and_score}: expect the model to be worse than it was.",
            counted(some, "input has", "inputs have")
        ),
        (some, _) => format!(
            "{} moved far from training in {of}{and_score}.",
            counted(some, "input has", "inputs have")
        ),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use tabwright_engine::RowWindow;
    use tabwright_engine::model::DriftReport;

    use super::*;

    fn column(verdict: Verdict) -> ColumnDrift {
        ColumnDrift {
            name: "age".to_owned(),
            psi: 0.0,
            missing_psi: 0.0,
            verdict,
            missing: (0.0, 0.0),
            bins: Vec::new(),
            reference: Vec::new(),
            current: Vec::new(),
            unseen: 0.0,
        }
    }

    fn rows(verdict: Verdict, auc: Option<f64>, unmet: Vec<Unmet>) -> Monitored {
        Monitored {
            file: "new.csv".to_owned(),
            n_rows: 100,
            drift: DriftReport {
                columns: vec![column(verdict)],
                score: Some(column(Verdict::Stable)),
                n_rows: 100,
            },
            metrics: auc
                .map(|auc| ("auc".to_owned(), auc))
                .into_iter()
                .collect::<BTreeMap<_, _>>(),
            unmet,
            n_hurdles: 1,
            head: RowWindow::default(),
            notes: Vec::new(),
        }
    }

    fn unmet(found: Option<f64>) -> Vec<Unmet> {
        vec![Unmet {
            metric: "auc".to_owned(),
            found,
            needed: 0.85,
        }]
    }

    #[test]
    fn a_model_below_its_limit_does_not_stay_however_stable_its_inputs() {
        let rows = rows(Verdict::Stable, Some(0.833), unmet(Some(0.833)));
        assert_eq!(advice(&rows), Advice::Replace);
        let said = sentence(&rows);
        assert!(
            said.starts_with("The model is worse on these rows than its gate allows: AUC is 0.833, at least 0.850 is asked."),
            "{said}"
        );
    }

    #[test]
    fn within_its_limits_or_without_a_target_the_drift_decides() {
        let kept = rows(Verdict::Stable, Some(0.9), Vec::new());
        assert_eq!(advice(&kept), Advice::Keep);
        assert!(sentence(&kept).starts_with("On these rows the model is within the limits"));
        let moved = rows(Verdict::Major, Some(0.9), Vec::new());
        assert_eq!(advice(&moved), Advice::Watch);
        assert!(!sentence(&moved).contains("expect the model to be worse"));
        let blind = rows(Verdict::Major, None, Vec::new());
        assert!(sentence(&blind).ends_with("expect the model to be worse than it was."));
    }

    #[test]
    fn what_cannot_be_measured_is_said_and_decides_nothing() {
        let rows = rows(Verdict::Stable, Some(0.9), unmet(None));
        assert_eq!(advice(&rows), Advice::Keep);
        assert!(sentence(&rows).contains("cannot be known on these rows"));
    }
}

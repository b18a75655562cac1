//! A model that is served: a bundle whose proof was replayed, made ready.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use data_encoding::HEXLOWER;
use serde::Serialize;
use sha2::{Digest, Sha256};
use tabwright_model::drift::Bins;
use tabwright_model::{
    Bundle, Contributions, Manifest, Reference, Scorer, Scores, Task, score_column,
};
use tabwright_table::Table;

use crate::error::LoadError;
use crate::problem::Problem;
use crate::rows::{Format, Shape};
use crate::stats::Stats;
use crate::window::Window;

/// A bundle in service.
pub struct Served {
    /// What requests call it.
    pub name: String,
    /// Its file.
    pub path: PathBuf,
    /// Lower-case hex SHA-256 of the file.
    pub sha256: String,
    /// The bundle's manifest.
    pub manifest: Manifest,
    /// The model, ready.
    pub scorer: Scorer,
    /// What its rows look like.
    pub shape: Shape,
    /// Proof rows that were replayed.
    pub n_proof_rows: usize,
    /// What is counted.
    pub stats: Arc<Stats>,
    reference: Reference,
    window: Mutex<Window>,
}

/// Rows and what was said of them.
pub struct Scored {
    /// The schema's columns.
    pub table: Table,
    /// The scores.
    pub scores: Scores,
    /// What each feature adds, if that was asked for.
    pub contributions: Option<Contributions>,
}

/// Drift as metrics tell it.
#[derive(Debug, Default, Serialize)]
pub struct Drift {
    /// Rows compared.
    pub n_rows: usize,
    /// Population stability index by column: the larger of that of values and that of missing values.
    pub columns: Vec<(String, f64)>,
    /// The score's.
    pub score: Option<f64>,
}

impl Served {
    /// Reads a bundle's bytes, replays its proof and makes it ready. Counts go on in `old` where they can.
    ///
    /// # Errors
    /// A bundle that cannot be read, or whose proof does not agree with this engine.
    pub fn load(
        name: &str,
        path: PathBuf,
        bytes: &[u8],
        window_rows: usize,
        old: Option<&Served>,
    ) -> Result<Self, LoadError> {
        let bundle = Bundle::from_zip(bytes).map_err(LoadError::Bundle)?;
        let proof = bundle.replay_proof().map_err(LoadError::Bundle)?;
        if proof.n_differing > 0 || proof.n_margins == 0 {
            return Err(LoadError::Proof(proof));
        }
        let shape = Shape::new(&bundle.pipeline);
        let model = &bundle.pipeline.model;
        let edges = edges(&model.task, &bundle.reference);
        let stats = Stats::new(shape.schema(), model, edges);
        let stats = match old.filter(|old| old.stats.fits(&stats)) {
            Some(old) => Arc::clone(&old.stats),
            None => Arc::new(stats),
        };
        Ok(Self {
            name: name.into(),
            path,
            sha256: HEXLOWER.encode(&Sha256::digest(bytes)),
            manifest: bundle.manifest,
            window: Mutex::new(Window::new(shape.schema(), window_rows)),
            scorer: Scorer::new(Arc::new(bundle.pipeline)),
            shape,
            n_proof_rows: proof.n_rows,
            stats,
            reference: bundle.reference,
        })
    }

    /// Whether it was made of these bytes.
    pub fn is(&self, bytes: &[u8]) -> bool {
        self.sha256 == HEXLOWER.encode(&Sha256::digest(bytes))
    }

    /// Reads rows, scores them and counts them.
    ///
    /// # Errors
    /// Rows that cannot be read or scored.
    pub fn score(
        &self,
        format: Format,
        body: &Bytes,
        max_rows: usize,
        explain: bool,
    ) -> Result<Scored, Problem> {
        let table = self.shape.read(format, body, max_rows)?;
        let scored = if explain {
            let explained = self.scorer.explain(&table);
            explained.map(|(scores, contributions)| (scores, Some(contributions)))
        } else {
            self.scorer.score(&table).map(|scores| (scores, None))
        };
        let (scores, contributions) = scored.map_err(|error| {
            let title = "These rows cannot be scored";
            Problem::new(422, "cannot-score", title, error.to_string())
        })?;
        self.stats.count_rows(&table, &scores);
        let column = score_column(&self.scorer.pipeline().model, &scores);
        // A window is whole between any two statements: one that a panic left behind is good.
        let mut window = self.window.lock().unwrap_or_else(PoisonError::into_inner);
        window.push(&table, &column);
        drop(window);
        Ok(Scored {
            table,
            scores,
            contributions,
        })
    }

    /// How far the last rows have moved from the training rows; without indices where there are fewer than `min_rows`, which
    /// would differ by chance.
    pub fn drift(&self, min_rows: usize) -> Drift {
        let window = self.window.lock().unwrap_or_else(PoisonError::into_inner);
        let n_rows = window.n_rows();
        let rows = (n_rows >= min_rows.max(1)).then(|| window.rows());
        drop(window);
        let Some(report) = rows.and_then(|rows| rows.compare(&self.reference)) else {
            return Drift {
                n_rows,
                ..Drift::default()
            };
        };
        let mut columns: Vec<(String, f64)> = report
            .columns
            .into_iter()
            .map(|column| (column.name, column.psi.max(column.missing_psi)))
            .collect();
        columns.sort_by(|a, b| a.0.cmp(&b.0));
        Drift {
            n_rows,
            columns,
            score: report.score.map(|score| score.psi),
        }
    }
}

/// Bounds of the histogram of answers: tenths of a probability, or of the held-out predictions.
fn edges(task: &Task, reference: &Reference) -> Vec<f64> {
    match (task, reference.score.as_ref().map(|score| &score.bins)) {
        (Task::Regression, Some(Bins::Number { edges, .. })) => edges.clone(),
        (Task::Binary { .. }, _) => (1..=10).map(|tenth| f64::from(tenth) / 10.0).collect(),
        _ => Vec::new(),
    }
}

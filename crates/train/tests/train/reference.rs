//! Cross-validated accuracy on real tables, beside LightGBM's and scikit-learn's on the same folds' sizes and the same seed number
//! (`tests/oracles/train_reference.jsonl`): no worse by more than 0.01 AUC, 5 % RMSE or 0.05 log loss.

use std::io::Read;
use std::path::Path;

use serde::Deserialize;
use tabwright_table::{ReadOptions, Reader, Table};
use tabwright_train::{Algorithm, Part, Silent, Trained, Trial, gather, run_part};

const REFERENCE: &str = include_str!("../../../../tests/oracles/train_reference.jsonl");

#[derive(Deserialize)]
struct Reference {
    file: String,
    target: String,
    drop: Vec<String>,
    metric: String,
    gbt: f64,
    linear: f64,
    forest: f64,
    tree: f64,
}

impl Reference {
    fn of(&self, algorithm: Algorithm) -> f64 {
        match algorithm {
            Algorithm::Gbt => self.gbt,
            Algorithm::Linear => self.linear,
            Algorithm::Forest => self.forest,
            Algorithm::Tree => self.tree,
            Algorithm::Baseline => unreachable!("has no reference"),
        }
    }

    /// Ours, theirs, and whether ours is good enough.
    fn compare(&self, trained: &Trained, algorithm: Algorithm) -> (f64, f64, bool) {
        let theirs = self.of(algorithm);
        let mean = |name: &str| trained.evaluation.metrics[name].mean;
        match self.metric.as_str() {
            "auc" => (mean("auc"), theirs, mean("auc") >= theirs - 0.01),
            "-logloss" => (
                mean("log_loss"),
                -theirs,
                mean("log_loss") <= -theirs + 0.05,
            ),
            "rmse" => (mean("rmse"), theirs, mean("rmse") <= theirs * 1.05),
            other => unreachable!("metric {other}"),
        }
    }
}

fn read(file: &str) -> Table {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data");
    let bytes = std::fs::read(folder.join(file)).unwrap_or_else(|_| {
        let packed = std::fs::File::open(folder.join(format!("{file}.gz"))).unwrap();
        let mut bytes = Vec::new();
        flate2::read::GzDecoder::new(packed)
            .read_to_end(&mut bytes)
            .unwrap();
        bytes
    });
    let mut reader = Reader::new(ReadOptions::default());
    reader.push(&bytes).unwrap();
    reader.finish().unwrap().0
}

fn check(file: &str) {
    let reference: Reference = REFERENCE
        .lines()
        .map(|line| serde_json::from_str::<Reference>(line).unwrap())
        .find(|reference| reference.file == file)
        .unwrap();
    let table = read(file);
    // Two folds of a large table tell as much as five of a small one, and the test stays quick.
    let n_folds = if table.n_rows() > 30_000 { 2 } else { 5 };
    let mut failures = Vec::new();
    for algorithm in [
        Algorithm::Gbt,
        Algorithm::Linear,
        Algorithm::Forest,
        Algorithm::Tree,
    ] {
        let steps = match reference.drop.as_slice() {
            [] => serde_json::json!([]),
            columns => serde_json::json!([{"step": "drop", "columns": columns}]),
        };
        let trial = Trial {
            recipe: serde_json::from_value(steps).unwrap(),
            seed: 42,
            ..Trial::new(reference.target.clone(), algorithm)
        };
        let parts: Vec<_> = (0..n_folds)
            .map(|fold| run_part(&table, &trial, Part::Fold(fold), &Silent).unwrap())
            .collect();
        let trained = gather(&table, &trial, &parts).unwrap();
        let (ours, theirs, good) = reference.compare(&trained, algorithm);
        let line = format!(
            "{file} {}: {} {ours:.5}, reference {theirs:.5}",
            algorithm.name(),
            reference.metric
        );
        println!("{line}");
        if !good {
            failures.push(line);
        }
    }
    assert!(
        failures.is_empty(),
        "worse than the reference:\n{}",
        failures.join("\n")
    );
}

#[test]
fn titanic() {
    check("titanic.csv");
}

#[test]
fn penguins() {
    check("penguins.csv");
}

#[test]
fn mpg() {
    check("mpg.csv");
}

#[test]
fn california_housing() {
    check("california-housing.csv");
}

#[test]
fn adult() {
    check("adult.csv");
}

#[test]
fn diamonds() {
    check("diamonds.csv");
}

//! Kept bundles of every format are read, and prove their answers.

use std::fs;
use std::path::Path;

use tabwright_model::{Bundle, Task};

fn kept(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bundles");
    fs::read(folder.join(name)).unwrap()
}

/// Reads a kept bundle, and asks for what every one of them must give.
#[track_caller]
fn proven(name: &str) -> Bundle {
    let bundle = Bundle::from_zip(&kept(name)).unwrap();
    let report = bundle.replay_proof().unwrap();
    assert!(report.n_rows > 10, "{report:?}");
    assert_eq!(report.n_differing, 0, "{report:?}");
    for (metric, estimate) in &bundle.evaluation.metrics {
        let interval = bundle.evaluation.intervals[metric];
        assert!(
            interval.low <= estimate.mean && estimate.mean <= interval.high,
            "{metric}: {interval:?}"
        );
        assert_eq!(bundle.gate.metrics[metric].champion, estimate.mean);
    }
    // What was read is written as the present format, which is read again.
    let again = Bundle::from_zip(&bundle.to_zip().unwrap()).unwrap();
    assert_eq!(again.pipeline, bundle.pipeline);
    assert_eq!(again.gate, bundle.gate);
    bundle
}

#[test]
fn every_kept_bundle_is_asked() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bundles");
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "zip"))
        .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    names.sort();
    assert_eq!(
        names,
        [
            "format-1-linear.zip",
            "format-1-trees.zip",
            "format-2-trees.zip"
        ],
        "a kept bundle needs a test here"
    );
}

#[test]
fn trees_of_format_1() {
    let bundle = proven("format-1-trees.zip");
    assert_eq!(bundle.manifest.name, "titanic");
    assert_eq!(bundle.pipeline.model.target, "survived");
    assert_eq!(bundle.evaluation.n_rows, 888);
    assert_eq!(
        bundle.evaluation.metrics["auc"].mean,
        0.847_453_938_778_470_9
    );
    assert!(bundle.extras.is_empty());
    assert_eq!(bundle.gate.metrics.len(), 4);
}

#[test]
fn a_linear_model_of_format_1() {
    let bundle = proven("format-1-linear.zip");
    let Task::Multiclass { classes } = &bundle.pipeline.model.task else {
        panic!("expected several classes")
    };
    assert_eq!(classes, &["Adelie", "Chinstrap", "Gentoo"]);
    assert_eq!(bundle.manifest.algorithm, "linear");
}

#[test]
fn trees_of_format_2() {
    let bundle = proven("format-2-trees.zip");
    assert_eq!(bundle.manifest.name, "titanic");
    let extras: Vec<&String> = bundle.extras.keys().collect();
    assert_eq!(
        extras,
        [
            "MLmodel",
            "code/tabwright_mlflow.py",
            "conda.yaml",
            "input_example.json",
            "model.onnx",
            "python_env.yaml",
            "report.html",
            "requirements.txt"
        ]
    );
}

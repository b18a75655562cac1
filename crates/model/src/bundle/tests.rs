use std::{collections::BTreeMap, sync::Arc};

use proptest::prelude::*;
use tabwright_metrics::{CalibrationBin, CurvePoint, Estimate};
use tabwright_recipe::{Feature, FeatureKind, FittedRecipe};
use tabwright_table::{Column, ColumnSchema, Kind, MISSING_CODE, Schema, Table, Values};

use super::{archive, *};
use crate::{
    Constant, EvaluationDetail, Importance, Linear, LinearOutput, Link, Model, ParamValue,
    Predictor, Task, Term, Tree, TreeEnsemble, Uncertainty, Validation, score_column, write_scores,
};

fn texts(levels: &[&str]) -> Vec<String> {
    levels.iter().map(|&level| level.into()).collect()
}

fn schema() -> Schema {
    let column = |name: &str, kind, levels: &[&str], range| ColumnSchema {
        name: name.into(),
        kind,
        levels: texts(levels),
        range,
        format: None,
    };
    Schema {
        columns: vec![
            column("age, years", Kind::Integer, &[], Some((0.0, 80.0))),
            column("fare", Kind::Decimal, &[], Some((-2.5, 512.5))),
            column(
                "class",
                Kind::Category,
                &["first", "second, \"best\"", "third"],
                None,
            ),
            column("day", Kind::Date, &[], Some((0.0, 86_400.0 * 365.0))),
            column("alone", Kind::Boolean, &["no", "yes"], None),
        ],
        missing_tokens: texts(&["NA"]),
    }
}

fn features() -> Vec<Feature> {
    let column = |column: ColumnSchema| Feature {
        name: column.name,
        kind: if column.kind.is_number() {
            FeatureKind::Number
        } else {
            FeatureKind::Category {
                levels: column.levels,
            }
        },
    };
    schema().columns.into_iter().map(column).collect()
}

/// Four splits over all kinds of features.
fn tree(output: Option<u32>, n_values: usize) -> Tree {
    Tree {
        output,
        feature: vec![1, 2, 3, 0],
        threshold: vec![32.1, 0.0, 43_200.0, 17.5],
        levels: vec![vec![], vec![0, 1], vec![], vec![]],
        missing_left: vec![true, false, true, false],
        left: vec![1, -1, -2, -4],
        right: vec![2, 3, -3, -5],
        gain: vec![4.0, 3.0, 2.0, 1.0],
        split_rows: vec![100, 60, 40, 20],
        leaf: (0..5 * n_values).map(|i| (i as f64 - 3.0) / 16.0).collect(),
        leaf_rows: vec![20; 5],
    }
}

fn trees(link: Link, n_outputs: usize, trees: Vec<Tree>) -> Predictor {
    Predictor::Trees(TreeEnsemble {
        base: vec![0.5; n_outputs],
        trees,
        link,
        grid_bits: 4,
    })
}

fn binary() -> BundleParts {
    let task = Task::Binary {
        classes: texts(&["no", "yes"]),
    };
    parts(
        task,
        trees(Link::Sigmoid, 1, vec![tree(Some(0), 1), tree(None, 1)]),
    )
}

fn multiclass() -> BundleParts {
    let task = Task::Multiclass {
        classes: texts(&["a", "b", "c|d"]),
    };
    parts(task, trees(Link::Share, 3, vec![tree(None, 3)]))
}

fn regression() -> BundleParts {
    let terms = vec![
        Term::Number {
            feature: 1,
            coefficient: 0.1,
            fill: 33.3,
        },
        Term::Levels {
            feature: 2,
            coefficients: vec![1.0, 2.0, 3.0],
            missing: -1.0,
            unseen: 0.7,
        },
    ];
    let linear = Linear {
        outputs: vec![LinearOutput {
            intercept: 1.0 / 3.0,
            terms,
        }],
        link: Link::Identity,
        convergence: "converged".into(),
        warnings: Vec::new(),
        uncertainty: Uncertainty::default(),
        vif: Vec::new(),
    };
    parts(Task::Regression, Predictor::Linear(linear))
}

/// Charts as that task has them.
fn detail(task: &Task) -> EvaluationDetail {
    let point = CurvePoint {
        threshold: f64::INFINITY,
        tp: 0,
        fp: 0,
        fn_: 3,
        tn: 4,
    };
    let bin = CalibrationBin {
        predicted: 0.25,
        observed: 0.5,
        n: 7,
    };
    match task {
        Task::Binary { classes } => EvaluationDetail::Binary {
            classes: classes.clone(),
            confusion: vec![4, 0, 3, 0],
            curve: vec![point],
            calibration: vec![bin],
            average_precision: 0.1 + 0.2,
        },
        Task::Multiclass { classes } => EvaluationDetail::Multiclass {
            classes: classes.clone(),
            confusion: vec![1; classes.len() * classes.len()],
            curves: vec![vec![point]; classes.len()],
            calibration: vec![vec![bin]; classes.len()],
        },
        Task::Regression => EvaluationDetail::Regression {
            points: vec![(0.5, 1.0), (1.0 / 3.0, 2.0)],
            residual_edges: vec![0.0, 1.0, 2.0],
            residual_counts: vec![3, 4],
            error_by_decile: vec![0.5],
        },
    }
}

fn parts(task: Task, predictor: Predictor) -> BundleParts {
    let detail = detail(&task);
    let model = Model {
        task,
        target: "survived".into(),
        features: features(),
        predictor,
        threshold: 0.5,
    };
    let params = Params::from([
        ("trees".to_string(), ParamValue::Number(100.0)),
        ("loss".to_string(), ParamValue::Choice("log".into())),
    ]);
    let fold = BTreeMap::from([("auc".to_string(), 0.875), ("f1".to_string(), f64::NAN)]);
    BundleParts {
        name: "Who *survives*?".into(),
        data: DataFingerprint {
            file: "titanic.csv".into(),
            rows: 891,
            columns: 15,
            sha256: "00ff".into(),
        },
        engine: "0.1.0".into(),
        pipeline: Pipeline {
            schema: schema(),
            recipe: FittedRecipe::default(),
            model: model.into(),
        },
        search: SearchRecord {
            algorithm: "gbt".into(),
            params: params.clone(),
            recipe: Recipe::default(),
            validation: Validation::folds(2),
            seed: u64::MAX,
            trials: vec![TrialRecord::new(params, vec![fold.clone()])],
            tuning: None,
            fixed: Params::new(),
            nested: None,
        },
        evaluation: Evaluation {
            n_rows: 891,
            metrics: BTreeMap::from([
                (
                    "auc".to_string(),
                    Estimate {
                        mean: 0.875,
                        std: 0.012_345,
                    },
                ),
                (
                    "f1".to_string(),
                    Estimate {
                        mean: f64::NAN,
                        std: 0.0,
                    },
                ),
            ]),
            intervals: BTreeMap::new(),
            folds: vec![fold],
            detail,
            importance: vec![Importance {
                feature: "fare".into(),
                mean: 0.062_5,
                std: 0.01,
            }],
        },
        extras: BTreeMap::new(),
        reference: Reference::of(&table(), &schema(), Some(&score())),
    }
}

/// The model, to be changed.
fn model_of(pipeline: &mut Pipeline) -> &mut Model {
    Arc::make_mut(&mut pipeline.model)
}

fn table() -> Table {
    let codes = |name: &str, kind, codes: &[u32], levels: &[&str]| Column {
        name: name.into(),
        kind,
        values: Values::Codes {
            codes: codes.to_vec(),
            levels: texts(levels).into(),
        },
    };
    let numbers = |name: &str, kind, numbers: &[f64]| Column {
        name: name.into(),
        kind,
        values: Values::Numbers(numbers.to_vec()),
    };
    let columns = vec![
        codes(
            "alone",
            Kind::Boolean,
            &[0, 1, MISSING_CODE],
            &["no", "yes"],
        ),
        numbers("unused", Kind::Decimal, &[1.0, 2.0, 3.0]),
        codes(
            "class",
            Kind::Category,
            &[0, 1, 2],
            &["first", "fourth", "third"],
        ),
        numbers("fare", Kind::Decimal, &[7.25, 80.0, f64::NAN]),
        numbers("age, years", Kind::Integer, &[22.0, f64::NAN, 3.0]),
        numbers("day", Kind::Date, &[0.0, 86_400.0, f64::NAN]),
    ];
    Table::new(columns.into_iter().map(Arc::new).collect(), 3).unwrap()
}

fn score() -> Column {
    Column {
        name: "score".into(),
        kind: Kind::Decimal,
        values: Values::Numbers(vec![0.25, 0.5, 0.75]),
    }
}

#[track_caller]
fn round_trip(parts: fn() -> BundleParts) -> Bundle {
    let bundle = Bundle::assemble(parts()).unwrap();
    let bytes = bundle.to_zip().unwrap();
    assert_eq!(
        bytes,
        Bundle::assemble(parts()).unwrap().to_zip().unwrap(),
        "equal bundles are equal bytes"
    );
    let read = Bundle::from_zip(&bytes).unwrap();
    assert_eq!(read, bundle);
    assert_eq!(read.to_zip().unwrap(), bytes);
    let report = read.replay_proof().unwrap();
    assert_eq!(report.n_differing, 0);
    assert_eq!(report.n_rows, read.proof.margins.len());
    assert_eq!(
        report.n_margins,
        report.n_rows * read.pipeline.model.task.n_outputs()
    );
    let expected = bundle.pipeline.score(&table()).unwrap();
    assert_eq!(read.pipeline.score(&table()).unwrap(), expected);
    read
}

#[test]
fn a_binary_bundle_survives() {
    let bundle = round_trip(binary);
    // fare 7.25 <= 32.1, class first: leaf 0 of both trees; 80 > 32.1, day 1 > noon of day 0: leaf 2; missing goes
    // left, class third goes right, age 3 <= 17.5: leaf 3.
    assert_eq!(
        bundle.pipeline.score(&table()).unwrap().margins,
        [0.125, 0.375, 0.5]
    );
    let Predictor::Trees(trees) = &bundle.pipeline.model.predictor else {
        panic!("expected trees")
    };
    assert_eq!(trees.trees[1].output, None);
}

#[test]
fn a_multiclass_bundle_survives() {
    let bundle = round_trip(multiclass);
    let scores = bundle.pipeline.score(&table()).unwrap();
    assert_eq!(scores.margins[..3], [0.312_5, 0.375, 0.437_5]);
    assert_eq!(scores.labels, [2, 2, 2]);
    let csv =
        String::from_utf8(write_scores(&bundle.pipeline.model, &table(), &scores, &[]).unwrap())
            .unwrap();
    assert!(
        csv.starts_with("row,prediction,score,p_a,p_b,p_c|d\n1,c|d,0.4375,"),
        "{csv}"
    );
}

#[test]
fn a_regression_bundle_survives() {
    let bundle = round_trip(regression);
    let scores = bundle.pipeline.score(&table()).unwrap();
    let constant = 1.0 / 3.0;
    assert_eq!(
        scores.margins,
        [
            constant + 0.1 * 7.25 + 1.0,
            constant + 0.1 * 80.0 + 0.7,
            constant + 0.1 * 33.3 + 3.0
        ]
    );
    let drift = bundle.reference.compare(
        &table(),
        Some(&score_column(&bundle.pipeline.model, &scores)),
    );
    assert_eq!(drift.columns.len(), 5);
    assert_eq!(drift.score.unwrap().reference.iter().sum::<f64>(), 1.0);
}

#[test]
fn a_bundle_of_logarithms_survives_and_predicts_their_powers() {
    let counts = || {
        parts(
            Task::Regression,
            trees(Link::Log, 1, vec![tree(Some(0), 1)]),
        )
    };
    let bundle = round_trip(counts);
    let scores = bundle.pipeline.score(&table()).unwrap();
    for (number, margin) in scores.numbers.iter().zip(&scores.margins) {
        assert_eq!(*number, libm::exp(*margin));
    }
    let mut wrong = counts();
    model_of(&mut wrong.pipeline).task = binary().pipeline.model.task.clone();
    let error = Bundle::assemble(wrong).unwrap_err().to_string();
    assert!(
        error.contains("the link Log does not belong to a binary task"),
        "{error}"
    );
}

#[test]
fn a_bundle_without_inputs_survives() {
    let parts = || {
        let mut parts = parts(
            Task::Regression,
            Predictor::Constant(Constant {
                margins: vec![0.1],
                link: Link::Identity,
            }),
        );
        parts.pipeline.schema.columns.clear();
        model_of(&mut parts.pipeline).features.clear();
        parts
    };
    let bundle = Bundle::assemble(parts()).unwrap();
    let read = Bundle::from_zip(&bundle.to_zip().unwrap()).unwrap();
    assert_eq!(read, bundle);
    assert_eq!(read.replay_proof().unwrap().n_rows, 0);
    assert_eq!(read.pipeline.score(&table()).unwrap().margins, [0.1; 3]);
}

#[test]
fn what_is_undefined_is_left_out() {
    let bundle = Bundle::assemble(binary()).unwrap();
    assert_eq!(
        bundle.evaluation.metrics.keys().collect::<Vec<_>>(),
        ["auc"]
    );
    assert_eq!(bundle.evaluation.folds[0].len(), 1);
    assert_eq!(bundle.search.trials[0].folds[0].len(), 1);
    let mut parts = regression();
    parts.evaluation.detail = EvaluationDetail::Regression {
        points: vec![(f64::NAN, 1.0)],
        residual_edges: vec![],
        residual_counts: vec![],
        error_by_decile: vec![],
    };
    let error = Bundle::assemble(parts).unwrap_err().to_string();
    assert!(
        error.contains("evaluation.json") && error.contains("not finite"),
        "{error}"
    );
}

#[test]
fn proof_rows_stand_on_both_sides_of_each_threshold() {
    let bundle = Bundle::assemble(binary()).unwrap();
    let csv = String::from_utf8(bundle.proof.rows.clone()).unwrap();
    assert!(
        csv.starts_with("\"age, years\",fare,class,day,alone\n"),
        "{csv}"
    );
    for text in [
        "32.1,",
        "32.10000000000001,",
        "32.099999999999994,",
        "\n17,",
        "\n18,",
        "unseen",
        "\n,,,,\n",
        "\"second, \"\"best\"\"\"",
    ] {
        assert!(csv.contains(text), "{text} is not in\n{csv}");
    }
    assert!(bundle.proof.margins.len() <= 400);
    let different: std::collections::BTreeSet<_> = bundle.proof.margins.iter().collect();
    assert!(different.len() >= 5, "every leaf is met: {different:?}");
}

/// Cells of each proof row, the header left out.
fn proof_cells(bundle: &Bundle) -> Vec<Vec<String>> {
    csv::Reader::from_reader(bundle.proof.rows.as_slice())
        .records()
        .map(|record| record.unwrap().iter().map(String::from).collect())
        .collect()
}

#[test]
fn every_threshold_of_a_small_tree_has_its_three_neighbours() {
    // Missing ages are filled and the fare is made whole before the trees see them: their thresholds are still those of raw cells.
    let mut parts = binary();
    parts.pipeline.recipe.steps = serde_json::from_str(
        r#"[{"step":"impute","indicator":false,"columns":[{"column":"age, years","fill":28.5}]},
            {"step":"set_kind","column":"fare","kind":"integer"}]"#,
    )
    .unwrap();
    let bundle = Bundle::assemble(parts).unwrap();
    let cells = proof_cells(&bundle);
    let has = |column: usize, text: &str| cells.iter().any(|row| row[column] == text);
    for (column, neighbours) in [
        (0, ["17", "18", "16"]),
        (1, ["32.1", "32.10000000000001", "32.099999999999994"]),
        (3, ["1970-01-01", "1970-01-02", "1969-12-31"]),
    ] {
        for text in neighbours {
            assert!(has(column, text), "{text}");
        }
    }
    // What the cell holds is what the reader gives: the neighbours are different numbers on different sides.
    let mut moved = bundle.clone();
    moved.pipeline.recipe.steps.clear();
    assert_eq!(moved.replay_proof().unwrap().n_rows, cells.len());
}

#[test]
fn proof_rows_hold_what_is_missing_unseen_and_extreme_in_each_column() {
    let bundle = Bundle::assemble(regression()).unwrap();
    let cells = proof_cells(&bundle);
    let base = &cells[0];
    let alone = |column: usize, text: &str| {
        cells.iter().any(|row| {
            row[column] == text
                && (0..row.len()).all(|other| other == column || row[other] == base[other])
        })
    };
    for column in 0..5 {
        assert!(
            alone(column, ""),
            "column {column} is never the only one missing"
        );
    }
    for (column, texts) in [
        (
            0,
            &["-1000000000000", "1.7976931348623157e308", "-0", "0", "80"][..],
        ),
        (
            1,
            &[
                "5e-324",
                "-5e-324",
                "-1.7976931348623157e308",
                "-0",
                "512.5",
            ],
        ),
        (2, &["unseen", "first", "third"]),
        (3, &["1960-01-04", "1980-12-29"]),
        (4, &["unseen", "yes"]),
    ] {
        for text in texts {
            assert!(alone(column, text), "{text} is not in column {column}");
        }
    }
    let is_finite =
        |bits: &String| f64::from_bits(u64::from_str_radix(bits, 16).unwrap()).is_finite();
    assert!(bundle.proof.margins.iter().flatten().all(is_finite));
}

#[test]
fn a_row_without_a_finite_margin_proves_nothing() {
    let mut parts = regression();
    let Predictor::Linear(linear) = &mut model_of(&mut parts.pipeline).predictor else {
        panic!("expected a linear model")
    };
    let Term::Number { coefficient, .. } = &mut linear.outputs[0].terms[0] else {
        panic!("expected a number")
    };
    *coefficient = 100.0;
    let bundle = Bundle::assemble(parts).unwrap();
    let cells = proof_cells(&bundle);
    assert_eq!(cells.len(), bundle.proof.margins.len());
    assert!(cells.iter().all(|row| row[1] != "1.7976931348623157e308"));
    assert!(cells.iter().any(|row| row[0] == "1.7976931348623157e308"));
    assert_eq!(bundle.replay_proof().unwrap().n_differing, 0);
}

#[test]
fn the_gate_comes_from_the_evaluation() {
    let mut parts = binary();
    let fold = |auc: f64| BTreeMap::from([("auc".to_string(), auc)]);
    parts.evaluation.folds = vec![fold(0.75), fold(1.0)];
    let bundle = Bundle::assemble(parts).unwrap();
    let interval = bundle.evaluation.intervals["auc"];
    let hurdle = bundle.gate.metrics["auc"];
    assert_eq!(bundle.gate.metrics.len(), 1);
    assert_eq!(hurdle.champion, 0.875);
    assert_eq!(hurdle.tolerance, interval.standard_error);
    assert_eq!(hurdle.limit, 0.875 - interval.standard_error);
    assert!(interval.low < 0.875 && interval.high == 1.0);
    let read = Bundle::from_zip(&bundle.to_zip().unwrap()).unwrap();
    assert_eq!(read, bundle);
}

#[test]
fn another_model_does_not_pass_the_proof() {
    let mut bundle = Bundle::assemble(binary()).unwrap();
    let Predictor::Trees(trees) = &mut model_of(&mut bundle.pipeline).predictor else {
        panic!("expected trees")
    };
    trees.trees[0].threshold[0] = 32.1_f64.next_up();
    let report = bundle.replay_proof().unwrap();
    assert!(
        report.n_differing > 0 && report.n_differing < report.n_margins,
        "{report:?}"
    );
    bundle.proof.margins.pop();
    assert!(
        bundle
            .replay_proof()
            .unwrap_err()
            .to_string()
            .contains("proof.json")
    );
}

#[test]
fn the_card_says_what_a_stranger_must_know() {
    let card = Bundle::assemble(binary()).unwrap().card;
    for text in [
        "# Who *survives*?",
        "Predicts `survived`, one of 2 classes: `no`, `yes`.",
        "`yes` is called from a probability of 0.5 on.",
        "`gbt`, 2 trees with 10 leaves in all",
        "`loss` log, `trees` 100",
        "| AUC | 0.875 | 0.0123 |",
        "| `fare` | decimal | -2.5 to 512.5 |",
        "| `day` | date | 1970-01-01 to 1971-01-01 |",
        "| `fare` | 0.0625 | 0.01 |",
    ] {
        assert!(card.contains(text), "{text} is not in\n{card}");
    }
    assert!(
        Bundle::assemble(multiclass())
            .unwrap()
            .card
            .contains("`c\\|d`")
    );
}

/// A bundle's zip with one entry changed, its checksum made to match.
fn with_entry(name: &str, change: impl FnOnce(String) -> String) -> Vec<u8> {
    let mut entries =
        archive::unpack(&Bundle::assemble(binary()).unwrap().to_zip().unwrap()).unwrap();
    let old = entries[name].clone();
    let new = change(String::from_utf8(old.clone()).unwrap()).into_bytes();
    assert_ne!(old, new, "the change changes nothing");
    let manifest = String::from_utf8(entries["manifest.json"].clone()).unwrap();
    let manifest = manifest.replace(&check::checksum(&old), &check::checksum(&new));
    entries.insert("manifest.json".into(), manifest.into_bytes());
    entries.insert(name.into(), new);
    archive::pack(&entries).unwrap()
}

#[track_caller]
fn refused(bytes: &[u8], messages: &[&str]) {
    let error = Bundle::from_zip(bytes).unwrap_err().to_string();
    assert!(
        messages.iter().all(|message| error.contains(message)),
        "{error}"
    );
}

#[test]
fn damaged_entries_are_named() {
    refused(
        &with_entry("model.json", |s| {
            s.replacen("\"feature\":[1,2", "\"feature\":[9,2", 1)
        }),
        &["model.json", "tree 0", "feature 9"],
    );
    refused(
        &with_entry("model.json", |s| {
            s.replacen("\"right\":[2,", "\"right\":[0,", 1)
        }),
        &["model.json", "does not come after"],
    );
    refused(
        &with_entry("model.json", |s| s.replacen("32.1", "null", 1)),
        &["model.json", "null"],
    );
    refused(
        &with_entry("model.json", |s| s.replacen("32.1", "1e999", 1)),
        &["model.json", "out of range"],
    );
    refused(
        &with_entry("model.json", |s| {
            s.replacen("\"sigmoid\"", "\"identity\"", 1)
        }),
        &["model.json", "link"],
    );
    refused(
        &with_entry("model.json", |s| {
            s.replacen("\"threshold\": 0.5", "\"threshold\": 2.5", 1)
        }),
        &["probability"],
    );
    refused(
        &with_entry("model.json", |s| s.replacen("\"survived\"", "\"died\"", 1)),
        &["manifest.json", "target"],
    );
    refused(
        &with_entry("schema.json", |s| s.replace("\"fare\"", "\"day\"")),
        &["schema.json", "two columns"],
    );
    refused(
        &with_entry("search.json", |s| s[..s.len() / 2].into()),
        &["search.json", "EOF"],
    );
    refused(
        &with_entry("proof.json", |s| s.replacen("[\"", "[\"x", 1)),
        &["proof.json", "16 hex digits"],
    );
    refused(
        &with_entry("baseline.json", |s| {
            s.replacen("\"counts\":[", "\"counts\":[1,", 1)
        }),
        &["baseline.json", "bins"],
    );
}

#[test]
fn a_changed_entry_does_not_match_its_checksum() {
    let zip = Bundle::assemble(binary()).unwrap().to_zip().unwrap();
    let whole = archive::unpack(&zip).unwrap();
    let mut entries = whole.clone();
    entries.get_mut("card.md").unwrap().push(b'!');
    let error = Bundle::from_zip(&archive::pack(&entries).unwrap()).unwrap_err();
    assert_eq!(
        error,
        ModelError::Checksum {
            entry: "card.md".into()
        }
    );
    for name in whole.keys() {
        let mut entries = whole.clone();
        entries.remove(name);
        refused(
            &archive::pack(&entries).unwrap(),
            &["lacks the entry", name],
        );
    }
    let mut entries = whole.clone();
    entries.insert("extra.txt".into(), b"?".to_vec());
    refused(
        &archive::pack(&entries).unwrap(),
        &["extra.txt", "checksum"],
    );
}

#[test]
fn extras_go_along_unread() {
    let extras = BTreeMap::from([
        ("model.onnx".to_string(), vec![0, 159, 146, 150]),
        ("code/a/x.py".to_string(), b"print(1)\n".to_vec()),
        ("MLmodel".to_string(), Vec::new()),
    ]);
    let with_extras = || BundleParts {
        extras: extras.clone(),
        ..binary()
    };
    let bundle = Bundle::assemble(with_extras()).unwrap();
    assert_eq!(bundle.extras, extras);
    for (name, bytes) in &extras {
        assert_eq!(bundle.manifest.sha256[name], check::checksum(bytes));
    }
    let zip = bundle.to_zip().unwrap();
    let read = Bundle::from_zip(&zip).unwrap();
    assert_eq!(read, bundle);
    assert_eq!(read.to_zip().unwrap(), zip);
    let names: Vec<String> = Bundle::list(&zip)
        .unwrap()
        .into_iter()
        .map(|it| it.0)
        .collect();
    assert!(extras.keys().all(|name| names.contains(name)), "{names:?}");
    let plain = Bundle::assemble(binary()).unwrap();
    assert_eq!(read.pipeline, plain.pipeline);
    let mut entries = archive::unpack(&zip).unwrap();
    entries.get_mut("code/a/x.py").unwrap()[0] ^= 1;
    refused(
        &archive::pack(&entries).unwrap(),
        &["code/a/x.py", "checksum"],
    );
}

#[test]
fn extras_have_names_of_their_own() {
    for (name, message) in [
        ("model.json", "made by the bundle itself"),
        ("manifest.json", "made by the bundle itself"),
        ("Card.md", "capitals"),
        ("card.md/x", "is a folder"),
        ("../x", "no safe name"),
    ] {
        let parts = BundleParts {
            extras: BTreeMap::from([(name.to_string(), Vec::new())]),
            ..binary()
        };
        let error = Bundle::assemble(parts).unwrap_err().to_string();
        assert!(error.contains(message), "{name}: {error}");
    }
}

#[test]
fn another_format_is_told_before_anything_else() {
    let mut entries =
        archive::unpack(&Bundle::assemble(binary()).unwrap().to_zip().unwrap()).unwrap();
    entries.insert(
        "manifest.json".into(),
        b"{\"format\": 3, \"names\": []}".to_vec(),
    );
    let error = Bundle::from_zip(&archive::pack(&entries).unwrap()).unwrap_err();
    assert_eq!(
        error,
        ModelError::FormatVersion {
            found: 3,
            first: 1,
            last: 2
        }
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]
    #[test]
    fn a_damaged_zip_is_refused_or_the_same(
        cut in any::<bool>(),
        at in any::<prop::sample::Index>(),
        flips in prop::collection::vec((any::<prop::sample::Index>(), 1_u8..=255), 0..4),
    ) {
        use std::sync::LazyLock;
        static SOUND: LazyLock<(Bundle, Vec<u8>)> = LazyLock::new(|| {
            let bundle = Bundle::assemble(binary()).unwrap();
            let bytes = bundle.to_zip().unwrap();
            (bundle, bytes)
        });
        let (bundle, bytes) = &*SOUND;
        let mut damaged = bytes.clone();
        if cut {
            damaged.truncate(at.index(bytes.len()));
        }
        for (position, bits) in flips {
            if !damaged.is_empty() {
                let position = position.index(damaged.len());
                damaged[position] ^= bits;
            }
        }
        if let Ok(read) = Bundle::from_zip(&damaged) {
            prop_assert_eq!(&read, bundle);
        }
    }

    /// Damage behind a checksum that matches: what is still a bundle scores without a panic.
    #[test]
    fn a_damaged_entry_never_panics(
        entry in prop::sample::select(vec![
            "schema.json", "recipe.json", "model.json", "search.json", "evaluation.json", "baseline.json", "gate.json",
            "proof.csv", "proof.json",
        ]),
        at in any::<prop::sample::Index>(),
        gone in 0_usize..4,
        text in prop_oneof![
            Just("-"), Just("9"), Just("0"), Just("1e3"), Just("1e999"), Just("18446744073709551616"), Just("[]"), Just(","), Just("null"),
            Just("\""), Just("{"), Just("}"), Just("[[[[[[[["), Just("\\u0000"), Just("é"), Just("\n"), Just("true"),
        ],
    ) {
        let bytes = with_entry(entry, |old| {
            let marks: Vec<usize> = old.char_indices().map(|(at, _)| at).collect();
            let start = marks[at.index(marks.len())];
            let end = (start + gone).min(old.len());
            let end = (end..=old.len()).find(|&at| old.is_char_boundary(at)).unwrap_or(old.len());
            let new = format!("{}{text}{}", &old[..start], &old[end..]);
            // A change that changes nothing is no damage.
            if new == old { format!("{new} ") } else { new }
        });
        if let Ok(read) = Bundle::from_zip(&bytes) {
            let _ = read.replay_proof();
            let _ = read.pipeline.score(&table());
        }
    }
}

#[test]
fn deeply_nested_json_is_refused_by_name() {
    for entry in [
        "model.json",
        "recipe.json",
        "schema.json",
        "evaluation.json",
    ] {
        let deep = with_entry(entry, |_| {
            format!("{}{}", "[".repeat(200_000), "]".repeat(200_000))
        });
        refused(&deep, &[entry]);
    }
}

#[test]
fn a_search_record_of_an_earlier_version_is_read() {
    let record = binary().search;
    let mut json = serde_json::to_value(&record).unwrap();
    let object = json.as_object_mut().unwrap();
    object.remove("validation");
    object.insert("folds".into(), 2.into());
    // The metric that is no number became null, which a record never holds.
    object["trials"][0]["folds"][0]
        .as_object_mut()
        .unwrap()
        .remove("f1");
    let read: SearchRecord = serde_json::from_value(json).unwrap();
    assert_eq!(read, record.without_undefined());
}

//! Parts of a trial: they need nothing of each other, repeat, and refuse what they cannot do.

use std::sync::Arc;

use tabwright_model::{EvaluationDetail, ParamValue, Params, Predictor, Task, Validation};
use tabwright_table::{Column, Kind, MISSING_CODE, Table, Values};
use tabwright_train::{
    Algorithm, Part, PartResult, Silent, TrainError, Trial, Within, gather, run_part,
};

const N_ROWS: usize = 240;

fn numbers(name: &str, of_row: impl Fn(usize) -> f64) -> Arc<Column> {
    let values = Values::Numbers((0..N_ROWS).map(of_row).collect());
    Arc::new(Column {
        name: name.into(),
        kind: Kind::Decimal,
        values,
    })
}

fn category(name: &str, levels: &[&str], of_row: impl Fn(usize) -> Option<u32>) -> Arc<Column> {
    let codes = (0..N_ROWS)
        .map(|row| of_row(row).unwrap_or(MISSING_CODE))
        .collect();
    let levels: Vec<String> = levels.iter().map(|level| (*level).to_owned()).collect();
    let levels = levels.into();
    Arc::new(Column {
        name: name.into(),
        kind: Kind::Category,
        values: Values::Codes { codes, levels },
    })
}

fn noise(row: usize) -> f64 {
    ((row * 7919) % 101) as f64 / 101.0
}

fn table() -> Table {
    let columns = vec![
        numbers("x", |row| ((row * 37) % 83) as f64),
        numbers("gap", |row| {
            if row % 4 == 0 {
                f64::NAN
            } else {
                (row % 13) as f64
            }
        }),
        category("colour", &["blue", "green", "red"], |row| {
            (row % 7 > 0).then_some(row as u32 % 3)
        }),
        numbers("noise", noise),
        numbers("price", |row| {
            if row == 5 {
                f64::NAN
            } else {
                ((row * 37) % 83) as f64 + 9.0 * noise(row + 1)
            }
        }),
        category("sold", &["no", "yes"], |row| {
            Some(u32::from((row * 37) % 83 > 40))
        }),
        category("class", &["a", "b", "c"], |row| {
            Some(((row * 37) % 83) as u32 / 28)
        }),
    ];
    Table::new(columns, N_ROWS).unwrap()
}

fn trial(target: &str, algorithm: Algorithm) -> Trial {
    let others: Vec<&str> = ["price", "sold", "class"]
        .into_iter()
        .filter(|name| *name != target)
        .collect();
    let recipe = serde_json::json!([{"step": "drop", "columns": others}]);
    let params = match algorithm {
        Algorithm::Forest | Algorithm::Gbt => {
            Params::from([("trees".into(), ParamValue::Number(12.0))])
        }
        _ => Params::new(),
    };
    Trial {
        recipe: serde_json::from_value(recipe).unwrap(),
        params,
        validation: Validation::folds(3),
        seed: 11,
        ..Trial::new(target, algorithm)
    }
}

fn run(trial: &Trial) -> Vec<PartResult> {
    trial
        .parts()
        .into_iter()
        .map(|part| run_part(&table(), trial, part, &Silent).unwrap())
        .collect()
}

#[test]
fn every_algorithm_learns_every_task() {
    for (target, metric, more_is_better) in [
        ("price", "rmse", false),
        ("sold", "auc", true),
        ("class", "log_loss", false),
    ] {
        let value = |algorithm| {
            let trial = trial(target, algorithm);
            let trained = gather(&table(), &trial, &run(&trial)).unwrap();
            assert!(trained.fitted.is_some());
            trained.evaluation.metrics[metric].mean
        };
        let baseline = value(Algorithm::Baseline);
        for algorithm in &Algorithm::ALL[1..] {
            let found = value(*algorithm);
            let better = if more_is_better {
                found > baseline + 0.3
            } else {
                found < 0.7 * baseline
            };
            assert!(
                better,
                "{target} {}: {found}, baseline {baseline}",
                algorithm.name()
            );
        }
    }
}

#[test]
fn parts_repeat_and_their_order_does_not_matter() {
    for algorithm in Algorithm::ALL {
        let trial = trial("sold", algorithm);
        let forward = run(&trial);
        let mut backward: Vec<PartResult> = trial
            .parts()
            .into_iter()
            .rev()
            .map(|part| run_part(&table(), &trial, part, &Silent).unwrap())
            .collect();
        assert_eq!(
            gather(&table(), &trial, &forward),
            gather(&table(), &trial, &backward)
        );
        backward.reverse();
        assert_eq!(forward, backward);
    }
}

#[test]
fn each_row_with_a_target_is_held_out_once() {
    let trial = trial("price", Algorithm::Linear);
    let trained = gather(&table(), &trial, &run(&trial)).unwrap();
    let expected: Vec<u32> = (0..N_ROWS as u32).filter(|row| *row != 5).collect();
    assert_eq!(trained.held_out.0, expected);
    assert_eq!(trained.held_out.1.len(), expected.len());
    assert_eq!(trained.evaluation.n_rows, expected.len());
    let EvaluationDetail::Regression {
        points,
        residual_counts,
        error_by_decile,
        ..
    } = trained.evaluation.detail
    else {
        panic!("regression");
    };
    assert_eq!((points.len(), error_by_decile.len()), (239, 10));
    assert_eq!(residual_counts.iter().sum::<u64>(), 239);
}

#[test]
fn the_feature_that_decides_is_the_most_important() {
    for target in ["price", "sold", "class"] {
        let trial = trial(target, Algorithm::Gbt);
        let evaluation = gather(&table(), &trial, &run(&trial)).unwrap().evaluation;
        assert_eq!(evaluation.importance[0].feature, "x");
        assert!(evaluation.importance[0].mean > 10.0 * evaluation.importance[1].mean.abs());
        assert_eq!(evaluation.importance.len(), 4);
    }
}

#[test]
fn no_folds_give_a_model_without_evaluation() {
    let trial = Trial {
        validation: Validation::None,
        ..trial("sold", Algorithm::Tree)
    };
    assert_eq!(trial.parts(), [Part::Full]);
    let trained = gather(&table(), &trial, &run(&trial)).unwrap();
    assert_eq!(
        (trained.evaluation.n_rows, trained.evaluation.detail),
        (0, EvaluationDetail::None)
    );
    let (_, model) = trained.fitted.unwrap();
    assert_eq!(
        model.task,
        Task::Binary {
            classes: vec!["no".into(), "yes".into()]
        }
    );
    assert_eq!((model.features.len(), model.threshold), (4, 0.5));
}

#[test]
fn rows_that_the_recipe_drops_are_in_no_fold() {
    let mut trial = trial("sold", Algorithm::Tree);
    let steps = serde_json::json!([
        {"step": "drop", "columns": ["price", "class"]},
        {"step": "filter", "formula": "noise < 0.5"},
    ]);
    trial.recipe = serde_json::from_value(steps).unwrap();
    let trained = gather(&table(), &trial, &run(&trial)).unwrap();
    let expected: Vec<u32> = (0..N_ROWS)
        .filter(|row| noise(*row) < 0.5)
        .map(|row| row as u32)
        .collect();
    assert_eq!(trained.held_out.0, expected);
}

#[test]
fn a_recipe_that_touches_the_target_is_refused() {
    for step in [
        serde_json::json!({"step": "drop", "columns": ["price"]}),
        serde_json::json!({"step": "derive", "column": "price", "formula": "price * 2"}),
    ] {
        let mut trial = trial("price", Algorithm::Tree);
        trial.recipe = serde_json::from_value(serde_json::json!([step])).unwrap();
        let error = run_part(&table(), &trial, Part::Full, &Silent).unwrap_err();
        assert_eq!(error, TrainError::TargetTouched("price".into()));
    }
}

#[test]
fn a_fold_that_is_not_there_and_unknown_parameters_are_refused() {
    let said = |trial: &Trial, part| {
        run_part(&table(), trial, part, &Silent)
            .unwrap_err()
            .to_string()
    };
    assert!(said(&trial("sold", Algorithm::Tree), Part::Fold(3)).contains("the trial has 3 folds"));
    let mut unknown = trial("sold", Algorithm::Tree);
    unknown
        .params
        .insert("deep".into(), ParamValue::Number(1.0));
    assert!(said(&unknown, Part::Full).contains("it has depth"));
    let mut cart = trial("class", Algorithm::Tree);
    cart.params
        .insert("variant".into(), ParamValue::Choice("exact_cart".into()));
    assert!(said(&cart, Part::Full).contains("two classes"));
    let mut counts = trial("sold", Algorithm::Linear);
    counts
        .params
        .insert("family".into(), ParamValue::Choice("poisson".into()));
    assert!(said(&counts, Part::Full).contains("for a binary task"));
    let mut balanced = trial("price", Algorithm::Linear);
    balanced
        .params
        .insert("class_weight".into(), ParamValue::Choice("balanced".into()));
    assert!(said(&balanced, Part::Full).contains("the target is a number"));
}

#[test]
fn exact_cart_gives_a_tree_of_ours() {
    let mut trial = trial("sold", Algorithm::Tree);
    trial
        .params
        .insert("variant".into(), ParamValue::Choice("exact_cart".into()));
    let trained = gather(&table(), &trial, &run(&trial)).unwrap();
    assert!(trained.evaluation.metrics["auc"].mean > 0.95);
    let (_, model) = trained.fitted.unwrap();
    let Predictor::Trees(ensemble) = &model.predictor else {
        panic!("trees")
    };
    let tree = &ensemble.trees[0];
    assert_eq!(tree.leaf_rows.iter().sum::<u32>(), N_ROWS as u32);
    assert_eq!(tree.split_rows[0], N_ROWS as u32);
    // The target is x > 40.
    assert_eq!(
        (
            model.features[tree.feature[0] as usize].name.as_str(),
            tree.threshold[0]
        ),
        ("x", 40.5)
    );
}

#[test]
fn results_survive_json() {
    let trial = trial("class", Algorithm::Gbt);
    for part in run(&trial) {
        let text = serde_json::to_string(&part).unwrap();
        assert_eq!(serde_json::from_str::<PartResult>(&text).unwrap(), part);
    }
}

#[test]
fn a_column_of_weights_counts_rows_and_is_no_feature() {
    let weighted = |weight: fn(usize) -> f64| {
        let mut columns: Vec<_> = table().columns().to_vec();
        columns.push(numbers("count", weight));
        Table::new(columns, N_ROWS).unwrap()
    };
    let trial = Trial {
        weight: Some("count".into()),
        ..trial("sold", Algorithm::Gbt)
    };
    // Rows of weight 0 teach nothing, and the others count alike.
    let part = run_part(
        &weighted(|row| f64::from(u8::from(row % 2 == 0))),
        &trial,
        Part::Full,
        &Silent,
    );
    let (_, model) = part.unwrap().fitted.unwrap();
    let Predictor::Trees(ensemble) = &model.predictor else {
        panic!("trees")
    };
    let drawn = (N_ROWS as f64 / 2.0 * 0.7).ceil() as u32;
    assert_eq!(ensemble.trees[0].split_rows[0], drawn);
    assert!(model.features.iter().all(|feature| feature.name != "count"));
    let said = |table: &Table| {
        run_part(table, &trial, Part::Full, &Silent)
            .unwrap_err()
            .to_string()
    };
    assert!(said(&table()).contains("there is no column \"count\""));
    assert!(said(&weighted(|row| row as f64 - 3.0)).contains("holds -3"));
    assert!(
        said(&weighted(|row| if row == 9 { f64::NAN } else { 1.0 }))
            .contains("is missing in a row")
    );
    assert!(said(&weighted(|_| 0.0)).contains("is 0 in every row"));
    let itself = Trial {
        weight: Some("sold".into()),
        ..trial.clone()
    };
    let refused = run_part(&table(), &itself, Part::Full, &Silent).unwrap_err();
    assert!(refused.to_string().contains("\"sold\" is the target"));
}

#[test]
fn a_fit_tells_how_its_loss_fell() {
    let mut trial = trial("price", Algorithm::Gbt);
    for (name, value) in [("trees", 200.0), ("early_stopping_rounds", 5.0)] {
        trial.params.insert(name.into(), ParamValue::Number(value));
    }
    let trained = gather(&table(), &trial, &run(&trial)).unwrap();
    let curve = trained.report.curve.unwrap();
    assert_eq!(curve.loss, "half the squared error");
    assert_eq!(curve.learnt.len(), curve.kept_aside.len());
    let (_, model) = trained.fitted.unwrap();
    let Predictor::Trees(ensemble) = &model.predictor else {
        panic!("trees")
    };
    assert_eq!(ensemble.trees.len(), curve.best_round as usize);
}

#[test]
fn a_count_is_predicted_and_measured_as_a_number() {
    let mut trial = trial("price", Algorithm::Gbt);
    trial
        .params
        .insert("objective".into(), ParamValue::Choice("poisson".into()));
    let folds_only: Vec<PartResult> = trial.parts()[..3]
        .iter()
        .map(|part| run_part(&table(), &trial, *part, &Silent).unwrap())
        .collect();
    let trained = gather(&table(), &trial, &folds_only).unwrap();
    let EvaluationDetail::Regression { points, .. } = trained.evaluation.detail else {
        panic!("regression")
    };
    // Margins are logarithms, below 5 for prices up to 92.
    assert!(trained.held_out.1.iter().all(|margin| *margin < 5.0));
    assert!(points.iter().any(|(predicted, _)| *predicted > 20.0));
    assert!(trained.evaluation.metrics["r2"].mean > 0.3);
}

#[test]
fn a_probe_is_its_fold_without_the_rest() {
    let trial = trial("sold", Algorithm::Gbt);
    assert_eq!(
        trial.probes(),
        [Part::Probe(0), Part::Probe(1), Part::Probe(2)]
    );
    let fold = run_part(&table(), &trial, Part::Fold(1), &Silent).unwrap();
    let probe = run_part(&table(), &trial, Part::Probe(1), &Silent).unwrap();
    assert_eq!(probe.metrics, fold.metrics);
    assert_eq!(probe.n_learnt, 160);
    assert!(probe.margins.is_empty() && probe.rows.is_empty() && probe.importance.is_empty());
    assert!(probe.learnt.is_empty());
}

#[test]
fn a_share_learns_from_fewer_rows_and_says_how_well_it_knows_them() {
    let run = |share| {
        let trial = Trial {
            share: Some(share),
            ..trial("sold", Algorithm::Tree)
        };
        run_part(&table(), &trial, Part::Probe(0), &Silent)
    };
    let whole = run(1.0).unwrap();
    let plain = run_part(
        &table(),
        &trial("sold", Algorithm::Tree),
        Part::Probe(0),
        &Silent,
    )
    .unwrap();
    assert_eq!(whole.metrics, plain.metrics);
    let quarter = run(0.25).unwrap();
    // 160 rows are learnt from; each class's quarter is rounded up.
    assert!(
        (40..=41).contains(&quarter.n_learnt),
        "{}",
        quarter.n_learnt
    );
    assert!(whole.learnt["auc"] > 0.99 && quarter.learnt.contains_key("log_loss"));
    assert_ne!(quarter.metrics, whole.metrics);
    for share in [0.0, 1.5, f64::NAN] {
        assert!(
            run(share)
                .unwrap_err()
                .to_string()
                .contains("share of the rows")
        );
    }
}

#[test]
fn repeats_count_in_the_metrics_and_once_in_the_curves() {
    let validation = Validation::Folds {
        folds: 3,
        repeats: 2,
        quantiles: true,
    };
    let repeated = Trial {
        validation,
        ..trial("price", Algorithm::Tree)
    };
    let once = trial("price", Algorithm::Tree);
    let trained = gather(&table(), &repeated, &run(&repeated)).unwrap();
    assert_eq!(trained.evaluation.folds.len(), 6);
    assert_eq!(trained.evaluation.n_rows, N_ROWS - 1);
    let of_once = gather(&table(), &once, &run(&once)).unwrap();
    assert_eq!(of_once.evaluation.n_rows, N_ROWS - 1);
}

#[test]
fn a_search_within_a_fold_sees_none_of_its_held_out_rows() {
    let outer = Validation::folds(4);
    let outside = Trial {
        validation: outer.clone(),
        ..trial("price", Algorithm::Linear)
    };
    let (_, splits) = outside.split(&table()).unwrap();
    let (dataset, _) = outside.split(&table()).unwrap();
    for fold in 0..4 {
        let inside = Trial {
            within: Some(Within {
                validation: outer.clone(),
                fold,
            }),
            ..trial("price", Algorithm::Linear)
        };
        let (inner, _) = inside.split(&table()).unwrap();
        let held_out = splits.fold(fold).unwrap().hold;
        assert!(
            held_out
                .iter()
                .all(|&at| !inner.rows.contains(&dataset.rows[at]))
        );
        assert_eq!(inner.rows.len() + held_out.len(), dataset.rows.len());
        let scored: Vec<u32> = inside
            .parts()
            .into_iter()
            .flat_map(|part| run_part(&table(), &inside, part, &Silent).unwrap().rows)
            .collect();
        assert_eq!(scored.len(), inner.rows.len());
        assert!(scored.iter().all(|row| inner.rows.contains(row)));
    }
}

#[test]
fn a_trial_of_an_earlier_version_is_read() {
    let old = r#"{"target": "price", "algorithm": "tree", "folds": 3, "seed": 11}"#;
    let read: Trial = serde_json::from_str(old).unwrap();
    assert_eq!(read.validation, Validation::folds(3));
    let by_target = Trial {
        validation: Validation::Groups {
            column: "price".into(),
            folds: 3,
            repeats: 1,
        },
        ..read
    };
    let error = run_part(&table(), &by_target, Part::Fold(0), &Silent).unwrap_err();
    assert!(error.to_string().contains("by the target"), "{error}");
}

//! Parts of a trial: they need nothing of each other, repeat, and refuse what they cannot do.

use std::sync::Arc;

use tabwright_model::{EvaluationDetail, ParamValue, Params, Predictor, Task};
use tabwright_table::{Column, Kind, MISSING_CODE, Table, Values};
use tabwright_train::{
    Algorithm, Part, PartResult, Silent, TaskChoice, TrainError, Trial, gather, run_part,
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
    let levels = levels.iter().map(|level| (*level).to_owned()).collect();
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
        target: target.into(),
        task: TaskChoice::Auto,
        recipe: serde_json::from_value(recipe).unwrap(),
        algorithm,
        params,
        folds: 3,
        seed: 11,
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
        folds: 0,
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
    let mut lasso = trial("sold", Algorithm::Linear);
    lasso.params.insert("l1".into(), ParamValue::Number(1.0));
    assert!(said(&lasso, Part::Full).contains("use l2"));
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

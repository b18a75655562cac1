//! Nothing of a held-out row reaches the model that scores it: where the target is shuffled, every pipeline is at chance.

use std::sync::Arc;

use tabwright_model::{ParamValue, Params, Tuning, Validation};
use tabwright_table::{Column, Kind, MISSING_CODE, Table, Values};
use tabwright_train::{Algorithm, Silent, Trial, Tuner, detect_task, gather, run_part};

const N_ROWS: usize = 400;
/// Shuffles of the target; their AUCs are averaged.
const N_SHUFFLES: u64 = 6;
/// An AUC of 200 against 200 rows at chance has a standard deviation of √(401 / (12 · 200 · 200)) = 0.029, the mean of six one of
/// 0.012: the band is four of them.
const BAND: f64 = 0.048;

/// Numbers that look random: Knuth's 64-bit linear congruential generator, upper half.
struct Draws(u64);

impl Draws {
    fn below(&mut self, n: usize) -> usize {
        let step = self.0.wrapping_mul(6_364_136_223_846_793_005);
        self.0 = step.wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % n
    }

    fn shuffled(&mut self, mut items: Vec<u32>) -> Vec<u32> {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
        items
    }
}

fn numbers(name: &str, values: Vec<f64>) -> Arc<Column> {
    Arc::new(Column {
        name: name.into(),
        kind: Kind::Decimal,
        values: Values::Numbers(values),
    })
}

fn codes(name: &str, codes: Vec<u32>, n_levels: u32) -> Arc<Column> {
    let levels = (0..n_levels).map(|level| format!("{name}{level:03}"));
    Arc::new(Column {
        name: name.into(),
        kind: Kind::Category,
        values: Values::Codes {
            codes,
            levels: Arc::new(levels.collect()),
        },
    })
}

/// A number with gaps, one that tells the classes apart, and a category with a level for every five rows: what leaks first where statistics
/// are taken over all rows. Half of the rows are of either class; `seed` shuffles them, 0 does not.
fn table(seed: u64) -> Table {
    let mut draws = Draws(17);
    let classes: Vec<u32> = (0..N_ROWS as u32).map(|row| row % 2).collect();
    let signal = classes
        .iter()
        .map(|&class| f64::from(class) + draws.below(100) as f64 / 50.0)
        .collect();
    let gaps = (0..N_ROWS)
        .map(|_| match draws.below(4) {
            0 => f64::NAN,
            _ => draws.below(1000) as f64,
        })
        .collect();
    let many = (0..N_ROWS)
        .map(|_| match draws.below(20) {
            0 => MISSING_CODE,
            _ => draws.below(N_ROWS / 5) as u32,
        })
        .collect();
    let target = match seed {
        0 => classes,
        seed => Draws(seed).shuffled(classes),
    };
    let columns = vec![
        numbers("gaps", gaps),
        numbers("signal", signal),
        codes("many", many, N_ROWS as u32 / 5),
        codes("y", target, 2),
    ];
    Table::new(columns, N_ROWS).unwrap()
}

/// Every step that learns something from rows.
fn trial(algorithm: Algorithm) -> Trial {
    let steps = serde_json::json!([
        {"step": "impute", "columns": ["gaps"], "method": "mean", "indicator": true},
        {"step": "impute", "columns": ["many"], "method": "mode"},
        {"step": "derive", "column": "many2", "formula": "many"},
        {"step": "encode", "columns": ["many2"], "method": "frequency"},
    ]);
    let params = match algorithm {
        Algorithm::Forest | Algorithm::Gbt => {
            Params::from([("trees".into(), ParamValue::Number(25.0))])
        }
        _ => Params::new(),
    };
    Trial {
        recipe: serde_json::from_value(steps).unwrap(),
        params,
        seed: 5,
        ..Trial::new("y", algorithm)
    }
}

fn auc(table: &Table, trial: &Trial) -> f64 {
    let parts = trial.parts().into_iter();
    let parts: Vec<_> = parts
        .map(|part| run_part(table, trial, part, &Silent).unwrap())
        .collect();
    gather(table, trial, &parts).unwrap().evaluation.metrics["auc"].mean
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let values: Vec<f64> = values.collect();
    values.iter().sum::<f64>() / values.len() as f64
}

#[test]
fn a_shuffled_target_is_predicted_at_chance() {
    for algorithm in &Algorithm::ALL[1..] {
        let trial = trial(*algorithm);
        let honest = auc(&table(0), &trial);
        assert!(honest > 0.75, "{} learns: {honest}", algorithm.name());
        let shuffled = mean((1..=N_SHUFFLES).map(|seed| auc(&table(seed), &trial)));
        assert!(
            (shuffled - 0.5).abs() < BAND,
            "{}: {shuffled}",
            algorithm.name()
        );
    }
}

#[test]
fn the_best_of_many_looks_better_than_chance_and_the_nested_score_does_not() {
    let base = Trial {
        validation: Validation::folds(3),
        ..trial(Algorithm::Tree)
    };
    let tuning = Tuning {
        nested: 4,
        ..Tuning::random(12)
    };
    let (mut inner, mut outer) = (Vec::new(), Vec::new());
    for seed in 1..=N_SHUFFLES {
        let table = table(seed);
        let task = detect_task(&table, "y", base.task).unwrap().task;
        let mut tuner = Tuner::new(&base, &tuning, &task).unwrap();
        while !tuner.is_finished() {
            for unit in tuner.ready() {
                let result = run_part(&table, &unit.trial, unit.part, &Silent).unwrap();
                tuner.take(unit.place, result.metrics);
            }
        }
        let nested = tuner.tuned().unwrap().0.nested.unwrap();
        inner.extend(nested.folds.iter().map(|fold| fold.inner["auc"]));
        outer.extend(nested.folds.iter().map(|fold| fold.metrics["auc"]));
    }
    let (inner, outer) = (mean(inner.into_iter()), mean(outer.into_iter()));
    assert!((outer - 0.5).abs() < BAND, "{outer}");
    assert!(inner > outer + 0.02, "{inner} {outer}");
}

/// Forty patients with ten visits each: a visit tells who it is, and the patient's class is chance. Folds of visits know the patient; folds of
/// patients do not.
#[test]
fn groups_do_not_teach_what_they_are_tested_on() {
    let by_rows = |seed| {
        let mut draws = Draws(seed);
        let class = draws.shuffled((0..40).map(|patient| patient % 2).collect());
        let patient = |row: usize| row / 10;
        let who = (0..N_ROWS)
            .map(|row| (patient(row) * 7 % 40) as f64 + draws.below(10) as f64 / 40.0)
            .collect();
        let columns = vec![
            numbers("who", who),
            codes(
                "patient",
                (0..N_ROWS).map(|row| patient(row) as u32).collect(),
                40,
            ),
            codes("y", (0..N_ROWS).map(|row| class[patient(row)]).collect(), 2),
        ];
        Table::new(columns, N_ROWS).unwrap()
    };
    let drop = serde_json::json!([{"step": "drop", "columns": ["patient"]}]);
    let visits = Trial {
        recipe: serde_json::from_value(drop).unwrap(),
        params: Params::from([
            ("min_leaf_rows".into(), ParamValue::Number(3.0)),
            ("depth".into(), ParamValue::Number(0.0)),
        ]),
        ..Trial::new("y", Algorithm::Tree)
    };
    let patients = Trial {
        validation: Validation::Groups {
            column: "patient".into(),
            folds: 5,
            repeats: 1,
        },
        ..visits.clone()
    };
    let known = mean((1..=8).map(|seed| auc(&by_rows(seed), &visits)));
    let new = mean((1..=8).map(|seed| auc(&by_rows(seed), &patients)));
    assert!(known > 0.9, "{known}");
    // 20 against 20 patients: a standard deviation of 0.092, that of the mean of eight 0.033; three of them.
    assert!((new - 0.5).abs() < 0.1, "{new}");
}

use proptest::prelude::*;
use tabwright_model::{Span, Validation};

use super::*;
use crate::Algorithm;
use crate::params::resolve;

const REGRESSION: Task = Task::Regression;

fn base(algorithm: Algorithm) -> Trial {
    Trial {
        validation: Validation::folds(2),
        seed: 3,
        ..Trial::new("y", algorithm)
    }
}

fn tuning(method: Method, trials: u32) -> Tuning {
    Tuning {
        method,
        ..Tuning::random(trials)
    }
}

fn search(algorithm: Algorithm, tuning: &Tuning) -> Search {
    Search::new(&base(algorithm), tuning, &REGRESSION).unwrap()
}

/// A smooth loss with its least at a learning rate of 0.05 and 40 leaves; more trees are a little better.
fn loss(trial: &Trial) -> f64 {
    let number = |name: &str, default: f64| match trial.params.get(name) {
        Some(ParamValue::Number(x)) => *x,
        _ => default,
    };
    let rate = libm::log(number("learning_rate", 0.1) / 0.05);
    let leaves = libm::log(number("leaves", 31.0) / 40.0);
    rate * rate
        + leaves * leaves
        + 1.0 / number("trees", 100.0)
        + 0.1 * (1.0 - trial.share.unwrap_or(1.0))
}

fn metrics(trial: &Trial, fold: u32) -> Metrics {
    Metrics::from([("rmse".to_owned(), loss(trial) + 1e-6 * f64::from(fold))])
}

/// Runs a search with so many workers that finish in turns, the last first; gives the fits in the order of their end.
fn run(search: &mut Search, n_workers: usize) -> Vec<Spot> {
    let mut spots = Vec::new();
    loop {
        let ready = search.ready();
        let batch: Vec<_> = ready.into_iter().take(n_workers).collect();
        if batch.is_empty() {
            return spots;
        }
        for (spot, trial, _) in batch.into_iter().rev() {
            search.take(spot, metrics(&trial, spot.fold));
            spots.push(spot);
        }
    }
}

fn methods() -> Vec<Method> {
    vec![
        Method::Grid { steps: 2 },
        Method::Random,
        Method::Halving { factor: 3 },
        Method::Hyperband { factor: 3 },
        Method::Tpe,
    ]
}

#[test]
fn what_is_found_does_not_depend_on_how_many_work() {
    for method in methods() {
        for algorithm in [Algorithm::Gbt, Algorithm::Tree] {
            let records = |n_workers| {
                let mut search = search(algorithm, &tuning(method, 20));
                let mut spots = run(&mut search, n_workers);
                let n = spots.len();
                spots.sort_unstable();
                spots.dedup();
                assert_eq!(spots.len(), n, "nothing is fitted twice");
                assert!(search.is_finished());
                search.records()
            };
            let one = records(1);
            assert_eq!(
                one.len(),
                if method == (Method::Grid { steps: 2 }) && algorithm == Algorithm::Tree {
                    5
                } else {
                    20
                }
            );
            assert_eq!(one, records(2), "{method:?}");
            assert_eq!(one, records(3), "{method:?}");
            assert_eq!(one, records(1000), "{method:?}");
            assert!(one[0].params.is_empty() && one[0].share.is_none());
        }
    }
}

#[test]
fn a_search_that_was_stopped_goes_on_to_the_same_end() {
    for method in methods() {
        let tuning = tuning(method, 18);
        let tuner = || {
            Tuner::new(
                &base(Algorithm::Gbt),
                &Tuning {
                    nested: 2,
                    ..tuning.clone()
                },
                &REGRESSION,
            )
            .unwrap()
        };
        let finish = |mut tuner: Tuner, most: usize| {
            let mut n = 0;
            while let Some(unit) = tuner.ready().into_iter().next().filter(|_| n < most) {
                let fold = match unit.part {
                    Part::Probe(fold) => fold,
                    other => panic!("{other:?}"),
                };
                tuner.take(unit.place, metrics(&unit.trial, fold));
                n += 1;
            }
            tuner
        };
        let whole = finish(tuner(), usize::MAX);
        let (tuned, params) = whole.tuned().unwrap();
        let nested = tuned.nested.as_ref().unwrap();
        assert_eq!(nested.folds.len(), 2);
        assert!(
            nested
                .folds
                .iter()
                .all(|fold| fold.inner.contains_key("rmse"))
        );
        let (done, total) = whole.work();
        assert!(
            (done - total).abs() < 0.25 * total,
            "{method:?}: {done} of {total}"
        );

        let stopped = finish(tuner(), 25);
        let text = serde_json::to_string(&stopped.kept()).unwrap();
        let mut resumed = tuner();
        let kept: Vec<(Place, Metrics)> = serde_json::from_str(&text).unwrap();
        assert_eq!(kept.len(), 25);
        for (place, metrics) in kept {
            resumed.take(place, metrics);
        }
        assert_eq!(
            finish(resumed, usize::MAX).tuned(),
            Some((tuned, params)),
            "{method:?}"
        );
    }
}

#[test]
fn what_was_complete_is_what_a_shorter_search_finds() {
    for method in [Method::Random, Method::Tpe, Method::Grid { steps: 2 }] {
        let mut long = search(Algorithm::Gbt, &tuning(method, 20));
        for _ in 0..33 {
            let (spot, trial, _) = long.ready().swap_remove(0);
            long.take(spot, metrics(&trial, spot.fold));
        }
        let found = long.records();
        assert_eq!(found.len(), 16);
        let mut short = search(Algorithm::Gbt, &tuning(method, 16));
        run(&mut short, 1);
        assert_eq!(short.records(), found);
    }
    let mut halving = search(Algorithm::Gbt, &tuning(Method::Halving { factor: 3 }, 20));
    let (spot, trial, _) = halving.ready().swap_remove(0);
    halving.take(spot, metrics(&trial, spot.fold));
    assert!(halving.records().is_empty(), "none has all of the resource");
}

#[test]
fn halving_stops_the_worse_and_keeps_the_defaults() {
    for algorithm in [Algorithm::Gbt, Algorithm::Linear] {
        let mut search = search(algorithm, &tuning(Method::Halving { factor: 3 }, 27));
        let first = search.ready();
        assert_eq!(first.len(), 54);
        let trial = &first[2].1;
        if algorithm == Algorithm::Gbt {
            let ParamValue::Number(trees) = trial.params["trees"] else {
                panic!("a number")
            };
            let ParamValue::Number(whole) = search.params[1]["trees"] else {
                panic!("a number")
            };
            assert_eq!(trees, libm::ceil(whole / 9.0));
            assert_eq!(trial.share, None);
        } else {
            assert_eq!(trial.share, Some(1.0 / 9.0));
        }
        run(&mut search, 2);
        let records = search.records();
        let reached = |share: Option<f64>| {
            records
                .iter()
                .filter(|record| record.share == share)
                .count()
        };
        let with_defaults = usize::from(reached(None) == 4);
        assert_eq!(reached(None), 3 + with_defaults);
        assert_eq!(records[0].share, None);
        assert_eq!(records[0].earlier.len(), 2);
        let stopped: Vec<Standing> = search
            .standings()
            .into_iter()
            .filter(|one| one.state == State::Stopped)
            .collect();
        assert_eq!(stopped.len(), 27 - reached(None));
        assert!(stopped.iter().all(|one| one.share < 1.0));
        // Who was stopped first was worse there than all who went on.
        let rung0 = |record: &TrialRecord| {
            let folds = record
                .earlier
                .first()
                .map_or(&record.folds, |rung| &rung.folds);
            loss_of(folds, &REGRESSION)
        };
        let (on, off): (Vec<_>, Vec<_>) = records[1..]
            .iter()
            .partition(|record| !record.earlier.is_empty());
        let worst = on
            .iter()
            .map(|record| rung0(record))
            .fold(f64::NEG_INFINITY, f64::max);
        assert!(off.iter().all(|record| rung0(record) >= worst));
    }
}

#[test]
fn tpe_finds_better_parameters_than_chance() {
    let found = |method, seed| {
        let trial = Trial {
            seed,
            ..base(Algorithm::Gbt)
        };
        let mut search = Search::new(&trial, &tuning(method, 60), &REGRESSION).unwrap();
        run(&mut search, 4);
        let records = search.records();
        let best = best_trial(&records, &REGRESSION).unwrap();
        let late: f64 = records[40..]
            .iter()
            .map(|record| loss_of(&record.folds, &REGRESSION))
            .sum::<f64>()
            / 20.0;
        (loss_of(&records[best].folds, &REGRESSION), late)
    };
    let mut wins = 0;
    for seed in 0..10 {
        let (random, random_late) = found(Method::Random, seed);
        let (tpe, tpe_late) = found(Method::Tpe, seed);
        assert!(tpe_late < 0.6 * random_late, "{tpe_late} {random_late}");
        wins += usize::from(tpe < random);
    }
    assert!(wins >= 7, "{wins} of 10");
}

#[test]
fn a_grid_has_every_combination_once() {
    let spans = BTreeMap::from([
        ("depth".to_owned(), Span::Range([2.0, 3.0])),
        ("min_leaf_rows".to_owned(), Span::Range([1.0, 100.0])),
        (
            "variant".to_owned(),
            Span::Choices(vec!["histogram".into(), "exact_cart".into()]),
        ),
    ]);
    let grid = Tuning {
        space: spans,
        ..tuning(Method::Grid { steps: 3 }, 100)
    };
    let search = search(Algorithm::Tree, &grid);
    // Depths 2 and 3 (the third step repeats one) × 1, 10, 100 × two variants, and the defaults.
    assert_eq!(search.n_trials(), 13);
    let mut points: Vec<String> = search.params[1..]
        .iter()
        .map(|params| format!("{params:?}"))
        .collect();
    points.sort();
    points.dedup();
    assert_eq!(points.len(), 12);
    let few = Search::new(
        &base(Algorithm::Tree),
        &Tuning {
            trials: 5,
            ..grid.clone()
        },
        &REGRESSION,
    )
    .unwrap();
    assert_eq!(few.params[..], search.params[..5]);
}

proptest! {
    #[test]
    fn every_draw_is_allowed_and_repeats(seed: u64, steps in 1_u32..4) {
        for algorithm in Algorithm::ALL {
            for method in [Method::Random, Method::Grid { steps }, Method::Tpe] {
                let trial = Trial { seed, ..base(algorithm) };
                let mut search = Search::new(&trial, &tuning(method, 24), &REGRESSION).unwrap();
                run(&mut search, 1);
                for params in &search.params {
                    prop_assert!(resolve(algorithm, params).is_ok(), "{params:?}");
                }
            }
        }
    }
}

#[test]
fn draws_cover_the_range_on_its_scale_and_a_range_that_is_asked_for() {
    let rates = |tuning: &Tuning| -> Vec<f64> {
        let search = search(Algorithm::Gbt, tuning);
        let rate = |params: &Params| match params["learning_rate"] {
            ParamValue::Number(rate) => rate,
            ParamValue::Choice(_) => panic!("a number"),
        };
        search.params[1..].iter().map(rate).collect()
    };
    let declared = rates(&tuning(Method::Random, 400));
    // The geometric middle of 0.02 and 0.3.
    let below = declared.iter().filter(|rate| **rate < 0.0775).count();
    assert!((150..250).contains(&below), "{below}");
    assert!(declared.iter().any(|rate| *rate < 0.022) && declared.iter().any(|rate| *rate > 0.27));
    let space = BTreeMap::from([("learning_rate".to_owned(), Span::Range([0.5, 1.0]))]);
    let asked = rates(&Tuning {
        space,
        ..tuning(Method::Random, 50)
    });
    assert!(asked.iter().all(|rate| (0.5..=1.0).contains(rate)));
}

#[test]
fn fixing_one_parameter_leaves_the_others_as_they_were() {
    let fixed = Params::from([("trees".into(), ParamValue::Number(7.0))]);
    let with = Trial {
        params: fixed.clone(),
        ..base(Algorithm::Gbt)
    };
    let with = Search::new(&with, &tuning(Method::Random, 6), &REGRESSION).unwrap();
    let without = search(Algorithm::Gbt, &tuning(Method::Random, 6));
    assert_eq!(with.params[0], fixed);
    assert_eq!(with.params[4]["leaves"], without.params[4]["leaves"]);
    assert_eq!(with.params[4]["trees"], ParamValue::Number(7.0));
}

#[test]
fn what_cannot_be_searched_is_refused() {
    let said = |tuning: &Tuning| {
        Search::new(&base(Algorithm::Gbt), tuning, &REGRESSION)
            .unwrap_err()
            .to_string()
    };
    let in_space = |name: &str, span: Span| {
        said(&Tuning {
            space: BTreeMap::from([(name.to_owned(), span)]),
            ..Tuning::random(5)
        })
    };
    assert!(in_space("leaf", Span::Range([1.0, 2.0])).contains("it has trees"));
    assert!(in_space("trees", Span::Range([9.0, 3.0])).contains("from low to high"));
    assert!(in_space("trees", Span::Range([0.0, 3.0])).contains("from 1 to"));
    assert!(in_space("l2", Span::Range([0.0, 3.0])).contains("begin above 0"));
    assert!(in_space("l2", Span::Choices(vec!["a".into()])).contains("found \"a\""));
    assert!(said(&tuning(Method::Random, 0)).contains("found 0"));
    assert!(said(&tuning(Method::Grid { steps: 0 }, 5)).contains("found 0"));
    assert!(said(&tuning(Method::Grid { steps: 20 }, 5)).contains("more than 1000000"));
    assert!(said(&tuning(Method::Halving { factor: 1 }, 5)).contains("found 1"));
    let untested = Trial {
        validation: Validation::None,
        ..base(Algorithm::Gbt)
    };
    let error = Search::new(&untested, &Tuning::random(3), &REGRESSION).unwrap_err();
    assert!(error.to_string().contains("held-out rows"));
    let both = Trial {
        params: Params::from([("l2".into(), ParamValue::Number(1.0))]),
        ..base(Algorithm::Gbt)
    };
    let space = BTreeMap::from([("l2".to_owned(), Span::Range([1.0, 2.0]))]);
    let error = Search::new(
        &both,
        &Tuning {
            space,
            ..Tuning::random(3)
        },
        &REGRESSION,
    )
    .unwrap_err();
    assert!(error.to_string().contains("both searched and set"));
}

#[test]
fn the_best_trial_has_all_of_the_resource() {
    let record = |rmse: f64, share| TrialRecord {
        share,
        ..TrialRecord::new(
            Params::new(),
            vec![Metrics::from([("rmse".to_owned(), rmse)])],
        )
    };
    let trials = [
        record(2.0, None),
        record(0.5, Some(0.3)),
        record(1.0, None),
        record(1.0, None),
    ];
    assert_eq!(best_trial(&trials, &REGRESSION), Some(2));
    assert_eq!(best_trial(&trials[1..2], &REGRESSION), None);
}

use std::collections::BTreeSet;
use std::sync::Arc;

use proptest::prelude::*;
use tabwright_model::Task;
use tabwright_table::{Kind, MISSING_CODE, Values};

use super::*;

fn dataset(target: &[f64], n_classes: usize) -> Dataset {
    let task = match n_classes {
        0 => Task::Regression,
        n => Task::Multiclass {
            classes: (0..n).map(|class| class.to_string()).collect(),
        },
    };
    Dataset {
        task,
        rows: (0..target.len() as u32).collect(),
        target: target.to_vec(),
    }
}

fn numbers(values: &[f64], kind: Kind) -> Table {
    let column = Column {
        name: "by".into(),
        kind,
        values: Values::Numbers(values.to_vec()),
    };
    Table::new(vec![Arc::new(column)], values.len()).unwrap()
}

fn codes(codes: &[Option<u32>]) -> Table {
    let column = Column {
        name: "by".into(),
        kind: Kind::Category,
        values: Values::Codes {
            codes: codes
                .iter()
                .map(|code| code.unwrap_or(MISSING_CODE))
                .collect(),
            levels: Arc::new((0..26).map(|level| format!("g{level}")).collect()),
        },
    };
    Table::new(vec![Arc::new(column)], codes.len()).unwrap()
}

fn folds_of(splits: &Splits) -> Vec<Fold> {
    (0..splits.n_folds())
        .map(|fold| splits.fold(fold).unwrap())
        .collect()
}

fn split(table: &Table, data: &Dataset, validation: &Validation, seed: u64) -> Vec<Fold> {
    folds_of(&Splits::new(table, data, validation, seed).unwrap())
}

fn refusal(table: &Table, data: &Dataset, validation: &Validation) -> String {
    Splits::new(table, data, validation, 0)
        .unwrap_err()
        .to_string()
}

fn nothing() -> Table {
    Table::new(Vec::new(), 0).unwrap()
}

fn k_fold(folds: u32, repeats: u32, quantiles: bool) -> Validation {
    Validation::Folds {
        folds,
        repeats,
        quantiles,
    }
}

fn by_group(folds: u32) -> Validation {
    Validation::Groups {
        column: "by".into(),
        folds,
        repeats: 1,
    }
}

fn by_time(folds: u32, gap: f64) -> Validation {
    Validation::Time {
        column: "by".into(),
        folds,
        gap,
    }
}

/// Sizes differ by one at most.
fn even(sizes: &[usize]) -> bool {
    sizes.iter().max().unwrap() - sizes.iter().min().unwrap() <= 1
}

/// Both sides are ascending and disjoint; together they are all rows.
fn parts_of_all(fold: &Fold, n_rows: usize) -> bool {
    let both: BTreeSet<usize> = fold.learn.iter().chain(&fold.hold).copied().collect();
    fold.learn.is_sorted()
        && fold.hold.is_sorted()
        && both.len() == n_rows
        && fold.learn.len() + fold.hold.len() == n_rows
}

/// Each row is held out exactly once.
fn cover(folds: &[Fold], n_rows: usize) -> bool {
    let mut held: Vec<usize> = folds.iter().flat_map(|fold| fold.hold.clone()).collect();
    held.sort_unstable();
    held == (0..n_rows).collect::<Vec<_>>()
}

proptest! {
    #[test]
    fn folds_and_their_classes_are_even(
        counts in prop::collection::vec(2_usize..30, 2..5), n_folds in 2_u32..8, repeats in 1_u32..4, seed: u64
    ) {
        let target: Vec<f64> = counts.iter().enumerate().flat_map(|(class, &n)| vec![class as f64; n]).collect();
        prop_assume!(n_folds as usize <= target.len());
        let data = dataset(&target, counts.len());
        let validation = k_fold(n_folds, repeats, false);
        let folds = split(&nothing(), &data, &validation, seed);
        prop_assert_eq!(folds.len(), (n_folds * repeats) as usize);
        for repeat in folds.chunks(n_folds as usize) {
            prop_assert!(cover(repeat, target.len()));
            prop_assert!(repeat.iter().all(|fold| parts_of_all(fold, target.len())));
            prop_assert!(even(&repeat.iter().map(|fold| fold.hold.len()).collect::<Vec<_>>()));
            for class in 0..counts.len() {
                let of_class = |fold: &Fold| fold.hold.iter().filter(|&&at| target[at] == class as f64).count();
                prop_assert!(even(&repeat.iter().map(of_class).collect::<Vec<_>>()));
            }
        }
        prop_assert_eq!(&split(&nothing(), &data, &validation, seed), &folds);
        // The first repeat is what one alone would be.
        prop_assert_eq!(&split(&nothing(), &data, &k_fold(n_folds, 1, false), seed)[..], &folds[..n_folds as usize]);
    }

    #[test]
    fn tenths_of_a_numeric_target_are_spread(target in prop::collection::vec(-1e3..1e3_f64, 40..120), n_folds in 2_u32..5, seed: u64) {
        let data = dataset(&target, 0);
        let folds = split(&nothing(), &data, &k_fold(n_folds, 1, true), seed);
        prop_assert!(cover(&folds, target.len()));
        let n_strata = (target.len() / (2 * n_folds as usize)).min(10);
        let mut sorted = target.clone();
        sorted.sort_by(f64::total_cmp);
        for stratum in 0..n_strata {
            let (from, to) = (stratum * target.len() / n_strata, (stratum + 1) * target.len() / n_strata);
            let in_stratum = |at: &&usize| sorted[from..to].iter().any(|&value| value == target[**at]);
            let sizes: Vec<usize> = folds.iter().map(|fold| fold.hold.iter().filter(in_stratum).count()).collect();
            prop_assert!(even(&sizes), "{sizes:?}");
        }
    }

    #[test]
    fn a_holdout_takes_its_share_of_every_class(counts in prop::collection::vec(2_usize..60, 2..4), share in 0.05..0.95_f64, seed: u64) {
        let target: Vec<f64> = counts.iter().enumerate().flat_map(|(class, &n)| vec![class as f64; n]).collect();
        let data = dataset(&target, counts.len());
        let validation = Validation::Holdout { share, quantiles: false };
        let folds = split(&nothing(), &data, &validation, seed);
        prop_assert_eq!(folds.len(), 1);
        prop_assert!(parts_of_all(&folds[0], target.len()));
        for (class, &n) in counts.iter().enumerate() {
            let held = folds[0].hold.iter().filter(|&&at| target[at] == class as f64).count();
            prop_assert!(held >= 1 && held < n);
            prop_assert!((held as f64 - share * n as f64).abs() <= 1.0, "{held} of {n}");
        }
    }

    #[test]
    fn groups_are_whole(
        groups in prop::collection::vec(prop::option::weighted(0.9, 0_u32..12), 30..90), n_folds in 2_u32..5, seed: u64
    ) {
        let distinct: BTreeSet<_> = groups.iter().collect();
        prop_assume!(distinct.len() >= n_folds as usize);
        let table = codes(&groups);
        let data = dataset(&vec![0.5; groups.len()], 0);
        let folds = split(&table, &data, &by_group(n_folds), seed);
        prop_assert!(cover(&folds, groups.len()));
        for fold in &folds {
            prop_assert!(parts_of_all(fold, groups.len()));
            prop_assert!(!fold.hold.is_empty());
            let sides: [BTreeSet<_>; 2] = [&fold.learn, &fold.hold].map(|side| side.iter().map(|&at| groups[at]).collect());
            prop_assert!(sides[0].is_disjoint(&sides[1]));
        }
        // Greedy from the largest on: the smallest fold had room for the last group that the largest one got.
        let sizes: Vec<usize> = folds.iter().map(|fold| fold.hold.len()).collect();
        let largest = distinct.iter().map(|group| groups.iter().filter(|one| one == group).count()).max().unwrap();
        prop_assert!(sizes.iter().max().unwrap() - sizes.iter().min().unwrap() <= largest);
        prop_assert_eq!(split(&table, &data, &by_group(n_folds), seed), folds);
    }

    #[test]
    fn what_is_held_out_is_later_than_what_is_learnt_by_more_than_the_gap(
        times in prop::collection::vec(prop::option::weighted(0.95, 0_i32..60), 40..120), n_folds in 1_u32..6, gap in 0_i32..4
    ) {
        let values: Vec<f64> = times.iter().map(|time| time.map_or(f64::NAN, f64::from)).collect();
        let table = numbers(&values, Kind::Integer);
        let data = dataset(&vec![0.5; times.len()], 0);
        let Ok(splits) = Splits::new(&table, &data, &by_time(n_folds, f64::from(gap)), 0) else {
            // Only a gap that swallows the first block may stop this many times.
            prop_assert!(gap > 0);
            return Ok(());
        };
        let folds = folds_of(&splits);
        let time = |&at: &usize| values[at];
        let mut held = BTreeSet::new();
        for fold in &folds {
            let latest = fold.learn.iter().map(time).fold(f64::NEG_INFINITY, f64::max);
            let first = fold.hold.iter().map(time).fold(f64::INFINITY, f64::min);
            prop_assert!(latest < first - f64::from(gap));
            // Everything that early is learnt from.
            let early = (0..values.len()).filter(|&at| values[at] < first - f64::from(gap)).count();
            prop_assert_eq!(early, fold.learn.len());
            prop_assert!(fold.hold.iter().all(|&at| held.insert(at)));
        }
        prop_assert!(folds.windows(2).all(|pair| pair[0].learn.len() <= pair[1].learn.len()));
        // All that is later than the first block is held out once.
        let first = folds[0].hold.iter().map(time).fold(f64::INFINITY, f64::min);
        prop_assert_eq!(held.len(), values.iter().filter(|&&value| value >= first).count());
    }
}

#[test]
fn the_seed_shuffles() {
    let data = dataset(&(0..50).map(f64::from).collect::<Vec<_>>(), 0);
    let of_seed = |seed| split(&nothing(), &data, &k_fold(5, 2, false), seed);
    assert_ne!(of_seed(1), of_seed(2));
    let folds = of_seed(1);
    assert_ne!(folds[..5], folds[5..], "a repeat is dealt anew");
    assert!(folds[0].hold.windows(2).any(|pair| pair[1] - pair[0] != 5));
    let groups: Vec<Option<u32>> = (0..60).map(|row| Some(row / 3)).collect();
    let of_seed = |seed| split(&codes(&groups), &dataset(&[0.5; 60], 0), &by_group(5), seed);
    assert_ne!(of_seed(1), of_seed(2));
}

#[test]
fn groups_spread_the_classes_as_far_as_they_can() {
    // Eight groups of one class each, two of the rare one: each fold of two gets one of those.
    let groups: Vec<Option<u32>> = (0..80).map(|row| Some(row / 10)).collect();
    let target: Vec<f64> = (0..80).map(|row| f64::from(row / 10 >= 6)).collect();
    let folds = split(&codes(&groups), &dataset(&target, 2), &by_group(2), 3);
    for fold in folds {
        let rare = fold.hold.iter().filter(|&&at| target[at] == 1.0).count();
        assert_eq!((rare, fold.hold.len()), (10, 40));
    }
}

#[test]
fn equal_times_stay_together_and_days_are_counted_in_days() {
    let days: Vec<f64> = [0, 0, 0, 0, 1, 2, 2, 3]
        .map(|day| f64::from(day) * 86_400.0)
        .into();
    let data = dataset(&[0.5; 8], 0);
    let table = numbers(&days, Kind::Date);
    let folds = split(&table, &data, &by_time(2, 0.0), 0);
    assert_eq!((folds[0].learn.len(), folds[0].hold.clone()), (4, vec![4]));
    assert_eq!(
        (folds[1].learn.len(), folds[1].hold.clone()),
        (5, vec![5, 6, 7])
    );
    let days = [0, 0, 1, 1, 2, 2, 3, 3].map(|day| f64::from(day) * 86_400.0);
    let n_learnt = |kind, gap| {
        split(&numbers(&days, kind), &data, &by_time(1, gap), 0)[0]
            .learn
            .len()
    };
    assert_eq!(
        (n_learnt(Kind::Datetime, 0.0), n_learnt(Kind::Datetime, 1.0)),
        (4, 2)
    );
    // A plain number's gap is in its own unit: a second of these.
    assert_eq!(n_learnt(Kind::Integer, 1.0), 4);
}

#[test]
fn rows_without_a_group_or_a_time_are_said() {
    let target = [0.5; 8];
    let groups = [
        None,
        Some(1),
        Some(2),
        Some(1),
        None,
        Some(3),
        Some(3),
        Some(2),
    ];
    let splits = Splits::new(&codes(&groups), &dataset(&target, 0), &by_group(2), 0).unwrap();
    assert_eq!(
        splits.notes(),
        ["2 rows have no \"by\" (rows 1, 5): they are taken as one group"]
    );
    let mut times: Vec<f64> = (0..8).map(f64::from).collect();
    times[2] = f64::NAN;
    let table = numbers(&times, Kind::Decimal);
    let splits = Splits::new(&table, &dataset(&target, 0), &by_time(2, 0.0), 0).unwrap();
    assert!(splits.notes()[0].starts_with("1 row has no \"by\" (row 3): they are in no fold"));
    let all: BTreeSet<usize> = folds_of(&splits)
        .into_iter()
        .flat_map(|fold| [fold.learn, fold.hold].concat())
        .collect();
    assert!(!all.contains(&2) && all.len() == 7);
}

#[test]
fn what_cannot_be_validated_is_refused() {
    let said = |target: &[f64], classes, validation: &Validation| {
        refusal(&nothing(), &dataset(target, classes), validation)
    };
    assert!(
        said(&[0.0, 0.0, 1.0], 2, &k_fold(2, 1, false)).contains("class \"1\" has one row only")
    );
    assert!(said(&[0.1, 0.2], 0, &k_fold(3, 1, false)).contains("3 folds need"));
    assert!(said(&[0.1, 0.2], 0, &k_fold(1, 1, false)).contains("found 1"));
    assert!(said(&[0.1, 0.2], 0, &k_fold(2, 0, false)).contains("repeats"));
    let holdout = |share| Validation::Holdout {
        share,
        quantiles: false,
    };
    assert!(said(&[0.1; 9], 0, &holdout(1.0)).contains("found 1"));
    assert!(said(&[0.1; 9], 0, &holdout(f64::NAN)).contains("found NaN"));
    assert!(said(&[0.1; 2], 0, &holdout(0.5)).contains("at least 3 rows"));
    assert!(said(&[0.1; 9], 0, &by_group(2)).contains("no column \"by\""));
}

#[test]
fn a_column_that_cannot_split_is_refused_with_the_reason() {
    let data = dataset(&[0.5; 6], 0);
    let groups = codes(&[0, 0, 0, 1, 1, 1].map(Some));
    assert!(refusal(&groups, &data, &by_group(3)).contains("\"by\" has 2"));
    assert!(refusal(&groups, &data, &by_time(2, 0.0)).contains("is read as category"));
    let times = numbers(&[1.0, 1.0, 1.0, 2.0, 2.0, 2.0], Kind::Integer);
    assert!(
        refusal(&times, &data, &by_time(2, 0.0)).contains("3 different times, and \"by\" has 2")
    );
    assert!(refusal(&times, &data, &by_time(0, 0.0)).contains("at least 1"));
    assert!(refusal(&times, &data, &by_time(1, -1.0)).contains("found -1"));
    assert!(refusal(&times, &data, &by_time(1, 1.0)).contains("would learn from 0 rows"));
    // All rows of one class are in the last group, or in the last block of time.
    let classes = dataset(&[0.0, 0.0, 0.0, 0.0, 1.0, 1.0], 2);
    let one = refusal(
        &codes(&[0, 0, 1, 1, 2, 2].map(Some)),
        &classes,
        &by_group(3),
    );
    assert!(one.contains("without any row of the class \"1\""), "{one}");
    let times = numbers(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], Kind::Integer);
    assert!(refusal(&times, &classes, &by_time(2, 0.0)).contains("class \"1\""));
}

#[test]
fn a_fold_that_is_not_there_is_refused() {
    let data = dataset(&[0.5; 6], 0);
    let splits = Splits::new(&nothing(), &data, &k_fold(3, 1, false), 0).unwrap();
    assert!(
        splits
            .fold(3)
            .unwrap_err()
            .to_string()
            .contains("has 3 folds")
    );
    let none = Splits::new(&nothing(), &data, &Validation::None, 0).unwrap();
    assert!(none.fold(0).is_err());
}

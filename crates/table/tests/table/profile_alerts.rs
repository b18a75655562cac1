//! Alerts on real tables: what must be named, and what must not.

use crate::data;

use tabwright_table::{
    Profile, ReadOptions, Reader, profile,
    profile::{AlertRule, Distribution, Fix, Measure, Severity, pair},
};

fn profiled(name: &str, target: Option<&str>) -> Profile {
    let mut reader = Reader::new(ReadOptions::default());
    reader.push(&data::bytes(name)).unwrap();
    profile(&reader.finish().unwrap().0, target).unwrap()
}

fn columns(profile: &Profile, rule: AlertRule) -> Vec<String> {
    let alerts = profile.alerts.iter().filter(|alert| alert.rule == rule);
    alerts.map(|alert| alert.columns.join(" ")).collect()
}

#[test]
fn leaks_are_named_and_honest_features_are_not() {
    for (file, target, leaks) in [
        ("titanic.csv", "survived", &["alive"][..]),
        ("titanic.csv", "alive", &["survived"]),
        ("titanic.csv", "class", &["pclass"]),
        ("titanic.csv", "fare", &[]),
        ("taxis.csv", "fare", &["total"]),
        ("diamonds.csv", "price", &[]),
        ("california-housing.csv", "median_house_value", &[]),
        ("adult.csv", "income", &[]),
        ("mpg.csv", "mpg", &[]),
        ("penguins.csv", "species", &[]),
        ("winequality-white.csv", "column_12", &[]),
        ("horse-colic.csv", "column_24", &[]),
    ] {
        let profile = profiled(file, Some(target));
        assert_eq!(columns(&profile, AlertRule::Leak), leaks, "{file} {target}");
        if let [leak] = leaks {
            let first = &profile.alerts[0];
            assert_eq!(
                (first.severity, first.rule),
                (Severity::Blocking, AlertRule::Leak)
            );
            assert_eq!(
                first.fix,
                Some(Fix::Drop {
                    columns: vec![(*leak).to_string()]
                })
            );
        }
    }
}

#[test]
fn other_rules_on_real_tables() {
    let housing = profiled("california-housing.csv", Some("median_house_value"));
    assert_eq!(columns(&housing, AlertRule::Cap), ["median_house_value"]);
    let cap = housing
        .alerts
        .iter()
        .find(|alert| alert.rule == AlertRule::Cap)
        .unwrap();
    assert!(
        cap.message.contains("965") && cap.message.contains("500,001"),
        "{}",
        cap.message
    );
    assert_eq!(cap.severity, Severity::Blocking);
    assert_eq!(
        cap.fix,
        Some(Fix::Filter {
            formula: "`median_house_value` < 500001".into()
        })
    );
    assert!(
        housing
            .verdict()
            .contains("problem in `median_house_value`")
    );
    assert!(columns(&profiled("titanic.csv", Some("fare")), AlertRule::Cap).is_empty());
    assert!(columns(&profiled("diamonds.csv", Some("price")), AlertRule::Cap).is_empty());

    let titanic = profiled("titanic.csv", None);
    assert_eq!(
        columns(&titanic, AlertRule::Correlated),
        [
            "pclass class deck",
            "sex who adult_male",
            "embarked embark_town",
            "survived alive"
        ]
    );
    assert_eq!(columns(&titanic, AlertRule::Missing), ["deck", "age"]);
    let duplicates = titanic
        .alerts
        .iter()
        .find(|alert| alert.rule == AlertRule::DuplicateRows)
        .unwrap();
    assert_eq!(duplicates.fix, Some(Fix::Deduplicate));
    // Passengers of one class, sex and port without a name are different people.
    assert_eq!(duplicates.severity, Severity::Warning);
    assert!(
        duplicates.advice.contains("different events"),
        "{}",
        duplicates.advice
    );

    let taxis = profiled("taxis.csv", None);
    assert_eq!(
        columns(&taxis, AlertRule::Cardinality),
        ["dropoff_zone", "pickup_zone"]
    );
    let adult = profiled("adult.csv", Some("income"));
    assert_eq!(
        columns(&adult, AlertRule::Imbalance),
        ["native_country", "race", "workclass"]
    );
    let ranks: Vec<_> = adult.alerts.iter().map(|alert| alert.severity).collect();
    assert!(ranks.is_sorted());
}

#[test]
fn a_pair_has_the_measure_of_what_is_drawn() {
    let mut reader = Reader::new(ReadOptions::default());
    reader.push(&data::bytes("titanic.csv")).unwrap();
    let table = reader.finish().unwrap().0;
    // By make_profile.py with survived as a category.
    let flag_by_level = pair(&table, "sex", "survived", None).unwrap();
    assert_eq!(
        (flag_by_level.measure, flag_by_level.n_ranked),
        (Measure::CramersV, 891)
    );
    assert!((flag_by_level.association - 0.542_6).abs() < 1e-3);
    let number_by_flag = pair(&table, "fare", "survived", None).unwrap();
    assert_eq!(number_by_flag.measure, Measure::CorrelationRatio);
    let pearson = 0.257_3;
    assert!(
        (number_by_flag.association - pearson).abs() < 3e-3,
        "{}",
        number_by_flag.association
    );
    let numbers = pair(&table, "age", "fare", None).unwrap();
    assert_eq!(
        (numbers.measure, numbers.n_ranked),
        (Measure::Spearman, 714)
    );
}

#[test]
fn target_groups_count_every_row_once() {
    let housing = profiled("california-housing.csv", Some("median_house_value"));
    assert_eq!(
        housing.target_groups,
        [
            "≤ 119,600",
            "119,600 – 179,700",
            "179,700 – 264,725",
            "> 264,725"
        ]
    );
    let titanic = profiled("titanic.csv", Some("survived"));
    assert_eq!(titanic.target_groups, ["0", "1"]);
    let sums = |counts: &[Vec<u64>]| {
        let sum = |group: usize| counts.iter().map(|bin| bin[group]).sum::<u64>();
        [sum(0), sum(1)]
    };
    for column in &titanic.columns {
        let (by_target, missing, totals) = match &column.distribution {
            Distribution::Histogram {
                counts,
                by_target,
                missing_by_target,
                ..
            } => (by_target, missing_by_target, counts.clone()),
            Distribution::Levels {
                top,
                by_target,
                missing_by_target,
                ..
            } => (
                by_target,
                missing_by_target,
                top.iter().map(|(_, count)| *count).collect(),
            ),
        };
        let [dead, alive] = sums(by_target);
        assert_eq!(
            [dead + missing[0], alive + missing[1]],
            [549, 342],
            "{}",
            column.name
        );
        assert_eq!(missing.iter().sum::<u64>(), column.n_missing as u64);
        assert!(
            by_target
                .iter()
                .zip(&totals)
                .all(|(bin, total)| bin.iter().sum::<u64>() == *total)
        );
    }
}

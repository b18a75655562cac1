//! Profiles of tables with nothing to say, and definitions on tables small enough to check by hand.

use std::sync::Arc;

use proptest::{collection::vec, prelude::*};
use tabwright_table::{
    Column, Kind, MISSING_CODE, Profile, Table, TableError, Values, profile,
    profile::{AlertRule, Distribution, Fix, PairView, Severity, pair},
};

fn numbers(name: &str, kind: Kind, values: &[f64]) -> Arc<Column> {
    Arc::new(Column {
        name: name.into(),
        kind,
        values: Values::Numbers(values.to_vec()),
    })
}

fn codes(name: &str, kind: Kind, codes: &[u32], levels: &[&str]) -> Arc<Column> {
    let levels = Arc::new(levels.iter().map(|&level| level.into()).collect());
    Arc::new(Column {
        name: name.into(),
        kind,
        values: Values::Codes {
            codes: codes.to_vec(),
            levels,
        },
    })
}

fn profiled(columns: Vec<Arc<Column>>, target: Option<&str>) -> Profile {
    let n_rows = columns[0].values.len();
    profile(&Table::new(columns, n_rows).unwrap(), target).unwrap()
}

fn rules(profile: &Profile) -> Vec<AlertRule> {
    profile.alerts.iter().map(|alert| alert.rule).collect()
}

#[test]
fn an_unknown_target_is_an_error() {
    let table = Table::new(vec![numbers("a", Kind::Decimal, &[1.0])], 1).unwrap();
    let expected = TableError::UnknownColumn {
        column: "b".into(),
        known: "a".into(),
    };
    assert_eq!(profile(&table, Some("b")), Err(expected));
}

#[test]
fn columns_with_nothing_in_them() {
    let nan = f64::NAN;
    let columns = vec![
        numbers("none", Kind::Decimal, &[nan; 3]),
        codes("no_level", Kind::Category, &[MISSING_CODE; 3], &[]),
        numbers("same", Kind::Decimal, &[1e300, nan, 1e300]),
        numbers("far", Kind::Decimal, &[-f64::MAX, 0.0, f64::MAX]),
    ];
    for target in [
        None,
        Some("none"),
        Some("no_level"),
        Some("same"),
        Some("far"),
    ] {
        let found = profiled(columns.clone(), target);
        assert_eq!(found.columns[0].numbers, None);
        assert_eq!(found.columns[2].n_distinct, 1);
        assert_eq!(found.missing_share, 7.0 / 12.0);
        assert!(
            found
                .columns
                .iter()
                .all(|column| column.target_association.is_none())
        );
        let blocking = found
            .alerts
            .iter()
            .filter(|alert| alert.severity == Severity::Blocking)
            .count();
        assert_eq!(
            blocking,
            usize::from(matches!(target, Some("none" | "no_level" | "same")))
        );
        assert!(serde_json::to_string(&found.alerts).is_ok());
        let Distribution::Histogram { edges, counts, .. } = &found.columns[3].distribution else {
            panic!()
        };
        assert!(
            edges.is_sorted()
                && edges.iter().all(|edge| edge.is_finite())
                && counts.iter().sum::<u64>() == 3
        );
    }
    let empty = profile(&Table::default(), None).unwrap();
    assert_eq!((empty.missing_share, empty.alerts.len()), (0.0, 0));
}

#[test]
fn whole_numbers_have_a_bin_each() {
    let found = profiled(
        vec![numbers("n", Kind::Integer, &[3.0, 1.0, 3.0, 2.0])],
        None,
    );
    let Distribution::Histogram { edges, counts, .. } = &found.columns[0].distribution else {
        panic!()
    };
    assert_eq!(
        (edges.as_slice(), counts.as_slice()),
        (&[0.5, 1.5, 2.5, 3.5][..], &[1, 1, 2][..])
    );
}

#[test]
fn repeated_rows_are_equal_in_every_column() {
    let columns = vec![
        numbers(
            "n",
            Kind::Decimal,
            &[0.0, -0.0, f64::NAN, f64::NAN, f64::NAN, 1.0],
        ),
        codes(
            "c",
            Kind::Category,
            &[0, 0, 1, 1, 0, MISSING_CODE],
            &["a", "b"],
        ),
    ];
    assert_eq!(profiled(columns, None).n_duplicate_rows, 2);
}

#[test]
fn rows_told_twice_block_where_a_column_tells_rows_apart() {
    let repeated = |n_values: usize| {
        let amount: Vec<f64> = (0..220)
            .map(|row| (row % 200 % n_values) as f64 + 0.5)
            .collect();
        let shop: Vec<u32> = (0..220).map(|row| (row % 200 % 4) as u32).collect();
        let shops = ["a", "b", "c", "d"];
        profiled(
            vec![
                numbers("amount", Kind::Decimal, &amount),
                codes("shop", Kind::Category, &shop, &shops),
            ],
            None,
        )
    };
    let told_twice = repeated(200);
    let alert = &told_twice.alerts[0];
    assert_eq!(
        (alert.rule, alert.severity, &alert.fix),
        (
            AlertRule::DuplicateRows,
            Severity::Blocking,
            &Some(Fix::Deduplicate)
        )
    );
    assert!(alert.advice.contains("`amount`"), "{}", alert.advice);
    assert_eq!(
        told_twice.verdict(),
        "Not ready to train on: 220 rows and 2 columns, with 1 blocking problem in repeated rows to mend first."
    );
    let open = told_twice
        .alerts
        .iter()
        .filter(|one| one.rule != alert.rule);
    assert!(told_twice.verdict_of(open).starts_with("Ready to train on"));
    let alike = repeated(30);
    let alert = alike
        .alerts
        .iter()
        .find(|one| one.rule == AlertRule::DuplicateRows);
    assert_eq!(alert.map(|one| one.severity), Some(Severity::Warning));
}

#[test]
fn rules_on_made_up_columns() {
    let n = 3_000_usize;
    let number = |f: fn(usize) -> f64| (0..n).map(f).collect::<Vec<_>>();
    let code = |f: fn(usize) -> u32| (0..n).map(f).collect::<Vec<_>>();
    let levels: Vec<String> = (0..60).map(|level| format!("level {level}")).collect();
    let levels: Vec<&str> = levels.iter().map(String::as_str).collect();
    let columns = vec![
        numbers("row", Kind::Integer, &number(|row| row as f64)),
        numbers(
            "outlier",
            Kind::Decimal,
            &number(|row| if row == 9 { 1e9 } else { (row * 7 % 11) as f64 }),
        ),
        codes(
            "rare",
            Kind::Boolean,
            &code(|row| u32::from(row % 100 == 0)),
            &["no", "yes"],
        ),
        codes(
            "many",
            Kind::Category,
            &code(|row| (row * 31 % 60) as u32),
            &levels,
        ),
        codes(
            "text",
            Kind::Text,
            &code(|row| (row % 2) as u32),
            &["a b", "b a"],
        ),
    ];
    let found = profiled(columns, Some("rare"));
    let mut met = rules(&found);
    met.sort();
    assert_eq!(
        met,
        [
            AlertRule::Identifier,
            AlertRule::Cardinality,
            AlertRule::Imbalance,
            AlertRule::Skewed,
            AlertRule::Zeros,
        ]
    );
    assert_eq!(found.columns[4].target_association, None);
    let Distribution::Levels { top, n_other, .. } = &found.columns[3].distribution else {
        panic!()
    };
    assert_eq!((top.len(), *n_other), (20, 40 * 50));
}

#[test]
fn chance_makes_nothing_strong() {
    // Fifty levels in a hundred rows, and a number that knows nothing of them.
    let noise = |row: usize, prime: usize| ((row + 1) * prime % 997 * 613 % 991) as f64;
    let values: Vec<f64> = (0..100).map(|row| noise(row, 389)).collect();
    let levels: Vec<String> = (0..50).map(|level| level.to_string()).collect();
    let levels: Vec<&str> = levels.iter().map(String::as_str).collect();
    let level: Vec<u32> = (0..100).map(|row| (row % 50) as u32).collect();
    let found = profiled(
        vec![
            numbers("noise", Kind::Decimal, &values),
            codes("level", Kind::Category, &level, &levels),
        ],
        Some("noise"),
    );
    let strength = found.columns[1].target_association.unwrap();
    assert!(strength < 0.4, "{strength}");

    // Nineteen rows prove nothing, however well they agree.
    for (n, expected) in [(19, 0.0), (20, 1.0)] {
        let values: Vec<f64> = (0..n).map(f64::from).collect();
        let mut gaps = values.clone();
        gaps.push(f64::NAN);
        let mut longer = values.clone();
        longer.push(0.0);
        let pairs = [(values.clone(), values), (gaps, longer)];
        for (a, b) in pairs {
            let both = [
                numbers("a", Kind::Decimal, &a),
                numbers("b", Kind::Decimal, &b),
            ];
            let found = profiled(both.to_vec(), Some("a"));
            assert_eq!(found.columns[1].target_association, Some(expected), "{n}");
            assert_eq!(found.correlations.values[1], expected, "{n}");
        }
    }
}

#[test]
fn a_column_is_dropped_for_one_that_says_the_same() {
    // b goes with a and with c, but a and c go together less.
    let noise = |row: usize, prime: usize| ((row + 1) * prime % 997) as f64;
    let a: Vec<f64> = (0..500).map(|row| noise(row, 389)).collect();
    let other: Vec<f64> = (0..500).map(|row| noise(row, 101)).collect();
    let mixed = |share: f64| -> Vec<f64> {
        let both = a.iter().zip(&other);
        both.map(|(a, other)| a + share * other).collect()
    };
    let (b, c) = (mixed(0.6), mixed(1.2));
    let columns = vec![
        numbers("a", Kind::Decimal, &a),
        numbers("b", Kind::Decimal, &b),
        numbers("c", Kind::Decimal, &c),
    ];
    let found = profiled(columns, None);
    let alert = found
        .alerts
        .iter()
        .find(|alert| alert.rule == AlertRule::Correlated)
        .unwrap();
    assert_eq!(alert.columns, ["a", "b", "c"]);
    let columns = vec!["b".into()];
    assert_eq!(alert.fix, Some(Fix::Drop { columns }));
}

#[test]
fn wide_tables_compare_what_goes_with_the_target() {
    let n = 300_usize;
    let mut columns: Vec<_> = (0..80)
        .map(|column| {
            let values: Vec<f64> = (0..n)
                .map(|row| ((row * (column + 1) + column) % 101) as f64)
                .collect();
            numbers(&format!("x{column}"), Kind::Decimal, &values)
        })
        .collect();
    let target: Vec<f64> = (0..n).map(|row| (row * 1_000 + row % 7) as f64).collect();
    columns.push(numbers("y", Kind::Decimal, &target));
    let best: Vec<f64> = target.iter().map(|value| -value).collect();
    columns.push(numbers("best", Kind::Decimal, &best));
    let found = profiled(columns.clone(), Some("y"));
    assert_eq!(
        (
            found.correlations.names.len(),
            found.correlations.values.len()
        ),
        (60, 3600)
    );
    assert_eq!(&found.correlations.names[58..], ["y", "best"]);
    assert_eq!(found.correlations.values[58 * 60 + 59], -1.0);
    assert!(found.correlations.note.unwrap().contains("82 comparable"));
    assert_eq!(found.alerts[0].columns, ["best"]);
    assert_eq!(profiled(columns, None).correlations.names[59], "x59");
}

fn fix_of(profile: &Profile, rule: AlertRule) -> Option<Fix> {
    let alert = profile.alerts.iter().find(|alert| alert.rule == rule);
    alert.unwrap_or_else(|| panic!("{rule:?}")).fix.clone()
}

/// Columns with a remedy each, and the target `y`, which is capped.
fn spoilt_columns() -> Vec<Arc<Column>> {
    let n = 400_usize;
    let number = |f: fn(usize) -> f64| (0..n).map(f).collect::<Vec<_>>();
    let days: Vec<String> = (1..=20).map(|day| format!("2024-03-{day:02}")).collect();
    let mut days: Vec<&str> = days.iter().map(String::as_str).collect();
    days.push("unknown");
    let codes_of = |f: fn(usize) -> u32| (0..n).map(f).collect::<Vec<_>>();
    vec![
        numbers(
            "a`b",
            Kind::Decimal,
            &number(|row| {
                if row % 50 == 0 {
                    0.0
                } else {
                    4.0 + (row % 7) as f64
                }
            }),
        ),
        numbers(
            "limit",
            Kind::Decimal,
            &number(|row| {
                if row == 7 {
                    f64::INFINITY
                } else {
                    (row * row % 97) as f64
                }
            }),
        ),
        numbers(
            "gaps",
            Kind::Integer,
            &number(|row| {
                if row % 10 == 0 {
                    f64::NAN
                } else {
                    (row * row % 13) as f64
                }
            }),
        ),
        codes(
            "day",
            Kind::Text,
            &codes_of(|row| (row * row % 21) as u32),
            &days,
        ),
        numbers(
            "even",
            Kind::Decimal,
            &number(|row| ((row * 7) % 400) as f64 / 2.0),
        ),
        numbers(
            "y",
            Kind::Decimal,
            &number(|row| {
                if row % 9 == 0 {
                    50.0
                } else {
                    (row % 77) as f64 / 2.0
                }
            }),
        ),
    ]
}

#[test]
fn remedies_are_steps_with_the_column_quoted() {
    let found = profiled(spoilt_columns(), Some("y"));
    let derive = |column: &str, formula: &str| {
        let (column, formula) = (column.into(), formula.into());
        Some(Fix::Derive { column, formula })
    };
    assert_eq!(
        fix_of(&found, AlertRule::Zeros),
        derive("a`b", "if(`a``b` = 0, missing, `a``b`)")
    );
    assert_eq!(
        fix_of(&found, AlertRule::Infinite),
        derive("limit", "if(abs(`limit`) < 1e308, `limit`, missing)")
    );
    let column = String::from("gaps");
    let impute = Fix::Impute {
        column,
        kind: Kind::Integer,
        indicator: true,
    };
    assert_eq!(fix_of(&found, AlertRule::Missing), Some(impute));
    let column = String::from("day");
    assert_eq!(
        fix_of(&found, AlertRule::DateAsText),
        Some(Fix::SetKind {
            column,
            kind: Kind::Date
        })
    );
    assert_eq!(
        fix_of(&found, AlertRule::Cap),
        Some(Fix::Filter {
            formula: "`y` < 50".into()
        })
    );
    assert_eq!(fix_of(&found, AlertRule::Uniform), None);
    let limit = &found.columns[1];
    assert_eq!(
        (limit.n_missing, limit.numbers.as_ref().unwrap().n_infinite),
        (0, 1)
    );
}

#[test]
fn being_missing_may_give_the_target_away() {
    // As the lifeboat of those who were saved.
    let boat: Vec<u32> = (0..200)
        .map(|row| if row % 3 == 0 { row % 7 } else { MISSING_CODE })
        .collect();
    let saved: Vec<u32> = (0..200).map(|row| u32::from(row % 3 == 0)).collect();
    let columns = vec![
        codes(
            "boat",
            Kind::Category,
            &boat,
            &["1", "2", "3", "4", "5", "6", "7"],
        ),
        codes("saved", Kind::Boolean, &saved, &["no", "yes"]),
    ];
    let found = profiled(columns, Some("saved"));
    assert_eq!(
        (found.alerts[0].rule, found.alerts[0].columns[0].as_str()),
        (AlertRule::Leak, "boat")
    );
}

#[test]
fn a_cross_or_nothing_may_give_the_target_away() {
    let is_lost = |row: usize| row.is_multiple_of(3);
    let cross: Vec<u32> = (0..200)
        .map(|row| if is_lost(row) { 0 } else { MISSING_CODE })
        .collect();
    let other: Vec<u32> = (0..200)
        .map(|row| if row % 7 == 0 { 0 } else { MISSING_CODE })
        .collect();
    let lost: Vec<u32> = (0..200).map(|row| u32::from(is_lost(row))).collect();
    let amount: Vec<f64> = (0..200_usize)
        .map(|row| row as f64 / 1e3 + if is_lost(row) { 100.0 } else { 0.0 })
        .collect();
    for target in [
        codes("lost", Kind::Boolean, &lost, &["no", "yes"]),
        numbers("lost", Kind::Decimal, &amount),
    ] {
        let columns = vec![
            codes("cross", Kind::Category, &cross, &["X"]),
            codes("other", Kind::Category, &other, &["X"]),
            target,
        ];
        let found = profiled(columns, Some("lost"));
        let leaks: Vec<_> = found
            .alerts
            .iter()
            .filter(|alert| alert.rule == AlertRule::Leak)
            .map(|alert| alert.columns[0].as_str())
            .collect();
        assert_eq!(leaks, ["cross"]);
        let constant = found
            .alerts
            .iter()
            .find(|alert| alert.rule == AlertRule::Constant)
            .unwrap();
        assert!(
            constant.message.contains("one value or none")
                && constant.advice.contains("whether it is missing"),
            "{constant:?}"
        );
    }
}

#[test]
fn rows_without_a_box_are_told() {
    let values: Vec<f64> = (0..220).map(f64::from).collect();
    let names: Vec<String> = (0..22).map(|level| level.to_string()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let level: Vec<u32> = (0..220).map(|row| row % 22).collect();
    let group: Vec<u32> = (0..220)
        .map(|row| if row < 3 { MISSING_CODE } else { 0 })
        .collect();
    let columns = vec![
        numbers("n", Kind::Decimal, &values),
        codes("level", Kind::Category, &level, &names),
        codes("group", Kind::Category, &group, &["a"]),
    ];
    let table = Table::new(columns, 220).unwrap();
    let words = |group| pair(&table, "level", "n", group).unwrap().not_drawn();
    let without = "20 rows in 2 rarer levels without a box";
    assert_eq!(words(None).as_deref(), Some(without));
    let with = format!("{without}; 3 rows in no group of group left out");
    assert_eq!(words(Some("group")), Some(with));
    assert_eq!(pair(&table, "n", "n", None).unwrap().not_drawn(), None);
}

#[test]
fn a_target_is_no_identifier() {
    let values: Vec<f64> = (0..50).map(f64::from).collect();
    let columns = vec![
        numbers("row", Kind::Integer, &values),
        numbers("y", Kind::Integer, &values),
    ];
    let found = profiled(columns, Some("y"));
    let named: Vec<_> = found
        .alerts
        .iter()
        .filter(|alert| alert.rule == AlertRule::Identifier)
        .map(|alert| alert.columns[0].as_str())
        .collect();
    assert_eq!(named, ["row"]);
}

#[test]
fn pairs_leave_out_what_is_missing_and_say_so() {
    let nan = f64::NAN;
    let columns = vec![
        numbers(
            "x",
            Kind::Decimal,
            &[1.0, 2.0, nan, 4.0, f64::INFINITY, 6.0, nan],
        ),
        numbers("y", Kind::Decimal, &[2.0, 4.0, 1.0, 8.0, 1.0, 12.0, nan]),
        codes(
            "c",
            Kind::Category,
            &[0, 1, 0, MISSING_CODE, 0, 0, 1],
            &["a", "b"],
        ),
        numbers("flag", Kind::Integer, &[0.0, 1.0, 1.0, 0.0, 1.0, 0.0, nan]),
    ];
    let table = Table::new(columns, 7).unwrap();
    let found = pair(&table, "x", "y", Some("c")).unwrap();
    assert_eq!(
        (found.n_used, found.n_missing, found.n_infinite),
        (4, [2, 1, 1], 1)
    );
    assert_eq!(found.groups, ["a", "b"]);
    let PairView::Points(points) = &found.view else {
        panic!()
    };
    assert_eq!(
        points
            .line
            .map(|line| (line.slope, line.intercept, line.pearson)),
        Some((2.0, 0.0, 1.0))
    );
    let groups: Vec<_> = points
        .points
        .iter()
        .map(|point| (point.row, point.group))
        .collect();
    assert_eq!(
        groups,
        [(0, Some(0)), (1, Some(1)), (3, None), (5, Some(0))]
    );
    assert_eq!(
        points
            .group_lines
            .iter()
            .map(Option::is_some)
            .collect::<Vec<_>>(),
        [true, false]
    );
    let PairView::Boxes(boxes) = pair(&table, "flag", "y", None).unwrap().view else {
        panic!()
    };
    assert!(boxes.category_is_x);
    assert_eq!((boxes.boxes[0].level.as_str(), boxes.boxes[0].n), ("0", 3));
    let PairView::Boxes(boxes) = pair(&table, "y", "c", Some("flag")).unwrap().view else {
        panic!()
    };
    let named: Vec<_> = boxes
        .boxes
        .iter()
        .map(|one| (one.level.as_str(), one.group, one.n))
        .collect();
    assert_eq!(
        (boxes.category_is_x, named),
        (
            false,
            vec![("a", Some(0), 2), ("a", Some(1), 2), ("b", Some(1), 1)]
        )
    );
    assert!(pair(&table, "x", "nowhere", None).is_err());
    let none = vec![
        numbers("x", Kind::Decimal, &[nan]),
        numbers("y", Kind::Decimal, &[1.0]),
    ];
    let none = pair(&Table::new(none, 1).unwrap(), "x", "y", None).unwrap();
    let PairView::Points(points) = none.view else {
        panic!()
    };
    assert_eq!(
        (points.line, points.counts.len(), points.points.len()),
        (None, 0, 0)
    );
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_value_is_in_one_bin(
        values in vec(prop_oneof![-5.0..5.0, any::<f64>().prop_filter("finite", |x| x.is_finite()), Just(f64::NAN)], 1..80),
        whole in any::<bool>(),
    ) {
        let (kind, values) = if whole {
            (Kind::Integer, values.iter().map(|value: &f64| (value % 1e15).round()).collect())
        } else {
            (Kind::Decimal, values)
        };
        let target: Vec<u32> = (0..values.len() as u32).map(|row| row % 2).collect();
        let found = profiled(
            vec![numbers("n", kind, &values), codes("t", Kind::Category, &target, &["a", "b"])],
            Some("t"),
        );
        let Distribution::Histogram { edges, counts, by_target, missing_by_target } = &found.columns[0].distribution
        else { panic!() };
        let n_present = values.len() - found.columns[0].n_missing;
        prop_assert_eq!(counts.iter().sum::<u64>() as usize, n_present);
        prop_assert!(edges.is_sorted());
        prop_assert_eq!(missing_by_target.iter().sum::<u64>() as usize, found.columns[0].n_missing);
        for (bin, groups) in by_target.iter().enumerate() {
            prop_assert_eq!(groups.iter().sum::<u64>(), counts[bin]);
        }
    }
}

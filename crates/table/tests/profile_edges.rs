//! Profiles of tables with nothing to say, and definitions on tables small enough to check by hand.

use std::sync::Arc;

use proptest::{collection::vec, prelude::*};
use tabwright_table::{
    Column, Kind, MISSING_CODE, Profile, Table, TableError, Values, profile,
    profile::{AlertRule, Distribution, Severity},
};

fn numbers(name: &str, kind: Kind, values: &[f64]) -> Arc<Column> {
    Arc::new(Column {
        name: name.into(),
        kind,
        values: Values::Numbers(values.to_vec()),
    })
}

fn codes(name: &str, kind: Kind, codes: &[u32], levels: &[&str]) -> Arc<Column> {
    let levels = levels.iter().map(|&level| level.into()).collect();
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
            AlertRule::Skewed
        ]
    );
    assert_eq!(found.columns[4].target_association, None);
    let Distribution::Levels { top, n_other, .. } = &found.columns[3].distribution else {
        panic!()
    };
    assert_eq!((top.len(), *n_other), (20, 40 * 50));
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

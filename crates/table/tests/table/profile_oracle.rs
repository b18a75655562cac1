//! The profile against pandas, `NumPy` and `SciPy` (`tests/oracles/make_profile.py`).

use crate::data;

use serde_json::Value;
use tabwright_table::{
    Profile, ReadOptions, Reader, Table, profile,
    profile::{BoxStats, ColumnProfile, Distribution, Extreme, PairView, pair},
};

fn close(found: f64, expected: &Value, what: &str) {
    let expected = expected.as_f64().unwrap();
    let scale = expected.abs().max(1.0);
    assert!(
        (found - expected).abs() <= 1e-9 * scale,
        "{what}: {found} where {expected} is expected"
    );
}

fn check_numbers(column: &ColumnProfile, expected: &Value) {
    let name = &column.name;
    assert_eq!(
        Some(column.n_missing as u64),
        expected["n_missing"].as_u64(),
        "{name}"
    );
    assert_eq!(
        Some(column.n_distinct as u64),
        expected["n_distinct"].as_u64(),
        "{name}"
    );
    let numbers = column.numbers.as_ref().unwrap();
    assert_eq!(
        Some(numbers.n_zeros as u64),
        expected["n_zeros"].as_u64(),
        "{name}"
    );
    close(numbers.min, &expected["min"], name);
    close(numbers.max, &expected["max"], name);
    close(numbers.mean, &expected["mean"], name);
    close(numbers.std, &expected["std"], name);
    close(numbers.skewness, &expected["skewness"], name);
    close(numbers.kurtosis, &expected["kurtosis"], name);
    assert_eq!(
        Some(numbers.n_negative as u64),
        expected["n_negative"].as_u64(),
        "{name}"
    );
    check_ends(&numbers.smallest, &expected["smallest"], name);
    check_ends(&numbers.largest, &expected["largest"], name);
    for (&found, expected) in numbers
        .quantiles
        .iter()
        .zip(expected["quantiles"].as_array().unwrap())
    {
        close(found, expected, name);
    }
    let Distribution::Histogram { counts, edges, .. } = &column.distribution else {
        panic!("{name}")
    };
    assert_eq!(edges.len(), counts.len() + 1, "{name}");
}

fn check_ends(found: &[Extreme], expected: &Value, name: &str) {
    let expected: Vec<(f64, u64, usize)> = serde_json::from_value(expected.clone()).unwrap();
    let found: Vec<_> = found
        .iter()
        .map(|extreme| (extreme.value, extreme.n_rows, extreme.row))
        .collect();
    assert_eq!(found, expected, "{name}");
}

fn check_levels(column: &ColumnProfile, expected: &Value) {
    assert_eq!(
        Some(column.n_missing as u64),
        expected["n_missing"].as_u64(),
        "{}",
        column.name
    );
    let Distribution::Levels { top, n_other, .. } = &column.distribution else {
        panic!("{}", column.name)
    };
    let texts = column.texts.as_ref().unwrap();
    close(
        texts.min_length as f64,
        &expected["lengths"][0],
        &column.name,
    );
    close(
        texts.max_length as f64,
        &expected["lengths"][1],
        &column.name,
    );
    close(texts.mean_length, &expected["lengths"][2], &column.name);
    close(
        column.imbalance.unwrap(),
        &expected["imbalance"],
        &column.name,
    );
    let expected: Vec<(String, u64)> = serde_json::from_value(expected["levels"].clone()).unwrap();
    assert_eq!(
        (top, *n_other, column.n_distinct),
        (&expected, 0, expected.len()),
        "{}",
        column.name
    );
}

fn check_associations(profile: &Profile, expected: &Value) {
    let matrix = &profile.correlations;
    let at = |name: &Value| {
        matrix
            .names
            .iter()
            .position(|known| known == name.as_str().unwrap())
            .unwrap()
    };
    for pair in expected.as_array().unwrap() {
        let (a, b) = (at(&pair[0]), at(&pair[1]));
        let what = format!("{} with {}", pair[0], pair[1]);
        close(matrix.values[a * matrix.names.len() + b], &pair[2], &what);
        assert_eq!(
            matrix.values[a * matrix.names.len() + b],
            matrix.values[b * matrix.names.len() + a],
            "{what}"
        );
    }
}

fn check_pearson(profile: &Profile, expected: &Value) {
    let matrix = &profile.correlations;
    for triple in expected.as_array().unwrap() {
        let at = |name: &Value| {
            let name = name.as_str().unwrap();
            matrix.names.iter().position(|known| known == name).unwrap()
        };
        let found = matrix.pearson[at(&triple[0]) * matrix.names.len() + at(&triple[1])];
        close(found.unwrap(), &triple[2], &triple.to_string());
    }
}

fn check_missing(profile: &Profile, expected: &Value) {
    let found = &profile.missing;
    let columns: Vec<String> = serde_json::from_value(expected["columns"].clone()).unwrap();
    assert_eq!(found.columns, columns);
    let patterns: Vec<(Vec<usize>, u64)> =
        serde_json::from_value(expected["patterns"].clone()).unwrap();
    let listed: Vec<_> = found
        .patterns
        .iter()
        .map(|pattern| (pattern.columns.clone(), pattern.n_rows))
        .collect();
    assert_eq!((listed, found.n_other), (patterns.clone(), 0));
    assert_eq!(found.n_patterns, patterns.len());
    for (&found, expected) in found
        .together
        .iter()
        .zip(expected["together"].as_array().unwrap())
    {
        close(found, expected, "missing together");
    }
    for (index, name) in columns.iter().enumerate() {
        let column = profile.columns.iter().find(|column| column.name == *name);
        let in_map: u64 = found.map.iter().map(|stripe| stripe.n_missing[index]).sum();
        assert_eq!(in_map, column.unwrap().n_missing as u64);
    }
    if !columns.is_empty() {
        let n_rows: usize = found.map.iter().map(|stripe| stripe.n_rows).sum();
        assert_eq!((n_rows, found.map.len()), (profile.n_rows, 100));
    }
}

fn check_pairs(table: &Table, expected: &Value) {
    for triple in expected.as_array().unwrap() {
        let (x, y, expected) = (
            triple[0].as_str().unwrap(),
            triple[1].as_str().unwrap(),
            &triple[2],
        );
        let what = format!("{x} with {y}");
        let found = pair(table, x, y, None).unwrap();
        assert_eq!(Some(found.n_used as u64), expected["n"].as_u64(), "{what}");
        match found.view {
            PairView::Points(points) => {
                let line = points.line.unwrap();
                close(line.slope, &expected["slope"], &what);
                close(line.intercept, &expected["intercept"], &what);
                close(line.pearson, &expected["pearson"], &what);
                close(found.association, &expected["spearman"], &what);
                assert_eq!(points.counts.iter().sum::<u64>(), found.n_used as u64);
            }
            PairView::Boxes(boxes) => check_boxes(&boxes.boxes, &expected["boxes"], &what),
            PairView::Counts(counts) => {
                for cell in expected["counts"].as_array().unwrap() {
                    let at = |levels: &[String], name: &Value| {
                        levels
                            .iter()
                            .position(|level| level == name.as_str().unwrap())
                    };
                    let x = at(&counts.x_levels, &cell[0]).unwrap();
                    let y = at(&counts.y_levels, &cell[1]).unwrap();
                    let found = counts.counts[x * counts.y_levels.len() + y];
                    assert_eq!(Some(found), cell[2].as_u64(), "{what} {cell}");
                }
            }
        }
    }
}

fn check_boxes(found: &[BoxStats], expected: &Value, what: &str) {
    assert_eq!(found.len(), expected.as_object().unwrap().len(), "{what}");
    for found in found {
        let expected = &expected[&found.level];
        for (value, name) in [
            (found.n as f64, "n"),
            (found.mean, "mean"),
            (found.low, "low"),
            (found.q1, "q1"),
            (found.median, "median"),
            (found.q3, "q3"),
            (found.high, "high"),
            (found.n_outliers as f64, "n_outliers"),
        ] {
            close(
                value,
                &expected[name],
                &format!("{what} {} {name}", found.level),
            );
        }
    }
}

#[test]
fn agrees_with_pandas_and_scipy() {
    let facts = std::fs::read_to_string(data::path("oracles/profile.json")).unwrap();
    let facts: Value = serde_json::from_str(&facts).unwrap();
    for (name, expected) in facts.as_object().unwrap() {
        let mut reader = Reader::new(ReadOptions::default());
        reader.push(&data::bytes(&format!("{name}.csv"))).unwrap();
        let table = reader.finish().unwrap().0;
        let profile = profile(&table, None).unwrap();
        assert_eq!(Some(profile.n_rows as u64), expected["n_rows"].as_u64());
        assert_eq!(
            Some(profile.n_duplicate_rows as u64),
            expected["n_duplicate_rows"].as_u64()
        );
        close(profile.missing_share, &expected["missing_share"], name);
        for column in &profile.columns {
            match expected["numbers"].get(&column.name) {
                Some(expected) => check_numbers(column, expected),
                None => check_levels(column, &expected["levels"][&column.name]),
            }
        }
        check_associations(&profile, &expected["associations"]);
        check_pearson(&profile, &expected["pearson"]);
        check_missing(&profile, &expected["missing"]);
        check_pairs(&table, &expected["pairs"]);
    }
}

//! The profile against pandas, `NumPy` and `SciPy` (`tests/oracles/make_profile.py`).

mod data;

use serde_json::Value;
use tabwright_table::{
    Profile, ReadOptions, Reader, profile,
    profile::{ColumnProfile, Distribution},
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

#[test]
fn agrees_with_pandas_and_scipy() {
    let facts = std::fs::read_to_string(data::path("oracles/profile.json")).unwrap();
    let facts: Value = serde_json::from_str(&facts).unwrap();
    for (name, expected) in facts.as_object().unwrap() {
        let mut reader = Reader::new(ReadOptions::default());
        reader.push(&data::bytes(&format!("{name}.csv"))).unwrap();
        let profile = profile(&reader.finish().unwrap().0, None).unwrap();
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
    }
}

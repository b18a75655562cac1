use super::*;
use crate::testing::{numbers, passengers, table, texts};

#[test]
fn features_are_what_a_model_can_use() {
    let features = Feature::all_of(&passengers(), "survived").unwrap();
    let names: Vec<&str> = features
        .iter()
        .map(|feature| feature.name.as_str())
        .collect();
    assert_eq!(names, ["age", "fare", "sex", "alone", "boarded"]);
    assert_eq!(
        features[2].kind,
        FeatureKind::Category {
            levels: vec!["female".into(), "male".into()]
        }
    );
    assert_eq!(features[4].kind, FeatureKind::Number);
}

#[test]
fn what_is_left_out_has_a_reason() {
    let columns = table(vec![
        texts("id", Kind::Identifier, &["001", "002"]),
        texts("note", Kind::Text, &["a b", "c d"]),
        numbers("empty", Kind::Decimal, &[f64::NAN, f64::NAN]),
        numbers("target", Kind::Integer, &[0.0, 1.0]),
    ]);
    assert_eq!(
        Feature::all_of(&columns, "target"),
        Err(RecipeError::NoFeatures)
    );
    let excluded = Feature::excluded(&columns, "target");
    let reasons: Vec<_> = excluded
        .iter()
        .map(|(name, why)| (name.as_str(), &why[..6]))
        .collect();
    assert_eq!(
        reasons,
        [("id", "an ide"), ("note", "free t"), ("empty", "no val")]
    );
}

#[test]
fn only_levels_that_occur_are_levels_of_the_feature() {
    let column = Column {
        name: "x".into(),
        kind: Kind::Category,
        values: Values::Codes {
            codes: vec![2, 0, MISSING_CODE],
            levels: vec!["a".into(), "b".into(), "c".into()].into(),
        },
    };
    let features = Feature::all_of(&table(vec![column]), "y").unwrap();
    assert_eq!(
        features[0].kind,
        FeatureKind::Category {
            levels: vec!["a".into(), "c".into()]
        }
    );
}

#[test]
fn rows_at_positions_are_those_of_a_table_of_them() {
    let table = passengers();
    for rows in [&[4, 0, 0, 5][..], &[0, 1, 2, 3, 4, 5], &[2], &[]] {
        let taken = table.take(rows);
        let of_taken = Feature::all_of(&taken, "survived");
        let of_rows = Feature::all_of_rows(&table, rows, "survived");
        assert_eq!(of_taken, of_rows);
        let Ok(features) = of_rows else {
            assert!(rows.is_empty());
            continue;
        };
        let bits = |matrix: Matrix| -> Vec<Vec<u64>> {
            let columns = matrix.columns.iter();
            columns
                .map(|column| column.iter().map(|cell| cell.to_bits()).collect())
                .collect()
        };
        let from_rows = Matrix::build_rows(&table, &features, rows).unwrap();
        assert_eq!(from_rows.n_rows, rows.len());
        assert_eq!(
            bits(from_rows),
            bits(Matrix::build(&taken, &features).unwrap())
        );
    }
}

#[test]
fn levels_are_matched_by_text() {
    let features = Feature::all_of(&passengers(), "survived").unwrap();
    let new = table(vec![
        numbers("fare", Kind::Integer, &[1.0, 2.0, 3.0]),
        texts("sex", Kind::Category, &["x", "", "male"]),
    ]);
    let matrix = Matrix::build(&new, &[features[2].clone(), features[1].clone()]).unwrap();
    assert_eq!(
        (matrix.columns[0][0], matrix.columns[0][2]),
        (UNSEEN_CODE, 1.0)
    );
    assert!(matrix.columns[0][1].is_nan());
    assert_eq!(*matrix.columns[1], [1.0, 2.0, 3.0]);
    let turned = matrix.rows(&[2, 0, 2]);
    assert_eq!(
        (turned.n_rows, &*turned.columns[1]),
        (3, &[3.0, 1.0, 3.0][..])
    );
}

#[test]
fn other_values_than_in_training_are_refused() {
    let features = Feature::all_of(&passengers(), "survived").unwrap();
    let new = table(vec![
        texts("fare", Kind::Category, &["x"]),
        numbers("sex", Kind::Decimal, &[0.0]),
    ]);
    let error = |feature: usize| {
        Matrix::build(&new, &features[feature..=feature])
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        error(0),
        "the input lacks the column \"age\", which the model needs"
    );
    assert_eq!(
        error(1),
        "the column \"fare\" should hold numbers and holds texts"
    );
    assert_eq!(
        error(2),
        "the column \"sex\" should hold texts and holds numbers"
    );
}

#[test]
fn features_read_back_from_json_and_message_pack() {
    let features = Feature::all_of(&passengers(), "survived").unwrap();
    let json = serde_json::to_string(&features).unwrap();
    assert!(
        json.contains(r#"{"name":"sex","kind":"category","levels":["female","male"]}"#),
        "{json}"
    );
    assert_eq!(
        serde_json::from_str::<Vec<Feature>>(&json).unwrap(),
        features
    );
    let packed = rmp_serde::to_vec_named(&features).unwrap();
    assert_eq!(
        rmp_serde::from_slice::<Vec<Feature>>(&packed).unwrap(),
        features
    );
}

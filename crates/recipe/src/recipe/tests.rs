use proptest::prelude::*;
use tabwright_table::{Column, Kind};

use super::*;
use crate::testing::{cells, numbers, passengers, table, texts};

fn recipe(json: &str) -> Recipe {
    serde_json::from_str(json).unwrap()
}

fn fit(json: &str) -> Fit {
    recipe(json).fit(&passengers(), None).unwrap()
}

fn names(table: &Table) -> Vec<&str> {
    table
        .columns()
        .iter()
        .map(|column| column.name.as_str())
        .collect()
}

#[track_caller]
fn check_error(json: &str, part: &str) {
    let error = recipe(json)
        .fit(&passengers(), None)
        .err()
        .unwrap_or_else(|| panic!("{json} fits"));
    assert!(error.to_string().contains(part), "{error}");
}

const EVERY_STEP: &str = r#"[
    {"step": "drop", "columns": ["name"]},
    {"enabled": false, "step": "drop", "columns": ["sex"]},
    {"step": "set_kind", "column": "survived", "kind": "boolean"},
    {"step": "impute", "columns": ["age"], "method": "median", "indicator": true},
    {"step": "impute", "columns": ["sex"], "method": {"constant": "unknown"}},
    {"step": "encode", "columns": ["sex"], "method": "one_hot"},
    {"step": "encode", "columns": ["alone"], "method": "ordinal"},
    {"step": "filter", "formula": "fare > 0"},
    {"step": "derive", "column": "cheap", "formula": "fare < 10 and not age_missing"},
    {"step": "deduplicate"}
]"#;

#[test]
fn every_step_applies_in_order() {
    let fit = fit(EVERY_STEP);
    assert_eq!(
        names(&fit.table),
        [
            "age",
            "fare",
            "sex=female",
            "sex=male",
            "sex=unknown",
            "alone",
            "boarded",
            "survived",
            "age_missing",
            "cheap"
        ]
    );
    assert_eq!(fit.origin, [0, 1, 2, 3, 5]);
    assert_eq!(cells(&fit.table, "age"), ["22", "38", "30", "4", "30"]);
    assert_eq!(cells(&fit.table, "sex=unknown"), ["0", "0", "0", "0", "1"]);
    assert_eq!(
        cells(&fit.table, "cheap"),
        ["true", "false", "false", "false", "false"]
    );
    let summaries: Vec<&str> = fit
        .outcomes
        .iter()
        .map(|outcome| outcome.summary.as_str())
        .collect();
    assert_eq!(
        summaries,
        [
            "left out name",
            "survived: integer to boolean",
            "age: 30 for 2 missing",
            "sex: \"unknown\" for 1 missing",
            "sex: 3 columns",
            "alone: 2 levels in order",
            "kept 5 of 6 rows",
            "added cheap (boolean)",
            "left out 0 repeated rows",
        ]
    );
    assert_eq!(
        (fit.outcomes[0].n_columns, fit.outcomes[6].n_rows),
        ((7, 6), (6, 5))
    );
}

#[test]
fn json_and_message_pack_read_back() {
    let recipe = recipe(EVERY_STEP);
    let json = serde_json::to_string(&recipe).unwrap();
    assert!(json.contains(
        r#"{"enabled":true,"step":"impute","columns":["sex"],"method":{"constant":"unknown"},"#
    ));
    assert_eq!(serde_json::from_str::<Recipe>(&json).unwrap(), recipe);
    let packed = rmp_serde::to_vec_named(&recipe).unwrap();
    assert_eq!(rmp_serde::from_slice::<Recipe>(&packed).unwrap(), recipe);

    let fitted = recipe.fit(&passengers(), None).unwrap().fitted;
    let json = serde_json::to_string(&fitted).unwrap();
    assert!(
        json.contains(
            r#"{"step":"impute","columns":[{"column":"age","fill":30.0}],"indicator":true}"#
        ),
        "{json}"
    );
    assert_eq!(serde_json::from_str::<FittedRecipe>(&json).unwrap(), fitted);
    let packed = rmp_serde::to_vec_named(&fitted).unwrap();
    assert_eq!(
        rmp_serde::from_slice::<FittedRecipe>(&packed).unwrap(),
        fitted
    );
}

#[test]
fn scoring_keeps_every_row_and_uses_what_was_learnt() {
    let fitted = fit(EVERY_STEP).fitted;
    let new = table(vec![
        numbers("age", Kind::Integer, &[f64::NAN, 80.0]),
        numbers("fare", Kind::Decimal, &[0.0, 0.0]),
        texts("sex", Kind::Category, &["other", "male"]),
        texts("alone", Kind::Boolean, &["yes", "yes"]),
        numbers("survived", Kind::Integer, &[1.0, 1.0]),
    ]);
    let scored = fitted.apply(&new).unwrap();
    assert_eq!(scored.n_rows(), 2);
    assert_eq!(cells(&scored, "age"), ["30", "80"]);
    assert_eq!(cells(&scored, "age_missing"), ["true", "false"]);
    assert_eq!(cells(&scored, "sex=female"), ["0", "0"]);
    assert_eq!(cells(&scored, "sex=male"), ["0", "1"]);
    // "yes" is the only level here, and the second of training.
    assert_eq!(cells(&scored, "alone"), ["1", "1"]);
}

#[test]
fn an_absent_input_is_named() {
    let fitted = fit(EVERY_STEP).fitted;
    let without = |name: &str| {
        let columns = passengers()
            .columns()
            .iter()
            .filter(|c| c.name != name)
            .map(|c| Column::clone(c))
            .collect();
        fitted.apply(&table(columns))
    };
    assert!(without("name").is_ok());
    assert!(without("boarded").is_ok());
    for name in ["age", "sex", "fare", "survived"] {
        assert_eq!(
            without(name),
            Err(RecipeError::MissingInput {
                column: name.into()
            })
        );
    }
}

#[test]
fn inputs_are_traced_backwards_and_a_pruned_recipe_needs_no_more() {
    let fitted = fit(EVERY_STEP).fitted;
    let schema = Schema::of(&passengers(), &[]);
    let inputs = |features: &[&str]| {
        let features: Vec<String> = features.iter().map(|&name| name.to_owned()).collect();
        let inputs = fitted.inputs(&schema, &features);
        let columns = inputs
            .iter()
            .map(|name| Column::clone(passengers().column(name).unwrap()))
            .collect();
        let scored = fitted.pruned(&features).apply(&table(columns)).unwrap();
        let complete = fitted.apply(&passengers()).unwrap();
        for name in &features {
            assert_eq!(cells(&scored, name), cells(&complete, name));
        }
        inputs
    };
    assert_eq!(inputs(&["sex=male", "sex=female"]), ["sex"]);
    assert_eq!(inputs(&["cheap"]), ["age", "fare"]);
    assert_eq!(inputs(&["age_missing", "alone"]), ["age", "alone"]);
    assert_eq!(inputs(&["boarded", "fare"]), ["fare", "boarded"]);
}

#[test]
fn learning_looks_at_training_rows_only() {
    let json = r#"[
        {"step": "filter", "formula": "fare != 71.5"},
        {"step": "impute", "columns": ["age"], "method": "mean"},
        {"step": "encode", "columns": ["sex"], "method": "frequency"}
    ]"#;
    let fit = recipe(json).fit(&passengers(), Some(&[1, 3, 4])).unwrap();
    assert_eq!(fit.origin, [0, 2, 3, 4, 5]);
    // Row 1 is filtered out; of the training rows, 3 and 4 are left, aged 4 and 61, both male.
    assert_eq!(cells(&fit.table, "age"), ["22", "32.5", "4", "61", "32.5"]);
    assert_eq!(fit.table.column("age").unwrap().kind, Kind::Decimal);
    assert_eq!(cells(&fit.table, "sex"), ["1", "0", "1", "1", ""]);
}

#[test]
fn duplicates_are_rows_equal_in_every_column() {
    let doubled = table(vec![
        numbers("a", Kind::Decimal, &[0.0, -0.0, f64::NAN, f64::NAN, 0.0]),
        texts("b", Kind::Category, &["x", "x", "", "", "y"]),
    ]);
    let fit = Recipe::new([Step::deduplicate()])
        .fit(&doubled, None)
        .unwrap();
    assert_eq!(fit.origin, [0, 2, 4]);
    assert_eq!(fit.outcomes[0].summary, "left out 2 repeated rows");
}

#[test]
fn imputing_knows_each_kind() {
    let filled = |column: &str, method: &str| {
        let fit = fit(&format!(
            r#"[{{"step": "impute", "columns": ["{column}"], "method": {method}}}]"#
        ));
        cells(&fit.table, column)
    };
    assert_eq!(filled("age", r#""mean""#)[2], "31.25");
    assert_eq!(filled("age", r#""mode""#)[2], "4");
    assert_eq!(filled("age", r#"{"constant": " 7 "}"#)[2], "7");
    assert_eq!(filled("sex", r#""mode""#)[5], "male");
    assert_eq!(
        filled("sex", r#"{"constant": "a"}"#),
        ["male", "female", "female", "male", "male", "a"]
    );
    assert_eq!(filled("boarded", r#""median""#)[2], "1970-01-01");
    assert_eq!(filled("boarded", r#""mean""#)[2], "1970-01-03");
    assert_eq!(
        filled("boarded", r#"{"constant": "2024-01-31"}"#)[2],
        "2024-01-31"
    );
    let unlearnt = recipe(r#"[{"step": "impute", "columns": ["age"], "method": "mean"}]"#);
    let unlearnt = unlearnt.fit(&passengers(), Some(&[2, 5])).unwrap();
    assert_eq!(cells(&unlearnt.table, "age"), cells(&passengers(), "age"));
    assert_eq!(
        unlearnt.outcomes[0].summary,
        "age: no value to learn from, 2 rows left missing"
    );
}

#[test]
fn kinds_change_where_values_fit() {
    let set = |column: Column, kind: Kind| {
        let name = column.name.clone();
        let step = Step::SetKind(crate::steps::SetKind {
            column: name.clone(),
            kind,
        });
        let fit = Recipe::new([step]).fit(&table(vec![column]), None).unwrap();
        assert_eq!(fit.table.column(&name).unwrap().kind, kind);
        (cells(&fit.table, &name), fit.outcomes[0].summary.clone())
    };
    let number = numbers("x", Kind::Decimal, &[3.0, 0.5, f64::NAN, -0.0, 1.0]);
    assert_eq!(
        set(number.clone(), Kind::Category).0,
        ["3", "0.5", "", "0", "1"]
    );
    assert_eq!(
        set(number.clone(), Kind::Integer),
        (
            ["3", "", "", "0", "1"].map(String::from).into(),
            "x: decimal to integer; 1 value did not fit and became missing".into()
        )
    );
    assert_eq!(set(number, Kind::Boolean).0, ["", "", "", "0", "1"]);
    let text = texts("x", Kind::Category, &["1.5", "2024-01-31", "", "2", "yes"]);
    assert_eq!(set(text.clone(), Kind::Decimal).0, ["1.5", "", "", "2", ""]);
    assert_eq!(set(text.clone(), Kind::Integer).0, ["", "", "", "2", ""]);
    assert_eq!(
        set(text.clone(), Kind::Date).0,
        ["", "2024-01-31", "", "", ""]
    );
    assert_eq!(set(text.clone(), Kind::Boolean).0, ["", "", "", "", "yes"]);
    assert_eq!(
        set(text, Kind::Text).0,
        ["1.5", "2024-01-31", "", "2", "yes"]
    );
    let time = numbers("x", Kind::Datetime, &[90_000.0]);
    assert_eq!(set(time, Kind::Date).0, ["1970-01-02"]);
    let truth = texts("x", Kind::Boolean, &["no", "yes", ""]);
    assert_eq!(set(truth, Kind::Integer).0, ["0", "1", ""]);
}

#[test]
fn errors_name_the_step_and_what_to_do() {
    check_error(
        r#"[{"step": "drop", "columns": ["sex"]}, {"step": "impute", "columns": ["sex"], "method": "mode"}]"#,
        "step 2 (Fill missing values): there is no column \"sex\"",
    );
    check_error(
        r#"[{"step": "impute", "columns": ["sex"], "method": "mean"}]"#,
        "\"sex\" holds category",
    );
    check_error(
        r#"[{"step": "impute", "columns": ["age"], "method": {"constant": "old"}}]"#,
        "expected a number to fill \"age\", found \"old\"",
    );
    check_error(
        r#"[{"step": "derive", "column": "age_missing", "formula": "1"}, {"step": "impute", "columns": ["age"], "method": "mean", "indicator": true}]"#,
        "there is one already",
    );
    check_error(
        r#"[{"step": "encode", "columns": ["age"], "method": "ordinal"}]"#,
        "change its type first",
    );
    check_error(
        r#"[{"step": "set_kind", "column": "sex", "kind": "decimal"}]"#,
        "none of the 5 values",
    );
    check_error(
        r#"[{"step": "set_kind", "column": "age", "kind": "date"}]"#,
        "a number is no date",
    );
    check_error(
        r#"[{"step": "filter", "formula": "age"}]"#,
        "formula: expected a condition",
    );
    check_error(
        r#"[{"step": "derive", "column": " ", "formula": "1"}]"#,
        "no name",
    );
}

#[test]
fn one_hot_refuses_hundreds_of_columns() {
    let levels: Vec<String> = (0..300).map(|level| level.to_string()).collect();
    let levels: Vec<&str> = levels.iter().map(String::as_str).collect();
    let step = Step::Encode(crate::steps::Encode {
        columns: vec!["x".into()],
        method: crate::steps::EncodeMethod::OneHot,
    });
    let error = Recipe::new([step])
        .fit(&table(vec![texts("x", Kind::Category, &levels)]), None)
        .err()
        .unwrap();
    assert!(error.to_string().contains("300 categories"), "{error}");
}

#[test]
fn a_filter_that_no_row_meets_leaves_an_empty_table() {
    let fit = Recipe::filter("age > 1000")
        .fit(&passengers(), None)
        .unwrap();
    assert_eq!((fit.origin.len(), fit.table.n_rows()), (0, 0));
}

proptest! {
    // What training sees in a row that it keeps is what scoring sees in it.
    #[test]
    fn fitting_and_scoring_agree(train in prop::collection::btree_set(0_u32..6, 1..6), limit in 0..80_u32) {
        let json = format!(r#"[
            {{"step": "impute", "columns": ["age", "fare"], "method": "mean", "indicator": true}},
            {{"step": "filter", "formula": "fare < {limit}"}},
            {{"step": "encode", "columns": ["sex"], "method": "one_hot"}},
            {{"step": "set_kind", "column": "survived", "kind": "category"}},
            {{"step": "encode", "columns": ["survived"], "method": "ordinal"}},
            {{"step": "encode", "columns": ["alone"], "method": "frequency"}},
            {{"step": "derive", "column": "ratio", "formula": "fare / age"}}
        ]"#);
        let train: Vec<u32> = train.into_iter().collect();
        let fit = recipe(&json).fit(&passengers(), Some(&train)).unwrap();
        let scored = fit.fitted.apply(&passengers()).unwrap().take(&fit.origin);
        prop_assert_eq!(names(&scored), names(&fit.table));
        for name in names(&scored) {
            prop_assert_eq!(cells(&scored, name), cells(&fit.table, name));
        }
    }
}

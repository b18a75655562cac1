use tabwright_table::Schema;

use super::{Function, Op};
use crate::testing::{agree, passengers};
use crate::{Feature, Recipe, Step};

#[test]
fn steps_on_steps_are_what_their_operations_are() {
    let recipes = [
        "[]",
        r#"[{"step": "set_kind", "column": "age", "kind": "category"}, {"step": "impute", "columns": ["age"], "method": {"constant": "22"}}]"#,
        r#"[{"step": "derive", "column": "flag", "formula": "if(fare > 8, 1, 0)"}, {"step": "set_kind", "column": "flag", "kind": "boolean"}]"#,
        r#"[{"step": "derive", "column": "day", "formula": "if(alone, '2024-01-31', 'x')"}, {"step": "set_kind", "column": "day", "kind": "date"}]"#,
        r#"[{"step": "derive", "column": "word", "formula": "if(fare > 8, '12', '1.5')"}, {"step": "set_kind", "column": "word", "kind": "decimal"}]"#,
        r#"[{"step": "impute", "columns": ["sex"], "method": {"constant": "unknown"}}, {"step": "encode", "columns": ["sex"], "method": "one_hot"}]"#,
        r#"[{"step": "encode", "columns": ["sex"], "method": "frequency"}, {"step": "encode", "columns": ["alone"], "method": "ordinal"}]"#,
        r#"[{"step": "filter", "formula": "fare > 0"}, {"step": "deduplicate"}]"#,
    ];
    for recipe in recipes {
        let recipe: Recipe = serde_json::from_str(recipe).unwrap();
        agree(&passengers(), &recipe);
    }
}

#[test]
fn every_function_is_written_as_it_is_read() {
    for function in Function::ALL {
        assert_eq!(Function::named(function.name()), Some(*function));
        let n_values = function.signature().split(',').count();
        let (fewest, most) = function.n_values();
        assert!(
            (fewest..=most).contains(&n_values),
            "{}",
            function.signature()
        );
        assert!(function.help().ends_with('.'), "{}", function.help());
    }
}

#[test]
fn formulas_are_what_their_operations_are() {
    let formulas = [
        "1 + 2 * age",
        "-age % 5",
        "10 / (fare - fare)",
        "age < 30 or sex = 'female'",
        "age < 30 and sex = 'male'",
        "not age < 30",
        "sex is not missing",
        "if(age < 30, 'young', 'old')",
        "if(age > 60, missing, age)",
        "missing = 1 or true",
        "alone",
        "alone = 'yes'",
        "if(alone, sex, 'none')",
        "if(alone, alone, fare > 8)",
        "alone = (fare > 8)",
        "sex in ('male', 'x')",
        "sex not in ('male')",
        "boarded >= '1970-01-02'",
        "sqrt(age - 10) + log(fare) + exp(age / 50)",
        "round(fare) + floor(fare) + ceil(fare) + abs(age - 30)",
        "min(age, fare, 10) + max(age, fare)",
        "length(name)",
        "lower(name)",
        "if(contains(upper(name), 'MR'), 1, 2)",
        "year(boarded) + month(boarded) + day(boarded) + weekday(boarded) + hour(boarded)",
    ];
    for formula in formulas {
        let derive = format!(r#"{{"step": "derive", "column": "made", "formula": "{formula}"}}"#);
        let derive: Step = serde_json::from_str(&derive).unwrap();
        agree(&passengers(), &Recipe::new([derive]));
    }
}

#[test]
fn numbers_that_become_levels_are_looked_up_as_numbers() {
    let recipe = r#"[{"step": "set_kind", "column": "age", "kind": "category"}, {"step": "impute", "columns": ["age"], "method": {"constant": "22"}}]"#;
    let recipe: Recipe = serde_json::from_str(recipe).unwrap();
    let table = passengers();
    let fitted = recipe.fit(&table, None).unwrap().fitted;
    let age = Feature::all_of(&fitted.apply(&table).unwrap(), "survived")
        .unwrap()
        .into_iter()
        .filter(|feature| feature.name == "age")
        .collect::<Vec<_>>();
    let program = fitted.program(&Schema::of(&table, &[]), &age).unwrap();
    assert!(
        matches!(&program.ops[..], [Op::LookupNumber { entries, .. }] if !entries.is_empty()),
        "{:?}",
        program.ops
    );
}

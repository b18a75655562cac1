//! What is true of every step, tried on its examples.

use std::collections::BTreeSet;

use serde_json::Value;
use tabwright_table::{Column, Schema, Table};

use super::{STEPS, Step};
use crate::testing::{agree, cells, passengers, table};
use crate::{Feature, FittedRecipe, Recipe};

fn fitted(step: &Step) -> FittedRecipe {
    let recipe = Recipe::new([step.clone()]);
    recipe.fit(&passengers(), None).unwrap().fitted
}

#[test]
fn every_step_is_tried() {
    let listed: BTreeSet<&str> = STEPS.iter().map(|info| info.tag).collect();
    let tried: BTreeSet<&str> = Step::examples()
        .iter()
        .map(|step| step.info().tag)
        .collect();
    assert_eq!(listed.len(), STEPS.len(), "two steps of one tag");
    assert_eq!(tried, listed);
}

#[test]
fn settings_are_the_fields_of_the_form() {
    for step in Step::examples() {
        let Value::Object(json) = serde_json::to_value(&step).unwrap() else {
            panic!("{step:?} is no object");
        };
        let info = step.info();
        assert_eq!(json["step"], info.tag);
        let fields: BTreeSet<&str> = info.fields.iter().map(|field| field.name).collect();
        let settings = json.keys().map(String::as_str).filter(|key| *key != "step");
        assert_eq!(settings.collect::<BTreeSet<_>>(), fields, "{}", info.tag);
    }
}

#[test]
fn every_step_reads_back_with_what_it_learnt() {
    for step in Step::examples() {
        let json = serde_json::to_string(&step).unwrap();
        assert_eq!(serde_json::from_str::<Step>(&json).unwrap(), step);
        let fitted = fitted(&step);
        let json = serde_json::to_value(&fitted).unwrap();
        assert_eq!(json["steps"][0]["step"], step.info().tag);
        let read: FittedRecipe = serde_json::from_value(json).unwrap();
        assert_eq!(read, fitted);
        assert_eq!(read.steps[0].check(), Ok(()));
        assert_eq!(read.steps[0].info(), step.info());
        let packed = rmp_serde::to_vec_named(&fitted).unwrap();
        assert_eq!(
            rmp_serde::from_slice::<FittedRecipe>(&packed).unwrap(),
            fitted
        );
    }
}

#[test]
fn every_step_is_what_its_operations_are() {
    for step in Step::examples() {
        agree(&passengers(), &Recipe::new([step]));
    }
}

/// A step learns of no other rows than those that it may learn from.
#[test]
fn every_step_learns_from_training_rows_alone() {
    let train = [0, 2, 3, 5];
    let others_changed = {
        let columns = passengers();
        let columns = columns.columns().iter().map(|column| {
            // Rows 1 and 4 are given the values of rows 3 and 0.
            let taken = passengers().take(&[0, 3, 2, 3, 0, 5]);
            Column::clone(taken.column(&column.name).unwrap())
        });
        table(columns.collect())
    };
    let learnt = |step: &Step, table: &Table| {
        let recipe = Recipe::new([step.clone()]);
        recipe.fit(table, Some(&train)).unwrap().fitted
    };
    for step in Step::examples() {
        assert_eq!(
            learnt(&step, &passengers()),
            learnt(&step, &others_changed),
            "{step:?}"
        );
    }
}

#[test]
fn every_step_needs_no_more_columns_than_it_says() {
    let schema = Schema::of(&passengers(), &[]);
    for step in Step::examples() {
        let fitted = fitted(&step);
        let complete = fitted.apply(&passengers()).unwrap();
        for feature in Feature::all_of(&complete, "").unwrap() {
            let names = [feature.name.clone()];
            let inputs = fitted.inputs(&schema, &names);
            let given = passengers();
            let given = given.columns().iter().map(|column| Column::clone(column));
            let given: Vec<Column> = given
                .filter(|column| inputs.contains(&column.name))
                .collect();
            let scored = fitted.pruned(&names).apply(&table(given)).unwrap();
            assert_eq!(
                cells(&scored, &feature.name),
                cells(&complete, &feature.name),
                "{step:?}"
            );
        }
    }
}

//! What `schemas/` says of steps comes from their types.

use std::{env, fs};

use schemars::{JsonSchema, generate::SchemaSettings};
use serde_json::{Value, json};

use crate::{FittedRecipe, Recipe};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schemas/bundle");

/// The schema of a type: all in one piece, and closed, because what a writer adds would be lost on the next one.
fn of_type<T: JsonSchema>() -> Value {
    let settings =
        SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    let mut schema = settings.into_generator().into_root_schema_for::<T>();
    schema.remove("$schema");
    schema.remove("title");
    let mut schema = schema.to_value();
    close(&mut schema);
    schema
}

fn close(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            let is_open = object.contains_key("properties");
            // Of parts that say of one object what it has, each would refuse what the other names.
            let parts = ["oneOf", "anyOf", "allOf"];
            let is_split = is_open && parts.iter().any(|key| object.contains_key(*key));
            for (key, value) in object.iter_mut() {
                if !(is_split && parts.contains(&key.as_str())) {
                    close(value);
                }
            }
            if is_split {
                object.insert("unevaluatedProperties".into(), json!(false));
            } else if is_open {
                object.insert("additionalProperties".into(), json!(false));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}

/// What the schemas say of steps is what the types say: `UPDATE_SCHEMAS=1 cargo test -p tabwright-recipe --lib` writes it anew.
#[test]
fn steps_are_described_by_their_types() {
    let mut whole = of_type::<FittedRecipe>();
    whole["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    whole["title"] = json!("recipe.json");
    let described = [
        ("recipe", "", whole),
        ("search", "/properties/recipe", of_type::<Recipe>()),
    ];
    for (entry, place, expected) in described {
        let path = format!("{FOLDER}/{entry}.schema.json");
        let mut schema: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        let found = schema.pointer_mut(place).unwrap();
        if env::var_os("UPDATE_SCHEMAS").is_some() {
            *found = expected.clone();
            let text = serde_json::to_string_pretty(&schema).unwrap();
            fs::write(&path, text + "\n").unwrap();
        } else {
            assert!(
                *found == expected,
                "{entry}.schema.json is not what the types say: UPDATE_SCHEMAS=1 cargo test -p tabwright-recipe --lib"
            );
        }
    }
}

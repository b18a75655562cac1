//! A step while it is being filled in: JSON by field name, so that every step's form is the same code.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use tabwright_engine::recipe::{FieldInfo, FieldKind, Recipe, RecipeStep, Step, StepInfo};

/// A step that is not in the recipe yet, or being changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// Which step it is.
    pub info: &'static StepInfo,
    /// Its place in the recipe; `None` for a new one at the end.
    pub index: Option<usize>,
    values: BTreeMap<&'static str, Value>,
}

impl Draft {
    /// A new step with nothing filled in.
    pub fn new(info: &'static StepInfo) -> Self {
        Self {
            info,
            index: None,
            values: info
                .fields
                .iter()
                .map(|field| (field.name, empty(field.kind)))
                .collect(),
        }
    }

    /// The step at `index` of the recipe, to be changed.
    pub fn of(step: &Step, index: usize) -> Self {
        let mut draft = Self::new(step.info());
        draft.index = Some(index);
        if let Ok(Value::Object(given)) = serde_json::to_value(step) {
            for (name, value) in &mut draft.values {
                if let Some(given) = given.get(*name) {
                    *value = given.clone();
                }
            }
        }
        draft
    }

    /// A field's value as JSON.
    pub fn value(&self, name: &str) -> Value {
        self.values.get(name).cloned().unwrap_or(Value::Null)
    }

    /// Fills a field in.
    pub fn set(&mut self, name: &'static str, value: Value) {
        self.values.insert(name, value);
    }

    /// The step.
    ///
    /// # Errors
    /// What is still to be filled in.
    pub fn step(&self) -> Result<Step, String> {
        if let Some(field) = self
            .info
            .fields
            .iter()
            .find(|field| is_blank(&self.value(field.name)))
        {
            return Err(format!("{} is not filled in yet.", field.label));
        }
        let mut object = Map::from_iter([("step".to_owned(), json!(self.info.tag))]);
        object.extend(
            self.values
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.clone())),
        );
        serde_json::from_value(Value::Object(object)).map_err(|error| error.to_string())
    }

    /// The recipe with this step in its place, and that place.
    pub fn applied_to(&self, recipe: &Recipe) -> Option<(Recipe, usize)> {
        let entry = RecipeStep {
            enabled: true,
            step: self.step().ok()?,
        };
        let mut recipe = recipe.clone();
        let place = self
            .index
            .filter(|&index| index < recipe.steps.len())
            .unwrap_or(recipe.steps.len());
        if place < recipe.steps.len() {
            recipe.steps[place] = entry;
        } else {
            recipe.steps.push(entry);
        }
        Some((recipe, place))
    }
}

fn empty(kind: FieldKind) -> Value {
    match kind {
        FieldKind::Columns => json!([]),
        FieldKind::Flag => json!(false),
        FieldKind::Number { usual, .. } => json!(usual),
        FieldKind::Choice(choices) | FieldKind::ChoiceOrText(choices) => {
            json!(choices.first().map_or("", |choice| choice.0))
        }
        FieldKind::Column | FieldKind::NewColumn | FieldKind::Formula => json!(""),
    }
}

fn is_blank(value: &Value) -> bool {
    match value {
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

/// A step's settings in a line, as the list of steps shows them.
pub fn describe(step: &Step) -> String {
    let draft = Draft::of(step, 0);
    let parts = step
        .info()
        .fields
        .iter()
        .filter_map(|field| describe_field(field, &draft.value(field.name)));
    parts.collect::<Vec<_>>().join(" · ")
}

fn describe_field(field: &FieldInfo, value: &Value) -> Option<String> {
    match (field.kind, value) {
        (_, Value::Bool(on)) => on.then(|| field.label.to_lowercase()),
        (_, Value::Array(items)) => {
            let names: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
            let more = names.len().saturating_sub(4);
            let shown = names.iter().take(4).copied().collect::<Vec<_>>().join(", ");
            Some(if more > 0 {
                format!("{shown} and {more} more")
            } else {
                shown
            })
        }
        (_, Value::Number(number)) => Some(format!("{} {number}", field.label.to_lowercase())),
        (FieldKind::Choice(choices) | FieldKind::ChoiceOrText(choices), Value::String(chosen)) => {
            choices
                .iter()
                .find(|choice| choice.0 == chosen)
                .map(|choice| choice.1.to_lowercase())
        }
        (FieldKind::ChoiceOrText(_), Value::Object(typed)) => typed
            .values()
            .next()
            .and_then(Value::as_str)
            .map(|text| format!("“{text}”")),
        (_, Value::String(text)) => Some(text.clone()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tabwright_engine::recipe::STEPS;

    fn info(tag: &str) -> &'static StepInfo {
        STEPS.iter().find(|info| info.tag == tag).expect("a step")
    }

    #[test]
    fn a_filled_form_is_a_step_and_back() {
        let mut draft = Draft::new(info("impute"));
        assert!(draft.step().is_err());
        draft.set("columns", json!(["age", "fare"]));
        draft.set("method", json!({"constant": "0"}));
        let step = draft.step().expect("a step");
        assert_eq!(Draft::of(&step, 3).values, draft.values);
        assert_eq!(describe(&step), "age, fare · “0”");
    }

    #[test]
    fn a_draft_takes_its_place() {
        let recipe = Recipe::new([Step::drop(["a"]), Step::deduplicate()]);
        let mut draft = Draft::of(&recipe.steps[0].step, 0);
        draft.set("columns", json!(["b"]));
        assert_eq!(
            draft.applied_to(&recipe),
            Some((Recipe::new([Step::drop(["b"]), Step::deduplicate()]), 0))
        );
        let new = Draft::new(info("deduplicate"));
        assert_eq!(new.applied_to(&recipe).map(|applied| applied.1), Some(2));
    }
}

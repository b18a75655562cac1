//! Margins to predictions, scores and probabilities, as the model crate says them.

use tabwright_model::{Link, Model, Task};

use super::{
    Dialect,
    dialect::number,
    exponential::exponentials,
    layers::{Layer, Names},
};
use crate::Plan;

/// What the last query selects, and the queries before it.
pub(crate) struct Outputs {
    /// Queries that add what the columns need.
    pub layers: Vec<Layer>,
    /// The results: names (in quotes) and expressions.
    pub columns: Layer,
}

impl Outputs {
    /// The results of margins, which are names of columns.
    pub fn of(plan: &Plan, dialect: Dialect, names: &Names, margins: &[String]) -> Self {
        let writer = Writer {
            model: plan.model,
            dialect,
            names,
            margins,
        };
        let (layers, results) = match &plan.model.task {
            Task::Regression => writer.regression(),
            Task::Binary { classes } => writer.binary(classes),
            Task::Multiclass { classes } => writer.multiclass(classes),
        };
        let named = results
            .into_iter()
            .map(|(name, result)| (dialect.name(&free_name(plan, &name)), result));
        Self {
            layers,
            columns: named.collect(),
        }
    }
}

/// The name, or one like it that no raw column has.
fn free_name(plan: &Plan, name: &str) -> String {
    let mut name = name.to_owned();
    let columns = &plan.schema.columns;
    while columns
        .iter()
        .any(|column| column.name.to_lowercase() == name.to_lowercase())
    {
        name.push('_');
    }
    name
}

struct Writer<'a> {
    model: &'a Model,
    dialect: Dialect,
    names: &'a Names,
    margins: &'a [String],
}

impl Writer<'_> {
    fn regression(&self) -> (Vec<Layer>, Layer) {
        let margin = &self.margins[0];
        let (layers, prediction) = match self.model.predictor.link() {
            Link::Log => {
                let (layers, powers) = exponentials(self.dialect, self.names, self.margins);
                let power = format!("LEAST({}, {})", powers[0], number(f64::MAX));
                (layers, power)
            }
            _ => (Vec::new(), margin.clone()),
        };
        let results = vec![
            ("prediction".into(), prediction),
            ("score".into(), margin.clone()),
        ];
        (layers, results)
    }

    fn binary(&self, classes: &[String]) -> (Vec<Layer>, Layer) {
        let (margin, p) = (&self.margins[0], self.names.single("p"));
        let (mut layers, probability) = match self.model.predictor.link() {
            // Never through an overflow.
            Link::Sigmoid | Link::Softmax => {
                let below = self.names.single("below");
                let mut layers = vec![vec![(below.clone(), format!("-ABS({margin})"))]];
                let (steps, powers) = exponentials(self.dialect, self.names, &[below]);
                layers.extend(steps);
                let odds = self.names.single("odds");
                layers.push(vec![(odds.clone(), powers[0].clone())]);
                let p = format!(
                    "CASE WHEN {margin} >= 0e0 THEN 1e0 / (1e0 + {odds}) ELSE {odds} / (1e0 + {odds}) END"
                );
                (layers, p)
            }
            Link::Identity | Link::Log | Link::Share => (Vec::new(), clamped(margin)),
        };
        let prediction = format!(
            "CASE WHEN {p} >= {} THEN {} ELSE {} END",
            number(self.model.threshold),
            self.dialect.text(&classes[1]),
            self.dialect.text(&classes[0])
        );
        let results = vec![
            ("prediction".into(), prediction),
            ("score".into(), margin.clone()),
            (format!("p_{}", classes[0]), format!("1e0 - {p}")),
            (format!("p_{}", classes[1]), p.clone()),
        ];
        layers.push(vec![(p, probability)]);
        (layers, results)
    }

    fn multiclass(&self, classes: &[String]) -> (Vec<Layer>, Layer) {
        let top = self.names.single("top");
        let sum = self.names.single("sum");
        let parts: Vec<String> = (0..classes.len())
            .map(|class| self.names.numbered("part", class))
            .collect();
        let is_softmax = matches!(self.model.predictor.link(), Link::Softmax | Link::Sigmoid);
        let largest = format!("GREATEST({})", self.margins.join(", "));
        let mut layers = vec![vec![(top.clone(), largest)]];
        let shares: Vec<String> = if is_softmax {
            let below: Layer = (self.margins.iter().enumerate())
                .map(|(at, margin)| {
                    let name = self.names.numbered("below", at);
                    (name, format!("{margin} - {top}"))
                })
                .collect();
            let columns: Vec<String> = below.iter().map(|(name, _)| name.clone()).collect();
            layers.push(below);
            let (steps, powers) = exponentials(self.dialect, self.names, &columns);
            layers.extend(steps);
            powers
        } else {
            self.margins.iter().map(|margin| clamped(margin)).collect()
        };
        layers.push(parts.iter().cloned().zip(shares).collect());
        layers.push(vec![(sum.clone(), parts.join(" + "))]);
        let mut results = vec![
            ("prediction".into(), self.called(classes, &top)),
            ("score".into(), top.clone()),
        ];
        let equal = number(1.0 / classes.len() as f64);
        results.extend(classes.iter().zip(&parts).map(|(class, part)| {
            let share = if is_softmax {
                format!("{part} / {sum}")
            } else {
                format!("CASE WHEN {sum} > 0e0 THEN {part} / {sum} ELSE {equal} END")
            };
            (format!("p_{class}"), share)
        }));
        (layers, results)
    }

    /// The class of the largest margin, the first of equals.
    fn called(&self, classes: &[String], top: &str) -> String {
        let cases = self.margins.iter().zip(classes).map(|(margin, class)| {
            format!(" WHEN {margin} = {top} THEN {}", self.dialect.text(class))
        });
        format!("CASE{} END", cases.collect::<String>())
    }
}

fn clamped(margin: &str) -> String {
    format!("LEAST(GREATEST({margin}, 0e0), 1e0)")
}

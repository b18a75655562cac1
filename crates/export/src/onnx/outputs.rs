//! Margins to label, probabilities and score, as the model crate says them.

use tabwright_model::{Link, Model, Task};

use super::exponential::exponential;
use super::graph::{Graph, Value};
use super::proto::{Attribute, Tensor};

/// What a row is given.
pub(super) struct Outputs {
    /// The called class, or the number: `N × 1`.
    pub label: Value,
    /// `N × n_classes`; none for a number.
    pub probabilities: Option<Value>,
    /// The margin, of several classes the called one's: `N × 1`.
    pub score: Value,
}

impl Outputs {
    /// The outputs of margins, `N × n_outputs`.
    pub fn of(graph: &mut Graph, model: &Model, margins: &Value) -> Self {
        match &model.task {
            Task::Regression => regression(graph, model, margins),
            Task::Binary { classes } => binary(graph, model, classes, margins),
            Task::Multiclass { classes } => multiclass(graph, model, classes, margins),
        }
    }
}

fn regression(graph: &mut Graph, model: &Model, margins: &Value) -> Outputs {
    let label = match model.predictor.link() {
        Link::Log => {
            let number = exponential(graph, margins);
            graph.with("Min", &number, f64::MAX)
        }
        _ => margins.clone(),
    };
    Outputs {
        label,
        probabilities: None,
        score: margins.clone(),
    }
}

fn binary(graph: &mut Graph, model: &Model, classes: &[String], margins: &Value) -> Outputs {
    let p = match model.predictor.link() {
        Link::Sigmoid | Link::Softmax => sigmoid(graph, margins),
        Link::Identity | Link::Log | Link::Share => clamped(graph, margins),
    };
    let other = graph.with_first("Sub", 1.0, &p);
    let probabilities = graph.node_with("Concat", &[&other, &p], vec![Attribute::int("axis", 1)]);
    let is_called = graph.with("GreaterOrEqual", &p, model.threshold);
    let [no, yes] = [0, 1].map(|class: usize| graph.text(&classes[class]));
    Outputs {
        label: graph.choose(&is_called, &yes, &no),
        probabilities: Some(probabilities),
        score: margins.clone(),
    }
}

fn multiclass(graph: &mut Graph, model: &Model, classes: &[String], margins: &Value) -> Outputs {
    let axes = graph.constant(Tensor::integers(&[1], &[1]));
    let top = graph.node("ReduceMax", &[margins, &axes]);
    let called = graph.node_with("ArgMax", &[margins], vec![Attribute::int("axis", 1)]);
    let names = graph.constant(Tensor::texts(&[classes.len()], classes));
    let label = graph.node("Gather", &[&names, &called]);
    let is_softmax = matches!(model.predictor.link(), Link::Softmax | Link::Sigmoid);
    let parts = if is_softmax {
        let below = graph.node("Sub", &[margins, &top]);
        exponential(graph, &below)
    } else {
        clamped(graph, margins)
    };
    // One class after the other, for the order is part of the answer.
    let columns: Vec<Value> = (0..classes.len())
        .map(|class| {
            let class = graph.constant(Tensor::integers(&[1], &[class as i64]));
            graph.node_with("Gather", &[&parts, &class], vec![Attribute::int("axis", 1)])
        })
        .collect();
    let mut sum = columns[0].clone();
    for column in &columns[1..] {
        sum = graph.node("Add", &[&sum, column]);
    }
    let shares = graph.node("Div", &[&parts, &sum]);
    let probabilities = if is_softmax {
        shares
    } else {
        let is_some = graph.with("Greater", &sum, 0.0);
        let equal = graph.number(1.0 / classes.len() as f64);
        graph.choose(&is_some, &shares, &equal)
    };
    Outputs {
        label,
        probabilities: Some(probabilities),
        score: top,
    }
}

/// 1 / (1 + e^−x), never through an overflow.
fn sigmoid(graph: &mut Graph, margin: &Value) -> Value {
    let size = graph.node("Abs", &[margin]);
    let below = graph.node("Neg", &[&size]);
    let odds = exponential(graph, &below);
    let all = graph.with_first("Add", 1.0, &odds);
    let is_negative = graph.with("Less", margin, 0.0);
    let one = graph.number(1.0);
    let part = graph.choose(&is_negative, &odds, &one);
    graph.node("Div", &[&part, &all])
}

/// The number where it is between 0 and 1, else the nearer of them.
fn clamped(graph: &mut Graph, x: &Value) -> Value {
    let x = graph.with("Max", x, 0.0);
    graph.with("Min", &x, 1.0)
}

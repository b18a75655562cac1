//! Predictors as nodes: from the features, a matrix `N × n_features`, to margins, `N × n_outputs`.

use tabwright_model::{Linear, Predictor, Term, TreeEnsemble};
use tabwright_recipe::FeatureKind;

use super::graph::{Graph, Value};
use super::proto::{Attribute, Tensor};
use crate::Plan;

/// `BRANCH_LEQ` and `BRANCH_MEMBER` of `TreeEnsemble`.
const LESS_OR_EQUAL: u8 = 0;
const MEMBER: u8 = 6;

/// The margins. `rows` is a column of zeros, one a row.
pub(super) fn margins(graph: &mut Graph, plan: &Plan, features: &[Value], rows: &Value) -> Value {
    match &plan.model.predictor {
        Predictor::Constant(constant) => constants(graph, rows, &constant.margins),
        Predictor::Linear(linear) => equations(graph, linear, features, rows),
        Predictor::Trees(trees) if plan.n_splits() == 0 => constants(graph, rows, &alone(trees)),
        Predictor::Trees(trees) => ensemble(graph, plan, trees, features),
    }
}

/// The same margins for every row.
fn constants(graph: &mut Graph, rows: &Value, margins: &[f64]) -> Value {
    let margins = graph.constant(Tensor::doubles(&[1, margins.len()], margins));
    graph.node("Add", &[rows, &margins])
}

/// The margins of trees without a split.
fn alone(trees: &TreeEnsemble) -> Vec<f64> {
    let mut margins = trees.base.clone();
    for tree in &trees.trees {
        match tree.output {
            Some(output) => margins[output as usize] += tree.leaf[0],
            None => margins
                .iter_mut()
                .zip(&tree.leaf)
                .for_each(|(margin, leaf)| *margin += leaf),
        }
    }
    margins
}

/// Terms are added in the model's order, for the order is part of the answer.
fn equations(graph: &mut Graph, linear: &Linear, features: &[Value], rows: &Value) -> Value {
    let mut columns = Vec::new();
    for output in &linear.outputs {
        let mut sum = graph.with("Add", rows, output.intercept);
        for term in &output.terms {
            let addend = match term {
                Term::Number {
                    feature,
                    coefficient,
                    fill,
                } => {
                    let cell = &features[*feature];
                    let is_missing = graph.node("IsNaN", &[cell]);
                    let fill = graph.number(*fill);
                    let filled = graph.choose(&is_missing, &fill, cell);
                    graph.with_first("Mul", *coefficient, &filled)
                }
                Term::Levels {
                    feature,
                    coefficients,
                    missing,
                    unseen,
                } => {
                    let mut list = coefficients.clone();
                    list.extend([*unseen, *missing]);
                    level(graph, &features[*feature], coefficients.len(), &list)
                }
            };
            sum = graph.node("Add", &[&sum, &addend]);
        }
        columns.push(sum);
    }
    let columns: Vec<&Value> = columns.iter().collect();
    graph.node_with("Concat", &columns, vec![Attribute::int("axis", 1)])
}

/// What stands in a list for a level: after the known ones for an unseen one, and then for a missing one.
fn level(graph: &mut Graph, code: &Value, n_levels: usize, list: &[f64]) -> Value {
    let is_unseen = graph.with("Less", code, 0.0);
    let unseen = graph.number(n_levels as f64);
    let known = graph.choose(&is_unseen, &unseen, code);
    let is_missing = graph.node("IsNaN", &[code]);
    let missing = graph.number(n_levels as f64 + 1.0);
    let position = graph.choose(&is_missing, &missing, &known);
    graph.at(Tensor::doubles(&[list.len()], list), &position)
}

/// Trees as attributes of one node. A leaf adds to one output, so a tree whose leaves have a value for each is written once for
/// each. Leaves lie on a grid on which every order of addition is exact.
#[derive(Default)]
struct Nodes {
    features: Vec<i64>,
    modes: Vec<u8>,
    splits: Vec<f64>,
    members: Vec<f64>,
    missing_left: Vec<i64>,
    left: Vec<i64>,
    right: Vec<i64>,
    left_is_leaf: Vec<i64>,
    right_is_leaf: Vec<i64>,
    roots: Vec<i64>,
    outputs: Vec<i64>,
    leaves: Vec<f64>,
}

fn ensemble(graph: &mut Graph, plan: &Plan, trees: &TreeEnsemble, features: &[Value]) -> Value {
    let n_outputs = trees.base.len();
    let mut nodes = Nodes::default();
    let mut base = trees.base.clone();
    for tree in &trees.trees {
        let outputs = match tree.output {
            Some(output) => output as usize..output as usize + 1,
            None => 0..n_outputs,
        };
        let width = outputs.len();
        for (at, output) in outputs.enumerate() {
            if tree.n_splits() == 0 {
                base[output] += tree.leaf[at];
                continue;
            }
            let (first_node, first_leaf) = (nodes.splits.len(), nodes.leaves.len());
            let child = |child: i32| match usize::try_from(child) {
                Ok(split) => ((first_node + split) as i64, 0),
                Err(_) => (first_leaf as i64 + i64::from(!child), 1),
            };
            nodes.roots.push(first_node as i64);
            for split in 0..tree.n_splits() {
                let feature = tree.feature[split];
                nodes.features.push(i64::from(feature));
                match plan.model.features[feature as usize].kind {
                    FeatureKind::Number => {
                        nodes.modes.push(LESS_OR_EQUAL);
                        nodes.splits.push(tree.threshold[split]);
                    }
                    FeatureKind::Category { .. } => {
                        nodes.modes.push(MEMBER);
                        nodes.splits.push(0.0);
                        // Each set ends with NaN.
                        let levels = tree.levels[split].iter().map(|&level| f64::from(level));
                        nodes.members.extend(levels.chain([f64::NAN]));
                    }
                }
                nodes.missing_left.push(i64::from(tree.missing_left[split]));
                let (left, is_leaf) = child(tree.left[split]);
                nodes.left.push(left);
                nodes.left_is_leaf.push(is_leaf);
                let (right, is_leaf) = child(tree.right[split]);
                nodes.right.push(right);
                nodes.right_is_leaf.push(is_leaf);
            }
            let leaves = tree.leaf.iter().skip(at).step_by(width);
            nodes.leaves.extend(leaves);
            nodes.outputs.resize(nodes.leaves.len(), output as i64);
        }
    }
    let features: Vec<&Value> = features.iter().collect();
    let matrix = graph.node_with("Concat", &features, vec![Attribute::int("axis", 1)]);
    let matrix = graph.finite(&matrix);
    let sums = graph.ml("TreeEnsemble", &matrix, nodes.attributes(n_outputs));
    let base = graph.constant(Tensor::doubles(&[1, n_outputs], &base));
    graph.node("Add", &[&sums, &base])
}

impl Nodes {
    fn attributes(self, n_outputs: usize) -> Vec<Attribute> {
        let doubles = |name, values: &[f64]| {
            Attribute::tensor(name, Tensor::doubles(&[values.len()], values))
        };
        let mut attributes = vec![
            Attribute::int("aggregate_function", 1),
            Attribute::ints("leaf_targetids", self.outputs),
            doubles("leaf_weights", &self.leaves),
            Attribute::int("n_targets", n_outputs as i64),
            Attribute::ints("nodes_falseleafs", self.right_is_leaf),
            Attribute::ints("nodes_falsenodeids", self.right),
            Attribute::ints("nodes_featureids", self.features),
            Attribute::ints("nodes_missing_value_tracks_true", self.missing_left),
            Attribute::tensor("nodes_modes", Tensor::bytes(self.modes)),
            doubles("nodes_splits", &self.splits),
            Attribute::ints("nodes_trueleafs", self.left_is_leaf),
            Attribute::ints("nodes_truenodeids", self.left),
            Attribute::int("post_transform", 0),
            Attribute::ints("tree_roots", self.roots),
        ];
        if !self.members.is_empty() {
            attributes.push(doubles("membership_values", &self.members));
        }
        attributes
    }
}

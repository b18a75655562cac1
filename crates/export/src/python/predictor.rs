//! Predictors as a function of the features.

use tabwright_model::{Linear, Predictor, Term, Tree, TreeEnsemble};
use tabwright_recipe::FeatureKind;

use super::number;
use crate::Plan;

/// `_margins(cells)`, and the trees that it walks.
pub(super) fn function(plan: &Plan) -> String {
    match &plan.model.predictor {
        Predictor::Constant(constant) => {
            format!(
                "def _margins(cells):\n    return [{}]\n",
                numbers(&constant.margins)
            )
        }
        Predictor::Linear(linear) => equations(linear),
        Predictor::Trees(trees) => ensemble(trees, plan),
    }
}

fn numbers(values: &[f64]) -> String {
    let values: Vec<String> = values.iter().map(|x| number(*x)).collect();
    values.join(", ")
}

/// Terms are added in the model's order, for the order is part of the answer.
fn equations(linear: &Linear) -> String {
    let mut lines = String::new();
    for (at, output) in linear.outputs.iter().enumerate() {
        lines += &format!("    m{at} = {}\n", number(output.intercept));
        for term in &output.terms {
            lines += &format!("    m{at} += {}\n", addend(term));
        }
    }
    let margins: Vec<String> = (0..linear.outputs.len())
        .map(|at| format!("m{at}"))
        .collect();
    format!(
        "def _margins(cells):\n{lines}    return [{}]\n",
        margins.join(", ")
    )
}

fn addend(term: &Term) -> String {
    match term {
        Term::Number {
            feature,
            coefficient,
            fill,
        } => format!(
            "{} * _fill(cells[{feature}], {})",
            number(*coefficient),
            number(*fill)
        ),
        Term::Levels {
            feature,
            coefficients,
            missing,
            unseen,
        } => {
            let coefficients: Vec<String> = coefficients
                .iter()
                .enumerate()
                .map(|(code, coefficient)| format!("{code}: {}", number(*coefficient)))
                .collect();
            format!(
                "_lookup(cells[{feature}], {{{}}}, {}, {})",
                coefficients.join(", "),
                number(*missing),
                number(*unseen)
            )
        }
    }
}

fn ensemble(trees: &TreeEnsemble, plan: &Plan) -> String {
    let list: Vec<String> = trees
        .trees
        .iter()
        .map(|tree| format!("    {},\n", written(tree, plan)))
        .collect();
    format!(
        "# Of each tree: the output that its leaves add to (None: a leaf has a value for each), its splits, its leaves.\n\
         TREES = [\n{}]\n\n\n\
         def _margins(cells):\n    outputs = [{}]\n    for output, splits, leaves in TREES:\n        leaf = _leaf(splits, cells)\n        \
         if output is not None:\n            outputs[output] += leaves[leaf]\n            continue\n        for at in range(len(outputs)):\n            \
         outputs[at] += leaves[leaf * len(outputs) + at]\n    return outputs\n",
        list.concat(),
        numbers(&trees.base)
    )
}

fn written(tree: &Tree, plan: &Plan) -> String {
    let splits: Vec<String> = (0..tree.n_splits())
        .map(|at| {
            let feature = tree.feature[at];
            let split = match &plan.model.features[feature as usize].kind {
                FeatureKind::Number => number(tree.threshold[at]),
                FeatureKind::Category { .. } => {
                    let levels: Vec<String> =
                        tree.levels[at].iter().map(ToString::to_string).collect();
                    format!("{{{}}}", levels.join(", "))
                }
            };
            let missing_left = if tree.missing_left[at] {
                "True"
            } else {
                "False"
            };
            format!(
                "({feature}, {split}, {missing_left}, {}, {}), ",
                tree.left[at], tree.right[at]
            )
        })
        .collect();
    let output = tree
        .output
        .map_or_else(|| "None".into(), |output| output.to_string());
    format!(
        "({output}, [{}], [{}])",
        splits.concat(),
        numbers(&tree.leaf)
    )
}

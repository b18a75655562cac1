//! Predictors as expressions of the features.

use tabwright_model::{Linear, Predictor, Term, Tree, TreeEnsemble};
use tabwright_recipe::FeatureKind;

use super::{
    Dialect,
    dialect::number,
    layers::{Layer, Names},
};
use crate::{ExportError, Plan};

/// Terms of one expression: parsers descend once a term.
const TERMS_A_LAYER: usize = 100;

/// Queries that make the margins, and the margins' names.
pub(crate) fn margins(
    plan: &Plan,
    names: &Names,
    cells: &[String],
    dialect: Dialect,
) -> Result<(Vec<Layer>, Vec<String>), ExportError> {
    let outputs = plan.model.predictor.n_outputs();
    let margins: Vec<String> = (0..outputs)
        .map(|at| names.numbered("margin", at))
        .collect();
    let layers = match &plan.model.predictor {
        Predictor::Constant(constant) => {
            let values = constant.margins.iter().map(|margin| number(*margin));
            vec![margins.iter().cloned().zip(values).collect()]
        }
        Predictor::Linear(linear) => linear_layers(linear, names, cells, &margins),
        Predictor::Trees(_) if plan.n_splits() > dialect.max_splits() => {
            return Err(ExportError::TooLarge {
                target: dialect.title(),
                limit: dialect.max_splits(),
                found: plan.n_splits(),
                remedy: "train fewer or smaller trees, or score with tabwright score",
            });
        }
        Predictor::Trees(trees) => vec![tree_layer(plan, trees, cells, &margins)],
    };
    Ok((layers, margins))
}

/// Terms are added in the model's order, for the order is part of the answer.
fn linear_layers(
    linear: &Linear,
    names: &Names,
    cells: &[String],
    margins: &[String],
) -> Vec<Layer> {
    let mut layers: Vec<Layer> = Vec::new();
    for (at, output) in linear.outputs.iter().enumerate() {
        let mut sum = number(output.intercept);
        let chunks: Vec<&[Term]> = output.terms.chunks(TERMS_A_LAYER).collect();
        for (depth, chunk) in chunks.iter().enumerate() {
            for term in *chunk {
                sum += &format!(" + {}", term_of(term, cells));
            }
            let is_last = depth + 1 == chunks.len();
            let name = if is_last {
                margins[at].clone()
            } else {
                names.single(&format!("sum{at}_{depth}"))
            };
            if layers.len() <= depth {
                layers.push(Layer::new());
            }
            layers[depth].push((name.clone(), sum));
            sum = name;
        }
        if chunks.is_empty() {
            if layers.is_empty() {
                layers.push(Layer::new());
            }
            layers[0].push((margins[at].clone(), sum));
        }
    }
    layers
}

fn term_of(term: &Term, cells: &[String]) -> String {
    match term {
        Term::Number {
            feature,
            coefficient,
            fill,
        } => format!(
            "{} * COALESCE({}, {})",
            number(*coefficient),
            cells[*feature],
            number(*fill)
        ),
        Term::Levels {
            feature,
            coefficients,
            missing,
            unseen,
        } => {
            let cell = &cells[*feature];
            let mut cases = String::new();
            for (code, coefficient) in coefficients.iter().enumerate() {
                cases += &format!(
                    " WHEN {cell} = {} THEN {}",
                    number(code as f64),
                    number(*coefficient)
                );
            }
            format!(
                "CASE WHEN {cell} IS NULL THEN {}{cases} ELSE {} END",
                number(*missing),
                number(*unseen)
            )
        }
    }
}

fn tree_layer(plan: &Plan, trees: &TreeEnsemble, cells: &[String], margins: &[String]) -> Layer {
    let names = margins.iter().zip(&trees.base).enumerate();
    names
        .map(|(output, (name, base))| {
            let values = trees
                .trees
                .iter()
                .filter(|tree| tree.output.is_none_or(|of| of as usize == output))
                .map(|tree| {
                    let writer = TreeWriter {
                        plan,
                        tree,
                        cells,
                        // Where each leaf has a value for every output.
                        value: |leaf: usize| match tree.output {
                            Some(_) => tree.leaf[leaf],
                            None => tree.leaf[leaf * margins.len() + output],
                        },
                    };
                    writer.node(tree.root())
                });
            let mut parts = vec![number(*base)];
            parts.extend(values);
            (name.clone(), balanced(&parts))
        })
        .collect()
}

/// A sum in brackets, so that no parser descends deep. Leaves lie on a grid on which every order of addition is exact.
fn balanced(parts: &[String]) -> String {
    match parts {
        [] => number(0.0),
        [only] => only.clone(),
        _ => {
            let (left, right) = parts.split_at(parts.len() / 2);
            format!("({}\n      + {})", balanced(left), balanced(right))
        }
    }
}

struct TreeWriter<'a, V> {
    plan: &'a Plan<'a>,
    tree: &'a Tree,
    cells: &'a [String],
    value: V,
}

impl<V: Fn(usize) -> f64> TreeWriter<'_, V> {
    /// A split (`child >= 0`) or a leaf.
    fn node(&self, child: i32) -> String {
        if child < 0 {
            return number((self.value)(!child as usize));
        }
        let split = child as usize;
        let feature = self.tree.feature[split] as usize;
        let cell = &self.cells[feature];
        let mut goes_left = match &self.plan.model.features[feature].kind {
            FeatureKind::Number => format!("{cell} <= {}", number(self.tree.threshold[split])),
            FeatureKind::Category { .. } => {
                let levels = self.tree.levels[split].iter();
                let levels: Vec<String> = levels.map(|&level| number(f64::from(level))).collect();
                format!("{cell} IN ({})", levels.join(", "))
            }
        };
        if self.tree.missing_left[split] {
            goes_left = format!("{cell} IS NULL OR {goes_left}");
        }
        format!(
            "CASE WHEN {goes_left} THEN {} ELSE {} END",
            self.node(self.tree.left[split]),
            self.node(self.tree.right[split])
        )
    }
}

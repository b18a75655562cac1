//! Trees as Spark's boosted trees.
//!
//! Spark has no learnt direction of missing values. So a number that some nodes send left when it is missing and others right is two
//! columns, in which missing is −∞ and +∞, and each node reads the one that goes its way. A category is its level's position; after
//! the known levels come one for unseen and one for missing.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tabwright_model::{Tree, TreeEnsemble};
use tabwright_recipe::FeatureKind;

use super::files::{Nodes, trees};
use super::stages::{Stage, metadata};
use crate::sql::{Layer, Names, number};
use crate::{ExportError, Plan};

/// What Spark's trees are called.
const TREE: &str = "regression.DecisionTreeRegressionModel";

/// How a feature is read: by its position, and which way missing goes; categories have no way of their own.
type Reading = (usize, Option<bool>);

/// One ensemble an output.
pub(super) struct Forests<'a> {
    plan: &'a Plan<'a>,
    readings: BTreeMap<Reading, usize>,
    /// The columns that the vector is made of.
    pub columns: Layer,
    /// What an output's sum over its trees is called; none where it has no tree.
    pub sums: Vec<Option<String>>,
    /// The trees of each output, and which of its leaves' values are meant.
    trees: Vec<Vec<(&'a Tree, usize, usize)>>,
}

impl<'a> Forests<'a> {
    /// The ensembles of a model whose features are these expressions.
    pub fn of(
        plan: &'a Plan<'a>,
        ensemble: &'a TreeEnsemble,
        names: &Names,
        cells: &[String],
    ) -> Self {
        let mut readings = BTreeMap::new();
        for tree in &ensemble.trees {
            for split in 0..tree.n_splits() {
                readings.insert(reading(plan, tree, split), 0);
            }
        }
        let mut columns = Layer::new();
        for (&(feature, missing_left), position) in &mut readings {
            *position = columns.len();
            columns.push((
                names.numbered("f", columns.len()),
                column(plan, feature, missing_left, &cells[feature]),
            ));
        }
        if columns.is_empty() {
            // A vector has an element, and trees without a split do not look at it.
            columns.push((names.numbered("f", 0), number(0.0)));
        }
        let n_outputs = ensemble.base.len();
        let trees: Vec<Vec<_>> = (0..n_outputs)
            .map(|output| {
                let own = ensemble.trees.iter().filter_map(|tree| match tree.output {
                    Some(of) => (of as usize == output).then_some((tree, 0, 1)),
                    None => Some((tree, output, n_outputs)),
                });
                own.collect()
            })
            .collect();
        let sums = trees
            .iter()
            .enumerate()
            .map(|(at, own)| (!own.is_empty()).then(|| names.numbered("sum", at)));
        Self {
            plan,
            readings,
            columns,
            sums: sums.collect(),
            trees,
        }
    }

    /// Adds the stages that make the sums; gives the columns that they add.
    ///
    /// # Errors
    /// If a file cannot be written.
    pub fn stages(
        &self,
        names: &Names,
        stages: &mut Vec<Stage>,
    ) -> Result<Vec<String>, ExportError> {
        let vector = names.single("features");
        let inputs: Vec<&String> = self.columns.iter().map(|(name, _)| name).collect();
        stages.push(Stage::new(
            "feature.VectorAssembler",
            "tabwright_features",
            &json!({"inputCols": inputs, "outputCol": vector, "handleInvalid": "keep"}),
            &json!({"handleInvalid": "error"}),
        ));
        let mut made = vec![vector.clone()];
        for (output, sum) in self.sums.iter().enumerate() {
            if let Some(sum) = sum {
                stages.push(self.ensemble(output, sum, &vector)?);
                made.push(sum.clone());
            }
        }
        Ok(made)
    }

    fn ensemble(&self, output: usize, sum: &str, vector: &str) -> Result<Stage, ExportError> {
        let mut nodes = Nodes::default();
        let mut about = Vec::new();
        for (at, &(tree, value, width)) in self.trees[output].iter().enumerate() {
            self.push(&mut nodes, at as i32, tree, &|leaf| {
                tree.leaf[leaf * width + value]
            });
            let uid = format!("tabwright_tree{output}_{at}");
            about.push(
                metadata(TREE, &uid, &json!({}), &json!({"impurity": "variance"})).to_string(),
            );
        }
        let files = BTreeMap::from([
            ("data/part-00000.parquet".to_owned(), nodes.file()?),
            (
                "treesMetadata/part-00000.parquet".to_owned(),
                trees(&about)?,
            ),
        ]);
        let params = json!({"featuresCol": vector, "predictionCol": sum});
        let stage = Stage::new(
            "regression.GBTRegressionModel",
            &format!("tabwright_trees{output}"),
            &params,
            &json!({"impurity": "variance"}),
        );
        let extra: [(&str, Value); 2] = [
            ("numFeatures", json!(self.columns.len())),
            ("numTrees", json!(about.len())),
        ];
        Ok(stage.with(&extra, files))
    }

    /// Adds a tree's nodes, each before those below it, the left ones first.
    fn push(&self, nodes: &mut Nodes, number: i32, tree: &Tree, value: &dyn Fn(usize) -> f64) {
        let start = nodes.id.len();
        // A child to come, and the node whose left or right it is.
        let mut open: Vec<(i32, Option<(usize, bool)>)> = vec![(tree.root(), None)];
        while let Some((child, above)) = open.pop() {
            let at = nodes.id.len();
            let id = (at - start) as i32;
            match above {
                Some((parent, true)) => nodes.left[parent] = id,
                Some((parent, false)) => nodes.right[parent] = id,
                None => {}
            }
            nodes.tree.push(number);
            nodes.id.push(id);
            nodes.left.push(-1);
            nodes.right.push(-1);
            let Ok(split) = usize::try_from(child) else {
                let leaf = !child as usize;
                nodes.prediction.push(value(leaf));
                nodes.n_rows.push(i64::from(tree.leaf_rows[leaf]));
                nodes.gain.push(-1.0);
                nodes.feature.push(-1);
                nodes.split.push(Vec::new());
                nodes.n_levels.push(-1);
                continue;
            };
            let feature = tree.feature[split] as usize;
            nodes.prediction.push(0.0);
            nodes.n_rows.push(i64::from(tree.split_rows[split]));
            nodes.gain.push(tree.gain[split]);
            let position = self.readings[&reading(self.plan, tree, split)];
            nodes.feature.push(position as i32);
            match &self.plan.model.features[feature].kind {
                FeatureKind::Number => {
                    nodes.split.push(vec![tree.threshold[split]]);
                    nodes.n_levels.push(-1);
                }
                FeatureKind::Category { levels } => {
                    let mut left: Vec<f64> = tree.levels[split]
                        .iter()
                        .map(|&level| f64::from(level))
                        .collect();
                    left.extend(tree.missing_left[split].then_some(levels.len() as f64 + 1.0));
                    nodes.split.push(left);
                    nodes.n_levels.push(levels.len() as i32 + 2);
                }
            }
            open.push((tree.right[split], Some((at, false))));
            open.push((tree.left[split], Some((at, true))));
        }
    }
}

fn reading(plan: &Plan, tree: &Tree, split: usize) -> Reading {
    let feature = tree.feature[split] as usize;
    let way = match plan.model.features[feature].kind {
        FeatureKind::Number => Some(tree.missing_left[split]),
        FeatureKind::Category { .. } => None,
    };
    (feature, way)
}

/// A feature as a column that is never NULL.
fn column(plan: &Plan, feature: usize, missing_left: Option<bool>, cell: &str) -> String {
    if let FeatureKind::Category { levels } = &plan.model.features[feature].kind {
        let (unseen, missing) = (levels.len() as f64, levels.len() as f64 + 1.0);
        return format!(
            "CASE WHEN {cell} IS NULL THEN {} WHEN {cell} < 0e0 THEN {} ELSE {cell} END",
            number(missing),
            number(unseen)
        );
    }
    let missing = if missing_left == Some(true) {
        "-Infinity"
    } else {
        "Infinity"
    };
    format!("COALESCE({cell}, CAST('{missing}' AS DOUBLE))")
}

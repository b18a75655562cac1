//! The exact CART of linfa-trees, as one of our trees.
//!
//! linfa-trees 0.8.1 takes neither missing values nor categories, so it sees one-hot levels and mean-filled numbers. It sums
//! impurities in the order of a hash map: with two classes addition commutes and the splits repeat, with more they may not, so
//! more are refused. It also breaks ties between classes by that order, which decides where it prunes; pruning again here
//! wherever a tie would allow it gives the same tree whatever the order was.

use std::collections::BTreeSet;

use linfa::DatasetBase;
use linfa::traits::Fit;
use linfa_trees::{DecisionTree, SplitQuality, TreeNode};
use ndarray::{Array1, Array2};
use tabwright_model::{Link, Task, Tree, TreeEnsemble};
use tabwright_recipe::FeatureKind;

use crate::TrainError;
use crate::training::Training;
use crate::trees::{LeafValues, SMOOTHING, SingleParams, round_to_grid};

/// Cells of the matrix that linfa is given: it looks at all of them for every node.
const MAX_CELLS: usize = 20_000_000;

/// Depth where no limit was asked for: linfa grows by recursion, and a stack ends.
const MAX_DEPTH: u32 = 64;

/// What a column that linfa sees stands for.
#[derive(Clone, Copy)]
enum Origin {
    /// A number, missing filled by the mean.
    Number { feature: usize, mean: f64 },
    /// Whether a category is this level.
    Level { feature: usize, code: u32 },
}

/// Fits, converts, and recomputes leaves from the training rows.
pub(crate) fn fit(
    params: &SingleParams,
    training: &Training<'_>,
) -> Result<TreeEnsemble, TrainError> {
    let Task::Binary { .. } = training.task else {
        return Err(TrainError::Parameter {
            name: "variant".into(),
            message: format!(
                "exact_cart (linfa-trees) is for two classes, and the task is {}; use the histogram variant",
                training.task.name()
            ),
        });
    };
    if training.weights.is_some() {
        return Err(TrainError::Parameter {
            name: "variant".into(),
            message: "exact_cart (linfa-trees) counts every row once: use the histogram variant with weights".into(),
        });
    }
    let columns = columns(training);
    let n_cells = columns.len() * training.matrix.n_rows;
    if n_cells > MAX_CELLS {
        return Err(TrainError::Solver {
            algorithm: "exact CART",
            message: format!(
                "one-hot levels make {} columns of {} rows, more than {MAX_CELLS} cells; use the histogram variant",
                columns.len(),
                training.matrix.n_rows
            ),
        });
    }
    let depth = if params.depth == 0 {
        MAX_DEPTH
    } else {
        params.depth
    };
    let records =
        Array2::from_shape_fn((training.matrix.n_rows, columns.len()), |(row, column)| {
            columns[column].value(training, row)
        });
    let targets: Array1<usize> = training
        .target
        .iter()
        .map(|&class| class as usize)
        .collect();
    let fitted = DecisionTree::params()
        .split_quality(SplitQuality::Gini)
        .max_depth(Some(depth as usize))
        .min_weight_leaf(params.min_leaf_rows as f32)
        .min_weight_split(2.0 * params.min_leaf_rows as f32)
        .fit(&DatasetBase::new(records, targets))
        .map_err(|error| TrainError::Solver {
            algorithm: "exact CART",
            message: error.to_string(),
        })?;
    let all_rows = (0..training.matrix.n_rows as u32).collect();
    let shape = Shape::of(fitted.root_node(), &columns, training, all_rows).pruned();
    let values = LeafValues::new(training, SMOOTHING);
    let mut tree = Tree {
        output: Some(0),
        ..Tree::default()
    };
    shape.write(&mut tree, &columns, &values);
    let mut ensemble = TreeEnsemble {
        base: values.base(),
        trees: vec![tree],
        link: Link::Share,
        grid_bits: 0,
    };
    round_to_grid(&mut ensemble);
    Ok(ensemble)
}

fn columns(training: &Training<'_>) -> Vec<Origin> {
    let of_feature = |(feature, info): (usize, &tabwright_recipe::Feature)| match &info.kind {
        FeatureKind::Number => {
            let present = || {
                training.matrix.columns[feature]
                    .iter()
                    .filter(|x| !x.is_nan())
            };
            let mean = present().sum::<f64>() / present().count().max(1) as f64;
            vec![Origin::Number { feature, mean }]
        }
        FeatureKind::Category { levels } => (0..levels.len() as u32)
            .map(|code| Origin::Level { feature, code })
            .collect(),
    };
    training
        .features
        .iter()
        .enumerate()
        .flat_map(of_feature)
        .collect()
}

impl Origin {
    fn value(self, training: &Training<'_>, row: usize) -> f64 {
        match self {
            Origin::Number { feature, mean } => {
                let x = training.matrix.columns[feature][row];
                if x.is_nan() { mean } else { x }
            }
            Origin::Level { feature, code } => f64::from(u8::from(
                training.matrix.columns[feature][row] == f64::from(code),
            )),
        }
    }
}

/// A node with the training rows that reach it.
enum Shape {
    Leaf {
        rows: Vec<u32>,
        modes: BTreeSet<usize>,
    },
    Split {
        column: usize,
        threshold: f64,
        n_rows: usize,
        gain: f64,
        left: Box<Shape>,
        right: Box<Shape>,
    },
}

impl Shape {
    fn of(
        node: &TreeNode<f64, usize>,
        columns: &[Origin],
        training: &Training<'_>,
        rows: Vec<u32>,
    ) -> Self {
        let (column, threshold, decrease) = node.split();
        let mut children = node
            .children()
            .into_iter()
            .filter_map(|child| child.as_deref());
        let (Some(left), Some(right)) = (children.next(), children.next()) else {
            return Shape::leaf(rows, training);
        };
        let n_rows = rows.len();
        let (go_left, go_right) = rows
            .into_iter()
            .partition(|&row| columns[column].value(training, row as usize) <= threshold);
        Shape::Split {
            column,
            threshold,
            n_rows,
            gain: decrease * n_rows as f64,
            left: Box::new(Shape::of(left, columns, training, go_left)),
            right: Box::new(Shape::of(right, columns, training, go_right)),
        }
    }

    fn leaf(rows: Vec<u32>, training: &Training<'_>) -> Self {
        let positives = rows
            .iter()
            .filter(|&&row| training.target[row as usize] == 1.0)
            .count();
        let modes = match (2 * positives).cmp(&rows.len()) {
            std::cmp::Ordering::Less => BTreeSet::from([0]),
            std::cmp::Ordering::Greater => BTreeSet::from([1]),
            std::cmp::Ordering::Equal => BTreeSet::from([0, 1]),
        };
        Shape::Leaf { rows, modes }
    }

    /// Joins leaves that may call the same class. Where both have a mode in common, the modes of all their rows are just
    /// those, so the result does not depend on what linfa pruned already.
    fn pruned(self) -> Self {
        let Shape::Split {
            column,
            threshold,
            n_rows,
            gain,
            left,
            right,
        } = self
        else {
            return self;
        };
        match (left.pruned(), right.pruned()) {
            (
                Shape::Leaf {
                    rows: mut left,
                    modes: a,
                },
                Shape::Leaf {
                    rows: right,
                    modes: b,
                },
            ) if !a.is_disjoint(&b) => {
                left.extend(right);
                left.sort_unstable();
                Shape::Leaf {
                    rows: left,
                    modes: a.intersection(&b).copied().collect(),
                }
            }
            (left, right) => Shape::Split {
                column,
                threshold,
                n_rows,
                gain,
                left: Box::new(left),
                right: Box::new(right),
            },
        }
    }

    /// Writes the node and all below it; gives its position as a child.
    fn write(&self, tree: &mut Tree, columns: &[Origin], values: &LeafValues<'_>) -> i32 {
        match self {
            Shape::Leaf { rows, .. } => {
                tree.leaf.extend(values.of(rows, |_| 1.0, 1.0));
                tree.leaf_rows.push(rows.len() as u32);
                !(tree.leaf_rows.len() as i32 - 1)
            }
            Shape::Split {
                column,
                threshold,
                n_rows,
                gain,
                left,
                right,
            } => {
                let position = tree.feature.len();
                let swapped = push_split(tree, columns[*column], *threshold);
                tree.gain.push(*gain);
                tree.split_rows.push(*n_rows as u32);
                tree.left.push(0);
                tree.right.push(0);
                let (left, right) = if swapped {
                    (right, left)
                } else {
                    (left, right)
                };
                tree.left[position] = left.write(tree, columns, values);
                tree.right[position] = right.write(tree, columns, values);
                position as i32
            }
        }
    }
}

/// Writes where rows go; whether linfa's children change sides: its right side has the level, and our left side does.
fn push_split(tree: &mut Tree, origin: Origin, threshold: f64) -> bool {
    match origin {
        Origin::Number { feature, mean } => {
            tree.feature.push(feature as u32);
            tree.threshold.push(threshold);
            tree.levels.push(Vec::new());
            tree.missing_left.push(mean <= threshold);
            false
        }
        Origin::Level { feature, code } => {
            tree.feature.push(feature as u32);
            tree.threshold.push(0.0);
            tree.levels.push(vec![code]);
            tree.missing_left.push(false);
            true
        }
    }
}

//! Rows through an ensemble of trees, quickly.
//!
//! `masks` scores ensembles of small trees, `walk` all others, in blocks of rows that fit the first cache (`cells`); both replace
//! numbers by their ranks among `thresholds`.

mod cells;
mod leaves;
mod masks;
mod thresholds;
mod walk;

use tabwright_recipe::Matrix;

pub use self::cells::ranks;

use self::cells::Cells;
use self::masks::Masks;
use self::thresholds::LANES;
use self::walk::Walk;
use super::TreeEnsemble;

/// Cells of a block: 16 KiB, half of a first-level cache.
const BLOCK_CELLS: usize = 4096;

/// An ensemble made ready to score any number of tables.
pub struct TreeScorer {
    base: Vec<f64>,
    form: Form,
}

enum Form {
    Masks(Masks),
    Walk(Walk, Cells),
}

impl TreeEnsemble {
    /// Margins of each row, row-major `n_rows × n_outputs`.
    pub fn margins(&self, matrix: &Matrix) -> Vec<f64> {
        TreeScorer::new(self).margins(matrix)
    }
}

impl TreeScorer {
    /// Makes an ensemble ready, which takes as long as a few hundred rows do.
    pub fn new(ensemble: &TreeEnsemble) -> Self {
        let cells = Cells::new(ensemble);
        let form = if Masks::fit(ensemble) {
            Form::Masks(Masks::new(ensemble, cells))
        } else {
            Form::Walk(Walk::new(ensemble, &cells), cells)
        };
        Self {
            base: ensemble.base.clone(),
            form,
        }
    }

    /// Margins of each row, row-major `n_rows × n_outputs`. The matrix has the features that the ensemble was trained on, in
    /// their order.
    pub fn margins(&self, matrix: &Matrix) -> Vec<f64> {
        match &self.form {
            Form::Masks(masks) => masks.margins(matrix),
            Form::Walk(walk, cells) => self.walked(walk, cells, matrix),
        }
    }

    fn walked(&self, walk: &Walk, cells: &Cells, matrix: &Matrix) -> Vec<f64> {
        let mut margins = self.base.repeat(matrix.n_rows);
        let block_rows = (BLOCK_CELLS / cells.width()).clamp(LANES, 256) / LANES * LANES;
        let n_outputs = self.base.len().max(1);
        let (mut block, mut start) = (Vec::new(), 0);
        for margins in margins.chunks_mut(block_rows * n_outputs) {
            let n_rows = margins.len() / n_outputs;
            cells.read(matrix, start, n_rows, &mut block);
            walk.add(&block, cells.width(), margins);
            start += n_rows;
        }
        margins
    }
}

/// Adds the values of a leaf that has one for every output; `values` begin with them.
#[inline]
fn add_all(values: &[f64], margins: &mut [f64]) {
    for (margin, value) in margins.iter_mut().zip(values) {
        *margin += value;
    }
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Link, Tree, predictor::check::check_trees};
    use tabwright_recipe::{Feature, FeatureKind};

    pub(in crate::predictor) const N_LEVELS: usize = 70;

    /// Two numbers and a category of seventy levels (more than one word of a set).
    pub(in crate::predictor) fn features() -> Vec<Feature> {
        let number = |name: &str| Feature {
            name: name.into(),
            kind: FeatureKind::Number,
        };
        let levels = (0..N_LEVELS)
            .map(|level| format!("level {level:02}"))
            .collect();
        vec![
            number("a"),
            number("b"),
            Feature {
                name: "c".into(),
                kind: FeatureKind::Category { levels },
            },
        ]
    }

    /// One split: feature, threshold, levels, missing left, and which open place it takes.
    type Seed = (u32, i8, Vec<u32>, bool, usize);

    /// Grows a tree by replacing one open place after another by a split.
    fn grow(seeds: &[Seed], output: Option<u32>, n_outputs: usize, leaf: &[i16]) -> Tree {
        let mut tree = Tree {
            output,
            ..Tree::default()
        };
        // Places of the splits to come: (parent, is left).
        let mut open: Vec<Option<(usize, bool)>> = vec![None];
        for (feature, threshold, levels, missing_left, place) in seeds {
            let split = tree.n_splits();
            match open.remove(place % open.len()) {
                Some((parent, true)) => tree.left[parent] = split as i32,
                Some((parent, false)) => tree.right[parent] = split as i32,
                None => {}
            }
            tree.feature.push(*feature);
            tree.threshold.push(if *feature == 2 {
                0.0
            } else {
                f64::from(*threshold) / 4.0
            });
            tree.levels.push(if *feature == 2 {
                levels.clone()
            } else {
                Vec::new()
            });
            tree.missing_left.push(*missing_left);
            tree.left.push(0);
            tree.right.push(0);
            tree.gain.push(1.0);
            tree.split_rows.push(2);
            open.extend([Some((split, true)), Some((split, false))]);
        }
        for (number, place) in open.iter().enumerate() {
            match *place {
                Some((parent, true)) => tree.left[parent] = !(number as i32),
                Some((parent, false)) => tree.right[parent] = !(number as i32),
                None => {}
            }
        }
        tree.leaf_rows = vec![1; open.len()];
        let n_values = open.len() * if output.is_some() { 1 } else { n_outputs };
        tree.leaf = (0..n_values)
            .map(|i| f64::from(leaf[i % leaf.len()]) / 8.0)
            .collect();
        tree
    }

    pub(in crate::predictor) fn ensembles() -> impl Strategy<Value = TreeEnsemble> {
        let levels = prop::collection::btree_set(0..N_LEVELS as u32, 1..20)
            .prop_map(|set| set.into_iter().collect::<Vec<_>>());
        let split = (0_u32..3, -12_i8..12, levels, any::<bool>(), 0_usize..64);
        let leaves = prop::collection::vec(-999_i16..999, 1..9);
        let tree = (
            prop::collection::vec(split, 0..40),
            any::<bool>(),
            0_u32..3,
            leaves,
        );
        (1_usize..4, prop::collection::vec(tree, 0..6)).prop_map(|(n_outputs, trees)| {
            TreeEnsemble {
                base: (0..n_outputs).map(|output| output as f64 / 2.0).collect(),
                trees: trees
                    .into_iter()
                    .map(|(seeds, own, output, leaf)| {
                        grow(
                            &seeds,
                            own.then_some(output % n_outputs as u32),
                            n_outputs,
                            &leaf,
                        )
                    })
                    .collect(),
                link: Link::Softmax,
                grid_bits: 3,
            }
        })
    }

    fn cell() -> impl Strategy<Value = f64> {
        prop_oneof![
            4 => (-13_i8..13).prop_map(|x| f64::from(x) / 4.0),
            1 => Just(f64::NAN),
            1 => -3.0..3.0_f64,
        ]
    }

    fn code() -> impl Strategy<Value = f64> {
        prop_oneof![6 => (0..N_LEVELS).prop_map(|code| code as f64), 1 => Just(-1.0), 1 => Just(f64::NAN)]
    }

    /// The documented walk, one row and one node at a time.
    fn naive(ensemble: &TreeEnsemble, row: &[f64]) -> Vec<f64> {
        let mut margins = ensemble.base.clone();
        for tree in &ensemble.trees {
            let mut at = if tree.n_splits() == 0 { -1 } else { 0_i32 };
            while at >= 0 {
                let split = at as usize;
                let x = row[tree.feature[split] as usize];
                let left = if x.is_nan() {
                    tree.missing_left[split]
                } else if tree.levels[split].is_empty() {
                    x <= tree.threshold[split]
                } else {
                    tree.levels[split]
                        .iter()
                        .any(|&level| f64::from(level) == x)
                };
                at = if left {
                    tree.left[split]
                } else {
                    tree.right[split]
                };
            }
            let leaf = !at as usize;
            if let Some(output) = tree.output {
                margins[output as usize] += tree.leaf[leaf];
                continue;
            }
            let n = margins.len();
            for (output, margin) in margins.iter_mut().enumerate() {
                *margin += tree.leaf[leaf * n + output];
            }
        }
        margins
    }

    #[test]
    fn more_thresholds_than_a_byte_tells_apart_agree_with_one_row_at_a_time() {
        let seeds = |number: i16| (0, 0_i8, Vec::new(), number % 3 == 0, 0);
        let trees = (0..900_i16).map(|number| {
            let mut tree = grow(&[seeds(number)], Some(0), 1, &[number, -number]);
            tree.threshold[0] = f64::from(number % 700) / 8.0;
            tree
        });
        let ensemble = TreeEnsemble {
            base: vec![0.5],
            trees: trees.collect(),
            link: Link::Identity,
            grid_bits: 3,
        };
        check_trees(&ensemble, &features()).unwrap();
        let at = (0..700_i16).map(|number| f64::from(number) / 8.0);
        let mut column: Vec<f64> = at.flat_map(|x| [x.next_down(), x, x.next_up()]).collect();
        column.extend([f64::NAN, f64::INFINITY, f64::NEG_INFINITY]);
        let expected: Vec<f64> = column
            .iter()
            .flat_map(|&x| naive(&ensemble, &[x, 0.0, 0.0]))
            .collect();
        let matrix = Matrix {
            n_rows: column.len(),
            columns: vec![column.clone().into(), column.clone().into(), column.into()],
        };
        assert_eq!(ensemble.margins(&matrix), expected);
    }

    proptest! {
        #[test]
        fn blocks_of_rows_agree_with_one_row_at_a_time(
            ensemble in ensembles(),
            rows in prop::collection::vec((cell(), cell(), code()), 0..300),
        ) {
            check_trees(&ensemble, &features()).unwrap();
            let columns = vec![
                rows.iter().map(|row| row.0).collect(),
                rows.iter().map(|row| row.1).collect(),
                rows.iter().map(|row| row.2).collect(),
            ];
            let expected: Vec<f64> = rows.iter().flat_map(|row| naive(&ensemble, &[row.0, row.1, row.2])).collect();
            let matrix = Matrix { columns, n_rows: rows.len() };
            prop_assert_eq!(&ensemble.margins(&matrix), &expected);
            let cells = Cells::new(&ensemble);
            let walk = TreeScorer {
                base: ensemble.base.clone(),
                form: Form::Walk(Walk::new(&ensemble, &cells), cells),
            };
            prop_assert_eq!(&walk.margins(&matrix), &expected);
        }
    }
}

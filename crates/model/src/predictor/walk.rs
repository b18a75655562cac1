//! Rows through trees, quickly.
//!
//! Trees are compiled to one array of small nodes, and rows are walked in blocks that fit the first cache: the
//! matrix is column-major, so a block's cells are gathered row by row first. Eight rows go down a tree together,
//! because a single walk waits for memory at every node.

use tabwright_recipe::Matrix;

use super::{Tree, TreeEnsemble};

/// Cells of a block: 16 KiB of f64, half of a first-level cache.
const BLOCK_CELLS: usize = 2048;
/// Rows that go down a tree together.
const LANES: usize = 8;

/// A split, or a leaf whose children are itself.
#[derive(Clone, Copy)]
struct Node {
    threshold: f64,
    /// Left, right.
    children: [u32; 2],
    /// Position in a gathered row.
    cell: u32,
    /// First word of the set of levels that go left, and its length in words; 0 words: a number split.
    set_start: u32,
    set_words: u32,
    missing_left: bool,
}

struct CompiledTree {
    first_node: u32,
    /// From this node on there are leaves.
    first_leaf: u32,
    /// Where the leaves' values start.
    first_value: usize,
    output: Option<usize>,
    has_sets: bool,
}

struct Compiled {
    trees: Vec<CompiledTree>,
    nodes: Vec<Node>,
    set_words: Vec<u64>,
    values: Vec<f64>,
    /// The features that any split reads, ascending.
    features: Vec<usize>,
    n_outputs: usize,
}

impl TreeEnsemble {
    /// Margins of each row, row-major `n_rows × n_outputs`.
    pub fn margins(&self, matrix: &Matrix) -> Vec<f64> {
        let compiled = Compiled::new(self);
        let mut margins = self.base.repeat(matrix.n_rows);
        let width = compiled.features.len().max(1);
        let block_rows = (BLOCK_CELLS / width).clamp(LANES, 256) / LANES * LANES;
        let mut cells = Vec::with_capacity(block_rows * width);
        let mut start = 0;
        for block in margins.chunks_mut(block_rows * self.base.len().max(1)) {
            let n_rows = block.len() / self.base.len().max(1);
            compiled.gather(matrix, start, n_rows, &mut cells);
            for tree in &compiled.trees {
                compiled.add_tree(tree, &cells, block);
            }
            start += n_rows;
        }
        margins
    }
}

impl Compiled {
    fn new(ensemble: &TreeEnsemble) -> Self {
        let mut features: Vec<usize> = ensemble
            .trees
            .iter()
            .flat_map(|tree| &tree.feature)
            .map(|&feature| feature as usize)
            .collect();
        features.sort_unstable();
        features.dedup();
        let mut compiled = Compiled {
            trees: Vec::with_capacity(ensemble.trees.len()),
            nodes: Vec::new(),
            set_words: Vec::new(),
            values: Vec::new(),
            features,
            n_outputs: ensemble.base.len(),
        };
        for tree in &ensemble.trees {
            compiled.push(tree);
        }
        compiled
    }

    fn push(&mut self, tree: &Tree) {
        let first_node = self.nodes.len() as u32;
        let first_leaf = first_node + tree.n_splits() as u32;
        self.trees.push(CompiledTree {
            first_node,
            first_leaf,
            first_value: self.values.len(),
            output: tree.output.map(|output| output as usize),
            has_sets: tree.levels.iter().any(|levels| !levels.is_empty()),
        });
        let node_of = |child: i32| {
            if child >= 0 {
                first_node + child as u32
            } else {
                first_leaf + !child as u32
            }
        };
        for split in 0..tree.n_splits() {
            let (set_start, set_words) = self.push_set(&tree.levels[split]);
            // Every feature of every split is in the list.
            let cell = self
                .features
                .partition_point(|&feature| feature < tree.feature[split] as usize);
            self.nodes.push(Node {
                threshold: tree.threshold[split],
                children: [node_of(tree.left[split]), node_of(tree.right[split])],
                cell: cell as u32,
                set_start,
                set_words,
                missing_left: tree.missing_left[split],
            });
        }
        for leaf in 0..tree.n_leaves() as u32 {
            self.nodes.push(Node {
                threshold: 0.0,
                children: [first_leaf + leaf; 2],
                cell: 0,
                set_start: 0,
                set_words: 0,
                missing_left: true,
            });
        }
        self.values.extend_from_slice(&tree.leaf);
    }

    fn push_set(&mut self, levels: &[u32]) -> (u32, u32) {
        let start = self.set_words.len();
        let n_words = levels
            .iter()
            .max()
            .map_or(0, |&level| level as usize / 64 + 1);
        self.set_words.resize(start + n_words, 0);
        for &level in levels {
            self.set_words[start + level as usize / 64] |= 1 << (level % 64);
        }
        (start as u32, n_words as u32)
    }

    /// Cells of a block, row-major; at least one cell a row, so that a leaf has something to look at.
    fn gather(&self, matrix: &Matrix, start: usize, n_rows: usize, cells: &mut Vec<f64>) {
        let width = self.features.len().max(1);
        cells.clear();
        cells.resize(n_rows * width, 0.0);
        for (position, &feature) in self.features.iter().enumerate() {
            let column = &matrix.columns[feature][start..start + n_rows];
            for (cell, &x) in cells.iter_mut().skip(position).step_by(width).zip(column) {
                *cell = x;
            }
        }
    }

    /// Adds a tree's leaves to a block of margins.
    fn add_tree(&self, tree: &CompiledTree, cells: &[f64], margins: &mut [f64]) {
        let width = self.features.len().max(1);
        let rows = cells.chunks(width * LANES);
        for (rows, margins) in rows.zip(margins.chunks_mut(LANES * self.n_outputs.max(1))) {
            let leaves = if tree.has_sets {
                self.walk::<true>(tree, rows, width)
            } else {
                self.walk::<false>(tree, rows, width)
            };
            for (leaf, margins) in leaves
                .into_iter()
                .zip(margins.chunks_mut(self.n_outputs.max(1)))
            {
                self.add_leaf(tree, leaf, margins);
            }
        }
    }

    /// The leaf of each of up to [`LANES`] rows; lanes without a row repeat the first.
    fn walk<const SETS: bool>(
        &self,
        tree: &CompiledTree,
        rows: &[f64],
        width: usize,
    ) -> [usize; LANES] {
        let lanes: [&[f64]; LANES] = std::array::from_fn(|lane| {
            rows.get(lane * width..(lane + 1) * width)
                .unwrap_or(&rows[..width])
        });
        let mut at = [tree.first_node; LANES];
        while at.iter().any(|&node| node < tree.first_leaf) {
            for (node, row) in at.iter_mut().zip(lanes) {
                *node = self.step::<SETS>(*node, row);
            }
        }
        at.map(|node| (node - tree.first_leaf) as usize)
    }

    #[inline]
    fn step<const SETS: bool>(&self, node: u32, row: &[f64]) -> u32 {
        let node = &self.nodes[node as usize];
        let x = row[node.cell as usize];
        let goes_left = if SETS && node.set_words > 0 {
            if x.is_nan() {
                node.missing_left
            } else {
                self.is_member(node, x)
            }
        } else {
            (x <= node.threshold) | (x.is_nan() & node.missing_left)
        };
        node.children[usize::from(!goes_left)]
    }

    fn is_member(&self, node: &Node, code: f64) -> bool {
        let word = code as usize / 64;
        code >= 0.0
            && word < node.set_words as usize
            && self.set_words[node.set_start as usize + word] >> (code as usize % 64) & 1 == 1
    }

    fn add_leaf(&self, tree: &CompiledTree, leaf: usize, margins: &mut [f64]) {
        if let Some(output) = tree.output {
            margins[output] += self.values[tree.first_value + leaf];
            return;
        }
        let start = tree.first_value + leaf * self.n_outputs;
        for (margin, value) in margins
            .iter_mut()
            .zip(&self.values[start..start + self.n_outputs])
        {
            *margin += value;
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Link, predictor::check::check_trees};
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
            prop::collection::vec(split, 0..12),
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
            prop_assert_eq!(ensemble.margins(&Matrix { columns, n_rows: rows.len() }), expected);
        }
    }
}

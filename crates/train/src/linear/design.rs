//! Features as the columns that a solver wants: standardised numbers and one-hot levels, a block of rows at a time, so that
//! neither is ever held for all rows.

use tabwright_recipe::{Feature, FeatureKind, Matrix};

use super::kernels::LANES;
use crate::TrainError;

/// Levels of a category with a weight of their own, the most frequent ones; rarer ones have weight 0, as unseen levels have.
const MAX_LEVELS: usize = 254;

/// Cells of all second derivatives, 8 bytes each.
const MAX_CURVATURE_CELLS: usize = 1 << 25;

/// Cells of a block's numbers: 256 KiB, a second-level cache.
const BLOCK_CELLS: usize = 32_768;
const MAX_BLOCK_ROWS: usize = 512;

/// No column.
const NONE: u32 = u32::MAX;

/// What one column of the design is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Origin {
    /// (x − mean) / std; 0 for a missing x.
    Number { mean: f64, std: f64 },
    /// Whether the value is this level.
    Level { code: u32 },
    /// Whether the value is missing.
    Missing,
}

/// A column: of which feature, and what.
pub(super) type Column = (usize, Origin);

/// How the features become columns. Unknown 0 is the intercept, and unknown `j + 1` the weight of column `j`.
pub(super) struct Design<'a> {
    matrix: &'a Matrix,
    pub features: &'a [Feature],
    pub columns: Vec<Column>,
    /// Categories whose rarer levels have no column.
    pub trimmed: Vec<usize>,
    numbers: Vec<NumberColumn>,
    categories: Vec<CategoryColumns>,
}

struct NumberColumn {
    feature: usize,
    unknown: usize,
    mean: f64,
    std: f64,
}

struct CategoryColumns {
    feature: usize,
    /// The unknown of each level, of missing last; [`NONE`] where there is none.
    unknowns: Vec<u32>,
}

/// Some rows of the design.
pub(super) struct Block {
    /// First row, and rows.
    pub start: usize,
    pub n_rows: usize,
    /// Rows with those that fill up the last lanes; their numbers are 0, and they have no levels.
    pub n_padded: usize,
    /// A run of `n_padded` values a number column, the intercept's first.
    numbers: Vec<f64>,
    /// A run of `n_padded` unknowns a category.
    codes: Vec<u32>,
}

impl Block {
    /// The values of a number column, the intercept's first.
    pub fn number(&self, position: usize) -> &[f64] {
        &self.numbers[position * self.n_padded..][..self.n_padded]
    }

    /// Categories.
    pub fn n_categories(&self) -> usize {
        self.codes.len() / self.n_padded
    }

    fn codes(&self, category: usize) -> &[u32] {
        &self.codes[category * self.n_padded..][..self.n_rows]
    }

    /// The rows of a category that have an unknown, with it.
    pub fn levels(&self, category: usize) -> impl Iterator<Item = (usize, usize)> {
        let rows = self.codes(category).iter().enumerate();
        let known = rows.filter(|(_, code)| **code != NONE);
        known.map(|(row, code)| (row, *code as usize))
    }

    /// The rows of two categories that have an unknown in both, with them.
    pub fn both_levels(
        &self,
        category: usize,
        other: usize,
    ) -> impl Iterator<Item = (usize, usize, usize)> {
        let others = self.codes(other);
        self.levels(category)
            .filter(|(row, _)| others[*row] != NONE)
            .map(|(row, unknown)| (row, unknown, others[row] as usize))
    }
}

impl<'a> Design<'a> {
    /// Constant columns are left out: the intercept says the same. Where nothing is penalised, so is the most frequent level of
    /// a category whose columns would add up to the intercept's: the others are then measured from it.
    ///
    /// # Errors
    /// If there are more numbers than `n_outputs` equations can be solved with.
    pub fn new(
        features: &'a [Feature],
        matrix: &'a Matrix,
        weights: Option<&[f64]>,
        n_outputs: usize,
        is_penalised: bool,
    ) -> Result<Self, TrainError> {
        let most = (MAX_CURVATURE_CELLS / n_outputs).isqrt();
        let is_number = |feature: &&Feature| feature.kind == FeatureKind::Number;
        let n_numbers = features.iter().filter(is_number).count();
        let n_categories = features.len() - n_numbers;
        if features.len() > most {
            return Err(TrainError::Solver {
                algorithm: "linear regression",
                message: format!(
                    "{} features are more than the {most} that it can weigh against each other; drop some",
                    features.len()
                ),
            });
        }
        let max_levels = (most - n_numbers) / n_categories.max(1);
        let max_levels = max_levels.min(MAX_LEVELS);
        let mut trimmed = Vec::new();
        let mut columns = Vec::new();
        for (feature, (info, cells)) in features.iter().zip(&matrix.columns).enumerate() {
            let origins: Vec<Origin> = match &info.kind {
                FeatureKind::Number => number(cells, weights).into_iter().collect(),
                FeatureKind::Category { levels } => {
                    let counts = Counts::of(cells, levels.len());
                    if counts.n_levels() > max_levels {
                        trimmed.push(feature);
                    }
                    counts.columns(max_levels, is_penalised)
                }
            };
            columns.extend(origins.into_iter().map(|origin| (feature, origin)));
        }
        let (numbers, categories) = by_kind(features, &columns);
        Ok(Self {
            matrix,
            features,
            columns,
            trimmed,
            numbers,
            categories,
        })
    }

    /// Unknowns of one output: the intercept and a weight a column.
    pub fn n_unknowns(&self) -> usize {
        self.columns.len() + 1
    }

    pub fn n_rows(&self) -> usize {
        self.matrix.n_rows
    }

    /// The unknowns of the number columns, the intercept first, as [`Block::number`] has them.
    pub fn number_unknowns(&self) -> Vec<usize> {
        let numbers = self.numbers.iter().map(|number| number.unknown);
        std::iter::once(0).chain(numbers).collect()
    }

    /// A column as people know it.
    pub fn name(&self, column: usize) -> String {
        let (feature, origin) = self.columns[column];
        let Feature { name, kind } = &self.features[feature];
        match (origin, kind) {
            (Origin::Level { code }, FeatureKind::Category { levels }) => {
                format!("{name} = {}", levels[code as usize])
            }
            (Origin::Missing, _) => format!("{name} missing"),
            _ => name.clone(),
        }
    }

    /// All rows, block after block, in the same buffer.
    pub fn for_each_block(&self, mut each: impl FnMut(&Block)) {
        let n_numbers = self.numbers.len() + 1;
        let rows = (BLOCK_CELLS / n_numbers / LANES * LANES).clamp(8 * LANES, MAX_BLOCK_ROWS);
        let mut block = Block {
            start: 0,
            n_rows: 0,
            n_padded: 0,
            numbers: Vec::new(),
            codes: Vec::new(),
        };
        while block.start < self.n_rows() {
            block.n_rows = rows.min(self.n_rows() - block.start);
            block.n_padded = block.n_rows.next_multiple_of(LANES);
            self.gather(&mut block);
            each(&block);
            block.start += block.n_rows;
        }
    }

    fn gather(&self, block: &mut Block) {
        let padded = block.n_padded;
        let rows = block.start..block.start + block.n_rows;
        block.numbers.clear();
        block.numbers.resize((self.numbers.len() + 1) * padded, 0.0);
        block.codes.clear();
        block.codes.resize(self.categories.len() * padded, NONE);
        block.numbers[..block.n_rows].fill(1.0);
        let columns = block.numbers.chunks_exact_mut(padded).skip(1);
        for (out, number) in columns.zip(&self.numbers) {
            let cells = &self.matrix.columns[number.feature][rows.clone()];
            for (out, &x) in out.iter_mut().zip(cells) {
                let value = (x - number.mean) / number.std;
                *out = if value.is_nan() { 0.0 } else { value };
            }
        }
        let columns = block.codes.chunks_exact_mut(padded);
        for (out, category) in columns.zip(&self.categories) {
            let cells = &self.matrix.columns[category.feature][rows.clone()];
            let missing = category.unknowns.len() - 1;
            for (out, &code) in out.iter_mut().zip(cells) {
                let level = if code.is_nan() {
                    missing
                } else {
                    code as usize
                };
                *out = category.unknowns[level];
            }
        }
    }
}

fn by_kind(features: &[Feature], columns: &[Column]) -> (Vec<NumberColumn>, Vec<CategoryColumns>) {
    let (mut numbers, mut categories) = (Vec::new(), Vec::<CategoryColumns>::new());
    for (column, &(feature, origin)) in columns.iter().enumerate() {
        let unknown = column + 1;
        let level = match (origin, &features[feature].kind) {
            (Origin::Number { mean, std }, _) => {
                numbers.push(NumberColumn {
                    feature,
                    unknown,
                    mean,
                    std,
                });
                continue;
            }
            (Origin::Level { code }, _) => code as usize,
            (Origin::Missing, FeatureKind::Category { levels }) => levels.len(),
            (Origin::Missing, FeatureKind::Number) => continue,
        };
        if categories.last().is_none_or(|last| last.feature != feature) {
            let n_levels = match &features[feature].kind {
                FeatureKind::Category { levels } => levels.len(),
                FeatureKind::Number => 0,
            };
            categories.push(CategoryColumns {
                feature,
                unknowns: vec![NONE; n_levels + 1],
            });
        }
        if let Some(category) = categories.last_mut() {
            category.unknowns[level] = unknown as u32;
        }
    }
    (numbers, categories)
}

/// `None` where all present values are equal. A row of weight 2 counts as two rows.
fn number(cells: &[f64], weights: Option<&[f64]>) -> Option<Origin> {
    let weight = |row: usize| weights.map_or(1.0, |weights| weights[row]);
    let present = || {
        let rows = cells.iter().enumerate().filter(|(_, x)| !x.is_nan());
        rows.map(|(row, x)| (*x, weight(row)))
            .filter(|(_, weight)| *weight > 0.0)
    };
    let (first, _) = present().next()?;
    if present().all(|(x, _)| x == first) {
        return None;
    }
    let total: f64 = present().map(|(_, weight)| weight).sum();
    // Around the first value: a large common offset (a date in seconds) would swallow the digits of the spread.
    let mean = first + present().map(|(x, w)| w * (x - first)).sum::<f64>() / total;
    let squares: f64 = present().map(|(x, w)| w * ((x - mean) * (x - mean))).sum();
    Some(Origin::Number {
        mean,
        std: (squares / total).sqrt(),
    })
}

/// Rows of each level, and of missing last.
struct Counts {
    rows: Vec<usize>,
    n_rows: usize,
}

impl Counts {
    fn of(cells: &[f64], n_levels: usize) -> Self {
        let mut rows = vec![0; n_levels + 1];
        for &code in cells {
            rows[if code.is_nan() {
                n_levels
            } else {
                code as usize
            }] += 1;
        }
        Self {
            rows,
            n_rows: cells.len(),
        }
    }

    fn missing(&self) -> usize {
        self.rows.len() - 1
    }

    /// Whether some rows have it and others do not.
    fn varies(&self, position: usize) -> bool {
        (1..self.n_rows).contains(&self.rows[position])
    }

    fn n_levels(&self) -> usize {
        (0..self.missing())
            .filter(|&level| self.varies(level))
            .count()
    }

    /// A column for each level that varies, the most frequent ones only, in the levels' order; then missing.
    fn columns(&self, max_levels: usize, is_penalised: bool) -> Vec<Origin> {
        let mut kept: Vec<usize> = (0..self.missing())
            .filter(|&level| self.varies(level))
            .collect();
        kept.sort_by_key(|&level| std::cmp::Reverse(self.rows[level]));
        kept.truncate(max_levels);
        kept.sort_unstable();
        if self.varies(self.missing()) {
            kept.push(self.missing());
        }
        let covered: usize = kept.iter().map(|&level| self.rows[level]).sum();
        if covered == self.n_rows && kept.len() == 2 {
            // Two columns that say the same of every row (yes, no) are one.
            kept.remove(0);
        } else if covered == self.n_rows && !is_penalised {
            let most = (0..kept.len()).rev().max_by_key(|&at| self.rows[kept[at]]);
            most.map(|reference| kept.remove(reference));
        }
        let origin = |level: usize| {
            if level == self.missing() {
                Origin::Missing
            } else {
                Origin::Level { code: level as u32 }
            }
        };
        kept.into_iter().map(origin).collect()
    }
}

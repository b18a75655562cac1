//! Features as the columns that a linear solver wants, and its weights back as terms of the features.

use ndarray::{Array2, Axis, ShapeBuilder};
use tabwright_model::{LinearOutput, Term};
use tabwright_recipe::{Feature, FeatureKind, Matrix};

use crate::TrainError;

/// Levels of a category with a weight of their own, the most frequent ones; rarer ones have weight 0, as unseen levels have.
const MAX_LEVELS: usize = 254;

/// Cells of the design, 8 bytes each; solvers copy it once or twice, and a browser tab has 4 GB.
const MAX_CELLS: usize = 100_000_000;

/// What one column of the design is.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Origin {
    /// (x − mean) / std; 0 for a missing x.
    Number { mean: f64, std: f64 },
    /// Whether the value is this level, less the share of rows where it is.
    Level { code: u32, share: f64 },
    /// Whether the value is missing, less the share of rows where it is.
    Missing { share: f64 },
}

/// Standardised numbers and one-hot levels, each column with mean 0.
pub(super) struct Design {
    /// Rows by columns.
    pub matrix: Array2<f64>,
    /// (feature, what the column is), one a column.
    columns: Vec<(usize, Origin)>,
    kinds: Vec<FeatureKind>,
}

impl Design {
    /// Constant columns are left out: the intercept says the same.
    ///
    /// # Errors
    /// If there would be more than [`MAX_CELLS`] cells.
    pub fn new(features: &[Feature], matrix: &Matrix) -> Result<Self, TrainError> {
        let columns: Vec<(usize, Origin)> = features
            .iter()
            .zip(&matrix.columns)
            .enumerate()
            .flat_map(|(feature, (info, cells))| {
                let origins = match &info.kind {
                    FeatureKind::Number => number(cells).into_iter().collect(),
                    FeatureKind::Category { levels } => levels_of(cells, levels.len()),
                };
                origins.into_iter().map(move |origin| (feature, origin))
            })
            .collect();
        if columns.len() * matrix.n_rows > MAX_CELLS {
            return Err(TrainError::Solver {
                algorithm: "linear regression",
                message: format!(
                    "numbers and levels make {} columns of {} rows, more than {MAX_CELLS} cells; drop categories with many \
                     levels, or encode them by frequency",
                    columns.len(),
                    matrix.n_rows
                ),
            });
        }
        // Column by column in memory: the solvers' products run along columns.
        let mut cells = Array2::zeros((matrix.n_rows, columns.len()).f());
        for (mut out, (feature, origin)) in cells.axis_iter_mut(Axis(1)).zip(&columns) {
            for (out, cell) in out.iter_mut().zip(&matrix.columns[*feature]) {
                *out = origin.value(*cell);
            }
        }
        Ok(Self {
            matrix: cells,
            columns,
            kinds: features
                .iter()
                .map(|feature| feature.kind.clone())
                .collect(),
        })
    }

    /// The equation on the original scale: columns without their centring and scaling.
    pub fn original_scale(&self, weights: &[f64], intercept: f64) -> LinearOutput {
        let mut intercept = intercept;
        let mut terms: Vec<Term> = Vec::new();
        for ((feature, origin), weight) in self.columns.iter().zip(weights) {
            match *origin {
                Origin::Number { mean, std } => {
                    let coefficient = weight / std;
                    intercept -= coefficient * mean;
                    terms.push(Term::Number {
                        feature: *feature,
                        coefficient,
                        fill: mean,
                    });
                }
                Origin::Level { share, .. } | Origin::Missing { share } => {
                    intercept -= weight * share;
                    self.add_level(&mut terms, *feature, *origin, *weight);
                }
            }
        }
        LinearOutput { intercept, terms }
    }

    fn add_level(&self, terms: &mut Vec<Term>, feature: usize, origin: Origin, weight: f64) {
        let is_open =
            matches!(terms.last(), Some(Term::Levels { feature: of, .. }) if *of == feature);
        if !is_open {
            let FeatureKind::Category { levels } = &self.kinds[feature] else {
                return;
            };
            let coefficients = vec![0.0; levels.len()];
            terms.push(Term::Levels {
                feature,
                coefficients,
                missing: 0.0,
                unseen: 0.0,
            });
        }
        if let Some(Term::Levels {
            coefficients,
            missing,
            ..
        }) = terms.last_mut()
        {
            match origin {
                Origin::Level { code, .. } => coefficients[code as usize] = weight,
                _ => *missing = weight,
            }
        }
    }
}

pub(super) fn is_finite(output: &LinearOutput) -> bool {
    output.intercept.is_finite()
        && output.terms.iter().all(|term| match term {
            Term::Number {
                coefficient, fill, ..
            } => coefficient.is_finite() && fill.is_finite(),
            Term::Levels {
                coefficients,
                missing,
                unseen,
                ..
            } => coefficients
                .iter()
                .chain([missing, unseen])
                .all(|weight| weight.is_finite()),
        })
}

impl Origin {
    fn value(self, cell: f64) -> f64 {
        match self {
            Origin::Number { mean, std } if !cell.is_nan() => (cell - mean) / std,
            Origin::Number { .. } => 0.0,
            Origin::Level { code, share } => f64::from(u8::from(cell == f64::from(code))) - share,
            Origin::Missing { share } => f64::from(u8::from(cell.is_nan())) - share,
        }
    }
}

/// `None` where all present values are equal.
fn number(cells: &[f64]) -> Option<Origin> {
    let present: Vec<f64> = cells.iter().copied().filter(|x| !x.is_nan()).collect();
    let first = *present.first()?;
    if present.iter().all(|x| *x == first) {
        return None;
    }
    let n = present.len() as f64;
    // Around the first value: a large common offset (a date in seconds) would swallow the digits of the spread.
    let mean = first + present.iter().map(|x| x - first).sum::<f64>() / n;
    let variance = present.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / n;
    Some(Origin::Number {
        mean,
        std: variance.sqrt(),
    })
}

/// A column for each level that some rows have and others do not, most frequent levels only, in the levels' order; then missing.
fn levels_of(cells: &[f64], n_levels: usize) -> Vec<Origin> {
    let mut counts = vec![0_usize; n_levels];
    let mut n_missing = 0;
    for &cell in cells {
        match counts.get_mut(cell as usize) {
            Some(count) if cell >= 0.0 => *count += 1,
            _ => n_missing += usize::from(cell.is_nan()),
        }
    }
    let varies = |count: usize| count > 0 && count < cells.len();
    let mut codes: Vec<usize> = (0..n_levels).filter(|&code| varies(counts[code])).collect();
    codes.sort_by_key(|&code| std::cmp::Reverse(counts[code]));
    codes.truncate(MAX_LEVELS);
    codes.sort_unstable();
    let share = |count: usize| count as f64 / cells.len() as f64;
    let mut origins: Vec<Origin> = codes
        .iter()
        .map(|&code| Origin::Level {
            code: code as u32,
            share: share(counts[code]),
        })
        .collect();
    if varies(n_missing) {
        origins.push(Origin::Missing {
            share: share(n_missing),
        });
    }
    // Two columns that say the same of every row (yes, no) are one.
    if origins.len() == 2 && !has_rest(&counts, n_missing, &origins, cells.len()) {
        origins.remove(0);
    }
    origins
}

/// Whether some row is in none of the columns.
fn has_rest(counts: &[usize], n_missing: usize, origins: &[Origin], n_rows: usize) -> bool {
    let covered: usize = origins
        .iter()
        .map(|origin| match origin {
            Origin::Level { code, .. } => counts[*code as usize],
            _ => n_missing,
        })
        .sum();
    covered < n_rows
}

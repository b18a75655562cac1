//! A number by the levels of a category: box statistics.

use serde::{Deserialize, Serialize};

use super::{Rows, top_levels};

/// Levels that have a box.
const MAX_LEVELS: usize = 20;
/// How many times the distance of the quartiles a whisker reaches beyond them (Tukey, 1977).
const REACH: f64 = 1.5;
/// Outliers that are listed for each box.
const MAX_OUTLIERS: usize = 40;

/// A number by the levels of a category.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Boxes {
    /// Whether x is the category and y the number, or the other way round.
    pub category_is_x: bool,
    /// A box a level, most frequent level first; with groups, a box for each group of each level that has a row.
    pub boxes: Vec<BoxStats>,
    /// Rows in levels that have no box.
    pub n_other: u64,
    /// Levels that have no box.
    pub n_other_levels: usize,
}

/// The numbers of one level, or of one group of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BoxStats {
    /// The level.
    pub level: String,
    /// The group, if there are groups.
    pub group: Option<usize>,
    /// Rows.
    pub n: usize,
    /// Arithmetic mean.
    pub mean: f64,
    /// Smallest value.
    pub min: f64,
    /// Lower whisker: the smallest value within 1.5 quartile distances below the first quartile.
    pub low: f64,
    /// First quartile.
    pub q1: f64,
    /// Median.
    pub median: f64,
    /// Third quartile.
    pub q3: f64,
    /// Upper whisker: the largest value within 1.5 quartile distances above the third quartile.
    pub high: f64,
    /// Largest value.
    pub max: f64,
    /// Values beyond the whiskers.
    pub n_outliers: usize,
    /// Of them at most forty, evenly spaced in order; the smallest and the largest are among them.
    pub outliers: Vec<f64>,
}

pub(super) fn of(
    category_is_x: bool,
    codes: &[u32],
    levels: &[String],
    numbers: &[f64],
    rows: &Rows,
) -> Boxes {
    let (shown, n_other, n_other_levels) = top_levels(codes, levels.len(), &rows.used, MAX_LEVELS);
    let n_groups = rows.n_groups.max(1);
    let mut place_of_level = vec![usize::MAX; levels.len()];
    for (place, &level) in shown.iter().enumerate() {
        place_of_level[level as usize] = place;
    }
    let mut values = vec![Vec::new(); shown.len() * n_groups];
    for &row in &rows.used {
        let place = place_of_level[codes[row as usize] as usize];
        let group = if rows.n_groups == 0 {
            Some(0)
        } else {
            rows.group(row)
        };
        if let (Some(group), true) = (group, place != usize::MAX) {
            values[place * n_groups + group].push(numbers[row as usize]);
        }
    }
    let named = values
        .into_iter()
        .enumerate()
        .filter_map(|(index, values)| {
            let level = levels[shown[index / n_groups] as usize].clone();
            let group = (rows.n_groups > 0).then_some(index % n_groups);
            BoxStats::of(level, group, values)
        });
    Boxes {
        category_is_x,
        boxes: named.collect(),
        n_other,
        n_other_levels,
    }
}

impl BoxStats {
    fn of(level: String, group: Option<usize>, mut values: Vec<f64>) -> Option<Self> {
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        values.sort_unstable_by(f64::total_cmp);
        let (&min, &max) = (values.first()?, values.last()?);
        let [q1, median, q3] = [0.25, 0.5, 0.75].map(|probability| quantile(&values, probability));
        let reach = REACH * (q3 - q1);
        let below = values.partition_point(|value| *value < q1 - reach);
        let upto = values.partition_point(|value| *value <= q3 + reach);
        let outliers: Vec<f64> = [&values[..below], &values[upto..]].concat();
        Some(Self {
            level,
            group,
            n: values.len(),
            mean,
            min,
            low: values.get(below).copied().unwrap_or(min),
            q1,
            median,
            q3,
            high: values[..upto].last().copied().unwrap_or(max),
            max,
            n_outliers: outliers.len(),
            outliers: thinned(&outliers),
        })
    }
}

/// Linear interpolation between order statistics, as for whole columns; there is a value.
fn quantile(sorted: &[f64], probability: f64) -> f64 {
    let position = (sorted.len() - 1) as f64 * probability;
    let below = position.floor();
    let (low, high) = (
        sorted[below as usize],
        sorted[(below as usize + 1).min(sorted.len() - 1)],
    );
    low + (high - low) * (position - below)
}

fn thinned(values: &[f64]) -> Vec<f64> {
    if values.len() <= MAX_OUTLIERS {
        return values.to_vec();
    }
    (0..MAX_OUTLIERS)
        .map(|at| values[at * (values.len() - 1) / (MAX_OUTLIERS - 1)])
        .collect()
}

//! Two columns against each other, as the picture that fits their kinds.

mod boxes;
mod counts;
mod points;

use serde::{Deserialize, Serialize};

pub use boxes::{BoxStats, Boxes};
pub use counts::Counts;
pub use points::{Line, Point, Points};

use super::association::{Side, associate};
use super::correlations::{MAX_ROWS, evenly_spaced};
use super::groups::TargetGroups;
use super::order::Workspace;
use super::{position, wording};
use crate::{Column, Kind, MISSING_CODE, Table, TableError, Values, format_number};

/// Two columns against each other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pair {
    /// The column along the horizontal axis, and its kind.
    pub x: (String, Kind),
    /// The column along the vertical axis, and its kind.
    pub y: (String, Kind),
    /// The column that colours, if any.
    pub group: Option<String>,
    /// Its groups: levels, or quantile ranges; positions in here are what the view calls a group.
    pub groups: Vec<String>,
    /// Rows of the table.
    pub n_rows: usize,
    /// Rows that the view is made of: both values are there, and finite.
    pub n_used: usize,
    /// Rows where x is missing, y is missing, and both are.
    pub n_missing: [usize; 3],
    /// Rows where both are there and one is infinite.
    pub n_infinite: usize,
    /// How closely they go together, by `measure`, on `n_ranked` of the rows used.
    pub association: f64,
    /// What `association` is: it follows from what the view takes the columns as.
    pub measure: Measure,
    /// Rows that it was measured on: all that are used, or 200,000 evenly spaced ones.
    pub n_ranked: usize,
    /// Rows used that are in no group; 0 without groups.
    #[serde(default)]
    pub n_no_group: usize,
    /// What to draw.
    pub view: PairView,
}

impl Pair {
    /// Which of the rows used are not on the picture, in words that follow a semicolon; boxes only, as other views have a
    /// place for all.
    pub fn not_drawn(&self) -> Option<String> {
        let PairView::Boxes(boxes) = &self.view else {
            return None;
        };
        let mut parts = Vec::new();
        if boxes.n_other > 0 {
            parts.push(format!(
                "{} in {} without a box",
                wording::counted(boxes.n_other as usize, "row"),
                wording::counted(boxes.n_other_levels, "rarer level")
            ));
        }
        if let Some(group) = self.group.as_ref().filter(|_| self.n_no_group > 0) {
            let rows = wording::counted(self.n_no_group, "row");
            parts.push(format!("{rows} in no group of {group} left out"));
        }
        (!parts.is_empty()).then(|| parts.join("; "))
    }
}

/// What says how closely two columns go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Spearman's ρ, of two numbers.
    Spearman,
    /// The bias-corrected correlation ratio, of a number and a category.
    CorrelationRatio,
    /// Bias-corrected Cramér's V, of two categories.
    CramersV,
}

impl Measure {
    /// In words, at the start of a sentence.
    pub fn name(self) -> &'static str {
        match self {
            Measure::Spearman => "Spearman's rank correlation",
            Measure::CorrelationRatio => "Correlation ratio",
            Measure::CramersV => "Cramér's V",
        }
    }
}

/// What fits the kinds of two columns. Days and times are numbers; whole numbers of two values are categories.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum PairView {
    /// Two numbers.
    Points(Points),
    /// A number by the levels of a category.
    Boxes(Boxes),
    /// Two categories.
    Counts(Counts),
}

/// A column as the view takes it.
enum Taken<'a> {
    Numbers(&'a [f64]),
    Levels {
        codes: std::borrow::Cow<'a, [u32]>,
        levels: std::borrow::Cow<'a, [String]>,
    },
}

/// The rows of the view and the group of each row of the table.
struct Rows {
    used: Vec<u32>,
    n_groups: usize,
    /// One a row, `n_groups` where it is in none; empty without groups.
    groups: Vec<u8>,
}

impl Rows {
    fn group(&self, row: u32) -> Option<usize> {
        let group = self
            .groups
            .get(row as usize)
            .map(|&group| usize::from(group));
        group.filter(|&group| group < self.n_groups)
    }
}

/// Sets `x` against `y`, coloured by `group` unless that is one of them.
///
/// # Errors
/// If one of the names is not a column.
pub fn pair(table: &Table, x: &str, y: &str, group: Option<&str>) -> Result<Pair, TableError> {
    let mut workspace = Workspace::default();
    let column = |name: &str| position(table, name).map(|index| &*table.columns()[index]);
    let (x, y) = (column(x)?, column(y)?);
    let group = group
        .filter(|name| *name != x.name && *name != y.name)
        .map(column)
        .transpose()?;
    let groups = group.map(|group| TargetGroups::of(group, &mut workspace));
    let (n_missing, n_infinite, used) = usable(&x.values, &y.values);
    let rows = Rows {
        used,
        n_groups: groups.as_ref().map_or(0, |groups| groups.labels.len()),
        groups: groups
            .as_ref()
            .map_or_else(Vec::new, |groups| groups.of_rows().to_vec()),
    };
    let n_no_group = match rows.n_groups {
        0 => 0,
        _ => rows
            .used
            .iter()
            .filter(|row| rows.group(**row).is_none())
            .count(),
    };
    let taken = (Taken::of(x, &mut workspace), Taken::of(y, &mut workspace));
    let compared: Vec<u32> = evenly_spaced(rows.used.len(), MAX_ROWS)
        .into_iter()
        .map(|at| rows.used[at as usize])
        .collect();
    let sides = (
        taken.0.side(&compared, &mut workspace),
        taken.1.side(&compared, &mut workspace),
    );
    let measure = match &sides {
        (Side::Numbers(_), Side::Numbers(_)) => Measure::Spearman,
        (Side::Codes { .. }, Side::Codes { .. }) => Measure::CramersV,
        _ => Measure::CorrelationRatio,
    };
    let association = associate(&sides.0, &sides.1);
    let view = match taken {
        (Taken::Numbers(a), Taken::Numbers(b)) => {
            PairView::Points(points::of((x.kind, a), (y.kind, b), &rows))
        }
        (Taken::Levels { codes, levels }, Taken::Numbers(numbers)) => {
            PairView::Boxes(boxes::of(true, &codes, &levels, numbers, &rows))
        }
        (Taken::Numbers(numbers), Taken::Levels { codes, levels }) => {
            PairView::Boxes(boxes::of(false, &codes, &levels, numbers, &rows))
        }
        (
            Taken::Levels {
                codes: a,
                levels: of_a,
            },
            Taken::Levels {
                codes: b,
                levels: of_b,
            },
        ) => PairView::Counts(counts::of((&a, &of_a), (&b, &of_b), &rows)),
    };
    Ok(Pair {
        x: (x.name.clone(), x.kind),
        y: (y.name.clone(), y.kind),
        group: group.map(|group| group.name.clone()),
        groups: groups.map_or_else(Vec::new, |groups| groups.labels),
        n_rows: table.n_rows(),
        n_used: rows.used.len(),
        n_missing,
        n_infinite,
        association,
        measure,
        n_ranked: compared.len(),
        n_no_group,
        view,
    })
}

/// Rows where x, y and both are missing; rows with an infinite value; rows that can be drawn.
fn usable(x: &Values, y: &Values) -> ([usize; 3], usize, Vec<u32>) {
    let is_infinite = |values: &Values, row: usize| match values {
        Values::Numbers(numbers) => numbers[row].is_infinite(),
        Values::Codes { .. } => false,
    };
    let (mut n_missing, mut n_infinite) = ([0; 3], 0);
    let mut used = Vec::with_capacity(x.len());
    for row in 0..x.len() {
        let missing = [x.is_missing(row), y.is_missing(row)];
        n_missing[0] += usize::from(missing[0]);
        n_missing[1] += usize::from(missing[1]);
        n_missing[2] += usize::from(missing[0] && missing[1]);
        if missing[0] || missing[1] {
            continue;
        }
        if is_infinite(x, row) || is_infinite(y, row) {
            n_infinite += 1;
        } else {
            used.push(row as u32);
        }
    }
    (n_missing, n_infinite, used)
}

impl<'a> Taken<'a> {
    fn of(column: &'a Column, workspace: &mut Workspace) -> Self {
        match &column.values {
            Values::Codes { codes, levels } => Taken::Levels {
                codes: codes.into(),
                levels: levels.as_slice().into(),
            },
            Values::Numbers(numbers) => match flag(column.kind, numbers, workspace) {
                Some(values) => Taken::Levels {
                    codes: numbers
                        .iter()
                        .map(|number| code_of(&values, *number))
                        .collect(),
                    levels: values
                        .iter()
                        .map(|&value| format_number(column.kind, value))
                        .collect(),
                },
                None => Taken::Numbers(numbers),
            },
        }
    }
}

impl Taken<'_> {
    /// Prepared for comparison on these rows.
    fn side(&self, rows: &[u32], workspace: &mut Workspace) -> Side {
        match self {
            Taken::Numbers(numbers) => Side::of_numbers(numbers, rows, workspace),
            Taken::Levels { codes, levels } => Side::of_codes(codes, levels.len(), rows),
        }
    }
}

/// The values of a column of whole numbers that has two.
fn flag(kind: Kind, numbers: &[f64], workspace: &mut Workspace) -> Option<Vec<f64>> {
    if kind != Kind::Integer {
        return None;
    }
    let ascending = workspace.ascending(numbers);
    let values: Vec<f64> = ascending.runs().take(3).map(|(value, _)| value).collect();
    (values.len() == 2).then_some(values)
}

fn code_of(values: &[f64], number: f64) -> u32 {
    let code = values.iter().position(|value| *value == number);
    code.map_or(MISSING_CODE, |code| code as u32)
}

/// The most frequent levels among these rows, most frequent first, and the rows and number of the others.
fn top_levels(codes: &[u32], n_levels: usize, rows: &[u32], most: usize) -> (Vec<u32>, u64, usize) {
    let mut counts = vec![0_u64; n_levels];
    for &row in rows {
        counts[codes[row as usize] as usize] += 1;
    }
    let mut order: Vec<u32> = (0..n_levels as u32)
        .filter(|&level| counts[level as usize] > 0)
        .collect();
    order.sort_by_key(|&level| (std::cmp::Reverse(counts[level as usize]), level));
    let others = order.split_off(order.len().min(most));
    let n_other = others.iter().map(|&level| counts[level as usize]).sum();
    (order, n_other, others.len())
}

//! What can be drawn: plain values, no pixels.

use serde::{Deserialize, Serialize};
use tabwright_table::Kind;

/// A chart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Chart {
    /// Counts of a number in bins.
    Histogram(Histogram),
    /// Counts of levels, as horizontal bars.
    Bars(Bars),
    /// Curves over two numeric axes.
    Lines(Lines),
    /// Points over two numeric axes.
    Scatter(Scatter),
    /// A symmetric matrix from −1 to 1.
    HeatMap(HeatMap),
    /// Truth against call.
    Confusion(Confusion),
    /// One value a name, with its spread.
    Ranking(Ranking),
    /// Two distributions over the same bins.
    Paired(Paired),
    /// Quartiles, whiskers and outliers by level.
    Boxes(Boxes),
    /// Counts over two axes, as shades.
    Grid(Grid),
}

/// Counts in bins, stacked by group; missing values are a bin of their own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Histogram {
    /// What the numbers are: the column, with its unit if known.
    pub label: String,
    /// How they are written: days and times as such.
    pub kind: Kind,
    /// Bin edges, ascending, one more than `counts`.
    pub edges: Vec<f64>,
    /// Rows in each bin.
    pub counts: Vec<u64>,
    /// Rows with no value.
    pub n_missing: u64,
    /// How bins split by the target; absent without one.
    pub split: Option<Split>,
}

/// Counts by group beside the counts in all.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Split {
    /// What the groups are groups of.
    pub label: String,
    /// The groups' names.
    pub groups: Vec<String>,
    /// The groups are ranges in ascending order, not classes: coloured by a ramp.
    pub ordered: bool,
    /// `counts[bin][group]`.
    pub counts: Vec<Vec<u64>>,
    /// Missing values, by group.
    pub missing: Vec<u64>,
}

/// Counts of levels, stacked by group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bars {
    /// What the levels are levels of.
    pub label: String,
    /// Level and its rows, in the order to draw.
    pub levels: Vec<(String, u64)>,
    /// Rows in levels that are not listed.
    pub n_other: u64,
    /// Rows with no value.
    pub n_missing: u64,
    /// How levels split by the target; absent without one.
    pub split: Option<Split>,
}

/// A numeric axis.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Axis {
    /// What it shows.
    pub label: String,
    /// First value; by default that of the data.
    pub min: Option<f64>,
    /// Last value; by default that of the data.
    pub max: Option<f64>,
    /// How its values are written, days and times as such; by default as numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
}

impl Axis {
    /// An axis of whole numbers that fits the data.
    pub fn counted(label: impl Into<String>) -> Self {
        Self {
            kind: Some(Kind::Integer),
            ..Self::fitted(label)
        }
    }

    /// An axis that fits the data.
    pub fn fitted(label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            min: None,
            max: None,
            kind: None,
        }
    }

    /// The same axis for values of this kind.
    #[must_use]
    pub fn of_kind(self, kind: Kind) -> Self {
        Self {
            kind: Some(kind),
            ..self
        }
    }

    /// What its values are, by default numbers.
    pub(crate) fn shown_kind(&self) -> Kind {
        self.kind.unwrap_or(Kind::Decimal)
    }

    /// A value on it, as people read it.
    pub(crate) fn written(&self, value: f64) -> String {
        crate::text::value(self.shown_kind(), value)
    }

    /// An axis from 0 to 1.
    pub fn unit(label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            min: Some(0.0),
            max: Some(1.0),
            kind: None,
        }
    }
}

/// Curves.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lines {
    /// What the picture shows, as the start of its summary: "ROC curve".
    pub title: String,
    /// Horizontal axis.
    pub x: Axis,
    /// Vertical axis.
    pub y: Axis,
    /// The curves.
    pub series: Vec<Series>,
    /// Lines to compare with.
    pub guides: Vec<Guide>,
}

/// One curve.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// Its name in legend and tips.
    pub name: String,
    /// Points in drawing order.
    pub points: Vec<(f64, f64)>,
    /// How points are joined.
    pub style: LineStyle,
}

/// How the points of a curve are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineStyle {
    /// A line.
    #[default]
    Line,
    /// A line with a dot at each point.
    LineAndDots,
    /// Dots alone.
    Dots,
}

/// Something to compare a curve with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Guide {
    /// y = x.
    Diagonal {
        /// What lies on it: "chance".
        label: String,
    },
    /// y = this.
    Level {
        /// Where.
        y: f64,
        /// What lies on it: "base rate 0.38".
        label: String,
    },
    /// How far the values at some places spread, as whiskers.
    Spread {
        /// Where, and the ends there.
        points: Vec<(f64, f64, f64)>,
        /// What the ends are: "± one standard deviation".
        label: String,
    },
    /// A point that is chosen at the moment.
    Mark {
        /// Where.
        x: f64,
        /// Where.
        y: f64,
        /// What it is: "threshold 0.5".
        label: String,
    },
}

/// Points.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scatter {
    /// What the picture shows, as the start of its summary.
    pub title: String,
    /// Horizontal axis.
    pub x: Axis,
    /// Vertical axis.
    pub y: Axis,
    /// The points; draw at most some thousands.
    pub points: Vec<(f64, f64)>,
    /// Rows that the points were taken from, if there were more.
    pub n_rows: u64,
    /// Both axes get one range, and y = x is drawn.
    pub diagonal: bool,
    /// Which group each point is in; absent where points are of one colour.
    pub groups: Option<PointGroups>,
    /// A straight line through the points: y at x = 0, and the change of y for one unit of x.
    pub line: Option<(f64, f64)>,
    /// The same through each group's points, in its colour; empty where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub group_lines: Vec<Option<(f64, f64)>>,
}

/// The groups that points are coloured by.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PointGroups {
    /// The groups.
    pub groups: Groups,
    /// One a point; `None` is in no group.
    pub of: Vec<Option<usize>>,
}

/// Names that colours stand for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Groups {
    /// What the groups are groups of.
    pub label: String,
    /// Their names.
    pub names: Vec<String>,
    /// They are ranges in ascending order, not classes: coloured by a ramp.
    pub ordered: bool,
}

/// A number by level: a box from the first to the third quartile, a line at the median, whiskers, and dots beyond them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Boxes {
    /// The number.
    pub label: String,
    /// How it is written.
    pub kind: Kind,
    /// What the levels are levels of.
    pub by: String,
    /// The boxes, those of one level together.
    pub boxes: Vec<BoxRow>,
    /// What boxes of one level are told apart by.
    pub groups: Option<Groups>,
}

/// One box.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BoxRow {
    /// Its level.
    pub level: String,
    /// Its group, if there are groups.
    pub group: Option<usize>,
    /// Rows.
    pub n: u64,
    /// Lower whisker, first quartile, median, third quartile, upper whisker.
    pub five: [f64; 5],
    /// Arithmetic mean.
    pub mean: f64,
    /// Values beyond the whiskers that are drawn.
    pub outliers: Vec<f64>,
    /// All values beyond the whiskers.
    pub n_outliers: u64,
}

/// Rows by two axes, as shades.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Grid {
    /// What the picture shows, as the start of its summary.
    pub title: String,
    /// Columns of cells.
    pub x: GridSide,
    /// Rows of cells, the first at the top for names, at the bottom for numbers.
    pub y: GridSide,
    /// What is counted: "rows", "missing".
    pub counted: String,
    /// Row-major `y × x`.
    pub counts: Vec<u64>,
    /// What each count is a part of, in the same layout: the shade is the share. Empty: the shade goes by the largest count.
    pub of: Vec<u64>,
}

/// One axis of a [`Grid`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GridSide {
    /// What it shows.
    pub label: String,
    /// Its cells.
    pub cells: GridCells,
}

/// The cells along an axis.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum GridCells {
    /// Bins of a number.
    Bins {
        /// Ascending, one more than cells.
        edges: Vec<f64>,
        /// How the numbers are written.
        kind: Kind,
    },
    /// One a name.
    Names {
        /// The names.
        names: Vec<String>,
    },
}

impl GridSide {
    /// Number of cells.
    pub fn n_cells(&self) -> usize {
        match &self.cells {
            GridCells::Bins { edges, .. } => edges.len().saturating_sub(1),
            GridCells::Names { names } => names.len(),
        }
    }
}

/// A symmetric matrix.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HeatMap {
    /// Rows and columns.
    pub names: Vec<String>,
    /// Row-major `names.len()²`, −1 to 1.
    pub values: Vec<f64>,
    /// Values nearer to 0 than this are left empty.
    pub threshold: f64,
}

/// A confusion matrix.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Confusion {
    /// The classes.
    pub classes: Vec<String>,
    /// Row-major rows, truth × called.
    pub counts: Vec<u64>,
}

/// One value a name, with its spread, largest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ranking {
    /// What the picture shows, as the start of its summary.
    pub title: String,
    /// What the values are: "loss of AUC when shuffled".
    pub label: String,
    /// Name, value, standard deviation (0: not drawn).
    pub rows: Vec<(String, f64, f64)>,
}

/// Two distributions over the same bins.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Paired {
    /// What is distributed.
    pub label: String,
    /// A label a bin.
    pub bins: Vec<String>,
    /// What the first distribution is: "training".
    pub reference_name: String,
    /// Its shares, 0 to 1.
    pub reference: Vec<f64>,
    /// What the second distribution is: "new rows".
    pub current_name: String,
    /// Its shares, 0 to 1.
    pub current: Vec<f64>,
}

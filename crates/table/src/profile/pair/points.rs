//! Two numbers: a grid of counts of all rows, a sample of points, and the straight line.

use serde::{Deserialize, Serialize};

use super::Rows;
use crate::Kind;
use crate::profile::distribution::{BinFinder, bin_edges};

/// Bins each way, and how many more whole numbers may have to be a bin each.
const BINS: (usize, f64) = (40, 50.0);
/// Points that a scatter plot can show apart.
const MAX_POINTS: usize = 2000;

/// Two numbers against each other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Points {
    /// Edges of the grid's columns, one more than there are; empty without a row.
    pub x_edges: Vec<f64>,
    /// Edges of the grid's rows, lowest first.
    pub y_edges: Vec<f64>,
    /// Rows of the table in each cell, all of them: `counts[y * n_x + x]`.
    pub counts: Vec<u64>,
    /// All rows, or two thousand evenly spaced ones where there are more.
    pub points: Vec<Point>,
    /// The straight line of least squares through all rows; absent where x or y has one value.
    pub line: Option<Line>,
    /// The same through each group's rows.
    pub group_lines: Vec<Option<Line>>,
}

/// A row.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Its value of x.
    pub x: f64,
    /// Its value of y.
    pub y: f64,
    /// Which row of the table it is, from zero.
    pub row: u32,
    /// Its group, if it is in one.
    pub group: Option<usize>,
}

/// y = intercept + slope · x.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Change of y for one unit of x.
    pub slope: f64,
    /// y at x = 0.
    pub intercept: f64,
    /// Pearson's r; its square is the share of the variance that the line explains.
    pub pearson: f64,
    /// Rows it was fitted to.
    pub n: usize,
}

pub(super) fn of((x_kind, x): (Kind, &[f64]), (y_kind, y): (Kind, &[f64]), rows: &Rows) -> Points {
    let used = &rows.used;
    let at = |row: &u32| (x[*row as usize], y[*row as usize]);
    let xs: Vec<f64> = used.iter().map(|row| at(row).0).collect();
    let ys: Vec<f64> = used.iter().map(|row| at(row).1).collect();
    let (x_edges, y_edges) = (edges(x_kind, &xs), edges(y_kind, &ys));
    let n_points = used.len().min(MAX_POINTS);
    let points = (0..n_points).map(|point| used[point * used.len() / n_points]);
    let group_lines = (0..rows.n_groups).map(|group| {
        let members = used.iter().filter(|row| rows.group(**row) == Some(group));
        let (xs, ys): (Vec<f64>, Vec<f64>) = members.map(at).unzip();
        line(&xs, &ys)
    });
    Points {
        counts: grid((&x_edges, &xs), (&y_edges, &ys)),
        points: points
            .map(|row| Point {
                x: at(&row).0,
                y: at(&row).1,
                row,
                group: rows.group(row),
            })
            .collect(),
        line: line(&xs, &ys),
        group_lines: group_lines.collect(),
        x_edges,
        y_edges,
    }
}

fn edges(kind: Kind, values: &[f64]) -> Vec<f64> {
    let Some(&first) = values.first() else {
        return Vec::new();
    };
    let (min, max) = values.iter().fold((first, first), |(min, max), &value| {
        (min.min(value), max.max(value))
    });
    bin_edges(kind, min, max, min == max, BINS)
}

fn grid((x_edges, xs): (&[f64], &[f64]), (y_edges, ys): (&[f64], &[f64])) -> Vec<u64> {
    let (n_x, n_y) = (
        x_edges.len().saturating_sub(1),
        y_edges.len().saturating_sub(1),
    );
    let (in_x, in_y) = (BinFinder::new(x_edges), BinFinder::new(y_edges));
    let mut counts = vec![0; n_x * n_y];
    for (&x, &y) in xs.iter().zip(ys) {
        counts[in_y.find(y) * n_x + in_x.find(x)] += 1;
    }
    counts
}

/// Least squares around the means.
fn line(xs: &[f64], ys: &[f64]) -> Option<Line> {
    let n = xs.len() as f64;
    let (mean_x, mean_y) = (xs.iter().sum::<f64>() / n, ys.iter().sum::<f64>() / n);
    let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
    for (&x, &y) in xs.iter().zip(ys) {
        let (x, y) = (x - mean_x, y - mean_y);
        xx += x * x;
        xy += x * y;
        yy += y * y;
    }
    let slope = xy / xx;
    let line = Line {
        slope,
        intercept: mean_y - slope * mean_x,
        pearson: (xy / (xx.sqrt() * yy.sqrt())).clamp(-1.0, 1.0),
        n: xs.len(),
    };
    (line.slope.is_finite() && line.intercept.is_finite() && line.pearson.is_finite())
        .then_some(line)
}

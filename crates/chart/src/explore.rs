//! Charts of what a profile says beyond single columns: two columns against each other, where values are missing.

use tabwright_table::Kind;
use tabwright_table::profile::{self, BoxStats, Counts, Line, Missingness, Pair, PairView, Points};

use crate::{
    Axis, Bars, BoxRow, Boxes, Chart, Grid, GridCells, GridSide, Groups, PointGroups, Scatter,
    Split,
};

/// Of two categories and a group, more bars than this are drawn without the group.
const MOST_BARS: usize = 24;

/// Two columns as the picture that fits their kinds; `ordered` says that the groups are ranges of a number.
pub fn pair(pair: &Pair, ordered: bool) -> Chart {
    let groups = pair.group.as_ref().map(|label| Groups {
        label: label.clone(),
        names: pair.groups.clone(),
        ordered,
    });
    match &pair.view {
        PairView::Points(points) => scatter(pair, points, groups),
        PairView::Boxes(boxes) => {
            let (number, by) = if boxes.category_is_x {
                (&pair.y, &pair.x)
            } else {
                (&pair.x, &pair.y)
            };
            Chart::Boxes(Boxes {
                label: number.0.clone(),
                kind: number.1,
                by: by.0.clone(),
                boxes: boxes.boxes.iter().map(box_row).collect(),
                groups,
            })
        }
        PairView::Counts(counts) => bars(pair, counts),
    }
}

/// All rows of two numbers, as shades; `None` for other kinds.
pub fn density(pair: &Pair) -> Option<Chart> {
    let PairView::Points(points) = &pair.view else {
        return None;
    };
    let side = |(name, kind): &(String, Kind), edges: &[f64]| GridSide {
        label: name.clone(),
        cells: GridCells::Bins {
            edges: edges.to_vec(),
            kind: *kind,
        },
    };
    Some(Chart::Grid(Grid {
        title: "Density".to_owned(),
        x: side(&pair.x, &points.x_edges),
        y: side(&pair.y, &points.y_edges),
        counted: "rows".to_owned(),
        counts: points.counts.clone(),
        of: Vec::new(),
    }))
}

fn scatter(pair: &Pair, points: &Points, groups: Option<Groups>) -> Chart {
    let ends = |line: &Line| (line.intercept, line.slope);
    Chart::Scatter(Scatter {
        title: format!("{} against {}", pair.y.0, pair.x.0),
        x: Axis::fitted(&pair.x.0).of_kind(pair.x.1),
        y: Axis::fitted(&pair.y.0).of_kind(pair.y.1),
        points: points
            .points
            .iter()
            .map(|point| (point.x, point.y))
            .collect(),
        n_rows: pair.n_used as u64,
        diagonal: false,
        // One line or one a group: all of them together cannot be told apart.
        line: points.line.as_ref().filter(|_| groups.is_none()).map(ends),
        group_lines: points
            .group_lines
            .iter()
            .map(|line| line.as_ref().map(ends))
            .collect(),
        groups: groups.map(|groups| PointGroups {
            groups,
            of: points.points.iter().map(|point| point.group).collect(),
        }),
    })
}

fn box_row(stats: &BoxStats) -> BoxRow {
    BoxRow {
        level: stats.level.clone(),
        group: stats.group,
        n: stats.n as u64,
        five: [stats.low, stats.q1, stats.median, stats.q3, stats.high],
        mean: stats.mean,
        outliers: stats.outliers.clone(),
        n_outliers: stats.n_outliers as u64,
    }
}

/// The levels of x as bars, each split by the levels of y; with groups, a bar for each group of each level.
fn bars(pair: &Pair, counts: &Counts) -> Chart {
    let n_y = counts.y_levels.len().max(1);
    let n_bars = counts.x_levels.len() * counts.by_group.len();
    let group = pair
        .group
        .as_ref()
        .filter(|_| (1..=MOST_BARS).contains(&n_bars));
    let mut bars: Vec<(String, Vec<u64>)> = Vec::new();
    let mut n_other = counts.n_other;
    if group.is_none() {
        let rows = counts.counts.chunks(n_y).map(<[u64]>::to_vec);
        bars.extend(counts.x_levels.iter().cloned().zip(rows));
    } else {
        let in_groups = counts.by_group.iter().flatten().sum::<u64>();
        n_other += counts.counts.iter().sum::<u64>() - in_groups;
        for (x, level) in counts.x_levels.iter().enumerate() {
            for (name, of_group) in pair.groups.iter().zip(&counts.by_group) {
                let row = of_group[x * n_y..(x + 1) * n_y].to_vec();
                bars.push((format!("{level}, {name}"), row));
            }
        }
        bars.retain(|(_, row)| row.iter().any(|&n| n > 0));
    }
    let label = match group {
        Some(group) => format!("{} and {group}", pair.x.0),
        None => pair.x.0.clone(),
    };
    let levels = bars
        .iter()
        .map(|(name, row)| (name.clone(), row.iter().sum()));
    Chart::Bars(Bars {
        label,
        levels: levels.collect(),
        n_other,
        n_missing: 0,
        split: Some(Split {
            label: pair.y.0.clone(),
            groups: counts.y_levels.clone(),
            ordered: false,
            missing: vec![0; counts.y_levels.len()],
            counts: bars.into_iter().map(|(_, row)| row).collect(),
        }),
    })
}

/// Where values are missing: columns across, the table from top to bottom.
pub fn missing_map(missing: &Missingness) -> Chart {
    let rows = |stripe: &profile::MissingStripe| {
        let first = tabwright_format::count(stripe.start as u64 + 1);
        match stripe.n_rows {
            1 => first,
            n => format!(
                "{first} to {}",
                tabwright_format::count((stripe.start + n) as u64)
            ),
        }
    };
    let stripes = || missing.map.iter();
    Chart::Grid(Grid {
        title: "Missing values".to_owned(),
        x: GridSide {
            label: "column".to_owned(),
            cells: GridCells::Names {
                names: missing.columns.clone(),
            },
        },
        y: GridSide {
            label: "rows".to_owned(),
            cells: GridCells::Names {
                names: stripes().map(rows).collect(),
            },
        },
        counted: "missing".to_owned(),
        counts: stripes()
            .flat_map(|stripe| stripe.n_missing.clone())
            .collect(),
        of: stripes()
            .flat_map(|stripe| vec![stripe.n_rows as u64; missing.columns.len()])
            .collect(),
    })
}

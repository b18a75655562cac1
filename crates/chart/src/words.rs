//! A chart in words and in a table, for readers who do not see the picture.

use serde::{Deserialize, Serialize};
use tabwright_format::{count, fixed, number, percent};

use crate::kinds::{confusion_margins, most_frequent};
use crate::text::value;
use crate::{Chart, Guide, Split};

/// A chart's values as text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextTable {
    /// Column headings.
    pub headers: Vec<String>,
    /// One text a heading in each row; at most [`TextTable::MOST_ROWS`] rows.
    pub rows: Vec<Vec<String>>,
    /// Rows that were left out.
    pub n_more: usize,
}

impl TextTable {
    /// Longer tables are cut: they stand beside a picture, they do not replace the data.
    pub const MOST_ROWS: usize = 200;

    fn new(headers: &[&str], rows: impl Iterator<Item = Vec<String>>) -> Self {
        Self::owned(headers.iter().map(ToString::to_string).collect(), rows)
    }

    fn owned(headers: Vec<String>, rows: impl Iterator<Item = Vec<String>>) -> Self {
        let mut rows: Vec<_> = rows.collect();
        let n_more = rows.len().saturating_sub(Self::MOST_ROWS);
        rows.truncate(Self::MOST_ROWS);
        Self {
            headers,
            rows,
            n_more,
        }
    }
}

impl Chart {
    /// What the chart shows, one sentence.
    pub fn summary(&self) -> String {
        match self {
            Chart::Histogram(chart) => {
                let rows = chart.counts.iter().sum::<u64>();
                let range = match (chart.edges.first(), chart.edges.last()) {
                    (Some(low), Some(high)) => format!(
                        "from {} to {}",
                        value(chart.kind, *low),
                        value(chart.kind, *high)
                    ),
                    _ => "without values".to_string(),
                };
                let missing = chart.n_missing;
                format!(
                    "Histogram of {}: {} rows {range}, {} missing{}.",
                    chart.label,
                    count(rows),
                    count(missing),
                    by(chart.split.as_ref())
                )
            }
            Chart::Bars(chart) => format!(
                "Bars of {}: {}, {} levels shown, {} missing{}.",
                chart.label,
                most_frequent(chart),
                chart.levels.len(),
                count(chart.n_missing),
                by(chart.split.as_ref())
            ),
            Chart::Lines(chart) => {
                let names: Vec<&str> = chart
                    .series
                    .iter()
                    .map(|series| series.name.as_str())
                    .collect();
                let marks: String = chart.guides.iter().filter_map(mark_words).collect();
                format!(
                    "{}: {} against {} for {}{marks}.",
                    chart.title,
                    chart.y.label,
                    chart.x.label,
                    names.join(", ")
                )
            }
            Chart::Scatter(chart) => format!(
                "{}: {} points, {} against {}.",
                chart.title,
                count(chart.points.len() as u64),
                chart.y.label,
                chart.x.label
            ),
            Chart::HeatMap(chart) => match strongest(chart) {
                Some((a, b, r)) => format!(
                    "Association of {} columns; strongest {a} with {b}, {r:.2}.",
                    chart.names.len()
                ),
                None => format!("Association of {} columns.", chart.names.len()),
            },
            Chart::Confusion(chart) => {
                let n = chart.classes.len();
                let hits: u64 = (0..n)
                    .filter_map(|class| chart.counts.get(class * n + class))
                    .sum();
                let all: u64 = chart.counts.iter().sum();
                format!(
                    "Confusion matrix of {n} classes: {} of {} rows called rightly.",
                    count(hits),
                    count(all)
                )
            }
            Chart::Ranking(chart) => match chart.rows.first() {
                Some((name, top, _)) => {
                    format!("{}: first is {name} with {}.", chart.title, number(*top))
                }
                None => format!("{}: nothing to show.", chart.title),
            },
            Chart::Paired(chart) => format!(
                "Distribution of {} over {} bins: {} beside {}.",
                chart.label,
                chart.bins.len(),
                chart.reference_name,
                chart.current_name
            ),
            Chart::Boxes(chart) => boxes_words(chart),
            Chart::Grid(chart) => grid_words(chart),
        }
    }

    /// The chart's values as text.
    pub fn table(&self) -> TextTable {
        match self {
            Chart::Histogram(chart) => {
                let bins = chart.edges.windows(2).map(|edge| {
                    format!(
                        "{} to {}",
                        value(chart.kind, edge[0]),
                        value(chart.kind, edge[1])
                    )
                });
                counted(
                    "Range",
                    bins.zip(chart.counts.iter().copied()),
                    0,
                    chart.n_missing,
                    chart.split.as_ref(),
                )
            }
            Chart::Bars(chart) => counted(
                "Level",
                chart.levels.iter().cloned(),
                chart.n_other,
                chart.n_missing,
                chart.split.as_ref(),
            ),
            Chart::Lines(chart) => {
                let rows = chart.series.iter().flat_map(|series| {
                    series.points.iter().map(|point| {
                        let (x, y) = (chart.x.written(point.0), chart.y.written(point.1));
                        vec![series.name.clone(), x, y]
                    })
                });
                TextTable::new(&["Curve", &chart.x.label, &chart.y.label], rows)
            }
            Chart::Scatter(chart) => TextTable::new(
                &[&chart.x.label, &chart.y.label],
                chart
                    .points
                    .iter()
                    .map(|point| vec![chart.x.written(point.0), chart.y.written(point.1)]),
            ),
            Chart::HeatMap(chart) => TextTable::new(
                &["Column", "With", "Association"],
                pairs(chart)
                    .into_iter()
                    .map(|(a, b, r)| vec![a.to_string(), b.to_string(), fixed(r, 3)]),
            ),
            Chart::Confusion(chart) => confusion_table(chart),
            Chart::Ranking(chart) => TextTable::new(
                &["Name", &chart.label, "Standard deviation"],
                chart
                    .rows
                    .iter()
                    .map(|(name, mean, std)| vec![name.clone(), number(*mean), number(*std)]),
            ),
            Chart::Paired(chart) => {
                let shares = chart.reference.iter().zip(&chart.current);
                TextTable::new(
                    &["Bin", &chart.reference_name, &chart.current_name],
                    chart
                        .bins
                        .iter()
                        .zip(shares)
                        .map(|(bin, (a, b))| vec![bin.clone(), percent(*a), percent(*b)]),
                )
            }
            Chart::Boxes(chart) => boxes_table(chart),
            Chart::Grid(chart) => grid_table(chart),
        }
    }
}

fn by(split: Option<&Split>) -> String {
    split
        .map(|split| format!(", split by {}", split.label))
        .unwrap_or_default()
}

fn mark_words(guide: &Guide) -> Option<String> {
    match guide {
        Guide::Mark { x, y, label } => Some(format!("; {label} at {}, {}", number(*x), number(*y))),
        Guide::Spread { label, .. } => Some(format!("; whiskers: {label}")),
        Guide::Diagonal { .. } | Guide::Level { .. } => None,
    }
}

/// Pairs above the threshold, strongest first.
fn pairs(chart: &crate::HeatMap) -> Vec<(&str, &str, f64)> {
    let n = chart.names.len();
    let mut pairs = Vec::new();
    for row in 0..n {
        for column in 0..row {
            let value = chart
                .values
                .get(row * n + column)
                .copied()
                .unwrap_or(f64::NAN);
            if value.abs() >= chart.threshold {
                pairs.push((
                    chart.names[row].as_str(),
                    chart.names[column].as_str(),
                    value,
                ));
            }
        }
    }
    pairs.sort_by(|a, b| b.2.abs().total_cmp(&a.2.abs()));
    pairs
}

fn strongest(chart: &crate::HeatMap) -> Option<(&str, &str, f64)> {
    pairs(chart).into_iter().next()
}

fn counted(
    what: &str,
    bins: impl Iterator<Item = (String, u64)>,
    n_other: u64,
    n_missing: u64,
    split: Option<&Split>,
) -> TextTable {
    let mut headers = vec![what.to_string(), "Rows".to_string()];
    headers.extend(split.iter().flat_map(|split| {
        split
            .groups
            .iter()
            .map(|group| format!("{} {group}", split.label))
    }));
    let row = |name: String, rows: u64, groups: Option<&Vec<u64>>| {
        let mut cells = vec![name, count(rows)];
        let n = split.map_or(0, |split| split.groups.len());
        cells.extend((0..n).map(|group| {
            groups
                .and_then(|counts| counts.get(group))
                .map_or("–".to_string(), |&c| count(c))
        }));
        cells
    };
    let mut rows: Vec<_> = bins
        .enumerate()
        .map(|(index, (name, rows))| {
            row(name, rows, split.and_then(|split| split.counts.get(index)))
        })
        .collect();
    if n_other > 0 {
        rows.push(row("other levels".to_string(), n_other, None));
    }
    if n_missing > 0 {
        rows.push(row(
            "missing".to_string(),
            n_missing,
            split.map(|split| &split.missing),
        ));
    }
    TextTable::owned(headers, rows.into_iter())
}

fn confusion_table(chart: &crate::Confusion) -> TextTable {
    let n = chart.classes.len();
    if chart.counts.len() != n * n {
        return TextTable::default();
    }
    let mut headers = vec!["Truth".to_string()];
    headers.extend(chart.classes.iter().map(|class| format!("called {class}")));
    headers.extend(["Recall".to_string(), "Precision".to_string()]);
    let rows = (0..n).map(|truth| {
        let (recall, precision) = confusion_margins(chart, truth);
        let mut cells = vec![chart.classes[truth].clone()];
        cells.extend(
            chart.counts[truth * n..(truth + 1) * n]
                .iter()
                .map(|&rows| count(rows)),
        );
        cells.extend([percent(recall), percent(precision)]);
        cells
    });
    TextTable::owned(headers, rows)
}

fn boxes_words(chart: &crate::Boxes) -> String {
    let split = match &chart.groups {
        Some(groups) => format!(", split by {}", groups.label),
        None => String::new(),
    };
    let n = chart.boxes.len();
    format!(
        "Boxes of {} by {}: {n} boxes{split}.",
        chart.label, chart.by
    )
}

fn grid_words(chart: &crate::Grid) -> String {
    format!(
        "{}: {} by {}, {} {}.",
        chart.title,
        chart.x.label,
        chart.y.label,
        count(chart.counts.iter().sum::<u64>()),
        chart.counted
    )
}

fn boxes_table(chart: &crate::Boxes) -> TextTable {
    let group = |row: &crate::BoxRow| {
        let names = chart.groups.as_ref().map(|groups| &groups.names);
        row.group
            .zip(names)
            .and_then(|(group, names)| names.get(group).cloned())
            .unwrap_or_default()
    };
    let headers = [
        &chart.by,
        "Group",
        "Rows",
        "Lower whisker",
        "First quartile",
        "Median",
        "Third quartile",
        "Upper whisker",
        "Mean",
        "Beyond",
    ];
    let rows = chart.boxes.iter().map(|row| {
        let mut cells = vec![row.level.clone(), group(row), count(row.n)];
        cells.extend(row.five.map(|x| value(chart.kind, x)));
        cells.extend([value(chart.kind, row.mean), count(row.n_outliers)]);
        cells
    });
    TextTable::new(&headers, rows)
}

/// The cells that hold something, fullest first.
fn grid_table(chart: &crate::Grid) -> TextTable {
    let n_x = chart.x.n_cells().max(1);
    let mut cells: Vec<(usize, u64)> = chart.counts.iter().copied().enumerate().collect();
    cells.retain(|&(_, n)| n > 0);
    cells.sort_by_key(|&(cell, n)| (std::cmp::Reverse(n), cell));
    let rows = cells.into_iter().map(|(cell, n)| {
        vec![
            crate::kinds::grid_cell_name(&chart.x, cell % n_x),
            crate::kinds::grid_cell_name(&chart.y, cell / n_x),
            count(n),
        ]
    });
    TextTable::new(&[&chart.x.label, &chart.y.label, &chart.counted], rows)
}

//! One table against another: what became of the columns, and how far each shared one has moved.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tabwright_metrics::{TestResult, chi_squared, kolmogorov_smirnov};
use tabwright_table::profile::{count_in_bins, histogram_edges};
use tabwright_table::{Column, Kind, Schema, Table, Values, format_value};

use super::{ColumnDrift, Reference, Verdict};
use crate::coerce::numbers_of;

/// Levels that are listed.
const MAX_LEVELS: usize = 20;
/// Rows that a level needs in both tables together to be a cell of the chi-squared test of its own.
const MIN_ROWS: u64 = 10;

/// A reference table against a current one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// Rows of the reference and of the current table.
    pub n_rows: (usize, usize),
    /// Columns that only the current table has.
    pub added: Vec<(String, Kind)>,
    /// Columns that only the reference has.
    pub removed: Vec<(String, Kind)>,
    /// Columns that were read as another kind.
    pub retyped: Vec<KindChange>,
    /// The columns of both, most drifted first.
    pub columns: Vec<ComparedColumn>,
    /// All of it in one sentence.
    pub verdict: String,
}

/// A column that was read as another kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KindChange {
    /// The column.
    pub name: String,
    /// Its kind in the reference.
    pub reference: Kind,
    /// Its kind in the current table.
    pub current: Kind,
}

/// A column of both tables.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ComparedColumn {
    /// Its kind in the reference.
    pub kind: Kind,
    /// Indices and verdict; their bins are tenths of the reference, or its fifty most frequent levels.
    pub drift: ColumnDrift,
    /// What the two counts below count.
    pub shape: Shape,
    /// Rows of the reference.
    pub reference: Vec<u64>,
    /// Rows of the current table.
    pub current: Vec<u64>,
    /// Kolmogorov–Smirnov for numbers, chi-squared for levels. Large tables make small differences significant: judge by
    /// the index, and ask the test whether chance could explain it. Absent for free text and identifiers, and where a side
    /// has no value.
    pub test: Option<TestResult>,
    /// Means of the finite values, numbers only.
    pub means: Option<(f64, f64)>,
    /// Medians of the finite values, numbers only.
    pub medians: Option<(f64, f64)>,
}

/// The shared bins of two distributions; missing values are in none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Shape {
    /// Equal widths over the range of both.
    Bins {
        /// Ascending, one more than counts; empty where neither has a value.
        edges: Vec<f64>,
    },
    /// The levels that are most frequent in both together.
    Levels {
        /// At most twenty.
        levels: Vec<String>,
        /// Whether a last count stands for all other levels.
        has_other: bool,
    },
    /// Free text and identifiers, whose values are not compared.
    None,
}

/// Compares two tables. A column that was read as another kind is compared as the kind it has in the reference.
pub fn compare_tables(reference: &Table, current: &Table) -> Comparison {
    let mut drifts: BTreeMap<String, ColumnDrift> =
        Reference::of(reference, &Schema::of(reference, &[]), None)
            .compare(current, None)
            .columns
            .into_iter()
            .map(|drift| (drift.name.clone(), drift))
            .collect();
    let pairs = reference.columns().iter().filter_map(|column| {
        let other = current.column(&column.name)?;
        Some((column, other, drifts.remove(&column.name)?))
    });
    let mut columns: Vec<ComparedColumn> = pairs
        .map(|(reference, current, drift)| compare_columns(reference, current, drift))
        .collect();
    columns.sort_by(|a, b| b.drift.worst().total_cmp(&a.drift.worst()));
    let absent_from = |from: &Table, other: &Table| {
        let columns = from.columns().iter();
        let absent = columns.filter(|column| other.column(&column.name).is_none());
        absent
            .map(|column| (column.name.clone(), column.kind))
            .collect::<Vec<_>>()
    };
    let mut comparison = Comparison {
        n_rows: (reference.n_rows(), current.n_rows()),
        added: absent_from(current, reference),
        removed: absent_from(reference, current),
        retyped: retyped(reference, current),
        columns,
        verdict: String::new(),
    };
    comparison.verdict = verdict(&comparison);
    comparison
}

fn retyped(reference: &Table, current: &Table) -> Vec<KindChange> {
    let changes = reference.columns().iter().filter_map(|column| {
        let other = current.column(&column.name)?;
        (other.kind != column.kind).then(|| KindChange {
            name: column.name.clone(),
            reference: column.kind,
            current: other.kind,
        })
    });
    changes.collect()
}

fn compare_columns(reference: &Column, current: &Column, drift: ColumnDrift) -> ComparedColumn {
    match reference.kind {
        Kind::Text | Kind::Identifier => ComparedColumn {
            kind: reference.kind,
            drift,
            shape: Shape::None,
            reference: Vec::new(),
            current: Vec::new(),
            test: None,
            means: None,
            medians: None,
        },
        kind if kind.is_number() => compare_numbers(reference, current, drift),
        _ => compare_levels(reference, current, drift),
    }
}

fn compare_numbers(reference: &Column, current: &Column, drift: ColumnDrift) -> ComparedColumn {
    let sides = [reference, current].map(|column| {
        let mut values = numbers_of(column);
        values.retain(|value| value.is_finite());
        values.sort_unstable_by(f64::total_cmp);
        values
    });
    let ends = |values: &Vec<f64>| Some((*values.first()?, *values.last()?));
    let range = sides
        .iter()
        .filter_map(ends)
        .reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
    let edges = range.map_or_else(Vec::new, |(min, max)| {
        histogram_edges(reference.kind, min, max)
    });
    let both = |of: fn(&[f64]) -> Option<f64>| Some((of(&sides[0])?, of(&sides[1])?));
    ComparedColumn {
        kind: reference.kind,
        drift,
        reference: count_in_bins(&edges, &sides[0]),
        current: count_in_bins(&edges, &sides[1]),
        shape: Shape::Bins { edges },
        test: kolmogorov_smirnov(&sides[0], &sides[1]),
        means: both(mean),
        medians: both(median),
    }
}

fn mean(sorted: &[f64]) -> Option<f64> {
    let mean = sorted.iter().sum::<f64>() / sorted.len() as f64;
    mean.is_finite().then_some(mean)
}

fn median(sorted: &[f64]) -> Option<f64> {
    let upper = sorted.get(sorted.len() / 2)?;
    let lower = sorted.get((sorted.len() - 1) / 2)?;
    Some(f64::midpoint(*lower, *upper))
}

fn compare_levels(reference: &Column, current: &Column, drift: ColumnDrift) -> ComparedColumn {
    let mut counts = BTreeMap::<String, [u64; 2]>::new();
    for (side, column) in [reference, current].into_iter().enumerate() {
        for (level, n_rows) in levels_of(column) {
            counts.entry(level).or_default()[side] += n_rows;
        }
    }
    let mut ordered: Vec<(String, [u64; 2])> = counts.into_iter().collect();
    // The sort is stable: equally frequent levels stay in their own order.
    ordered.sort_by_key(|(_, [a, b])| std::cmp::Reverse(a + b));
    let test = test_levels(&ordered);
    let others = ordered.split_off(ordered.len().min(MAX_LEVELS));
    let side = |side: usize| {
        let mut listed: Vec<u64> = ordered.iter().map(|(_, counts)| counts[side]).collect();
        if !others.is_empty() {
            listed.push(others.iter().map(|(_, counts)| counts[side]).sum());
        }
        listed
    };
    ComparedColumn {
        kind: reference.kind,
        drift,
        reference: side(0),
        current: side(1),
        shape: Shape::Levels {
            levels: ordered.iter().map(|(level, _)| level.clone()).collect(),
            has_other: !others.is_empty(),
        },
        test,
        means: None,
        medians: None,
    }
}

/// Rare levels count as one, so that the distribution of the statistic holds.
fn test_levels(ordered: &[(String, [u64; 2])]) -> Option<TestResult> {
    let (frequent, rare): (Vec<_>, Vec<_>) =
        ordered.iter().partition(|(_, [a, b])| a + b >= MIN_ROWS);
    let side = |side: usize| {
        let rest = rare.iter().map(|(_, counts)| counts[side]).sum();
        let listed = frequent.iter().map(|(_, counts)| counts[side]);
        listed.chain([rest]).collect::<Vec<u64>>()
    };
    chi_squared(&side(0), &side(1))
}

/// Rows of each text.
fn levels_of(column: &Column) -> Vec<(String, u64)> {
    match &column.values {
        Values::Codes { codes, levels } => {
            let mut counts = vec![0; levels.len()];
            for &code in codes {
                if let Some(count) = counts.get_mut(code as usize) {
                    *count += 1;
                }
            }
            levels.iter().cloned().zip(counts).collect()
        }
        Values::Numbers(numbers) => {
            let present = (0..numbers.len()).filter(|&row| !numbers[row].is_nan());
            present.map(|row| (format_value(column, row), 1)).collect()
        }
    }
}

fn verdict(comparison: &Comparison) -> String {
    let n_shared = comparison.columns.len();
    let moved = |verdict: Verdict| {
        let columns = comparison.columns.iter();
        columns
            .filter(|column| column.drift.verdict == verdict)
            .count()
    };
    let (major, moderate) = (moved(Verdict::Major), moved(Verdict::Moderate));
    let columns = |n: usize| if n == 1 { "column" } else { "columns" };
    let mut parts = Vec::new();
    if !comparison.removed.is_empty() {
        let n = comparison.removed.len();
        parts.push(format!("{n} {} gone", columns(n)));
    }
    if !comparison.added.is_empty() {
        let n = comparison.added.len();
        parts.push(format!("{n} {} new", columns(n)));
    }
    if !comparison.retyped.is_empty() {
        let n = comparison.retyped.len();
        parts.push(format!("{n} {} of another kind", columns(n)));
    }
    let shape = match (major, moderate) {
        (0, 0) => format!(
            "none of the {n_shared} shared {} has moved",
            columns(n_shared)
        ),
        (0, n) => format!(
            "{n} of {n_shared} shared {} moved somewhat",
            columns(n_shared)
        ),
        (n, 0) => format!("{n} of {n_shared} shared {} moved far", columns(n_shared)),
        (far, some) => format!(
            "{far} of {n_shared} shared {} moved far, {some} somewhat",
            columns(n_shared)
        ),
    };
    parts.push(shape);
    let text = parts.join("; ");
    let mut letters = text.chars();
    let first = letters
        .next()
        .map(|letter| letter.to_uppercase().to_string());
    format!("{}{}.", first.unwrap_or_default(), letters.as_str())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use tabwright_table::MISSING_CODE;

    fn numbers(name: &str, kind: Kind, values: impl Iterator<Item = f64>) -> Arc<Column> {
        let (name, values) = (name.to_owned(), Values::Numbers(values.collect()));
        Arc::new(Column { name, kind, values })
    }

    fn codes(
        name: &str,
        kind: Kind,
        codes: impl Iterator<Item = u32>,
        levels: &[&str],
    ) -> Arc<Column> {
        let levels: Vec<String> = levels.iter().map(|&level| level.to_owned()).collect();
        let levels = levels.into();
        let codes = codes.collect();
        let (name, values) = (name.to_owned(), Values::Codes { codes, levels });
        Arc::new(Column { name, kind, values })
    }

    fn table(columns: Vec<Arc<Column>>) -> Table {
        let n_rows = columns[0].values.len();
        Table::new(columns, n_rows).unwrap()
    }

    #[test]
    fn a_table_against_itself_has_not_moved() {
        let one = table(vec![
            numbers(
                "x",
                Kind::Decimal,
                (0..200).map(|row| f64::from(row * row % 97)),
            ),
            codes(
                "c",
                Kind::Category,
                (0..200).map(|row| row % 3),
                &["a", "b", "c"],
            ),
        ]);
        let found = compare_tables(&one, &one);
        assert_eq!(found.verdict, "None of the 2 shared columns has moved.");
        for column in &found.columns {
            assert_eq!(column.reference, column.current);
            assert_eq!(column.test.map(|test| test.p_value), Some(1.0));
        }
    }

    #[test]
    fn what_changed_is_told() {
        let old = table(vec![
            numbers("x", Kind::Integer, (0..100).map(f64::from)),
            numbers("gone", Kind::Decimal, (0..100).map(f64::from)),
            numbers(
                "code",
                Kind::Integer,
                (0..100).map(|row| f64::from(row % 4)),
            ),
            codes(
                "c",
                Kind::Category,
                (0..100).map(|row| row % 2),
                &["a", "b"],
            ),
            codes(
                "t",
                Kind::Text,
                (0..100).map(|row| row % 2),
                &["Ada L", "Alan T"],
            ),
        ]);
        let new = table(vec![
            numbers(
                "x",
                Kind::Integer,
                (0..50).map(|row| f64::from(row) + 100.0),
            ),
            codes(
                "code",
                Kind::Category,
                (0..50).map(|row| row % 5),
                &["0", "1", "2", "3", "x"],
            ),
            codes(
                "c",
                Kind::Category,
                (0..50).map(|row| if row % 5 == 0 { MISSING_CODE } else { row % 2 }),
                &["b", "n"],
            ),
            codes("t", Kind::Text, (0..50).map(|_| 0), &["Grace H"]),
            numbers("fresh", Kind::Decimal, (0..50).map(f64::from)),
        ]);
        let found = compare_tables(&old, &new);
        assert_eq!(found.n_rows, (100, 50));
        assert_eq!(found.added, [("fresh".to_owned(), Kind::Decimal)]);
        assert_eq!(found.removed, [("gone".to_owned(), Kind::Decimal)]);
        let (name, reference, current) = ("code".to_owned(), Kind::Integer, Kind::Category);
        assert_eq!(
            found.retyped,
            [KindChange {
                name,
                reference,
                current
            }]
        );
        assert_eq!(
            found.verdict,
            "1 column gone; 1 column new; 1 column of another kind; 3 of 4 shared columns moved far."
        );
        let column = |name: &str| {
            found
                .columns
                .iter()
                .find(|column| column.drift.name == name)
                .unwrap()
        };
        let x = column("x");
        assert_eq!(
            (x.test.unwrap().statistic, x.means, x.medians),
            (1.0, Some((49.5, 124.5)), Some((49.5, 124.5)))
        );
        let Shape::Bins { edges } = &x.shape else {
            panic!()
        };
        assert_eq!(
            (edges[0], edges.len() - 1, x.current.iter().sum::<u64>()),
            (-0.5, x.current.len(), 50)
        );
        let c = column("c");
        let Shape::Levels { levels, has_other } = &c.shape else {
            panic!()
        };
        assert_eq!(
            (levels.as_slice(), has_other),
            (&["b", "a", "n"].map(str::to_owned)[..], &false)
        );
        assert_eq!(
            (&c.reference[..], &c.current[..]),
            (&[50, 50, 0][..], &[20, 0, 20][..])
        );
        assert_eq!(c.drift.missing, (0.0, 0.2));
        assert_eq!((&column("t").shape, column("t").test), (&Shape::None, None));
        // Of "code" the level "x" is no number, and counts as missing.
        assert_eq!(column("code").drift.missing, (0.0, 0.2));
    }
}

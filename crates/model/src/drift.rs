//! What training data looked like, and how far new rows have moved from it.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use tabwright_table::{Column, Kind, Schema, Table, Values, format_number, format_value};

use crate::{
    coerce::{coerce, is_time, numbers_of},
    text::short,
};

/// Bins of a number whose values do not repeat.
const DECILES: usize = 10;
/// Levels that are bins of their own.
const MAX_LEVELS: usize = 50;
/// Below this index a column has not moved.
const STABLE: f64 = 0.1;
/// Up to this index it has moved somewhat.
const MODERATE: f64 = 0.25;

/// `baseline.json`: counts only, no rows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Baseline {
    /// Rows behind the counts.
    pub n_rows: u64,
    /// One a raw input column.
    pub columns: Vec<ColumnBaseline>,
    /// The held-out score's distribution (binary: probability of class 1; regression: prediction; multiclass: called class).
    pub score: Option<ColumnBaseline>,
}

/// One column's reference.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ColumnBaseline {
    /// The column.
    pub name: String,
    /// Missing values.
    pub n_missing: u64,
    /// The rest.
    pub bins: Bins,
}

/// Counts by bin.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Bins {
    /// Inner edges (reference deciles, duplicates removed); bin `i` holds `edges[i − 1] < x <= edges[i]`.
    Number {
        /// Inner edges, ascending.
        edges: Vec<f64>,
        /// One more than edges.
        counts: Vec<u64>,
    },
    /// The most frequent levels (at most 50), and the rest. No level is named for free text and identifiers.
    Levels {
        /// The levels, most frequent first.
        levels: Vec<String>,
        /// The other levels that training saw: they tell a rare level from an unseen one.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        rare_levels: Vec<String>,
        /// One a level.
        counts: Vec<u64>,
        /// Rows in other levels.
        n_other: u64,
    },
}

/// How far each input and the score have moved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DriftReport {
    /// Rows compared.
    pub n_rows: u64,
    /// Most drifted first.
    pub columns: Vec<ColumnDrift>,
    /// The score's.
    pub score: Option<ColumnDrift>,
}

/// One column, reference against current, on the same bins.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ColumnDrift {
    /// The column.
    pub name: String,
    /// Population stability index over the bins, missing left out.
    pub psi: f64,
    /// The same index over missing and not missing.
    pub missing_psi: f64,
    /// By the larger of the two indices: `stable` below 0.1, `moderate` to 0.25, `major` above.
    pub verdict: String,
    /// Missing share, reference and current.
    pub missing: (f64, f64),
    /// A label a bin.
    pub bins: Vec<String>,
    /// Share of the non-missing rows in each bin, training.
    pub reference: Vec<f64>,
    /// Share of the non-missing rows in each bin, new rows.
    pub current: Vec<f64>,
    /// Share of rows whose level training did not see.
    pub unseen: f64,
}

impl Baseline {
    /// Counts the columns of `schema` in a raw table, and a score a row (numbers, or class names by code).
    /// Of free text and identifiers only the missing values are counted: their texts are data.
    pub fn of(table: &Table, schema: &Schema, score: Option<&Column>) -> Baseline {
        let columns = schema.columns.iter().filter_map(|wanted| {
            let column = table.column(&wanted.name)?;
            // A column that was read as another kind counts as what the model sees of it.
            Some(coerce(column, wanted).map_or_else(
                |_| ColumnBaseline::of(column),
                |column| ColumnBaseline::of(&column),
            ))
        });
        Baseline {
            n_rows: table.n_rows() as u64,
            columns: columns.collect(),
            score: score.map(ColumnBaseline::of),
        }
    }

    /// Compares new rows; columns that they lack are left out.
    pub fn compare(&self, table: &Table, score: Option<&Column>) -> DriftReport {
        let drifts = self.columns.iter().filter_map(|baseline| {
            let column = table.column(&baseline.name)?;
            Some(baseline.compare(column, self.n_rows))
        });
        let mut columns: Vec<ColumnDrift> = drifts.collect();
        columns.sort_by(|a, b| b.worst().total_cmp(&a.worst()));
        let score = self.score.as_ref().zip(score).map(|(baseline, column)| {
            let n_rows = baseline.n_missing + baseline.bins.counts().iter().sum::<u64>();
            baseline.compare(column, n_rows)
        });
        DriftReport {
            n_rows: table.n_rows() as u64,
            columns,
            score,
        }
    }
}

impl ColumnBaseline {
    fn of(column: &Column) -> ColumnBaseline {
        let bins = match &column.values {
            Values::Numbers(numbers) => number_bins(numbers),
            Values::Codes { codes, levels } => level_bins(
                codes,
                levels,
                matches!(column.kind, Kind::Boolean | Kind::Category),
            ),
        };
        let n_missing = (0..column.values.len())
            .filter(|&row| column.values.is_missing(row))
            .count() as u64;
        ColumnBaseline {
            name: column.name.clone(),
            n_missing,
            bins,
        }
    }

    /// `n_rows` are the reference's.
    fn compare(&self, column: &Column, n_rows: u64) -> ColumnDrift {
        let current = match &self.bins {
            Bins::Number { edges, .. } => count_numbers(edges, &numbers_of(column)),
            Bins::Levels {
                levels,
                rare_levels,
                ..
            } => count_levels(levels, rare_levels, column),
        };
        let reference = self.bins.counts();
        let n_current = column.values.len() as u64;
        let missing = (
            share(self.n_missing, n_rows),
            share(current.n_missing, n_current),
        );
        let psi = tabwright_metrics::psi(&reference, &current.bins);
        let missing_psi = tabwright_metrics::psi(
            &[self.n_missing, n_rows.saturating_sub(self.n_missing)],
            &[current.n_missing, n_current - current.n_missing],
        );
        ColumnDrift {
            name: self.name.clone(),
            psi,
            missing_psi,
            verdict: verdict(psi.max(missing_psi)).into(),
            missing,
            bins: self.bins.labels(column.kind),
            reference: shares(&reference),
            current: shares(&current.bins),
            unseen: share(current.n_unseen, n_current),
        }
    }
}

impl ColumnDrift {
    /// The larger of the two indices.
    fn worst(&self) -> f64 {
        self.psi.max(self.missing_psi)
    }
}

fn verdict(psi: f64) -> &'static str {
    if psi < STABLE {
        "stable"
    } else if psi <= MODERATE {
        "moderate"
    } else {
        "major"
    }
}

fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 {
        0.0
    } else {
        part as f64 / whole as f64
    }
}

fn shares(counts: &[u64]) -> Vec<f64> {
    let n = counts.iter().sum();
    counts.iter().map(|&count| share(count, n)).collect()
}

/// Deciles as values that occur, so that each bin holds a tenth where values do not repeat.
fn number_bins(numbers: &[f64]) -> Bins {
    let mut sorted: Vec<f64> = numbers.iter().copied().filter(|x| x.is_finite()).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let mut edges: Vec<f64> = Vec::with_capacity(DECILES);
    if let Some(&smallest) = sorted.first() {
        edges.extend((1..DECILES).map(|k| sorted[(k * sorted.len()).div_ceil(DECILES) - 1]));
        // Where the smallest value fills a bin of its own, values below it are news.
        if edges.first() == Some(&smallest) && smallest > f64::MIN {
            edges.insert(0, smallest.next_down());
        }
        edges.dedup();
    }
    let counts = count_numbers(&edges, numbers).bins;
    Bins::Number { edges, counts }
}

fn level_bins(codes: &[u32], names: &[String], may_name: bool) -> Bins {
    let mut counts = vec![0_u64; names.len()];
    for &code in codes {
        if let Some(count) = counts.get_mut(code as usize) {
            *count += 1;
        }
    }
    let mut order: Vec<usize> = (0..names.len())
        .filter(|&level| counts[level] > 0)
        .collect();
    order.sort_by(|&a, &b| {
        counts[b]
            .cmp(&counts[a])
            .then_with(|| names[a].cmp(&names[b]))
    });
    let rest = order.split_off(if may_name {
        order.len().min(MAX_LEVELS)
    } else {
        0
    });
    let named = |levels: &[usize]| {
        levels
            .iter()
            .map(|&level| names[level].clone())
            .collect::<Vec<String>>()
    };
    Bins::Levels {
        levels: named(&order),
        rare_levels: if may_name { named(&rest) } else { Vec::new() },
        counts: order.iter().map(|&level| counts[level]).collect(),
        n_other: rest.iter().map(|&level| counts[level]).sum(),
    }
}

/// New rows on a baseline's bins.
struct Counts {
    bins: Vec<u64>,
    n_missing: u64,
    n_unseen: u64,
}

fn count_numbers(edges: &[f64], numbers: &[f64]) -> Counts {
    let mut found = Counts {
        bins: vec![0; edges.len() + 1],
        n_missing: 0,
        n_unseen: 0,
    };
    for x in numbers {
        if x.is_nan() {
            found.n_missing += 1;
        } else {
            found.bins[edges.partition_point(|edge| edge < x)] += 1;
        }
    }
    found
}

/// The levels' counts, then one for all others.
fn count_levels(levels: &[String], rare_levels: &[String], column: &Column) -> Counts {
    let mut found = Counts {
        bins: vec![0; levels.len() + 1],
        n_missing: 0,
        n_unseen: 0,
    };
    let other = levels.len();
    let bins: HashMap<&str, usize> = levels
        .iter()
        .enumerate()
        .map(|(bin, level)| (level.as_str(), bin))
        .chain(rare_levels.iter().map(|level| (level.as_str(), other)))
        .collect();
    // Without a named level nothing is known of what training saw.
    let can_be_unseen = !levels.is_empty();
    let mut count = |text: Option<&str>| match text {
        None => found.n_missing += 1,
        Some(text) => {
            let bin = bins.get(text);
            found.bins[bin.copied().unwrap_or(other)] += 1;
            found.n_unseen += u64::from(bin.is_none() && can_be_unseen);
        }
    };
    match &column.values {
        Values::Codes { codes, levels } => {
            for &code in codes {
                count(levels.get(code as usize).map(String::as_str));
            }
        }
        Values::Numbers(numbers) => {
            for (row, number) in numbers.iter().enumerate() {
                let text = format_value(column, row);
                count((!number.is_nan()).then_some(text.as_str()));
            }
        }
    }
    found
}

impl Bins {
    /// All counts, other levels last.
    fn counts(&self) -> Vec<u64> {
        match self {
            Bins::Number { counts, .. } => counts.clone(),
            Bins::Levels {
                counts, n_other, ..
            } => counts.iter().copied().chain([*n_other]).collect(),
        }
    }

    /// A label a count; edges of days and times are written as such.
    fn labels(&self, kind: Kind) -> Vec<String> {
        match self {
            Bins::Number { edges, .. } => (0..=edges.len())
                .map(|bin| number_label(edges, bin, kind))
                .collect(),
            Bins::Levels { levels, .. } => levels
                .iter()
                .cloned()
                .chain(["other".to_string()])
                .collect(),
        }
    }

    /// What cannot be: counts that do not match the bins, edges that do not ascend.
    pub(crate) fn check(&self) -> Result<(), String> {
        let (n_bins, n_counts, ascends) = match self {
            Bins::Number { edges, counts } => (
                edges.len() + 1,
                counts.len(),
                edges.is_sorted_by(|a, b| a < b),
            ),
            Bins::Levels { levels, counts, .. } => (levels.len(), counts.len(), true),
        };
        if n_bins != n_counts {
            return Err(format!("{n_counts} counts for {n_bins} bins"));
        }
        if ascends {
            Ok(())
        } else {
            Err("the edges of its bins do not ascend".into())
        }
    }
}

fn number_label(edges: &[f64], bin: usize, kind: Kind) -> String {
    let text = |edge: f64| {
        if is_time(kind) {
            format_number(kind, edge)
        } else {
            short(edge)
        }
    };
    let above = bin.checked_sub(1).map(|edge| edges[edge]);
    match (above, edges.get(bin)) {
        (None, None) => "all".into(),
        // The bin below the smallest value, and the bin of that value alone.
        (None, Some(to)) if edges.get(1) == Some(&to.next_up()) => format!("< {}", text(edges[1])),
        (Some(from), Some(&to)) if from.next_up() == to => format!("= {}", text(to)),
        (None, Some(&to)) => format!("≤ {}", text(to)),
        (Some(from), Some(&to)) => format!("{} – {}", text(from), text(to)),
        (Some(from), None) => format!("> {}", text(from)),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use tabwright_table::{ColumnSchema, MISSING_CODE};

    fn numbers(name: &str, values: Vec<f64>) -> Arc<Column> {
        Arc::new(Column {
            name: name.into(),
            kind: Kind::Decimal,
            values: Values::Numbers(values),
        })
    }

    fn texts(kind: Kind, texts: &[&str]) -> Arc<Column> {
        let mut levels: Vec<String> = texts
            .iter()
            .filter(|text| !text.is_empty())
            .map(|&t| t.into())
            .collect();
        levels.sort();
        levels.dedup();
        let code = |text: &&str| {
            levels
                .iter()
                .position(|level| level == text)
                .map_or(MISSING_CODE, |code| code as u32)
        };
        let codes = texts.iter().map(code).collect();
        Arc::new(Column {
            name: "t".into(),
            kind,
            values: Values::Codes { codes, levels },
        })
    }

    fn table(column: &Arc<Column>) -> Table {
        Table::new(vec![Arc::clone(column)], column.values.len()).unwrap()
    }

    fn baseline(column: &Arc<Column>) -> Baseline {
        let table = table(column);
        Baseline::of(&table, &Schema::of(&table, &[]), None)
    }

    #[test]
    fn a_number_has_ten_bins_of_equal_counts() {
        let column = numbers("x", (1..=100).map(f64::from).collect());
        let Bins::Number { edges, counts } = &baseline(&column).columns[0].bins else {
            panic!("expected numbers")
        };
        assert_eq!(
            edges,
            &[10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 90.0]
        );
        assert_eq!(counts, &[10; 10]);
        let report = baseline(&column).compare(&table(&column), None);
        assert_eq!(
            (report.columns[0].psi, report.columns[0].verdict.as_str()),
            (0.0, "stable")
        );
        assert_eq!(report.columns[0].bins[..2], ["≤ 10", "10 – 20"]);
        assert_eq!(report.columns[0].reference, vec![0.1; 10]);
    }

    #[test]
    fn values_below_a_repeated_smallest_are_news() {
        let column = numbers("x", vec![0.0, 0.0, 0.0, 1.0]);
        let report = baseline(&column).compare(&table(&numbers("x", vec![-5.0; 4])), None);
        assert_eq!(report.columns[0].bins, ["< 0", "= 0", "0 – 1", "> 1"]);
        assert_eq!(report.columns[0].current, [1.0, 0.0, 0.0, 0.0]);
        assert_eq!(report.columns[0].verdict, "major");
    }

    #[test]
    fn the_most_drifted_comes_first_and_missing_counts() {
        let old = Table::new(
            vec![
                numbers("same", vec![1.0, 2.0, 3.0, 4.0]),
                numbers("gone", vec![1.0, 2.0, 3.0, 4.0]),
            ],
            4,
        );
        let new = Table::new(
            vec![
                numbers("same", vec![4.0, 3.0, 2.0, 1.0]),
                numbers("gone", vec![f64::NAN; 4]),
                numbers("new", vec![0.0; 4]),
            ],
            4,
        );
        let old = old.unwrap();
        let score = numbers("score", vec![0.5; 4]);
        let baseline = Baseline::of(&old, &Schema::of(&old, &[]), Some(&score));
        let report = baseline.compare(&new.unwrap(), Some(&score));
        let names: Vec<_> = report
            .columns
            .iter()
            .map(|c| (c.name.as_str(), c.verdict.as_str()))
            .collect();
        assert_eq!(names, [("gone", "major"), ("same", "stable")]);
        assert_eq!(
            (report.columns[0].psi, report.columns[0].missing),
            (0.0, (0.0, 1.0))
        );
        assert_eq!(report.score.unwrap().psi, 0.0);
    }

    #[test]
    fn unseen_levels_are_told_from_rare_ones() {
        let mut old: Vec<String> = (0..60).map(|level| format!("{level:02}")).collect();
        old.push("00".into());
        let old = texts(
            Kind::Category,
            &old.iter().map(String::as_str).collect::<Vec<_>>(),
        );
        let Bins::Levels {
            levels,
            n_other,
            rare_levels,
            ..
        } = &baseline(&old).columns[0].bins
        else {
            panic!("expected levels")
        };
        assert_eq!(
            (
                levels.len(),
                levels[0].as_str(),
                *n_other,
                rare_levels.len()
            ),
            (50, "00", 10, 10)
        );
        let report = baseline(&old).compare(
            &table(&texts(Kind::Category, &["59", "new", "00", ""])),
            None,
        );
        assert_eq!(report.columns[0].unseen, 0.25);
        assert_eq!(report.columns[0].missing, (0.0, 0.25));
        assert_eq!(report.columns[0].current[50], 2.0 / 3.0);
    }

    #[test]
    fn free_text_leaves_no_word_behind() {
        let column = texts(Kind::Text, &["Ada Lovelace", "", "Alan Turing"]);
        let baseline = baseline(&column);
        assert!(!serde_json::to_string(&baseline).unwrap().contains("Ada"));
        let report = baseline.compare(&table(&texts(Kind::Text, &["Grace Hopper"])), None);
        assert_eq!(
            (report.columns[0].psi, report.columns[0].unseen),
            (0.0, 0.0)
        );
        assert_eq!(report.columns[0].missing, (1.0 / 3.0, 0.0));
    }

    #[test]
    fn junk_in_a_number_counts_as_missing() {
        let old = numbers("t", vec![1.0, 2.0]);
        let report = baseline(&old).compare(&table(&texts(Kind::Category, &["1", "junk"])), None);
        assert_eq!(report.columns[0].missing, (0.0, 0.5));
    }

    #[test]
    fn integers_of_a_category_are_levels() {
        let wanted = ColumnSchema {
            name: "x".into(),
            kind: Kind::Category,
            levels: vec!["1".into()],
            range: None,
        };
        let schema = Schema {
            columns: vec![wanted],
            missing_tokens: vec![],
        };
        let baseline = Baseline::of(&table(&numbers("x", vec![1.0, 1.0])), &schema, None);
        assert_eq!(baseline.columns[0].bins.counts(), [2, 0]);
    }
}

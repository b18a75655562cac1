//! What training data looked like, and how far new rows have moved from it.

mod bins;
mod tables;

use std::fmt;

use serde::{Deserialize, Serialize};
use tabwright_table::{Column, Kind, Schema, Table, Values};

pub use self::tables::{ComparedColumn, Comparison, KindChange, Shape, compare_tables};

use self::bins::{count_levels, count_numbers, level_bins, number_bins};
use crate::coerce::{coerce, numbers_of};

/// Bins of a number whose values do not repeat.
const DECILES: usize = 10;
/// Levels that are bins of their own.
const MAX_LEVELS: usize = 50;
/// Below this index a column has not moved.
const STABLE: f64 = 0.1;
/// Up to this index it has moved somewhat.
const MODERATE: f64 = 0.25;

/// What new rows are compared with, `baseline.json` in a bundle: counts only, no rows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Reference {
    /// Rows behind the counts.
    pub n_rows: u64,
    /// One a raw input column.
    pub columns: Vec<ColumnReference>,
    /// The held-out score's distribution (binary: probability of class 1; regression: prediction; multiclass: called class).
    pub score: Option<ColumnReference>,
}

/// One column's reference.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ColumnReference {
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

/// Whether a column has moved, by its stability index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Not: below 0.1.
    Stable,
    /// Somewhat: to 0.25.
    Moderate,
    /// Far: above.
    Major,
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
    /// By the larger of the two indices.
    pub verdict: Verdict,
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

impl Reference {
    /// Counts the columns of `schema` in a raw table, and a score a row (numbers, or class names by code).
    /// Of free text and identifiers only the missing values are counted: their texts are data.
    pub fn of(table: &Table, schema: &Schema, score: Option<&Column>) -> Reference {
        let columns = schema.columns.iter().filter_map(|wanted| {
            let column = table.column(&wanted.name)?;
            // A column that was read as another kind counts as what the model sees of it.
            Some(coerce(column, wanted).map_or_else(
                |_| ColumnReference::of(column),
                |column| ColumnReference::of(&column),
            ))
        });
        Reference {
            n_rows: table.n_rows() as u64,
            columns: columns.collect(),
            score: score.map(ColumnReference::of),
        }
    }

    /// Compares new rows; columns that they lack are left out.
    pub fn compare(&self, table: &Table, score: Option<&Column>) -> DriftReport {
        let drifts = self.columns.iter().filter_map(|reference| {
            let column = table.column(&reference.name)?;
            Some(reference.compare(column, self.n_rows))
        });
        let mut columns: Vec<ColumnDrift> = drifts.collect();
        columns.sort_by(|a, b| b.worst().total_cmp(&a.worst()));
        let score = self.score.as_ref().zip(score).map(|(reference, column)| {
            let n_rows = reference.n_missing + reference.bins.counts().iter().sum::<u64>();
            reference.compare(column, n_rows)
        });
        DriftReport {
            n_rows: table.n_rows() as u64,
            columns,
            score,
        }
    }
}

impl ColumnReference {
    fn of(column: &Column) -> ColumnReference {
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
        ColumnReference {
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
            verdict: Verdict::of(psi.max(missing_psi)),
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

impl Verdict {
    fn of(psi: f64) -> Verdict {
        if psi < STABLE {
            Verdict::Stable
        } else if psi <= MODERATE {
            Verdict::Moderate
        } else {
            Verdict::Major
        }
    }

    /// The word, on screen and in files.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Stable => "stable",
            Verdict::Moderate => "moderate",
            Verdict::Major => "major",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.word())
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
            values: Values::Codes {
                codes,
                levels: levels.into(),
            },
        })
    }

    fn table(column: &Arc<Column>) -> Table {
        Table::new(vec![Arc::clone(column)], column.values.len()).unwrap()
    }

    fn reference(column: &Arc<Column>) -> Reference {
        let table = table(column);
        Reference::of(&table, &Schema::of(&table, &[]), None)
    }

    #[test]
    fn a_number_has_ten_bins_of_equal_counts() {
        let column = numbers("x", (1..=100).map(f64::from).collect());
        let Bins::Number { edges, counts } = &reference(&column).columns[0].bins else {
            panic!("expected numbers")
        };
        assert_eq!(
            edges,
            &[10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 90.0]
        );
        assert_eq!(counts, &[10; 10]);
        let report = reference(&column).compare(&table(&column), None);
        assert_eq!(
            (report.columns[0].psi, report.columns[0].verdict),
            (0.0, Verdict::Stable)
        );
        assert_eq!(report.columns[0].bins[..2], ["≤ 10", "10 – 20"]);
        assert_eq!(report.columns[0].reference, vec![0.1; 10]);
    }

    #[test]
    fn values_below_a_repeated_smallest_are_news() {
        let column = numbers("x", vec![0.0, 0.0, 0.0, 1.0]);
        let report = reference(&column).compare(&table(&numbers("x", vec![-5.0; 4])), None);
        assert_eq!(report.columns[0].bins, ["< 0", "= 0", "0 – 1", "> 1"]);
        assert_eq!(report.columns[0].current, [1.0, 0.0, 0.0, 0.0]);
        assert_eq!(report.columns[0].verdict, Verdict::Major);
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
        let reference = Reference::of(&old, &Schema::of(&old, &[]), Some(&score));
        let report = reference.compare(&new.unwrap(), Some(&score));
        let names: Vec<_> = report
            .columns
            .iter()
            .map(|c| (c.name.as_str(), c.verdict.word()))
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
        } = &reference(&old).columns[0].bins
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
        let report = reference(&old).compare(
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
        let reference = reference(&column);
        assert!(!serde_json::to_string(&reference).unwrap().contains("Ada"));
        let report = reference.compare(&table(&texts(Kind::Text, &["Grace Hopper"])), None);
        assert_eq!(
            (report.columns[0].psi, report.columns[0].unseen),
            (0.0, 0.0)
        );
        assert_eq!(report.columns[0].missing, (1.0 / 3.0, 0.0));
    }

    #[test]
    fn junk_in_a_number_counts_as_missing() {
        let old = numbers("t", vec![1.0, 2.0]);
        let report = reference(&old).compare(&table(&texts(Kind::Category, &["1", "junk"])), None);
        assert_eq!(report.columns[0].missing, (0.0, 0.5));
    }

    #[test]
    fn integers_of_a_category_are_levels() {
        let wanted = ColumnSchema {
            name: "x".into(),
            kind: Kind::Category,
            levels: vec!["1".into()],
            range: None,
            format: None,
        };
        let schema = Schema {
            columns: vec![wanted],
            missing_tokens: vec![],
        };
        let reference = Reference::of(&table(&numbers("x", vec![1.0, 1.0])), &schema, None);
        assert_eq!(reference.columns[0].bins.counts(), [2, 0]);
    }
}

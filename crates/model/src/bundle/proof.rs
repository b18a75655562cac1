//! Rows that a model must score to the bit, made from its schema and its thresholds: no training row is among them.

use tabwright_recipe::FeatureKind;
use tabwright_table::{ColumnSchema, Encoding, Kind, Reader, Table, format_number};

use super::{Proof, ProofReport, entries::PROOF};
use crate::{ModelError, Pipeline, Predictor, coerce::is_time, text::write_record};

/// Rows in all.
const MAX_ROWS: usize = 200;
/// Rows that are not about thresholds, where there are many thresholds.
const MAX_SPECIAL: usize = 110;
/// Levels of one column that are tried.
const MAX_LEVELS: usize = 20;
/// Beyond most data.
const EXTREME: f64 = 1e12;
/// Seconds of a day.
const DAY: f64 = 86_400.0;
/// Fractional parts of the multiples of an irrational number fill 0..1 evenly (Weyl).
const GOLDEN: f64 = 0.618_033_988_749_894_9;

type Row = Vec<String>;

/// Proof rows and their margins, by the way that every row takes: CSV, reader, recipe, model.
pub(super) fn make(pipeline: &Pipeline) -> Result<Proof, ModelError> {
    let columns = &pipeline.schema.columns;
    if columns.is_empty() {
        return Ok(Proof {
            rows: Vec::new(),
            margins: Vec::new(),
        });
    }
    let mut rows = Vec::new();
    write_record(&mut rows, columns.iter().map(|column| column.name.as_str()));
    for row in proof_rows(pipeline) {
        write_record(&mut rows, row.iter().map(String::as_str));
    }
    let margins = score(pipeline, &rows)?;
    Ok(Proof { rows, margins })
}

/// Scores the rows again and compares bits.
pub(super) fn replay(pipeline: &Pipeline, proof: &Proof) -> Result<ProofReport, ModelError> {
    let found = if proof.rows.is_empty() {
        Vec::new()
    } else {
        score(pipeline, &proof.rows)?
    };
    if found.len() != proof.margins.len() {
        return Err(ModelError::BadEntry {
            entry: PROOF.into(),
            message: format!(
                "it has margins for {} rows, proof.csv has {} rows",
                proof.margins.len(),
                found.len()
            ),
        });
    }
    let pairs = || found.iter().flatten().zip(proof.margins.iter().flatten());
    Ok(ProofReport {
        n_rows: found.len(),
        n_margins: pairs().count(),
        n_differing: pairs()
            .filter(|(found, expected)| found != expected)
            .count(),
    })
}

/// Margins as hex digits of their bits.
fn score(pipeline: &Pipeline, csv: &[u8]) -> Result<Vec<Vec<String>>, ModelError> {
    let scores = pipeline.score(&read(pipeline, csv)?)?;
    let bits = |margin: &f64| format!("{:016x}", margin.to_bits());
    let rows = scores
        .margins
        .chunks(pipeline.model.task.n_outputs().max(1));
    Ok(rows.map(|row| row.iter().map(bits).collect()).collect())
}

fn read(pipeline: &Pipeline, csv: &[u8]) -> Result<Table, ModelError> {
    let mut options = pipeline.read_options();
    options.delimiter = Some(',');
    options.encoding = Some(Encoding::Utf8);
    // Every row is one to be scored, also one whose first level starts with #.
    options.comment = Some(' ');
    // Proof rows are written the plain way, whatever the way of the file that the model was trained on.
    let plain = |column: &ColumnSchema| (column.name.clone(), column.kind.plain_format());
    options.formats = (pipeline.schema.columns.iter())
        .filter(|column| column.kind.is_number())
        .map(plain)
        .collect();
    let mut reader = Reader::new(options);
    reader.push(csv)?;
    Ok(reader.finish()?.0)
}

fn proof_rows(pipeline: &Pipeline) -> Vec<Row> {
    let columns = &pipeline.schema.columns;
    let thresholds = thresholds(pipeline);
    let special = special_rows(columns);
    let n_special = MAX_SPECIAL.max(MAX_ROWS.saturating_sub(3 * thresholds.len()));
    let mut rows = thinned(special, n_special);
    let room = (MAX_ROWS - rows.len()) / 3;
    for (position, threshold) in thinned(thresholds, room) {
        for text in around(&columns[position], threshold) {
            let mut row = varied(columns, rows.len());
            row[position] = text;
            rows.push(row);
        }
    }
    rows
}

/// At most `limit` of the items, at a fixed stride.
fn thinned<T>(items: Vec<T>, limit: usize) -> Vec<T> {
    let n = items.len();
    let kept = |position: usize| n <= limit || (position * limit) % n < limit;
    items
        .into_iter()
        .enumerate()
        .filter(|(position, _)| kept(*position))
        .map(|(_, item)| item)
        .collect()
}

/// The middle row, then one column at a time missing, unseen, extreme or at a level, then all missing.
fn special_rows(columns: &[ColumnSchema]) -> Vec<Row> {
    let base: Row = columns.iter().map(|column| at(column, 0.5)).collect();
    let mut rows = vec![base.clone(), vec![String::new(); columns.len()]];
    for (position, column) in columns.iter().enumerate() {
        for text in special_values(column) {
            let mut row = base.clone();
            row[position] = text;
            rows.push(row);
        }
    }
    rows
}

fn special_values(column: &ColumnSchema) -> Vec<String> {
    let mut texts = vec![String::new()];
    if !column.kind.is_number() {
        texts.push(unseen(&column.levels));
        texts.extend(column.levels.iter().take(MAX_LEVELS).cloned());
        return texts;
    }
    let (low, high) = column.range.unwrap_or((0.0, 1.0));
    let beyond = if is_time(column.kind) {
        [low - 3650.0 * DAY, high + 3650.0 * DAY]
    } else {
        [-EXTREME, EXTREME]
    };
    texts.extend(
        [low, high]
            .into_iter()
            .chain(beyond)
            .map(|x| number(column.kind, x)),
    );
    texts
}

/// A text that is none of the levels.
fn unseen(levels: &[String]) -> String {
    let mut text = "unseen".to_string();
    while levels.contains(&text) {
        text.push('_');
    }
    text
}

/// A value at a fraction of a column's range or levels; free text is one word.
fn at(column: &ColumnSchema, fraction: f64) -> String {
    match column.range {
        Some((low, high)) if column.kind.is_number() => {
            number(column.kind, low + (high - low) * fraction)
        }
        _ if column.kind.is_number() => String::new(),
        // The middle row has the first level.
        _ if fraction == 0.5 => column
            .levels
            .first()
            .cloned()
            .unwrap_or_else(|| "text".into()),
        _ => {
            let position = (fraction * column.levels.len() as f64) as usize;
            column
                .levels
                .get(position)
                .cloned()
                .unwrap_or_else(|| "text".into())
        }
    }
}

/// A row whose values spread over ranges and levels, some missing, so that thresholds are met far down the trees.
fn varied(columns: &[ColumnSchema], seed: usize) -> Row {
    let cell = |(position, column)| {
        if (seed + position) % 11 == 10 {
            return String::new();
        }
        let turns = (seed + 1) as f64 * GOLDEN + (position * position) as f64 * GOLDEN;
        at(column, turns - turns.floor())
    };
    columns.iter().enumerate().map(cell).collect()
}

/// A number as a cell of that kind: whole for integers, days and times (to the second).
fn number(kind: Kind, x: f64) -> String {
    let x = match kind {
        Kind::Integer | Kind::Datetime => x.floor(),
        Kind::Date => (x / DAY).floor() * DAY,
        _ => x,
    };
    if x.is_finite() {
        format_number(kind, x)
    } else {
        String::new()
    }
}

/// A threshold and its nearest neighbours that a cell of that kind can hold.
fn around(column: &ColumnSchema, threshold: f64) -> [String; 3] {
    let neighbours = match column.kind {
        Kind::Integer | Kind::Datetime => [threshold - 1.0, threshold, threshold + 1.0],
        Kind::Date => [threshold - DAY, threshold, threshold + DAY],
        _ => [threshold.next_down(), threshold, threshold.next_up()],
    };
    neighbours.map(|x| number(column.kind, x))
}

/// Thresholds on features that are numeric columns of the schema by name: (position in the schema, threshold).
fn thresholds(pipeline: &Pipeline) -> Vec<(usize, f64)> {
    let Predictor::Trees(ensemble) = &pipeline.model.predictor else {
        return Vec::new();
    };
    let columns = &pipeline.schema.columns;
    let position_of = |feature: &tabwright_recipe::Feature| {
        columns.iter().position(|column| {
            feature.kind == FeatureKind::Number
                && column.kind.is_number()
                && column.name == feature.name
        })
    };
    let positions: Vec<Option<usize>> = pipeline.model.features.iter().map(position_of).collect();
    let mut found: Vec<(usize, f64)> = ensemble
        .trees
        .iter()
        .flat_map(|tree| tree.feature.iter().zip(&tree.threshold))
        .filter_map(|(&feature, &threshold)| {
            Some(((*positions.get(feature as usize)?)?, threshold))
        })
        .collect();
    found.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.total_cmp(&b.1)));
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(kind: Kind, range: Option<(f64, f64)>, levels: &[&str]) -> ColumnSchema {
        let levels = levels.iter().map(|&level| level.into()).collect();
        ColumnSchema {
            name: "x".into(),
            kind,
            levels,
            range,
            format: None,
        }
    }

    #[test]
    fn neighbours_are_what_the_kind_can_hold() {
        let range = Some((0.0, 1.0));
        assert_eq!(
            around(&column(Kind::Decimal, range, &[]), 0.3),
            ["0.29999999999999993", "0.3", "0.30000000000000004"]
        );
        assert_eq!(
            around(&column(Kind::Integer, range, &[]), 3.5),
            ["2", "3", "4"]
        );
        assert_eq!(
            around(&column(Kind::Date, range, &[]), 1.5 * DAY),
            ["1970-01-01", "1970-01-02", "1970-01-03"]
        );
        assert_eq!(
            around(&column(Kind::Datetime, range, &[]), 1.5)[2],
            "1970-01-01 00:00:02"
        );
    }

    #[test]
    fn values_spread_over_the_column() {
        let levels = column(Kind::Category, None, &["a", "b", "unseen"]);
        assert_eq!(at(&levels, 0.5), "a");
        assert_eq!(at(&levels, 0.99), "unseen");
        assert_eq!(special_values(&levels), ["", "unseen_", "a", "b", "unseen"]);
        assert_eq!(at(&column(Kind::Integer, Some((1.0, 4.0)), &[]), 0.5), "2");
        assert_eq!(at(&column(Kind::Integer, None, &[]), 0.5), "");
        let number = column(Kind::Decimal, Some((-1.0, 4.5)), &[]);
        assert_eq!(
            special_values(&number),
            ["", "-1", "4.5", "-1000000000000", "1000000000000"]
        );
    }

    #[test]
    fn thinning_keeps_the_first_and_a_fixed_stride() {
        assert_eq!(thinned((0..10).collect(), 10).len(), 10);
        assert_eq!(thinned((0..10).collect(), 5), [0, 2, 4, 6, 8]);
        for n in 0..50_usize {
            for limit in 0..20_usize {
                assert_eq!(
                    thinned((0..n).collect(), limit).len(),
                    n.min(limit),
                    "{n} to {limit}"
                );
            }
        }
    }
}

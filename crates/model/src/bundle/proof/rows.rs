//! Which rows prove a model: made from its schema and its thresholds, no training row is among them.
//!
//! In order, each kind thinned to its limit at a fixed stride where there are more:
//!
//! 1. a middle row, and one where all is missing;
//! 2. the middle row with one column missing ([`MAX_MISSING`]);
//! 3. the middle row with a level that training did not see ([`MAX_UNSEEN`]);
//! 4. the middle row with an extreme in one column: both ends of its range, and what is far beyond, next to nothing, or less than
//!    nothing by its sign alone ([`MAX_EXTREME`]);
//! 5. the middle row with one level in the place of the first ([`MAX_LEVELS`]);
//! 6. rows of values that spread over all columns ([`N_SPREAD`]), so that leaves far down are met;
//! 7. each threshold of a tree on a raw column, and the nearest values below and above that such a cell can hold, each in such
//!    a spread row: as many thresholds as [`MAX_ROWS`] leaves room for.

use tabwright_recipe::program::{Op, Operand, Program};
use tabwright_table::{ColumnSchema, Kind, format_number};

use crate::{ModelError, Pipeline, Predictor, coerce::is_time};

/// Rows in all.
const MAX_ROWS: usize = 400;
/// Rows with one value missing.
const MAX_MISSING: usize = 80;
/// Rows with one unseen level.
const MAX_UNSEEN: usize = 40;
/// Rows with one extreme.
const MAX_EXTREME: usize = 90;
/// Rows with one level.
const MAX_LEVELS: usize = 60;
/// Rows that are spread over all columns and are about nothing else.
const N_SPREAD: usize = 40;
/// Levels of one column that are tried.
const MAX_LEVELS_OF_ONE: usize = 20;
/// Beyond most data, and whole.
const LARGE: f64 = 1e12;
/// The least number above 0.
const TINY: f64 = f64::from_bits(1);
/// Seconds of a day.
const DAY: f64 = 86_400.0;
/// Fractional parts of the multiples of an irrational number fill 0..1 evenly (Weyl).
const GOLDEN: f64 = 0.618_033_988_749_894_9;

/// A cell a column, as text.
pub(super) type Row = Vec<String>;

/// The rows.
pub(super) fn of(pipeline: &Pipeline) -> Result<Vec<Row>, ModelError> {
    let columns = &pipeline.schema.columns;
    let mut rows = special_rows(columns);
    for _ in 0..N_SPREAD {
        rows.push(varied(columns, rows.len()));
    }
    let room = (MAX_ROWS - rows.len().min(MAX_ROWS)) / 3;
    for (position, threshold) in thinned(thresholds(pipeline)?, room) {
        for text in around(&columns[position], threshold) {
            let mut row = varied(columns, rows.len());
            row[position] = text;
            rows.push(row);
        }
    }
    Ok(rows)
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

/// Cells of a column that are worth a row each.
type Cells = fn(&ColumnSchema) -> Vec<String>;

/// All that is not about thresholds.
fn special_rows(columns: &[ColumnSchema]) -> Vec<Row> {
    let base: Row = columns.iter().map(|column| at(column, 0.5)).collect();
    let mut rows = vec![base.clone(), vec![String::new(); columns.len()]];
    let kinds: [(Cells, usize); 4] = [
        (|_| vec![String::new()], MAX_MISSING),
        (unseen, MAX_UNSEEN),
        (extremes, MAX_EXTREME),
        (levels, MAX_LEVELS),
    ];
    for (values, limit) in kinds {
        let cells: Vec<(usize, String)> = columns
            .iter()
            .enumerate()
            .flat_map(|(position, column)| values(column).into_iter().map(move |it| (position, it)))
            .collect();
        for (position, text) in thinned(cells, limit) {
            let mut row = base.clone();
            row[position] = text;
            rows.push(row);
        }
    }
    rows
}

/// A text that is none of the levels; nothing for numbers.
fn unseen(column: &ColumnSchema) -> Vec<String> {
    if column.kind.is_number() {
        return Vec::new();
    }
    let mut text = "unseen".to_string();
    while column.levels.contains(&text) {
        text.push('_');
    }
    vec![text]
}

fn levels(column: &ColumnSchema) -> Vec<String> {
    let all = column.levels.iter().filter(|_| !column.kind.is_number());
    all.take(MAX_LEVELS_OF_ONE).cloned().collect()
}

/// What a number's cell may hold at its worst: the ends of the range, then far beyond. The reader holds every finite number; of
/// dates the calendar's ends differ between engines, so ten years beyond the range must do.
fn extremes(column: &ColumnSchema) -> Vec<String> {
    if !column.kind.is_number() {
        return Vec::new();
    }
    let (low, high) = column.range.unwrap_or((0.0, 1.0));
    let beyond: &[f64] = match column.kind {
        Kind::Date | Kind::Datetime => &[low - 3650.0 * DAY, high + 3650.0 * DAY],
        Kind::Integer => &[-LARGE, LARGE, f64::MIN, f64::MAX],
        _ => &[-LARGE, LARGE, f64::MIN, f64::MAX, TINY, -TINY],
    };
    let mut texts: Vec<String> = [low, high]
        .iter()
        .chain(beyond)
        .map(|&x| number(column.kind, x))
        .collect();
    if !is_time(column.kind) {
        texts.push("-0".into());
    }
    texts
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

/// A threshold and its nearest neighbours that a cell of that kind can hold. In a column of texts that are read as numbers, that
/// is any number.
fn around(column: &ColumnSchema, threshold: f64) -> [String; 3] {
    let kind = if column.kind.is_number() {
        column.kind
    } else {
        Kind::Decimal
    };
    let neighbours = match kind {
        Kind::Integer | Kind::Datetime => [threshold - 1.0, threshold, threshold + 1.0],
        Kind::Date => [threshold - DAY, threshold, threshold + DAY],
        _ => [threshold.next_down(), threshold, threshold.next_up()],
    };
    neighbours.map(|x| number(kind, x))
}

/// Where raw numbers decide: (position in the schema, threshold), ascending, each once. Those of trees on features that are a raw
/// column but for missing values and what is not whole, and numbers that are told apart as categories.
fn thresholds(pipeline: &Pipeline) -> Result<Vec<(usize, f64)>, ModelError> {
    let model = &pipeline.model;
    let program = pipeline.recipe.program(&pipeline.schema, &model.features)?;
    let mut found = Vec::new();
    for op in &program.ops {
        if let Op::LookupNumber {
            number, entries, ..
        } = op
            && let Some(position) = raw_column(&program, number)
        {
            found.extend(entries.iter().map(|(number, _)| (position, *number)));
        }
    }
    if let Predictor::Trees(ensemble) = &model.predictor {
        let raw = |feature: &Operand| raw_column(&program, feature);
        let positions: Vec<Option<usize>> = program.features.iter().map(raw).collect();
        let splits = ensemble
            .trees
            .iter()
            .flat_map(|tree| tree.feature.iter().zip(&tree.threshold));
        found.extend(splits.filter_map(|(&feature, &threshold)| {
            Some(((*positions.get(feature as usize)?)?, threshold))
        }));
    }
    found.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.total_cmp(&b.1)));
    found.dedup();
    Ok(found)
}

/// The raw column whose numbers these are, where no operation on the way changes a number that it lets through.
fn raw_column(program: &Program, operand: &Operand) -> Option<usize> {
    match operand {
        Operand::Input(position) => Some(*position),
        Operand::Op(at) => match program.ops.get(*at)? {
            Op::Fill(_, number, Operand::Number(_))
            | Op::Whole(number)
            | Op::ReadNumber(number) => raw_column(program, number),
            _ => None,
        },
        _ => None,
    }
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
        let zero = around(&column(Kind::Decimal, range, &[]), 0.0);
        assert_eq!(zero, ["-5e-324", "0", "5e-324"]);
        let last = around(&column(Kind::Decimal, range, &[]), f64::MAX);
        assert_eq!(last[1..], ["1.7976931348623157e308", ""]);
    }

    #[test]
    fn values_spread_over_the_column() {
        let categories = column(Kind::Category, None, &["a", "b", "unseen"]);
        assert_eq!(at(&categories, 0.5), "a");
        assert_eq!(at(&categories, 0.99), "unseen");
        assert_eq!(unseen(&categories), ["unseen_"]);
        assert_eq!(levels(&categories), ["a", "b", "unseen"]);
        assert!(extremes(&categories).is_empty());
        assert_eq!(at(&column(Kind::Integer, Some((1.0, 4.0)), &[]), 0.5), "2");
        assert_eq!(at(&column(Kind::Integer, None, &[]), 0.5), "");
        let number = column(Kind::Decimal, Some((-1.0, 4.5)), &[]);
        assert_eq!(
            extremes(&number),
            [
                "-1",
                "4.5",
                "-1000000000000",
                "1000000000000",
                "-1.7976931348623157e308",
                "1.7976931348623157e308",
                "5e-324",
                "-5e-324",
                "-0"
            ]
        );
        assert!(unseen(&number).is_empty() && levels(&number).is_empty());
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

    #[test]
    fn special_rows_leave_room_for_thresholds() {
        let wide: Vec<ColumnSchema> = (0..500)
            .map(|i| match i % 2 {
                0 => column(Kind::Decimal, Some((0.0, 1.0)), &[]),
                _ => column(Kind::Category, None, &["a", "b", "c"]),
            })
            .collect();
        let rows = special_rows(&wide);
        assert_eq!(
            rows.len(),
            2 + MAX_MISSING + MAX_UNSEEN + MAX_EXTREME + MAX_LEVELS
        );
        assert!(MAX_ROWS - rows.len() - N_SPREAD >= 3 * 25);
        // Thinning does not always leave out the same extreme.
        for text in extremes(&wide[0]) {
            assert!(rows.iter().any(|row| row.contains(&text)), "{text}");
        }
    }
}

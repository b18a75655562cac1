//! Fill missing values.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tabwright_table::{
    Column, Kind, Levels, MISSING_CODE, Table, Values, format_number, parse_number, parse_time,
};

use super::{FieldInfo, FieldKind, Learn, StepInfo, Transform, counted, listed};
use crate::{
    edit::{find, require_new, with},
    error::Problem,
    middle::{mean, median, mode},
    program::{Columns, Op, Operand, Type},
    value::{DAY, parse_truth},
};

/// The columns to fill, and with what.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Impute {
    /// The columns to fill.
    pub columns: Vec<String>,
    /// With what.
    pub method: ImputeMethod,
    /// Adds a boolean column `<name>_missing` that remembers which were filled.
    #[serde(default)]
    pub indicator: bool,
}

/// What fills a missing value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImputeMethod {
    /// The training rows' mean (numbers).
    Mean,
    /// The training rows' median (numbers).
    Median,
    /// The training rows' most frequent value; of equally frequent ones the first in order.
    Mode,
    /// This value, read as the column's kind.
    Constant(String),
}

/// What fills each column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FittedImpute {
    /// The columns to fill.
    pub columns: Vec<ImputedColumn>,
    /// Adds a boolean column `<name>_missing` for each.
    pub indicator: bool,
}

/// A column and what fills it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ImputedColumn {
    /// The column's name.
    pub column: String,
    /// What fills it; absent where the training rows had no value to learn from, and then nothing is filled.
    pub fill: Option<Fill>,
}

/// A value that fills.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Fill {
    /// A number, or a time in seconds since 1970-01-01T00:00.
    Number(f64),
    /// A level.
    Text(String),
}

impl Learn for Impute {
    const INFO: StepInfo = StepInfo {
        tag: "impute",
        title: "Fill missing values",
        help: "Puts a value where there is none, learnt from the training rows alone. Trees do well without it; linear models \
               need it.",
        fields: &[
            FieldInfo {
                name: "columns",
                label: "Columns",
                help: "The columns to fill.",
                kind: FieldKind::Columns,
            },
            FieldInfo {
                name: "method",
                label: "Fill with",
                help: "Mean and median are for numbers and dates; the median does not mind extremes.",
                kind: FieldKind::ChoiceOrText(&[
                    ("median", "Median"),
                    ("mean", "Mean"),
                    ("mode", "Most frequent value"),
                    ("constant", "This value"),
                ]),
            },
            FieldInfo {
                name: "indicator",
                label: "Remember which were missing",
                help: "Adds a yes/no column NAME_missing, for where being missing says something in itself.",
                kind: FieldKind::Flag,
            },
        ],
    };

    #[cfg(test)]
    const EXAMPLES: &'static [&'static str] = &[
        r#"{"step": "impute", "columns": ["age", "boarded"], "method": "mean", "indicator": true}"#,
        r#"{"step": "impute", "columns": ["age", "sex"], "method": "mode"}"#,
        r#"{"step": "impute", "columns": ["age"], "method": "median"}"#,
        r#"{"step": "impute", "columns": ["sex"], "method": {"constant": "unknown"}}"#,
    ];

    type Fitted = FittedImpute;

    fn learn(&self, table: &Table, train: &[u32]) -> Result<Self::Fitted, Problem> {
        let mut columns = Vec::with_capacity(self.columns.len());
        for name in &self.columns {
            if self.indicator {
                require_new(table, &indicator_name(name))?;
            }
            let fill = self.method.fill(find(table, name)?, train)?;
            columns.push(ImputedColumn {
                column: name.clone(),
                fill,
            });
        }
        Ok(FittedImpute {
            columns,
            indicator: self.indicator,
        })
    }
}

impl Transform for FittedImpute {
    fn apply(&self, table: &Table) -> Result<Table, Problem> {
        let mut table = table.clone();
        for ImputedColumn { column: name, fill } in &self.columns {
            let column = find(&table, name)?.clone();
            if self.indicator {
                table = with(&table, indicator(&column))?;
            }
            if let Some(fill) = fill {
                table = with(&table, filled(&column, fill)?)?;
            }
        }
        Ok(table)
    }

    fn compile(&self, columns: &mut Columns) -> Result<(), Problem> {
        for ImputedColumn { column: name, fill } in &self.columns {
            let mut column = columns.find(name)?.clone();
            if self.indicator {
                let missing = columns.push(Op::IsMissing(column.value.clone()));
                let words = ["false".into(), "true".into()];
                let indicator = columns.yes_no(&indicator_name(name), missing, words);
                columns.put(indicator);
            }
            let (of, by) = match fill {
                None => continue,
                Some(Fill::Number(number)) => (Type::Number, Operand::Number(*number)),
                Some(Fill::Text(text)) => (Type::Text, Operand::Text(text.clone())),
            };
            if let Operand::Number(number) = by
                && number.fract() != 0.0
                && column.kind == Kind::Integer
            {
                column.kind = Kind::Decimal;
            }
            column.value = columns.push(Op::Fill(of, column.value, by));
            columns.put(column);
        }
        Ok(())
    }

    fn summary(&self, before: &Table, _after: &Table) -> String {
        let each = self
            .columns
            .iter()
            .filter_map(|ImputedColumn { column, fill }| {
                let column = before.column(column)?;
                let n_missing = (0..before.n_rows())
                    .filter(|&row| column.values.is_missing(row))
                    .count();
                let name = &column.name;
                Some(match fill {
                    Some(fill) => format!(
                        "{name}: {} for {n_missing} missing",
                        written(column.kind, fill)
                    ),
                    None => format!(
                        "{name}: no value to learn from, {} left missing",
                        counted(n_missing, "row")
                    ),
                })
            });
        listed(&each.collect::<Vec<_>>(), "; ")
    }

    fn trace(&self, needed: &mut BTreeSet<String>) {
        for ImputedColumn { column, .. } in &self.columns {
            if self.indicator && needed.remove(&indicator_name(column)) {
                needed.insert(column.clone());
            }
        }
    }

    fn pruned(&self, needed: &BTreeSet<String>) -> Option<Self> {
        let is_needed = |name: &String| {
            needed.contains(name) || self.indicator && needed.contains(&indicator_name(name))
        };
        let columns: Vec<_> = self
            .columns
            .iter()
            .filter(|entry| is_needed(&entry.column))
            .cloned()
            .collect();
        (!columns.is_empty()).then_some(FittedImpute {
            columns,
            indicator: self.indicator,
        })
    }
}

impl ImputeMethod {
    fn fill(&self, column: &Column, train: &[u32]) -> Result<Option<Fill>, Problem> {
        if let ImputeMethod::Constant(text) = self {
            return constant(column, text).map(Some);
        }
        match &column.values {
            Values::Numbers(numbers) => {
                let mut present: Vec<f64> = train
                    .iter()
                    .map(|&row| numbers[row as usize])
                    .filter(|x| !x.is_nan())
                    .collect();
                let number = match self {
                    ImputeMethod::Mean => mean(&present),
                    ImputeMethod::Median => median(&mut present),
                    _ => mode(&mut present),
                };
                // A column of days stays one.
                let day = |x: f64| {
                    if column.kind == Kind::Date {
                        (x / DAY).floor() * DAY
                    } else {
                        x
                    }
                };
                Ok(number.map(|x| Fill::Number(day(x))))
            }
            Values::Codes { codes, levels } if *self == ImputeMethod::Mode => {
                let mut counts = vec![0_u32; levels.len()];
                for &row in train {
                    if let Some(count) = counts.get_mut(codes[row as usize] as usize) {
                        *count += 1;
                    }
                }
                let most = counts.iter().copied().max().filter(|&most| most > 0);
                let level = most
                    .and_then(|most| levels.get(counts.iter().position(|&count| count == most)?));
                Ok(level.cloned().map(Fill::Text))
            }
            Values::Codes { .. } => Err(Problem::Message(format!(
                "\"{}\" holds {}, which has no mean or median; choose the most frequent value or type one",
                column.name,
                column.kind.name()
            ))),
        }
    }
}

/// A typed value as the column's kind.
fn constant(column: &Column, text: &str) -> Result<Fill, Problem> {
    let text = text.trim();
    let fill = match (&column.values, column.kind) {
        (Values::Numbers(_), Kind::Date) => parse_time(text)
            .filter(|x| x % DAY == 0.0)
            .map(Fill::Number),
        (Values::Numbers(_), Kind::Datetime) => parse_time(text).map(Fill::Number),
        (Values::Numbers(_), _) => parse_number(text).map(Fill::Number),
        (Values::Codes { levels, .. }, Kind::Boolean) => truth_level(levels, text).map(Fill::Text),
        _ => Some(text)
            .filter(|text| !text.is_empty())
            .map(|text| Fill::Text(text.to_owned())),
    };
    let expected = match column.kind {
        Kind::Date => "a day as 2024-01-31",
        Kind::Datetime => "a time as 2024-01-31 12:00",
        Kind::Boolean => "yes or no",
        Kind::Integer | Kind::Decimal => "a number",
        _ => "a text",
    };
    let name = &column.name;
    fill.ok_or_else(|| {
        Problem::Message(format!(
            "expected {expected} to fill \"{name}\", found \"{text}\""
        ))
    })
}

/// The level that is written so, or that means the same.
fn truth_level(levels: &[String], text: &str) -> Option<String> {
    let same = levels.iter().find(|level| level.eq_ignore_ascii_case(text));
    let place = || levels.get(usize::from(parse_truth(text)?.1));
    same.or_else(place).cloned()
}

fn indicator_name(column: &str) -> String {
    format!("{column}_missing")
}

fn indicator(column: &Column) -> Column {
    let codes = (0..column.values.len())
        .map(|row| u32::from(column.values.is_missing(row)))
        .collect();
    let levels = vec!["false".into(), "true".into()].into();
    Column {
        name: indicator_name(&column.name),
        kind: Kind::Boolean,
        values: Values::Codes { codes, levels },
    }
}

fn filled(column: &Column, fill: &Fill) -> Result<Column, Problem> {
    let mut kind = column.kind;
    let values = match (&column.values, fill) {
        (Values::Numbers(numbers), Fill::Number(fill)) => {
            if kind == Kind::Integer && fill.fract() != 0.0 {
                kind = Kind::Decimal;
            }
            Values::Numbers(
                numbers
                    .iter()
                    .map(|&x| if x.is_nan() { *fill } else { x })
                    .collect(),
            )
        }
        (Values::Codes { codes, levels }, Fill::Text(fill)) => {
            let (levels, place) = including(levels, fill, kind);
            let is_new = levels.len() > column_levels(&column.values);
            let code = |&code: &u32| match code {
                MISSING_CODE => place,
                code if is_new && code >= place => code + 1,
                code => code,
            };
            Values::Codes {
                codes: codes.iter().map(code).collect(),
                levels,
            }
        }
        (Values::Numbers(_), Fill::Text(_)) => return Err(other_kind(column, "texts", "numbers")),
        (Values::Codes { .. }, Fill::Number(_)) => {
            return Err(other_kind(column, "numbers", "texts"));
        }
    };
    Ok(Column {
        name: column.name.clone(),
        kind,
        values,
    })
}

fn column_levels(values: &Values) -> usize {
    match values {
        Values::Numbers(_) => 0,
        Values::Codes { levels, .. } => levels.len(),
    }
}

/// The levels with one that may be new, in order, and its place. A boolean's are in no order and take it behind.
fn including(levels: &Levels, level: &str, kind: Kind) -> (Levels, u32) {
    if let Some(place) = levels.iter().position(|other| other == level) {
        return (Levels::clone(levels), place as u32);
    }
    let mut levels = levels.to_vec();
    let place = match kind {
        Kind::Boolean => levels.len(),
        _ => levels.partition_point(|other| other.as_str() < level),
    };
    levels.insert(place, level.to_owned());
    (levels.into(), place as u32)
}

fn other_kind(column: &Column, expected: &'static str, found: &'static str) -> Problem {
    Problem::Whole(crate::RecipeError::InputKind {
        column: column.name.clone(),
        expected,
        found,
    })
}

fn written(kind: Kind, fill: &Fill) -> String {
    match fill {
        Fill::Number(number) => format_number(kind, *number),
        Fill::Text(text) => format!("\"{text}\""),
    }
}

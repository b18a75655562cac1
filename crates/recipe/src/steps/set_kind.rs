//! Read a column as another kind.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tabwright_table::{
    Column, Kind, MISSING_CODE, Table, Values, format_number, parse_number, parse_time,
};

use super::{FieldInfo, FieldKind, Learn, StepInfo, Transform, counted};
use crate::{
    edit::{find, sorted_codes, with},
    error::Problem,
    program::{Columns, Held, Op},
    value::{DAY, parse_truth, truth_words},
};

/// A column and its new kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SetKind {
    /// Its name.
    pub column: String,
    /// The new kind.
    pub kind: Kind,
}

/// A column, its new kind, and how yes and no are spelt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FittedSetKind {
    /// Its name.
    pub column: String,
    /// The new kind.
    pub kind: Kind,
    /// The level that says no and the one that says yes, if the new kind is boolean.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub levels: Option<[String; 2]>,
}

impl Learn for SetKind {
    const INFO: StepInfo = StepInfo {
        tag: "set_kind",
        title: "Change type",
        help: "Reads a column as another type: a code written in digits as a category, numbers kept as text as numbers. What \
               does not fit becomes missing.",
        fields: &[
            FieldInfo {
                name: "column",
                label: "Column",
                help: "The column to read anew.",
                kind: FieldKind::Column,
            },
            FieldInfo {
                name: "kind",
                label: "Type",
                help: "What its values mean.",
                kind: FieldKind::Choice(&[
                    ("integer", "Whole number"),
                    ("decimal", "Number"),
                    ("boolean", "Yes / no"),
                    ("category", "Category"),
                    ("text", "Free text"),
                    ("date", "Date"),
                    ("datetime", "Date and time"),
                    ("identifier", "Identifier"),
                ]),
            },
        ],
    };

    #[cfg(test)]
    const EXAMPLES: &'static [&'static str] = &[
        r#"{"step": "set_kind", "column": "age", "kind": "category"}"#,
        r#"{"step": "set_kind", "column": "fare", "kind": "integer"}"#,
        r#"{"step": "set_kind", "column": "alone", "kind": "integer"}"#,
        r#"{"step": "set_kind", "column": "boarded", "kind": "datetime"}"#,
        r#"{"step": "set_kind", "column": "survived", "kind": "boolean"}"#,
    ];

    type Fitted = FittedSetKind;

    fn learn(&self, table: &Table, _train: &[u32]) -> Result<Self::Fitted, Problem> {
        let column = find(table, &self.column)?;
        let fitted = FittedSetKind {
            column: self.column.clone(),
            kind: self.kind,
            levels: (self.kind == Kind::Boolean).then(|| spelling(&column.values)),
        };
        let after = fitted.converted(column)?;
        let n_before = n_present(&column.values);
        if n_before > 0 && n_present(&after) == 0 {
            let (name, kind) = (&self.column, self.kind.name());
            return Err(Problem::Message(format!(
                "none of the {n_before} values of \"{name}\" can be read as {kind}; choose another type"
            )));
        }
        Ok(fitted)
    }
}

impl Transform for FittedSetKind {
    fn apply(&self, table: &Table) -> Result<Table, Problem> {
        let column = find(table, &self.column)?;
        let values = self.converted(column)?;
        with(
            table,
            Column {
                name: self.column.clone(),
                kind: self.kind,
                values,
            },
        )
    }

    fn compile(&self, columns: &mut Columns) -> Result<(), Problem> {
        let column = columns.find(&self.column)?.clone();
        let compiled = self.compiled(column, columns)?;
        columns.put(compiled);
        Ok(())
    }

    fn summary(&self, before: &Table, after: &Table) -> String {
        let [before, after] = [before, after].map(|table| table.column(&self.column));
        let (Some(before), Some(after)) = (before, after) else {
            return String::new();
        };
        let lost = n_present(&before.values) - n_present(&after.values);
        let misfits = match lost {
            0 => String::new(),
            n => format!("; {} did not fit and became missing", counted(n, "value")),
        };
        format!(
            "{}: {} to {}{misfits}",
            self.column,
            before.kind.name(),
            after.kind.name()
        )
    }

    fn pruned(&self, needed: &BTreeSet<String>) -> Option<Self> {
        needed.contains(&self.column).then(|| self.clone())
    }
}

impl FittedSetKind {
    fn converted(&self, column: &Column) -> Result<Values, Problem> {
        let from_number = !matches!(column.kind, Kind::Date | Kind::Datetime);
        match (&column.values, self.kind) {
            (values, kind) if kind == column.kind => Ok(values.clone()),
            (Values::Numbers(_), Kind::Date | Kind::Datetime) if from_number => Err(self.no_date()),
            (Values::Numbers(numbers), Kind::Integer) => Ok(whole(numbers)),
            (Values::Numbers(numbers), Kind::Date) => Ok(Values::Numbers(
                numbers.iter().map(|x| (x / DAY).floor() * DAY).collect(),
            )),
            (Values::Numbers(numbers), Kind::Decimal | Kind::Datetime) => {
                Ok(Values::Numbers(numbers.clone()))
            }
            (Values::Numbers(numbers), Kind::Boolean) => {
                Ok(self.truths(numbers.iter().map(|&x| zero_one(x))))
            }
            (Values::Numbers(numbers), _) => Ok(texts(column.kind, numbers)),
            (Values::Codes { codes, .. }, Kind::Integer | Kind::Decimal)
                if column.kind == Kind::Boolean =>
            {
                let number = |&code: &u32| {
                    if code == MISSING_CODE {
                        f64::NAN
                    } else {
                        f64::from(code)
                    }
                };
                Ok(Values::Numbers(codes.iter().map(number).collect()))
            }
            (Values::Codes { codes, levels }, Kind::Integer) => Ok(parsed(codes, levels, |text| {
                parse_number(text).filter(|x| x.fract() == 0.0)
            })),
            (Values::Codes { codes, levels }, Kind::Decimal) => {
                Ok(parsed(codes, levels, parse_number))
            }
            (Values::Codes { codes, levels }, Kind::Date) => Ok(parsed(codes, levels, |text| {
                parse_time(text).filter(|x| x % DAY == 0.0)
            })),
            (Values::Codes { codes, levels }, Kind::Datetime) => {
                Ok(parsed(codes, levels, parse_time))
            }
            (Values::Codes { codes, levels }, Kind::Boolean) => {
                let truths: Vec<_> = levels
                    .iter()
                    .map(|level| parse_truth(level).map(|(_, yes)| yes))
                    .collect();
                Ok(self.truths(
                    codes
                        .iter()
                        .map(|&code| truths.get(code as usize).copied().flatten()),
                ))
            }
            (Values::Codes { codes, levels }, _) => Ok(sorted_codes(codes, levels)),
        }
    }

    /// As [`converted`](Self::converted) does for values.
    fn compiled(&self, column: Held, columns: &mut Columns) -> Result<Held, Problem> {
        let value = column.value.clone();
        let is_time = matches!(column.kind, Kind::Date | Kind::Datetime);
        let op = match (column.kind, self.kind) {
            (from, to) if from == to => return Ok(column),
            (from, Kind::Date | Kind::Datetime) if from.is_number() && !is_time => {
                return Err(self.no_date());
            }
            (from, Kind::Integer) if from.is_number() => Op::Whole(value),
            (from, Kind::Date) if from.is_number() => Op::StartOfDay(value),
            (from, Kind::Decimal | Kind::Datetime) if from.is_number() => {
                return Ok(Held::new(&self.column, self.kind, value));
            }
            (from, Kind::Boolean) => {
                let truth = columns.push(if from.is_number() {
                    Op::OneIsYes(value)
                } else {
                    Op::ReadTruth(value)
                });
                return Ok(columns.yes_no(&self.column, truth, self.words()));
            }
            (from, _) if from.is_number() => Op::Write(value, from),
            (Kind::Boolean, Kind::Integer | Kind::Decimal) => {
                Op::ZeroOne(columns.truth_of(value, &column.no))
            }
            (_, Kind::Integer) => Op::Whole(columns.push(Op::ReadNumber(value))),
            (_, Kind::Decimal) => Op::ReadNumber(value),
            (_, Kind::Date | Kind::Datetime) => Op::ReadTime {
                text: value,
                only_days: self.kind == Kind::Date,
            },
            _ => return Ok(Held::new(&self.column, self.kind, value)),
        };
        let value = columns.push(op);
        Ok(Held::new(&self.column, self.kind, value))
    }

    fn no_date(&self) -> Problem {
        Problem::Message(format!(
            "a number is no date; \"{}\" can become one only if it is written as 2024-01-31",
            self.column
        ))
    }

    /// How no and yes are spelt.
    fn words(&self) -> [String; 2] {
        self.levels.clone().unwrap_or_else(|| truth_words(0))
    }

    fn truths(&self, truths: impl Iterator<Item = Option<bool>>) -> Values {
        let codes = truths
            .map(|truth| truth.map_or(MISSING_CODE, u32::from))
            .collect();
        Values::Codes {
            codes,
            levels: self.words().to_vec().into(),
        }
    }
}

/// How no and yes are to be spelt: by the words of the first level that is one, by 0 and 1 for numbers.
fn spelling(values: &Values) -> [String; 2] {
    match values {
        Values::Numbers(_) => ["0".into(), "1".into()],
        Values::Codes { levels, .. } => truth_words(
            levels
                .iter()
                .find_map(|level| parse_truth(level))
                .map_or(0, |(pair, _)| pair),
        ),
    }
}

fn zero_one(x: f64) -> Option<bool> {
    if x == 0.0 {
        return Some(false);
    }
    (x == 1.0).then_some(true)
}

fn whole(numbers: &[f64]) -> Values {
    Values::Numbers(
        numbers
            .iter()
            .map(|&x| if x.fract() == 0.0 { x } else { f64::NAN })
            .collect(),
    )
}

fn parsed(codes: &[u32], levels: &[String], parse: impl Fn(&str) -> Option<f64>) -> Values {
    let numbers: Vec<f64> = levels
        .iter()
        .map(|level| parse(level).unwrap_or(f64::NAN))
        .collect();
    Values::Numbers(
        codes
            .iter()
            .map(|&code| numbers.get(code as usize).copied().unwrap_or(f64::NAN))
            .collect(),
    )
}

/// Each different number as text, written once.
fn texts(kind: Kind, numbers: &[f64]) -> Values {
    let mut different: Vec<f64> = numbers.iter().copied().filter(|x| !x.is_nan()).collect();
    different.sort_unstable_by(f64::total_cmp);
    different.dedup();
    let written: Vec<String> = different.iter().map(|&x| format_number(kind, x)).collect();
    let place = |x: &f64| {
        if x.is_nan() {
            MISSING_CODE
        } else {
            different.partition_point(|other| other < x) as u32
        }
    };
    sorted_codes(&numbers.iter().map(place).collect::<Vec<_>>(), &written)
}

fn n_present(values: &Values) -> usize {
    (0..values.len())
        .filter(|&row| !values.is_missing(row))
        .count()
}

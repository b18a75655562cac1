//! The value of an expression in every row.

use std::borrow::Cow;

use tabwright_table::{Column, Kind, MISSING_CODE, Values};

use super::lexer::error;
use crate::{
    RecipeError,
    edit::{recode, sorted_codes},
    value::DAY,
};

/// One value a row. Columns are borrowed, everything else is computed.
#[derive(Clone, Debug)]
pub(super) enum Vector<'a> {
    /// NaN is missing; nothing is infinite that was not so in the table.
    Numbers {
        values: Cow<'a, [f64]>,
        is_time: bool,
    },
    Text(Text<'a>),
    /// `None` is missing.
    Truth(Vec<Option<bool>>),
    /// So many rows of `missing`.
    Missing(usize),
}

/// Codes into levels, which may repeat and be in any order.
#[derive(Clone, Debug)]
pub(super) struct Text<'a> {
    pub(super) codes: Cow<'a, [u32]>,
    pub(super) levels: Cow<'a, [String]>,
    /// From a boolean column: the first level says no.
    pub(super) is_truth: bool,
}

impl<'a> Text<'a> {
    /// What a function of the text gives in each row.
    pub(super) fn map<T: Copy>(&self, missing: T, of: impl Fn(&str) -> T) -> Vec<T> {
        let results: Vec<T> = self.levels.iter().map(|level| of(level)).collect();
        self.codes
            .iter()
            .map(|&code| results.get(code as usize).copied().unwrap_or(missing))
            .collect()
    }

    /// The text in a row.
    pub(super) fn get(&self, row: usize) -> Option<&str> {
        self.levels
            .get(self.codes[row] as usize)
            .map(String::as_str)
    }

    fn truth(&self) -> Vec<Option<bool>> {
        self.codes
            .iter()
            .map(|&code| (code != MISSING_CODE).then_some(code > 0))
            .collect()
    }

    /// The same with other texts.
    pub(super) fn with_levels(self, levels: Vec<String>) -> Vector<'a> {
        Vector::Text(Text {
            levels: Cow::Owned(levels),
            is_truth: false,
            ..self
        })
    }
}

impl<'a> Vector<'a> {
    pub(super) fn of_column(column: &'a Column) -> Self {
        match &column.values {
            Values::Numbers(numbers) => Vector::Numbers {
                values: Cow::Borrowed(numbers),
                is_time: matches!(column.kind, Kind::Date | Kind::Datetime),
            },
            Values::Codes { codes, levels } => Vector::Text(Text {
                codes: Cow::Borrowed(codes),
                levels: Cow::Borrowed(levels),
                is_truth: column.kind == Kind::Boolean,
            }),
        }
    }

    /// Numbers as computed: what is not finite (a division by zero) is missing.
    pub(super) fn computed(mut values: Vec<f64>) -> Self {
        for value in values.iter_mut().filter(|value| !value.is_finite()) {
            *value = f64::NAN;
        }
        Vector::Numbers {
            values: Cow::Owned(values),
            is_time: false,
        }
    }

    pub(super) fn constant(text: &str, n_rows: usize) -> Self {
        Vector::Text(Text {
            codes: Cow::Owned(vec![0; n_rows]),
            levels: Cow::Owned(vec![text.to_owned()]),
            is_truth: false,
        })
    }

    pub(super) fn shape(&self) -> Shape {
        match self {
            Vector::Numbers { is_time: false, .. } => Shape::Number,
            Vector::Numbers { is_time: true, .. } => Shape::Time,
            Vector::Text(Text {
                is_truth: false, ..
            }) => Shape::Text,
            Vector::Text(_) => Shape::YesNo,
            Vector::Truth(_) => Shape::Truth,
            Vector::Missing(_) => Shape::Missing,
        }
    }

    fn unexpected<T>(&self, at: usize, expected: &str) -> Result<T, RecipeError> {
        Err(error(
            at,
            format!("expected {expected}, found {}", self.shape().describe()),
        ))
    }

    /// Plain numbers, or times as seconds.
    pub(super) fn numbers(self, at: usize) -> Result<Cow<'a, [f64]>, RecipeError> {
        match self {
            Vector::Numbers { values, .. } => Ok(values),
            Vector::Missing(n) => Ok(Cow::Owned(vec![f64::NAN; n])),
            other => other.unexpected(at, "a number"),
        }
    }

    pub(super) fn times(self, at: usize) -> Result<Cow<'a, [f64]>, RecipeError> {
        match self {
            Vector::Numbers {
                values,
                is_time: true,
            } => Ok(values),
            Vector::Missing(n) => Ok(Cow::Owned(vec![f64::NAN; n])),
            other => other.unexpected(at, "a date"),
        }
    }

    pub(super) fn text(self, at: usize) -> Result<Text<'a>, RecipeError> {
        match self {
            Vector::Text(text) => Ok(text),
            Vector::Missing(n) => Ok(Text {
                codes: Cow::Owned(vec![MISSING_CODE; n]),
                levels: Cow::Owned(Vec::new()),
                is_truth: false,
            }),
            other => other.unexpected(at, "text"),
        }
    }

    pub(super) fn truth(self, at: usize) -> Result<Vec<Option<bool>>, RecipeError> {
        match self {
            Vector::Truth(truth) => Ok(truth),
            Vector::Text(text) if text.is_truth => Ok(text.truth()),
            Vector::Missing(n) => Ok(vec![None; n]),
            other => other.unexpected(at, "a condition (as age > 18)"),
        }
    }

    pub(super) fn is_missing(&self) -> Vec<bool> {
        match self {
            Vector::Numbers { values, .. } => values.iter().map(|value| value.is_nan()).collect(),
            Vector::Text(text) => text
                .codes
                .iter()
                .map(|&code| code == MISSING_CODE)
                .collect(),
            Vector::Truth(truth) => truth.iter().map(Option::is_none).collect(),
            Vector::Missing(n) => vec![true; *n],
        }
    }

    /// As the kind and values of a column: whole numbers as integers, texts sorted, conditions as false and true.
    pub(super) fn into_values(self, at: usize) -> Result<(Kind, Values), RecipeError> {
        Ok(match self {
            Vector::Numbers { values, is_time } => {
                let unit = if is_time { DAY } else { 1.0 };
                let is_whole = values
                    .iter()
                    .all(|value| value.is_nan() || value % unit == 0.0);
                let kind = match (is_time, is_whole) {
                    (false, true) => Kind::Integer,
                    (false, false) => Kind::Decimal,
                    (true, true) => Kind::Date,
                    (true, false) => Kind::Datetime,
                };
                (kind, Values::Numbers(values.into_owned()))
            }
            Vector::Text(text) if !text.is_truth => {
                (Kind::Category, sorted_codes(&text.codes, &text.levels))
            }
            Vector::Missing(_) => {
                return Err(error(
                    at,
                    "expected a value in some row, found only \"missing\"",
                ));
            }
            truth => {
                let code = |truth: Option<bool>| truth.map_or(MISSING_CODE, u32::from);
                let codes = truth.truth(at)?.into_iter().map(code).collect();
                (
                    Kind::Boolean,
                    Values::Codes {
                        codes,
                        levels: vec!["false".into(), "true".into()].into(),
                    },
                )
            }
        })
    }

    /// `then` where the condition is met, else `otherwise`.
    pub(super) fn choose(
        met: &[Option<bool>],
        then: Self,
        otherwise: Self,
        at: usize,
    ) -> Result<Self, RecipeError> {
        let is_met = |row: usize| met[row] == Some(true);
        let rows = 0..met.len();
        let Some(shape) = then.shape().common(otherwise.shape()) else {
            let (a, b) = (then.shape().describe(), otherwise.shape().describe());
            return Err(error(
                at,
                format!("expected two results of one kind in \"if\", found {a} and {b}"),
            ));
        };
        Ok(match shape {
            Shape::Missing => then,
            Shape::Number | Shape::Time => {
                let (a, b) = (then.numbers(at)?, otherwise.numbers(at)?);
                let values = rows
                    .map(|row| if is_met(row) { a[row] } else { b[row] })
                    .collect();
                Vector::Numbers {
                    values,
                    is_time: shape == Shape::Time,
                }
            }
            Shape::YesNo | Shape::Truth => {
                let (a, b) = (then.truth(at)?, otherwise.truth(at)?);
                Vector::Truth(
                    rows.map(|row| if is_met(row) { a[row] } else { b[row] })
                        .collect(),
                )
            }
            Shape::Text => {
                let (a, b) = (then.text(at)?, otherwise.text(at)?);
                let behind: Vec<u32> = (a.levels.len() as u32..).take(b.levels.len()).collect();
                let codes = rows.map(|row| {
                    if is_met(row) {
                        a.codes[row]
                    } else {
                        recode(&behind, b.codes[row])
                    }
                });
                Vector::Text(Text {
                    codes: codes.collect(),
                    levels: [&*a.levels, &*b.levels].concat().into(),
                    is_truth: false,
                })
            }
        })
    }
}

/// What a vector's values are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Shape {
    Number,
    Time,
    Text,
    /// A boolean column: text with a yes and a no.
    YesNo,
    Truth,
    Missing,
}

impl Shape {
    /// For "found …" in messages.
    pub(super) fn describe(self) -> &'static str {
        match self {
            Shape::Number => "a number",
            Shape::Time => "a date",
            Shape::Text => "text",
            Shape::YesNo => "a yes/no column",
            Shape::Truth => "a condition",
            Shape::Missing => "\"missing\"",
        }
    }

    /// What values of both can be read as without loss.
    pub(super) fn common(self, other: Shape) -> Option<Shape> {
        match (self, other) {
            (a, b) if a == b => Some(a),
            (Shape::Missing, known)
            | (known, Shape::Missing)
            | (Shape::YesNo, known @ (Shape::Text | Shape::Truth))
            | (known @ (Shape::Text | Shape::Truth), Shape::YesNo) => Some(known),
            _ => None,
        }
    }
}

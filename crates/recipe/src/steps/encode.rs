//! Turn categories into numbers.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tabwright_table::{Column, Kind, MISSING_CODE, Table, Values};

use super::{FieldInfo, FieldKind, Learn, StepInfo, Transform, counted, listed};
use crate::{
    RecipeError,
    edit::{find, places, recode, replaced, require_new},
    error::Problem,
    program::{Columns, Held, Op, positions},
};

/// More columns than this from one make every model slow and none better.
const MAX_ONE_HOT: usize = 256;

/// The columns to encode, and how.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Encode {
    /// The columns to encode.
    pub columns: Vec<String>,
    /// How.
    pub method: EncodeMethod,
}

/// How categories become numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EncodeMethod {
    /// A 0/1 column for each level met in training, `<name>=<level>`; unseen and missing are 0 throughout.
    OneHot,
    /// The level's position in sorted order; unseen is missing.
    Ordinal,
    /// The level's share of the training rows; unseen is 0. Missing stays missing.
    Frequency,
}

/// What each column's levels become.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FittedEncode {
    /// The columns to encode.
    pub columns: Vec<EncodedColumn>,
}

/// A column and what its levels become.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EncodedColumn {
    /// The column's name.
    pub column: String,
    /// What its levels become.
    #[serde(flatten)]
    pub encoding: Encoding,
}

/// What levels become.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "method", rename_all = "snake_case")]
pub enum Encoding {
    /// A 0/1 column for each level.
    OneHot {
        /// The levels met in training, in order: one column each.
        levels: Vec<String>,
    },
    /// The level's position.
    Ordinal {
        /// The levels met in training, in order: each becomes its position.
        levels: Vec<String>,
    },
    /// The level's share of the training rows.
    Frequency {
        /// The levels met in training, in order.
        levels: Vec<String>,
        /// The share of training rows that have each level.
        shares: Vec<f64>,
    },
}

impl Learn for Encode {
    const INFO: StepInfo = StepInfo {
        tag: "encode",
        title: "Encode categories",
        help: "Turns categories into numbers, by what the training rows hold. The models here take categories as they are; \
               encode to try another view of them.",
        fields: &[
            FieldInfo {
                name: "columns",
                label: "Columns",
                help: "Columns of categories or yes/no.",
                kind: FieldKind::Columns,
            },
            FieldInfo {
                name: "method",
                label: "As",
                help: "One column for each category suits few categories; frequencies suit many.",
                kind: FieldKind::Choice(&[
                    ("one_hot", "A 0/1 column for each category"),
                    ("ordinal", "Position in sorted order"),
                    ("frequency", "Share of the training rows"),
                ]),
            },
        ],
    };

    #[cfg(test)]
    const EXAMPLES: &'static [&'static str] = &[
        r#"{"step": "encode", "columns": ["sex"], "method": "one_hot"}"#,
        r#"{"step": "encode", "columns": ["sex"], "method": "frequency"}"#,
        r#"{"step": "encode", "columns": ["sex", "alone"], "method": "ordinal"}"#,
    ];

    type Fitted = FittedEncode;

    fn learn(&self, table: &Table, train: &[u32]) -> Result<Self::Fitted, Problem> {
        let mut columns = Vec::with_capacity(self.columns.len());
        for name in &self.columns {
            let encoded = self.encode(find(table, name)?, train)?;
            for new in encoded.one_hot_names() {
                require_new(table, &new)?;
            }
            columns.push(encoded);
        }
        Ok(FittedEncode { columns })
    }
}

impl Encode {
    fn encode(&self, column: &Column, train: &[u32]) -> Result<EncodedColumn, Problem> {
        let name = &column.name;
        let Values::Codes { codes, levels } = &column.values else {
            return Err(Problem::Message(format!(
                "\"{name}\" holds numbers already; to encode them as categories, change its type first"
            )));
        };
        let mut counts = vec![0_u32; levels.len()];
        for &row in train {
            if let Some(count) = counts.get_mut(codes[row as usize] as usize) {
                *count += 1;
            }
        }
        let met = || levels.iter().zip(&counts).filter(|(_, count)| **count > 0);
        let levels: Vec<String> = met().map(|(level, _)| level.clone()).collect();
        let encoding = match self.method {
            EncodeMethod::OneHot if levels.len() > MAX_ONE_HOT => {
                return Err(Problem::Message(format!(
                    "\"{name}\" has {} categories, and at most {MAX_ONE_HOT} can become a column each; encode their frequency",
                    levels.len()
                )));
            }
            EncodeMethod::OneHot => Encoding::OneHot { levels },
            EncodeMethod::Ordinal => Encoding::Ordinal { levels },
            EncodeMethod::Frequency => {
                let shares = met()
                    .map(|(_, &count)| f64::from(count) / train.len() as f64)
                    .collect();
                Encoding::Frequency { levels, shares }
            }
        };
        Ok(EncodedColumn {
            column: name.clone(),
            encoding,
        })
    }
}

impl Transform for FittedEncode {
    fn apply(&self, table: &Table) -> Result<Table, Problem> {
        let mut table = table.clone();
        for encoded in &self.columns {
            let columns = encoded.columns_of(find(&table, &encoded.column)?)?;
            table = replaced(&table, &encoded.column, columns)?;
        }
        Ok(table)
    }

    fn compile(&self, columns: &mut Columns) -> Result<(), Problem> {
        for EncodedColumn { column, encoding } in &self.columns {
            let text = columns.find(column)?.value.clone();
            let mut put = |name: &str, kind, entries, missing, other| {
                let op = Op::Lookup {
                    text: text.clone(),
                    entries,
                    missing,
                    other,
                };
                let value = columns.push(op);
                columns.put(Held::new(name, kind, value));
            };
            match encoding {
                Encoding::OneHot { levels } => {
                    for level in levels {
                        let entries = vec![(level.clone(), 1.0)];
                        put(
                            &one_hot_name(column, level),
                            Kind::Integer,
                            entries,
                            0.0,
                            0.0,
                        );
                    }
                    columns.remove(column);
                }
                Encoding::Ordinal { levels } => {
                    put(column, Kind::Integer, positions(levels), f64::NAN, f64::NAN);
                }
                Encoding::Frequency { levels, shares } => {
                    let entries = levels.iter().cloned().zip(shares.iter().copied());
                    put(column, Kind::Decimal, entries.collect(), f64::NAN, 0.0);
                }
            }
        }
        Ok(())
    }

    fn check(&self) -> Result<(), String> {
        for EncodedColumn { column, encoding } in &self.columns {
            if let Encoding::Frequency { levels, shares } = encoding
                && levels.len() != shares.len()
            {
                let (shares, levels) = (shares.len(), levels.len());
                return Err(format!(
                    "\"{column}\" has {shares} shares for {levels} levels"
                ));
            }
        }
        Ok(())
    }

    fn summary(&self, _before: &Table, _after: &Table) -> String {
        let each = self
            .columns
            .iter()
            .map(|EncodedColumn { column, encoding }| match encoding {
                Encoding::OneHot { levels } => {
                    format!("{column}: {}", counted(levels.len(), "column"))
                }
                Encoding::Ordinal { levels } => {
                    format!("{column}: {} in order", counted(levels.len(), "level"))
                }
                Encoding::Frequency { levels, .. } => {
                    format!(
                        "{column}: frequencies of {}",
                        counted(levels.len(), "level")
                    )
                }
            });
        listed(&each.collect::<Vec<_>>(), "; ")
    }

    fn trace(&self, needed: &mut BTreeSet<String>) {
        for encoded in &self.columns {
            let names = encoded.one_hot_names();
            // Each must be removed, not only the first.
            let n_needed = names.iter().filter(|name| needed.remove(*name)).count();
            if n_needed > 0 {
                needed.insert(encoded.column.clone());
            }
        }
    }

    fn pruned(&self, needed: &BTreeSet<String>) -> Option<Self> {
        let is_needed = |encoded: &&EncodedColumn| match encoded.encoding {
            Encoding::OneHot { .. } => encoded
                .one_hot_names()
                .iter()
                .any(|name| needed.contains(name)),
            _ => needed.contains(&encoded.column),
        };
        let columns: Vec<_> = self.columns.iter().filter(is_needed).cloned().collect();
        (!columns.is_empty()).then_some(FittedEncode { columns })
    }
}

fn one_hot_name(column: &str, level: &str) -> String {
    format!("{column}={level}")
}

impl EncodedColumn {
    fn one_hot_names(&self) -> Vec<String> {
        match &self.encoding {
            Encoding::OneHot { levels } => levels
                .iter()
                .map(|level| one_hot_name(&self.column, level))
                .collect(),
            _ => Vec::new(),
        }
    }

    fn columns_of(&self, column: &Column) -> Result<Vec<Column>, Problem> {
        let Values::Codes { codes, levels } = &column.values else {
            let name = column.name.clone();
            return Err(RecipeError::InputKind {
                column: name,
                expected: "texts",
                found: "numbers",
            }
            .into());
        };
        let known = match &self.encoding {
            Encoding::OneHot { levels }
            | Encoding::Ordinal { levels }
            | Encoding::Frequency { levels, .. } => levels,
        };
        let places = places(levels, known);
        let place_of = |code: u32| recode(&places, code);
        let numbers = |name: String, kind: Kind, of: &dyn Fn(u32) -> f64| Column {
            name,
            kind,
            values: Values::Numbers(codes.iter().map(|&code| of(code)).collect()),
        };
        Ok(match &self.encoding {
            Encoding::OneHot { .. } => (0_u32..)
                .zip(self.one_hot_names())
                .map(|(level, name)| {
                    numbers(name, Kind::Integer, &|code| {
                        f64::from(u8::from(place_of(code) == level))
                    })
                })
                .collect(),
            Encoding::Ordinal { .. } => {
                let position = |code| match place_of(code) {
                    MISSING_CODE => f64::NAN,
                    place => f64::from(place),
                };
                vec![numbers(self.column.clone(), Kind::Integer, &position)]
            }
            Encoding::Frequency { shares, .. } => {
                let share = |code| match code {
                    MISSING_CODE => f64::NAN,
                    code => shares.get(place_of(code) as usize).copied().unwrap_or(0.0),
                };
                vec![numbers(self.column.clone(), Kind::Decimal, &share)]
            }
        })
    }
}

//! A fitted recipe as operations on one row's values: what every other engine is told to compute.
//!
//! Operations stand in an order in which each reads only inputs and those before it, so that a target that has names (SQL,
//! Python), nodes (ONNX) or statements can write them one after the other. Values are numbers (`f64`), texts or truths, and any of
//! them may be missing.

mod columns;
mod function;
#[cfg(test)]
mod run;
mod simplify;
#[cfg(test)]
mod tests;
mod words;

use tabwright_table::Kind;

pub(crate) use columns::{Columns, Held, Shape, positions};
pub(crate) use function::Rule;

pub use function::Function;
pub use words::{Arithmetic, Comparison};

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// A number; days and times are seconds since 1970-01-01T00:00.
    Number,
    /// A text.
    Text,
    /// Yes or no.
    Truth,
}

/// A raw column that is read.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    /// Its name.
    pub name: String,
    /// Its kind in the schema.
    pub kind: Kind,
}

impl Input {
    /// What its values are.
    pub fn value_type(&self) -> Type {
        if self.kind.is_number() {
            Type::Number
        } else {
            Type::Text
        }
    }
}

/// Where an operation finds a value.
#[derive(Clone, Debug, PartialEq)]
pub enum Operand {
    /// The input at this position.
    Input(usize),
    /// What the operation at this position gives.
    Op(usize),
    /// This number.
    Number(f64),
    /// This text.
    Text(String),
    /// This truth.
    Truth(bool),
    /// No value, of any type.
    Missing,
}

/// One operation. Unless it says otherwise, it gives nothing where a value that it reads is missing.
#[derive(Clone, Debug, PartialEq)]
pub enum Op {
    /// −x.
    Negate(Operand),
    /// Of two numbers. What is not finite is missing.
    Arithmetic(Arithmetic, Operand, Operand),
    /// A function of numbers, times or one text, none of them [`Function::If`] or [`Function::Contains`]. What is not finite is missing.
    Function(Function, Vec<Operand>),
    /// Of two numbers, or of two texts by code point.
    Compare(Comparison, Type, Operand, Operand),
    /// Not.
    Not(Operand),
    /// Kleene's "and": one no decides.
    And(Operand, Operand),
    /// Kleene's "or": one yes decides.
    Or(Operand, Operand),
    /// Whether there is no value, which is never missing.
    IsMissing(Operand),
    /// The second where the first is yes, else the third; of this type.
    If(Type, Operand, Operand, Operand),
    /// The first, or the second where it is missing; of this type.
    Fill(Type, Operand, Operand),
    /// Whether a text holds another.
    Contains(Operand, String),
    /// The number of a text.
    Lookup {
        /// The text.
        text: Operand,
        /// Texts, each once, and their numbers.
        entries: Vec<(String, f64)>,
        /// The number where there is no text; NaN is missing.
        missing: f64,
        /// The number of a text that is not listed; NaN is missing.
        other: f64,
    },
    /// The number of a number.
    LookupNumber {
        /// The number.
        number: Operand,
        /// Numbers, each once, and theirs.
        entries: Vec<(f64, f64)>,
        /// The number where there is none; NaN is missing.
        missing: f64,
        /// The number of one that is not listed; NaN is missing.
        other: f64,
    },
    /// 1 for yes, 0 for no.
    ZeroOne(Operand),
    /// One of two texts: for no, and for yes.
    Spell(Operand, [String; 2]),
    /// The number where it is whole, else missing.
    Whole(Operand),
    /// The start of a time's day.
    StartOfDay(Operand),
    /// Yes for 1, no for 0, else missing.
    OneIsYes(Operand),
    /// A number as text, by its kind.
    Write(Operand, Kind),
    /// A text as number, missing where it is none.
    ReadNumber(Operand),
    /// A text as truth, missing where it is none.
    ReadTruth(Operand),
    /// A text as time, missing where it is none; only whole days if so.
    ReadTime {
        /// The text.
        text: Operand,
        /// Whether a time within a day is none.
        only_days: bool,
    },
}

impl Op {
    /// What it gives.
    pub fn value_type(&self) -> Type {
        match self {
            Op::Function(function, _) => match function.rule() {
                Rule::Reword(_) => Type::Text,
                _ => Type::Number,
            },
            Op::Spell(..) | Op::Write(..) => Type::Text,
            Op::Negate(_)
            | Op::Arithmetic(..)
            | Op::Lookup { .. }
            | Op::LookupNumber { .. }
            | Op::ZeroOne(_)
            | Op::Whole(_)
            | Op::StartOfDay(_)
            | Op::ReadNumber(_)
            | Op::ReadTime { .. } => Type::Number,
            Op::Compare(..)
            | Op::Not(_)
            | Op::And(..)
            | Op::Or(..)
            | Op::IsMissing(_)
            | Op::Contains(..)
            | Op::OneIsYes(_)
            | Op::ReadTruth(_) => Type::Truth,
            Op::If(of, ..) | Op::Fill(of, ..) => *of,
        }
    }

    /// The values that it reads.
    pub fn operands(&self) -> Vec<&Operand> {
        match self {
            Op::Negate(a)
            | Op::Not(a)
            | Op::IsMissing(a)
            | Op::Contains(a, _)
            | Op::Lookup { text: a, .. }
            | Op::LookupNumber { number: a, .. }
            | Op::ZeroOne(a)
            | Op::Spell(a, _)
            | Op::Whole(a)
            | Op::StartOfDay(a)
            | Op::OneIsYes(a)
            | Op::Write(a, _)
            | Op::ReadNumber(a)
            | Op::ReadTruth(a)
            | Op::ReadTime { text: a, .. } => vec![a],
            Op::Arithmetic(_, a, b)
            | Op::Compare(_, _, a, b)
            | Op::And(a, b)
            | Op::Or(a, b)
            | Op::Fill(_, a, b) => vec![a, b],
            Op::If(_, a, b, c) => vec![a, b, c],
            Op::Function(_, values) => values.iter().collect(),
        }
    }

    fn operands_mut(&mut self) -> Vec<&mut Operand> {
        match self {
            Op::Negate(a)
            | Op::Not(a)
            | Op::IsMissing(a)
            | Op::Contains(a, _)
            | Op::Lookup { text: a, .. }
            | Op::LookupNumber { number: a, .. }
            | Op::ZeroOne(a)
            | Op::Spell(a, _)
            | Op::Whole(a)
            | Op::StartOfDay(a)
            | Op::OneIsYes(a)
            | Op::Write(a, _)
            | Op::ReadNumber(a)
            | Op::ReadTruth(a)
            | Op::ReadTime { text: a, .. } => vec![a],
            Op::Arithmetic(_, a, b)
            | Op::Compare(_, _, a, b)
            | Op::And(a, b)
            | Op::Or(a, b)
            | Op::Fill(_, a, b) => vec![a, b],
            Op::If(_, a, b, c) => vec![a, b, c],
            Op::Function(_, values) => values.iter_mut().collect(),
        }
    }
}

/// From raw columns to features.
#[derive(Clone, Debug, PartialEq)]
pub struct Program {
    /// The raw columns, in the schema's order.
    pub inputs: Vec<Input>,
    /// The operations; each reads only inputs and those before it.
    pub ops: Vec<Op>,
    /// Where each feature's number is: of a category the position of its level, [`UNSEEN_CODE`](crate::UNSEEN_CODE) for one that training did not see.
    pub features: Vec<Operand>,
}

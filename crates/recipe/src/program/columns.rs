//! The columns of a table whose values are not known yet, only where they will be.

use tabwright_table::{Kind, Schema};

use super::{Comparison, Input, Op, Operand, Program, Type};
use crate::error::Problem;

/// A column: where its values are. Those of yes/no columns are texts.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub name: String,
    pub kind: Kind,
    pub value: Operand,
    /// The level that says no, of yes/no columns.
    pub no: String,
}

/// What the value of a formula's part is; see [`crate::formula`].
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Shape {
    Number,
    Time,
    Text,
    /// A yes/no column, and the text that says no.
    YesNo(String),
    Truth,
    Missing,
}

/// Columns by name, and the operations that make them.
pub(crate) struct Columns {
    inputs: Vec<Input>,
    ops: Vec<Op>,
    held: Vec<Held>,
}

impl Columns {
    /// The raw columns.
    pub fn of(schema: &Schema) -> Self {
        let inputs: Vec<Input> = schema
            .columns
            .iter()
            .map(|column| Input {
                name: column.name.clone(),
                kind: column.kind,
            })
            .collect();
        let held = schema
            .columns
            .iter()
            .enumerate()
            .map(|(position, column)| Held {
                name: column.name.clone(),
                kind: column.kind,
                value: Operand::Input(position),
                no: column.levels.first().cloned().unwrap_or_default(),
            })
            .collect();
        Self {
            inputs,
            ops: Vec::new(),
            held,
        }
    }

    /// The column of that name.
    pub fn find(&self, name: &str) -> Result<&Held, Problem> {
        self.get(name)
            .ok_or_else(|| Problem::UnknownColumn(name.to_owned()))
    }

    pub fn get(&self, name: &str) -> Option<&Held> {
        self.held.iter().find(|column| column.name == name)
    }

    /// Puts a column in the place of the one of its name, or at the end.
    pub fn put(&mut self, column: Held) {
        match self.held.iter_mut().find(|old| old.name == column.name) {
            Some(old) => *old = column,
            None => self.held.push(column),
        }
    }

    /// Leaves a column out, if it is there.
    pub fn remove(&mut self, name: &str) {
        self.held.retain(|column| column.name != name);
    }

    /// One more operation; gives where its values are.
    pub fn push(&mut self, op: Op) -> Operand {
        self.ops.push(op);
        Operand::Op(self.ops.len() - 1)
    }

    /// Whether the text of a yes/no column says yes: it is not the one that says no.
    pub fn truth_of(&mut self, text: Operand, no: &str) -> Operand {
        let no = Operand::Text(no.to_owned());
        self.push(Op::Compare(Comparison::NotEqual, Type::Text, text, no))
    }

    /// A yes/no column of these words.
    pub fn yes_no(&mut self, name: &str, truth: Operand, words: [String; 2]) -> Held {
        let no = words[0].clone();
        Held {
            name: name.to_owned(),
            kind: Kind::Boolean,
            value: self.push(Op::Spell(truth, words)),
            no,
        }
    }

    /// What makes the features, as plainly as it can be said.
    pub fn into_program(self, features: Vec<Operand>) -> Program {
        let program = Program {
            inputs: self.inputs,
            ops: self.ops,
            features,
        };
        program.simplified()
    }
}

impl Held {
    /// A column that is no yes/no.
    pub fn new(name: &str, kind: Kind, value: Operand) -> Self {
        Self {
            name: name.to_owned(),
            kind,
            value,
            no: String::new(),
        }
    }

    /// What a formula takes it for.
    pub fn shape(&self) -> Shape {
        match self.kind {
            Kind::Integer | Kind::Decimal => Shape::Number,
            Kind::Date | Kind::Datetime => Shape::Time,
            Kind::Boolean => Shape::YesNo(self.no.clone()),
            Kind::Category | Kind::Text | Kind::Identifier => Shape::Text,
        }
    }
}

/// Each level with its position.
pub(crate) fn positions(levels: &[String]) -> Vec<(String, f64)> {
    levels
        .iter()
        .enumerate()
        .map(|(position, level)| (level.clone(), position as f64))
        .collect()
}

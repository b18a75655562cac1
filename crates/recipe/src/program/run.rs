//! Operations one row after the other, as plainly as they can be said: the oracle of the tests, of what writes them for other
//! engines too.

use tabwright_table::{MISSING_CODE, Table, Values, format_number, parse_number, parse_time};

use super::{Arithmetic, Function, Op, Operand, Program, Rule, Type};
use crate::value::{DAY, date_time, parse_truth};

/// One value; [`Value::Missing`] where there is none.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Number(f64),
    Text(String),
    Truth(bool),
    Missing,
}

impl Value {
    fn of_number(number: f64) -> Self {
        if number.is_finite() {
            Value::Number(number)
        } else {
            Value::Missing
        }
    }

    fn number(&self) -> Option<f64> {
        match self {
            Value::Number(number) => Some(*number),
            _ => None,
        }
    }

    fn text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    fn truth(&self) -> Option<bool> {
        match self {
            Value::Truth(truth) => Some(*truth),
            _ => None,
        }
    }
}

impl Program {
    /// The features of each row, missing as NaN.
    pub(crate) fn run(&self, table: &Table) -> Vec<Vec<f64>> {
        (0..table.n_rows())
            .map(|row| self.run_row(table, row))
            .collect()
    }

    fn run_row(&self, table: &Table, row: usize) -> Vec<f64> {
        let inputs: Vec<Value> = self
            .inputs
            .iter()
            .map(|input| match &table.column(&input.name).unwrap().values {
                Values::Numbers(numbers) => Value::of_number(numbers[row]),
                Values::Codes { codes, .. } if codes[row] == MISSING_CODE => Value::Missing,
                Values::Codes { codes, levels } => Value::Text(levels[codes[row] as usize].clone()),
            })
            .collect();
        let mut made: Vec<Value> = Vec::new();
        for op in &self.ops {
            let value = run(op, &|operand| read(operand, &inputs, &made));
            made.push(value);
        }
        let cells = self.features.iter();
        cells
            .map(|feature| read(feature, &inputs, &made).number().unwrap_or(f64::NAN))
            .collect()
    }
}

fn read(operand: &Operand, inputs: &[Value], made: &[Value]) -> Value {
    match operand {
        Operand::Input(at) => inputs[*at].clone(),
        Operand::Op(at) => made[*at].clone(),
        Operand::Number(number) => Value::Number(*number),
        Operand::Text(text) => Value::Text(text.clone()),
        Operand::Truth(truth) => Value::Truth(*truth),
        Operand::Missing => Value::Missing,
    }
}

fn run(op: &Op, read: &dyn Fn(&Operand) -> Value) -> Value {
    let number = |operand: &Operand| read(operand).number();
    let truth = |operand: &Operand| read(operand).truth();
    let numeric = |value: Option<f64>| value.map_or(Value::Missing, Value::of_number);
    let logical = |value: Option<bool>| value.map_or(Value::Missing, Value::Truth);
    match op {
        Op::Negate(x) => numeric(number(x).map(|x| -x)),
        Op::Arithmetic(operator, a, b) => {
            numeric(number(a).zip(number(b)).map(|(a, b)| match operator {
                Arithmetic::Add => a + b,
                Arithmetic::Subtract => a - b,
                Arithmetic::Multiply => a * b,
                Arithmetic::Divide => a / b,
                Arithmetic::Remainder => a % b,
            }))
        }
        Op::Function(function, values) => {
            let values: Vec<Value> = values.iter().map(read).collect();
            call(*function, &values)
        }
        Op::Compare(comparison, of, a, b) => {
            let (a, b) = (read(a), read(b));
            let order = match of {
                Type::Number => a
                    .number()
                    .zip(b.number())
                    .and_then(|(a, b)| a.partial_cmp(&b)),
                _ => a.text().zip(b.text()).map(|(a, b)| a.cmp(b)),
            };
            logical(order.map(|order| comparison.holds(order)))
        }
        Op::Not(a) => logical(truth(a).map(|a| !a)),
        Op::And(a, b) => logical(decided(truth(a), truth(b), false)),
        Op::Or(a, b) => logical(decided(truth(a), truth(b), true)),
        Op::IsMissing(a) => Value::Truth(read(a) == Value::Missing),
        Op::If(_, condition, then, otherwise) => read(if truth(condition) == Some(true) {
            then
        } else {
            otherwise
        }),
        Op::Fill(_, a, b) => match read(a) {
            Value::Missing => read(b),
            value => value,
        },
        Op::Contains(a, wanted) => {
            logical(read(a).text().map(|text| text.contains(wanted.as_str())))
        }
        Op::Lookup {
            text,
            entries,
            missing,
            other,
        } => Value::of_number(match read(text).text() {
            None => *missing,
            Some(text) => {
                let found = entries.iter().find(|(level, _)| level == text);
                found.map_or(*other, |entry| entry.1)
            }
        }),
        Op::LookupNumber {
            number: x,
            entries,
            missing,
            other,
        } => Value::of_number(match number(x) {
            None => *missing,
            Some(x) => {
                let found = entries.iter().find(|(key, _)| *key == x);
                found.map_or(*other, |entry| entry.1)
            }
        }),
        Op::ZeroOne(a) => numeric(truth(a).map(f64::from)),
        Op::Spell(a, words) => truth(a).map_or(Value::Missing, |truth| {
            Value::Text(words[usize::from(truth)].clone())
        }),
        Op::Whole(x) => numeric(number(x).filter(|x| x.fract() == 0.0)),
        Op::StartOfDay(x) => numeric(number(x).map(|x| (x / DAY).floor() * DAY)),
        Op::OneIsYes(x) => logical(
            number(x)
                .filter(|x| *x == 0.0 || *x == 1.0)
                .map(|x| x == 1.0),
        ),
        Op::Write(x, kind) => {
            number(x).map_or(Value::Missing, |x| Value::Text(format_number(*kind, x)))
        }
        Op::ReadNumber(text) => numeric(read(text).text().and_then(parse_number)),
        Op::ReadTruth(text) => logical(
            read(text)
                .text()
                .and_then(parse_truth)
                .map(|(_, truth)| truth),
        ),
        Op::ReadTime { text, only_days } => numeric(
            read(text)
                .text()
                .and_then(parse_time)
                .filter(|x| !only_days || x % DAY == 0.0),
        ),
    }
}

fn call(function: Function, values: &[Value]) -> Value {
    let numbers: Option<Vec<f64>> = values.iter().map(Value::number).collect();
    let text = values[0].text();
    Value::of_number(match function.rule() {
        Rule::OfNumber(of) => numbers.map_or(f64::NAN, |numbers| of(numbers[0])),
        Rule::OfNumbers(of) => {
            let numbers = numbers.unwrap_or_default();
            numbers.into_iter().reduce(of).unwrap_or(f64::NAN)
        }
        Rule::OfText(of) => text.map_or(f64::NAN, of),
        Rule::OfTime(of) => {
            let time = numbers.and_then(|numbers| date_time(numbers[0]));
            time.map_or(f64::NAN, of)
        }
        Rule::Reword(of) => {
            return match text.map(of) {
                // As in a file.
                Some(text) if !text.is_empty() => Value::Text(text),
                _ => Value::Missing,
            };
        }
        Rule::Own(_) => unreachable!("operations of their own"),
    })
}

fn decided(a: Option<bool>, b: Option<bool>, decisive: bool) -> Option<bool> {
    if a == Some(decisive) || b == Some(decisive) {
        return Some(decisive);
    }
    Some(!decisive).filter(|_| a.is_some() && b.is_some())
}

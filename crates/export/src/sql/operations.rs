//! Each operation of a recipe as an expression.

use tabwright_recipe::program::{Arithmetic, Comparison, Function, Op, Operand, Type};
use tabwright_table::Kind;

use super::{
    Dialect,
    dialect::{finite, number},
};
use crate::ExportError;

/// What a number is written as: digits with a point among or around them, and an exponent.
const NUMBER: &str = r"\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\s*";
/// Words for no and yes.
const TRUTHS: [[&str; 2]; 5] = [
    ["false", "true"],
    ["no", "yes"],
    ["f", "t"],
    ["n", "y"],
    ["0", "1"],
];
/// Days and times, as they are read.
const TIME: &str =
    r"\s*[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?Z?)?\s*";

/// Writes operations whose operands have names already.
pub(super) struct Writer<'a> {
    pub dialect: Dialect,
    /// What each input is called.
    pub inputs: &'a [String],
    /// What the result of each operation so far is called.
    pub made: &'a [String],
}

impl Writer<'_> {
    /// Where an operand's values are; of that type where there are none.
    pub fn operand(&self, operand: &Operand, of: Type) -> String {
        match operand {
            Operand::Input(at) => self.inputs[*at].clone(),
            Operand::Op(at) => self.made[*at].clone(),
            Operand::Number(x) => number(*x),
            Operand::Text(text) => self.dialect.text(text),
            Operand::Truth(true) => "TRUE".into(),
            Operand::Truth(false) => "FALSE".into(),
            Operand::Missing => format!("CAST(NULL AS {})", self.type_name(of)),
        }
    }

    fn type_name(&self, of: Type) -> &'static str {
        match of {
            Type::Number => "DOUBLE",
            Type::Text => self.dialect.text_type(),
            Type::Truth => "BOOLEAN",
        }
    }

    pub fn number(&self, operand: &Operand) -> String {
        self.operand(operand, Type::Number)
    }

    fn text(&self, operand: &Operand) -> String {
        self.operand(operand, Type::Text)
    }

    fn truth(&self, operand: &Operand) -> String {
        self.operand(operand, Type::Truth)
    }

    /// The expression of an operation.
    pub fn operation(&self, op: &Op) -> Result<String, ExportError> {
        Ok(match op {
            Op::Negate(x) => format!("-{}", self.number(x)),
            Op::Arithmetic(operator, a, b) => self.arithmetic(*operator, a, b),
            Op::Function(function, values) => self.function(*function, values)?,
            Op::Compare(comparison, of, a, b) => format!(
                "{} {} {}",
                self.operand(a, *of),
                comparison_sign(*comparison),
                self.operand(b, *of)
            ),
            Op::Not(a) => format!("NOT {}", self.truth(a)),
            Op::And(a, b) => format!("{} AND {}", self.truth(a), self.truth(b)),
            Op::Or(a, b) => format!("{} OR {}", self.truth(a), self.truth(b)),
            // A literal's type does not matter here.
            Op::IsMissing(a) => format!("{} IS NULL", self.text(a)),
            Op::If(of, condition, then, otherwise) => format!(
                "CASE WHEN {} THEN {} ELSE {} END",
                self.truth(condition),
                self.operand(then, *of),
                self.operand(otherwise, *of)
            ),
            Op::Fill(of, a, b) => {
                format!(
                    "COALESCE({}, {})",
                    self.operand(a, *of),
                    self.operand(b, *of)
                )
            }
            Op::Contains(a, wanted) => {
                format!("CONTAINS({}, {})", self.text(a), self.dialect.text(wanted))
            }
            Op::Lookup {
                text,
                entries,
                missing,
                other,
            } => {
                let entries = entries
                    .iter()
                    .map(|(text, to)| (self.dialect.text(text), *to));
                lookup(&self.text(text), entries, *missing, *other)
            }
            Op::LookupNumber {
                number: x,
                entries,
                missing,
                other,
            } => {
                let entries = entries.iter().map(|(from, to)| (number(*from), *to));
                lookup(&self.number(x), entries, *missing, *other)
            }
            Op::ZeroOne(a) => {
                let a = self.truth(a);
                format!("CASE WHEN {a} THEN 1e0 WHEN NOT {a} THEN 0e0 END")
            }
            Op::Spell(a, [no, yes]) => {
                let (a, no, yes) = (self.truth(a), self.dialect.text(no), self.dialect.text(yes));
                format!("CASE WHEN {a} THEN {yes} WHEN NOT {a} THEN {no} END")
            }
            Op::Whole(x) => {
                let x = self.number(x);
                format!("CASE WHEN {x} % 1e0 = 0e0 THEN {x} END")
            }
            Op::StartOfDay(x) => {
                let days = format!("({} / 8.64e4)", self.number(x));
                format!("({}) * 8.64e4", self.dialect.whole("FLOOR", &days))
            }
            Op::OneIsYes(x) => {
                format!(
                    "CASE WHEN {x} = 1e0 THEN TRUE WHEN {x} = 0e0 THEN FALSE END",
                    x = self.number(x)
                )
            }
            Op::Write(x, kind) => self.write(x, *kind)?,
            Op::ReadNumber(text) => {
                let text = self.text(text);
                let number = finite(&format!("TRY_CAST({text} AS DOUBLE)"));
                format!(
                    "CASE WHEN {} THEN {number} END",
                    self.dialect.is_like(&text, NUMBER)
                )
            }
            Op::ReadTruth(text) => {
                let words = |side: usize| {
                    let words = TRUTHS.map(|words| self.dialect.text(words[side]));
                    words.join(", ")
                };
                let text = format!("LOWER(TRIM({}))", self.text(text));
                format!(
                    "CASE WHEN {text} IN ({}) THEN TRUE WHEN {text} IN ({}) THEN FALSE END",
                    words(1),
                    words(0)
                )
            }
            Op::ReadTime { text, only_days } => self.read_time(text, *only_days),
        })
    }

    fn arithmetic(&self, operator: Arithmetic, a: &Operand, b: &Operand) -> String {
        let (a, b) = (self.number(a), self.number(b));
        // Without zeros: some engines stop at a division by zero, and what comes of it is missing anyway.
        finite(&match operator {
            Arithmetic::Add => format!("{a} + {b}"),
            Arithmetic::Subtract => format!("{a} - {b}"),
            Arithmetic::Multiply => format!("{a} * {b}"),
            Arithmetic::Divide => format!("{a} / NULLIF({b}, 0e0)"),
            Arithmetic::Remainder => format!("{a} % NULLIF({b}, 0e0)"),
        })
    }

    fn function(&self, function: Function, values: &[Operand]) -> Result<String, ExportError> {
        let dialect = self.dialect;
        let x = values.first().map_or_else(String::new, |x| self.number(x));
        let text = || values.first().map_or_else(String::new, |x| self.text(x));
        Ok(match function {
            Function::Abs => format!("ABS({x})"),
            Function::Sqrt => format!("CASE WHEN {x} >= 0e0 THEN SQRT({x}) END"),
            Function::Log => format!("CASE WHEN {x} > 0e0 THEN LN({x}) END"),
            Function::Exp => finite(&format!("EXP({x})")),
            Function::Round => format!("ROUND({x})"),
            Function::Floor => dialect.whole("FLOOR", &x),
            Function::Ceil => dialect.whole("CEIL", &x),
            Function::Min => self.extreme("LEAST", values),
            Function::Max => self.extreme("GREATEST", values),
            Function::Length => format!("CAST(CHAR_LENGTH({}) AS DOUBLE)", text()),
            Function::Lower => format!("NULLIF(LOWER({}), '')", text()),
            Function::Upper => format!("NULLIF(UPPER({}), '')", text()),
            Function::Year => self.part(&x, |day| format!("YEAR({day})")),
            Function::Month => self.part(&x, |day| format!("MONTH({day})")),
            Function::Day => self.part(&x, |day| format!("DAY({day})")),
            Function::Weekday => self.part(&x, |day| dialect.weekday(day)),
            Function::Hour => {
                let days = dialect.whole("FLOOR", &format!("({x} / 8.64e4)"));
                let hours = format!("(({x} - ({days}) * 8.64e4) / 3.6e3)");
                dialect.whole("FLOOR", &hours)
            }
            Function::If | Function::Contains => {
                return Err(self.unsupported(
                    "say a function of this recipe",
                    "these functions are operations of their own",
                ));
            }
        })
    }

    /// The least or largest, missing where one of them is.
    fn extreme(&self, function: &str, values: &[Operand]) -> String {
        let values: Vec<String> = values.iter().map(|x| self.number(x)).collect();
        let any: Vec<String> = values.iter().map(|x| format!("{x} IS NULL")).collect();
        format!(
            "CASE WHEN {} THEN CAST(NULL AS DOUBLE) ELSE {function}({}) END",
            any.join(" OR "),
            values.join(", ")
        )
    }

    fn part(&self, seconds: &str, of: impl Fn(&str) -> String) -> String {
        format!("CAST({} AS DOUBLE)", of(&self.dialect.day(seconds)))
    }

    /// Whole numbers as digits; others in the engine's own shortest digits.
    fn write(&self, x: &Operand, kind: Kind) -> Result<String, ExportError> {
        if matches!(kind, Kind::Date | Kind::Datetime) {
            return Err(self.unsupported(
                "write times as text",
                "keep the column as a date, or take year, month or day of it",
            ));
        }
        let (x, text) = (self.number(x), self.dialect.text_type());
        Ok(format!(
            "CASE WHEN {x} % 1e0 = 0e0 AND ABS({x}) < 1e15 THEN CAST(CAST({x} AS BIGINT) AS {text}) ELSE CAST({x} AS {text}) END"
        ))
    }

    fn read_time(&self, text: &Operand, only_days: bool) -> String {
        let text = self.text(text);
        let seconds = self.dialect.seconds(&format!("TRIM({text})"));
        let is_time = self.dialect.is_like(&text, TIME);
        if only_days {
            format!("CASE WHEN {is_time} AND ({seconds}) % 8.64e4 = 0e0 THEN {seconds} END")
        } else {
            format!("CASE WHEN {is_time} THEN {seconds} END")
        }
    }

    fn unsupported(&self, what: &str, remedy: &'static str) -> ExportError {
        ExportError::Unsupported {
            target: self.dialect.title(),
            what: what.into(),
            remedy,
        }
    }
}

fn lookup(
    value: &str,
    entries: impl Iterator<Item = (String, f64)>,
    missing: f64,
    other: f64,
) -> String {
    let mut cases = String::new();
    for (from, to) in entries {
        cases += &format!(" WHEN {value} = {from} THEN {}", number(to));
    }
    format!(
        "CASE WHEN {value} IS NULL THEN {}{cases} ELSE {} END",
        number(missing),
        number(other)
    )
}

fn comparison_sign(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::NotEqual => "<>",
        other => other.symbol(),
    }
}

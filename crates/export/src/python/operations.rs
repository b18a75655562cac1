//! Each operation of a recipe as an expression.

use tabwright_recipe::program::{Arithmetic, Comparison, Function, Op, Operand};
use tabwright_table::Kind;

use super::{number, operand, text};

/// The expression, of names that `runtime.py` has.
pub(super) fn operation(op: &Op) -> String {
    let call = |name: &str, operands: &[&Operand]| {
        let operands: Vec<String> = operands.iter().map(|of| operand(of)).collect();
        format!("{name}({})", operands.join(", "))
    };
    match op {
        Op::Negate(x) => call("_negate", &[x]),
        Op::Arithmetic(operator, a, b) => call(arithmetic(*operator), &[a, b]),
        Op::Function(function, values) => {
            call(named(*function), &values.iter().collect::<Vec<_>>())
        }
        Op::Compare(comparison, _, a, b) => call(compared(*comparison), &[a, b]),
        Op::Not(a) => call("_not", &[a]),
        Op::And(a, b) => call("_and", &[a, b]),
        Op::Or(a, b) => call("_or", &[a, b]),
        Op::IsMissing(a) => format!("{} is None", operand(a)),
        Op::If(_, condition, then, otherwise) => format!(
            "{} if {} else {}",
            operand(then),
            operand(condition),
            operand(otherwise)
        ),
        Op::Fill(_, a, b) => call("_fill", &[a, b]),
        Op::Contains(a, wanted) => format!("_contains({}, {})", operand(a), text(wanted)),
        Op::Lookup {
            text: of,
            entries,
            missing,
            other,
        } => {
            let entries = entries.iter().map(|(from, to)| (text(from), *to));
            lookup(of, entries, *missing, *other)
        }
        Op::LookupNumber {
            number: of,
            entries,
            missing,
            other,
        } => {
            let entries = entries.iter().map(|(from, to)| (number(*from), *to));
            lookup(of, entries, *missing, *other)
        }
        Op::ZeroOne(a) => call("_zero_one", &[a]),
        Op::Spell(a, [no, yes]) => {
            format!("_spell({}, {}, {})", operand(a), text(no), text(yes))
        }
        Op::Whole(x) => call("_whole", &[x]),
        Op::StartOfDay(x) => call("_start_of_day", &[x]),
        Op::OneIsYes(x) => call("_one_is_yes", &[x]),
        Op::Write(x, kind) => {
            let kind = match kind {
                Kind::Date => "date",
                Kind::Datetime => "datetime",
                _ => "number",
            };
            format!("_write({}, \"{kind}\")", operand(x))
        }
        Op::ReadNumber(a) => call("_read_number", &[a]),
        Op::ReadTruth(a) => call("_read_truth", &[a]),
        Op::ReadTime { text: a, only_days } => {
            call("_read_time", &[a, &Operand::Truth(*only_days)])
        }
    }
}

fn lookup(
    of: &Operand,
    entries: impl Iterator<Item = (String, f64)>,
    missing: f64,
    other: f64,
) -> String {
    let entries: Vec<String> = entries
        .map(|(from, to)| format!("{from}: {}", number(to)))
        .collect();
    format!(
        "_lookup({}, {{{}}}, {}, {})",
        operand(of),
        entries.join(", "),
        number(missing),
        number(other)
    )
}

fn arithmetic(operator: Arithmetic) -> &'static str {
    match operator {
        Arithmetic::Add => "_add",
        Arithmetic::Subtract => "_subtract",
        Arithmetic::Multiply => "_multiply",
        Arithmetic::Divide => "_divide",
        Arithmetic::Remainder => "_remainder",
    }
}

fn compared(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Equal => "_equal",
        Comparison::NotEqual => "_not_equal",
        Comparison::Less => "_less",
        Comparison::LessOrEqual => "_less_or_equal",
        Comparison::Greater => "_greater",
        Comparison::GreaterOrEqual => "_greater_or_equal",
    }
}

fn named(function: Function) -> &'static str {
    match function {
        // These two are operations of their own.
        Function::If => "_if",
        Function::Contains => "_contains",
        Function::Abs => "_abs",
        Function::Sqrt => "_sqrt",
        Function::Log => "_log",
        Function::Exp => "_exponential",
        Function::Round => "_round",
        Function::Floor => "_floor",
        Function::Ceil => "_ceil",
        Function::Min => "_min",
        Function::Max => "_max",
        Function::Length => "_length",
        Function::Lower => "_lower",
        Function::Upper => "_upper",
        Function::Year => "_year",
        Function::Month => "_month",
        Function::Day => "_day",
        Function::Weekday => "_weekday",
        Function::Hour => "_hour",
    }
}

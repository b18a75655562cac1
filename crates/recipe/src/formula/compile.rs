//! A formula as operations.

use tabwright_table::{Kind, parse_time};

use super::{
    ast::{Expr, Node},
    lexer::error,
};
use crate::{
    RecipeError,
    program::{Columns, Comparison, Function, Held, Op, Operand, Rule, Shape, Type},
};

/// Where a part's values are, and what they are.
struct Value {
    operand: Operand,
    shape: Shape,
}

impl Value {
    fn new(operand: Operand, shape: Shape) -> Self {
        Self { operand, shape }
    }

    fn unexpected<T>(&self, at: usize, expected: &str) -> Result<T, RecipeError> {
        let found = match self.shape {
            Shape::Number => "a number",
            Shape::Time => "a date",
            Shape::Text => "text",
            Shape::YesNo(_) => "a yes/no column",
            Shape::Truth => "a condition",
            Shape::Missing => "\"missing\"",
        };
        Err(error(at, format!("expected {expected}, found {found}")))
    }

    /// Plain numbers, or times as seconds.
    fn number(self, at: usize) -> Result<Operand, RecipeError> {
        match self.shape {
            Shape::Number | Shape::Time | Shape::Missing => Ok(self.operand),
            _ => self.unexpected(at, "a number"),
        }
    }

    fn time(self, at: usize) -> Result<Operand, RecipeError> {
        match self.shape {
            Shape::Time | Shape::Missing => Ok(self.operand),
            _ => self.unexpected(at, "a date"),
        }
    }

    fn text(self, at: usize) -> Result<Operand, RecipeError> {
        match self.shape {
            Shape::Text | Shape::YesNo(_) | Shape::Missing => Ok(self.operand),
            _ => self.unexpected(at, "text"),
        }
    }

    fn truth(self, columns: &mut Columns, at: usize) -> Result<Operand, RecipeError> {
        match &self.shape {
            Shape::Truth | Shape::Missing => Ok(self.operand),
            Shape::YesNo(no) => Ok(columns.truth_of(self.operand.clone(), no)),
            _ => self.unexpected(at, "a condition (as age > 18)"),
        }
    }
}

/// The column that a formula makes.
pub(super) fn column(name: &str, expr: &Expr, columns: &mut Columns) -> Result<Held, RecipeError> {
    let value = compile(expr, columns)?;
    Ok(match value.shape {
        // Whether all are whole is not known, and nothing depends on it.
        Shape::Number => Held::new(name, Kind::Decimal, value.operand),
        Shape::Time => Held::new(name, Kind::Datetime, value.operand),
        Shape::Text => Held::new(name, Kind::Category, value.operand),
        Shape::YesNo(_) | Shape::Truth => {
            let truth = value.truth(columns, expr.at)?;
            columns.yes_no(name, truth, ["false".into(), "true".into()])
        }
        Shape::Missing => {
            return Err(error(
                expr.at,
                "expected a value in some row, found only \"missing\"",
            ));
        }
    })
}

fn compile(expr: &Expr, columns: &mut Columns) -> Result<Value, RecipeError> {
    let truth = |part: &Expr, columns: &mut Columns| -> Result<Operand, RecipeError> {
        compile(part, columns)?.truth(columns, part.at)
    };
    let number = |part: &Expr, columns: &mut Columns| -> Result<Operand, RecipeError> {
        compile(part, columns)?.number(part.at)
    };
    Ok(match &expr.node {
        Node::Number(number) => Value::new(Operand::Number(*number), Shape::Number),
        Node::Text(text) => Value::new(Operand::Text(text.clone()), Shape::Text),
        Node::Truth(truth) => Value::new(Operand::Truth(*truth), Shape::Truth),
        Node::Missing => Value::new(Operand::Missing, Shape::Missing),
        Node::Column(name) => {
            let held = columns
                .get(name)
                .ok_or_else(|| error(expr.at, format!("there is no column \"{name}\"")))?;
            Value::new(held.value.clone(), held.shape())
        }
        Node::Negate(part) => {
            let op = Op::Negate(number(part, columns)?);
            Value::new(columns.push(op), Shape::Number)
        }
        Node::Not(part) => {
            let op = Op::Not(truth(part, columns)?);
            Value::new(columns.push(op), Shape::Truth)
        }
        Node::Arithmetic(operator, a, b) => {
            let op = Op::Arithmetic(*operator, number(a, columns)?, number(b, columns)?);
            Value::new(columns.push(op), Shape::Number)
        }
        Node::Comparison(comparison, a, b) => {
            let sides = (compile(a, columns)?, compile(b, columns)?);
            Value::new(
                compare(*comparison, (a.at, sides.0), (b.at, sides.1), columns)?,
                Shape::Truth,
            )
        }
        Node::And(a, b) => {
            let op = Op::And(truth(a, columns)?, truth(b, columns)?);
            Value::new(columns.push(op), Shape::Truth)
        }
        Node::Or(a, b) => {
            let op = Op::Or(truth(a, columns)?, truth(b, columns)?);
            Value::new(columns.push(op), Shape::Truth)
        }
        Node::IsMissing { value, negated } => {
            let value = compile(value, columns)?.operand;
            let missing = columns.push(Op::IsMissing(value));
            Value::new(negated_if(*negated, missing, columns), Shape::Truth)
        }
        Node::In {
            value,
            options,
            negated,
        } => {
            let found = compile(value, columns)?;
            let mut met = Operand::Truth(false);
            for option in options {
                let side = Value::new(found.operand.clone(), found.shape.clone());
                let other = compile(option, columns)?;
                let is_equal = compare(
                    Comparison::Equal,
                    (value.at, side),
                    (option.at, other),
                    columns,
                )?;
                met = columns.push(Op::Or(met, is_equal));
            }
            Value::new(negated_if(*negated, met, columns), Shape::Truth)
        }
        Node::Call(function, parts) => call(*function, expr.at, parts, columns)?,
    })
}

fn negated_if(negated: bool, truth: Operand, columns: &mut Columns) -> Operand {
    if negated {
        columns.push(Op::Not(truth))
    } else {
        truth
    }
}

fn call(
    function: Function,
    at: usize,
    parts: &[Expr],
    columns: &mut Columns,
) -> Result<Value, RecipeError> {
    let mut values = Vec::with_capacity(parts.len());
    for part in parts {
        values.push((part.at, compile(part, columns)?));
    }
    if function == Function::If {
        return choose(at, values, columns);
    }
    if function == Function::Contains {
        let wanted = match parts.get(1).map(|part| &part.node) {
            Some(Node::Text(wanted)) => wanted.clone(),
            _ => {
                return Err(error(
                    at,
                    "expected a text in quotes to look for, as in contains(name, 'Mrs')",
                ));
            }
        };
        let (at, text) = first(values, at)?;
        let op = Op::Contains(text.text(at)?, wanted);
        return Ok(Value::new(columns.push(op), Shape::Truth));
    }
    let operands = values.into_iter().map(|(at, value)| match function.rule() {
        Rule::OfText(_) | Rule::Reword(_) => value.text(at),
        Rule::OfTime(_) => value.time(at),
        Rule::OfNumber(_) | Rule::OfNumbers(_) | Rule::Own(_) => value.number(at),
    });
    let op = Op::Function(function, operands.collect::<Result<_, _>>()?);
    let shape = match op.value_type() {
        Type::Text => Shape::Text,
        _ => Shape::Number,
    };
    Ok(Value::new(columns.push(op), shape))
}

fn first(values: Vec<(usize, Value)>, at: usize) -> Result<(usize, Value), RecipeError> {
    values
        .into_iter()
        .next()
        .ok_or_else(|| error(at, "expected a value, found none"))
}

/// `if(condition, then, otherwise)`: both of one kind.
fn choose(
    at: usize,
    values: Vec<(usize, Value)>,
    columns: &mut Columns,
) -> Result<Value, RecipeError> {
    let [(condition_at, condition), (_, then), (_, otherwise)] =
        <[_; 3]>::try_from(values).map_err(|_| error(at, "expected three values in \"if\""))?;
    let met = condition.truth(columns, condition_at)?;
    let shape = match (&then.shape, &otherwise.shape) {
        (a, b) if a == b => a.clone(),
        (Shape::YesNo(_), Shape::YesNo(_)) => Shape::Truth,
        (Shape::Missing, known)
        | (known, Shape::Missing)
        | (Shape::YesNo(_), known @ (Shape::Text | Shape::Truth))
        | (known @ (Shape::Text | Shape::Truth), Shape::YesNo(_)) => known.clone(),
        _ => {
            return Err(error(at, "expected two results of one kind in \"if\""));
        }
    };
    let (of, a, b, shape) = match shape {
        Shape::Missing => return Ok(Value::new(Operand::Missing, Shape::Missing)),
        Shape::Number | Shape::Time => {
            (Type::Number, then.number(at)?, otherwise.number(at)?, shape)
        }
        Shape::Text => (Type::Text, then.text(at)?, otherwise.text(at)?, shape),
        Shape::YesNo(_) | Shape::Truth => {
            let (a, b) = (then.truth(columns, at)?, otherwise.truth(columns, at)?);
            (Type::Truth, a, b, Shape::Truth)
        }
    };
    Ok(Value::new(columns.push(Op::If(of, met, a, b)), shape))
}

/// As [`compare`](super::compare::compare) does for whole columns.
fn compare(
    comparison: Comparison,
    (left_at, left): (usize, Value),
    (right_at, right): (usize, Value),
    columns: &mut Columns,
) -> Result<Operand, RecipeError> {
    use Shape::{Missing, Number, Text, Time, Truth, YesNo};
    let (of, a, b) = match (&left.shape, &right.shape) {
        (Missing, _) | (_, Missing) => return Ok(Operand::Missing),
        (Number, Number) | (Time, Time) => {
            (Type::Number, left.number(left_at)?, right.number(right_at)?)
        }
        (Time, Text) => (
            Type::Number,
            left.number(left_at)?,
            day(right.text(right_at)?, columns),
        ),
        (Text, Time) => (
            Type::Number,
            day(left.text(left_at)?, columns),
            right.number(right_at)?,
        ),
        (Text, Text | YesNo(_)) | (YesNo(_), Text) => {
            (Type::Text, left.text(left_at)?, right.text(right_at)?)
        }
        (Truth | YesNo(_) | Number, Truth | YesNo(_) | Number) => (
            Type::Number,
            zero_one(left, left_at, columns)?,
            zero_one(right, right_at, columns)?,
        ),
        _ => return left.unexpected(left_at, "two values of one kind"),
    };
    Ok(columns.push(Op::Compare(comparison, of, a, b)))
}

/// The time that a text names.
fn day(text: Operand, columns: &mut Columns) -> Operand {
    match &text {
        Operand::Text(written) => parse_time(written).map_or(Operand::Missing, Operand::Number),
        _ => columns.push(Op::ReadTime {
            text,
            only_days: false,
        }),
    }
}

fn zero_one(value: Value, at: usize, columns: &mut Columns) -> Result<Operand, RecipeError> {
    if value.shape == Shape::Number {
        return value.number(at);
    }
    let truth = value.truth(columns, at)?;
    Ok(columns.push(Op::ZeroOne(truth)))
}

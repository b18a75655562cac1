//! An expression's value in every row.

use tabwright_table::Table;

use super::{
    ast::{Expr, Node},
    compare::compare,
    functions,
    lexer::error,
    nearest::nearest,
    vector::Vector,
};
use crate::{
    RecipeError,
    program::{Arithmetic, Comparison},
};

/// Evaluates column by column.
pub(super) fn evaluate<'a>(expr: &Expr, table: &'a Table) -> Result<Vector<'a>, RecipeError> {
    let n_rows = table.n_rows();
    let truth = |part: &Expr| evaluate(part, table)?.truth(part.at);
    match &expr.node {
        Node::Number(number) => Ok(Vector::Numbers {
            values: vec![*number; n_rows].into(),
            is_time: false,
        }),
        Node::Text(text) => Ok(Vector::constant(text, n_rows)),
        Node::Truth(truth) => Ok(Vector::Truth(vec![Some(*truth); n_rows])),
        Node::Missing => Ok(Vector::Missing(n_rows)),
        Node::Column(name) => column(name, expr.at, table),
        Node::Negate(part) => {
            let values = evaluate(part, table)?.numbers(part.at)?;
            Ok(Vector::computed(values.iter().map(|x| -x).collect()))
        }
        Node::Not(part) => Ok(Vector::Truth(
            truth(part)?.into_iter().map(|t| t.map(|t| !t)).collect(),
        )),
        Node::Arithmetic(operator, a, b) => arithmetic(*operator, a, b, table),
        Node::Comparison(comparison, a, b) => {
            let sides = ((a.at, evaluate(a, table)?), (b.at, evaluate(b, table)?));
            Ok(Vector::Truth(compare(*comparison, sides.0, sides.1)?))
        }
        Node::And(a, b) => Ok(Vector::Truth(joined(&truth(a)?, &truth(b)?, false))),
        Node::Or(a, b) => Ok(Vector::Truth(joined(&truth(a)?, &truth(b)?, true))),
        Node::IsMissing { value, negated } => {
            let missing = evaluate(value, table)?.is_missing();
            Ok(Vector::Truth(
                missing
                    .into_iter()
                    .map(|missing| Some(missing != *negated))
                    .collect(),
            ))
        }
        Node::In {
            value,
            options,
            negated,
        } => {
            let value = (value.at, evaluate(value, table)?);
            let mut met = vec![Some(false); n_rows];
            for option in options {
                let option = (option.at, evaluate(option, table)?);
                met = joined(
                    &met,
                    &compare(Comparison::Equal, value.clone(), option)?,
                    true,
                );
            }
            Ok(Vector::Truth(
                met.into_iter().map(|t| t.map(|t| t != *negated)).collect(),
            ))
        }
        Node::Call(function, parts) => {
            let values: Result<_, _> = parts.iter().map(|part| evaluate(part, table)).collect();
            functions::call(*function, expr.at, parts, values?)
        }
    }
}

fn column<'a>(name: &str, at: usize, table: &'a Table) -> Result<Vector<'a>, RecipeError> {
    if let Some(column) = table.column(name) {
        return Ok(Vector::of_column(column));
    }
    let names = table.columns().iter().map(|column| column.name.as_str());
    let hint = match nearest(name, names) {
        Some(near) => format!("; did you mean \"{near}\"?"),
        None => "; a text is written in single quotes".to_owned(),
    };
    Err(error(at, format!("there is no column \"{name}\"{hint}")))
}

fn arithmetic<'a>(
    operator: Arithmetic,
    left: &Expr,
    right: &Expr,
    table: &'a Table,
) -> Result<Vector<'a>, RecipeError> {
    let side = |part: &Expr| {
        let symbol = operator.symbol();
        evaluate(part, table)?
            .numbers(part.at)
            .map_err(|error| match error {
                RecipeError::Formula { message, at } => RecipeError::Formula {
                    message: format!("{message} beside \"{symbol}\""),
                    at,
                },
                other => other,
            })
    };
    let (a, b) = (side(left)?, side(right)?);
    let of = |(x, y): (&f64, &f64)| match operator {
        Arithmetic::Add => x + y,
        Arithmetic::Subtract => x - y,
        Arithmetic::Multiply => x * y,
        Arithmetic::Divide => x / y,
        Arithmetic::Remainder => x % y,
    };
    Ok(Vector::computed(a.iter().zip(b.iter()).map(of).collect()))
}

/// Kleene's "and" (`decisive` false) or "or" (`decisive` true): one decisive side decides, else missing is missing.
fn joined(left: &[Option<bool>], right: &[Option<bool>], decisive: bool) -> Vec<Option<bool>> {
    left.iter()
        .zip(right)
        .map(|pair| match pair {
            (Some(a), _) if *a == decisive => Some(decisive),
            (_, Some(b)) if *b == decisive => Some(decisive),
            (Some(_), Some(_)) => Some(!decisive),
            _ => None,
        })
        .collect()
}

//! What the functions give.

use jiff::civil::DateTime;

use super::{
    ast::{Expr, Node},
    lexer::error,
    vector::Vector,
};
use crate::{
    RecipeError,
    program::{Function, Rule},
    value::date_time,
};

/// A function of values that are known to be as many as it takes; `at` is where it starts.
pub(super) fn call<'a>(
    function: Function,
    at: usize,
    parts: &[Expr],
    values: Vec<Vector<'a>>,
) -> Result<Vector<'a>, RecipeError> {
    let mut sided = parts.iter().map(|part| part.at).zip(values);
    let mut next = || {
        sided
            .next()
            .ok_or_else(|| error(at, "expected a value, found none"))
    };
    match function {
        Function::If => {
            let ((condition_at, condition), (_, then), (_, otherwise)) =
                (next()?, next()?, next()?);
            Vector::choose(&condition.truth(condition_at)?, then, otherwise, at)
        }
        Function::Contains => contains(next()?, parts.get(1)),
        _ => match function.rule() {
            Rule::OfNumber(of) => each(next()?, of),
            Rule::OfNumbers(of) => fold(sided.collect(), of),
            Rule::OfText(of) => {
                let (at, value) = next()?;
                Ok(Vector::computed(value.text(at)?.map(f64::NAN, of)))
            }
            Rule::Reword(of) => relevel(next()?, of),
            Rule::OfTime(of) => part_of(next()?, of),
            Rule::Own(_) => Err(error(at, format!("\"{}\" gives no value", function.name()))),
        },
    }
}

type Side<'a> = (usize, Vector<'a>);

fn each<'a>((at, value): Side, of: impl Fn(f64) -> f64) -> Result<Vector<'a>, RecipeError> {
    Ok(Vector::computed(
        value.numbers(at)?.iter().map(|&x| of(x)).collect(),
    ))
}

/// One number of several in each row; missing where one of them is.
fn fold(
    sides: Vec<Side<'_>>,
    of: impl Fn(f64, f64) -> f64,
) -> Result<Vector<'static>, RecipeError> {
    let mut result: Option<Vec<f64>> = None;
    for (at, value) in sides {
        let numbers = value.numbers(at)?;
        result = Some(match result {
            None => numbers.into_owned(),
            Some(sofar) => {
                let both = |(&a, &b): (&f64, &f64)| {
                    if a.is_nan() || b.is_nan() {
                        f64::NAN
                    } else {
                        of(a, b)
                    }
                };
                sofar.iter().zip(numbers.iter()).map(both).collect()
            }
        });
    }
    Ok(Vector::computed(result.unwrap_or_default()))
}

fn relevel((at, value): Side<'_>, of: impl Fn(&str) -> String) -> Result<Vector<'_>, RecipeError> {
    let text = value.text(at)?;
    let levels = text.levels.iter().map(|level| of(level)).collect();
    Ok(text.with_levels(levels))
}

fn contains<'a>((at, value): Side, wanted: Option<&Expr>) -> Result<Vector<'a>, RecipeError> {
    let text = value.text(at)?;
    match wanted.map(|wanted| (wanted.at, &wanted.node)) {
        Some((_, Node::Text(wanted))) => Ok(Vector::Truth(
            text.map(None, |level| Some(level.contains(wanted.as_str()))),
        )),
        other => Err(error(
            other.map_or(at, |(at, _)| at),
            "expected a text in quotes to look for, as in contains(name, 'Mrs')",
        )),
    }
}

fn part_of<'a>((at, value): Side, of: impl Fn(DateTime) -> f64) -> Result<Vector<'a>, RecipeError> {
    let times = value.times(at)?;
    Ok(Vector::computed(
        times
            .iter()
            .map(|&seconds| date_time(seconds).map_or(f64::NAN, &of))
            .collect(),
    ))
}

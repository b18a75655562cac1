//! Comparisons, three-valued.

use std::borrow::Cow;

use tabwright_table::parse_time;

use super::{
    lexer::error,
    vector::{Shape, Text, Vector},
};
use crate::{RecipeError, program::Comparison};

/// A side of a comparison and where it starts.
pub(super) type Side<'a> = (usize, Vector<'a>);

/// Compares row by row. Text compares by code point, no before yes; a condition against a number counts as 0 or 1,
/// and a date against text is compared with the day that the text names.
pub(super) fn compare(
    comparison: Comparison,
    (left_at, left): Side,
    (right_at, right): Side,
) -> Result<Vec<Option<bool>>, RecipeError> {
    use Shape::{Missing, Number, Text, Time, Truth, YesNo};
    let shapes = (left.shape(), right.shape());
    match shapes {
        (Missing, _) | (_, Missing) => Ok(vec![None; left.is_missing().len()]),
        (Number, Number) | (Time, Time) => Ok(numbers(
            comparison,
            &left.numbers(left_at)?,
            &right.numbers(right_at)?,
        )),
        (Time, Text) => Ok(numbers(
            comparison,
            &left.numbers(left_at)?,
            &days(&right.text(right_at)?, right_at)?,
        )),
        (Text, Time) => Ok(numbers(
            comparison,
            &days(&left.text(left_at)?, left_at)?,
            &right.numbers(right_at)?,
        )),
        (Text, Text | YesNo) | (YesNo, Text) => {
            let (left, right) = (left.text(left_at)?, right.text(right_at)?);
            let order = |row| Some(left.get(row)?.cmp(right.get(row)?));
            Ok((0..left.codes.len())
                .map(|row| order(row).map(|order| comparison.holds(order)))
                .collect())
        }
        (Truth | YesNo | Number, Truth | YesNo | Number) => Ok(numbers(
            comparison,
            &zero_one(left, left_at)?,
            &zero_one(right, right_at)?,
        )),
        _ => Err(error(right_at, mismatch(comparison, shapes))),
    }
}

fn numbers(comparison: Comparison, left: &[f64], right: &[f64]) -> Vec<Option<bool>> {
    // Two numbers have no order exactly where one is missing.
    left.iter()
        .zip(right)
        .map(|(a, b)| a.partial_cmp(b).map(|order| comparison.holds(order)))
        .collect()
}

fn days(text: &Text, at: usize) -> Result<Vec<f64>, RecipeError> {
    match text.levels.iter().find(|level| parse_time(level).is_none()) {
        Some(level) => Err(error(
            at,
            format!("expected a day as '2024-01-31', found '{level}'"),
        )),
        None => Ok(text.map(f64::NAN, |level| parse_time(level).unwrap_or(f64::NAN))),
    }
}

fn zero_one(vector: Vector, at: usize) -> Result<Cow<[f64]>, RecipeError> {
    if vector.shape() == Shape::Number {
        return vector.numbers(at);
    }
    let number = |truth: Option<bool>| truth.map_or(f64::NAN, f64::from);
    Ok(vector.truth(at)?.into_iter().map(number).collect())
}

fn mismatch(comparison: Comparison, (left, right): (Shape, Shape)) -> String {
    let remedy = match (left, right) {
        (Shape::Text, Shape::Number) | (Shape::Number, Shape::Text) => {
            "; write the number in quotes ('3'), or change the column's kind"
        }
        (Shape::Time, _) | (_, Shape::Time) => "; write a day in quotes ('2024-01-31')",
        _ => "",
    };
    format!(
        "expected two values of one kind around \"{}\", found {} and {}{remedy}",
        comparison.symbol(),
        left.describe(),
        right.describe()
    )
}

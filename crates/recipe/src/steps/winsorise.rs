//! Clip numbers to quantiles.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tabwright_table::{Column, Kind, Table, Values, format_number};

use super::{FieldInfo, FieldKind, Learn, StepInfo, Transform, counted, listed};
use crate::{
    edit::{find, with},
    error::Problem,
    program::{Columns, Function, Op, Operand},
};

const LOWER: f64 = 0.01;
const UPPER: f64 = 0.99;

/// The columns to clip, and to which quantiles of the training rows: by linear interpolation between two of their numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Winsorise {
    /// The columns to clip.
    pub columns: Vec<String>,
    /// The quantile below which numbers are raised to it.
    #[serde(default = "lower")]
    pub lower: f64,
    /// The quantile above which numbers are lowered to it.
    #[serde(default = "upper")]
    pub upper: f64,
}

fn lower() -> f64 {
    LOWER
}

fn upper() -> f64 {
    UPPER
}

/// What each column is clipped to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FittedWinsorise {
    /// The columns to clip.
    pub columns: Vec<ClippedColumn>,
}

/// A column and what it is clipped to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClippedColumn {
    /// The column's name.
    pub column: String,
    /// The least and the largest number that is left; absent where the training rows had no number to learn from, and then nothing is
    /// clipped.
    pub bounds: Option<(f64, f64)>,
}

impl Learn for Winsorise {
    const INFO: StepInfo = StepInfo {
        tag: "winsorise",
        title: "Clip extremes",
        help: "Pulls numbers beyond two quantiles of the training rows back to them (winsorising), so that a few extremes do not \
               rule a linear model. Missing stays missing; a column that is constant in training becomes constant; one without any \
               number stays as it is. Trees hardly need it.",
        fields: &[
            FieldInfo {
                name: "columns",
                label: "Columns",
                help: "Columns of numbers.",
                kind: FieldKind::Columns,
            },
            FieldInfo {
                name: "lower",
                label: "Lower quantile",
                help: "Numbers below it are raised to it; 0 leaves the lowest as they are.",
                kind: FieldKind::Number {
                    least: 0.0,
                    most: 1.0,
                    usual: LOWER,
                },
            },
            FieldInfo {
                name: "upper",
                label: "Upper quantile",
                help: "Numbers above it are lowered to it; 1 leaves the highest of the training rows as they are.",
                kind: FieldKind::Number {
                    least: 0.0,
                    most: 1.0,
                    usual: UPPER,
                },
            },
        ],
    };

    #[cfg(test)]
    const EXAMPLES: &'static [&'static str] = &[
        r#"{"step": "winsorise", "columns": ["fare", "age"], "lower": 0.1, "upper": 0.8}"#,
        r#"{"step": "winsorise", "columns": ["fare"]}"#,
    ];

    type Fitted = FittedWinsorise;

    fn learn(&self, table: &Table, train: &[u32]) -> Result<Self::Fitted, Problem> {
        let (lower, upper) = (self.lower, self.upper);
        if !(0.0 <= lower && lower <= upper && upper <= 1.0) {
            return Err(Problem::Message(format!(
                "expected quantiles from 0 to 1, the lower first, found {lower} and {upper}"
            )));
        }
        let clipped = |name: &String| -> Result<_, Problem> {
            let mut present = present(find(table, name)?, train)?;
            present.sort_unstable_by(f64::total_cmp);
            let bounds = quantile(&present, lower).zip(quantile(&present, upper));
            Ok(ClippedColumn {
                column: name.clone(),
                // Rounding may put equal ones in the other order.
                bounds: bounds.map(|(low, high)| (low, high.max(low))),
            })
        };
        let columns = self.columns.iter().map(clipped).collect::<Result<_, _>>()?;
        Ok(FittedWinsorise { columns })
    }
}

impl Transform for FittedWinsorise {
    fn apply(&self, table: &Table) -> Result<Table, Problem> {
        let mut table = table.clone();
        for clipped in &self.columns {
            if let Some(bounds) = clipped.bounds {
                let column = clip(find(&table, &clipped.column)?, bounds)?;
                table = with(&table, column)?;
            }
        }
        Ok(table)
    }

    fn compile(&self, columns: &mut Columns) -> Result<(), Problem> {
        for ClippedColumn { column, bounds } in &self.columns {
            let Some((low, high)) = *bounds else {
                continue;
            };
            let mut held = columns.find(column)?.clone();
            held.kind = kind_of(held.kind, (low, high));
            for (function, bound) in [(Function::Max, low), (Function::Min, high)] {
                let sides = vec![held.value, Operand::Number(bound)];
                held.value = columns.push(Op::Function(function, sides));
            }
            columns.put(held);
        }
        Ok(())
    }

    fn check_input(&self, table: &Table) -> Result<(), Problem> {
        for clipped in &self.columns {
            find(table, &clipped.column)?;
        }
        Ok(())
    }

    fn check(&self) -> Result<(), String> {
        let is_range = |(low, high): (f64, f64)| low.is_finite() && low <= high && high.is_finite();
        let wrong = self
            .columns
            .iter()
            .find(|clipped| !clipped.bounds.is_none_or(is_range));
        wrong.map_or(Ok(()), |clipped| {
            let name = &clipped.column;
            Err(format!(
                "\"{name}\" is not clipped to a range of finite numbers"
            ))
        })
    }

    fn summary(&self, before: &Table, _after: &Table) -> String {
        let each = self.columns.iter().filter_map(|clipped| {
            let column = before.column(&clipped.column)?;
            let name = &column.name;
            let (Some((low, high)), Values::Numbers(numbers)) = (clipped.bounds, &column.values)
            else {
                return Some(format!("{name}: no number to learn from, left as it is"));
            };
            let n_below = numbers.iter().filter(|&&x| x < low).count();
            let n_above = numbers.iter().filter(|&&x| x > high).count();
            let kind = kind_of(column.kind, (low, high));
            Some(format!(
                "{name}: {} below {} raised, {} above {} lowered",
                counted(n_below, "value"),
                format_number(kind, low),
                n_above,
                format_number(kind, high),
            ))
        });
        listed(&each.collect::<Vec<_>>(), "; ")
    }

    fn pruned(&self, needed: &BTreeSet<String>) -> Option<Self> {
        let is_needed = |clipped: &&ClippedColumn| needed.contains(&clipped.column);
        let columns: Vec<_> = self.columns.iter().filter(is_needed).cloned().collect();
        (!columns.is_empty()).then_some(FittedWinsorise { columns })
    }
}

/// The numbers of a column that there are in these rows.
fn present(column: &Column, rows: &[u32]) -> Result<Vec<f64>, Problem> {
    match (&column.values, column.kind) {
        (Values::Numbers(numbers), Kind::Integer | Kind::Decimal) => {
            let numbers = rows.iter().map(|&row| numbers[row as usize]);
            Ok(numbers.filter(|x| !x.is_nan()).collect())
        }
        (_, kind) => Err(Problem::Message(format!(
            "\"{}\" holds {}, and only numbers can be clipped; choose other columns",
            column.name,
            kind.name()
        ))),
    }
}

/// The number below which this share of ascending numbers lies, by linear interpolation between the two around it (type 7 of Hyndman
/// and Fan, "Sample Quantiles in Statistical Packages", 1996), with the bits of numpy's.
fn quantile(ascending: &[f64], share: f64) -> Option<f64> {
    let last = ascending.len().checked_sub(1)?;
    let place = share * last as f64;
    let below = place.floor();
    let between = place - below;
    let a = *ascending.get(below as usize)?;
    let b = ascending[last.min(below as usize + 1)];
    let gap = b - a;
    Some(if !gap.is_finite() {
        a * (1.0 - between) + b * between
    } else if between < 0.5 {
        a + gap * between
    } else {
        b - gap * (1.0 - between)
    })
}

/// Whole numbers stay such between bounds that are.
fn kind_of(kind: Kind, (low, high): (f64, f64)) -> Kind {
    if low.fract() == 0.0 && high.fract() == 0.0 {
        kind
    } else {
        Kind::Decimal
    }
}

/// As the operations of [`Transform::compile`] do it, so that zeros keep their signs.
fn clip(column: &Column, bounds: (f64, f64)) -> Result<Column, Problem> {
    let Values::Numbers(numbers) = &column.values else {
        return Err(Problem::Whole(crate::RecipeError::InputKind {
            column: column.name.clone(),
            expected: "numbers",
            found: "texts",
        }));
    };
    let (low, high) = bounds;
    let clipped = |&x: &f64| {
        let raised = if low > x { low } else { x };
        if high < raised { high } else { raised }
    };
    Ok(Column {
        name: column.name.clone(),
        kind: kind_of(column.kind, bounds),
        values: Values::Numbers(numbers.iter().map(clipped).collect()),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{cells, numbers, table, texts};
    use crate::{Recipe, Step};

    fn step(lower: f64, upper: f64) -> Step {
        Step::Winsorise(Winsorise {
            columns: vec!["x".into()],
            lower,
            upper,
        })
    }

    fn of(values: &[f64]) -> Table {
        table(vec![numbers("x", Kind::Integer, values)])
    }

    fn bounds(values: &[f64], lower: f64, upper: f64) -> Option<(f64, f64)> {
        let learnt = Recipe::new([step(lower, upper)]).fit(&of(values), None);
        match &learnt.unwrap().fitted.steps[..] {
            [super::super::FittedStep::Winsorise(fitted)] => fitted.columns[0].bounds,
            other => panic!("{other:?}"),
        }
    }

    /// `numpy.quantile(x, [lower, upper])` of numpy 2.4.6.
    #[test]
    fn bounds_are_those_of_numpy() {
        let values = [3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0, 5.0, 3.5];
        for (lower, upper, expected) in [
            (0.01, 0.99, (1.0, 8.73)),
            (0.05, 0.9, (1.0, 6.299_999_999_999_999)),
            (0.0, 1.0, (1.0, 9.0)),
            (0.25, 0.75, (2.25, 5.0)),
            (0.333, 0.667, (2.997_000_000_000_000_3, 5.0)),
        ] {
            assert_eq!(bounds(&values, lower, upper), Some(expected));
        }
        let (low, high) = bounds(&[f64::MAX, -f64::MAX], 0.25, 0.75).unwrap();
        assert!(low.is_finite() && high == -low && high > 1e307);
    }

    #[test]
    fn numbers_beyond_the_bounds_become_the_bounds() {
        let before = of(&[-100.0, 1.0, f64::NAN, 2.0, 3.0, 100.0]);
        let fit = Recipe::new([step(0.25, 0.75)]).fit(&before, None).unwrap();
        assert_eq!(cells(&fit.table, "x"), ["1", "1", "", "2", "3", "3"]);
        assert_eq!(fit.table.column("x").unwrap().kind, Kind::Integer);
        assert_eq!(
            fit.outcomes[0].summary,
            "x: 1 value below 1 raised, 1 above 3 lowered"
        );
        let scored = fit.fitted.apply(&of(&[-1e9, 1e9, f64::NAN, 2.5])).unwrap();
        assert_eq!(cells(&scored, "x"), ["1", "3", "", "2.5"]);
    }

    #[test]
    fn constant_and_empty_columns_have_their_rule() {
        let train = Some(&[0, 1][..]);
        let constant = Recipe::new([step(LOWER, UPPER)])
            .fit(&of(&[7.0, 7.0, 3.0, f64::NAN]), train)
            .unwrap();
        assert_eq!(cells(&constant.table, "x"), ["7", "7", "7", ""]);
        let empty = Recipe::new([step(LOWER, UPPER)])
            .fit(&of(&[f64::NAN, f64::NAN, 3.0, -8.0]), train)
            .unwrap();
        assert_eq!(cells(&empty.table, "x"), ["", "", "3", "-8"]);
        assert_eq!(
            empty.outcomes[0].summary,
            "x: no number to learn from, left as it is"
        );
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        let check = |step: Step, table: &Table, part: &str| {
            let error = Recipe::new([step]).fit(table, None).err().unwrap();
            assert!(error.to_string().contains(part), "{error}");
        };
        check(step(0.9, 0.1), &of(&[1.0]), "found 0.9 and 0.1");
        check(step(f64::NAN, 0.5), &of(&[1.0]), "found NaN and 0.5");
        let text = table(vec![texts("x", Kind::Category, &["a"])]);
        check(step(LOWER, UPPER), &text, "holds category");
        let day = table(vec![numbers("x", Kind::Date, &[86_400.0])]);
        check(step(LOWER, UPPER), &day, "holds date");
        let crossed = FittedWinsorise {
            columns: vec![ClippedColumn {
                column: "x".into(),
                bounds: Some((2.0, 1.0)),
            }],
        };
        assert!(crossed.check().is_err());
    }

    proptest! {
        #[test]
        fn what_is_clipped_lies_within_and_in_order(
            values in prop::collection::vec(prop_oneof![Just(f64::NAN), -1e6_f64..1e6], 1..60),
            lower in 0.0_f64..0.5,
            upper in 0.5_f64..=1.0,
        ) {
            let fit = Recipe::new([step(lower, upper)]).fit(&of(&values), None).unwrap();
            let Values::Numbers(after) = &fit.table.column("x").unwrap().values else {
                panic!("no numbers");
            };
            let known: Vec<f64> = values.iter().copied().filter(|x| !x.is_nan()).collect();
            let (low, high) = bounds(&values, lower, upper).unwrap_or((0.0, 0.0));
            for (x, y) in values.iter().zip(after) {
                prop_assert_eq!(x.is_nan(), y.is_nan());
                if !x.is_nan() {
                    prop_assert_eq!(*y, x.max(low).min(high));
                }
            }
            // No more lie outside than the quantiles say.
            let n = known.len() as f64;
            let n_below = known.iter().filter(|&&x| x < low).count() as f64;
            let n_above = known.iter().filter(|&&x| x > high).count() as f64;
            prop_assert!(n_below <= (lower * n).ceil() && n_above <= ((1.0 - upper) * n).ceil());
            // Clipping again changes nothing.
            let again = fit.fitted.apply(&fit.table).unwrap();
            prop_assert_eq!(cells(&again, "x"), cells(&fit.table, "x"));
        }
    }
}

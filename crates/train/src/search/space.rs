//! Where a search looks: one dimension a parameter, each a line from 0 to 1.

use std::collections::BTreeMap;

use rand::Rng;
use tabwright_model::{ParamValue, Params, Span};

use crate::params::{ParamKind, ParamSpec};
use crate::stream::{shuffle, stream};
use crate::{Algorithm, Scale, TrainError};

/// Digits that a drawn number keeps: more would suggest a precision that a search does not have.
const DIGITS: i32 = 3;
/// Points of a grid. A search tries far fewer.
const MOST_POINTS: u64 = 1_000_000;

/// A parameter that is searched.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Dimension {
    pub spec: &'static ParamSpec,
    pub range: Range,
}

/// What a dimension's line stands for.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Range {
    /// Low and high, on the parameter's scale.
    Numbers(f64, f64),
    /// These, each with the same part of the line.
    Choices(Vec<String>),
}

/// The dimensions of a search: what is declared or asked for, and not fixed.
pub(super) fn space(
    algorithm: Algorithm,
    fixed: &Params,
    spans: &BTreeMap<String, Span>,
) -> Result<Vec<Dimension>, TrainError> {
    for name in spans.keys() {
        if fixed.contains_key(name) {
            return Err(error(name, "it is both searched and set: leave one out"));
        }
        algorithm.param(name)?;
    }
    let free = algorithm
        .params()
        .iter()
        .filter(|spec| !fixed.contains_key(spec.name))
        .filter(|spec| spans.contains_key(spec.name) || spec.counts(algorithm, fixed));
    let found = free.filter_map(|spec| {
        match (spans.get(spec.name), spec.search) {
            (Some(span), _) => Some(asked(spec, span)),
            (None, Some((low, high))) => Some(Ok(Range::Numbers(low, high))),
            (None, None) => None,
        }
        .map(|range| range.map(|range| Dimension { spec, range }))
    });
    found.collect()
}

/// A range that was asked for, checked.
fn asked(spec: &'static ParamSpec, span: &Span) -> Result<Range, TrainError> {
    match span {
        Span::Range([low, high]) => {
            spec.check(&ParamValue::Number(*low))?;
            spec.check(&ParamValue::Number(*high))?;
            if low >= high {
                let message = format!("expected a range from low to high, found {low} to {high}");
                return Err(error(spec.name, &message));
            }
            if spec.scale == Scale::Log && *low <= 0.0 {
                return Err(error(
                    spec.name,
                    "it is searched by factors: the range must begin above 0",
                ));
            }
            Ok(Range::Numbers(*low, *high))
        }
        Span::Choices(choices) => {
            for choice in choices {
                spec.check(&ParamValue::Choice(choice.clone()))?;
            }
            if choices.is_empty() {
                return Err(error(spec.name, "expected choices, found none"));
            }
            Ok(Range::Choices(choices.clone()))
        }
    }
}

fn error(name: &str, message: &str) -> TrainError {
    TrainError::Parameter {
        name: name.to_owned(),
        message: message.to_owned(),
    }
}

impl Dimension {
    /// The value at a place from 0 to 1, rounded to what can be told apart.
    pub(super) fn value(&self, place: f64) -> ParamValue {
        match &self.range {
            Range::Choices(choices) => {
                let at = (place * choices.len() as f64) as usize;
                ParamValue::Choice(choices[at.min(choices.len() - 1)].clone())
            }
            Range::Numbers(low, high) => ParamValue::Number(self.number(*low, *high, place)),
        }
    }

    fn number(&self, low: f64, high: f64, place: f64) -> f64 {
        let value = match self.spec.scale {
            Scale::Linear => low + (high - low) * place,
            Scale::Log => low * libm::exp(libm::log(high / low) * place),
        };
        let rounded = if matches!(self.spec.kind, ParamKind::Integer { .. }) {
            libm::round(value)
        } else if value == 0.0 {
            value
        } else {
            let decimals = DIGITS - 1 - libm::floor(libm::log10(value.abs())) as i32;
            let scale = libm::pow(10.0, f64::from(decimals));
            libm::round(value * scale) / scale
        };
        rounded.clamp(low, high)
    }

    /// Where a value lies; `None` if not in the range, as where a default means something else.
    pub(super) fn place(&self, value: &ParamValue) -> Option<f64> {
        match (&self.range, value) {
            (Range::Choices(choices), ParamValue::Choice(choice)) => {
                let at = choices.iter().position(|one| one == choice)?;
                Some((at as f64 + 0.5) / choices.len() as f64)
            }
            (Range::Numbers(low, high), ParamValue::Number(number))
                if (*low..=*high).contains(number) =>
            {
                Some(match self.spec.scale {
                    Scale::Linear => (number - low) / (high - low),
                    Scale::Log => libm::log(number / low) / libm::log(high / low),
                })
            }
            _ => None,
        }
    }

    /// Evenly spaced values; of a range of few whole numbers, each once.
    fn grid(&self, steps: u32) -> Vec<ParamValue> {
        if let Range::Choices(choices) = &self.range {
            return choices.iter().cloned().map(ParamValue::Choice).collect();
        }
        let place = |step: u32| match steps {
            1 => 0.5,
            _ => f64::from(step) / f64::from(steps - 1),
        };
        let mut values: Vec<ParamValue> = (0..steps).map(|step| self.value(place(step))).collect();
        values.dedup();
        values
    }
}

/// Draw `index` of a random search. The same (seed, index) gives the same parameters whatever was drawn before.
pub(super) fn draw(space: &[Dimension], fixed: &Params, seed: u64, index: u32) -> Params {
    with(
        fixed,
        space.iter().map(|dimension| {
            // A stream for each name: fixing one parameter leaves the others' draws as they were.
            let place: f64 = stream(seed, dimension.spec.name, u64::from(index)).random();
            (dimension, dimension.value(place))
        }),
    )
}

/// Fixed parameters, and values for dimensions.
pub(super) fn with<'a>(
    fixed: &Params,
    values: impl Iterator<Item = (&'a Dimension, ParamValue)>,
) -> Params {
    let mut params = fixed.clone();
    params.extend(values.map(|(dimension, value)| (dimension.spec.name.to_owned(), value)));
    params
}

/// Every combination of evenly spaced values, in an order by the seed, so that a part of the grid is a fair draw of it.
pub(super) fn grid(
    space: &[Dimension],
    fixed: &Params,
    steps: u32,
    seed: u64,
    most: usize,
) -> Result<Vec<Params>, TrainError> {
    if steps == 0 {
        return Err(error(
            "steps",
            "expected at least 1 value of each range, found 0",
        ));
    }
    let values: Vec<Vec<ParamValue>> = space.iter().map(|one| one.grid(steps)).collect();
    let n_points = values
        .iter()
        .try_fold(1_u64, |n, values| n.checked_mul(values.len() as u64))
        .filter(|n| *n <= MOST_POINTS)
        .ok_or_else(|| {
            error("steps", &format!("a grid of more than {MOST_POINTS} points: choose fewer steps, or search fewer parameters"))
        })?;
    let mut order: Vec<u64> = (0..n_points).collect();
    shuffle(&mut stream(seed, "grid", 0), &mut order);
    let point = |mut number: u64| {
        with(
            fixed,
            space.iter().zip(&values).map(|(dimension, values)| {
                let at = number % values.len() as u64;
                number /= values.len() as u64;
                (dimension, values[at as usize].clone())
            }),
        )
    };
    Ok(order.into_iter().take(most).map(point).collect())
}

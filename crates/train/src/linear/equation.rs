//! Weights of the design's columns back as terms of the features.

use tabwright_model::{LinearOutput, Term};
use tabwright_recipe::FeatureKind;

use super::design::{Design, Origin};

/// The equation on the original scale: columns without their centring and scaling. `unknowns` are the intercept and a weight a column.
pub(super) fn original_scale(design: &Design<'_>, unknowns: &[f64]) -> LinearOutput {
    let mut intercept = unknowns[0];
    let mut terms: Vec<Term> = Vec::new();
    for ((feature, origin), weight) in design.columns.iter().zip(&unknowns[1..]) {
        match *origin {
            Origin::Number { mean, std } => {
                let coefficient = weight / std;
                intercept -= coefficient * mean;
                terms.push(Term::Number {
                    feature: *feature,
                    coefficient,
                    fill: mean,
                });
            }
            Origin::Level { .. } | Origin::Missing => {
                add_level(&mut terms, design, *feature, *origin, *weight);
            }
        }
    }
    LinearOutput { intercept, terms }
}

fn add_level(
    terms: &mut Vec<Term>,
    design: &Design<'_>,
    feature: usize,
    origin: Origin,
    weight: f64,
) {
    let is_open = matches!(terms.last(), Some(Term::Levels { feature: of, .. }) if *of == feature);
    if !is_open {
        let FeatureKind::Category { levels } = &design.features[feature].kind else {
            return;
        };
        terms.push(Term::Levels {
            feature,
            coefficients: vec![0.0; levels.len()],
            missing: 0.0,
            unseen: 0.0,
        });
    }
    if let Some(Term::Levels {
        coefficients,
        missing,
        ..
    }) = terms.last_mut()
    {
        match origin {
            Origin::Level { code } => coefficients[code as usize] = weight,
            _ => *missing = weight,
        }
    }
}

pub(super) fn is_finite(output: &LinearOutput) -> bool {
    output.intercept.is_finite()
        && output.terms.iter().all(|term| match term {
            Term::Number {
                coefficient, fill, ..
            } => coefficient.is_finite() && fill.is_finite(),
            Term::Levels {
                coefficients,
                missing,
                unseen,
                ..
            } => coefficients
                .iter()
                .chain([missing, unseen])
                .all(|weight| weight.is_finite()),
        })
}

//! Where boosting starts, and the statistics of the target that losses need.

use tabwright_model::Link;

use super::objective::Objective;
use super::quantile::quantile;
use crate::TrainError;

/// Probabilities where a base starts: a class that no row has would start at −∞.
const LEAST_SHARE: f64 = 1e-15;
/// Rows that a Huber loss treats as squared error where nothing else was asked for.
const HUBER_SHARE: f64 = 0.9;

impl Objective {
    /// The best constant margins; for the Huber loss, whose best has no closed form, the median.
    pub fn base(self, target: &[f64], weights: Option<&[f64]>) -> Vec<f64> {
        match self {
            Objective::Squared => vec![mean(target, weights)],
            Objective::Absolute | Objective::Huber { .. } => {
                vec![quantile_of(target, weights, 0.5)]
            }
            Objective::Quantile { level } => vec![quantile_of(target, weights, level)],
            Objective::Poisson | Objective::Gamma | Objective::Tweedie { .. } => {
                vec![libm::log(mean(target, weights))]
            }
            Objective::Logistic => vec![log_odds(mean(target, weights))],
            Objective::Softmax { n_classes } => (0..n_classes)
                .map(|class| {
                    let share = share_of(class, target, weights);
                    libm::log(share.max(LEAST_SHARE))
                })
                .collect(),
        }
    }

    /// The margin of a prediction: a number, or the probability of class 1.
    ///
    /// # Errors
    /// If no margin gives that prediction, or the classes are several.
    pub fn margin_of(self, prediction: f64) -> Result<f64, TrainError> {
        let refused = |message: String| TrainError::Parameter {
            name: "base_score".into(),
            message,
        };
        match self.link() {
            Link::Log if prediction > 0.0 => Ok(libm::log(prediction)),
            Link::Log => Err(refused(format!(
                "expected a number above 0, as the objective predicts, found {prediction}"
            ))),
            Link::Sigmoid if prediction > 0.0 && prediction < 1.0 => Ok(log_odds(prediction)),
            Link::Sigmoid => Err(refused(format!(
                "expected a probability between 0 and 1, found {prediction}"
            ))),
            Link::Softmax | Link::Share => Err(refused(
                "one number cannot be where several classes start; leave it empty".into(),
            )),
            Link::Identity => Ok(prediction),
        }
    }
}

fn log_odds(share: f64) -> f64 {
    let share = share.clamp(LEAST_SHARE, 1.0 - LEAST_SHARE);
    libm::log(share / (1.0 - share))
}

fn mean(target: &[f64], weights: Option<&[f64]>) -> f64 {
    match weights {
        None => target.iter().sum::<f64>() / target.len() as f64,
        Some(weights) => {
            let sum: f64 = target
                .iter()
                .zip(weights)
                .map(|(y, weight)| y * weight)
                .sum();
            sum / weights.iter().sum::<f64>()
        }
    }
}

/// A class's share of the rows.
fn share_of(class: usize, target: &[f64], weights: Option<&[f64]>) -> f64 {
    let is_class = |y: &f64| *y as usize == class;
    match weights {
        None => target.iter().filter(|y| is_class(y)).count() as f64 / target.len() as f64,
        Some(weights) => {
            let of_class = target.iter().zip(weights).filter(|(y, _)| is_class(y));
            of_class.map(|(_, weight)| weight).sum::<f64>() / weights.iter().sum::<f64>()
        }
    }
}

fn quantile_of(target: &[f64], weights: Option<&[f64]>, level: f64) -> f64 {
    let weight = |row| weights.map_or(1.0, |weights| weights[row]);
    let mut values: Vec<_> = target
        .iter()
        .enumerate()
        .map(|(row, &y)| (y, weight(row)))
        .collect();
    quantile(&mut values, level)
}

/// The distance from the median that most rows keep; 1 where that is 0.
pub(super) fn usual_distance(target: &[f64], weights: Option<&[f64]>) -> f64 {
    let median = quantile_of(target, weights, 0.5);
    let distances: Vec<f64> = target.iter().map(|y| (y - median).abs()).collect();
    let distance = quantile_of(&distances, weights, HUBER_SHARE);
    if distance > 0.0 { distance } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_is_given_as_a_prediction() {
        assert_eq!(Objective::Squared.margin_of(-3.0), Ok(-3.0));
        assert_eq!(Objective::Poisson.margin_of(1.0), Ok(0.0));
        assert_eq!(Objective::Logistic.margin_of(0.5), Ok(0.0));
        assert!(Objective::Gamma.margin_of(0.0).is_err());
        assert!(Objective::Logistic.margin_of(1.0).is_err());
        assert!(Objective::Softmax { n_classes: 3 }.margin_of(0.5).is_err());
    }
}

//! The scale that a linear fit works on.

use super::family::Family;
use super::newton::Penalty;
use crate::TrainError;

/// The target's own centre and spread, so that no unit makes a loss large or small.
pub(super) struct Scale {
    family: Family,
    centre: f64,
    /// What one of the scaled target is.
    pub unit: f64,
}

impl Scale {
    pub(super) fn of(
        family: Family,
        target: &[f64],
        weights: Option<&[f64]>,
    ) -> Result<Self, TrainError> {
        let mean = |value: &dyn Fn(f64) -> f64| {
            let weight = |row: usize| weights.map_or(1.0, |weights| weights[row]);
            let rows = target.iter().enumerate();
            let (sum, total) = rows.fold((0.0, 0.0), |(sum, total), (row, &y)| {
                (sum + weight(row) * value(y), total + weight(row))
            });
            sum / total
        };
        let (centre, unit) = match family {
            Family::Gaussian => {
                // Around the first value, so that a large common offset swallows no digits.
                let first = target[0];
                let centre = first + mean(&|y| y - first);
                let spread = mean(&|y| (y - centre) * (y - centre)).sqrt();
                (centre, if spread > 0.0 { spread } else { 1.0 })
            }
            Family::Poisson => {
                let mean = mean(&|y| y);
                if mean <= 0.0 {
                    return Err(TrainError::Solver {
                        algorithm: "poisson regression",
                        message: "every count is 0, so there is no rate to model".into(),
                    });
                }
                (0.0, mean)
            }
            Family::Binomial | Family::Multinomial { .. } => (0.0, 1.0),
        };
        Ok(Self {
            family,
            centre,
            unit,
        })
    }

    pub(super) fn target(&self, target: &[f64]) -> Vec<f64> {
        let scaled = target.iter().map(|y| (y - self.centre) / self.unit);
        scaled.collect()
    }

    /// Penalties on the mean loss of the scaled target. Least squares: loss, squares of weights and L1 shrink by the unit twice,
    /// twice and once; Poisson: the loss alone, and once.
    pub(super) fn penalty(&self, l1: f64, l2: f64, total: f64) -> Penalty {
        let l2_unit = match self.family {
            Family::Gaussian => 1.0,
            _ => self.unit,
        };
        Penalty {
            l1: l1 / self.unit / total,
            l2: l2 / l2_unit / total,
        }
    }

    /// Back on the target's scale; the design's columns stay as they are.
    pub(super) fn unknowns(&self, unknowns: &[f64], n: usize) -> Vec<f64> {
        let all = unknowns.iter().enumerate();
        let back = |(position, unknown): (usize, &f64)| match self.family {
            Family::Gaussian if position.is_multiple_of(n) => unknown * self.unit + self.centre,
            Family::Gaussian => unknown * self.unit,
            Family::Poisson if position.is_multiple_of(n) => unknown + libm::log(self.unit),
            _ => *unknown,
        };
        all.map(back).collect()
    }
}

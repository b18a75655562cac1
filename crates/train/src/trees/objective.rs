//! Losses, and their first two derivatives by the margin.

use tabwright_model::{Link, Task};

/// A row's first and second derivative.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Gradient {
    pub gradient: f64,
    pub hessian: f64,
}

/// What boosting makes small.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Objective {
    /// Half the squared error.
    Squared,
    /// Log loss of class 1.
    Logistic,
    /// Log loss of several classes, one margin each.
    Softmax {
        /// Number of classes.
        n_classes: usize,
    },
}

/// Probabilities where a base starts: a class that no row has would start at −∞.
const LEAST_SHARE: f64 = 1e-15;

impl Objective {
    pub fn of(task: &Task) -> Self {
        match task {
            Task::Regression => Objective::Squared,
            Task::Binary { .. } => Objective::Logistic,
            Task::Multiclass { classes } => Objective::Softmax {
                n_classes: classes.len(),
            },
        }
    }

    pub fn n_outputs(self) -> usize {
        match self {
            Objective::Squared | Objective::Logistic => 1,
            Objective::Softmax { n_classes } => n_classes,
        }
    }

    pub fn link(self) -> Link {
        match self {
            Objective::Squared => Link::Identity,
            Objective::Logistic => Link::Sigmoid,
            Objective::Softmax { .. } => Link::Softmax,
        }
    }

    /// The best constant margins.
    pub fn base(self, target: &[f64]) -> Vec<f64> {
        let n = target.len() as f64;
        let mean = target.iter().sum::<f64>() / n;
        match self {
            Objective::Squared => vec![mean],
            Objective::Logistic => {
                let share = mean.clamp(LEAST_SHARE, 1.0 - LEAST_SHARE);
                vec![libm::log(share / (1.0 - share))]
            }
            Objective::Softmax { n_classes } => (0..n_classes)
                .map(|class| {
                    let rows = target.iter().filter(|&&y| y as usize == class).count();
                    libm::log((rows as f64 / n).max(LEAST_SHARE))
                })
                .collect(),
        }
    }

    /// Derivatives for each row and output, output after output: `out[output][row]`. Margins are laid out the same.
    pub fn gradients(self, margins: &[Vec<f64>], target: &[f64], out: &mut [Vec<Gradient>]) {
        match self {
            Objective::Squared => {
                for ((out, margin), y) in out[0].iter_mut().zip(&margins[0]).zip(target) {
                    *out = Gradient {
                        gradient: margin - y,
                        hessian: 1.0,
                    };
                }
            }
            Objective::Logistic => {
                for ((out, margin), y) in out[0].iter_mut().zip(&margins[0]).zip(target) {
                    let p = sigmoid(*margin);
                    *out = Gradient {
                        gradient: p - y,
                        hessian: p * (1.0 - p),
                    };
                }
            }
            Objective::Softmax { n_classes } => softmax_gradients(n_classes, margins, target, out),
        }
    }
}

/// The hessian's diagonal is stretched by K / (K − 1), which makes up for leaving out the rest of it (Friedman, 2001, section 4.6).
fn softmax_gradients(
    n_classes: usize,
    margins: &[Vec<f64>],
    target: &[f64],
    out: &mut [Vec<Gradient>],
) {
    let stretch = n_classes as f64 / (n_classes as f64 - 1.0);
    let mut shares = vec![0.0; n_classes];
    for (row, &y) in target.iter().enumerate() {
        let largest = margins
            .iter()
            .map(|margin| margin[row])
            .fold(f64::MIN, f64::max);
        let mut sum = 0.0;
        for (share, margin) in shares.iter_mut().zip(margins) {
            *share = libm::exp(margin[row] - largest);
            sum += *share;
        }
        for (class, share) in shares.iter().enumerate() {
            let p = share / sum;
            let truth = f64::from(u8::from(y as usize == class));
            out[class][row] = Gradient {
                gradient: p - truth,
                hessian: stretch * p * (1.0 - p),
            };
        }
    }
}

pub(crate) fn sigmoid(margin: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-margin))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loss(objective: Objective, margins: &[f64], y: f64) -> f64 {
        match objective {
            Objective::Squared => (margins[0] - y) * (margins[0] - y) / 2.0,
            Objective::Logistic => libm::log1p(libm::exp(margins[0])) - y * margins[0],
            Objective::Softmax { .. } => {
                libm::log(margins.iter().map(|&m| libm::exp(m)).sum::<f64>()) - margins[y as usize]
            }
        }
    }

    #[test]
    fn gradients_are_the_slopes_of_the_loss() {
        const STEP: f64 = 1e-5;
        for (objective, margins, y) in [
            (Objective::Squared, vec![0.7], 2.0),
            (Objective::Logistic, vec![-1.3], 1.0),
            (Objective::Logistic, vec![2.1], 0.0),
            (
                Objective::Softmax { n_classes: 3 },
                vec![0.2, -0.4, 1.1],
                1.0,
            ),
        ] {
            let columns: Vec<Vec<f64>> = margins.iter().map(|&m| vec![m]).collect();
            let mut out = vec![vec![Gradient::default()]; objective.n_outputs()];
            objective.gradients(&columns, &[y], &mut out);
            for output in 0..objective.n_outputs() {
                let at = |step: f64| {
                    let mut moved = margins.clone();
                    moved[output] += step;
                    loss(objective, &moved, y)
                };
                let slope = (at(STEP) - at(-STEP)) / (2.0 * STEP);
                let curve = (at(STEP) - 2.0 * at(0.0) + at(-STEP)) / (STEP * STEP);
                let stretch = if objective.n_outputs() == 3 { 1.5 } else { 1.0 };
                assert!(
                    (out[output][0].gradient - slope).abs() < 1e-8,
                    "{objective:?} {output}"
                );
                assert!(
                    (out[output][0].hessian - stretch * curve).abs() < 1e-4,
                    "{objective:?} {output}"
                );
            }
        }
    }

    #[test]
    fn the_base_has_no_slope() {
        for (objective, target) in [
            (Objective::Squared, vec![1.0, 2.0, 6.0]),
            (Objective::Logistic, vec![1.0, 0.0, 0.0]),
            (
                Objective::Softmax { n_classes: 3 },
                vec![0.0, 1.0, 2.0, 2.0],
            ),
        ] {
            let margins: Vec<Vec<f64>> = objective
                .base(&target)
                .iter()
                .map(|&b| vec![b; target.len()])
                .collect();
            let mut out = vec![vec![Gradient::default(); target.len()]; objective.n_outputs()];
            objective.gradients(&margins, &target, &mut out);
            for output in &out {
                assert!(output.iter().map(|g| g.gradient).sum::<f64>().abs() < 1e-12);
            }
        }
    }
}

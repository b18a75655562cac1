//! Losses, and their first two derivatives by the margin.

use tabwright_model::{Link, Task};

use super::base::usual_distance;
use super::exp::exp;
use crate::TrainError;

/// A row's first and second derivative.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Gradient {
    pub gradient: f32,
    pub hessian: f32,
}

impl Gradient {
    /// Rounded to `f32`, and kept within it: a number beyond would be no number to sum.
    #[inline]
    pub fn new(gradient: f64, hessian: f64) -> Self {
        let within = |x: f64| x.clamp(f64::from(f32::MIN), f64::from(f32::MAX)) as f32;
        Self {
            gradient: within(gradient),
            hessian: within(hessian),
        }
    }

    /// As heavy as `factor` such rows.
    #[inline]
    pub fn times(self, factor: f64) -> Self {
        Self::new(
            f64::from(self.gradient) * factor,
            f64::from(self.hessian) * factor,
        )
    }
}

/// What boosting is told to make small.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum ObjectiveChoice {
    /// Squared error for numbers, log loss for classes.
    #[default]
    Auto,
    /// Squared error: the mean.
    Squared,
    /// Absolute error: the median.
    Absolute,
    /// Squared error up to `delta`, absolute error beyond; 0: the distance from the median that nine of ten rows keep.
    Huber {
        /// In the target's unit.
        delta: f64,
    },
    /// Pinball loss: the quantile of this level, 0 to 1.
    Quantile {
        /// The share of rows that shall lie below the prediction.
        level: f64,
    },
    /// Poisson deviance: counts.
    Poisson,
    /// Gamma deviance: amounts above 0.
    Gamma,
    /// Tweedie deviance: amounts, many of them 0.
    Tweedie {
        /// The variance grows as this power of the mean, 1 (Poisson) to 2 (gamma).
        power: f64,
    },
}

/// What boosting makes small.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Objective {
    /// Half the squared error.
    Squared,
    /// The absolute error.
    Absolute,
    /// Half the squared error up to `delta`, absolute error beyond.
    Huber { delta: f64 },
    /// The pinball loss.
    Quantile { level: f64 },
    /// The Poisson deviance's part that depends on the margin, a logarithm.
    Poisson,
    /// The same of the gamma deviance.
    Gamma,
    /// The same of the Tweedie deviance.
    Tweedie { power: f64 },
    /// Log loss of class 1.
    Logistic,
    /// Log loss of several classes, one margin each.
    Softmax {
        /// Number of classes.
        n_classes: usize,
    },
}

/// How leaves get their values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum LeafRule {
    /// One step of Newton's method.
    Newton,
    /// The residuals' quantile of this level: the loss has no curve that could tell how far to go.
    Quantile(f64),
}

impl Objective {
    /// What a choice means for these rows.
    ///
    /// # Errors
    /// If the choice is for numbers and the task is not, or the target holds numbers that the loss is not defined for.
    pub fn new(
        choice: ObjectiveChoice,
        task: &Task,
        target: &[f64],
        weights: Option<&[f64]>,
    ) -> Result<Self, TrainError> {
        if *task != Task::Regression && choice != ObjectiveChoice::Auto {
            return Err(TrainError::Parameter {
                name: "objective".into(),
                message: format!(
                    "{} is for a target of numbers, and the task is {}; choose auto",
                    choice.name(),
                    task.name()
                ),
            });
        }
        choice.check_target(target)?;
        Ok(match choice {
            ObjectiveChoice::Auto => match task {
                Task::Regression => Objective::Squared,
                Task::Binary { .. } => Objective::Logistic,
                Task::Multiclass { classes } => Objective::Softmax {
                    n_classes: classes.len(),
                },
            },
            ObjectiveChoice::Squared => Objective::Squared,
            ObjectiveChoice::Absolute => Objective::Absolute,
            ObjectiveChoice::Huber { delta } if delta > 0.0 => Objective::Huber { delta },
            ObjectiveChoice::Huber { .. } => Objective::Huber {
                delta: usual_distance(target, weights),
            },
            ObjectiveChoice::Quantile { level } => Objective::Quantile { level },
            ObjectiveChoice::Gamma => Objective::Gamma,
            ObjectiveChoice::Tweedie { power } if power > 1.0 => Objective::Tweedie { power },
            ObjectiveChoice::Poisson | ObjectiveChoice::Tweedie { .. } => Objective::Poisson,
        })
    }

    pub fn n_outputs(self) -> usize {
        match self {
            Objective::Softmax { n_classes } => n_classes,
            _ => 1,
        }
    }

    pub fn link(self) -> Link {
        match self {
            Objective::Poisson | Objective::Gamma | Objective::Tweedie { .. } => Link::Log,
            Objective::Logistic => Link::Sigmoid,
            Objective::Softmax { .. } => Link::Softmax,
            _ => Link::Identity,
        }
    }

    pub fn leaf_rule(self) -> LeafRule {
        match self {
            Objective::Absolute => LeafRule::Quantile(0.5),
            Objective::Quantile { level } => LeafRule::Quantile(level),
            _ => LeafRule::Newton,
        }
    }

    /// Derivatives for each row and output, output after output: `out[output][row]`. Margins are laid out the same.
    pub fn gradients(
        self,
        margins: &[Vec<f64>],
        target: &[f64],
        weights: Option<&[f64]>,
        out: &mut [Vec<Gradient>],
    ) {
        let of = Gradient::new;
        match self {
            Objective::Squared => each(margins, target, out, |m, y| of(m - y, 1.0)),
            Objective::Absolute => each(margins, target, out, |m, y| of(sign(m - y), 1.0)),
            Objective::Huber { delta } => each(margins, target, out, |m, y| {
                of((m - y).clamp(-delta, delta), 1.0)
            }),
            Objective::Quantile { level } => each(margins, target, out, |m, y| {
                of(if m > y { 1.0 - level } else { -level }, 1.0)
            }),
            Objective::Poisson => each(margins, target, out, |m, y| {
                let mean = exp(m);
                of(mean - y, mean)
            }),
            Objective::Gamma => each(margins, target, out, |m, y| {
                let ratio = y * exp(-m);
                of(1.0 - ratio, ratio)
            }),
            Objective::Tweedie { power } => each(margins, target, out, |m, y| {
                let (a, b) = (1.0 - power, 2.0 - power);
                let (seen, expected) = (y * exp(a * m), exp(b * m));
                of(expected - seen, b * expected - a * seen)
            }),
            Objective::Logistic => each(margins, target, out, |m, y| {
                let p = sigmoid(m);
                of(p - y, p * (1.0 - p))
            }),
            Objective::Softmax { n_classes } => softmax_gradients(n_classes, margins, target, out),
        }
        if let Some(weights) = weights {
            for (gradient, weight) in out.iter_mut().flat_map(|out| out.iter_mut().zip(weights)) {
                *gradient = gradient.times(*weight);
            }
        }
    }

    /// One row's loss; `margins` gives the margin of an output.
    pub fn loss(self, margins: impl Fn(usize) -> f64, y: f64) -> f64 {
        let m = margins(0);
        match self {
            Objective::Squared => (m - y) * (m - y) / 2.0,
            Objective::Absolute => (m - y).abs(),
            Objective::Huber { delta } => {
                let off = (m - y).abs();
                if off <= delta {
                    off * off / 2.0
                } else {
                    delta * (off - delta / 2.0)
                }
            }
            Objective::Quantile { level } if m >= y => (1.0 - level) * (m - y),
            Objective::Quantile { level } => level * (y - m),
            Objective::Poisson => libm::exp(m) - y * m,
            Objective::Gamma => y * libm::exp(-m) + m,
            Objective::Tweedie { power } => {
                let (a, b) = (1.0 - power, 2.0 - power);
                libm::exp(b * m) / b - y * libm::exp(a * m) / a
            }
            // log(1 + e^m) without overflow.
            Objective::Logistic => m.max(0.0) + libm::log1p(libm::exp(-m.abs())) - y * m,
            Objective::Softmax { n_classes } => {
                let largest = (0..n_classes).map(&margins).fold(f64::MIN, f64::max);
                let sum: f64 = (0..n_classes)
                    .map(|class| libm::exp(margins(class) - largest))
                    .sum();
                libm::log(sum) + largest - margins(y as usize)
            }
        }
    }

    /// What its mean over rows is called.
    pub fn loss_name(self) -> &'static str {
        match self {
            Objective::Squared => "half the squared error",
            Objective::Absolute => "absolute error",
            Objective::Huber { .. } => "Huber loss",
            Objective::Quantile { .. } => "pinball loss",
            Objective::Poisson => "Poisson loss",
            Objective::Gamma => "gamma loss",
            Objective::Tweedie { .. } => "Tweedie loss",
            Objective::Logistic | Objective::Softmax { .. } => "log loss",
        }
    }
}

impl ObjectiveChoice {
    /// The name in parameters.
    pub fn name(self) -> &'static str {
        match self {
            ObjectiveChoice::Auto => "auto",
            ObjectiveChoice::Squared => "squared",
            ObjectiveChoice::Absolute => "absolute",
            ObjectiveChoice::Huber { .. } => "huber",
            ObjectiveChoice::Quantile { .. } => "quantile",
            ObjectiveChoice::Poisson => "poisson",
            ObjectiveChoice::Gamma => "gamma",
            ObjectiveChoice::Tweedie { .. } => "tweedie",
        }
    }

    /// Whether the loss is defined for every number of the target, and has a least value.
    fn check_target(self, target: &[f64]) -> Result<(), TrainError> {
        let (fits, expected): (fn(f64) -> bool, _) = match self {
            ObjectiveChoice::Poisson | ObjectiveChoice::Tweedie { .. } => {
                (|y| y >= 0.0, "0 or more")
            }
            ObjectiveChoice::Gamma => (|y| y > 0.0, "above 0"),
            _ => return Ok(()),
        };
        let found = match target.iter().find(|y| !fits(**y)) {
            Some(y) => format!("it holds {y}; choose another objective, or filter such rows out"),
            None if target.iter().all(|y| *y == 0.0) => {
                "all of them are 0; choose another target".to_owned()
            }
            None => return Ok(()),
        };
        Err(TrainError::Parameter {
            name: "objective".into(),
            message: format!(
                "{} needs a target of numbers {expected}, and {found}",
                self.name()
            ),
        })
    }
}

fn each(
    margins: &[Vec<f64>],
    target: &[f64],
    out: &mut [Vec<Gradient>],
    of: impl Fn(f64, f64) -> Gradient,
) {
    for ((out, margin), y) in out[0].iter_mut().zip(&margins[0]).zip(target) {
        *out = of(*margin, *y);
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
            *share = exp(margin[row] - largest);
            sum += *share;
        }
        for (class, share) in shares.iter().enumerate() {
            let p = share / sum;
            let truth = f64::from(u8::from(y as usize == class));
            out[class][row] = Gradient::new(p - truth, stretch * p * (1.0 - p));
        }
    }
}

fn sigmoid(margin: f64) -> f64 {
    1.0 / (1.0 + exp(-margin))
}

/// −1, 0 or 1.
fn sign(x: f64) -> f64 {
    f64::from(i8::from(x > 0.0) - i8::from(x < 0.0))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn all() -> Vec<Objective> {
        vec![
            Objective::Squared,
            Objective::Absolute,
            Objective::Huber { delta: 0.8 },
            Objective::Quantile { level: 0.3 },
            Objective::Poisson,
            Objective::Gamma,
            Objective::Tweedie { power: 1.4 },
            Objective::Logistic,
            Objective::Softmax { n_classes: 3 },
        ]
    }

    fn target_of(objective: Objective, seed: f64) -> f64 {
        match objective {
            Objective::Logistic => f64::from(u8::from(seed > 0.5)),
            Objective::Softmax { .. } => libm::floor(seed * 3.0).min(2.0),
            Objective::Poisson => libm::floor(seed * 6.0),
            _ => 0.1 + seed * 3.0,
        }
    }

    /// Whether the loss is smooth within a step of this margin.
    fn is_smooth(objective: Objective, margin: f64, y: f64) -> bool {
        let off = (margin - y).abs();
        match objective {
            Objective::Absolute | Objective::Quantile { .. } => off > 1e-3,
            Objective::Huber { delta } => (off - delta).abs() > 1e-3,
            _ => true,
        }
    }

    /// The curve of the loss, or what stands for it where there is none: LightGBM takes 1 too.
    fn curve_of(objective: Objective, found: f64) -> f64 {
        match objective {
            Objective::Absolute | Objective::Huber { .. } | Objective::Quantile { .. } => 1.0,
            Objective::Softmax { n_classes } => found * n_classes as f64 / (n_classes as f64 - 1.0),
            _ => found,
        }
    }

    proptest! {
        #[test]
        fn gradients_are_the_slopes_of_the_loss(
            margins in prop::collection::vec(-2.0..2.0_f64, 3),
            seed in 0.0..1.0_f64,
            weight in 0.2..3.0_f64,
        ) {
            const STEP: f64 = 1e-4;
            for objective in all() {
                let y = target_of(objective, seed);
                let n = objective.n_outputs();
                prop_assume!(is_smooth(objective, margins[0], y));
                let columns: Vec<Vec<f64>> = margins[..n].iter().map(|&m| vec![m]).collect();
                let mut out = vec![vec![Gradient::default()]; n];
                objective.gradients(&columns, &[y], Some(&[weight]), &mut out);
                for (output, out) in out.iter().enumerate() {
                    let at = |step: f64| {
                        objective.loss(|of| margins[of] + if of == output { step } else { 0.0 }, y)
                    };
                    let slope = (at(STEP) - at(-STEP)) / (2.0 * STEP);
                    let curve = curve_of(objective, (at(STEP) - 2.0 * at(0.0) + at(-STEP)) / (STEP * STEP));
                    let (gradient, hessian) = (f64::from(out[0].gradient), f64::from(out[0].hessian));
                    prop_assert!((gradient - weight * slope).abs() < 1e-5, "{:?} {} {}", objective, gradient, slope);
                    prop_assert!((hessian - weight * curve).abs() < 1e-3, "{:?} {} {}", objective, hessian, curve);
                }
            }
        }

        #[test]
        fn no_constant_is_better_than_the_base(
            seeds in prop::collection::vec((0.0..1.0_f64, 0.5..2.0_f64), 3..30),
            step in -0.5..0.5_f64,
        ) {
            for objective in all().into_iter().filter(|objective| !matches!(objective, Objective::Huber { .. })) {
                let target: Vec<f64> = seeds.iter().map(|seed| target_of(objective, seed.0)).collect();
                let weights: Vec<f64> = seeds.iter().map(|seed| seed.1).collect();
                prop_assume!(target.iter().any(|y| *y > 0.0));
                for weights in [None, Some(weights.as_slice())] {
                    let base = objective.base(&target, weights);
                    let loss = |step: f64| -> f64 {
                        let of = |(row, y): (usize, &f64)| {
                            let weight = weights.map_or(1.0, |weights| weights[row]);
                            weight * objective.loss(|output| base[output] + if output == 0 { step } else { 0.0 }, *y)
                        };
                        target.iter().enumerate().map(of).sum()
                    };
                    prop_assert!(loss(0.0) <= loss(step) + 1e-9, "{:?} {} {}", objective, loss(0.0), loss(step));
                }
            }
        }
    }

    #[test]
    fn the_huber_loss_is_squared_for_nine_of_ten_rows() {
        let target: Vec<f64> = (0..101).map(f64::from).collect();
        let choice = ObjectiveChoice::Huber { delta: 0.0 };
        let objective = Objective::new(choice, &Task::Regression, &target, None).unwrap();
        assert_eq!(objective, Objective::Huber { delta: 45.0 });
        assert_eq!(objective.base(&target, None), [50.0]);
        let alike = Objective::new(choice, &Task::Regression, &[2.0; 5], None).unwrap();
        assert_eq!(alike, Objective::Huber { delta: 1.0 });
    }

    #[test]
    fn a_target_outside_the_loss_is_refused() {
        let said = |choice, target: &[f64]| {
            Objective::new(choice, &Task::Regression, target, None)
                .unwrap_err()
                .to_string()
        };
        assert_eq!(
            said(ObjectiveChoice::Poisson, &[1.0, -2.5]),
            "parameter objective: poisson needs a target of numbers 0 or more, and it holds -2.5; choose another objective, or \
             filter such rows out"
        );
        assert!(said(ObjectiveChoice::Gamma, &[1.0, 0.0]).contains("above 0, and it holds 0"));
        let tweedie = ObjectiveChoice::Tweedie { power: 1.5 };
        assert!(said(tweedie, &[0.0, 0.0]).contains("all of them are 0"));
        let task = Task::Binary {
            classes: vec!["a".into(), "b".into()],
        };
        let error = Objective::new(tweedie, &task, &[0.0, 1.0], None).unwrap_err();
        assert!(
            error
                .to_string()
                .contains("tweedie is for a target of numbers, and the task is binary")
        );
    }
}

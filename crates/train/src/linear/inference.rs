//! How far unpenalised weights may be off, by the inverse of the information at the answer (McCullagh and Nelder, 1989, 2.2), and
//! how much the features inflate each other's variance.

use tabwright_model::{OutputErrors, Uncertainty};
use tabwright_recipe::FeatureKind;

use super::design::{Design, Origin};
use super::factor::{Factor, Square};
use super::family::Family;
use super::newton::{Outcome, Penalised, Solved};
use super::problem::Point;

/// Unknowns up to which a matrix is inverted.
const MAX_INVERTED: usize = 2000;

/// Standard errors, or why there are none. `unit` is what the target was divided by; `is_balanced`, whether classes have weights that
/// are no counts of rows.
pub(super) fn uncertainty(
    penalised: &Penalised<'_>,
    solved: &Solved,
    unit: f64,
    is_balanced: bool,
) -> Uncertainty {
    let undefined = |reason: &str| Uncertainty::Undefined {
        reason: reason.into(),
    };
    let problem = penalised.problem;
    if !penalised.penalty.is_none() {
        return undefined(
            "penalties draw the coefficients towards 0, and how far that takes them from the population's is not known; \
             set l2 and l1 to 0",
        );
    }
    match solved.outcome {
        Outcome::Converged => {}
        Outcome::Unfinished => return undefined("the solver did not converge"),
        Outcome::Separated(_) => {
            return undefined(
                "the classes are separated, so that the best coefficients are infinite",
            );
        }
    }
    if is_balanced {
        return undefined("balanced class weights are no counts of rows");
    }
    if problem.n_unknowns() > MAX_INVERTED || !problem.is_joint() {
        return undefined("there are too many coefficients");
    }
    let point = problem.at(&solved.unknowns, true);
    let covariance = Covariance::new(penalised, &point);
    let (freedom, variance) = match problem.family {
        Family::Gaussian => {
            let freedom = problem.total - covariance.n_free as f64;
            if freedom <= 0.0 {
                return undefined("there are no more rows than coefficients");
            }
            (Some(freedom), 2.0 * point.loss * unit * unit / freedom)
        }
        Family::Poisson => (None, 1.0 / (unit * problem.total)),
        Family::Binomial | Family::Multinomial { .. } => (None, 1.0 / problem.total),
    };
    let errors: Option<Vec<OutputErrors>> = (0..problem.family.n_outputs())
        .map(|output| covariance.errors(problem.design, output, variance))
        .collect();
    match errors {
        Some(errors) => Uncertainty::Known { freedom, errors },
        None => undefined("a standard error is not finite"),
    }
}

/// The inverse of the mean loss's second derivatives.
struct Covariance {
    inverse: Square,
    free: Vec<bool>,
    n_free: usize,
    n_outputs: usize,
}

impl Covariance {
    /// Of several classes the last is held: it follows from the others.
    fn new(penalised: &Penalised<'_>, point: &Point) -> Self {
        let n_outputs = penalised.problem.family.n_outputs();
        let n = penalised.problem.design.n_unknowns();
        let matrix = penalised.joint(point.curvature.clone());
        let is_last = |unknown: usize| n_outputs > 1 && unknown / n == n_outputs - 1;
        let held: Vec<bool> = (0..matrix.n)
            .map(|unknown| is_last(unknown) || penalised.held[unknown % n])
            .collect();
        let factor = Factor::new(matrix, &held);
        Self {
            inverse: factor.inverse(),
            n_free: factor.free.iter().filter(|free| **free).count(),
            free: factor.free,
            n_outputs,
        }
    }

    /// √ of the variance of Σ part · unknown over one output's unknowns, `parts` being (unknown, part). With several classes each
    /// unknown is measured from its mean over them. `None` if it is not finite.
    fn error(&self, parts: &[(usize, f64)], n: usize, output: usize, variance: f64) -> Option<f64> {
        let spread: Vec<(usize, f64)> = if self.n_outputs == 1 {
            parts.to_vec()
        } else {
            let share = 1.0 / self.n_outputs as f64;
            let of_class = |class: usize| f64::from(u8::from(class == output)) - share;
            let classes = 0..self.n_outputs;
            classes
                .flat_map(|class| {
                    let own = parts.iter();
                    own.map(move |(unknown, part)| (class * n + unknown, part * of_class(class)))
                })
                .collect()
        };
        let mut sum = 0.0;
        for (a, first) in &spread {
            for (b, second) in &spread {
                sum += first * second * self.inverse.at(*a, *b);
            }
        }
        let error = (sum.max(0.0) * variance).sqrt();
        error.is_finite().then_some(error)
    }

    /// Of one output's equation on the original scale.
    fn errors(&self, design: &Design<'_>, output: usize, variance: f64) -> Option<OutputErrors> {
        let n = design.n_unknowns();
        let mut intercept = vec![(0, 1.0)];
        let mut terms: Vec<(usize, Vec<Option<f64>>)> = Vec::new();
        for (column, &(feature, origin)) in design.columns.iter().enumerate() {
            let unknown = column + 1;
            let scale = match origin {
                Origin::Number { mean, std } => {
                    intercept.push((unknown, -mean / std));
                    1.0 / std
                }
                Origin::Level { .. } | Origin::Missing => 1.0,
            };
            let error = if self.free[unknown] {
                Some(self.error(&[(unknown, scale)], n, output, variance)?)
            } else {
                None
            };
            if terms.last().is_none_or(|(last, _)| *last != feature) {
                let n_values = match &design.features[feature].kind {
                    FeatureKind::Number => 1,
                    FeatureKind::Category { levels } => levels.len() + 1,
                };
                terms.push((feature, vec![None; n_values]));
            }
            if let Some((_, values)) = terms.last_mut() {
                let position = match origin {
                    Origin::Number { .. } => 0,
                    Origin::Level { code } => code as usize,
                    Origin::Missing => values.len() - 1,
                };
                values[position] = error;
            }
        }
        Some(OutputErrors {
            intercept: self.error(&intercept, n, output, variance)?,
            terms: terms.into_iter().map(|(_, values)| values).collect(),
        })
    }
}

/// The variance inflation factor of each feature, per degree of freedom (Fox and Monette, 1992, equation 10): for a number the
/// diagonal of the inverse correlation matrix. From the products of the design's columns and their factor.
pub(super) fn inflation(
    design: &Design<'_>,
    products: &Square,
    repeats: &Factor,
) -> Vec<Option<f64>> {
    if products.n > MAX_INVERTED {
        return Vec::new();
    }
    let inverse = repeats.inverse();
    let own = |feature: usize| {
        let columns = design.columns.iter().enumerate();
        let own = columns.filter(|(_, (of, _))| *of == feature);
        own.map(|(column, _)| column + 1)
            .filter(|&unknown| repeats.free[unknown])
            .collect::<Vec<usize>>()
    };
    (0..design.features.len())
        .map(|feature| {
            let unknowns = own(feature);
            let mut centred = products.part(&unknowns);
            for (i, &a) in unknowns.iter().enumerate() {
                for (j, &b) in unknowns.iter().enumerate() {
                    let means = products.at(0, a) * products.at(0, b) / products.at(0, 0);
                    centred.row_mut(i)[j] -= means;
                }
            }
            let determinant = |matrix| {
                let factor = Factor::new(matrix, &vec![false; unknowns.len()]);
                let is_whole = factor.free.iter().all(|free| *free);
                is_whole.then(|| factor.log_determinant())
            };
            let logarithm = determinant(centred)? + determinant(inverse.part(&unknowns))?;
            let factor = libm::exp(logarithm / unknowns.len() as f64);
            (factor.is_finite() && !unknowns.is_empty()).then_some(factor.max(1.0))
        })
        .collect()
}

//! A linear model's coefficients as people read them, with tests against 0.

use serde::{Deserialize, Serialize};
use tabwright_metrics::{normal_bound, normal_tails, student_bound, student_tails};
use tabwright_recipe::{Feature, FeatureKind};

use super::linear::{Linear, Term, Uncertainty};
use super::{Link, Predictor};
use crate::{Model, Task};

/// How often an interval holds the population's coefficient.
pub const INTERVAL: f64 = 0.95;

/// A linear model's coefficients and what is known of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Coefficients {
    /// What the margins are of: one name an output, the class or the target.
    pub outputs: Vec<String>,
    /// How margins become numbers or probabilities.
    pub link: Link,
    /// One a coefficient, output after output, intercept first.
    pub rows: Vec<Coefficient>,
    /// Degrees of freedom of Student's t; `None`: the normal distribution, or no tests.
    pub freedom: Option<f64>,
    /// Why there are no standard errors, if there are none.
    pub untested: Option<String>,
    /// What the solver says.
    pub convergence: String,
    /// What a reader must know.
    pub warnings: Vec<String>,
}

impl Model {
    /// The coefficients of a linear model; `None` for any other.
    pub fn coefficients(&self) -> Option<Coefficients> {
        let Predictor::Linear(linear) = &self.predictor else {
            return None;
        };
        let (freedom, untested) = match &linear.uncertainty {
            Uncertainty::Known { freedom, .. } => (*freedom, None),
            Uncertainty::Undefined { reason } => (None, Some(reason.clone())),
        };
        Some(Coefficients {
            outputs: match &self.task {
                Task::Multiclass { classes } => classes.clone(),
                Task::Binary { classes } => classes.last().cloned().into_iter().collect(),
                Task::Regression => vec![self.target.clone()],
            },
            link: linear.link,
            rows: linear.coefficients(&self.features),
            freedom,
            untested,
            convergence: linear.convergence.clone(),
            warnings: linear.warnings.clone(),
        })
    }
}

/// One coefficient.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Coefficient {
    /// Position among the outputs.
    pub output: usize,
    /// Position among the features; `None` for the intercept.
    pub feature: Option<usize>,
    /// "intercept", the feature, "feature = level" or "feature missing".
    pub name: String,
    /// Per unit of the feature, or the level's constant.
    pub value: f64,
    /// Absent where the model has no standard error of it.
    pub test: Option<CoefficientTest>,
    /// The feature's variance inflation factor; 1 where no other feature says anything about it.
    pub vif: Option<f64>,
}

/// A coefficient against 0.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CoefficientTest {
    /// Standard error.
    pub std_error: f64,
    /// Value over standard error: t where degrees of freedom are counted, else z.
    pub statistic: f64,
    /// How often so far from 0 on either side, if it were 0.
    pub p_value: f64,
    /// Ends of the interval that holds it [`INTERVAL`] of the time.
    pub interval: (f64, f64),
}

/// A row on its way: name, value and standard error.
type Entry = (String, f64, Option<f64>);

impl Linear {
    /// All coefficients, output after output, intercept first. Levels without a coefficient of their own are left out.
    pub fn coefficients(&self, features: &[Feature]) -> Vec<Coefficient> {
        let distribution = Distribution::of(&self.uncertainty);
        let mut rows = Vec::new();
        for (output, equation) in self.outputs.iter().enumerate() {
            let errors = match &self.uncertainty {
                Uncertainty::Known { errors, .. } => errors.get(output),
                Uncertainty::Undefined { .. } => None,
            };
            let mut push = |feature: Option<usize>, (name, value, error): Entry| {
                rows.push(Coefficient {
                    output,
                    feature,
                    name,
                    value,
                    test: error.and_then(|error| distribution.as_ref()?.test(value, error)),
                    vif: feature.and_then(|feature| *self.vif.get(feature)?),
                });
            };
            let intercept = errors.map(|errors| errors.intercept);
            push(None, ("intercept".into(), equation.intercept, intercept));
            for (position, term) in equation.terms.iter().enumerate() {
                let errors = errors.and_then(|errors| errors.terms.get(position));
                let (feature, entries) = entries(term, features, errors.map_or(&[], Vec::as_slice));
                for entry in entries {
                    push(Some(feature), entry);
                }
            }
        }
        rows
    }
}

fn entries(term: &Term, features: &[Feature], errors: &[Option<f64>]) -> (usize, Vec<Entry>) {
    let error = |position: usize| errors.get(position).copied().flatten();
    match term {
        Term::Number {
            feature,
            coefficient,
            ..
        } => {
            let name = features[*feature].name.clone();
            (*feature, vec![(name, *coefficient, error(0))])
        }
        Term::Levels {
            feature,
            coefficients,
            missing,
            ..
        } => {
            let Feature { name, kind } = &features[*feature];
            let levels = match kind {
                FeatureKind::Category { levels } => levels.as_slice(),
                FeatureKind::Number => &[],
            };
            let named = levels.iter().map(|level| format!("{name} = {level}"));
            let all = named
                .zip(coefficients)
                .chain([(format!("{name} missing"), missing)])
                .enumerate()
                .map(|(position, (name, value))| (name, *value, error(position)));
            let own = all.filter(|(_, value, error)| *value != 0.0 || error.is_some());
            (*feature, own.collect())
        }
    }
}

/// What a coefficient over its standard error is distributed like, with the bound of an interval.
struct Distribution {
    freedom: Option<f64>,
    bound: f64,
}

impl Distribution {
    fn of(uncertainty: &Uncertainty) -> Option<Self> {
        let Uncertainty::Known { freedom, .. } = uncertainty else {
            return None;
        };
        let outside = 1.0 - INTERVAL;
        let bound = match freedom {
            Some(freedom) => student_bound(*freedom, outside),
            None => normal_bound(outside),
        };
        Some(Self {
            freedom: *freedom,
            bound,
        })
    }

    /// `None` for an error of 0, as of a perfect fit.
    fn test(&self, value: f64, std_error: f64) -> Option<CoefficientTest> {
        let statistic = value / std_error;
        let p_value = match self.freedom {
            Some(freedom) => student_tails(freedom, statistic),
            None => normal_tails(statistic),
        };
        let reach = self.bound * std_error;
        let interval = (value - reach, value + reach);
        let all = [std_error, statistic, p_value, interval.0, interval.1];
        all.iter()
            .all(|number| number.is_finite())
            .then_some(CoefficientTest {
                std_error,
                statistic,
                p_value,
                interval,
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{LinearOutput, OutputErrors};

    #[test]
    fn rows_have_names_and_tests_and_leave_out_what_has_no_coefficient() {
        let features = [
            Feature {
                name: "age".into(),
                kind: FeatureKind::Number,
            },
            Feature {
                name: "sex".into(),
                kind: FeatureKind::Category {
                    levels: vec!["f".into(), "m".into()],
                },
            },
        ];
        let linear = Linear {
            outputs: vec![LinearOutput {
                intercept: 1.0,
                terms: vec![
                    Term::Number {
                        feature: 0,
                        coefficient: 4.0,
                        fill: 30.0,
                    },
                    Term::Levels {
                        feature: 1,
                        coefficients: vec![0.0, 2.0],
                        missing: -1.0,
                        unseen: 0.0,
                    },
                ],
            }],
            link: Link::Identity,
            convergence: "converged".into(),
            warnings: Vec::new(),
            uncertainty: Uncertainty::Known {
                freedom: Some(2.0),
                errors: vec![OutputErrors {
                    intercept: 0.0,
                    terms: vec![vec![Some(2.0)], vec![None, Some(1.0), None]],
                }],
            },
            vif: vec![Some(1.5), None],
        };
        let rows = linear.coefficients(&features);
        let names: Vec<&str> = rows.iter().map(|row| row.name.as_str()).collect();
        assert_eq!(names, ["intercept", "age", "sex = m", "sex missing"]);
        assert_eq!(rows[0].test, None, "an error of 0 tests nothing");
        let test = rows[1].test.unwrap();
        assert_eq!((test.std_error, test.statistic), (2.0, 2.0));
        // Student's t of 2 has a closed form: 1 − t / √(2 + t²).
        assert!((test.p_value - (1.0 - 2.0 / 6.0_f64.sqrt())).abs() < 1e-12);
        assert!((test.interval.1 - (4.0 + 2.0 * 4.302_652_729_749_464)).abs() < 1e-10);
        assert_eq!((rows[1].vif, rows[2].vif), (Some(1.5), None));
        assert_eq!((rows[3].value, rows[3].test), (-1.0, None));
    }
}

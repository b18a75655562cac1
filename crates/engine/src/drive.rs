//! Jobs that are made of fits: training, a search, a learning curve. What may be fitted now, and what comes of what was fitted. Nothing here runs
//! anything, so that the browser's helpers and a native [`Executor`](crate::Executor) are fed alike.

use std::collections::BTreeMap;

use tabwright_model::{Params, Task, Tuned};
use tabwright_train::{CurveFit, LearningCurve, Part, PartResult, Trial, Tuner, Unit};

use crate::error::Area;
use crate::{Failure, Fit, FittedPart};

/// Fits that may run at once.
#[derive(Clone, Debug)]
pub struct Round {
    /// The fits.
    pub fits: Vec<Fit>,
    /// How far the job is, in its own unit, before them and after them, and what it is in all.
    pub span: (f64, f64, f64),
}

impl Round {
    /// Fits that are all of a job.
    pub fn all(fits: Vec<Fit>) -> Self {
        let n_fits = fits.len() as f64;
        Self {
            fits,
            span: (0.0, n_fits, n_fits),
        }
    }

    /// Parts of a trial, under its algorithm's name.
    pub fn of_parts(trial: &Trial, parts: &[Part]) -> Self {
        Self::all(parts_of(trial, parts, trial.algorithm.title()))
    }

    /// The trial that a search found to be best, whole.
    pub fn of_best(trial: &Trial) -> Self {
        let title = format!("{} with the best parameters", trial.algorithm.title());
        Self::all(parts_of(trial, &trial.parts(), &title))
    }
}

fn parts_of(trial: &Trial, parts: &[Part], title: &str) -> Vec<Fit> {
    let fit = |&part: &Part| Fit {
        title: title.to_owned(),
        trial: trial.clone(),
        part,
    };
    parts.iter().map(fit).collect()
}

/// Several trials that are trained together. `Bytes` are encoded parts, wherever those are kept.
pub struct Training<Bytes> {
    trials: Vec<Trial>,
    /// Of each fit, its trial and which of that one's parts it is.
    places: Vec<(usize, usize)>,
    parts: Vec<Vec<Option<Bytes>>>,
}

impl<Bytes: Clone> Training<Bytes> {
    /// Nothing fitted yet.
    pub fn of(trials: Vec<Trial>) -> Self {
        let parts = trials.iter().map(|trial| vec![None; trial.parts().len()]);
        let parts: Vec<Vec<Option<Bytes>>> = parts.collect();
        let places = parts.iter().enumerate().flat_map(|(trial, parts)| {
            let places = (0..parts.len()).map(move |part| (trial, part));
            places.collect::<Vec<_>>()
        });
        Self {
            places: places.collect(),
            parts,
            trials,
        }
    }

    /// All parts of all trials.
    pub fn round(&self) -> Round {
        let fits = self.trials.iter().flat_map(|trial| {
            let title = trial.algorithm.title();
            parts_of(trial, &trial.parts(), title)
        });
        Round::all(fits.collect())
    }

    /// Takes the part that the fit at a position came to. Gives the trial and its parts, in their order, if it was the last one.
    pub fn take(&mut self, position: usize, bytes: Bytes) -> Option<(Trial, Vec<Bytes>)> {
        let (trial, part) = self.places[position];
        self.parts[trial][part] = Some(bytes);
        let parts = self.parts[trial].iter().cloned();
        Some((self.trials[trial].clone(), parts.collect::<Option<_>>()?))
    }

    /// The first failure of each trial that was not the user's wish, from those of the fits in their order.
    pub fn failures(
        &self,
        of_fits: impl IntoIterator<Item = Option<Failure>>,
    ) -> Vec<(Trial, Failure)> {
        let mut first = BTreeMap::new();
        for (&(trial, _), failure) in self.places.iter().zip(of_fits) {
            if let Some(failure) = failure.filter(|failure| !failure.cancelled) {
                first.entry(trial).or_insert(failure);
            }
        }
        let named = first.into_iter();
        named
            .map(|(trial, failure)| (self.trials[trial].clone(), failure))
            .collect()
    }
}

/// What a search may run now: its units, and their fits in the same order; `None` once it is over.
pub fn search_round(tuner: &Tuner) -> Option<(Vec<Unit>, Round)> {
    let units = tuner.ready();
    if units.is_empty() {
        return None;
    }
    let round = Round {
        fits: units.iter().map(|unit| Fit::of(unit, tuner)).collect(),
        span: tuner.span(&units),
    };
    Some((units, round))
}

/// All that a search tried and the best parameters, without those that have their default.
///
/// # Errors
/// If no complete trial has the metric.
pub fn found(tuner: &Tuner) -> Result<(Tuned, Params), Failure> {
    tuner.tuned().ok_or_else(|| {
        Failure::new(
            Area::Train,
            "no trial could be scored: the held-out rows do not define the metric that trials are compared by",
        )
    })
}

/// What a learning curve is made of.
///
/// # Errors
/// If nothing is held out.
pub fn curve_round(base: &Trial) -> Result<Round, Failure> {
    let wanted = LearningCurve::fits(base);
    if wanted.is_empty() {
        return Err(Failure::new(
            Area::Train,
            "a learning curve is of held-out rows: choose how models are tested",
        ));
    }
    let fit = |(trial, part): (Trial, Part)| Fit {
        title: format!("{} % of the rows", trial.share.unwrap_or(1.0) * 100.0),
        trial,
        part,
    };
    Ok(Round::all(wanted.into_iter().map(fit).collect()))
}

/// The curve that the fits of [`curve_round`] come to.
pub fn curve(fitted: impl IntoIterator<Item: Into<CurvePoint>>, task: &Task) -> LearningCurve {
    let fits: Vec<CurveFit> = fitted.into_iter().map(|fit| fit.into().0).collect();
    LearningCurve::of(&fits, task)
}

/// What a learning curve needs of a fit.
pub struct CurvePoint(CurveFit);

impl From<FittedPart> for CurvePoint {
    fn from(part: FittedPart) -> Self {
        Self(CurveFit {
            n_learnt: part.n_learnt,
            learnt: part.learnt,
            held_out: part.metrics,
        })
    }
}

impl From<PartResult> for CurvePoint {
    fn from(part: PartResult) -> Self {
        Self(CurveFit {
            n_learnt: part.n_learnt,
            learnt: part.learnt,
            held_out: part.metrics,
        })
    }
}

#[cfg(test)]
mod tests {
    use tabwright_model::Validation;
    use tabwright_train::Algorithm;

    use super::*;

    fn trial(algorithm: Algorithm) -> Trial {
        Trial {
            validation: Validation::folds(2),
            ..Trial::new("y", algorithm)
        }
    }

    #[test]
    fn a_trial_is_given_with_its_last_part_whatever_their_order() {
        let trials = vec![trial(Algorithm::Tree), trial(Algorithm::Linear)];
        let mut training = Training::of(trials.clone());
        let fits = training.round().fits;
        let n = trials[0].parts().len();
        assert_eq!(fits.len(), 2 * n);
        let mut last = None;
        for position in (0..2 * n).rev() {
            assert!(last.is_none() || position == n - 1, "complete too early");
            last = training.take(position, position);
            if position == n {
                assert_eq!(last.take(), Some((trials[1].clone(), (n..2 * n).collect())));
            }
        }
        assert_eq!(last, Some((trials[0].clone(), (0..n).collect())));
    }

    #[test]
    fn a_trial_fails_once_and_not_by_its_users_wish() {
        let training = Training::<()>::of(vec![trial(Algorithm::Tree), trial(Algorithm::Linear)]);
        let n = trial(Algorithm::Tree).parts().len();
        let failure = |what: &str| Some(Failure::new(Area::Train, what));
        let cancelled = failure("cancelled").map(|failure| Failure {
            cancelled: true,
            ..failure
        });
        let mut of_fits = vec![None; 2 * n];
        of_fits[0] = cancelled.clone();
        of_fits[n] = failure("first");
        of_fits[n + 1] = failure("second");
        let failures = training.failures(of_fits);
        assert_eq!(failures.len(), 1);
        assert_eq!(failures[0].0.algorithm, Algorithm::Linear);
        assert_eq!(failures[0].1.message, "first");
        assert!(training.failures(vec![cancelled; 2 * n]).is_empty());
    }

    #[test]
    fn without_held_out_rows_there_is_no_curve() {
        let base = Trial {
            validation: Validation::None,
            ..trial(Algorithm::Tree)
        };
        assert!(curve_round(&base).is_err());
        assert!(curve_round(&trial(Algorithm::Tree)).is_ok());
    }
}

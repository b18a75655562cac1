//! Linear models as linfa sees an algorithm: unchecked parameters, checked parameters, [`Fit`].
//!
//! Records are numbers, one row a sample, and datasets' weights count; NaN is the column's mean. Categories need features that
//! linfa's records do not carry: they go through [`run_part`](crate::run_part). That is why app and command go there, and this is only
//! for Rust programs that speak linfa.

use linfa::dataset::AsSingleTargets;
use linfa::traits::Fit;
use linfa::{DatasetBase, ParamGuard};
use ndarray::{ArrayBase, Data, Ix2};
use tabwright_model::{Linear, Task};
use tabwright_recipe::{Feature, FeatureKind, Matrix};

use super::{FamilyChoice, LinearParams, PathPoint, fit, path};
use crate::training::Training;
use crate::{Silent, TrainError};

/// Linear or Poisson regression of numbers, parameters unchecked.
#[derive(Clone, Debug, PartialEq)]
pub struct LinearModel(ValidLinearModel);

/// The same with checked parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct ValidLinearModel(LinearParams);

impl LinearModel {
    /// Least squares with these penalties on the sum of ½ (y − prediction)², weights on the standardised scale.
    pub fn new(l2: f64, l1: f64) -> Self {
        Self(ValidLinearModel(LinearParams {
            l2,
            l1,
            family: FamilyChoice::Auto,
            max_iterations: 100,
            tolerance: 1e-8,
            is_balanced: false,
        }))
    }

    /// For counts: penalties on the sum of half deviances.
    pub fn poisson(self) -> Self {
        let Self(ValidLinearModel(params)) = self;
        Self(ValidLinearModel(LinearParams {
            family: FamilyChoice::Poisson,
            ..params
        }))
    }
}

impl ParamGuard for LinearModel {
    type Checked = ValidLinearModel;
    type Error = TrainError;

    fn check_ref(&self) -> Result<&Self::Checked, TrainError> {
        let ValidLinearModel(params) = &self.0;
        for (name, penalty) in [("l2", params.l2), ("l1", params.l1)] {
            if !(penalty >= 0.0 && penalty.is_finite()) {
                return Err(TrainError::Parameter {
                    name: name.to_owned(),
                    message: format!("expected 0 or more, found {penalty}"),
                });
            }
        }
        Ok(&self.0)
    }

    fn check(self) -> Result<Self::Checked, TrainError> {
        self.check_ref()?;
        Ok(self.0)
    }
}

impl ValidLinearModel {
    /// The coefficients along falling penalties, from the one at which all weights are 0; `l1_ratio` is the share of L1 in them.
    ///
    /// # Errors
    /// As a fit; or if `l1_ratio` is not above 0 and at most 1.
    pub fn path<D, T>(
        &self,
        dataset: &DatasetBase<ArrayBase<D, Ix2>, T>,
        l1_ratio: f64,
        n_penalties: u32,
    ) -> Result<Vec<PathPoint>, TrainError>
    where
        D: Data<Elem = f64>,
        T: AsSingleTargets<Elem = f64>,
    {
        if !(l1_ratio > 0.0 && l1_ratio <= 1.0) {
            return Err(TrainError::Parameter {
                name: "l1_ratio".into(),
                message: format!("expected above 0 and at most 1, found {l1_ratio}"),
            });
        }
        with_training(dataset, |training, weights| {
            path(training, weights, &self.0, (l1_ratio, n_penalties), &Silent)
        })
    }
}

impl<D, T> Fit<ArrayBase<D, Ix2>, T, TrainError> for ValidLinearModel
where
    D: Data<Elem = f64>,
    T: AsSingleTargets<Elem = f64>,
{
    type Object = Linear;

    fn fit(&self, dataset: &DatasetBase<ArrayBase<D, Ix2>, T>) -> Result<Linear, TrainError> {
        with_training(dataset, |training, weights| {
            let (linear, _) = fit(training, weights, &self.0, &Silent)?;
            Ok(linear)
        })
    }
}

fn with_training<D, T, R>(
    dataset: &DatasetBase<ArrayBase<D, Ix2>, T>,
    then: impl FnOnce(&Training<'_>, Option<&[f64]>) -> Result<R, TrainError>,
) -> Result<R, TrainError>
where
    D: Data<Elem = f64>,
    T: AsSingleTargets<Elem = f64>,
{
    let records = dataset.records();
    let target = dataset.as_single_targets().to_vec();
    if target.is_empty() || target.len() != records.nrows() {
        return Err(TrainError::TooFewRows(format!(
            "expected at least one sample and one target a sample, found {} samples and {} targets",
            records.nrows(),
            target.len()
        )));
    }
    let columns = records.columns().into_iter();
    let matrix = Matrix {
        columns: columns.map(|column| column.to_vec().into()).collect(),
        n_rows: records.nrows(),
    };
    let features: Vec<Feature> = (0..matrix.columns.len())
        .map(|position| Feature {
            name: position.to_string(),
            kind: FeatureKind::Number,
        })
        .collect();
    let weights: Option<Vec<f64>> = dataset
        .weights()
        .map(|weights| weights.iter().map(|weight| f64::from(*weight)).collect());
    let training = Training {
        features: &features,
        matrix: &matrix,
        target: &target,
        task: &Task::Regression,
        weights: weights.as_deref(),
    };
    then(&training, weights.as_deref())
}

#[cfg(test)]
mod tests {
    use ndarray::{Array1, Array2};
    use tabwright_model::{LinearOutput, Term};

    use super::*;

    fn dataset() -> DatasetBase<Array2<f64>, Array1<f64>> {
        let records = Array2::from_shape_fn((80, 4), |(row, column)| {
            ((row * (7 + 4 * column)) % (13 + column)) as f64 + 0.25 * ((row * row) % 5) as f64
        });
        let targets = records.rows().into_iter().enumerate();
        let targets = targets.map(|(row, x)| 2.0 * x[0] - 0.7 * x[2] + ((row * 11) % 6) as f64);
        let targets: Array1<f64> = targets.collect();
        DatasetBase::new(records, targets)
    }

    fn coefficients(output: &LinearOutput) -> Vec<f64> {
        let terms = output.terms.iter().map(|term| match term {
            Term::Number { coefficient, .. } => *coefficient,
            Term::Levels { .. } => panic!("a number"),
        });
        terms.chain([output.intercept]).collect()
    }

    #[test]
    fn each_place_on_a_path_is_the_fit_with_its_penalties() {
        for model in [
            LinearModel::new(0.0, 0.0),
            LinearModel::new(0.0, 0.0).poisson(),
        ] {
            let dataset = dataset().map_targets(|y| y.max(0.0).round());
            let checked = model.clone().check().unwrap();
            let path = checked.path(&dataset, 0.8, 12).unwrap();
            assert_eq!(path.len(), 12);
            assert!(
                coefficients(&path[0].outputs[0])[..4]
                    .iter()
                    .all(|w| w.abs() < 1e-9)
            );
            assert!((path[11].l1 / path[0].l1 - 1e-3).abs() < 1e-12);
            for point in &path {
                assert!((point.l1 / (point.l1 + point.l2) - 0.8).abs() < 1e-12);
                let ValidLinearModel(params) = &checked;
                let own = ValidLinearModel(LinearParams {
                    l1: point.l1,
                    l2: point.l2,
                    ..*params
                });
                let fitted = own.fit(&dataset).unwrap();
                let pairs = coefficients(&fitted.outputs[0]);
                for (a, b) in pairs.iter().zip(coefficients(&point.outputs[0])) {
                    assert!((a - b).abs() < 1e-6, "{point:?} {fitted:?}");
                }
            }
            let kept = |point: &PathPoint| {
                let all = coefficients(&point.outputs[0]);
                all[..4].iter().filter(|weight| **weight != 0.0).count()
            };
            assert!(kept(&path[11]) > kept(&path[1]));
        }
    }

    #[test]
    fn weights_of_a_dataset_count_and_parameters_are_checked() {
        let plain = dataset();
        let model = LinearModel::new(1.0, 0.0).check().unwrap();
        let mut weights = Array1::ones(80);
        weights[3] = 5.0;
        let weighted = model.fit(&plain.clone().with_weights(weights)).unwrap();
        assert_ne!(weighted.outputs, model.fit(&plain).unwrap().outputs);
        let said = LinearModel::new(-1.0, 0.0).check().unwrap_err().to_string();
        assert!(said.contains("found -1"), "{said}");
        assert!(model.path(&plain, 0.0, 5).is_err());
    }
}

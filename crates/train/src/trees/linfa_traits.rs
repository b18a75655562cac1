//! Gradient boosting as linfa sees an algorithm: unchecked parameters, checked parameters, [`Fit`], [`PredictInplace`].
//!
//! Records are numbers, one row a sample; NaN is missing. Categories need features that linfa's records do not carry: they go
//! through [`run_part`](crate::run_part). That is why app and command go there, and this is only for Rust programs that speak linfa.

use std::marker::PhantomData;

use linfa::dataset::AsSingleTargets;
use linfa::traits::{Fit, PredictInplace};
use linfa::{DatasetBase, ParamGuard};
use ndarray::{Array1, Array2, ArrayBase, ArrayView2, Data, Ix2};
use tabwright_model::{TargetError, Task, TreeEnsemble};
use tabwright_recipe::{Feature, FeatureKind, Matrix};

use super::{BoostingParams, fit_boosting};
use crate::training::Training;
use crate::weights::mean_one;
use crate::{Silent, TrainError};

/// Gradient boosting of targets of type `T`, parameters unchecked: `f64` for numbers, `usize` for classes `0, 1, …`.
#[derive(Clone, Debug, PartialEq)]
pub struct GradientBoosting<T>(ValidBoosting<T>);

/// The same with checked parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct ValidBoosting<T> {
    params: BoostingParams,
    seed: u64,
    init: Option<TreeEnsemble>,
    target: PhantomData<T>,
}

/// A fitted ensemble that predicts targets of type `T`.
#[derive(Clone, Debug, PartialEq)]
pub struct FittedBoosting<T> {
    ensemble: TreeEnsemble,
    target: PhantomData<T>,
}

impl<T> GradientBoosting<T> {
    /// With these parameters, and the seed of row and feature draws.
    pub fn new(params: BoostingParams, seed: u64) -> Self {
        Self(ValidBoosting {
            params,
            seed,
            init: None,
            target: PhantomData,
        })
    }

    /// Continues a fitted ensemble of the same records' columns and the same objective: its trees come first, new ones mend what
    /// they get wrong.
    pub fn starting_from(mut self, ensemble: TreeEnsemble) -> Self {
        self.0.init = Some(ensemble);
        self
    }
}

impl<T> ParamGuard for GradientBoosting<T> {
    type Checked = ValidBoosting<T>;
    type Error = TrainError;

    fn check_ref(&self) -> Result<&Self::Checked, TrainError> {
        self.0.params.check()?;
        Ok(&self.0)
    }

    fn check(self) -> Result<Self::Checked, TrainError> {
        self.check_ref()?;
        Ok(self.0)
    }
}

impl<T> ValidBoosting<T> {
    fn fit_to(
        &self,
        records: ArrayView2<'_, f64>,
        target: &[f64],
        task: &Task,
        weights: Option<&[f32]>,
    ) -> Result<FittedBoosting<T>, TrainError> {
        if target.is_empty() || target.len() != records.nrows() {
            return Err(TrainError::TooFewRows(format!(
                "expected at least one sample and one target a sample, found {} samples and {} targets",
                records.nrows(),
                target.len()
            )));
        }
        let matrix = to_matrix(records);
        let features: Vec<Feature> = (0..matrix.columns.len())
            .map(|position| Feature {
                name: position.to_string(),
                kind: FeatureKind::Number,
            })
            .collect();
        let weights = weights.map(|weights| {
            let exact: Vec<f64> = weights.iter().map(|weight| f64::from(*weight)).collect();
            mean_one(&exact)
        });
        let training = Training {
            features: &features,
            matrix: &matrix,
            target,
            task,
            weights: weights.as_deref(),
        };
        let init = self.init.as_ref();
        let ensemble = fit_boosting(&self.params, &training, self.seed, init, &Silent)?.ensemble;
        Ok(FittedBoosting {
            ensemble,
            target: PhantomData,
        })
    }
}

impl<D, T> Fit<ArrayBase<D, Ix2>, T, TrainError> for ValidBoosting<f64>
where
    D: Data<Elem = f64>,
    T: AsSingleTargets<Elem = f64>,
{
    type Object = FittedBoosting<f64>;

    fn fit(&self, dataset: &DatasetBase<ArrayBase<D, Ix2>, T>) -> Result<Self::Object, TrainError> {
        let target = dataset.as_single_targets().to_vec();
        self.fit_to(
            dataset.records().view(),
            &target,
            &Task::Regression,
            dataset.weights(),
        )
    }
}

impl<D, T> Fit<ArrayBase<D, Ix2>, T, TrainError> for ValidBoosting<usize>
where
    D: Data<Elem = f64>,
    T: AsSingleTargets<Elem = usize>,
{
    type Object = FittedBoosting<usize>;

    fn fit(&self, dataset: &DatasetBase<ArrayBase<D, Ix2>, T>) -> Result<Self::Object, TrainError> {
        let classes = dataset.as_single_targets();
        let n_classes = classes.iter().max().map_or(0, |largest| largest + 1);
        let names: Vec<String> = (0..n_classes).map(|class| class.to_string()).collect();
        let task = match n_classes {
            0 | 1 => {
                let value = names.first().cloned().unwrap_or_default();
                return Err(TargetError::Constant {
                    target: "targets".into(),
                    value,
                }
                .into());
            }
            2 => Task::Binary { classes: names },
            _ => Task::Multiclass { classes: names },
        };
        let target: Vec<f64> = classes.iter().map(|&class| class as f64).collect();
        self.fit_to(dataset.records().view(), &target, &task, dataset.weights())
    }
}

impl<T> FittedBoosting<T> {
    /// The trees.
    pub fn ensemble(&self) -> &TreeEnsemble {
        &self.ensemble
    }

    /// Raw margins, samples by outputs.
    pub fn margins<D: Data<Elem = f64>>(&self, records: &ArrayBase<D, Ix2>) -> Array2<f64> {
        let n_outputs = self.ensemble.base.len();
        let margins = self.ensemble.margins(&to_matrix(records.view()));
        Array2::from_shape_fn((records.nrows(), n_outputs), |(row, output)| {
            margins[row * n_outputs + output]
        })
    }
}

impl<D: Data<Elem = f64>> PredictInplace<ArrayBase<D, Ix2>, Array1<f64>> for FittedBoosting<f64> {
    fn predict_inplace(&self, records: &ArrayBase<D, Ix2>, targets: &mut Array1<f64>) {
        targets.assign(&self.margins(records).column(0));
    }

    fn default_target(&self, records: &ArrayBase<D, Ix2>) -> Array1<f64> {
        Array1::zeros(records.nrows())
    }
}

impl<D: Data<Elem = f64>> PredictInplace<ArrayBase<D, Ix2>, Array1<usize>>
    for FittedBoosting<usize>
{
    fn predict_inplace(&self, records: &ArrayBase<D, Ix2>, targets: &mut Array1<usize>) {
        for (target, margins) in targets.iter_mut().zip(self.margins(records).rows()) {
            *target = match margins.len() {
                1 => usize::from(margins[0] >= 0.0),
                // The first of equals.
                n => (1..n).fold(0, |best, class| {
                    if margins[class] > margins[best] {
                        class
                    } else {
                        best
                    }
                }),
            };
        }
    }

    fn default_target(&self, records: &ArrayBase<D, Ix2>) -> Array1<usize> {
        Array1::zeros(records.nrows())
    }
}

fn to_matrix(records: ArrayView2<'_, f64>) -> Matrix {
    Matrix {
        columns: records
            .columns()
            .into_iter()
            .map(|column| column.to_vec().into())
            .collect(),
        n_rows: records.nrows(),
    }
}

#[cfg(test)]
mod tests {
    use linfa::prelude::{SingleTargetRegression, ToConfusionMatrix};
    use linfa::traits::Predict;

    use super::*;

    fn records() -> Array2<f64> {
        Array2::from_shape_fn((400, 2), |(row, column)| {
            ((row * (7 + 6 * column)) % 101) as f64
        })
    }

    #[test]
    fn numbers_are_fitted_through_linfa() {
        let records = records();
        let targets: Array1<f64> = records
            .rows()
            .into_iter()
            .map(|row| row[0] * 2.0 - row[1])
            .collect();
        let dataset = DatasetBase::new(records, targets);
        let model = GradientBoosting::<f64>::new(BoostingParams::default(), 0)
            .fit(&dataset)
            .unwrap();
        let r2 = model.predict(&dataset).r2(&dataset).unwrap();
        assert!(r2 > 0.98, "{r2}");
    }

    #[test]
    fn classes_are_fitted_through_linfa() {
        for n_classes in [2, 3] {
            let records = records();
            let targets: Array1<usize> = records
                .rows()
                .into_iter()
                .map(|row| row[0] as usize * n_classes / 101)
                .collect();
            let dataset = DatasetBase::new(records, targets);
            let model = GradientBoosting::<usize>::new(BoostingParams::default(), 0)
                .fit(&dataset)
                .unwrap();
            let predicted: Array1<usize> = model.predict(dataset.records());
            let accuracy = predicted
                .confusion_matrix(dataset.targets())
                .unwrap()
                .accuracy();
            assert!(accuracy > 0.98, "{accuracy}");
        }
    }

    #[test]
    fn weights_reach_the_fit_and_a_model_goes_on() {
        let records = records();
        let targets: Array1<f64> = records.rows().into_iter().map(|row| row[0]).collect();
        let dataset = DatasetBase::new(records, targets);
        let params = BoostingParams {
            trees: 5,
            ..BoostingParams::default()
        };
        let boosting = GradientBoosting::<f64>::new(params, 0);
        let fitted = boosting.clone().fit(&dataset).unwrap();
        let ones = dataset.clone().with_weights(Array1::from_elem(400, 3.0));
        assert_eq!(boosting.clone().fit(&ones).unwrap(), fitted);
        let some = (0..400).map(|row| 1.0 + (row % 3) as f32).collect();
        let some = dataset.clone().with_weights(some);
        assert_ne!(boosting.clone().fit(&some).unwrap(), fitted);
        let more = boosting.starting_from(fitted.ensemble().clone());
        let more = more.fit(&dataset).unwrap();
        assert_eq!(more.ensemble().trees.len(), 10);
    }

    #[test]
    fn parameters_out_of_range_are_refused_before_fitting() {
        let params = BoostingParams {
            learning_rate: 0.0,
            ..BoostingParams::default()
        };
        let error = GradientBoosting::<f64>::new(params, 0)
            .check()
            .unwrap_err()
            .to_string();
        assert_eq!(
            error,
            "parameter learning_rate: expected above 0 and at most 1, found 0"
        );
    }
}

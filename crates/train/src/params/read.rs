//! From resolved parameters to what each algorithm is told.

use tabwright_model::{ParamValue, Params};
use tabwright_recipe::Feature;

use super::boosting::{self, BoosterName, ObjectiveName, SamplingName};
use super::specs::{self, Choice, ClassWeight, Count, Number, Param, Text};
use super::tree::{self, TreeVariant};
use super::{forest, linear, text};
use crate::TrainError;
use crate::linear::LinearParams;
use crate::trees::{
    Booster, BoostingParams, ForestParams, ObjectiveChoice, Sampling, SingleParams, Stopping,
};

/// Reads resolved parameters, each by its declaration; one that is not there, or is something else, has its default.
pub(crate) struct Reader<'a>(pub &'a Params);

impl Reader<'_> {
    fn number(&self, param: &Param<Number>) -> f64 {
        match self.0.get(param.spec.name) {
            Some(ParamValue::Number(number)) => *number,
            Some(ParamValue::Choice(_)) | None => param.is.0,
        }
    }

    fn count(&self, param: &Param<Count>) -> u32 {
        match self.0.get(param.spec.name) {
            Some(ParamValue::Number(number)) => *number as u32,
            Some(ParamValue::Choice(_)) | None => param.is.0,
        }
    }

    fn text(&self, param: &Param<Text>) -> &str {
        match self.0.get(param.spec.name) {
            Some(ParamValue::Choice(text)) => text,
            Some(ParamValue::Number(_)) | None => "",
        }
    }

    fn choice<T: Copy>(&self, param: &Param<Choice<T>>) -> T {
        let Choice(values) = param.is;
        let given = match self.0.get(param.spec.name) {
            Some(ParamValue::Choice(given)) => values.iter().find(|(value, _)| value == given),
            Some(ParamValue::Number(_)) | None => None,
        };
        given.map_or(values[0].1, |(_, meaning)| *meaning)
    }

    /// Who grows the single tree.
    pub fn grower(&self) -> TreeVariant {
        self.choice(&tree::VARIANT)
    }

    pub fn linear(&self) -> LinearParams {
        LinearParams {
            l2: self.number(&linear::L2),
            l1: self.number(&linear::L1),
            family: self.choice(&linear::FAMILY),
            max_iterations: self.count(&linear::MAX_ITERATIONS),
            tolerance: self.number(&linear::TOLERANCE),
            is_balanced: self.is_balanced(),
        }
    }

    pub fn single(&self) -> SingleParams {
        SingleParams {
            depth: self.count(&tree::DEPTH),
            leaves: self.count(&tree::LEAVES),
            min_leaf_rows: self.count(&tree::MIN_LEAF_ROWS),
            min_gain: self.number(&tree::MIN_GAIN),
            ccp_alpha: self.number(&tree::CCP_ALPHA),
            bins: self.count(&tree::BINS),
        }
    }

    pub fn forest(&self) -> ForestParams {
        ForestParams {
            trees: self.count(&forest::TREES),
            leaves: self.count(&forest::LEAVES),
            depth: self.count(&forest::DEPTH),
            min_leaf_rows: self.count(&forest::MIN_LEAF_ROWS),
            features: self.number(&forest::FEATURES),
            bins: self.count(&forest::BINS),
            variant: self.choice(&forest::VARIANT),
            bootstrap: self.choice(&forest::BOOTSTRAP),
            subsample: self.number(&forest::SUBSAMPLE),
            out_of_bag: self.choice(&forest::OUT_OF_BAG),
        }
    }

    /// Whether every class shall weigh the same.
    pub fn is_balanced(&self) -> bool {
        self.choice(&specs::CLASS_WEIGHT) == ClassWeight::Balanced
    }

    /// # Errors
    /// If a constraint names a feature that is not there.
    pub fn boosting(&self, features: &[Feature]) -> Result<BoostingParams, TrainError> {
        Ok(BoostingParams {
            objective: self.objective(),
            base_score: self.optional(&boosting::BASE_SCORE),
            trees: self.count(&boosting::TREES),
            leaves: self.count(&boosting::LEAVES),
            depth: self.count(&boosting::DEPTH),
            growth: self.choice(&boosting::GROWTH),
            learning_rate: self.number(&boosting::LEARNING_RATE),
            max_step: self.number(&boosting::MAX_STEP),
            min_leaf_rows: self.count(&boosting::MIN_LEAF_ROWS),
            min_child_weight: self.number(&boosting::MIN_CHILD_WEIGHT),
            l1: self.number(&boosting::L1),
            l2: self.number(&boosting::L2),
            min_gain: self.number(&boosting::MIN_GAIN),
            sampling: match self.choice(&boosting::SAMPLING) {
                SamplingName::Goss => Sampling::Goss {
                    top: self.number(&boosting::TOP_RATE),
                    other: self.number(&boosting::OTHER_RATE),
                },
                SamplingName::Uniform => Sampling::Uniform {
                    share: self.number(&boosting::SUBSAMPLE),
                },
            },
            features: self.number(&boosting::FEATURES),
            features_level: self.number(&boosting::FEATURES_LEVEL),
            features_node: self.number(&boosting::FEATURES_NODE),
            bins: self.count(&boosting::BINS),
            booster: match self.choice(&boosting::BOOSTER) {
                BoosterName::Dart => Booster::Dart {
                    drop: self.number(&boosting::DROP_RATE),
                    skip: self.number(&boosting::SKIP_DROP),
                },
                BoosterName::Gbt => Booster::Gbt,
            },
            stopping: (self.count(&boosting::EARLY_STOPPING_ROUNDS) > 0).then(|| Stopping {
                rounds: self.count(&boosting::EARLY_STOPPING_ROUNDS),
                share: self.number(&boosting::VALIDATION_SHARE),
            }),
            monotone: self.monotone(features)?,
            interactions: self.interactions(features)?,
        })
    }

    /// A number that may be left out.
    fn optional(&self, param: &Param<Text>) -> Option<f64> {
        match self.0.get(param.spec.name) {
            Some(ParamValue::Number(number)) => Some(*number),
            Some(ParamValue::Choice(text)) => text::number(text),
            None => None,
        }
    }

    /// A sign for each feature; empty where none has one.
    fn monotone(&self, features: &[Feature]) -> Result<Vec<i8>, TrainError> {
        let given = text::signs(self.text(&boosting::MONOTONE)).unwrap_or_default();
        if given.is_empty() {
            return Ok(Vec::new());
        }
        let mut signs = vec![0; features.len()];
        for (name, sign) in given {
            signs[text::position(boosting::MONOTONE.spec.name, &name, features)?] = sign;
        }
        Ok(signs)
    }

    /// Groups of positions.
    fn interactions(&self, features: &[Feature]) -> Result<Vec<Vec<usize>>, TrainError> {
        let groups = text::groups(self.text(&boosting::INTERACTIONS)).unwrap_or_default();
        let positions = |group: Vec<String>| {
            let names = group.iter();
            names
                .map(|name| text::position(boosting::INTERACTIONS.spec.name, name, features))
                .collect()
        };
        groups.into_iter().map(positions).collect()
    }

    fn objective(&self) -> ObjectiveChoice {
        match self.choice(&boosting::OBJECTIVE) {
            ObjectiveName::Squared => ObjectiveChoice::Squared,
            ObjectiveName::Absolute => ObjectiveChoice::Absolute,
            ObjectiveName::Huber => ObjectiveChoice::Huber {
                delta: self.number(&boosting::HUBER_DELTA),
            },
            ObjectiveName::Quantile => ObjectiveChoice::Quantile {
                level: self.number(&boosting::QUANTILE_LEVEL),
            },
            ObjectiveName::Poisson => ObjectiveChoice::Poisson,
            ObjectiveName::Gamma => ObjectiveChoice::Gamma,
            ObjectiveName::Tweedie => ObjectiveChoice::Tweedie {
                power: self.number(&boosting::TWEEDIE_POWER),
            },
            ObjectiveName::Auto => ObjectiveChoice::Auto,
        }
    }
}

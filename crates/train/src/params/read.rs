//! From resolved parameters to what each algorithm is told.

use tabwright_model::{ParamValue, Params};
use tabwright_recipe::Feature;

use super::text;
use crate::TrainError;
use crate::linear::{FamilyChoice, LinearParams};
use crate::trees::{
    Booster, BoostingParams, ForestParams, ForestVariant, Growth, ObjectiveChoice, Sampling,
    SingleParams, Stopping,
};

/// Reads resolved parameters.
pub(crate) struct Reader<'a>(pub &'a Params);

impl Reader<'_> {
    pub fn number(&self, name: &str) -> f64 {
        match self.0.get(name) {
            Some(ParamValue::Number(number)) => *number,
            _ => 0.0,
        }
    }

    pub fn count(&self, name: &str) -> u32 {
        self.number(name) as u32
    }

    pub fn choice(&self, name: &str) -> &str {
        match self.0.get(name) {
            Some(ParamValue::Choice(choice)) => choice,
            _ => "",
        }
    }

    pub fn linear(&self) -> LinearParams {
        LinearParams {
            l2: self.number("l2"),
            l1: self.number("l1"),
            family: match self.choice("family") {
                "poisson" => FamilyChoice::Poisson,
                _ => FamilyChoice::Auto,
            },
            max_iterations: self.count("max_iterations"),
            tolerance: self.number("tolerance"),
            is_balanced: self.is_balanced(),
        }
    }

    pub fn single(&self) -> SingleParams {
        SingleParams {
            depth: self.count("depth"),
            leaves: self.count("leaves"),
            min_leaf_rows: self.count("min_leaf_rows"),
            min_gain: self.number("min_gain"),
            ccp_alpha: self.number("ccp_alpha"),
            bins: self.count("bins"),
        }
    }

    pub fn forest(&self) -> ForestParams {
        ForestParams {
            trees: self.count("trees"),
            leaves: self.count("leaves"),
            depth: self.count("depth"),
            min_leaf_rows: self.count("min_leaf_rows"),
            features: self.number("features"),
            bins: self.count("bins"),
            variant: match self.choice("variant") {
                "extra_trees" => ForestVariant::ExtraTrees,
                _ => ForestVariant::Forest,
            },
            bootstrap: match self.choice("bootstrap") {
                "yes" => Some(true),
                "no" => Some(false),
                _ => None,
            },
            subsample: self.number("subsample"),
            out_of_bag: self.choice("out_of_bag") == "yes",
        }
    }

    /// Whether every class shall weigh the same.
    pub fn is_balanced(&self) -> bool {
        self.choice("class_weight") == "balanced"
    }

    /// # Errors
    /// If a constraint names a feature that is not there.
    pub fn boosting(&self, features: &[Feature]) -> Result<BoostingParams, TrainError> {
        Ok(BoostingParams {
            objective: self.objective(),
            base_score: self.optional("base_score"),
            trees: self.count("trees"),
            leaves: self.count("leaves"),
            depth: self.count("depth"),
            growth: match self.choice("growth") {
                "depth_wise" => Growth::DepthWise,
                _ => Growth::LeafWise,
            },
            learning_rate: self.number("learning_rate"),
            max_step: self.number("max_step"),
            min_leaf_rows: self.count("min_leaf_rows"),
            min_child_weight: self.number("min_child_weight"),
            l1: self.number("l1"),
            l2: self.number("l2"),
            min_gain: self.number("min_gain"),
            sampling: match self.choice("sampling") {
                "goss" => Sampling::Goss {
                    top: self.number("top_rate"),
                    other: self.number("other_rate"),
                },
                _ => Sampling::Uniform {
                    share: self.number("subsample"),
                },
            },
            features: self.number("features"),
            features_level: self.number("features_level"),
            features_node: self.number("features_node"),
            bins: self.count("bins"),
            booster: match self.choice("booster") {
                "dart" => Booster::Dart {
                    drop: self.number("drop_rate"),
                    skip: self.number("skip_drop"),
                },
                _ => Booster::Gbt,
            },
            stopping: (self.count("early_stopping_rounds") > 0).then(|| Stopping {
                rounds: self.count("early_stopping_rounds"),
                share: self.number("validation_share"),
            }),
            monotone: self.monotone(features)?,
            interactions: self.interactions(features)?,
        })
    }

    /// A number that may be left out.
    fn optional(&self, name: &str) -> Option<f64> {
        match self.0.get(name) {
            Some(ParamValue::Number(number)) => Some(*number),
            Some(ParamValue::Choice(text)) => text::number(text),
            None => None,
        }
    }

    /// A sign for each feature; empty where none has one.
    fn monotone(&self, features: &[Feature]) -> Result<Vec<i8>, TrainError> {
        let given = text::signs(self.choice("monotone")).unwrap_or_default();
        if given.is_empty() {
            return Ok(Vec::new());
        }
        let mut signs = vec![0; features.len()];
        for (name, sign) in given {
            signs[text::position("monotone", &name, features)?] = sign;
        }
        Ok(signs)
    }

    /// Groups of positions.
    fn interactions(&self, features: &[Feature]) -> Result<Vec<Vec<usize>>, TrainError> {
        let groups = text::groups(self.choice("interactions")).unwrap_or_default();
        let positions = |group: Vec<String>| {
            let names = group.iter();
            names
                .map(|name| text::position("interactions", name, features))
                .collect()
        };
        groups.into_iter().map(positions).collect()
    }

    fn objective(&self) -> ObjectiveChoice {
        match self.choice("objective") {
            "squared" => ObjectiveChoice::Squared,
            "absolute" => ObjectiveChoice::Absolute,
            "huber" => ObjectiveChoice::Huber {
                delta: self.number("huber_delta"),
            },
            "quantile" => ObjectiveChoice::Quantile {
                level: self.number("quantile_level"),
            },
            "poisson" => ObjectiveChoice::Poisson,
            "gamma" => ObjectiveChoice::Gamma,
            "tweedie" => ObjectiveChoice::Tweedie {
                power: self.number("tweedie_power"),
            },
            _ => ObjectiveChoice::Auto,
        }
    }
}

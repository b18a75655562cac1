//! From resolved parameters to what each algorithm is told.

use tabwright_model::{ParamValue, Params};

use crate::linear::{FamilyChoice, LinearParams};
use crate::trees::{BoostingParams, ForestParams, ObjectiveChoice, SingleParams};

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
            is_balanced: self.choice("class_weight") == "balanced",
        }
    }

    pub fn single(&self) -> SingleParams {
        SingleParams {
            depth: self.count("depth"),
            leaves: self.count("leaves"),
            min_leaf_rows: self.count("min_leaf_rows"),
            min_gain: self.number("min_gain"),
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
        }
    }

    pub fn boosting(&self) -> BoostingParams {
        BoostingParams {
            trees: self.count("trees"),
            leaves: self.count("leaves"),
            depth: self.count("depth"),
            objective: self.objective(),
            max_step: self.number("max_step"),
            learning_rate: self.number("learning_rate"),
            min_leaf_rows: self.count("min_leaf_rows"),
            l2: self.number("l2"),
            min_gain: self.number("min_gain"),
            subsample: self.number("subsample"),
            features: self.number("features"),
            bins: self.count("bins"),
        }
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

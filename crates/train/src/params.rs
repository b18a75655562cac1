//! Every parameter declared once: forms, `--set`, checks, search spaces and help come from here.

mod boosting;
mod forest;
mod linear;
mod read;
mod specs;
mod text;
mod tree;

use serde::{Deserialize, Serialize};
use tabwright_model::{ParamValue, Params};

use crate::TrainError;

pub(crate) use read::Reader;
pub use text::TextForm;
pub(crate) use tree::TreeVariant;

/// What can be trained.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Algorithm {
    /// The mean, or the classes' shares.
    Baseline,
    /// Linear regression, or logistic regression where the target is classes.
    Linear,
    /// One decision tree.
    Tree,
    /// Random forest.
    Forest,
    /// Gradient boosted trees.
    Gbt,
}

impl Algorithm {
    /// All, simplest first.
    pub const ALL: [Algorithm; 5] = [
        Algorithm::Baseline,
        Algorithm::Linear,
        Algorithm::Tree,
        Algorithm::Forest,
        Algorithm::Gbt,
    ];

    /// The name in JSON, on the command line and in `data-testid`s.
    pub fn name(self) -> &'static str {
        match self {
            Algorithm::Baseline => "baseline",
            Algorithm::Linear => "linear",
            Algorithm::Tree => "tree",
            Algorithm::Forest => "forest",
            Algorithm::Gbt => "gbt",
        }
    }

    /// The name on screen.
    pub fn title(self) -> &'static str {
        match self {
            Algorithm::Baseline => "Baseline",
            Algorithm::Linear => "Linear / logistic regression",
            Algorithm::Tree => "Decision tree",
            Algorithm::Forest => "Random forest",
            Algorithm::Gbt => "Gradient boosted trees",
        }
    }

    /// Two sentences: how it works, when to pick it.
    pub fn help(self) -> &'static str {
        match self {
            Algorithm::Baseline => {
                "Predicts the mean, or each class's share, whatever the row holds. What every other model must beat."
            }
            Algorithm::Linear => {
                "Adds up one weight for each feature and level. Fast, easy to explain and hard to overfit; pick it where effects \
                 add up and extrapolation matters."
            }
            Algorithm::Tree => {
                "Asks a short series of yes-or-no questions. Pick it where a person must be able to follow every decision."
            }
            Algorithm::Forest => {
                "Averages many deep trees, each grown on a random draw of rows and features. Good without any tuning, and \
                 steady on small or noisy tables."
            }
            Algorithm::Gbt => {
                "Grows small trees one after the other, each mending what the ones before got wrong. Usually the most accurate on \
                 tables; takes missing values and categories as they are."
            }
        }
    }
}

/// How a range is searched and how a slider moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// Equal steps.
    Linear,
    /// Equal factors.
    Log,
}

/// What values a parameter takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ParamKind {
    /// A whole number, both ends allowed.
    Integer {
        /// Smallest.
        min: i64,
        /// Largest.
        max: i64,
        /// Default.
        default: i64,
    },
    /// A number, both ends allowed.
    Float {
        /// Smallest.
        min: f64,
        /// Largest.
        max: f64,
        /// Default.
        default: f64,
    },
    /// One of these (value, label); the first is the default.
    Choice(&'static [(&'static str, &'static str)]),
    /// A text, empty by default.
    Text(TextForm),
}

/// When a parameter counts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Condition {
    /// Where this parameter has one of these values.
    Is(&'static str, &'static [&'static str]),
    /// Where this parameter is above 0.
    IsSet(&'static str),
}

/// One parameter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ParamSpec {
    /// The name in JSON and `--set`.
    pub name: &'static str,
    /// The label on screen.
    pub label: &'static str,
    /// What it does, and which way to turn it, one sentence.
    pub help: &'static str,
    /// What values it takes.
    pub kind: ParamKind,
    /// How it is searched.
    pub scale: Scale,
    /// The unit of the value: "rows", "trees", "".
    pub unit: &'static str,
    /// Where the search looks (low, high); `None`: not searched by default.
    pub search: Option<(f64, f64)>,
    /// Among those that matter most; the rest go under Advanced.
    pub basic: bool,
    /// When it counts; always where there is none.
    pub condition: Option<Condition>,
}

impl Algorithm {
    /// Its parameters, those that matter most first.
    pub fn params(self) -> &'static [ParamSpec] {
        match self {
            Algorithm::Baseline => &[],
            Algorithm::Linear => linear::LINEAR,
            Algorithm::Tree => tree::TREE,
            Algorithm::Forest => forest::FOREST,
            Algorithm::Gbt => boosting::GBT,
        }
    }

    pub(crate) fn param(self, name: &str) -> Result<&'static ParamSpec, TrainError> {
        self.params()
            .iter()
            .find(|spec| spec.name == name)
            .ok_or_else(|| {
                let known: Vec<&str> = self.params().iter().map(|spec| spec.name).collect();
                let message = match known.as_slice() {
                    [] => format!("{} has no parameters", self.name()),
                    known => format!(
                        "{} has no such parameter; it has {}",
                        self.name(),
                        known.join(", ")
                    ),
                };
                TrainError::Parameter {
                    name: name.to_owned(),
                    message,
                }
            })
    }
}

impl ParamSpec {
    /// The default.
    pub fn default_value(&self) -> ParamValue {
        match self.kind {
            ParamKind::Integer { default, .. } => ParamValue::Number(default as f64),
            ParamKind::Float { default, .. } => ParamValue::Number(default),
            ParamKind::Choice(choices) => ParamValue::Choice(choices[0].0.to_owned()),
            ParamKind::Text(_) => ParamValue::Choice(String::new()),
        }
    }

    /// Whether it counts beside these parameters of its algorithm, given or default.
    pub fn counts(&self, algorithm: Algorithm, given: &Params) -> bool {
        let value = |name: &str| {
            let default = || Some(algorithm.param(name).ok()?.default_value());
            given.get(name).cloned().or_else(default)
        };
        match self.condition {
            None => true,
            Some(Condition::Is(name, values)) => {
                matches!(value(name), Some(ParamValue::Choice(choice)) if values.contains(&choice.as_str()))
            }
            Some(Condition::IsSet(name)) => {
                matches!(value(name), Some(ParamValue::Number(number)) if number > 0.0)
            }
        }
    }

    /// Checks type, range and form; whether features exist is known only at the fit.
    ///
    /// # Errors
    /// With what was expected and found.
    pub fn check(&self, value: &ParamValue) -> Result<(), TrainError> {
        let fits = match (&self.kind, value) {
            (ParamKind::Integer { min, max, .. }, ParamValue::Number(x)) => {
                x.trunc() == *x && (*min as f64..=*max as f64).contains(x)
            }
            (ParamKind::Float { min, max, .. }, ParamValue::Number(x)) => (*min..=*max).contains(x),
            (ParamKind::Choice(choices), ParamValue::Choice(choice)) => {
                choices.iter().any(|(name, _)| name == choice)
            }
            (ParamKind::Text(form), ParamValue::Choice(text)) => form.fits(text),
            (ParamKind::Text(TextForm::Number), ParamValue::Number(x)) => x.is_finite(),
            _ => false,
        };
        let found = match value {
            ParamValue::Number(x) => x.to_string(),
            ParamValue::Choice(choice) => format!("\"{choice}\""),
        };
        if fits {
            Ok(())
        } else {
            Err(self.error(&found))
        }
    }

    fn error(&self, found: &str) -> TrainError {
        let expected = match self.kind {
            ParamKind::Integer { min, max, .. } => format!("a whole number from {min} to {max}"),
            ParamKind::Float { min, max, .. } => format!("a number from {min} to {max}"),
            ParamKind::Choice(choices) => {
                format!(
                    "one of {}",
                    choices
                        .iter()
                        .map(|(name, _)| *name)
                        .collect::<Vec<_>>()
                        .join(", ")
                )
            }
            ParamKind::Text(form) => form.expected().to_owned(),
        };
        TrainError::Parameter {
            name: self.name.to_owned(),
            message: format!("expected {expected}, found {found}"),
        }
    }
}

/// Checks given parameters and writes out all defaults: the same keys every time.
///
/// # Errors
/// Unknown names (with the known ones), values out of range or of the wrong type.
pub fn resolve(algorithm: Algorithm, given: &Params) -> Result<Params, TrainError> {
    let mut resolved: Params = algorithm
        .params()
        .iter()
        .map(|spec| (spec.name.to_owned(), spec.default_value()))
        .collect();
    for (name, value) in given {
        algorithm.param(name)?.check(value)?;
        resolved.insert(name.clone(), value.clone());
    }
    Ok(resolved)
}

/// Reads `NAME=VALUE` as the command line gives it.
///
/// # Errors
/// Unknown names and values that cannot be read.
pub fn parse_setting(
    algorithm: Algorithm,
    setting: &str,
) -> Result<(String, ParamValue), TrainError> {
    let Some((name, text)) = setting.split_once('=') else {
        return Err(TrainError::Parameter {
            name: setting.to_owned(),
            message: "expected NAME=VALUE, found no \"=\"".to_owned(),
        });
    };
    let (name, text) = (name.trim(), text.trim());
    let spec = algorithm.param(name)?;
    let value = match spec.kind {
        ParamKind::Choice(_) | ParamKind::Text(_) => ParamValue::Choice(text.to_owned()),
        _ => ParamValue::Number(
            text.parse()
                .map_err(|_| spec.error(&format!("\"{text}\"")))?,
        ),
    };
    spec.check(&value)?;
    Ok((name.to_owned(), value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_and_search_ranges_are_in_range_and_names_differ() {
        for algorithm in Algorithm::ALL {
            let specs = algorithm.params();
            for (position, spec) in specs.iter().enumerate() {
                assert!(
                    spec.check(&spec.default_value()).is_ok(),
                    "{} {}",
                    algorithm.name(),
                    spec.name
                );
                assert!(
                    specs[position + 1..]
                        .iter()
                        .all(|other| other.name != spec.name)
                );
                if let Some((low, high)) = spec.search {
                    assert!(low < high);
                    assert!(
                        spec.check(&ParamValue::Number(low)).is_ok()
                            && spec.check(&ParamValue::Number(high)).is_ok()
                    );
                    assert!(
                        spec.scale == Scale::Linear || low > 0.0,
                        "no logarithm of 0: {}",
                        spec.name
                    );
                }
            }
            assert!(
                specs.is_sorted_by_key(|spec| !spec.basic),
                "{}: basic ones first",
                algorithm.name()
            );
        }
    }

    #[test]
    fn conditions_name_parameters_and_their_values() {
        for algorithm in Algorithm::ALL {
            for spec in algorithm.params() {
                match spec.condition {
                    None => {}
                    Some(Condition::Is(name, values)) => {
                        let ParamKind::Choice(choices) = algorithm.param(name).unwrap().kind else {
                            panic!("{name} is no choice")
                        };
                        let is_choice =
                            |value: &&str| choices.iter().any(|(name, _)| name == value);
                        assert!(values.iter().all(is_choice), "{}", spec.name);
                    }
                    Some(Condition::IsSet(name)) => {
                        let kind = algorithm.param(name).unwrap().kind;
                        assert!(!matches!(kind, ParamKind::Choice(_)), "{name} is a choice");
                    }
                }
            }
        }
    }

    #[test]
    fn a_parameter_counts_where_its_condition_holds() {
        let level = Algorithm::Gbt.param("quantile_level").unwrap();
        assert!(!level.counts(Algorithm::Gbt, &Params::new()));
        let given = Params::from([("objective".into(), ParamValue::Choice("quantile".into()))]);
        assert!(level.counts(Algorithm::Gbt, &given));
        let trees = Algorithm::Gbt.param("trees").unwrap();
        assert!(trees.counts(Algorithm::Gbt, &Params::new()));
    }

    #[test]
    fn given_values_replace_defaults() {
        let given = Params::from([("trees".into(), ParamValue::Number(7.0))]);
        let resolved = resolve(Algorithm::Gbt, &given).unwrap();
        assert_eq!(resolved["trees"], ParamValue::Number(7.0));
        assert_eq!(resolved["leaves"], ParamValue::Number(31.0));
        assert_eq!(resolved.len(), Algorithm::Gbt.params().len());
    }

    #[test]
    fn settings_are_read_and_refused_with_what_is_known() {
        assert_eq!(
            parse_setting(Algorithm::Gbt, "learning_rate = 0.05").unwrap(),
            ("learning_rate".into(), ParamValue::Number(0.05))
        );
        assert_eq!(
            parse_setting(Algorithm::Tree, "variant=exact_cart")
                .unwrap()
                .1,
            ParamValue::Choice("exact_cart".into())
        );
        let said = |algorithm, setting| parse_setting(algorithm, setting).unwrap_err().to_string();
        assert!(said(Algorithm::Gbt, "tree=3").contains("it has trees, learning_rate"));
        assert!(
            said(Algorithm::Gbt, "trees=2.5")
                .contains("expected a whole number from 1 to 10000, found 2.5")
        );
        assert!(said(Algorithm::Gbt, "trees=x").contains("found \"x\""));
        assert!(said(Algorithm::Gbt, "learning_rate=NaN").contains("found NaN"));
        assert!(said(Algorithm::Gbt, "trees").contains("NAME=VALUE"));
        assert!(said(Algorithm::Tree, "variant=best").contains("one of histogram, exact_cart"));
        assert!(
            said(Algorithm::Gbt, "monotone=age").contains("expected features with their signs")
        );
        assert_eq!(
            parse_setting(Algorithm::Gbt, "monotone=age:+1").unwrap().1,
            ParamValue::Choice("age:+1".into())
        );
        assert!(said(Algorithm::Baseline, "trees=1").contains("has no parameters"));
    }
}

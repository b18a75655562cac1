//! How parameters were searched, and what was found on the way.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};

use crate::{Params, Validation};

/// A search over an algorithm's parameters. Its budget is trials, never time, so that it runs the same again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tuning {
    /// How the next parameters are chosen.
    pub method: Method,
    /// Sets of parameters that are tried, the defaults among them; a grid may have fewer.
    pub trials: u32,
    /// Where to look, by parameter, in place of the declared range; a parameter without one is searched too, if it is here.
    #[serde(default)]
    pub space: BTreeMap<String, Span>,
    /// Folds of a validation of the search itself; 0 for none.
    #[serde(default)]
    pub nested: u32,
}

/// How a search chooses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "snake_case")]
pub enum Method {
    /// Every combination of evenly spaced values, in an order by the seed.
    Grid {
        /// Values of each range.
        steps: u32,
    },
    /// Independent draws.
    Random,
    /// Many draws on little of the resource; the best share of them on more, until few are left that have all of it (Jamieson and
    /// Talwalkar, 2016). The resource is trees, else rows.
    Halving {
        /// One of so many goes on, with so many times as much.
        factor: u32,
    },
    /// Halvings that start with different amounts (Li et al., 2018).
    Hyperband {
        /// As above.
        factor: u32,
    },
    /// Draws where good trials were denser than bad ones (tree-structured Parzen estimator, Bergstra et al., 2011).
    Tpe,
}

/// Where a parameter is searched.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Span {
    /// From, to; both may be drawn.
    Range([f64; 2]),
    /// One of these.
    Choices(Vec<String>),
}

/// One set of parameters and how it did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrialRecord {
    /// The parameters.
    pub params: Params,
    /// Each fold's metrics, with as much of the resource as it got.
    pub folds: Vec<BTreeMap<String, f64>>,
    /// The share of the resource that it got before it was stopped; all of it where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<f64>,
    /// What it came to with less, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<Rung>,
}

/// How a trial did with a share of the resource.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rung {
    /// The share.
    pub share: f64,
    /// Each fold's metrics.
    pub folds: Vec<BTreeMap<String, f64>>,
}

/// A search that was run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tuned {
    /// The search; as many trials as were complete.
    pub tuning: Tuning,
    /// Parameters that were not searched and differ from the defaults.
    #[serde(default)]
    pub fixed: Params,
    /// Its trials, in order.
    pub trials: Vec<TrialRecord>,
    /// How good the search itself is, where that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nested: Option<Nested>,
}

/// A search validated as a whole: run anew on each fold's training rows, its winner scored on rows that no trial saw (Varma and
/// Simon, 2006). The winner's own score is the best of many, so it is too good.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Nested {
    /// The outer split.
    pub validation: Validation,
    /// Its folds.
    pub folds: Vec<OuterFold>,
}

/// One outer fold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OuterFold {
    /// What its search found.
    pub params: Params,
    /// Metrics of those by the inner folds, mean: what the search thought of them.
    pub inner: BTreeMap<String, f64>,
    /// Metrics on the outer fold's held-out rows.
    pub metrics: BTreeMap<String, f64>,
}

impl Tuning {
    /// A random search in the declared ranges.
    pub fn random(trials: u32) -> Self {
        Self {
            method: Method::Random,
            trials,
            space: BTreeMap::new(),
            nested: 0,
        }
    }

    /// Reads a search or none, or the number of random trials that earlier versions wrote in its place (0 for none); for
    /// `deserialize_with`.
    ///
    /// # Errors
    /// If it is none of them.
    pub fn or_trials<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Number(u32),
            Search(Option<Tuning>),
        }
        Ok(match Written::deserialize(deserializer)? {
            Written::Number(0) => None,
            Written::Number(trials) => Some(Self::random(trials)),
            Written::Search(tuning) => tuning,
        })
    }
}

impl Tuned {
    /// Reads a search or none, or the trials of a random one that earlier versions wrote in its place (empty for none); for
    /// `deserialize_with`.
    ///
    /// # Errors
    /// If it is none of them.
    pub fn or_trials<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Trials(Vec<TrialRecord>),
            Search(Option<Box<Tuned>>),
        }
        Ok(match Written::deserialize(deserializer)? {
            Written::Search(tuned) => tuned.map(|tuned| *tuned),
            // The first trial had nothing but what was fixed.
            Written::Trials(trials) => {
                trials
                    .first()
                    .map(|first| first.params.clone())
                    .map(|fixed| Self {
                        tuning: Tuning::random(trials.len() as u32),
                        fixed,
                        trials,
                        nested: None,
                    })
            }
        })
    }
}

impl TrialRecord {
    /// Parameters with all of the resource.
    pub fn new(params: Params, folds: Vec<BTreeMap<String, f64>>) -> Self {
        Self {
            params,
            folds,
            share: None,
            earlier: Vec::new(),
        }
    }

    /// Without metrics that are not finite numbers.
    pub(crate) fn drop_undefined(&mut self) {
        let earlier = self.earlier.iter_mut().flat_map(|rung| &mut rung.folds);
        for fold in self.folds.iter_mut().chain(earlier) {
            fold.retain(|_, value| value.is_finite());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Holder {
        #[serde(default, alias = "tune_trials", deserialize_with = "Tuning::or_trials")]
        tuning: Option<Tuning>,
        #[serde(default, alias = "trials", deserialize_with = "Tuned::or_trials")]
        tuned: Option<Tuned>,
    }

    fn read(text: &str) -> Holder {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn what_earlier_versions_wrote_is_read() {
        assert_eq!(
            read("{}"),
            Holder {
                tuning: None,
                tuned: None
            }
        );
        assert_eq!(read(r#"{"tune_trials": 0, "trials": []}"#), read("{}"));
        let old = read(
            r#"{"tune_trials": 2, "trials": [{"params": {"l2": 3}, "folds": [{"auc": 0.5}]}, {"params": {"l2": 3, "l1": 1}, "folds": []}]}"#,
        );
        assert_eq!(old.tuning, Some(Tuning::random(2)));
        let tuned = old.tuned.unwrap();
        assert_eq!((tuned.trials.len(), tuned.fixed.len()), (2, 1));
        assert_eq!(tuned.trials[0].share, None);
    }

    #[test]
    fn a_search_survives_json() {
        let tuning = Tuning {
            method: Method::Halving { factor: 3 },
            trials: 9,
            space: BTreeMap::from([
                ("l2".into(), Span::Range([0.1, 2.0])),
                ("variant".into(), Span::Choices(vec!["histogram".into()])),
            ]),
            nested: 3,
        };
        let tuned = Tuned {
            tuning: tuning.clone(),
            fixed: Params::new(),
            trials: vec![TrialRecord {
                share: Some(0.5),
                earlier: vec![Rung {
                    share: 0.25,
                    folds: Vec::new(),
                }],
                ..TrialRecord::new(Params::new(), Vec::new())
            }],
            nested: Some(Nested {
                validation: Validation::default(),
                folds: Vec::new(),
            }),
        };
        let holder = Holder {
            tuning: Some(tuning),
            tuned: Some(tuned),
        };
        assert_eq!(read(&serde_json::to_string(&holder).unwrap()), holder);
        let none = Holder {
            tuning: None,
            tuned: None,
        };
        assert_eq!(read(&serde_json::to_string(&none).unwrap()), none);
    }
}

//! How a model is tested: which rows are held out, and what it may learn from meanwhile.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

/// Which rows are held out together. The rows themselves follow from it, the table, the target and the seed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "scheme", rename_all = "snake_case")]
pub enum Validation {
    /// Nothing is held out: all rows teach, and nothing tells how good the model is.
    None,
    /// One share of the rows is held out, once; classes keep their shares.
    Holdout {
        /// Between 0 and 1, both excluded.
        share: f64,
        /// Whether the held-out rows have the same share of every tenth of a numeric target.
        #[serde(default)]
        quantiles: bool,
    },
    /// Cross-validation: every row is held out once by each repeat; classes are spread evenly.
    Folds {
        /// Folds a repeat, at least 2.
        folds: u32,
        /// How often the rows are dealt anew.
        #[serde(default = "once")]
        repeats: u32,
        /// Whether each fold has the same share of every tenth of a numeric target.
        #[serde(default)]
        quantiles: bool,
    },
    /// Cross-validation in which rows of one group are never on both sides; rows without a group are one.
    Groups {
        /// The column that says which group a row belongs to.
        column: String,
        /// Folds a repeat, at least 2.
        folds: u32,
        /// How often the groups are dealt anew.
        #[serde(default = "once")]
        repeats: u32,
    },
    /// Forward chaining: each fold is later than all that it is learnt from, and the next one learns from it too. Rows without a
    /// time are in no fold.
    Time {
        /// The column that orders the rows: a date, a time or a number.
        column: String,
        /// Folds, at least 1. The rows are cut into one block more: the first is only learnt from.
        folds: u32,
        /// How long before a fold nothing is learnt from: days for dates and times, else in the column's unit.
        #[serde(default)]
        gap: f64,
    },
}

impl Default for Validation {
    fn default() -> Self {
        Self::folds(5)
    }
}

impl Validation {
    /// Cross-validation with that many folds; 0 for none.
    pub fn folds(folds: u32) -> Self {
        match folds {
            0 => Self::None,
            folds => Self::Folds {
                folds,
                repeats: 1,
                quantiles: false,
            },
        }
    }

    /// Folds in all: models that are fitted for it.
    pub fn n_folds(&self) -> u32 {
        self.per_repeat() * self.repeats()
    }

    /// Folds of one repeat. A row is held out by at most one of them.
    pub fn per_repeat(&self) -> u32 {
        match self {
            Self::None => 0,
            Self::Holdout { .. } => 1,
            Self::Folds { folds, .. } | Self::Groups { folds, .. } | Self::Time { folds, .. } => {
                *folds
            }
        }
    }

    /// How often the rows are dealt.
    pub fn repeats(&self) -> u32 {
        match self {
            Self::Folds { repeats, .. } | Self::Groups { repeats, .. } => *repeats,
            _ => 1,
        }
    }

    /// The column that decides, if one does.
    pub fn column(&self) -> Option<&str> {
        match self {
            Self::Groups { column, .. } | Self::Time { column, .. } => Some(column),
            _ => None,
        }
    }

    /// The same scheme dealt once, with another number of folds; a holdout stays what it is.
    pub fn once_with(&self, n_folds: u32) -> Self {
        let mut same = self.clone();
        match &mut same {
            Self::None | Self::Holdout { .. } => {}
            Self::Folds { folds, repeats, .. } | Self::Groups { folds, repeats, .. } => {
                (*folds, *repeats) = (n_folds, 1);
            }
            Self::Time { folds, .. } => *folds = n_folds,
        }
        same
    }

    /// Reads a validation, or the number of folds that earlier versions wrote in its place; for `deserialize_with`.
    ///
    /// # Errors
    /// If it is neither.
    pub fn or_folds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Number(u32),
            Scheme(Validation),
        }
        Ok(match Written::deserialize(deserializer)? {
            Written::Number(folds) => Self::folds(folds),
            Written::Scheme(validation) => validation,
        })
    }
}

/// In a few words: "5 folds", "3 × 5 folds by groups of \"patient\"".
impl fmt::Display for Validation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.repeats() > 1 {
            write!(f, "{} × ", self.repeats())?;
        }
        let folds = match self.per_repeat() {
            1 => "1 fold".to_owned(),
            n => format!("{n} folds"),
        };
        match self {
            Self::None => f.write_str("no validation"),
            Self::Holdout { share, .. } => write!(f, "{} % held out once", percent(*share)),
            Self::Folds { .. } => f.write_str(&folds),
            Self::Groups { column, .. } => write!(f, "{folds} by groups of \"{column}\""),
            Self::Time { column, gap, .. } => {
                write!(f, "{folds} forward in time by \"{column}\"")?;
                if *gap > 0.0 {
                    write!(f, " with a gap of {gap}")?;
                }
                Ok(())
            }
        }
    }
}

/// A share as a percentage with at most one digit after the point.
fn percent(share: f64) -> f64 {
    libm::round(share * 1000.0) / 10.0
}

fn once() -> u32 {
    1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Holder {
        #[serde(alias = "folds", deserialize_with = "Validation::or_folds")]
        validation: Validation,
    }

    fn read(text: &str) -> Result<Validation, String> {
        serde_json::from_str::<Holder>(text)
            .map(|holder| holder.validation)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn what_earlier_versions_wrote_is_read() {
        assert_eq!(read(r#"{"folds": 5}"#), Ok(Validation::default()));
        assert_eq!(read(r#"{"folds": 0}"#), Ok(Validation::None));
        assert!(read(r#"{"folds": "many"}"#).is_err());
    }

    #[test]
    fn every_scheme_survives_json_and_absent_fields_have_defaults() {
        for validation in [
            Validation::None,
            Validation::Holdout {
                share: 0.2,
                quantiles: true,
            },
            Validation::default(),
            Validation::Groups {
                column: "patient".into(),
                folds: 4,
                repeats: 3,
            },
            Validation::Time {
                column: "day".into(),
                folds: 4,
                gap: 7.0,
            },
        ] {
            let text = serde_json::to_string(&Holder {
                validation: validation.clone(),
            })
            .unwrap();
            assert_eq!(read(&text), Ok(validation));
        }
        assert_eq!(
            read(r#"{"validation": {"scheme": "folds", "folds": 5}}"#),
            Ok(Validation::default())
        );
    }

    #[test]
    fn schemes_count_their_folds_and_say_what_they_are() {
        let repeated = Validation::Folds {
            folds: 5,
            repeats: 3,
            quantiles: false,
        };
        assert_eq!((repeated.n_folds(), repeated.per_repeat()), (15, 5));
        assert_eq!(repeated.to_string(), "3 × 5 folds");
        assert_eq!(repeated.once_with(4), Validation::folds(4));
        let holdout = Validation::Holdout {
            share: 0.25,
            quantiles: false,
        };
        assert_eq!(
            (holdout.n_folds(), holdout.once_with(4)),
            (1, holdout.clone())
        );
        assert_eq!(holdout.to_string(), "25 % held out once");
        let time = Validation::Time {
            column: "day".into(),
            folds: 3,
            gap: 7.0,
        };
        assert_eq!(
            time.to_string(),
            "3 folds forward in time by \"day\" with a gap of 7"
        );
    }
}

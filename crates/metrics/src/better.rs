//! Which way is up.

use serde::{Deserialize, Serialize};

/// Which values of a metric are better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Better {
    /// Larger ones.
    Higher,
    /// Smaller ones.
    Lower,
}

impl Better {
    /// A value as a loss: less is better.
    pub fn loss(self, value: f64) -> f64 {
        match self {
            Better::Higher => -value,
            Better::Lower => value,
        }
    }

    /// A value that is worse by `loss`.
    pub fn worse(self, value: f64, loss: f64) -> f64 {
        match self {
            Better::Higher => value - loss,
            Better::Lower => value + loss,
        }
    }

    /// Whether a value is at least as good as a bound.
    pub fn reaches(self, value: f64, bound: f64) -> bool {
        match self {
            Better::Higher => value >= bound,
            Better::Lower => value <= bound,
        }
    }

    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Better::Higher => "higher is better",
            Better::Lower => "lower is better",
        }
    }
}

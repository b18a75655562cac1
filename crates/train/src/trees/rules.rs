//! What a tree's splits must keep to besides their limits: longest steps, monotone features, features that may meet, features drawn by level and
//! split.

use std::borrow::Cow;

use tabwright_model::Task;
use tabwright_recipe::{Feature, FeatureKind};

use super::frontier::Leaf;
use super::histogram::Statistics;
use super::options::BoostingParams;
use crate::TrainError;
use crate::stream::{sample, stream};

/// Where a leaf's value must lie so that no monotone split above it is broken.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Bounds {
    pub low: f64,
    pub high: f64,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            low: f64::NEG_INFINITY,
            high: f64::INFINITY,
        }
    }
}

impl Bounds {
    pub fn clamp(self, value: f64) -> f64 {
        value.clamp(self.low, self.high)
    }

    /// Those of the two children of a split whose values are `left` and `right`: half way between them where the feature has a
    /// sign (LightGBM's basic method), else the parent's.
    pub fn parted(self, sign: i8, left: f64, right: f64) -> (Bounds, Bounds) {
        let middle = left / 2.0 + right / 2.0;
        let below = Bounds {
            high: middle,
            ..self
        };
        let above = Bounds {
            low: middle,
            ..self
        };
        match sign {
            1 => (below, above),
            -1 => (above, below),
            _ => (self, self),
        }
    }
}

/// What a monotone tree asks of a split's children.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bound {
    /// The leaf's.
    bounds: Bounds,
    /// The feature's.
    sign: i8,
}

impl Bound {
    /// The best value of a leaf of these rows within the bounds, and the score that it has there.
    pub fn score<S: Statistics>(self, statistics: &S, sums: &[i64], extra_l2: f64) -> (f64, f64) {
        let value = self.bounds.clamp(statistics.value(sums, extra_l2));
        (value, statistics.score_at(sums, extra_l2, value))
    }

    /// The scores of both children together, unless their values are the wrong way round.
    pub fn score_of_both<S: Statistics>(
        self,
        statistics: &S,
        left: &[i64],
        right: &[i64],
        extra_l2: f64,
    ) -> Option<f64> {
        let (left, left_score) = self.score(statistics, left, extra_l2);
        let (right, right_score) = self.score(statistics, right, extra_l2);
        let is_wrong = match self.sign {
            1 => left > right,
            -1 => left < right,
            _ => false,
        };
        (!is_wrong).then_some(left_score + right_score)
    }
}

/// Features drawn for each level of one tree, and of those for each split.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ColumnDraw {
    pub seed: u64,
    /// A number that no other tree has.
    pub tree: u64,
    pub level: f64,
    pub node: f64,
}

/// All of them; by default none.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rules {
    /// −1, 0 or 1 a feature; empty where none has a sign.
    pub monotone: Vec<i8>,
    /// Most that a leaf may hold, on either side of 0; 0 for no limit.
    longest: f64,
    /// Which features a group holds, one flag a feature.
    groups: Vec<Vec<bool>>,
    pub columns: Option<ColumnDraw>,
}

impl Rules {
    /// The constraints of `params`.
    ///
    /// # Errors
    /// If a feature with a sign is a category, or the classes are several.
    pub fn new(
        params: &BoostingParams,
        features: &[Feature],
        task: &Task,
    ) -> Result<Self, TrainError> {
        let refused = |message: String| TrainError::Parameter {
            name: "monotone".into(),
            message,
        };
        let signed = || {
            params
                .monotone
                .iter()
                .zip(features)
                .filter(|(sign, _)| **sign != 0)
        };
        if let Some((_, feature)) =
            signed().find(|(_, feature)| feature.kind != FeatureKind::Number)
        {
            return Err(refused(format!(
                "\"{}\" is a category, whose levels have no order",
                feature.name
            )));
        }
        let is_constrained = signed().next().is_some();
        if is_constrained && task.n_outputs() > 1 {
            return Err(refused(
                "the probability of one of several classes depends on all margins; it is for numbers and two classes".into(),
            ));
        }
        Ok(Self {
            monotone: if is_constrained {
                params.monotone.clone()
            } else {
                Vec::new()
            },
            longest: params.max_step,
            groups: groups(&params.interactions, features.len()),
            columns: None,
        })
    }

    /// Whether leaves have bounds.
    pub fn is_bounded(&self) -> bool {
        !self.monotone.is_empty() || self.longest > 0.0
    }

    /// Where values must lie before any split.
    pub fn bounds(&self) -> Bounds {
        match self.longest {
            longest if longest > 0.0 => Bounds {
                low: -longest,
                high: longest,
            },
            _ => Bounds::default(),
        }
    }

    /// Whether a leaf must know which features are above it.
    pub fn has_groups(&self) -> bool {
        !self.groups.is_empty()
    }

    /// A feature's sign.
    pub fn sign(&self, feature: usize) -> i8 {
        self.monotone.get(feature).copied().unwrap_or(0)
    }

    /// What a split of a leaf by a feature must keep to.
    pub fn bound(&self, feature: usize, leaf: &Leaf) -> Option<Bound> {
        self.is_bounded().then(|| Bound {
            bounds: leaf.bounds,
            sign: self.sign(feature),
        })
    }

    /// Those of `features` that a leaf may be split by.
    pub fn allowed<'a>(&self, features: &'a [usize], leaf: &Leaf) -> Cow<'a, [usize]> {
        let mut allowed = Cow::Borrowed(features);
        if let Some(columns) = self.columns {
            allowed = columns.drawn(features, leaf);
        }
        if self.has_groups() {
            let fits = |group: &&Vec<bool>| leaf.used.iter().all(|&feature| group[feature]);
            let open: Vec<&Vec<bool>> = self.groups.iter().filter(fits).collect();
            let kept = allowed.iter().copied();
            allowed = kept
                .filter(|&feature| open.iter().any(|group| group[feature]))
                .collect();
        }
        allowed
    }
}

impl ColumnDraw {
    fn drawn<'a>(self, features: &'a [usize], leaf: &Leaf) -> Cow<'a, [usize]> {
        let depth = leaf.depth as u64;
        // A split of the tree has two sides; the root is none of them.
        let node = leaf.parent.map_or(0, |(split, is_left)| {
            1 + 2 * split as u64 + u64::from(is_left)
        });
        let level = draw(
            Cow::Borrowed(features),
            self.level,
            ("boosting level", self.seed, self.tree << 32 | depth),
        );
        draw(
            level,
            self.node,
            ("boosting node", self.seed, self.tree << 32 | node),
        )
    }
}

/// A share of these features, at least one.
fn draw<'a>(
    features: Cow<'a, [usize]>,
    share: f64,
    (purpose, seed, index): (&str, u64, u64),
) -> Cow<'a, [usize]> {
    if share >= 1.0 || features.is_empty() {
        return features;
    }
    let n = features.len();
    let count = ((n as f64 * share).ceil() as usize).clamp(1, n);
    sample(&mut stream(seed, purpose, index), n, count)
        .into_iter()
        .map(|position| features[position as usize])
        .collect()
}

/// The groups as flags, and one more of the features that are in none.
fn groups(interactions: &[Vec<usize>], n_features: usize) -> Vec<Vec<bool>> {
    if interactions.is_empty() {
        return Vec::new();
    }
    let mut rest = vec![true; n_features];
    let mut groups: Vec<Vec<bool>> = interactions
        .iter()
        .map(|group| {
            let mut flags = vec![false; n_features];
            for &feature in group {
                flags[feature] = true;
                rest[feature] = false;
            }
            flags
        })
        .collect();
    groups.push(rest);
    groups
}

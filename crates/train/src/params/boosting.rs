//! Of gradient boosting.

use super::specs::{
    self, Choice, ClassWeight, Count, Number, Text, choice, float, integer, parameters, text,
};
use super::{Condition, Scale, TextForm};
use crate::trees::Growth;

/// What is made small; some take a number of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ObjectiveName {
    Auto,
    Squared,
    Absolute,
    Huber,
    Quantile,
    Poisson,
    Gamma,
    Tweedie,
}

/// Which rows a tree is grown on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SamplingName {
    Uniform,
    Goss,
}

/// What a tree mends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BoosterName {
    /// All trees before.
    Gbt,
    /// Those that are not dropped.
    Dart,
}

parameters! {
    GBT:
    TREES: Count = integer(
        "trees",
        "Trees",
        "Rounds of boosting; more fit closer and may overfit: lower the learning rate with it.",
        "trees",
        (1, 10_000, 100),
    )
    .searched(50.0, 500.0, Scale::Log);
    LEARNING_RATE: Number = float(
        "learning_rate",
        "Learning rate",
        "How much of each tree is added; smaller needs more trees and is often more accurate.",
        (1e-4, 1.0, 0.1),
    )
    .searched(0.02, 0.3, Scale::Log);
    LEAVES: Count = integer(
        "leaves",
        "Leaves",
        "Most leaves of a tree: how many features may act together. 0: no limit.",
        "leaves",
        (0, 100_000, 31),
    )
    .searched(4.0, 128.0, Scale::Log);
    DEPTH: Count = integer(
        "depth",
        "Depth",
        "Most questions that a tree asks of a row. 0: no limit.",
        "",
        (0, 64, 0),
    );
    MIN_LEAF_ROWS: Count = integer(
        "min_leaf_rows",
        "Rows in a leaf",
        "A leaf holds at least so many rows; raise it against noise.",
        "rows",
        (1, 1_000_000, 20),
    )
    .searched(2.0, 100.0, Scale::Log);
    L2: Number = float(
        "l2",
        "L2 penalty",
        "Draws leaf values towards 0; raise it where the model overfits.",
        (0.0, 1e6, 5.0),
    )
    .searched(0.1, 50.0, Scale::Log);
    SUBSAMPLE: Number = float(
        "subsample",
        "Rows a tree",
        "Share of the rows drawn for each tree; below 1 is faster and resists noise.",
        (0.01, 1.0, 0.7),
    )
    .searched(0.5, 1.0, Scale::Linear)
    .with(Condition::Is(SAMPLING.spec.name, &["uniform"]));
    EARLY_STOPPING_ROUNDS: Count = integer(
        "early_stopping_rounds",
        "Early stopping",
        "Stops after so many trees that do not lower the loss on rows kept aside, and keeps the trees up to the best. 0: never.",
        "trees",
        (0, 10_000, 0),
    );
    VALIDATION_SHARE: Number = float(
        "validation_share",
        "Rows kept aside",
        "Share of the training rows that early stopping watches and no tree learns from.",
        (0.01, 0.9, 0.1),
    )
    .with(Condition::IsSet(EARLY_STOPPING_ROUNDS.spec.name));
    FEATURES: Number = float(
        "features",
        "Features a tree",
        "Share of the features drawn for each tree; below 1 makes trees differ more.",
        (0.01, 1.0, 0.6),
    )
    .searched(0.4, 1.0, Scale::Linear)
    .advanced();
    FEATURES_LEVEL: Number = float(
        "features_level",
        "Features a level",
        "Share of the tree's features drawn for each level.",
        (0.01, 1.0, 1.0),
    )
    .advanced();
    FEATURES_NODE: Number = float(
        "features_node",
        "Features a split",
        "Share of the level's features drawn for each split.",
        (0.01, 1.0, 1.0),
    )
    .advanced();
    OBJECTIVE: Choice<ObjectiveName> = choice!(
        "objective",
        "Objective",
        "What is made small. All but the first are for targets of numbers.",
        [
            ("auto", "By the target: squared error or log loss", ObjectiveName::Auto),
            ("squared", "Squared error: the mean", ObjectiveName::Squared),
            ("absolute", "Absolute error: the median, deaf to outliers", ObjectiveName::Absolute),
            ("huber", "Huber: the mean, but for outliers", ObjectiveName::Huber),
            ("quantile", "Quantile: a number that a share of rows stays below", ObjectiveName::Quantile),
            ("poisson", "Poisson: counts", ObjectiveName::Poisson),
            ("gamma", "Gamma: amounts above 0", ObjectiveName::Gamma),
            ("tweedie", "Tweedie: amounts, many of them 0", ObjectiveName::Tweedie),
        ]
    )
    .advanced();
    QUANTILE_LEVEL: Number = float(
        "quantile_level",
        "Quantile",
        "Share of the rows that shall lie below the prediction.",
        (0.001, 0.999, 0.9),
    )
    .with(Condition::Is(OBJECTIVE.spec.name, &["quantile"]))
    .advanced();
    HUBER_DELTA: Number = float(
        "huber_delta",
        "Huber distance",
        "Errors beyond it count by size and not by square; in the target's unit. 0: the distance from the median that nine of ten \
         rows keep.",
        (0.0, 1e300, 0.0),
    )
    .with(Condition::Is(OBJECTIVE.spec.name, &["huber"]))
    .advanced();
    TWEEDIE_POWER: Number = float(
        "tweedie_power",
        "Tweedie power",
        "The variance grows as this power of the mean: near 1 like counts, near 2 like amounts.",
        (1.0, 1.99, 1.5),
    )
    .with(Condition::Is(OBJECTIVE.spec.name, &["tweedie"]))
    .advanced();
    BASE_SCORE: Text = text(
        "base_score",
        "First prediction",
        "The number, or the probability of the second class, that the first tree mends. Empty: the best constant.",
        TextForm::Number,
    )
    .advanced();
    CLASS_WEIGHT: Choice<ClassWeight> = specs::CLASS_WEIGHT;
    MONOTONE: Text = text(
        "monotone",
        "Monotone features",
        "Predictions never fall as a feature with +1 rises, and never rise with -1: age:+1, price:-1. For numbers and two classes.",
        TextForm::Signs,
    )
    .advanced();
    INTERACTIONS: Text = text(
        "interactions",
        "Features that may act together",
        "Groups of features, such as age, income; height, weight: only features of one group meet in a series of questions. \
         Features in no group are one more. Empty: all may meet.",
        TextForm::Groups,
    )
    .advanced();
    L1: Number = float(
        "l1",
        "L1 penalty",
        "Sets leaf values to 0 where gradients sum up to less than this.",
        (0.0, 1e6, 0.0),
    )
    .advanced();
    MIN_CHILD_WEIGHT: Number = float(
        "min_child_weight",
        "Weight in a leaf",
        "Least sum of second derivatives in a leaf; raise it where leaves of nearly certain rows overfit.",
        (0.0, 1e9, 1e-3),
    )
    .advanced();
    MAX_STEP: Number = float(
        "max_step",
        "Longest step",
        "Most that one tree may add before the learning rate. 0: no limit, but 2 where the objective is Poisson, gamma or Tweedie, \
         whose predictions grow by powers.",
        (0.0, 1e300, 0.0),
    )
    .advanced();
    GROWTH: Choice<Growth> = choice!(
        "growth",
        "Growth",
        "Which leaf is split first where leaves are limited.",
        [
            ("leaf_wise", "The one that gains most", Growth::LeafWise),
            ("depth_wise", "Level by level", Growth::DepthWise),
        ]
    )
    .advanced();
    SAMPLING: Choice<SamplingName> = choice!(
        "sampling",
        "Sampling",
        "Which rows each tree is grown on.",
        [
            ("uniform", "A share of them at random", SamplingName::Uniform),
            ("goss", "Those with large gradients, and some of the others (GOSS)", SamplingName::Goss),
        ]
    )
    .advanced();
    TOP_RATE: Number = float(
        "top_rate",
        "Rows of large gradients",
        "Share of the rows that are always kept.",
        (0.01, 0.99, 0.2),
    )
    .with(Condition::Is(SAMPLING.spec.name, &["goss"]))
    .advanced();
    OTHER_RATE: Number = float(
        "other_rate",
        "Other rows",
        "Share of the rows drawn from the others, which they stand for; with the rows of large gradients at most 1.",
        (0.01, 0.99, 0.1),
    )
    .with(Condition::Is(SAMPLING.spec.name, &["goss"]))
    .advanced();
    BOOSTER: Choice<BoosterName> = choice!(
        "booster",
        "Booster",
        "Dropout (DART) lets each tree mend what a random part of the earlier ones got wrong: late trees matter more, and each round \
         takes longer. Not with early stopping.",
        [
            ("gbt", "Each tree mends all before", BoosterName::Gbt),
            ("dart", "Dropout (DART)", BoosterName::Dart),
        ]
    )
    .advanced();
    DROP_RATE: Number = float(
        "drop_rate",
        "Trees dropped",
        "Share of the earlier rounds that each round leaves out.",
        (0.0, 1.0, 0.1),
    )
    .with(Condition::Is(BOOSTER.spec.name, &["dart"]))
    .advanced();
    SKIP_DROP: Number = float(
        "skip_drop",
        "Rounds without dropout",
        "Share of the rounds that leave none out.",
        (0.0, 1.0, 0.5),
    )
    .with(Condition::Is(BOOSTER.spec.name, &["dart"]))
    .advanced();
    MIN_GAIN: Number = specs::MIN_GAIN;
    BINS: Count = specs::BINS;
}

//! Of gradient boosting.

use super::specs::{BINS, MIN_GAIN, choice, float, integer};
use super::{Condition, ParamSpec, Scale};

/// What it makes small, and where that takes a number of its own.
const OBJECTIVE: ParamSpec = choice(
    "objective",
    "Objective",
    "What is made small. All but the first are for targets of numbers.",
    &[
        ("auto", "By the target: squared error or log loss"),
        ("squared", "Squared error: the mean"),
        ("absolute", "Absolute error: the median, deaf to outliers"),
        ("huber", "Huber: the mean, but for outliers"),
        (
            "quantile",
            "Quantile: a number that a share of rows stays below",
        ),
        ("poisson", "Poisson: counts"),
        ("gamma", "Gamma: amounts above 0"),
        ("tweedie", "Tweedie: amounts, many of them 0"),
    ],
);

pub(super) const GBT: &[ParamSpec] = &[
    integer(
        "trees",
        "Trees",
        "Rounds of boosting; more fit closer and may overfit: lower the learning rate with it.",
        "trees",
        (1, 10_000, 100),
    )
    .searched(50.0, 500.0, Scale::Log),
    float(
        "learning_rate",
        "Learning rate",
        "How much of each tree is added; smaller needs more trees and is often more accurate.",
        (1e-4, 1.0, 0.1),
    )
    .searched(0.02, 0.3, Scale::Log),
    integer(
        "leaves",
        "Leaves",
        "Most leaves of a tree: how many features may act together. 0: no limit.",
        "leaves",
        (0, 100_000, 31),
    )
    .searched(4.0, 128.0, Scale::Log),
    integer(
        "depth",
        "Depth",
        "Most questions that a tree asks of a row. 0: no limit.",
        "",
        (0, 64, 0),
    ),
    integer(
        "min_leaf_rows",
        "Rows in a leaf",
        "A leaf holds at least so many rows; raise it against noise.",
        "rows",
        (1, 1_000_000, 20),
    )
    .searched(2.0, 100.0, Scale::Log),
    float(
        "l2",
        "L2 penalty",
        "Draws leaf values towards 0; raise it where the model overfits.",
        (0.0, 1e6, 5.0),
    )
    .searched(0.1, 50.0, Scale::Log),
    float(
        "subsample",
        "Rows a tree",
        "Share of the rows drawn for each tree; below 1 is faster and resists noise.",
        (0.01, 1.0, 0.7),
    )
    .searched(0.5, 1.0, Scale::Linear),
    float(
        "features",
        "Features a tree",
        "Share of the features drawn for each tree; below 1 makes trees differ more.",
        (0.01, 1.0, 0.6),
    )
    .searched(0.4, 1.0, Scale::Linear)
    .advanced(),
    OBJECTIVE.advanced(),
    float(
        "quantile_level",
        "Quantile",
        "Share of the rows that shall lie below the prediction.",
        (0.001, 0.999, 0.9),
    )
    .with(Condition::Is("objective", &["quantile"]))
    .advanced(),
    float(
        "huber_delta",
        "Huber distance",
        "Errors beyond it count by size and not by square; in the target's unit. 0: the distance from the median that nine of ten \
         rows keep.",
        (0.0, 1e300, 0.0),
    )
    .with(Condition::Is("objective", &["huber"]))
    .advanced(),
    float(
        "tweedie_power",
        "Tweedie power",
        "The variance grows as this power of the mean: near 1 like counts, near 2 like amounts.",
        (1.0, 1.99, 1.5),
    )
    .with(Condition::Is("objective", &["tweedie"]))
    .advanced(),
    float(
        "max_step",
        "Longest step",
        "Most that one tree may add before the learning rate. 0: no limit, but 2 where the objective is Poisson, gamma or Tweedie, \
         whose predictions grow by powers.",
        (0.0, 1e300, 0.0),
    )
    .advanced(),
    MIN_GAIN,
    BINS,
];

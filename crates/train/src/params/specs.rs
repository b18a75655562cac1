//! The declarations.

use super::{ParamKind, ParamSpec, Scale};

const fn integer(
    name: &'static str,
    label: &'static str,
    help: &'static str,
    unit: &'static str,
    (min, max, default): (i64, i64, i64),
) -> ParamSpec {
    let kind = ParamKind::Integer { min, max, default };
    ParamSpec {
        name,
        label,
        help,
        kind,
        scale: Scale::Linear,
        unit,
        search: None,
        basic: true,
    }
}

const fn float(
    name: &'static str,
    label: &'static str,
    help: &'static str,
    (min, max, default): (f64, f64, f64),
) -> ParamSpec {
    let kind = ParamKind::Float { min, max, default };
    ParamSpec {
        name,
        label,
        help,
        kind,
        scale: Scale::Linear,
        unit: "",
        search: None,
        basic: true,
    }
}

impl ParamSpec {
    const fn searched(self, low: f64, high: f64, scale: Scale) -> Self {
        Self {
            search: Some((low, high)),
            scale,
            ..self
        }
    }

    const fn advanced(self) -> Self {
        Self {
            basic: false,
            ..self
        }
    }
}

const BINS: ParamSpec = integer(
    "bins",
    "Bins",
    "How many different values of a number are told apart at most; fewer is faster and coarser.",
    "bins",
    (2, 255, 255),
)
.advanced();

const MIN_GAIN: ParamSpec = float(
    "min_gain",
    "Least gain",
    "A split must lower the loss by more than this; raise it for smaller trees.",
    (0.0, 1e9, 0.0),
)
.advanced();

pub(super) const LINEAR: &[ParamSpec] = &[
    float(
        "l2",
        "L2 penalty",
        "Draws all weights towards 0 (the inverse of scikit-learn's C); raise it where there are many features and few rows. \
         0 for a number target without L1 is ordinary least squares.",
        (0.0, 1e6, 1.0),
    )
    .searched(1e-3, 1e3, Scale::Log),
    float(
        "l1",
        "L1 penalty",
        "Sets the weights of weak features to exactly 0; for number targets only. Its unit is the target's: an effect smaller than \
         this over the number of rows is dropped.",
        (0.0, 1e12, 0.0),
    ),
];

pub(super) const TREE: &[ParamSpec] = &[
    integer(
        "depth",
        "Depth",
        "Most questions asked of a row; deeper fits finer and overfits sooner. 0: no limit.",
        "",
        (0, 64, 6),
    )
    .searched(2.0, 12.0, Scale::Linear),
    integer(
        "min_leaf_rows",
        "Rows in a leaf",
        "A leaf holds at least so many rows; raise it against noise.",
        "rows",
        (1, 1_000_000, 20),
    )
    .searched(1.0, 100.0, Scale::Log),
    integer(
        "leaves",
        "Leaves",
        "Most leaves, the most useful ones first. 0: no limit.",
        "leaves",
        (0, 100_000, 0),
    ),
    ParamSpec {
        name: "variant",
        label: "Variant",
        help: "Exact CART is linfa-trees 0.8.1, on one-hot levels and mean-filled numbers: two classes only, it overlooks some splits \
               between equal values and all between values closer than 0.00001, and takes rows × features for every node.",
        kind: ParamKind::Choice(&[
            (
                "histogram",
                "Histogram: any target, missing values and categories as they are",
            ),
            ("exact_cart", "Exact CART (linfa-trees): two classes"),
        ]),
        scale: Scale::Linear,
        unit: "",
        search: None,
        basic: true,
    },
    MIN_GAIN,
    BINS,
];

pub(super) const FOREST: &[ParamSpec] = &[
    integer(
        "trees",
        "Trees",
        "More trees are steadier, never worse, and slower.",
        "trees",
        (1, 10_000, 100),
    ),
    float(
        "features",
        "Features a split",
        "Share of the features that each split may choose from; less makes the trees differ more. \
         0: the root of their number for classes, half of them for numbers.",
        (0.0, 1.0, 0.0),
    )
    .searched(0.1, 1.0, Scale::Linear),
    integer(
        "min_leaf_rows",
        "Rows in a leaf",
        "A leaf holds at least so many rows; raise it against noise. 0: 8 for two classes, else 2.",
        "rows",
        (0, 1_000_000, 0),
    )
    .searched(1.0, 50.0, Scale::Log),
    integer(
        "depth",
        "Depth",
        "Most questions that a tree asks of a row. 0: no limit.",
        "",
        (0, 64, 0),
    )
    .searched(4.0, 24.0, Scale::Linear),
    integer(
        "leaves",
        "Leaves",
        "Most leaves of a tree, the most useful ones first. 0: no limit.",
        "leaves",
        (0, 100_000, 0),
    ),
    BINS,
];

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
    MIN_GAIN,
    BINS,
];

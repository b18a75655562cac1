//! Of random forests.

use super::specs::{BINS, CLASS_WEIGHT, choice, float, integer};
use super::{ParamSpec, Scale};

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
    choice(
        "variant",
        "Variant",
        "Extra trees split each feature at one random place: faster, smoother, and better where single splits chase noise.",
        &[
            ("forest", "Random forest: the best place of each feature"),
            ("extra_trees", "Extra trees: a random place of each feature"),
        ],
    )
    .advanced(),
    choice(
        "bootstrap",
        "Draw rows",
        "Whether a tree's rows are drawn with replacement.",
        &[
            ("auto", "By the variant: forests do, extra trees do not"),
            ("yes", "With replacement"),
            ("no", "Without replacement"),
        ],
    )
    .advanced(),
    float(
        "subsample",
        "Rows a tree",
        "Share of the rows drawn for each tree.",
        (0.01, 1.0, 1.0),
    )
    .advanced(),
    choice(
        "out_of_bag",
        "Out-of-bag score",
        "Scores each training row by the trees that did not learn from it: a test without folds. Takes a little longer.",
        &[("no", "No"), ("yes", "Yes")],
    )
    .advanced(),
    CLASS_WEIGHT,
    BINS,
];

//! Of random forests.

use super::specs::{BINS, float, integer};
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
    BINS,
];

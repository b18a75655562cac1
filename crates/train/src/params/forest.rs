//! Of random forests.

use super::Scale;
use super::specs::{self, Choice, ClassWeight, Count, Number, choice, float, integer, parameters};
use crate::trees::ForestVariant;

parameters! {
    FOREST:
    TREES: Count = integer(
        "trees",
        "Trees",
        "More trees are steadier, never worse, and slower.",
        "trees",
        (1, 10_000, 100),
    );
    FEATURES: Number = float(
        "features",
        "Features a split",
        "Share of the features that each split may choose from; less makes the trees differ more. \
         0: the root of their number for classes, half of them for numbers.",
        (0.0, 1.0, 0.0),
    )
    .searched(0.1, 1.0, Scale::Linear);
    MIN_LEAF_ROWS: Count = integer(
        "min_leaf_rows",
        "Rows in a leaf",
        "A leaf holds at least so many rows; raise it against noise. 0: 8 for two classes, else 2.",
        "rows",
        (0, 1_000_000, 0),
    )
    .searched(1.0, 50.0, Scale::Log);
    DEPTH: Count = integer(
        "depth",
        "Depth",
        "Most questions that a tree asks of a row. 0: no limit.",
        "",
        (0, 64, 0),
    )
    .searched(4.0, 24.0, Scale::Linear);
    LEAVES: Count = integer(
        "leaves",
        "Leaves",
        "Most leaves of a tree, the most useful ones first. 0: no limit.",
        "leaves",
        (0, 100_000, 0),
    );
    VARIANT: Choice<ForestVariant> = choice!(
        "variant",
        "Variant",
        "Extra trees split each feature at one random place: faster, smoother, and better where single splits chase noise.",
        [
            ("forest", "Random forest: the best place of each feature", ForestVariant::Forest),
            ("extra_trees", "Extra trees: a random place of each feature", ForestVariant::ExtraTrees),
        ]
    )
    .advanced();
    BOOTSTRAP: Choice<Option<bool>> = choice!(
        "bootstrap",
        "Draw rows",
        "Whether a tree's rows are drawn with replacement.",
        [
            ("auto", "By the variant: forests do, extra trees do not", None),
            ("yes", "With replacement", Some(true)),
            ("no", "Without replacement", Some(false)),
        ]
    )
    .advanced();
    SUBSAMPLE: Number = float(
        "subsample",
        "Rows a tree",
        "Share of the rows drawn for each tree.",
        (0.01, 1.0, 1.0),
    )
    .advanced();
    OUT_OF_BAG: Choice<bool> = choice!(
        "out_of_bag",
        "Out-of-bag score",
        "Scores each training row by the trees that did not learn from it: a test without folds. Takes a little longer.",
        [("no", "No", false), ("yes", "Yes", true)]
    )
    .advanced();
    CLASS_WEIGHT: Choice<ClassWeight> = specs::CLASS_WEIGHT;
    BINS: Count = specs::BINS;
}

//! The declarations of the single tree.

use super::specs::{self, Choice, ClassWeight, Count, Number, choice, float, integer, parameters};
use super::{Condition, Scale};

/// Who grows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TreeVariant {
    /// Our histograms.
    Histogram,
    /// linfa-trees.
    ExactCart,
}

parameters! {
    TREE:
    DEPTH: Count = integer(
        "depth",
        "Depth",
        "Most questions asked of a row; deeper fits finer and overfits sooner. 0: no limit.",
        "",
        (0, 64, 6),
    )
    .searched(2.0, 12.0, Scale::Linear);
    MIN_LEAF_ROWS: Count = integer(
        "min_leaf_rows",
        "Rows in a leaf",
        "A leaf holds at least so many rows; raise it against noise.",
        "rows",
        (1, 1_000_000, 20),
    )
    .searched(1.0, 100.0, Scale::Log);
    LEAVES: Count = integer(
        "leaves",
        "Leaves",
        "Most leaves, the most useful ones first. 0: no limit.",
        "leaves",
        (0, 100_000, 0),
    );
    VARIANT: Choice<TreeVariant> = choice!(
        "variant",
        "Variant",
        "Exact CART is linfa-trees 0.8.1, on one-hot levels and mean-filled numbers: two classes only, it overlooks some splits \
         between equal values and all between values closer than 0.00001, and takes rows × features for every node.",
        [
            ("histogram", "Histogram: any target, missing values and categories as they are", TreeVariant::Histogram),
            ("exact_cart", "Exact CART (linfa-trees): two classes", TreeVariant::ExactCart),
        ]
    );
    CLASS_WEIGHT: Choice<ClassWeight> = specs::CLASS_WEIGHT;
    CCP_ALPHA: Number = float(
        "ccp_alpha",
        "Pruning",
        "Cuts off what lowers the impurity by less than this a leaf, after growing (cost-complexity pruning). 0: nothing.",
        (0.0, 1e300, 0.0),
    )
    .with(Condition::Is(VARIANT.spec.name, &["histogram"]))
    .advanced()
    .scaled(Scale::Log);
    MIN_GAIN: Number = specs::MIN_GAIN;
    BINS: Count = specs::BINS;
}

//! The declarations.

use super::{Condition, ParamKind, ParamSpec, Scale, TextForm};

pub(super) const fn integer(
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
        condition: None,
    }
}

pub(super) const fn float(
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
        condition: None,
    }
}

/// The first choice is the default.
pub(super) const fn choice(
    name: &'static str,
    label: &'static str,
    help: &'static str,
    choices: &'static [(&'static str, &'static str)],
) -> ParamSpec {
    ParamSpec {
        name,
        label,
        help,
        kind: ParamKind::Choice(choices),
        scale: Scale::Linear,
        unit: "",
        search: None,
        basic: true,
        condition: None,
    }
}

/// Empty by default.
pub(super) const fn text(
    name: &'static str,
    label: &'static str,
    help: &'static str,
    form: TextForm,
) -> ParamSpec {
    ParamSpec {
        kind: ParamKind::Text(form),
        ..choice(name, label, help, &[])
    }
}

impl ParamSpec {
    pub(super) const fn searched(self, low: f64, high: f64, scale: Scale) -> Self {
        Self {
            search: Some((low, high)),
            scale,
            ..self
        }
    }

    pub(super) const fn with(self, condition: Condition) -> Self {
        Self {
            condition: Some(condition),
            ..self
        }
    }

    pub(super) const fn advanced(self) -> Self {
        Self {
            basic: false,
            ..self
        }
    }
}

pub(super) const BINS: ParamSpec = integer(
    "bins",
    "Bins",
    "How many different values of a number are told apart at most; fewer is faster and coarser.",
    "bins",
    (2, 255, 255),
)
.advanced();

pub(super) const MIN_GAIN: ParamSpec = float(
    "min_gain",
    "Least gain",
    "A split must lower the loss by more than this; raise it for smaller trees.",
    (0.0, 1e9, 0.0),
)
.advanced();

pub(super) const CLASS_WEIGHT: ParamSpec = choice(
    "class_weight",
    "Class weights",
    "Balanced counts every class alike, however few rows it has: more of the rare class is found, at more false alarms, and \
     probabilities no longer match the classes' shares.",
    &[
        ("none", "Every row counts once"),
        ("balanced", "Balanced: every class counts alike"),
    ],
)
.advanced();

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
    choice(
        "variant",
        "Variant",
        "Exact CART is linfa-trees 0.8.1, on one-hot levels and mean-filled numbers: two classes only, it overlooks some splits \
         between equal values and all between values closer than 0.00001, and takes rows × features for every node.",
        &[
            (
                "histogram",
                "Histogram: any target, missing values and categories as they are",
            ),
            ("exact_cart", "Exact CART (linfa-trees): two classes"),
        ],
    ),
    CLASS_WEIGHT,
    ParamSpec {
        scale: Scale::Log,
        ..float(
            "ccp_alpha",
            "Pruning",
            "Cuts off what lowers the impurity by less than this a leaf, after growing (cost-complexity pruning). 0: nothing.",
            (0.0, 1e300, 0.0),
        )
        .with(Condition::Is("variant", &["histogram"]))
        .advanced()
    },
    MIN_GAIN,
    BINS,
];

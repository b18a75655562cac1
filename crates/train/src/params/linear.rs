//! The declarations of the linear models.

use super::specs::float;
use super::{ParamSpec, Scale};

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

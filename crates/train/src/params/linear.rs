//! The declarations of the linear models.

use super::Scale;
use super::specs::{self, Choice, ClassWeight, Count, Number, choice, float, integer, parameters};
use crate::linear::FamilyChoice;

parameters! {
    LINEAR:
    L2: Number = float(
        "l2",
        "L2 penalty",
        "Draws all weights towards 0: scikit-learn's alpha of ridge, or 1 / C; raise it where there are many features and few rows. \
         With 0 here and for L1 the weights get standard errors and p-values.",
        (0.0, 1e6, 1.0),
    )
    .searched(1e-3, 1e3, Scale::Log);
    L1: Number = float(
        "l1",
        "L1 penalty",
        "Sets the weights of weak features to exactly 0: rows times scikit-learn's alpha of the lasso, or 1 / C for classes. For \
         numbers its unit is the target's: an effect smaller than this over the number of rows is dropped.",
        (0.0, 1e12, 0.0),
    );
    FAMILY: Choice<FamilyChoice> = choice!(
        "family",
        "Distribution",
        "Poisson is for counts, 0 or more: it models the logarithm of their mean, so effects multiply.",
        [
            ("auto", "From the target: least squares for numbers, logistic for classes", FamilyChoice::Auto),
            ("poisson", "Poisson: counts", FamilyChoice::Poisson),
        ]
    );
    CLASS_WEIGHT: Choice<ClassWeight> = specs::CLASS_WEIGHT;
    MAX_ITERATIONS: Count = integer(
        "max_iterations",
        "Most iterations",
        "Steps of Newton's method; some ten are enough, unless the data have no best weights.",
        "iterations",
        (1, 10_000, 100),
    )
    .advanced();
    TOLERANCE: Number = float(
        "tolerance",
        "Tolerance",
        "The solver stops when no slope of the mean loss is larger; numbers are taken on the scale of their own spread.",
        (1e-12, 1e-2, 1e-8),
    )
    .advanced()
    .scaled(Scale::Log);
}

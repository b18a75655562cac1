//! The model that every other must beat: the mean, or the classes' shares.

use tabwright_model::Constant;

use crate::training::Training;
use crate::trees::LeafValues;

/// Fits.
pub(crate) fn fit(training: &Training<'_>) -> Constant {
    let values = LeafValues::new(training, 0.0);
    let margins = match training.task.n_outputs() {
        1 => values.prior[values.prior.len() - 1..].to_vec(),
        _ => values.prior.clone(),
    };
    Constant {
        margins,
        link: values.link(),
    }
}

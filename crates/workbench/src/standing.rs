//! Which of several results stands for the others until the user selects one.

/// A result, as far as it matters here.
#[derive(Clone, Copy, Debug)]
pub struct Candidate {
    /// Whether training now would fit something else.
    pub is_stale: bool,
    /// Whether it is the baseline, which only says what the others have to beat.
    pub is_baseline: bool,
    /// How bad it is by its task's main metric; infinite if that is not known.
    pub loss: f64,
}

/// The position of the best: of those that are up to date, but never a baseline in place of models that are merely out of date.
pub fn best(candidates: &[Candidate]) -> Option<usize> {
    let least = |is_stale: bool| {
        let of_kind = candidates.iter().enumerate();
        of_kind
            .filter(|(_, one)| one.is_stale == is_stale)
            .min_by(|(_, a), (_, b)| a.loss.total_cmp(&b.loss))
            .map(|(position, _)| position)
    };
    let is_model = |is_stale: bool| {
        let mut of_kind = candidates.iter().filter(|one| one.is_stale == is_stale);
        of_kind.any(|one| !one.is_baseline)
    };
    match (least(false), least(true)) {
        (Some(_), Some(stale)) if !is_model(false) && is_model(true) => Some(stale),
        (current, stale) => current.or(stale),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(is_stale: bool, is_baseline: bool, loss: f64) -> Candidate {
        Candidate {
            is_stale,
            is_baseline,
            loss,
        }
    }

    #[test]
    fn the_best_is_up_to_date() {
        let leaky = one(true, false, -1.0);
        let all = [
            one(false, true, 0.0),
            leaky,
            one(false, false, -0.8),
            one(false, false, -0.7),
        ];
        assert_eq!(best(&all), Some(2));
        assert_eq!(best(&[]), None);
        assert_eq!(
            best(&[one(true, false, 1.0), one(true, false, 0.5)]),
            Some(1)
        );
    }

    #[test]
    fn a_baseline_does_not_stand_for_models_that_are_out_of_date() {
        let (baseline, stale) = (one(false, true, 0.0), one(true, false, -0.8));
        assert_eq!(best(&[baseline, stale]), Some(1));
        assert_eq!(best(&[baseline]), Some(0));
        // It does where it is the better one.
        assert_eq!(best(&[baseline, stale, one(false, false, 0.1)]), Some(0));
    }
}

//! Where to look for better parameters.

use rand::Rng;
use tabwright_model::{ParamValue, Params};

use crate::params::{ParamKind, ParamSpec};
use crate::stream::stream;
use crate::{Algorithm, Scale};

/// Digits that a drawn number keeps: more would suggest a precision that a search does not have.
const DIGITS: i32 = 3;

/// The parameters of trial `index` of a random search: drawn from each searched parameter's range on its scale; what is in
/// `fixed` stays. Trial 0 is the defaults (with `fixed`), so that a search is never worse than none. The same
/// (seed, index) gives the same parameters whatever was drawn before.
pub fn sample_params(algorithm: Algorithm, fixed: &Params, seed: u64, index: u32) -> Params {
    let mut params = fixed.clone();
    if index == 0 {
        return params;
    }
    for spec in algorithm
        .params()
        .iter()
        .filter(|spec| !fixed.contains_key(spec.name))
    {
        if let Some(range) = spec.search {
            // A stream for each name: fixing one parameter leaves the others' draws as they were.
            let share: f64 = stream(seed, spec.name, u64::from(index)).random();
            params.insert(
                spec.name.to_owned(),
                ParamValue::Number(draw(spec, range, share)),
            );
        }
    }
    params
}

fn draw(spec: &ParamSpec, (low, high): (f64, f64), share: f64) -> f64 {
    let value = match spec.scale {
        Scale::Linear => low + (high - low) * share,
        Scale::Log => low * libm::exp(libm::log(high / low) * share),
    };
    let rounded = if matches!(spec.kind, ParamKind::Integer { .. }) {
        libm::round(value)
    } else {
        let decimals = DIGITS - 1 - libm::floor(libm::log10(value)) as i32;
        let scale = libm::pow(10.0, f64::from(decimals));
        libm::round(value * scale) / scale
    };
    rounded.clamp(low, high)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::params::resolve;

    #[test]
    fn the_first_trial_is_what_there_was() {
        let fixed = Params::from([("trees".into(), ParamValue::Number(7.0))]);
        assert_eq!(sample_params(Algorithm::Gbt, &fixed, 1, 0), fixed);
    }

    #[test]
    fn every_draw_is_allowed_and_repeats() {
        for algorithm in Algorithm::ALL {
            for index in 1..200 {
                let params = sample_params(algorithm, &Params::new(), 3, index);
                assert!(resolve(algorithm, &params).is_ok(), "{params:?}");
                assert_eq!(params, sample_params(algorithm, &Params::new(), 3, index));
            }
        }
    }

    #[test]
    fn draws_cover_the_range_on_its_scale() {
        let rates: Vec<f64> =
            (1..400)
                .map(|index| {
                    match sample_params(Algorithm::Gbt, &Params::new(), 9, index)["learning_rate"] {
                        ParamValue::Number(rate) => rate,
                        ParamValue::Choice(_) => panic!("a number"),
                    }
                })
                .collect();
        // The geometric middle of 0.02 and 0.3.
        let below = rates.iter().filter(|rate| **rate < 0.0775).count();
        assert!((150..250).contains(&below), "{below}");
        assert!(rates.iter().any(|rate| *rate < 0.022) && rates.iter().any(|rate| *rate > 0.27));
    }

    #[test]
    fn fixing_one_parameter_leaves_the_others_as_they_were() {
        let free = sample_params(Algorithm::Gbt, &Params::new(), 5, 4);
        let fixed = sample_params(
            Algorithm::Gbt,
            &Params::from([("trees".into(), ParamValue::Number(7.0))]),
            5,
            4,
        );
        assert_eq!(free["leaves"], fixed["leaves"]);
        assert_eq!(fixed["trees"], ParamValue::Number(7.0));
    }
}

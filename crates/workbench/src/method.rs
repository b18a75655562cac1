//! How a search chooses its next parameters, as a choice among methods.

use tabwright_engine::model::Method;

/// What a grid and a halving start with.
const STEPS: u32 = 3;
const FACTOR: u32 = 3;

/// All, with their names on screen.
pub fn methods() -> Vec<(String, String)> {
    [
        ("random", "Random"),
        ("tpe", "Bayesian (TPE)"),
        ("halving", "Successive halving"),
        ("hyperband", "Hyperband"),
        ("grid", "Grid"),
    ]
    .map(|(name, title)| (name.to_owned(), title.to_owned()))
    .to_vec()
}

/// The name of a method.
pub fn name_of(method: Method) -> &'static str {
    match method {
        Method::Grid { .. } => "grid",
        Method::Random => "random",
        Method::Halving { .. } => "halving",
        Method::Hyperband { .. } => "hyperband",
        Method::Tpe => "tpe",
    }
}

/// The method of that name, as it starts.
pub fn method(name: &str) -> Method {
    match name {
        "grid" => Method::Grid { steps: STEPS },
        "halving" => Method::Halving { factor: FACTOR },
        "hyperband" => Method::Hyperband { factor: FACTOR },
        "tpe" => Method::Tpe,
        _ => Method::Random,
    }
}

/// What it does, in a sentence.
pub fn help(method: Method) -> &'static str {
    match method {
        Method::Grid { .. } => {
            "Tries all combinations of evenly spaced values: for one or two parameters."
        }
        Method::Random => {
            "Draws each set independently of the others: simple, and hard to beat with few trials."
        }
        Method::Halving { .. } => {
            "Begins many trials with few trees (or rows) and gives the best of them more: wide for little time."
        }
        Method::Hyperband { .. } => {
            "Halvings that begin with fewer and with more trees (or rows): where what starts slowly may win."
        }
        Method::Tpe => {
            "Draws the next sets where good ones were found before: pays from some thirty trials on."
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_method_has_its_name() {
        for (name, _) in methods() {
            assert_eq!(name_of(method(&name)), name);
        }
    }
}

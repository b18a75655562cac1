//! Options that are one of several, listed by help from where the several are declared.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

/// Reads one of these by its name; `help` says what each is, in one sentence.
pub fn one_of<T: Copy + Send + Sync + 'static>(
    all: &'static [T],
    name: fn(T) -> &'static str,
    help: fn(T) -> &'static str,
) -> impl TypedValueParser<Value = T> {
    let described = all
        .iter()
        .map(move |&value| PossibleValue::new(name(value)).help(help(value)));
    PossibleValuesParser::new(described).try_map(move |given| {
        let mut all = all.iter().copied();
        // The parser before has refused all others.
        all.find(|&value| name(value) == given)
            .ok_or_else(|| format!("there is no {given}"))
    })
}

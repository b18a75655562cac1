//! How models are tested, as a choice among schemes.

use tabwright_engine::model::Validation;

/// Folds that a scheme starts with.
const FOLDS: u32 = 5;
/// The share of the rows that a holdout starts with.
pub const SHARE: f64 = 0.2;

/// A column that rows can be split by.
#[derive(Clone, Debug, PartialEq)]
pub struct SplitColumn {
    /// Its name.
    pub name: String,
    /// Whether its values have an order in time: dates, times, numbers.
    pub is_ordered: bool,
    /// Whether it is the first to think of: dates for an order, names for groups.
    pub is_likely: bool,
    /// The unit of a gap: "days", or nothing for plain numbers.
    pub unit: &'static str,
}

/// The schemes that these columns allow, with their names.
pub fn schemes(columns: &[SplitColumn]) -> Vec<(String, String)> {
    let all = [
        ("folds", "Cross-validation", true),
        ("holdout", "Holdout", true),
        ("groups", "Cross-validation by groups", !columns.is_empty()),
        (
            "time",
            "Forward in time",
            columns.iter().any(|column| column.is_ordered),
        ),
        ("none", "None", true),
    ];
    all.into_iter()
        .filter(|(_, _, is_possible)| *is_possible)
        .map(|(name, title, _)| (name.to_owned(), title.to_owned()))
        .collect()
}

/// The name of a validation's scheme.
pub fn scheme_of(validation: &Validation) -> &'static str {
    match validation {
        Validation::None => "none",
        Validation::Holdout { .. } => "holdout",
        Validation::Folds { .. } => "folds",
        Validation::Groups { .. } => "groups",
        Validation::Time { .. } => "time",
    }
}

/// What a scheme does, in a sentence.
pub fn help(scheme: &str) -> &'static str {
    match scheme {
        "holdout" => "One share of the rows is held out, once: quick, and unsure on small tables.",
        "groups" => {
            "Rows of one group, as of one customer, are all learnt from or all held out: what is new is a group."
        }
        "time" => {
            "Each fold is later than all that it is learnt from: what is new is the future. The first block of time is only learnt from."
        }
        "none" => "Trains without testing: nothing tells how good the model is.",
        _ => "Each row is scored once by a model that did not see it; classes are spread evenly.",
    }
}

/// A scheme as it starts, with what the one before it had decided.
pub fn start(name: &str, present: &Validation, columns: &[SplitColumn]) -> Validation {
    let folds = match present.per_repeat() {
        0 | 1 => FOLDS,
        folds => folds,
    };
    let repeats = present.repeats().max(1);
    let likely = |wanted: fn(&SplitColumn) -> bool| {
        let mut fit = columns.iter().filter(|column| wanted(column));
        let first = fit.clone().next();
        let best = fit.find(|column| column.is_likely).or(first);
        best.map(|column| column.name.clone()).unwrap_or_default()
    };
    match name {
        "none" => Validation::None,
        "holdout" => Validation::Holdout {
            share: SHARE,
            quantiles: false,
        },
        "groups" => Validation::Groups {
            column: likely(|column| !(column.is_ordered && column.is_likely)),
            folds,
            repeats,
        },
        "time" => Validation::Time {
            column: likely(|column| column.is_ordered),
            folds,
            gap: 0.0,
        },
        _ => Validation::Folds {
            folds,
            repeats,
            quantiles: false,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(name: &str, is_ordered: bool, is_likely: bool) -> SplitColumn {
        SplitColumn {
            name: name.into(),
            is_ordered,
            is_likely,
            unit: "",
        }
    }

    #[test]
    fn a_scheme_starts_with_the_likely_column_and_the_folds_before() {
        let columns = [
            column("age", true, false),
            column("day", true, true),
            column("patient", false, true),
        ];
        let before = Validation::folds(7);
        let group = start("groups", &before, &columns);
        assert_eq!((group.column(), group.per_repeat()), (Some("patient"), 7));
        let time = start("time", &group, &columns);
        assert_eq!((time.column(), time.per_repeat()), (Some("day"), 7));
        let holdout = start("holdout", &time, &columns);
        assert_eq!(start("folds", &holdout, &columns), Validation::folds(5));
        assert_eq!(scheme_of(&start("none", &holdout, &columns)), "none");
        let plain = [column("age", true, false)];
        assert_eq!(start("time", &before, &plain).column(), Some("age"));
        assert_eq!(start("groups", &before, &plain).column(), Some("age"));
    }

    #[test]
    fn schemes_without_a_column_to_split_by_are_not_offered() {
        let names = |columns: &[SplitColumn]| -> Vec<String> {
            schemes(columns).into_iter().map(|(name, _)| name).collect()
        };
        assert_eq!(names(&[]), ["folds", "holdout", "none"]);
        assert_eq!(
            names(&[column("sex", false, true)]),
            ["folds", "holdout", "groups", "none"]
        );
    }
}

//! What was brushed on a column's chart, as a condition on rows.

use leptos::prelude::*;
use tabwright_engine::table::profile::{ColumnProfile, Distribution, Fix};
use tabwright_engine::table::{Kind, format_number};

use crate::browser::environment::base_path;
use crate::components::{Button, Glyph};
use crate::format::{counted, number};
use crate::state::commands::recipe;
use crate::state::{Stage, use_session};

/// Rows that were chosen on a chart.
#[derive(Clone, Debug, PartialEq)]
pub struct Chosen {
    /// What they are, for people.
    pub words: String,
    /// The condition that they meet.
    pub formula: String,
    /// How many they are.
    pub n_rows: u64,
}

impl Chosen {
    /// The marks `first..=last` of the column's chart; `None` where no condition says them.
    pub fn of(column: &ColumnProfile, (first, last): (usize, usize)) -> Option<Self> {
        let name = format!("`{}`", column.name.replace('`', "``"));
        match &column.distribution {
            Distribution::Histogram { edges, counts, .. } => {
                if first >= counts.len() {
                    return Some(Self::missing(&name, column.n_missing));
                }
                let last = last.min(counts.len() - 1);
                let (low, high) = (edges[first], edges[last + 1]);
                // The last bin is closed; what lies above it belongs to no other.
                let upper = if last + 1 == counts.len() { "<=" } else { "<" };
                let (a, b) = (literal(column.kind, low), literal(column.kind, high));
                Some(Self {
                    words: format!(
                        "{} from {} to {}",
                        column.name,
                        written(column.kind, low),
                        written(column.kind, high)
                    ),
                    formula: format!("{name} >= {a} and {name} {upper} {b}"),
                    n_rows: counts[first..=last].iter().sum(),
                })
            }
            Distribution::Levels { top, .. } => {
                if first >= top.len() {
                    return None;
                }
                let levels = &top[first..=last.min(top.len() - 1)];
                let texts: Vec<String> = levels
                    .iter()
                    .map(|(level, _)| format!("'{}'", level.replace('\'', "''")))
                    .collect();
                let words: Vec<&str> = levels.iter().map(|(level, _)| level.as_str()).collect();
                Some(Self {
                    words: format!("{} is {}", column.name, words.join(" or ")),
                    formula: format!("{name} in ({})", texts.join(", ")),
                    n_rows: levels.iter().map(|(_, n)| n).sum(),
                })
            }
        }
    }

    fn missing(name: &str, n_missing: usize) -> Self {
        Self {
            words: "missing".to_owned(),
            formula: format!("{name} is missing"),
            n_rows: n_missing as u64,
        }
    }
}

/// A number as formulas write it.
fn literal(kind: Kind, x: f64) -> String {
    match kind {
        Kind::Date | Kind::Datetime => format!("'{}'", format_number(kind, x)),
        _ => format!("{x}"),
    }
}

fn written(kind: Kind, x: f64) -> String {
    match kind {
        Kind::Date | Kind::Datetime => format_number(kind, x),
        _ => number(x),
    }
}

/// What can be done with the chosen rows.
#[component]
pub fn ChosenRows(chosen: Chosen) -> impl IntoView {
    let session = use_session();
    let Chosen {
        words,
        formula,
        n_rows,
    } = chosen;
    let filter = StoredValue::new(formula);
    view! {
        <div class="chosen" role="status">
            <span>{format!("{words}: {}", counted(n_rows as usize, "row", "rows"))}</span>
            <a
                class="btn"
                href=base_path() + Stage::Data.href()
                on:click=move |_| session.row_filter.set(filter.get_value())
            >
                "Show them"
            </a>
            <Button
                icon=Glyph::Wrangle
                on_click=move |_| recipe::apply_fix(session, &Fix::Filter { formula: filter.get_value() })
            >
                "Keep only these"
            </Button>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use tabwright_engine::table::read::ReadOptions;
    use tabwright_engine::table::{Reader, profile};

    use super::*;

    fn column(csv: &str) -> ColumnProfile {
        let mut reader = Reader::new(ReadOptions::default());
        reader.push(csv.as_bytes()).expect("is CSV");
        let (table, _) = reader.finish().expect("is a table");
        profile(&table, None)
            .expect("is profiled")
            .columns
            .remove(0)
    }

    #[test]
    fn bins_are_half_open_and_the_last_is_closed() {
        let numbers: Vec<String> = (0..100).map(|n| n.to_string()).collect();
        let column = column(&format!("a`b\n{}\n", numbers.join("\n")));
        let Distribution::Histogram { counts, edges, .. } = &column.distribution else {
            panic!("numbers have a histogram");
        };
        let last = counts.len() - 1;
        let chosen = Chosen::of(&column, (1, last)).expect("a range");
        assert_eq!(
            chosen.formula,
            format!("`a``b` >= {} and `a``b` <= {}", edges[1], edges[last + 1])
        );
        assert_eq!(chosen.n_rows, 100 - counts[0]);
        let first = Chosen::of(&column, (0, 0)).expect("a range");
        assert!(first.formula.contains("`a``b` < "), "{}", first.formula);
    }

    #[test]
    fn levels_are_listed_and_quoted() {
        let column = column(&format!("who\n{}", "it's\nshe\nshe\n".repeat(9)));
        let chosen = Chosen::of(&column, (0, 1)).expect("levels");
        assert_eq!(chosen.formula, "`who` in ('she', 'it''s')");
        assert_eq!(chosen.n_rows, 27);
        assert_eq!(Chosen::of(&column, (7, 9)), None);
    }
}

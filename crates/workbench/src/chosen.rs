//! What was brushed on a column's chart, as a condition on rows.

use tabwright_chart::Part;
use tabwright_engine::table::profile::{ColumnProfile, Distribution};
use tabwright_engine::table::{Kind, format_number};

use tabwright_format::{counted, number};

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
    /// What they are and how many.
    pub fn sentence(&self) -> String {
        format!(
            "{}: {}",
            self.words,
            counted(self.n_rows as usize, "row", "rows")
        )
    }

    /// Rows under these parts of the column's chart; `None` where no condition says which they are.
    pub fn of(column: &ColumnProfile, parts: &[Part]) -> Option<Self> {
        let name = format!("`{}`", column.name.replace('`', "``"));
        let values = match &column.distribution {
            Distribution::Histogram { edges, counts, .. } => {
                bins(column, &name, (edges, counts), parts)
            }
            Distribution::Levels { top, .. } => levels(column, &name, top, parts),
        };
        // Which levels are folded together the chart knows, and a condition does not.
        if parts.contains(&Part::Other) {
            return None;
        }
        let missing = parts.contains(&Part::Missing).then(|| Self {
            words: format!("{} is missing", column.name),
            formula: format!("{name} is missing"),
            n_rows: column.n_missing as u64,
        });
        match (values, missing) {
            (Some(values), Some(missing)) => Some(Self {
                words: format!("{} or missing", values.words),
                formula: format!("({}) or {}", values.formula, missing.formula),
                n_rows: values.n_rows + missing.n_rows,
            }),
            (values, missing) => values.or(missing),
        }
    }
}

fn bins(
    column: &ColumnProfile,
    name: &str,
    (edges, counts): (&[f64], &[u64]),
    parts: &[Part],
) -> Option<Chosen> {
    let positions = parts.iter().filter_map(|part| match part {
        Part::Bin(bin) if *bin < counts.len() => Some(*bin),
        _ => None,
    });
    let (first, last) = (positions.clone().min()?, positions.max()?);
    let (low, high) = (edges[first], edges[last + 1]);
    // The last bin is closed; what lies above it belongs to no other.
    let upper = if last + 1 == counts.len() { "<=" } else { "<" };
    let (a, b) = (literal(column.kind, low), literal(column.kind, high));
    let (from, to) = (written(column.kind, low), written(column.kind, high));
    Some(Chosen {
        words: format!("{} from {from} to {to}", column.name),
        formula: format!("{name} >= {a} and {name} {upper} {b}"),
        n_rows: counts[first..=last].iter().sum(),
    })
}

fn levels(
    column: &ColumnProfile,
    name: &str,
    top: &[(String, u64)],
    parts: &[Part],
) -> Option<Chosen> {
    let chosen: Vec<&(String, u64)> = parts
        .iter()
        .filter_map(|part| match part {
            Part::Level(level) => top.get(*level),
            _ => None,
        })
        .collect();
    let texts: Vec<String> = chosen
        .iter()
        .map(|(level, _)| format!("'{}'", level.replace('\'', "''")))
        .collect();
    let words: Vec<&str> = chosen.iter().map(|(level, _)| level.as_str()).collect();
    (!chosen.is_empty()).then(|| Chosen {
        words: format!("{} is {}", column.name, words.join(" or ")),
        formula: format!("{name} in ({})", texts.join(", ")),
        n_rows: chosen.iter().map(|(_, n)| n).sum(),
    })
}

/// An edge of a bin as formulas write it. Edges lie anywhere between days, or between microseconds: the next one that can be
/// written parts the same values.
fn literal(kind: Kind, x: f64) -> String {
    const DAY: f64 = 86_400.0;
    const SECOND: f64 = 1e6;
    // By comparison: a quotient would lose the last bit, which may be all that the edge is above a day.
    let up = |steps: f64, time: fn(f64) -> f64| {
        let step = if time(steps) < x { steps + 1.0 } else { steps };
        format!("'{}'", format_number(kind, time(step)))
    };
    match kind {
        Kind::Date => up((x / DAY).floor(), |days| days * DAY),
        Kind::Datetime => up((x * SECOND).floor(), |micros| micros / SECOND),
        _ => format!("{x}"),
    }
}

fn written(kind: Kind, x: f64) -> String {
    match kind {
        Kind::Date | Kind::Datetime => format_number(kind, x),
        _ => number(x),
    }
}

#[cfg(test)]
mod tests {
    use tabwright_engine::recipe::formula::Formula;
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
        let chosen = Chosen::of(&column, &[Part::Bin(1), Part::Bin(last)]).expect("a range");
        assert_eq!(
            chosen.formula,
            format!("`a``b` >= {} and `a``b` <= {}", edges[1], edges[last + 1])
        );
        assert_eq!(chosen.n_rows, 100 - counts[0]);
        let first = Chosen::of(&column, &[Part::Bin(0)]).expect("a range");
        assert!(first.formula.contains("`a``b` < "), "{}", first.formula);
    }

    #[test]
    fn every_bin_of_days_meets_its_own_condition() {
        let days: Vec<String> = (1..=10).map(|day| format!("2024-01-{day:02}")).collect();
        let mut reader = Reader::new(ReadOptions::default());
        reader
            .push(format!("d\n{}\n", days.join("\n")).as_bytes())
            .expect("is CSV");
        let (table, _) = reader.finish().expect("is a table");
        let column = profile(&table, None)
            .expect("is profiled")
            .columns
            .remove(0);
        let Distribution::Histogram { counts, .. } = &column.distribution else {
            panic!("days have a histogram");
        };
        for (bin, &count) in counts.iter().enumerate() {
            let chosen = Chosen::of(&column, &[Part::Bin(bin)]).expect("a range");
            let met = Formula::parse(&chosen.formula).expect("is a formula");
            let met = met.condition(&table).expect("is a condition");
            let n_met = met.iter().filter(|met| **met == Some(true)).count() as u64;
            assert_eq!(n_met, count, "{}", chosen.formula);
        }
    }

    #[test]
    fn levels_are_listed_and_quoted() {
        let column = column(&format!(
            "who,x\n{},1\n",
            "it's,1\nshe,1\nshe,1\n".repeat(9)
        ));
        let chosen = Chosen::of(&column, &[Part::Level(0), Part::Level(1)]).expect("levels");
        assert_eq!(chosen.formula, "`who` in ('she', 'it''s')");
        assert_eq!(chosen.n_rows, 27);
        assert_eq!(Chosen::of(&column, &[Part::Level(1), Part::Other]), None);
        let missing = Chosen::of(&column, &[Part::Missing]).expect("missing rows");
        assert_eq!(
            (missing.formula.as_str(), missing.n_rows),
            ("`who` is missing", 1)
        );
        let both = Chosen::of(&column, &[Part::Level(0), Part::Missing]).expect("both");
        assert_eq!(both.formula, "(`who` in ('she')) or `who` is missing");
        assert_eq!(Chosen::of(&column, &[]), None);
    }
}

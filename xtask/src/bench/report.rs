//! Timings to medians and ratios, and these to a table of BENCHMARKS.md.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result, anyhow};
use serde_json::Value;

use super::heats::{Heat, Work};
use crate::shell::{output, root};

/// One timing.
#[derive(Clone, Debug)]
pub struct Timing {
    engine: String,
    place: String,
    seconds: f64,
    /// Of held-out rows, where a model was fitted.
    auc: Option<f64>,
    /// New rows scored in a second.
    score_rate: Option<f64>,
    /// The most memory that its process held.
    peak_bytes: Option<f64>,
}

impl Timing {
    /// Reads a line that a script or example printed.
    pub fn parse(line: &str) -> Result<Self> {
        let value: Value = serde_json::from_str(line).with_context(|| line.to_owned())?;
        let text = |key: &str| value[key].as_str().map(str::to_owned);
        // The examples know no place: what runs by itself runs natively.
        let place = text("place").or_else(|| Some("native".to_owned()));
        let fields = (text("engine"), place, value["seconds"].as_f64());
        let (Some(engine), Some(place), Some(seconds)) = fields else {
            return Err(anyhow!("{line} is no timing"));
        };
        Ok(Timing {
            engine,
            place,
            seconds,
            auc: value["auc"].as_f64(),
            score_rate: value["score_rows_per_second"].as_f64(),
            peak_bytes: value["peak_bytes"].as_f64(),
        })
    }
}

/// One line of the report.
pub struct Line {
    what: &'static str,
    table: String,
    place: String,
    engine: String,
    n_rows: usize,
    seconds: f64,
    /// The median, over rounds, of its time by that of Tabwright natively in the same round, and of Tabwright in Chromium.
    by_ours: [Option<f64>; 2],
    auc: Option<f64>,
    score_rate: Option<f64>,
    peak_bytes: Option<f64>,
}

const PLACES: [&str; 2] = ["native", "chromium"];

/// Medians of each engine, and how much longer than ours it took, round by round.
pub fn summary(timings: &[Timing], heat: &Heat) -> Vec<Line> {
    let of = |engine: &str, place: &str| -> Vec<&Timing> {
        let same = timings
            .iter()
            .filter(|it| it.engine == engine && it.place == place);
        same.collect()
    };
    // Where Tabwright is measured against itself, its first run is what the others are measured by.
    let ours = timings
        .iter()
        .find(|it| it.engine == "tabwright")
        .or(timings.first())
        .map_or("", |it| it.engine.as_str());
    let mut engines: Vec<(&str, &str)> = Vec::new();
    for timing in timings {
        let key = (timing.place.as_str(), timing.engine.as_str());
        if !engines.contains(&key) {
            engines.push(key);
        }
    }
    let line = |(place, engine): (&str, &str)| {
        let theirs = of(engine, place);
        let by_ours = PLACES.map(|our_place| {
            let ratios: Vec<f64> = theirs
                .iter()
                .zip(of(ours, our_place))
                .map(|(theirs, ours)| theirs.seconds / ours.seconds)
                .collect();
            ((ours, our_place) != (engine, place) && !ratios.is_empty()).then(|| median(ratios))
        });
        let (kind, n_rows) = heat.table;
        Line {
            what: heat.what,
            table: format!("{kind}, {n_rows} rows"),
            place: place.to_owned(),
            engine: engine.to_owned(),
            n_rows,
            seconds: median(theirs.iter().map(|it| it.seconds).collect()),
            by_ours,
            auc: theirs.iter().find_map(|it| it.auc),
            score_rate: known(&theirs, |it| it.score_rate),
            peak_bytes: known(&theirs, |it| it.peak_bytes),
        }
    };
    engines.into_iter().map(line).collect()
}

/// The median of what is known of some timings.
fn known(timings: &[&Timing], of: fn(&Timing) -> Option<f64>) -> Option<f64> {
    let values: Vec<f64> = timings.iter().filter_map(|timing| of(timing)).collect();
    (!values.is_empty()).then(|| median(values))
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => f64::NAN,
        n if n % 2 == 1 => values[middle],
        _ => f64::midpoint(values[middle - 1], values[middle]),
    }
}

/// The lines as a table in Markdown.
pub fn table_of(work: Work, lines: &[Line]) -> String {
    let shown = |number: Option<f64>, digits: usize| {
        number.map_or_else(String::new, |number| format!("{number:.digits$}"))
    };
    let (head, row): (&str, &dyn Fn(&Line) -> String) = match work {
        Work::Csv | Work::Profile => (
            "| table | where | engine | seconds | ns a row | × Tabwright's |\n|---|---|---|---:|---:|---:|\n",
            &|line| {
                // Peers meet Tabwright where they run.
                let place = PLACES.iter().position(|place| *place == line.place);
                format!(
                    "| {} | {} | {} | {:.3} | {:.0} | {} |\n",
                    line.table,
                    line.place,
                    line.engine,
                    line.seconds,
                    line.seconds * 1e9 / line.n_rows as f64,
                    shown(place.and_then(|place| line.by_ours[place]), 2),
                )
            },
        ),
        Work::Train => (
            "| model | table | where | engine | fit, seconds | × Tabwright natively | × Tabwright in Chromium | AUC | rows scored a second | peak, MB |\n\
             |---|---|---|---|---:|---:|---:|---:|---:|---:|\n",
            &|line| {
                format!(
                    "| {} | {} | {} | {} | {:.2} | {} | {} | {} | {} | {} |\n",
                    line.what,
                    line.table,
                    line.place,
                    line.engine,
                    line.seconds,
                    shown(line.by_ours[0], 2),
                    shown(line.by_ours[1], 2),
                    shown(line.auc, 4),
                    shown(line.score_rate, 0),
                    shown(line.peak_bytes.map(|bytes| bytes / 1e6), 0),
                )
            },
        ),
        // The service and Spark's job make tables of their own.
        Work::Score | Work::Serve | Work::Spark => (
            "| work | table | engine | seconds | rows a second | × Tabwright's time |\n|---|---|---|---:|---:|---:|\n",
            &|line| {
                format!(
                    "| {} | {} | {} | {:.3} | {:.0} | {} |\n",
                    line.what,
                    line.table,
                    line.engine,
                    line.seconds,
                    line.n_rows as f64 / line.seconds,
                    shown(line.by_ours[0], 2),
                )
            },
        ),
        Work::Tune => (
            "| table | who | seconds | × two helpers |\n|---|---|---:|---:|\n",
            &|line| {
                format!(
                    "| {} | {} | {:.1} | {} |\n",
                    line.table,
                    line.engine,
                    line.seconds,
                    shown(line.by_ours[1], 2),
                )
            },
        ),
    };
    std::iter::once(head.to_owned())
        .chain(lines.iter().map(row))
        .collect()
}

/// Puts a table into its section of BENCHMARKS.md.
pub fn record(work: Work, table: &str, rounds: usize) -> Result<()> {
    let name = work.name();
    put(
        name,
        &format!(
            "{}; medians of {rounds} rounds, `cargo xtask bench {name} --rounds {rounds} --write`.\n\n{table}",
            machine()
        ),
    )
}

/// Puts a dated text into a section of BENCHMARKS.md, in place of the one before.
///
/// # Errors
/// If there is no such section.
pub fn put(name: &str, text: &str) -> Result<()> {
    let path = root().join("BENCHMARKS.md");
    let present = fs::read_to_string(&path).context("BENCHMARKS.md")?;
    let (begin, end) = (format!("<!-- {name} -->"), format!("<!-- /{name} -->"));
    let (Some(from), Some(to)) = (present.find(&begin), present.find(&end)) else {
        return Err(anyhow!(
            "BENCHMARKS.md has no section between {begin} and {end}"
        ));
    };
    let date = output(Command::new("date").arg("+%Y-%m-%d"))?;
    let (before, after) = (&present[..from], &present[to..]);
    fs::write(
        path,
        format!("{before}{begin}\n{}, {text}{after}", date.trim()),
    )?;
    Ok(())
}

/// The processor, as the system names it.
fn machine() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(':'))
        .map_or("unknown processor", |(_, name)| name.trim());
    let n_cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!("{n_cores} cores of {model}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_are_taken_round_by_round() {
        let lines = [
            r#"{"engine":"tabwright","place":"native","seconds":1.0}"#,
            r#"{"engine":"polars","place":"native","seconds":3.0,"auc":0.5,"peak_bytes":2e6}"#,
            r#"{"engine":"tabwright","place":"native","seconds":2.0}"#,
            r#"{"engine":"polars","place":"native","seconds":2.0}"#,
            r#"{"engine":"tabwright","place":"chromium","seconds":4.0}"#,
        ];
        let timings: Vec<Timing> = lines
            .iter()
            .map(|line| Timing::parse(line).unwrap())
            .collect();
        let heat = Work::Csv.heats()[0];
        let lines = summary(&timings, &heat);
        assert_eq!(lines.len(), 3);
        assert!(lines[0].by_ours == [None, Some(0.25)] && lines[0].seconds == 1.5);
        assert!(lines[1].by_ours == [Some(2.0), Some(0.75)] && lines[1].seconds == 2.5);
        assert!(lines[1].auc == Some(0.5) && lines[1].score_rate.is_none());
        assert!(lines[1].peak_bytes == Some(2e6) && lines[0].peak_bytes.is_none());
        assert!(Timing::parse("{}").is_err());
    }
}

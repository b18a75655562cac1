//! Tabwright and what a user would pick instead, side by side in one run: JSON lines as they come, ratios, BENCHMARKS.md.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, anyhow};
use serde_json::Value;

use crate::shell::{cargo, output, root, target_dir};
use crate::{dist, say, serve, tools};

/// What can be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Work {
    /// A CSV file to typed columns.
    Csv,
    /// Typed columns to their whole description, correlations included.
    Profile,
}

/// Tables that are measured: kind and rows.
const TABLES: [(&str, usize); 4] = [
    ("numeric", 20_000),
    ("numeric", 100_000),
    ("numeric", 1_000_000),
    ("mixed", 1_000_000),
];

impl Work {
    fn name(self) -> &'static str {
        match self {
            Work::Csv => "csv",
            Work::Profile => "profile",
        }
    }

    fn example(self) -> &'static str {
        match self {
            Work::Csv => "bench_csv",
            Work::Profile => "bench_profile",
        }
    }

    fn native_peers(self) -> &'static [&'static str] {
        match self {
            Work::Csv => &["polars", "duckdb", "pandas"],
            Work::Profile => &[],
        }
    }

    fn browser_peers(self) -> &'static [&'static str] {
        match self {
            Work::Csv => &["duckdb-wasm", "papaparse"],
            Work::Profile => &["duckdb-wasm"],
        }
    }
}

/// One timing.
#[derive(Clone, Debug)]
struct Timing {
    engine: String,
    place: String,
    seconds: f64,
}

/// Measures `rounds` times, all engines in turn in each round, and puts the table into BENCHMARKS.md if `write` says so.
///
/// # Errors
/// If a tool cannot be set up, or a program fails.
pub fn run(work: Work, rounds: usize, write: bool) -> Result<()> {
    let contest = Contest::set_up(work)?;
    let mut lines = Vec::new();
    for (kind, n_rows) in TABLES {
        let file = contest.table(kind, n_rows)?;
        let mut timings = Vec::new();
        for _ in 0..rounds {
            timings.extend(contest.native(&file)?);
            timings.extend(contest.browser(&file)?);
        }
        lines.extend(summary(&timings, kind, n_rows));
    }
    let text = table_of(&lines);
    println!("\n{text}");
    if write {
        record(work, &text, rounds)?;
    }
    Ok(())
}

/// Everything that runs in a contest.
struct Contest {
    work: Work,
    python: PathBuf,
    browser: tools::E2eTools,
    url: String,
}

impl Contest {
    fn set_up(work: Work) -> Result<Self> {
        let python = tools::python(&bench().join("requirements.txt"))?;
        let browser = tools::for_bench()?;
        let dist = dist::build(false)?;
        let url = serve::in_background(&dist)?.url;
        let example = work.example();
        say::step(&format!("{example} (release)"), || {
            let mut build = cargo();
            build.args([
                "build",
                "--release",
                "--package",
                "tabwright-table",
                "--example",
                example,
            ]);
            output(&mut build).map(drop)
        })?;
        Ok(Self {
            work,
            python,
            browser,
            url,
        })
    }

    /// A table, made once and kept with the tools.
    fn table(&self, kind: &str, n_rows: usize) -> Result<PathBuf> {
        let script = bench().join("make_data.py");
        let version = tools::short_hash(&fs::read(&script)?);
        let folder = tools::cache()?.join(format!("bench-data-{version}"));
        let file = folder.join(format!("{kind}-{n_rows}.csv"));
        if !file.is_file() {
            say::step(&format!("{kind}-{n_rows}.csv"), || {
                // Made elsewhere and moved, so that a broken run leaves no half of it.
                let partial = folder.join(format!(".{kind}-{n_rows}"));
                fs::create_dir_all(&partial)?;
                let mut make = Command::new(&self.python);
                make.arg(&script)
                    .arg(&partial)
                    .args([kind, &n_rows.to_string()]);
                output(&mut make)?;
                fs::rename(partial.join(format!("{kind}-{n_rows}.csv")), &file)?;
                Ok(fs::remove_dir_all(partial)?)
            })?;
        }
        Ok(file)
    }

    fn native(&self, file: &Path) -> Result<Vec<Timing>> {
        let ours = target_dir()
            .join("release/examples")
            .join(self.work.example());
        // One run, as each peer has.
        let mut timings = timed(on_one_core(&ours).arg(file).arg("1"))?;
        if !self.work.native_peers().is_empty() {
            let mut peers = on_one_core(&self.python);
            peers
                .arg(bench().join("native_peers.py"))
                .arg(self.work.name());
            timings.extend(timed(peers.arg(file).args(self.work.native_peers()))?);
        }
        Ok(timings)
    }

    fn browser(&self, file: &Path) -> Result<Vec<Timing>> {
        let mut command = Command::new("node");
        command
            .env("TABWRIGHT_URL", &self.url)
            .env("TABWRIGHT_MODULES", &self.browser.modules)
            .env("CHROMIUM", &self.browser.chromium);
        command
            .arg(bench().join("browser.mjs"))
            .arg(self.work.name());
        timed(
            command
                .arg(file)
                .arg("tabwright")
                .args(self.work.browser_peers()),
        )
    }
}

fn bench() -> PathBuf {
    root().join("bench")
}

/// A program that may use one core, where the system can say so, and is asked to start one thread.
fn on_one_core(program: &Path) -> Command {
    let mut command = if cfg!(target_os = "linux") {
        let mut command = Command::new("taskset");
        command.args(["-c", "0"]).arg(program);
        command
    } else {
        Command::new(program)
    };
    command
        .env("POLARS_MAX_THREADS", "1")
        .env("OMP_NUM_THREADS", "1");
    command
}

/// Runs a program that prints timings as JSON lines, and prints them too.
fn timed(command: &mut Command) -> Result<Vec<Timing>> {
    let text = output(command)?;
    print!("{text}");
    text.lines().map(timing).collect()
}

fn timing(line: &str) -> Result<Timing> {
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
    })
}

/// One line of the report.
struct Line {
    table: String,
    place: String,
    engine: String,
    n_rows: usize,
    seconds: f64,
    /// The median, over rounds, of the peer's time over ours in the same round.
    ratio: Option<f64>,
}

/// Medians of each engine, and how much longer than ours it took, round by round.
fn summary(timings: &[Timing], kind: &str, n_rows: usize) -> Vec<Line> {
    let of = |engine: &str, place: &str| -> Vec<f64> {
        let same = timings
            .iter()
            .filter(|it| it.engine == engine && it.place == place);
        same.map(|it| it.seconds).collect()
    };
    let mut engines: Vec<(&str, &str)> = Vec::new();
    for timing in timings {
        let key = (timing.place.as_str(), timing.engine.as_str());
        if !engines.contains(&key) {
            engines.push(key);
        }
    }
    engines
        .into_iter()
        .map(|(place, engine)| {
            let (ours, theirs) = (of("tabwright", place), of(engine, place));
            let ratios = theirs.iter().zip(&ours).map(|(theirs, ours)| theirs / ours);
            let ratio = (engine != "tabwright").then(|| median(ratios.collect()));
            Line {
                table: format!("{kind}, {n_rows} rows"),
                place: place.to_owned(),
                engine: engine.to_owned(),
                n_rows,
                seconds: median(theirs),
                ratio,
            }
        })
        .collect()
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

fn table_of(lines: &[Line]) -> String {
    let head = "| table | where | engine | seconds | ns a row | × Tabwright's |\n|---|---|---|---:|---:|---:|\n";
    let rows = lines.iter().map(|line| {
        let ratio = line
            .ratio
            .map_or_else(String::new, |ratio| format!("{ratio:.2}"));
        format!(
            "| {} | {} | {} | {:.3} | {:.0} | {ratio} |\n",
            line.table,
            line.place,
            line.engine,
            line.seconds,
            line.seconds * 1e9 / line.n_rows as f64
        )
    });
    std::iter::once(head.to_owned()).chain(rows).collect()
}

/// Puts a table into its section of BENCHMARKS.md.
fn record(work: Work, table: &str, rounds: usize) -> Result<()> {
    let path = root().join("BENCHMARKS.md");
    let text = fs::read_to_string(&path).context("BENCHMARKS.md")?;
    let (begin, end) = marks(work);
    let (Some(from), Some(to)) = (text.find(&begin), text.find(&end)) else {
        return Err(anyhow!(
            "BENCHMARKS.md has no section between {begin} and {end}"
        ));
    };
    let head = format!(
        "{begin}\n{}, {}; medians of {rounds} rounds, `cargo xtask bench {} --rounds {rounds} --write`.\n\n",
        output(Command::new("date").arg("+%Y-%m-%d"))?.trim(),
        machine(),
        work.name()
    );
    fs::write(
        path,
        format!("{}{head}{table}{}", &text[..from], &text[to..]),
    )?;
    Ok(())
}

fn marks(work: Work) -> (String, String) {
    let name = work.name();
    (format!("<!-- {name} -->"), format!("<!-- /{name} -->"))
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
            r#"{"engine":"polars","place":"native","seconds":3.0}"#,
            r#"{"engine":"tabwright","place":"native","seconds":2.0}"#,
            r#"{"engine":"polars","place":"native","seconds":2.0}"#,
        ];
        let timings: Vec<Timing> = lines.iter().map(|line| timing(line).unwrap()).collect();
        let lines = summary(&timings, "numeric", 10);
        assert_eq!(lines.len(), 2);
        assert!(lines[0].ratio.is_none() && lines[0].seconds == 1.5);
        assert!(lines[1].ratio == Some(2.0) && lines[1].seconds == 2.5);
        assert!(timing("{}").is_err());
    }
}

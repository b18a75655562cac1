//! Tabwright and what a user would pick instead, side by side in one run: JSON lines as they come, ratios, BENCHMARKS.md.

mod heats;
pub mod report;
mod score;
mod serve;
mod spark;

use std::fs::{self, File};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use self::heats::Heat;
pub use self::heats::Work;
use self::report::Timing;
use crate::shell::{cargo, output, root, target_dir};
use crate::{dist, say, tools};

/// Measures `rounds` times, all engines in turn in each round, and puts the table into BENCHMARKS.md if `write` says so.
///
/// # Errors
/// If a tool cannot be set up, or a program fails.
pub fn run(work: Work, rounds: usize, write: bool) -> Result<()> {
    let text = match work {
        Work::Serve => serve::table(rounds)?,
        Work::Spark => spark::table_of_runs()?,
        Work::Score => report::table_of(work, &score::lines(rounds)?),
        _ => report::table_of(work, &contest(work, rounds)?),
    };
    println!("\n{text}");
    if write {
        report::record(work, &text, rounds)?;
    }
    Ok(())
}

/// Measures all engines of a kind of work.
fn contest(work: Work, rounds: usize) -> Result<Vec<report::Line>> {
    let heats = work.heats();
    let contest = Contest::set_up(&heats)?;
    let mut lines = Vec::new();
    for heat in &heats {
        let (kind, n_rows) = heat.table;
        let file = table(&contest.python, kind, n_rows)?;
        let mut timings = Vec::new();
        for _ in 0..rounds {
            timings.extend(contest.native(heat, &file)?);
            timings.extend(contest.browser(heat, &file)?);
        }
        lines.extend(report::summary(&timings, heat));
    }
    Ok(lines)
}

/// Everything that runs in a contest.
struct Contest {
    python: PathBuf,
    browser: tools::E2eTools,
    url: String,
}

impl Contest {
    fn set_up(heats: &[Heat]) -> Result<Self> {
        let python = tools::python(&bench().join("requirements.txt"))?;
        let browser = tools::for_bench()?;
        let dist = dist::build(dist::Kind::Hosted)?;
        let url = crate::serve::in_background(&dist)?.url;
        let mut examples: Vec<_> = heats.iter().filter_map(|heat| heat.example).collect();
        examples.dedup();
        for (package, example) in examples {
            say::step(&format!("{example} (release)"), |_| {
                let mut build = cargo();
                build.args(["build", "--release", "--package", package]);
                output(build.args(["--example", example])).map(drop)
            })?;
        }
        Ok(Self {
            python,
            browser,
            url,
        })
    }

    fn native(&self, heat: &Heat, file: &Path) -> Result<Vec<Timing>> {
        let Some((_, example)) = heat.example else {
            return Ok(Vec::new());
        };
        let mut ours = on_one_core(&target_dir().join("release/examples").join(example));
        if is_training(heat) {
            ours.arg(heat.what);
        }
        // One run, as each peer has.
        let mut timings = timed(ours.arg(file).arg("1"))?;
        // A process each: its peak of memory is then that of one.
        for peer in heat.native_peers {
            let mut alone = on_one_core(&self.python);
            alone.arg(bench().join("native_peers.py")).arg(heat.what);
            timings.extend(timed(alone.arg(file).arg(peer))?);
        }
        Ok(timings)
    }

    fn browser(&self, heat: &Heat, file: &Path) -> Result<Vec<Timing>> {
        let mut command = Command::new("node");
        command
            .env("TABWRIGHT_URL", &self.url)
            .env("TABWRIGHT_MODULES", &self.browser.modules)
            .env("CHROMIUM", &self.browser.chromium);
        command.arg(bench().join("browser.mjs")).arg(heat.what);
        if is_training(heat) {
            // The rest is scored natively: the scores are the same bits.
            command.arg(first_rows(file, heat.table.1 * 4 / 5)?);
        } else {
            command.arg(file);
        }
        timed(command.args(heat.in_browser))
    }
}

/// A table, made once and kept with the tools.
fn table(python: &Path, kind: &str, n_rows: usize) -> Result<PathBuf> {
    let script = bench().join("make_data.py");
    let version = tools::short_hash(&fs::read(&script)?);
    let folder = tools::cache()?.join(format!("bench-data-{version}"));
    let file = folder.join(format!("{kind}-{n_rows}.csv"));
    if !file.is_file() {
        say::step(&format!("{kind}-{n_rows}.csv"), |_| {
            // Made elsewhere and moved, so that a broken run leaves no half of it.
            let partial = folder.join(format!(".{kind}-{n_rows}"));
            fs::create_dir_all(&partial)?;
            let mut make = Command::new(python);
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

fn is_training(heat: &Heat) -> bool {
    !matches!(heat.what, "csv" | "profile" | "tune")
}

/// The first rows of a table, as a file beside it.
fn first_rows(file: &Path, n_rows: usize) -> Result<PathBuf> {
    let part = file.with_extension(format!("{n_rows}.csv"));
    if !part.is_file() {
        let partial = part.with_extension("partial");
        let mut out = BufWriter::new(File::create(&partial)?);
        for line in BufReader::new(File::open(file)?).lines().take(n_rows + 1) {
            writeln!(out, "{}", line?)?;
        }
        out.into_inner()?.sync_all()?;
        fs::rename(partial, &part)?;
    }
    Ok(part)
}

/// The command as users have it.
fn release() -> Result<PathBuf> {
    say::step("tabwright (release)", |_| {
        output(cargo().args(["build", "--release", "--package", "tabwright-cli", "--bins"]))
            .map(drop)
    })?;
    let name = format!("tabwright{}", std::env::consts::EXE_SUFFIX);
    Ok(target_dir().join("release").join(name))
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
    text.lines().map(Timing::parse).collect()
}

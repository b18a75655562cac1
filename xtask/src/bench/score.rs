//! Scoring with 100 trees of 31 leaves: rows in memory, and a CSV to a CSV of scores.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::Result;

use super::heats::{Heat, Work};
use super::report::{self, Line, Timing};
use super::{bench, first_rows, on_one_core, release, table, timed};
use crate::shell::{cargo, output, target_dir};
use crate::{say, tools};

/// Rows of the table that the model learns from.
const N_TRAIN: usize = 80_000;

/// Measures `rounds` times, all engines in turn in each round.
///
/// # Errors
/// If a tool cannot be set up, or a program fails.
pub fn lines(rounds: usize) -> Result<Vec<Line>> {
    let bench = Bench::set_up()?;
    let mut lines = Vec::new();
    for heat in &Work::Score.heats() {
        let mut timings = Vec::new();
        for _ in 0..rounds {
            timings.extend(match heat.what {
                "csv" => bench.csv()?,
                _ => bench.rows()?,
            });
        }
        lines.extend(report::summary(&timings, heat));
    }
    Ok(lines)
}

/// A bundle of 100 trees of 31 leaves, learnt from the first rows of a table.
pub(super) fn model(tabwright: &Path, file: &Path) -> Result<PathBuf> {
    let folder = target_dir().join("bench");
    fs::create_dir_all(&folder)?;
    let bundle = folder.join("score.zip");
    say::step("model", |_| {
        let mut train = Command::new(tabwright);
        train.arg("train").arg(first_rows(file, N_TRAIN)?);
        train.args(["--target", "target", "--algorithm", "gbt", "--folds", "0"]);
        for setting in ["trees=100", "leaves=31", "learning_rate=0.1"] {
            train.args(["--set", setting]);
        }
        output(train.arg("--out").arg(&bundle)).map(drop)
    })?;
    Ok(bundle)
}

struct Bench {
    python: PathBuf,
    tabwright: PathBuf,
    file: PathBuf,
    bundle: PathBuf,
    /// The same model for ONNX Runtime.
    onnx: PathBuf,
    /// Where scores go.
    out: PathBuf,
}

impl Bench {
    fn set_up() -> Result<Self> {
        let python = tools::python(&bench().join("requirements.txt"))?;
        let tabwright = release()?;
        say::step("bench_score (release)", |_| {
            let mut build = cargo();
            build.args(["build", "--release", "--package", "tabwright-model"]);
            output(build.args(["--example", "bench_score"])).map(drop)
        })?;
        let heats = Work::Score.heats();
        let (kind, n_rows) = heats
            .first()
            .map_or(("numeric", N_TRAIN), |heat: &Heat| heat.table);
        let file = table(&python, kind, n_rows)?;
        let bundle = model(&tabwright, &file)?;
        let (onnx, out) = (
            bundle.with_extension("onnx"),
            bundle.with_file_name("scores.csv"),
        );
        let mut export = Command::new(&tabwright);
        export.arg("export").arg(&bundle);
        output(export.args(["--to", "onnx", "--out"]).arg(&onnx))?;
        Ok(Self {
            python,
            tabwright,
            file,
            bundle,
            onnx,
            out,
        })
    }

    /// From a matrix in memory to margins.
    fn rows(&self) -> Result<Vec<Timing>> {
        let mut ours = on_one_core(&target_dir().join("release/examples/bench_score"));
        let mut timings = timed(ours.arg(&self.bundle).arg(&self.file))?;
        let mut peers = on_one_core(&self.python);
        peers.arg(bench().join("score_peers.py")).arg("rows");
        timings.extend(timed(peers.arg(&self.onnx).arg(&self.file))?);
        Ok(timings)
    }

    /// The command, from its start to its end.
    fn csv(&self) -> Result<Vec<Timing>> {
        let mut ours = on_one_core(&self.tabwright);
        ours.arg("score").arg(&self.bundle).arg(&self.file);
        ours.arg("--out").arg(&self.out);
        let start = Instant::now();
        output(&mut ours)?;
        let seconds = start.elapsed().as_secs_f64();
        let line = format!(r#"{{"engine":"tabwright","seconds":{seconds:.3}}}"#);
        println!("{line}");
        let mut timings = vec![Timing::parse(&line)?];
        let mut peers = on_one_core(&self.python);
        peers.arg(bench().join("score_peers.py")).arg("csv");
        timings.extend(timed(peers.arg(&self.file).arg(&self.out))?);
        Ok(timings)
    }
}

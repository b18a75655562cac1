//! Spark's job beside the command, on a million rows: how long each takes, and whether all bits are the same.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Result, ensure};
use serde_json::Value;

use super::score::model;
use super::{bench, first_rows, release, table};
use crate::shell::{output, root, target_dir};
use crate::{parity, say, tools};

/// Rows of the table.
const N_ROWS: usize = 1_000_000;
/// Rows of its beginning: what these take is mostly Spark's own start.
const N_FEW: usize = 80_000;
/// Columns by which rows are told apart when scores are compared.
const KEPT: &str = "f0,f1,f2";
/// Processors that Spark may use.
const N_CORES: usize = 2;

/// One way to score the rows of a file.
struct Run {
    how: &'static str,
    n_rows: usize,
    n_cores: usize,
    seconds: f64,
    /// Numbers compared with the command's.
    n_compared: Option<u64>,
}

/// Measures, compares and gives the table.
///
/// # Errors
/// If a tool cannot be set up, a program fails, or any bit differs.
pub fn table_of_runs() -> Result<String> {
    let job = Job::set_up()?;
    let few = first_rows(&job.file, N_FEW)?;
    let runs = [
        job.command()?,
        job.spark("batch", &few, N_FEW, false)?,
        job.spark("batch", &job.file, N_ROWS, false)?,
        job.spark("stream", &job.file, N_ROWS, true)?,
    ];
    let head = "| engine | rows | cores | seconds | rows a second | numbers compared | of which differ |\n|---|---:|---:|---:|---:|---:|---:|\n";
    let rows: String = runs.iter().map(Run::row).collect();
    let rate = (N_ROWS - N_FEW) as f64 / (runs[2].seconds - runs[1].seconds) / N_CORES as f64;
    Ok(format!(
        "{head}{rows}\nThe longer batch has {} rows more than the shorter one: {rate:.0} of them a second and core.\n",
        N_ROWS - N_FEW
    ))
}

impl Run {
    fn row(&self) -> String {
        let rate = self.n_rows as f64 / self.seconds;
        let compared = self.n_compared.map(|n| format!("{n} | 0"));
        format!(
            "| {} | {} | {} | {:.1} | {rate:.0} | {} |\n",
            self.how,
            self.n_rows,
            self.n_cores,
            self.seconds,
            compared.unwrap_or_else(|| " | ".into()),
        )
    }
}

struct Job {
    python: PathBuf,
    tabwright: PathBuf,
    file: PathBuf,
    bundle: PathBuf,
    /// The model as Spark has it.
    pipeline: PathBuf,
    scratch: PathBuf,
}

impl Job {
    fn set_up() -> Result<Self> {
        let tables = tools::python(&bench().join("requirements.txt"))?;
        let file = table(&tables, "numeric", N_ROWS)?;
        let python = parity::set_up()?;
        let tabwright = release()?;
        let bundle = model(&tabwright, &file)?;
        let scratch = target_dir().join("bench/spark");
        if scratch.exists() {
            fs::remove_dir_all(&scratch)?;
        }
        fs::create_dir_all(&scratch)?;
        let pipeline = scratch.join("model");
        let mut export = Command::new(&tabwright);
        export.arg("export").arg(&bundle);
        output(export.args(["--to", "spark", "--out"]).arg(&pipeline))?;
        Ok(Self {
            python,
            tabwright,
            file,
            bundle,
            pipeline,
            scratch,
        })
    }

    fn scores_of(&self, file: &Path, scores: &Path) -> Result<f64> {
        let mut score = Command::new(&self.tabwright);
        score.arg("score").arg(&self.bundle).arg(file);
        score.args(["--keep", KEPT, "--out"]).arg(scores);
        let start = Instant::now();
        output(&mut score)?;
        Ok(start.elapsed().as_secs_f64())
    }

    fn command(&self) -> Result<Run> {
        Ok(Run {
            how: "tabwright score",
            n_rows: N_ROWS,
            n_cores: 1,
            seconds: self.scores_of(&self.file, &self.scratch.join("scores.csv"))?,
            n_compared: None,
        })
    }

    /// Scores a file by `spark/score.py`, and compares the scores with the command's.
    fn spark(&self, how: &'static str, file: &Path, n_rows: usize, is_stream: bool) -> Result<Run> {
        let folder = self.scratch.join(format!("{how}-{n_rows}"));
        let (rows, scores) = (folder.join("rows"), folder.join("scores"));
        fs::create_dir_all(&rows)?;
        fs::copy(file, rows.join("rows.csv"))?;
        // Spark's launcher lies beside its Python.
        let mut submit = Command::new(self.python.with_file_name("spark-submit"));
        submit
            .env("PYSPARK_PYTHON", &self.python)
            .env("SPARK_LOCAL_IP", "127.0.0.1")
            .arg("--master")
            .arg(format!("local[{N_CORES}]"))
            .args(["--driver-memory", "4g", "--conf", "spark.ui.enabled=false"])
            .arg(root().join("spark/score.py"))
            .args([&self.pipeline, &rows, &scores])
            .args(["--keep", KEPT]);
        if is_stream {
            submit
                .arg("--stream")
                .arg(folder.join("done"))
                .arg("--once");
        }
        let start = Instant::now();
        say::step(&format!("Spark, {how} of {n_rows} rows"), |_| {
            output(&mut submit).map(drop)
        })?;
        let seconds = start.elapsed().as_secs_f64();
        let expected = folder.join("scores.csv");
        self.scores_of(file, &expected)?;
        let mut check = Command::new(&self.python);
        check.arg(bench().join("spark_check.py"));
        let told: Value =
            serde_json::from_str(&output(check.args([&expected, &scores]).arg(KEPT))?)?;
        println!("{told}");
        ensure!(
            told["differing"] == 0 && told["rows"] == n_rows,
            "Spark's scores are not the command's: {told}"
        );
        Ok(Run {
            how: if is_stream {
                "Spark, a stream"
            } else {
                "Spark, a batch"
            },
            n_rows,
            n_cores: N_CORES,
            seconds,
            n_compared: told["numbers"].as_u64(),
        })
    }
}

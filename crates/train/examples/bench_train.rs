//! Times a fit and the scoring of new rows on one thread: `bench_train gbt|forest|logistic FILE [RUNS [NAME=VALUE...]]`, best of RUNS
//! (default 1), one JSON line with the process' peak of memory. Parameters given here come on top of those that the peers have, too.
//!
//! The target is the last column; the first four fifths of the rows train, the rest are scored. The fit starts from the typed
//! table, so it holds everything that is done from there to the model.

use std::{env, error::Error, fs, time::Instant};

use tabwright_model::Params;
use tabwright_recipe::Matrix;
use tabwright_table::{ReadOptions, Reader, Table};
use tabwright_train::{
    Algorithm, Observer, Part, Trial, detect_task, params::parse_setting, run_part,
};

/// An observer that has a clock, and listens to nothing.
struct Clock(Instant);

impl Observer for Clock {
    fn now_ms(&self) -> f64 {
        self.0.elapsed().as_secs_f64() * 1000.0
    }
    fn progress(&self, _done: u32, _total: u32, _what: &str) {}
    fn cancelled(&self) -> bool {
        false
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let usage = "usage: bench_train gbt|forest|logistic FILE [RUNS [NAME=VALUE...]]";
    let mut arguments = env::args().skip(1);
    let work = arguments.next().ok_or(usage)?;
    let path = arguments.next().ok_or(usage)?;
    let runs = arguments
        .next()
        .map_or(Ok(1), |text| text.parse::<usize>())?;
    // What the peers are told, too: `native_peers.py`.
    let (algorithm, settings): (_, &[&str]) = match work.as_str() {
        "gbt" => (
            Algorithm::Gbt,
            &[
                "trees=100",
                "leaves=31",
                "learning_rate=0.1",
                "subsample=1",
                "features=1",
                // As XGBoost has it where nothing is said.
                "l2=1",
                "min_leaf_rows=1",
                "min_child_weight=1",
            ],
        ),
        "forest" => (Algorithm::Forest, &["trees=100", "depth=12"]),
        "logistic" => (Algorithm::Linear, &[]),
        _ => return Err(usage.into()),
    };
    let table = read(&path)?;
    let cut = (table.n_rows() * 4 / 5) as u32;
    let learn = table.take(&(0..cut).collect::<Vec<_>>());
    let hold = table.take(&(cut..table.n_rows() as u32).collect::<Vec<_>>());
    drop(table);
    let params: Result<Params, _> = settings
        .iter()
        .copied()
        .map(str::to_owned)
        .chain(arguments)
        .map(|setting| parse_setting(algorithm, &setting))
        .collect();
    let trial: Trial = serde_json::from_value(serde_json::json!({
        "target": learn.columns().last().ok_or("no columns")?.name,
        "task": "binary",
        "algorithm": algorithm,
        "params": params?,
        "folds": 0,
        "seed": 1,
    }))?;
    let mut best: Option<Measured> = None;
    for _ in 0..runs.max(1) {
        let measured = measure(&trial, &learn, &hold)?;
        if best.as_ref().is_none_or(|other| measured.fit < other.fit) {
            best = Some(measured);
        }
    }
    let Measured { fit, rate, auc } = best.ok_or(usage)?;
    println!(
        r#"{{"work":"{work}","engine":"tabwright","seconds":{fit:.4},"score_rows_per_second":{rate:.0},"auc":{auc:.5},"rows":{},"peak_bytes":{}}}"#,
        learn.n_rows(),
        peak_bytes().map_or_else(|| "null".to_owned(), |bytes| bytes.to_string())
    );
    Ok(())
}

/// The most memory that this process has held; `None` where the system does not say.
fn peak_bytes() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let held = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = held.split_whitespace().next()?.parse().ok()?;
    Some(kilobytes * 1024)
}

struct Measured {
    fit: f64,
    rate: f64,
    auc: f64,
}

fn measure(trial: &Trial, learn: &Table, hold: &Table) -> Result<Measured, Box<dyn Error>> {
    let clock = Clock(Instant::now());
    let fitted = run_part(learn, trial, Part::Full, &clock)?;
    let (_, model) = fitted.fitted.ok_or("no model")?;
    let truth = detect_task(hold, &trial.target, trial.task)?.target;
    let start = Instant::now();
    let margins = model
        .predictor
        .margins(&Matrix::build(hold, &model.features)?);
    let seconds = start.elapsed().as_secs_f64();
    let classes: Vec<bool> = truth.iter().map(|&class| class > 0.0).collect();
    Ok(Measured {
        fit: fitted.fit_seconds,
        rate: hold.n_rows() as f64 / seconds,
        auc: tabwright_metrics::roc_auc(&margins, &classes).ok_or("one class")?,
    })
}

fn read(path: &str) -> Result<Table, Box<dyn Error>> {
    let mut reader = Reader::new(ReadOptions::default());
    reader.push(&fs::read(path)?)?;
    Ok(reader.finish()?.0)
}

//! Times the profile of a CSV file, target = last column, on one thread: one JSON line with the best of N runs.
//!
//!     cargo run --release -p tabwright-table --example bench_profile -- FILE [N]

use std::time::Instant;

use tabwright_table::{ReadOptions, Reader, profile};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let file = args.next().ok_or("expected: bench_profile FILE [RUNS]")?;
    let n_runs: usize = args.next().map_or(Ok(3), |n| n.parse())?;
    let mut reader = Reader::new(ReadOptions::default());
    reader.push(&std::fs::read(&file)?)?;
    let (table, _) = reader.finish()?;
    let target = table.columns().last().map(|column| column.name.as_str());
    let mut best = f64::INFINITY;
    for _ in 0..n_runs.max(1) {
        let start = Instant::now();
        let found = profile(&table, target)?;
        best = best.min(start.elapsed().as_secs_f64());
        assert_eq!(found.n_rows, table.n_rows());
    }
    println!(
        r#"{{"work":"profile","engine":"tabwright","seconds":{best:.4},"rows":{},"columns":{}}}"#,
        table.n_rows(),
        table.columns().len()
    );
    Ok(())
}

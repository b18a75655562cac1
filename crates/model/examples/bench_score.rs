//! Times the scoring of rows that are in memory, on one thread: `bench_score BUNDLE FILE [RUNS]`, one JSON line a run (default 1).
//!
//! A run goes from a matrix of numbers to margins; before the first, one of a few rows warms nothing but the code. With
//! `TABWRIGHT_MARGINS` set to a path, the margins go there as little-endian doubles, for the peers to be compared with.

use std::{env, error::Error, fs, time::Instant};

use tabwright_model::Bundle;
use tabwright_recipe::Matrix;
use tabwright_table::Reader;

fn main() -> Result<(), Box<dyn Error>> {
    let usage = "usage: bench_score BUNDLE FILE [RUNS]";
    let mut arguments = env::args().skip(1);
    let bundle = arguments.next().ok_or(usage)?;
    let path = arguments.next().ok_or(usage)?;
    let runs = arguments
        .next()
        .map_or(Ok(1), |text| text.parse::<usize>())?;
    let pipeline = Bundle::from_zip(&fs::read(bundle)?)?.pipeline;
    let mut reader = Reader::new(pipeline.read_options());
    reader.push(&fs::read(path)?)?;
    let table = pipeline.recipe.apply(&reader.finish()?.0)?;
    let few: Vec<u32> = (0..table.n_rows().min(256) as u32).collect();
    let matrix = Matrix::build(&table, &pipeline.model.features)?;
    pipeline.model.predictor.margins(&matrix.rows(&few));
    for run in 0..runs.max(1) {
        let start = Instant::now();
        let margins = pipeline.model.predictor.margins(&matrix);
        let seconds = start.elapsed().as_secs_f64();
        println!(
            r#"{{"work":"score","engine":"tabwright","place":"native","seconds":{seconds:.5},"score_rows_per_second":{:.0}}}"#,
            matrix.n_rows as f64 / seconds
        );
        if let (0, Ok(path)) = (run, env::var("TABWRIGHT_MARGINS")) {
            let bytes: Vec<u8> = margins.iter().flat_map(|x| x.to_le_bytes()).collect();
            fs::write(path, bytes)?;
        }
    }
    Ok(())
}

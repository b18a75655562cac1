//! `tabwright learn`: the learning curve, which says whether more rows would help.

use std::fmt::Write as _;

use tabwright_engine::Headless;
use tabwright_engine::metrics::Estimate;
use tabwright_engine::train::LearningCurve;
use tabwright_format::count;

use crate::args::LearnArgs;
use crate::commands::train::project;
use crate::error::CliError;
use crate::files::{self, FileSource};
use crate::progress::Bar;
use crate::threads::Threads;

/// Draws the curve, in figures.
pub fn run(args: &LearnArgs) -> Result<(), CliError> {
    let project = project(&args.model, None)?;
    let choice = project.chosen.clone();
    let trial = choice
        .and_then(|choice| project.trial(choice.algorithm, choice.params))
        .ok_or_else(|| CliError::bad_input("no target was chosen"))?;
    let bar = Bar::new();
    let mut engine = Headless::new(&bar).with(Threads::new(&args.jobs, &bar)?);
    engine
        .load(
            Box::new(FileSource::open(&args.model.file)?),
            project.read.clone(),
        )
        .map_err(|failure| CliError::from(failure).in_file(&args.model.file))?;
    let curve = engine.learning_curve(&trial)?;
    bar.clear();
    if args.json {
        files::print_json(&curve)
    } else {
        files::print(describe(&curve).as_bytes())
    }
}

/// The curve for people. Writing to a string cannot fail.
fn describe(curve: &LearningCurve) -> String {
    let cell = |estimate: Option<Estimate>| {
        estimate.map_or_else(
            || "undefined".to_owned(),
            |found| {
                let text = |value| curve.metric.text(value);
                format!("{} ± {}", text(found.mean), text(found.std))
            },
        )
    };
    let mut text = format!(
        "{:>10}  {:<18}  {}\n",
        "rows",
        format!("{} held out", curve.metric),
        "on the rows learnt from"
    );
    for point in &curve.points {
        let _ = writeln!(
            text,
            "{:>10}  {:<18}  {}",
            count(point.rows.round() as u64),
            cell(point.held_out),
            cell(point.learnt)
        );
    }
    text
}

//! From a result to a bundle, and from a bundle to scores and drift.

use std::collections::BTreeMap;
use std::sync::Arc;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use tabwright_export::bundled;
use tabwright_model::bundle::{BundleParts, DataFingerprint};
use tabwright_model::{
    Bundle, Params, Pipeline, Reference, SearchRecord, TrialRecord, Tuned, score_column,
    write_scores,
};
use tabwright_report::model_html;
use tabwright_table::{Column, ReadReport, Table};
use tabwright_train::params;

use crate::error::Area;
use crate::host::{Answer, Job};
use crate::load::{read, slices};
use crate::protocol::{BundleEntry, BundleInfo, Exported, Monitored, Reply};
use crate::rows::window_of;
use crate::session::{Kept, Loaded, Session};
use crate::{Failure, Source};

/// The entry of a bundle that people read.
const REPORT: &str = "report.html";
/// Rows of scores that the monitor shows.
const HEAD_ROWS: u32 = 100;

/// Makes the bundle of a kept result.
pub(crate) fn export(
    session: &Session,
    id: &str,
    name: &str,
    tuned: Option<Tuned>,
    job: &Job,
) -> Answer {
    let loaded = session.loaded()?;
    let kept = session.kept(id)?;
    let pipeline = pipeline(loaded, kept)?;
    job.progress(0.0, 4.0, "Fingerprint of the training file");
    let data = fingerprint(loaded, job)?;
    job.progress(1.0, 4.0, "Reference for monitoring");
    let reference = reference(loaded, kept, &pipeline);
    job.check()?;
    job.progress(2.0, 4.0, "Report");
    let search = search_record(kept, tuned)?;
    let mut parts = BundleParts {
        name: name.to_owned(),
        data,
        engine: crate::VERSION.to_owned(),
        pipeline,
        search,
        evaluation: kept.trained.evaluation.clone(),
        reference,
        extras: BTreeMap::new(),
    };
    parts.extras.insert(REPORT.to_owned(), model_html(&parts)?);
    let mut notes = Vec::new();
    match bundled(&parts.name, &parts.pipeline) {
        Ok(entries) => parts.extras.extend(entries),
        Err(error) => notes.push(format!(
            "The bundle has no model.onnx, and MLflow does not load it: {error}."
        )),
    }
    job.check()?;
    job.progress(3.0, 4.0, "Proof rows");
    let bundle = Bundle::assemble(parts)?;
    let zip = bundle.to_zip()?;
    let entries = Bundle::list(&zip)?
        .into_iter()
        .map(|(name, n_bytes)| BundleEntry { name, n_bytes })
        .collect();
    // What is proved is the file that leaves, not the value that it was written from.
    let proof = Bundle::from_zip(&zip)?.replay_proof()?;
    let file = format!("{}-{}.zip", file_stem(name), kept.trial.algorithm.name());
    Ok((
        Reply::Exported(Exported {
            file,
            entries,
            proof,
            card: bundle.card,
            notes,
        }),
        vec![zip],
    ))
}

/// Scores the training table with a kept result.
pub(crate) fn score(session: &Session, id: &str, keep: &[String]) -> Answer {
    let loaded = session.loaded()?;
    let pipeline = pipeline(loaded, session.kept(id)?)?;
    let scores = pipeline.score(&loaded.table)?;
    let csv = write_scores(&pipeline.model, &loaded.table, &scores, keep)?;
    Ok((
        Reply::Scored {
            n_rows: loaded.table.n_rows(),
        },
        vec![csv],
    ))
}

/// Reads an attached bundle and keeps it for monitoring.
pub(crate) fn open(session: &mut Session, attachments: &[Vec<u8>]) -> Result<Reply, Failure> {
    let [bytes] = attachments else {
        return Err(Failure::new(Area::Engine, "expected one attached bundle"));
    };
    let bundle = Bundle::from_zip(bytes)?;
    let info = BundleInfo {
        manifest: bundle.manifest.clone(),
        proof: bundle.replay_proof()?,
        schema: bundle.pipeline.schema.clone(),
        metrics: bundle.evaluation.metrics.clone(),
    };
    session.bundle = Some(bundle);
    Ok(Reply::Opened(info))
}

/// Scores an attached file with the opened bundle and says how far it is from the training data.
pub(crate) fn monitor(
    session: &Session,
    file: Option<Box<dyn Source>>,
    keep: &[String],
    job: &Job,
) -> Answer {
    let bundle = session
        .bundle
        .as_ref()
        .ok_or_else(|| Failure::new(Area::Bundle, "open a bundle first"))?;
    let file =
        file.ok_or_else(|| Failure::new(Area::Engine, "the file to score was not attached"))?;
    let pipeline = &bundle.pipeline;
    let (table, info) = read(file.as_ref(), &pipeline.read_options(), job)?;
    let scores = pipeline.score(&table)?;
    let csv = write_scores(&pipeline.model, &table, &scores, keep)?;
    let score = score_column(&pipeline.model, &scores);
    let metrics = pipeline.metrics(&table, &scores);
    let unmet = if metrics.is_empty() {
        Vec::new()
    } else {
        bundle.gate.unmet(&metrics, None)
    };
    let monitored = Monitored {
        file: file.name(),
        n_rows: table.n_rows(),
        drift: bundle.reference.compare(&table, Some(&score)),
        metrics,
        unmet,
        n_hurdles: bundle.gate.metrics.len(),
        head: head(&table, score)?,
        notes: notes(&info.report),
    };
    Ok((Reply::Monitored(monitored), vec![csv]))
}

fn pipeline(loaded: &Loaded, kept: &Kept) -> Result<Pipeline, Failure> {
    let Some((recipe, model)) = &kept.trained.fitted else {
        return Err(Failure::new(
            Area::Train,
            "this result was not fitted on all rows: train it again",
        ));
    };
    let features: Vec<String> = model
        .features
        .iter()
        .map(|feature| feature.name.clone())
        .collect();
    let inputs = recipe.inputs(loaded.schema(), &features);
    let mut schema = loaded.schema().clone();
    schema
        .columns
        .retain(|column| inputs.contains(&column.name));
    // Steps that only other columns needed (or the target) must not ask for those columns when scoring.
    Ok(Pipeline {
        schema,
        recipe: recipe.pruned(&features),
        model: Arc::clone(model),
    })
}

fn search_record(kept: &Kept, tuned: Option<Tuned>) -> Result<SearchRecord, Failure> {
    let trial = &kept.trial;
    let resolved = params::resolve(trial.algorithm, &trial.params)?;
    // Defaults may change; the record keeps what was really used.
    let written_out = |record: TrialRecord| {
        Ok(TrialRecord {
            params: params::resolve(trial.algorithm, &record.params)?,
            ..record
        })
    };
    let (tuning, fixed, trials, nested) = if let Some(tuned) = tuned {
        (Some(tuned.tuning), tuned.fixed, tuned.trials, tuned.nested)
    } else {
        let folds = kept.trained.evaluation.folds.clone();
        let only = TrialRecord::new(resolved.clone(), folds);
        (None, Params::new(), vec![only], None)
    };
    Ok(SearchRecord {
        algorithm: trial.algorithm.name().to_owned(),
        recipe: trial.recipe.clone(),
        validation: trial.validation.clone(),
        seed: trial.seed,
        trials: trials
            .into_iter()
            .map(written_out)
            .collect::<Result<_, Failure>>()?,
        params: resolved,
        tuning,
        fixed,
        nested,
    })
}

/// Reference counts: inputs over all rows, the score over held-out rows (training rows would look too good).
fn reference(loaded: &Loaded, kept: &Kept, pipeline: &Pipeline) -> Reference {
    let (_, margins) = &kept.trained.held_out;
    let score = (!margins.is_empty())
        .then(|| score_column(&pipeline.model, &pipeline.model.finish(margins.clone())));
    Reference::of(&loaded.table, &pipeline.schema, score.as_ref())
}

fn fingerprint(loaded: &Loaded, job: &Job) -> Result<DataFingerprint, Failure> {
    Ok(DataFingerprint {
        file: loaded.info.file.clone(),
        rows: loaded.table.n_rows(),
        columns: loaded.table.columns().len(),
        sha256: sha256(loaded, job)?,
    })
}

/// The checksum of the table's file, hexadecimal.
pub(crate) fn sha256(loaded: &Loaded, job: &Job) -> Result<String, Failure> {
    let mut hash = Sha256::new();
    slices(
        loaded.source.as_ref(),
        job,
        "Fingerprint of the training file",
        |slice| {
            hash.update(slice);
            Ok(())
        },
    )?;
    Ok(HEXLOWER.encode(&hash.finalize()))
}

/// The first rows with their score in front.
fn head(table: &Table, score: Column) -> Result<crate::RowWindow, Failure> {
    let name = std::iter::successors(Some(score.name.clone()), |name| Some(format!("{name}_")))
        .find(|name| table.column(name).is_none())
        .unwrap_or_default();
    let scored = std::iter::once(Arc::new(Column { name, ..score }));
    let columns = scored.chain(table.columns().iter().cloned()).collect();
    let ids = (0..HEAD_ROWS.min(table.n_rows() as u32)).collect();
    Ok(window_of(&Table::new(columns, table.n_rows())?, ids))
}

fn notes(report: &ReadReport) -> Vec<String> {
    let mut notes = report.notes.clone();
    if report.n_bad_rows > 0 {
        notes.push(format!(
            "{} rows with another number of cells than the header were kept aside and not scored.",
            report.n_bad_rows
        ));
    }
    let misfits = report.columns.iter().filter(|column| column.n_misfits > 0);
    notes.extend(misfits.map(|column| {
        format!(
            "{}: {} cells are no {}; they count as missing.",
            column.name,
            column.n_misfits,
            column.kind.value.name()
        )
    }));
    notes
}

/// A project name as part of a file name.
fn file_stem(name: &str) -> String {
    let stem: String = name
        .chars()
        .map(|c| {
            if c.is_alphanumeric() || matches!(c, '-' | '_' | '.') {
                c
            } else {
                '-'
            }
        })
        .collect();
    if stem.is_empty() {
        "model".to_owned()
    } else {
        stem
    }
}

#[cfg(test)]
mod tests {
    use super::file_stem;

    #[test]
    fn a_project_name_becomes_a_safe_file_name() {
        assert_eq!(file_stem("a/b: c"), "a-b--c");
        assert_eq!(file_stem(""), "model");
    }
}

//! Rows that a model must score to the bit: written, scored and replayed. [`rows`] says which they are.

mod rows;

use tabwright_table::{Column, ColumnSchema, Encoding, Reader, Table, Values};

use super::{
    Proof, ProofReport,
    check::bad,
    entries::{PROOF, PROOF_ROWS},
};
use crate::{ModelError, Pipeline, text::write_record};

/// Proof rows and their margins, by the way that every row takes: CSV, reader, recipe, model.
///
/// A row whose margin is no finite number (a linear model may leave the numbers at extreme values) is left out: what is not a number
/// has other bits on other processors.
pub(super) fn make(pipeline: &Pipeline) -> Result<Proof, ModelError> {
    let columns = &pipeline.schema.columns;
    if columns.is_empty() {
        return Ok(Proof {
            rows: Vec::new(),
            margins: Vec::new(),
        });
    }
    let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    let all = rows::of(pipeline)?;
    let margins = score(pipeline, &written(&names, all.iter()))?;
    let n_outputs = pipeline.model.task.n_outputs().max(1);
    let is_finite = |margins: &&[f64]| margins.iter().all(|margin| margin.is_finite());
    let scored = || margins.chunks(n_outputs);
    let kept = all.iter().zip(scored()).filter(|(_, it)| is_finite(it));
    Ok(Proof {
        rows: written(&names, kept.map(|(row, _)| row)),
        margins: scored().filter(is_finite).map(bits).collect(),
    })
}

fn written<'a>(names: &[&str], rows: impl Iterator<Item = &'a rows::Row>) -> Vec<u8> {
    let mut csv = Vec::new();
    write_record(&mut csv, names.iter().copied());
    for row in rows {
        write_record(&mut csv, row.iter().map(String::as_str));
    }
    csv
}

/// Bits as 16 hex digits each.
fn bits(margins: &[f64]) -> Vec<String> {
    let digits = |margin: &f64| format!("{:016x}", margin.to_bits());
    margins.iter().map(digits).collect()
}

/// Refuses rows that are not of the schema's columns, or that have no margin each.
pub(super) fn check(pipeline: &Pipeline, proof: &Proof) -> Result<(), ModelError> {
    if std::str::from_utf8(&proof.rows).is_err() {
        return Err(bad(PROOF_ROWS, "it is not UTF-8"));
    }
    let n_rows = if proof.rows.is_empty() {
        0
    } else {
        let table =
            read(pipeline, &proof.rows).map_err(|error| bad(PROOF_ROWS, &error.to_string()))?;
        let columns = &pipeline.schema.columns;
        let found = table.columns().iter().map(|column| &column.name);
        if !found.eq(columns.iter().map(|column| &column.name)) {
            return Err(bad(PROOF_ROWS, "its columns are not those of schema.json"));
        }
        table.n_rows()
    };
    if n_rows == proof.margins.len() {
        Ok(())
    } else {
        Err(uneven(proof, n_rows))
    }
}

fn uneven(proof: &Proof, n_rows: usize) -> ModelError {
    let n_margins = proof.margins.len();
    let message = format!("it has margins for {n_margins} rows, {PROOF_ROWS} has {n_rows} rows");
    bad(PROOF, &message)
}

/// Scores the rows again and compares bits.
pub(super) fn replay(pipeline: &Pipeline, proof: &Proof) -> Result<ProofReport, ModelError> {
    let margins = if proof.rows.is_empty() {
        Vec::new()
    } else {
        score(pipeline, &proof.rows)?
    };
    let n_outputs = pipeline.model.task.n_outputs().max(1);
    let found: Vec<Vec<String>> = margins.chunks(n_outputs).map(bits).collect();
    if found.len() != proof.margins.len() {
        return Err(uneven(proof, found.len()));
    }
    let pairs = || found.iter().flatten().zip(proof.margins.iter().flatten());
    Ok(ProofReport {
        n_rows: found.len(),
        n_margins: pairs().count(),
        n_differing: pairs()
            .filter(|(found, expected)| found != expected)
            .count(),
    })
}

/// Margins, row-major.
fn score(pipeline: &Pipeline, csv: &[u8]) -> Result<Vec<f64>, ModelError> {
    Ok(pipeline.score(&read(pipeline, csv)?)?.margins)
}

fn read(pipeline: &Pipeline, csv: &[u8]) -> Result<Table, ModelError> {
    let mut options = pipeline.read_options();
    options.delimiter = Some(',');
    options.encoding = Some(Encoding::Utf8);
    // Every row is one to be scored, also one whose first level starts with #.
    options.comment = Some(' ');
    // Proof rows are written the plain way, whatever the way of the file that the model was trained on.
    let plain = |column: &ColumnSchema| (column.name.clone(), column.kind.plain_format());
    options.formats = (pipeline.schema.columns.iter())
        .filter(|column| column.kind.is_number())
        .map(plain)
        .collect();
    let mut reader = Reader::new(options);
    reader.push(csv)?;
    Ok(reader.finish()?.0)
}

/// A column without rows.
pub(super) fn empty(column: &ColumnSchema) -> Column {
    let values = if column.kind.is_number() {
        Values::Numbers(Vec::new())
    } else {
        Values::Codes {
            codes: Vec::new(),
            levels: column.levels.clone().into(),
        }
    };
    Column {
        name: column.name.clone(),
        kind: column.kind,
        values,
    }
}

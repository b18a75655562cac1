//! `GET /v1/models`: what is served, and what its rows look like.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value};
use tabwright_table::read::Cell;
use tabwright_table::{Column, ColumnSchema, Kind, Values, format_value};

use crate::served::Served;
use crate::snapshot::Snapshot;

/// All that is served.
#[derive(Debug, Serialize)]
pub struct All {
    models: Vec<Described>,
    groups: Vec<GroupDescribed>,
    /// Files that are refused as they are now, by name, and why.
    refused: BTreeMap<String, String>,
}

/// A model.
#[derive(Debug, Serialize)]
pub struct Described {
    /// What requests call it.
    pub name: String,
    /// Of the bundle's file.
    pub sha256: String,
    /// `binary`, `multiclass` or `regression`.
    pub task: String,
    /// The column that is predicted.
    pub target: String,
    /// The classes; none of regression.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<String>,
    /// `baseline`, `linear`, `tree`, `forest` or `gbt`.
    pub algorithm: String,
    /// Version of the engine that trained it.
    pub engine: String,
    /// Proof rows that gave the same bits here before it was served.
    pub proof_rows: usize,
    /// What a row has.
    pub columns: Vec<ColumnDescribed>,
    /// A row that can be sent.
    pub example: Map<String, Value>,
}

/// A column of a model's rows.
#[derive(Debug, Serialize)]
pub struct ColumnDescribed {
    /// Its name.
    pub name: String,
    /// `integer`, `decimal`, `boolean`, `category`, `text`, `date`, `datetime` or `identifier`.
    pub kind: Kind,
    /// The levels that training saw.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub levels: Vec<String>,
    /// The smallest and the largest number that training saw.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub range: Option<(f64, f64)>,
}

/// A group.
#[derive(Debug, Serialize)]
struct GroupDescribed {
    name: String,
    champion: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    challenger: Option<String>,
    challenger_share: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    shadow: Option<String>,
}

/// Describes all that is served.
pub fn all(snapshot: &Snapshot) -> All {
    let name = |served: &std::sync::Arc<Served>| served.name.clone();
    let groups = snapshot
        .groups
        .iter()
        .map(|(group_name, group)| GroupDescribed {
            name: group_name.clone(),
            champion: name(&group.champion),
            challenger: group.challenger.as_ref().map(name),
            challenger_share: group.share,
            shadow: group.shadow.as_ref().map(name),
        });
    // Where the file is on the machine is nobody's business.
    let refused = snapshot.faults.iter().map(|(path, why)| {
        let file = path.file_name().unwrap_or_default();
        (file.to_string_lossy().into_owned(), why.clone())
    });
    All {
        models: snapshot
            .models
            .values()
            .map(|served| model(served))
            .collect(),
        groups: groups.collect(),
        refused: refused.collect(),
    }
}

/// Describes a model.
pub fn model(served: &Served) -> Described {
    let model = &served.scorer.pipeline().model;
    let columns = served.shape.schema().columns.iter();
    Described {
        name: served.name.clone(),
        sha256: served.sha256.clone(),
        task: model.task.name().into(),
        target: model.target.clone(),
        classes: model.task.classes().to_vec(),
        algorithm: served.manifest.algorithm.clone(),
        engine: served.manifest.engine.clone(),
        proof_rows: served.n_proof_rows,
        columns: columns
            .map(|column| ColumnDescribed {
                name: column.name.clone(),
                kind: column.kind,
                levels: column.levels.clone(),
                range: column.range,
            })
            .collect(),
        example: example(served),
    }
}

/// A row that can be sent: the first level, the middle of a range; null where no value would do.
fn example(served: &Served) -> Map<String, Value> {
    let mut cells = served.shape.cells();
    let columns = served.shape.schema().columns.iter().zip(&mut cells);
    columns
        .map(|(column, cells)| {
            let value = value(column);
            let fits = match &value {
                Value::Number(number) => cells.push(Cell::Number(number.as_f64().unwrap_or(0.0))),
                Value::String(text) => cells.push(Cell::Text(text)),
                _ => cells.push(Cell::Missing),
            };
            (
                column.name.clone(),
                if fits.is_ok() { value } else { Value::Null },
            )
        })
        .collect()
}

fn value(column: &ColumnSchema) -> Value {
    let middle = column.range.map(|(low, high)| low + (high - low) / 2.0);
    match (column.kind, middle) {
        (Kind::Integer, Some(x)) => x.round().into(),
        (Kind::Decimal, Some(x)) => ((x * 1000.0).round() / 1000.0).into(),
        (kind @ (Kind::Date | Kind::Datetime), Some(x)) => {
            let day = (x / 86_400.0).floor() * 86_400.0;
            let column = Column {
                name: column.name.clone(),
                kind,
                values: Values::Numbers(vec![day]),
            };
            format_value(&column, 0).into()
        }
        (Kind::Boolean | Kind::Category, _) => column
            .levels
            .first()
            .map_or(Value::Null, |level| level.as_str().into()),
        _ => Value::Null,
    }
}

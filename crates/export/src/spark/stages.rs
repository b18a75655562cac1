//! Stages as Spark writes them: a line of JSON each, and data.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// The version that is said to have written them: what later ones read too.
const VERSION: &str = "4.0.0";
/// A fixed one, so that equal models are equal bytes: 1980-01-01, in milliseconds.
const TIMESTAMP: i64 = 315_532_800_000;

/// A stage of a pipeline.
pub(super) struct Stage {
    uid: String,
    metadata: Value,
    /// Data by path.
    files: BTreeMap<String, Vec<u8>>,
}

impl Stage {
    /// A stage of a class in `org.apache.spark.ml`. Spark takes defaults from the file too.
    pub fn new(class: &str, uid: &str, params: &Value, defaults: &Value) -> Self {
        Self {
            uid: uid.into(),
            metadata: metadata(class, uid, params, defaults),
            files: BTreeMap::new(),
        }
    }

    /// A query over the table.
    pub fn query(uid: &str, statement: &str) -> Self {
        Self::new(
            "feature.SQLTransformer",
            uid,
            &json!({"statement": statement}),
            &json!({}),
        )
    }

    /// The same with more in its metadata, and with data.
    pub fn with(mut self, extra: &[(&str, Value)], files: BTreeMap<String, Vec<u8>>) -> Self {
        for (key, value) in extra {
            self.metadata[*key] = value.clone();
        }
        self.files = files;
        self
    }
}

/// The line of JSON that every stage has.
pub(super) fn metadata(class: &str, uid: &str, params: &Value, defaults: &Value) -> Value {
    json!({
        "class": format!("org.apache.spark.ml.{class}"),
        "timestamp": TIMESTAMP,
        "sparkVersion": VERSION,
        "uid": uid,
        "paramMap": params,
        "defaultParamMap": defaults,
    })
}

/// The folder of a pipeline.
pub(super) fn folder(stages: &[Stage]) -> BTreeMap<String, Vec<u8>> {
    let uids: Vec<&str> = stages.iter().map(|stage| stage.uid.as_str()).collect();
    let whole = metadata(
        "PipelineModel",
        "tabwright_pipeline",
        &json!({"stageUids": uids}),
        &json!({}),
    );
    let mut files = BTreeMap::from([line("metadata", &whole)]);
    let digits = stages.len().to_string().len();
    for (at, stage) in stages.iter().enumerate() {
        let folder = format!("stages/{at:0digits$}_{}", stage.uid);
        files.extend([line(&format!("{folder}/metadata"), &stage.metadata)]);
        let inside = stage.files.iter();
        files.extend(inside.map(|(path, bytes)| (format!("{folder}/{path}"), bytes.clone())));
    }
    files
}

/// A file of one line of text, as Spark's `textFile` reads it.
fn line(folder: &str, value: &Value) -> (String, Vec<u8>) {
    (
        format!("{folder}/part-00000"),
        format!("{value}\n").into_bytes(),
    )
}

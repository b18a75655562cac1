//! Project files with results: megabytes, which the page neither writes nor reads itself.
//!
//! The document is handled as plain JSON. What a project is, and which formats of it are read, stays with
//! [`Project::from_json`](crate::Project::from_json), and neither side needs code for it twice.

use data_encoding::BASE64;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::error::Area;
use crate::{Failure, Source};

/// A project out of its file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Unpacked {
    /// The project as JSON, for [`Project::from_json`](crate::Project::from_json); its results without their parts.
    pub project: String,
    /// Bytes of each part of each result; `None` for a result whose parts are damaged.
    pub lengths: Vec<Option<Vec<usize>>>,
}

/// A project, as JSON, as a file. Its results get their parts from these, so many each, in their order; all were made on the file of
/// that checksum.
pub(crate) fn pack(
    project: &str,
    n_parts: &[usize],
    parts: &[Vec<u8>],
    sha256: Option<String>,
) -> Result<Vec<u8>, Failure> {
    let failed =
        |why: &str| Failure::new(Area::Engine, format!("the project cannot be saved: {why}"));
    let mut project: Value =
        serde_json::from_str(project).map_err(|error| failed(&error.to_string()))?;
    // Not by index, which would put in what is not there.
    let results = project.get_mut("results").and_then(Value::as_array_mut);
    let results: Vec<&mut Value> = results.into_iter().flatten().collect();
    if n_parts.len() != results.len() || n_parts.iter().sum::<usize>() != parts.len() {
        return Err(failed("its results and their parts are not as many"));
    }
    let mut left = parts;
    for (result, &n) in results.into_iter().zip(n_parts) {
        let (own, others) = left.split_at(n);
        result["parts"] = own.iter().map(|part| BASE64.encode(part)).collect();
        left = others;
    }
    let source = project.get_mut("source").and_then(Value::as_object_mut);
    if let (Some(source), Some(sha256)) = (source, sha256) {
        source.insert("sha256".to_owned(), json!(sha256));
    }
    serde_json::to_vec_pretty(&project).map_err(|error| failed(&error.to_string()))
}

/// A project out of its file, and the bytes of all parts of its results, one behind the other.
pub(crate) fn unpack(file: &dyn Source) -> Result<(Unpacked, Vec<u8>), Failure> {
    let failed = |why: String| Failure::new(Area::Data, why);
    let text = file.read(0, file.len()).map_err(failed)?;
    let text = String::from_utf8(text)
        .map_err(|_| failed("this is not a Tabwright project: it is not text".to_owned()))?;
    let mut project: Value = serde_json::from_str(&text)
        .map_err(|error| failed(format!("this is not a Tabwright project: {error}")))?;
    let results = project.get_mut("results").and_then(Value::as_array_mut);
    let mut bytes = Vec::new();
    let mut lengths = Vec::new();
    for result in results.into_iter().flatten() {
        let parts = result.get_mut("parts").map_or(Value::Null, Value::take);
        lengths.push(decoded(&parts).map(|parts| {
            bytes.extend(parts.iter().flatten());
            parts.iter().map(Vec::len).collect()
        }));
        if let Some(result) = result.as_object_mut() {
            result.insert("parts".to_owned(), json!([]));
        }
    }
    // Without results as it is, so that an error names a line of the file.
    let project = if lengths.is_empty() {
        text
    } else {
        project.to_string()
    };
    Ok((Unpacked { project, lengths }, bytes))
}

/// The bytes of each part; `None` if one is damaged.
fn decoded(parts: &Value) -> Option<Vec<Vec<u8>>> {
    let parts = parts.as_array()?.iter();
    parts
        .map(|part| BASE64.decode(part.as_str()?.as_bytes()).ok())
        .collect()
}

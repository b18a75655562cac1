//! What makes the unpacked bundle a folder that `mlflow.pyfunc.load_model` loads.
//!
//! MLflow's own wrapper of ONNX takes no missing texts and no probabilities of several classes, so a small module goes along
//! (`tabwright_mlflow.py`) that turns a data frame into the inputs of `model.onnx` and replays the bundle's proof as it loads.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tabwright_table::{ColumnSchema, Kind};

use crate::{ExportError, Plan, onnx};

/// The entry that says what the folder is: MLflow looks for this name.
pub const MLFLOW: &str = "MLmodel";
const LOADER: &str = include_str!("tabwright_mlflow.py");
const PYTHON: &str = "3.11";
/// Opset 5 of `ai.onnx.ml` came with ONNX Runtime 1.19; columns of any type, with MLflow 2.19.
const REQUIREMENTS: [&str; 4] = ["mlflow>=2.19", "numpy", "onnxruntime>=1.19", "pandas"];

/// Entries to go beside those of the bundle, by name: `model.onnx`, `MLmodel`, and what they name. `producer` is the engine's version.
///
/// # Errors
/// As [`onnx`].
pub fn mlflow(plan: &Plan, producer: &str) -> Result<BTreeMap<String, Vec<u8>>, ExportError> {
    let entries = [
        ("model.onnx", onnx(plan, producer)?),
        (MLFLOW, description(plan).into_bytes()),
        ("code/tabwright_mlflow.py", LOADER.into()),
        ("input_example.json", example(plan).into_bytes()),
        ("requirements.txt", format!("{}\n", REQUIREMENTS.join("\n")).into_bytes()),
        ("python_env.yaml", format!("python: \"{PYTHON}\"\nbuild_dependencies: [pip]\ndependencies: [-r requirements.txt]\n").into_bytes()),
        (
            "conda.yaml",
            format!("name: tabwright\nchannels: [conda-forge]\ndependencies:\n- python={PYTHON}\n- pip\n- pip: [-r requirements.txt]\n").into_bytes(),
        ),
    ];
    Ok(entries
        .into_iter()
        .map(|(name, bytes)| (name.to_owned(), bytes))
        .collect())
}

/// `MLmodel`: YAML, whose values are written as JSON.
fn description(plan: &Plan) -> String {
    // A column of whole numbers is one of decimals as soon as a value is missing: the loader takes either.
    let inputs = plan
        .schema
        .columns
        .iter()
        .map(|column| json!({"name": column.name, "type": "any", "required": true}));
    let inputs: Vec<Value> = inputs.collect();
    let classes = plan.model.task.classes();
    let prediction = if classes.is_empty() {
        "double"
    } else {
        "string"
    };
    let mut outputs = vec![
        json!({"name": "prediction", "type": prediction, "required": true}),
        json!({"name": "score", "type": "double", "required": true}),
    ];
    outputs.extend(
        classes
            .iter()
            .map(|class| json!({"name": format!("p_{class}"), "type": "double", "required": true})),
    );
    // The signature's parts are JSON as texts.
    let text = |values: Vec<Value>| json!(json!(values).to_string()).to_string();
    format!(
        "flavors:\n  onnx:\n    data: model.onnx\n    onnx_version: 1.16.0\n    providers: [CPUExecutionProvider]\n  \
         python_function:\n    code: code\n    env: {{conda: conda.yaml, virtualenv: python_env.yaml}}\n    \
         loader_module: tabwright_mlflow\n    python_version: {PYTHON}.0\n\
         mlflow_version: 3.0.0\nsaved_input_example_info:\n  artifact_path: input_example.json\n  pandas_orient: split\n  \
         type: dataframe\nsignature:\n  inputs: {}\n  outputs: {}\n  params: null\n",
        text(inputs),
        text(outputs)
    )
}

/// One row that could be.
fn example(plan: &Plan) -> String {
    let columns = &plan.schema.columns;
    let names: Vec<&String> = columns.iter().map(|column| &column.name).collect();
    let row: Vec<Value> = columns.iter().map(example_of).collect();
    json!({"columns": names, "data": [row]}).to_string()
}

fn example_of(column: &ColumnSchema) -> Value {
    let middle = column.range.map(|(low, high)| low / 2.0 + high / 2.0);
    match (column.kind, middle) {
        (Kind::Integer, Some(middle)) => json!(middle.round()),
        (Kind::Decimal, Some(middle)) => json!(middle),
        (Kind::Date | Kind::Datetime, Some(middle)) => json!(middle.floor()),
        _ => column
            .levels
            .first()
            .map_or(Value::Null, |level| json!(level)),
    }
}

//! A pipeline for ONNX Runtime: raw columns in, `label`, `probabilities` and `score` out.
//!
//! Each raw column is an input of its own, `N × 1`: doubles for numbers (NaN is missing), texts for all else (the empty text is
//! missing), seconds since 1970-01-01T00:00 for days and times. The operators are those of ONNX 1.16: opset 21, and 5 of
//! `ai.onnx.ml`, whose `TreeEnsemble` has double thresholds, sets of levels and learnt directions of missing values.

mod calendar;
mod exponential;
mod functions;
mod graph;
mod logarithm;
mod operations;
mod outputs;
mod predictor;
mod proto;

use prost::Message;
use tabwright_model::Task;
use tabwright_recipe::program::{Input, Operand, Type};
use tabwright_table::Kind;

use self::graph::{Graph, ML, Value};
use self::operations::Values;
use self::outputs::Outputs;
use self::proto::{Tensor, ValueInfo, data};
use crate::{ExportError, Plan};

/// Names of the results, in their order. One that a raw column has gets an underscore.
const RESULTS: [&str; 3] = ["label", "probabilities", "score"];

/// The file's bytes; `producer` is the engine's version. The same plan gives the same bytes.
///
/// # Errors
/// If the recipe does what ONNX has no words for, or the pipeline reads no column.
pub fn onnx(plan: &Plan, producer: &str) -> Result<Vec<u8>, ExportError> {
    let inputs = &plan.program.inputs;
    let Some(first) = inputs.first() else {
        return Err(ExportError::Unsupported {
            target: "ONNX",
            what: "score rows of no column".into(),
            remedy: "score with tabwright score",
        });
    };
    let mut graph = Graph::new(inputs);
    let mut values = Values::new(plan);
    for op in &plan.program.ops {
        values.push(&mut graph, op)?;
    }
    let rows = rows(&mut graph, first);
    let features = features(&mut graph, &mut values, plan, &rows);
    let margins = predictor::margins(&mut graph, plan, &features, &rows);
    let outputs = Outputs::of(&mut graph, plan.model, &margins);
    let results = name_results(&mut graph, plan, &outputs);
    let model = proto::Model {
        ir_version: proto::IR_VERSION,
        producer_name: "tabwright".into(),
        producer_version: producer.into(),
        doc_string: format!("{}: predicts {}", plan.name, plan.model.target),
        graph: Some(proto::Graph {
            node: graph.nodes,
            name: "pipeline".into(),
            initializer: graph.constants,
            input: inputs.iter().map(described).collect(),
            output: results,
        }),
        opset_import: vec![opset("", 21), opset(ML, 5)],
        metadata_props: vec![
            entry("target", &plan.model.target),
            entry("task", plan.model.task.name()),
            entry(
                "missing_tokens",
                &serde_json::json!(plan.schema.missing_tokens).to_string(),
            ),
        ],
    };
    Ok(model.encode_to_vec())
}

fn opset(domain: &str, version: i64) -> proto::OperatorSet {
    proto::OperatorSet {
        domain: domain.into(),
        version,
    }
}

fn entry(key: &str, value: &str) -> proto::Entry {
    proto::Entry {
        key: key.into(),
        value: value.into(),
    }
}

fn described(input: &Input) -> ValueInfo {
    let (elem_type, doc) = match input.kind {
        Kind::Date | Kind::Datetime => (
            data::DOUBLE,
            "seconds since 1970-01-01T00:00; NaN is missing",
        ),
        Kind::Integer | Kind::Decimal => (data::DOUBLE, "NaN is missing"),
        _ => (data::STRING, "the empty text is missing"),
    };
    ValueInfo::rows(&input.name, elem_type, Some(1), doc)
}

/// A column of zeros, as long as the inputs.
fn rows(graph: &mut Graph, first: &Input) -> Value {
    let first = Value {
        name: first.name.clone(),
        is_column: true,
    };
    let shape = graph.node("Shape", &[&first]);
    let zero = graph.number(0.0);
    graph.node("Expand", &[&zero, &shape])
}

/// Each feature as a column.
fn features(graph: &mut Graph, values: &mut Values, plan: &Plan, rows: &Value) -> Vec<Value> {
    // Trees take what is not finite from all features at once.
    let is_plain = plan.n_splits() > 0 && plan.missing_numbers().is_empty();
    let mut columns = Vec::new();
    for feature in &plan.program.features {
        let value = match feature {
            Operand::Input(at) if is_plain => values.raw(*at),
            _ => values.read(graph, feature, Type::Number),
        };
        columns.push(if value.is_column {
            value
        } else {
            graph.node("Add", &[rows, &value])
        });
    }
    columns
}

/// Names the results and describes them. Labels are a list, as other tools' classifiers have them.
fn name_results(graph: &mut Graph, plan: &Plan, outputs: &Outputs) -> Vec<ValueInfo> {
    let free = |name: &str| {
        let mut name = name.to_owned();
        while plan.program.inputs.iter().any(|input| input.name == name) {
            name.push('_');
        }
        name
    };
    let [label, probabilities, score] = RESULTS.map(free);
    let mut results = Vec::new();
    let is_number = plan.model.task == Task::Regression;
    if is_number {
        graph.name(&outputs.label, &label);
        results.push(ValueInfo::rows(
            &label,
            data::DOUBLE,
            Some(1),
            "the predicted number",
        ));
    } else {
        let shape = graph.constant(Tensor::integers(&[1], &[-1]));
        let list = graph.node("Reshape", &[&outputs.label, &shape]);
        graph.name(&list, &label);
        results.push(ValueInfo::rows(
            &label,
            data::STRING,
            None,
            "the called class",
        ));
    }
    if let Some(shares) = &outputs.probabilities {
        graph.name(shares, &probabilities);
        let classes = plan.model.task.classes();
        let doc = format!("of the classes {}", classes.join(", "));
        results.push(ValueInfo::rows(
            &probabilities,
            data::DOUBLE,
            Some(classes.len()),
            &doc,
        ));
    }
    graph.name(&outputs.score, &score);
    results.push(ValueInfo::rows(&score, data::DOUBLE, Some(1), "the margin"));
    results
}

//! A model as one file of Python that needs nothing but Python 3.9.
//!
//! The file has the model in front (columns, recipe, predictor) and, behind it, what is the same for every model (`runtime.py`).

mod operations;
mod predictor;

use operations::operation;
use tabwright_model::Link;
use tabwright_recipe::program::Operand;
use tabwright_table::{ColumnSchema, Kind};

use crate::{ExportError, Plan};

const RUNTIME: &str = include_str!("runtime.py");
/// Splits that a file has at most: Python reads all of them before it starts.
const MAX_SPLITS: usize = 200_000;

/// The file's text: `score(row)` and `margins(row)` of a dict of raw values, and a command that scores a CSV.
///
/// # Errors
/// If the model has too many splits for a file.
pub fn python(plan: &Plan) -> Result<String, ExportError> {
    if plan.n_splits() > MAX_SPLITS {
        return Err(ExportError::TooLarge {
            target: "Python",
            limit: MAX_SPLITS,
            found: plan.n_splits(),
            remedy: "train fewer or smaller trees, or score with tabwright score",
        });
    }
    Ok([
        header(plan),
        constants(plan),
        inputs(plan),
        features(plan),
        predictor::function(plan),
        RUNTIME.to_owned(),
    ]
    .join("\n\n"))
}

fn header(plan: &Plan) -> String {
    let about = format!(
        "{}: predicts {}.\n\nscore(row) takes a dict of raw values by column (None where there is none) and gives prediction, score (the \
         margin) and p_<class>. As a command, it scores the rows of a CSV. Days and times are dates, datetimes or ISO 8601 texts.",
        plan.name, plan.model.target
    );
    format!("{}\n", text(&about))
}

fn constants(plan: &Plan) -> String {
    let columns: Vec<String> = plan
        .schema
        .columns
        .iter()
        .map(|column| text(&column.name))
        .collect();
    let missing = plan.schema.missing_tokens.iter();
    let missing: Vec<String> = std::iter::once(String::new())
        .chain(missing.cloned())
        .map(|token| text(&token))
        .collect();
    let numbers: Vec<String> = plan.missing_numbers().into_iter().map(number).collect();
    let classes: Vec<String> = plan
        .model
        .task
        .classes()
        .iter()
        .map(|class| text(class))
        .collect();
    let link = match plan.model.predictor.link() {
        Link::Identity => "identity",
        Link::Log => "log",
        Link::Sigmoid => "sigmoid",
        Link::Softmax => "softmax",
        Link::Share => "share",
    };
    format!(
        "COLUMNS = [{}]\nMISSING = {{{}}}\nMISSING_NUMBERS = [{}]\nCLASSES = [{}]\nTHRESHOLD = {}\nLINK = \"{link}\"\n",
        columns.join(", "),
        missing.join(", "),
        numbers.join(", "),
        classes.join(", "),
        number(plan.model.threshold),
    )
}

fn inputs(plan: &Plan) -> String {
    let lines = plan.schema.columns.iter().map(|column| {
        let name = text(&column.name);
        let raw = match column.kind {
            Kind::Date | Kind::Datetime => format!("_raw_time(row[{name}])"),
            kind if kind.is_number() => format!("_raw_number(row[{name}])"),
            _ => format!("_raw_text(row[{name}], {})", truths(column)),
        };
        format!("        {raw},\n")
    });
    format!(
        "def _inputs(row):\n    return [\n{}    ]\n",
        lines.collect::<String>()
    )
}

/// How a yes/no column says no and yes.
fn truths(column: &ColumnSchema) -> String {
    match &column.levels[..] {
        [no, yes] if column.kind == Kind::Boolean => format!("({}, {})", text(no), text(yes)),
        _ => "None".into(),
    }
}

fn features(plan: &Plan) -> String {
    let program = &plan.program;
    let mut lines = String::new();
    for (at, op) in program.ops.iter().enumerate() {
        lines += &format!("    v{at} = {}\n", operation(op));
    }
    let cells: Vec<String> = program.features.iter().map(operand).collect();
    format!(
        "def _features(x):\n{lines}    return [{}]\n",
        cells.join(", ")
    )
}

fn operand(operand: &Operand) -> String {
    match operand {
        Operand::Input(at) => format!("x[{at}]"),
        Operand::Op(at) => format!("v{at}"),
        Operand::Number(x) => number(*x),
        Operand::Text(words) => text(words),
        Operand::Truth(true) => "True".into(),
        Operand::Truth(false) => "False".into(),
        Operand::Missing => "None".into(),
    }
}

/// A number as Python writes it, to the bit; NaN as `None`.
fn number(x: f64) -> String {
    if x.is_nan() {
        "None".into()
    } else {
        format!("{x:?}")
    }
}

/// A text in quotes. JSON's escapes are among Python's.
fn text(words: &str) -> String {
    serde_json::Value::from(words).to_string()
}

//! Functions of numbers and times.

use tabwright_recipe::program::Function;

use super::calendar::{DAY, date_part, rest, whole_parts};
use super::exponential::exponential;
use super::graph::{Graph, Value};
use super::logarithm::logarithm;
use super::operations::unsupported;
use crate::ExportError;

/// What a function makes of its values; not yet missing where it is not finite.
///
/// # Errors
/// If it is one of texts.
pub(super) fn call(
    graph: &mut Graph,
    function: Function,
    values: &[Value],
) -> Result<Value, ExportError> {
    let x = &values[0];
    let folded = |graph: &mut Graph, op: &str| {
        // NaN of any one is NaN of all: `Min` and `Max` say so in the standard, and not in every engine.
        let mut all = x.clone();
        let mut sum = x.clone();
        for value in &values[1..] {
            all = graph.node(op, &[&all, value]);
            sum = graph.node("Add", &[&sum, value]);
        }
        let is_nan = graph.node("IsNaN", &[&sum]);
        let missing = graph.missing();
        graph.choose(&is_nan, &missing, &all)
    };
    Ok(match function {
        Function::Abs => graph.node("Abs", &[x]),
        Function::Sqrt => graph.node("Sqrt", &[x]),
        Function::Log => logarithm(graph, x),
        Function::Exp => exponential(graph, x),
        Function::Round => round(graph, x),
        Function::Floor => graph.node("Floor", &[x]),
        Function::Ceil => graph.node("Ceil", &[x]),
        Function::Min => folded(graph, "Min"),
        Function::Max => folded(graph, "Max"),
        Function::Year => date_part(graph, x, |date| date.year),
        Function::Month => date_part(graph, x, |date| date.month),
        Function::Day => date_part(graph, x, |date| date.day),
        Function::Weekday => {
            let days = whole_parts(graph, x, DAY);
            let shifted = graph.with("Add", &days, 3.0);
            let since_monday = rest(graph, &shifted, 7.0);
            let weekday = graph.with("Add", &since_monday, 1.0);
            date_part(graph, x, |_| weekday)
        }
        Function::Hour => {
            let seconds = graph.node("Floor", &[x]);
            let of_day = rest(graph, &seconds, DAY);
            let hour = whole_parts(graph, &of_day, 3600.0);
            date_part(graph, x, |_| hour)
        }
        Function::Length => return Err(unsupported("count a text's letters")),
        Function::Lower | Function::Upper => {
            return Err(unsupported("change the case of a text"));
        }
        Function::If | Function::Contains => {
            return Err(unsupported("call an operation as a function"));
        }
    })
}

/// Halves go away from zero.
fn round(graph: &mut Graph, x: &Value) -> Value {
    let size = graph.node("Abs", &[x]);
    let floor = graph.node("Floor", &[&size]);
    let rest = graph.node("Sub", &[&size, &floor]);
    let is_up = graph.with("GreaterOrEqual", &rest, 0.5);
    let up = graph.zero_one(&is_up);
    let rounded = graph.node("Add", &[&floor, &up]);
    let sign = graph.node("Sign", &[x]);
    graph.node("Mul", &[&sign, &rounded])
}

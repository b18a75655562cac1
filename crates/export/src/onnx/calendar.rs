//! Parts of days and times.

use super::graph::{Graph, Value};

/// Seconds of a day.
pub(super) const DAY: f64 = 86_400.0;
/// Seconds beyond which there is no calendar.
const MAX_SECONDS: f64 = 1e12;

/// How often `n` goes into a number, rounded down.
pub(super) fn whole_parts(graph: &mut Graph, x: &Value, n: f64) -> Value {
    let parts = graph.with("Div", x, n);
    graph.node("Floor", &[&parts])
}

/// What is left of a whole number then.
pub(super) fn rest(graph: &mut Graph, x: &Value, n: f64) -> Value {
    let parts = whole_parts(graph, x, n);
    let taken = graph.with("Mul", &parts, n);
    graph.node("Sub", &[x, &taken])
}

/// A day of the calendar.
pub(super) struct Civil {
    pub year: Value,
    pub month: Value,
    pub day: Value,
}

/// A part of a time's day, where there is a calendar for it.
pub(super) fn date_part(
    graph: &mut Graph,
    seconds: &Value,
    part: impl FnOnce(Civil) -> Value,
) -> Value {
    let date = civil(graph, seconds);
    let size = graph.node("Abs", &[&date.year]);
    let is_year = graph.with("LessOrEqual", &size, 9999.0);
    let size = graph.node("Abs", &[seconds]);
    let is_near = graph.with("LessOrEqual", &size, MAX_SECONDS);
    let is_date = graph.node("And", &[&is_year, &is_near]);
    let missing = graph.missing();
    let part = part(date);
    graph.choose(&is_date, &part, &missing)
}

/// Year, month and day of the proleptic Gregorian calendar (Hinnant, "chrono-Compatible Low-Level Date Algorithms"). Whole numbers
/// of this size are exact, and so are their quotients when rounded down.
fn civil(graph: &mut Graph, seconds: &Value) -> Civil {
    let days = whole_parts(graph, seconds, DAY);
    let days = graph.with("Add", &days, 719_468.0);
    let era = whole_parts(graph, &days, 146_097.0);
    let of_era = rest(graph, &days, 146_097.0);
    let mut sum = of_era.clone();
    for (op, n) in [("Sub", 1460.0), ("Add", 36_524.0), ("Sub", 146_096.0)] {
        let parts = whole_parts(graph, &of_era, n);
        sum = graph.node(op, &[&sum, &parts]);
    }
    let year = whole_parts(graph, &sum, 365.0);
    let days_of_years = graph.with("Mul", &year, 365.0);
    let leap = whole_parts(graph, &year, 4.0);
    let days_of_years = graph.node("Add", &[&days_of_years, &leap]);
    let not_leap = whole_parts(graph, &year, 100.0);
    let days_of_years = graph.node("Sub", &[&days_of_years, &not_leap]);
    let of_year = graph.node("Sub", &[&of_era, &days_of_years]);
    let month_of = graph.with("Mul", &of_year, 5.0);
    let month_of = graph.with("Add", &month_of, 2.0);
    let month = whole_parts(graph, &month_of, 153.0);
    let before = graph.with("Mul", &month, 153.0);
    let before = graph.with("Add", &before, 2.0);
    let before = whole_parts(graph, &before, 5.0);
    let day = graph.node("Sub", &[&of_year, &before]);
    let day = graph.with("Add", &day, 1.0);
    let is_late = graph.with("GreaterOrEqual", &month, 10.0);
    let (early, late) = (
        graph.with("Add", &month, 3.0),
        graph.with("Sub", &month, 9.0),
    );
    let month = graph.choose(&is_late, &late, &early);
    // Years of the calendar start in March.
    let next = graph.zero_one(&is_late);
    let eras = graph.with("Mul", &era, 400.0);
    let year = graph.node("Add", &[&year, &eras]);
    let year = graph.node("Add", &[&year, &next]);
    Civil { year, month, day }
}

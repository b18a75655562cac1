//! ln x with the engine's bits: fdlibm's steps (Sun Microsystems, 1993; `e_log.c`), as nodes.

use super::exponential::{LN2, scale};
use super::graph::{Graph, Value};

/// The least mantissa, whose high word fdlibm compares with; all are less than twice as large.
const LEAST: u64 = 0x3FE6_A09E_0000_0000;
/// What is smaller than the smallest normal number is multiplied by 2^54 first.
const LIFT: f64 = 54.0;
/// The polynomial's coefficients: those of even and of odd powers of w, the last first.
const EVEN: [f64; 3] = [
    1.531_383_769_920_937_3e-1,
    2.222_219_843_214_978_4e-1,
    3.999_999_999_940_942e-1,
];
const ODD: [f64; 4] = [
    1.479_819_860_511_658_6e-1,
    1.818_357_216_161_805e-1,
    2.857_142_874_366_239e-1,
    6.666_666_666_666_735e-1,
];

/// ln x; missing where x is, or is not above zero.
pub(super) fn logarithm(graph: &mut Graph, x: &Value) -> Value {
    let is_positive = graph.with("Greater", x, 0.0);
    let one = graph.number(1.0);
    let x = graph.choose(&is_positive, x, &one);
    let is_small = graph.with("Less", &x, f64::MIN_POSITIVE);
    let lifted = graph.with("Mul", &x, f64::from_bits((1023 + 54) << 52));
    let x = graph.choose(&is_small, &lifted, &x);
    let (lift, none) = (graph.number(-LIFT), graph.number(0.0));
    let lift = graph.choose(&is_small, &lift, &none);
    let (mantissa, k) = split(graph, &x);
    let k = graph.node("Add", &[&k, &lift]);
    let f = graph.with("Sub", &mantissa, 1.0);
    let half = graph.with_first("Mul", 0.5, &f);
    let half_square = graph.node("Mul", &[&half, &f]);
    let below = graph.with_first("Add", 2.0, &f);
    let s = graph.node("Div", &[&f, &below]);
    let z = graph.node("Mul", &[&s, &s]);
    let w = graph.node("Mul", &[&z, &z]);
    let even = polynomial(graph, &w, &EVEN);
    let even = graph.node("Mul", &[&w, &even]);
    let odd = polynomial(graph, &w, &ODD);
    let odd = graph.node("Mul", &[&z, &odd]);
    let rest = graph.node("Add", &[&odd, &even]);
    let sum = graph.node("Add", &[&half_square, &rest]);
    let sum = graph.node("Mul", &[&s, &sum]);
    let low = graph.with("Mul", &k, LN2.1);
    let sum = graph.node("Add", &[&sum, &low]);
    let sum = graph.node("Sub", &[&sum, &half_square]);
    let sum = graph.node("Add", &[&sum, &f]);
    let high = graph.with("Mul", &k, LN2.0);
    let result = graph.node("Add", &[&sum, &high]);
    let missing = graph.missing();
    graph.choose(&is_positive, &result, &missing)
}

/// A normal number as mantissa · 2^k.
fn split(graph: &mut Graph, x: &Value) -> (Value, Value) {
    // An engine's own logarithm is right but for its last bits: k is right, or one step away next to a power of two.
    let log = graph.node("Log", &[x]);
    let log = graph.with("Mul", &log, std::f64::consts::LOG2_E);
    let k = graph.node("Floor", &[&log]);
    let down = graph.node("Neg", &[&k]);
    let mantissa = scale(graph, x, &down);
    let least = f64::from_bits(LEAST);
    let is_low = graph.with("Less", &mantissa, least);
    let is_high = graph.with("GreaterOrEqual", &mantissa, 2.0 * least);
    let low = graph.zero_one(&is_low);
    let high = graph.zero_one(&is_high);
    let step = graph.node("Sub", &[&high, &low]);
    let k = graph.node("Add", &[&k, &step]);
    let [double, half] = [2.0, 0.5].map(|factor| graph.with("Mul", &mantissa, factor));
    let mantissa = graph.choose(&is_low, &double, &mantissa);
    (graph.choose(&is_high, &half, &mantissa), k)
}

fn polynomial(graph: &mut Graph, w: &Value, coefficients: &[f64]) -> Value {
    let [first, rest @ ..] = coefficients else {
        return graph.number(0.0);
    };
    let mut sum = graph.number(*first);
    for coefficient in rest {
        let product = graph.node("Mul", &[w, &sum]);
        sum = graph.with_first("Add", *coefficient, &product);
    }
    sum
}

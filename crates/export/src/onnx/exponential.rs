//! e^x with the engine's bits: fdlibm's steps (Sun Microsystems, 1993; `e_exp.c`), as nodes. An engine's own `Exp` differs from it in
//! the last bit, which is many last bits of a small 1 - p.

use super::graph::{Graph, Value};
use super::proto::Tensor;

/// Above, e^x is infinite; below, zero.
const RANGE: (f64, f64) = (709.782_712_893_384, -745.133_219_101_941_1);
/// From these sizes on x is reduced by one ln 2 and by several; below the last, 1 + x is all there is. What fdlibm compares are
/// high words: these are the first numbers with the next ones.
const ONE: u64 = 0x3FD6_2E43_0000_0000;
const SEVERAL: u64 = 0x3FF0_A2B2_0000_0000;
const TINY: u64 = 0x3E30_0001_0000_0000;
/// ln 2 in two parts, and its inverse.
pub(super) const LN2: (f64, f64) = (6.931_471_803_691_238e-1, 1.908_214_929_270_587_7e-10);
const INVERSE_LN2: f64 = std::f64::consts::LOG2_E;
/// The polynomial's coefficients, the last first.
const COEFFICIENTS: [f64; 5] = [
    4.138_136_797_057_238_5e-8,
    -1.653_390_220_546_525_2e-6,
    6.613_756_321_437_934e-5,
    -2.777_777_777_701_559_3e-3,
    1.666_666_666_666_660_2e-1,
];
/// Powers of two that are multiplied by at once: no product of one is lost below the smallest number.
const MAX_POWER: i32 = 1000;

/// e^x; missing where x is.
pub(super) fn exponential(graph: &mut Graph, x: &Value) -> Value {
    let is_missing = graph.node("IsNaN", &[x]);
    let zero = graph.number(0.0);
    let inside = graph.choose(&is_missing, &zero, x);
    // Nearer than these, so that there is a power of two; what is beyond is replaced in the end.
    let inside = graph.with("Min", &inside, 710.0);
    let inside = graph.with("Max", &inside, -746.0);
    let size = graph.node("Abs", &[&inside]);
    let k = multiples(graph, &inside, &size);
    let product = graph.with("Mul", &k, LN2.0);
    let high = graph.node("Sub", &[&inside, &product]);
    let low = graph.with("Mul", &k, LN2.1);
    let reduced = graph.node("Sub", &[&high, &low]);
    let square = graph.node("Mul", &[&reduced, &reduced]);
    let [first, rest @ ..] = COEFFICIENTS;
    let mut sum = graph.number(first);
    for coefficient in rest {
        let product = graph.node("Mul", &[&square, &sum]);
        sum = graph.with_first("Add", coefficient, &product);
    }
    let product = graph.node("Mul", &[&square, &sum]);
    let c = graph.node("Sub", &[&reduced, &product]);
    let above = graph.node("Mul", &[&reduced, &c]);
    let below = graph.with_first("Sub", 2.0, &c);
    let quotient = graph.node("Div", &[&above, &below]);
    let quotient = graph.node("Sub", &[&quotient, &low]);
    let quotient = graph.node("Add", &[&quotient, &high]);
    let mantissa = graph.with_first("Add", 1.0, &quotient);
    let scaled = scale(graph, &mantissa, &k);
    let is_tiny = graph.with("Less", &size, f64::from_bits(TINY));
    let line = graph.with_first("Add", 1.0, &inside);
    let result = graph.choose(&is_tiny, &line, &scaled);
    let is_above = graph.with("Greater", x, RANGE.0);
    let infinite = graph.number(f64::INFINITY);
    let result = graph.choose(&is_above, &infinite, &result);
    let is_below = graph.with("Less", x, RANGE.1);
    let result = graph.choose(&is_below, &zero, &result);
    let missing = graph.missing();
    graph.choose(&is_missing, &missing, &result)
}

/// How many times ln 2 is taken off.
fn multiples(graph: &mut Graph, x: &Value, size: &Value) -> Value {
    let sign = graph.node("Sign", &[x]);
    let half = graph.with("Mul", &sign, 0.5);
    let times = graph.with_first("Mul", INVERSE_LN2, x);
    let times = graph.node("Add", &[&times, &half]);
    // Towards zero.
    let floor = graph.node("Floor", &[&times]);
    let ceil = graph.node("Ceil", &[&times]);
    let is_negative = graph.with("Less", x, 0.0);
    let several = graph.choose(&is_negative, &ceil, &floor);
    let is_several = graph.with("GreaterOrEqual", size, f64::from_bits(SEVERAL));
    let is_one = graph.with("GreaterOrEqual", size, f64::from_bits(ONE));
    let none = graph.number(0.0);
    let one_or_none = graph.choose(&is_one, &sign, &none);
    graph.choose(&is_several, &several, &one_or_none)
}

/// x · 2^k, rounded once.
pub(super) fn scale(graph: &mut Graph, x: &Value, k: &Value) -> Value {
    let most = f64::from(MAX_POWER);
    let first = graph.with("Min", k, most);
    let first = graph.with("Max", &first, -most);
    let second = graph.node("Sub", &[k, &first]);
    let mut scaled = x.clone();
    for (power, range) in [(first, -MAX_POWER..=MAX_POWER), (second, -77..=25)] {
        let position = graph.with("Sub", &power, f64::from(*range.start()));
        let bits = range.map(|power| u64::from((power + 1023) as u32) << 52);
        let powers: Vec<f64> = bits.map(f64::from_bits).collect();
        let factor = graph.at(Tensor::doubles(&[powers.len()], &powers), &position);
        scaled = graph.node("Mul", &[&scaled, &factor]);
    }
    scaled
}

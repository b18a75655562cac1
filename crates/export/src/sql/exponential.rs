//! e^x with the engine's bits.
//!
//! Spark's `EXP` is fdlibm's, as the engine's is. `DuckDB`'s is the platform's, which differs in the last bit: many last bits of a small
//! 1 - p. There fdlibm's steps (Sun Microsystems, 1993; `e_exp.c`) stand as queries of their own.

use super::{
    Dialect,
    dialect::number,
    layers::{Layer, Names},
};

/// Above, e^x is infinite; below, zero.
const RANGE: (f64, f64) = (709.782_712_893_384, -745.133_219_101_941_1);
/// From these sizes on x is reduced by one ln 2 and by several; below the last, 1 + x is all there is. What fdlibm compares are
/// high words: these are the first numbers with the next ones.
const ONE: u64 = 0x3FD6_2E43_0000_0000;
const SEVERAL: u64 = 0x3FF0_A2B2_0000_0000;
const TINY: u64 = 0x3E30_0001_0000_0000;
/// ln 2 in two parts.
const LN2: (f64, f64) = (6.931_471_803_691_238e-1, 1.908_214_929_270_587_7e-10);
/// The polynomial's coefficients, the last first.
const COEFFICIENTS: [f64; 5] = [
    4.138_136_797_057_238_5e-8,
    -1.653_390_220_546_525_2e-6,
    6.613_756_321_437_934e-5,
    -2.777_777_777_701_559_3e-3,
    1.666_666_666_666_660_2e-1,
];

/// Queries that make e^x of each of some columns, none of them NULL, and what it is called then.
pub(super) fn exponentials(
    dialect: Dialect,
    names: &Names,
    columns: &[String],
) -> (Vec<Layer>, Vec<String>) {
    if dialect == Dialect::Spark {
        let called = columns.iter().map(|column| format!("EXP({column})"));
        return (Vec::new(), called.collect());
    }
    let mut layers: Vec<Layer> = Vec::new();
    let mut results = Vec::new();
    for (at, column) in columns.iter().enumerate() {
        let name = |what: &str| names.numbered(&format!("exp_{what}"), at);
        let steps = steps(column, &name);
        results.push(name("result"));
        layers.resize(steps.len(), Layer::new());
        for (layer, step) in layers.iter_mut().zip(steps) {
            layer.extend(step);
        }
    }
    (layers, results)
}

/// The steps, each of which reads those before it.
fn steps(column: &str, name: &dyn Fn(&str) -> String) -> Vec<Layer> {
    let [x, k, high, low, reduced, square, c, mantissa] = [
        "x", "k", "high", "low", "reduced", "square", "c", "mantissa",
    ]
    .map(name);
    let of_bits = |bits| number(f64::from_bits(bits));
    let [first, rest @ ..] = COEFFICIENTS;
    let polynomial = rest.iter().fold(number(first), |sum, coefficient| {
        format!("({} + {square} * {sum})", number(*coefficient))
    });
    let multiples = format!(
        "CASE WHEN ABS({x}) >= {} THEN TRUNC({} * {x} + CASE WHEN {x} < 0e0 THEN -5e-1 ELSE 5e-1 END) \
         WHEN ABS({x}) >= {} THEN CASE WHEN {x} < 0e0 THEN -1e0 ELSE 1e0 END ELSE 0e0 END",
        of_bits(SEVERAL),
        number(std::f64::consts::LOG2_E),
        of_bits(ONE)
    );
    // In two steps, so that what is smaller than the smallest power of two is rounded once.
    let scaled =
        format!("{mantissa} * POW(2e0, GREATEST({k}, -1e3)) * POW(2e0, {k} - GREATEST({k}, -1e3))");
    let result = format!(
        "CASE WHEN {column} > {} THEN CAST('Infinity' AS DOUBLE) WHEN {column} < {} THEN 0e0 WHEN ABS({x}) < {} THEN 1e0 + {x} \
         ELSE {scaled} END",
        number(RANGE.0),
        number(RANGE.1),
        of_bits(TINY)
    );
    let layers = [
        // Nearer than these there is a power of two.
        vec![(
            x.clone(),
            format!("GREATEST(LEAST({column}, 7.1e2), -7.46e2)"),
        )],
        vec![(k.clone(), multiples)],
        vec![
            (high.clone(), format!("{x} - {k} * {}", number(LN2.0))),
            (low.clone(), format!("{k} * {}", number(LN2.1))),
        ],
        vec![(reduced.clone(), format!("{high} - {low}"))],
        vec![(square.clone(), format!("{reduced} * {reduced}"))],
        vec![(c.clone(), format!("{reduced} - {square} * {polynomial}"))],
        vec![(
            mantissa.clone(),
            format!("1e0 + ((({reduced} * {c}) / (2e0 - {c}) - {low}) + {high})"),
        )],
        vec![(name("result"), result)],
    ];
    layers.to_vec()
}

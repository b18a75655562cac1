//! Tails of distributions, by `libm`: kept crates of special functions call the platform's `exp` and `log`, whose last bit
//! differs between the C library and WebAssembly.

/// Smallest term that a series or fraction goes on for, relative to its sum.
const PRECISION: f64 = 1e-16;
/// Terms after which a continued fraction stops.
const MAX_TERMS: u32 = 10_000;
/// Where the two series of Kolmogorov's distribution change over: either has four terms there.
const CHANGE_OVER: f64 = 0.82;

/// How often a chi-squared variable of so many degrees of freedom exceeds a value: Q(df / 2, x / 2), by the series DLMF
/// 8.11.4 below the mean and the continued fraction DLMF 8.9.2 above it (modified Lentz). 1 for no freedom.
pub fn chi_squared_tail(freedom: f64, value: f64) -> f64 {
    let (a, x) = (freedom / 2.0, value / 2.0);
    if a.is_nan() || x.is_nan() {
        return f64::NAN;
    }
    if a <= 0.0 || x <= 0.0 {
        return 1.0;
    }
    let scale = libm::exp(a * libm::log(x) - x - libm::lgamma(a));
    if x < a + 1.0 {
        (1.0 - scale * lower_series(a, x)).clamp(0.0, 1.0)
    } else {
        (scale * upper_fraction(a, x)).clamp(0.0, 1.0)
    }
}

fn lower_series(a: f64, x: f64) -> f64 {
    let (mut n, mut term) = (a, 1.0 / a);
    let mut sum = term;
    while term > sum * PRECISION {
        n += 1.0;
        term *= x / n;
        sum += term;
    }
    sum
}

fn upper_fraction(a: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let mut b = x + 1.0 - a;
    let mut c = 1.0 / TINY;
    let mut d = 1.0 / b;
    let mut fraction = d;
    for n in 1..MAX_TERMS {
        let n = f64::from(n);
        let numerator = -n * (n - a);
        b += 2.0;
        d = numerator * d + b;
        d = 1.0 / if d.abs() < TINY { TINY } else { d };
        c = b + numerator / c;
        c = if c.abs() < TINY { TINY } else { c };
        fraction *= d * c;
        if (d * c - 1.0).abs() < PRECISION {
            break;
        }
    }
    fraction
}

/// How often √n D exceeds a value, n without limit (Kolmogorov, 1933), by whichever of its two series converges faster.
pub fn kolmogorov_tail(value: f64) -> f64 {
    if value.is_nan() {
        return f64::NAN;
    }
    if value <= 0.0 {
        return 1.0;
    }
    let squared = value * value;
    if value < CHANGE_OVER {
        let pi = std::f64::consts::PI;
        let term = |n: u32| {
            let odd = f64::from(2 * n + 1);
            libm::exp(-odd * odd * pi * pi / (8.0 * squared))
        };
        let sum: f64 = (0..5).map(term).sum();
        return (1.0 - (2.0 * pi).sqrt() / value * sum).clamp(0.0, 1.0);
    }
    let term = |n: u32| {
        let sign = if n % 2 == 1 { 1.0 } else { -1.0 };
        sign * libm::exp(-2.0 * f64::from(n * n) * squared)
    };
    (2.0 * (1..8).map(term).sum::<f64>()).clamp(0.0, 1.0)
}

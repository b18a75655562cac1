//! The regularised incomplete beta function, and Student's t from it, by `libm` as the other tails.

/// Relative size of a term at which the fraction stops.
const PRECISION: f64 = 1e-16;
/// Terms after which it stops in any case.
const MAX_TERMS: u32 = 10_000;
const TINY: f64 = 1e-300;
/// Halvings and steps of a quantile's search.
const MAX_STEPS: u32 = 200;

/// How often a standard normal variable is further from 0 than `value`, on either side.
pub fn normal_tails(value: f64) -> f64 {
    libm::erfc(value.abs() / std::f64::consts::SQRT_2)
}

/// How often Student's t of so many degrees of freedom is further from 0 than `value`, on either side: I(ν / (ν + t²); ν / 2, ½),
/// DLMF 8.17. NaN without freedom.
pub fn student_tails(freedom: f64, value: f64) -> f64 {
    if freedom.is_nan() || freedom <= 0.0 || value.is_nan() {
        return f64::NAN;
    }
    let squared = value * value;
    if squared.is_infinite() {
        return 0.0;
    }
    let total = freedom + squared;
    incomplete_beta(freedom / 2.0, 0.5, freedom / total, squared / total)
}

/// The value that a standard normal variable exceeds on either side in this share of cases.
pub fn normal_bound(tails: f64) -> f64 {
    bound(tails, normal_tails)
}

/// The value that Student's t exceeds on either side in this share of cases.
pub fn student_bound(freedom: f64, tails: f64) -> f64 {
    bound(tails, |value| student_tails(freedom, value))
}

/// Where a falling function of 0 … ∞ that starts at 1 has this value, by bisection to the last bit.
fn bound(tails: f64, of: impl Fn(f64) -> f64) -> f64 {
    if !(tails > 0.0 && tails < 1.0) || of(1.0).is_nan() {
        return f64::NAN;
    }
    let (mut low, mut high) = (0.0, 1.0);
    while of(high) > tails && high < f64::MAX / 2.0 {
        low = high;
        high *= 2.0;
    }
    for _ in 0..MAX_STEPS {
        let middle = low + (high - low) / 2.0;
        if middle <= low || middle >= high {
            break;
        }
        if of(middle) > tails {
            low = middle;
        } else {
            high = middle;
        }
    }
    low + (high - low) / 2.0
}

/// I(x; a, b), with y = 1 − x given apart so that neither loses digits: the continued fraction DLMF 8.17.22 on the side where it
/// converges fast (modified Lentz).
fn incomplete_beta(a: f64, b: f64, x: f64, y: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if y <= 0.0 {
        return 1.0;
    }
    let scale = libm::exp(
        libm::lgamma(a + b) - libm::lgamma(a) - libm::lgamma(b)
            + a * libm::log(x)
            + b * libm::log(y),
    );
    if x < (a + 1.0) / (a + b + 2.0) {
        (scale * fraction(a, b, x) / a).clamp(0.0, 1.0)
    } else {
        (1.0 - scale * fraction(b, a, y) / b).clamp(0.0, 1.0)
    }
}

fn fraction(a: f64, b: f64, x: f64) -> f64 {
    let safe = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut c = 1.0;
    let mut d = 1.0 / safe(1.0 - (a + b) * x / (a + 1.0));
    let mut out = d;
    for n in 1..MAX_TERMS {
        let n = f64::from(n);
        let even = n * (b - n) * x / ((a + 2.0 * n - 1.0) * (a + 2.0 * n));
        let odd = -(a + n) * (a + b + n) * x / ((a + 2.0 * n) * (a + 2.0 * n + 1.0));
        let mut step = 1.0;
        for term in [even, odd] {
            d = 1.0 / safe(1.0 + term * d);
            c = safe(1.0 + term / c);
            out *= c * d;
            step = c * d;
        }
        if (step - 1.0).abs() < PRECISION {
            break;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(ours: f64, theirs: f64) {
        assert!(
            (ours - theirs).abs() <= 1e-11 * theirs.abs(),
            "{ours} is not {theirs}"
        );
    }

    #[test]
    fn small_freedom_has_closed_forms() {
        for t in [0.0, 0.1, 1.0, 3.5, 40.0, 1e6] {
            // One degree of freedom is Cauchy's distribution, two are algebraic.
            let cauchy = if t > 1.0 {
                2.0 / std::f64::consts::PI * libm::atan(1.0 / t)
            } else {
                1.0 - 2.0 / std::f64::consts::PI * libm::atan(t)
            };
            check(student_tails(1.0, t), cauchy);
            let two = 2.0 / ((2.0 + t * t).sqrt() * ((2.0 + t * t).sqrt() + t));
            check(student_tails(2.0, -t), two);
        }
    }

    #[test]
    fn much_freedom_is_normal() {
        for t in [0.5, 1.96, 4.0] {
            let (student, normal) = (student_tails(1e9, t), normal_tails(t));
            assert!(
                (student - normal).abs() < 1e-6 * normal,
                "{student} {normal}"
            );
        }
    }

    #[test]
    fn bounds_undo_tails() {
        // 1.96, known to more digits.
        check(normal_bound(0.05), 1.959_963_984_540_054);
        for freedom in [1.0, 4.0, 77.0] {
            check(student_tails(freedom, student_bound(freedom, 0.05)), 0.05);
        }
        check(student_bound(2.0, 0.05), 4.302_652_729_749_464);
        assert!(student_bound(0.0, 0.05).is_nan() && normal_bound(0.0).is_nan());
    }
}

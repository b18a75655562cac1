//! The exponential function for gradients: within some units of the last place, without branches or tables, so that rows go through
//! it in vectors. Probabilities that anyone sees come from `libm`.

/// Beyond, results would leave the range of normal numbers.
const LARGEST: f64 = 700.0;

/// 1.5 · 2⁵²: adding it rounds to whole numbers, which stand in the last bits of the sum.
const SHIFT: f64 = 6_755_399_441_055_744.0;

/// The natural logarithm of 2 in two parts: whole multiples of the first, as far as they are needed here, are exact.
const LN_2_HIGH: f64 = 6.931_471_803_691_238e-1;
const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;

/// The series' coefficients, 1/12! to 1/2!.
const SERIES: [f64; 11] = [
    1.0 / 479_001_600.0,
    1.0 / 39_916_800.0,
    1.0 / 3_628_800.0,
    1.0 / 362_880.0,
    1.0 / 40_320.0,
    1.0 / 5040.0,
    1.0 / 720.0,
    1.0 / 120.0,
    1.0 / 24.0,
    1.0 / 6.0,
    0.5,
];

/// e to the power of `x`, which is held within ±700: `x` is a multiple of ln 2 and a rest of at most half of it, where twelve terms of
/// the series are as good as all.
#[inline]
pub(super) fn exp(x: f64) -> f64 {
    let x = x.clamp(-LARGEST, LARGEST);
    let shifted = x * std::f64::consts::LOG2_E + SHIFT;
    let n = shifted - SHIFT;
    let rest = (x - n * LN_2_HIGH) - n * LN_2_LOW;
    let mut sum = SERIES[0];
    for coefficient in &SERIES[1..] {
        sum = sum * rest + coefficient;
    }
    let power = 1.0 + (rest + rest * rest * sum);
    // n stands in the last bits, and 2ⁿ has it in its exponent.
    f64::from_bits(power.to_bits().wrapping_add(shifted.to_bits() << 52))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn powers_beyond_the_range_are_those_at_its_ends() {
        assert_eq!(exp(0.0), 1.0);
        assert_eq!(exp(f64::INFINITY), exp(LARGEST));
        assert!(exp(-1e9) > 0.0 && exp(-1e9) < 1e-300);
    }

    proptest! {
        #[test]
        fn it_is_the_librarys(x in prop_oneof![-700.0..700.0_f64, -2.0..2.0_f64, -1e-9..1e-9_f64]) {
            let (ours, exact) = (exp(x), libm::exp(x));
            prop_assert!((ours / exact - 1.0).abs() < 1e-15, "{} {} {}", x, ours, exact);
        }
    }
}

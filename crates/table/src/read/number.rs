//! One cell's text to a number and back.

// The loop over a column's cells has to be one function: a call a cell was a third of its time.
#![allow(clippy::inline_always)]
// Here `|` between conditions is meant: branches that cannot be foretold cost more than what they spare.
#![allow(clippy::needless_bitwise_bool)]

/// Powers of ten that an f64 holds exactly.
pub(super) const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];
/// Digits that an f64 always tells apart.
const MAX_EXACT_DIGITS: usize = 15;
/// Digits that a u64 always holds.
const MAX_DIGITS: usize = 19;
/// The lowest bit of each byte of a word.
const LOW_BITS: u64 = u64::MAX / 255;
/// The highest bit of each byte of a word.
const HIGH_BITS: u64 = LOW_BITS << 7;
/// Two bytes of a word, four apart.
const PAIRS: u64 = 0x0000_00FF_0000_00FF;
/// `0` in each byte of a word.
const ZEROS: u64 = LOW_BITS * b'0' as u64;

/// A number, and how it was written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Number {
    pub(crate) value: f64,
    /// Sign and digits only.
    pub(super) is_whole: bool,
    /// A digit string that is a name rather than a quantity: a leading zero, or more than 15 digits.
    pub(super) is_code: bool,
    /// What [`write_plain`] needs besides the value to write the cell again; absent where it could not.
    pub(super) plain: Option<Plain>,
}

/// How a plain number (`-12.50`) was written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Plain {
    /// Digits behind the decimal mark; no mark where there is none.
    pub(super) places: u8,
    /// The cell's digits less those that the value gives: only numbers of more than 15 digits have some.
    pub(super) residue: i8,
}

/// Reads `[+-]digits[.digits][e[+-]digits]` exactly; nothing else is a number.
pub(crate) fn read_number(cell: &[u8]) -> Option<Number> {
    let (negative, digits) = match cell {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, cell),
    };
    let mut mantissa = 0;
    let n_whole = take_digits(digits, &mut mantissa);
    let (n_digits, at) = match digits.get(n_whole) {
        Some(b'.') => {
            let n_fraction = take_digits(&digits[n_whole + 1..], &mut mantissa);
            (n_whole + n_fraction, n_whole + 1 + n_fraction)
        }
        _ => (n_whole, n_whole),
    };
    if n_digits == 0 {
        return None;
    }
    let exponent = read_exponent(&digits[at..])?;
    let is_whole = n_whole == digits.len();
    let scale = exponent - (n_digits - n_whole) as i64;
    let value = match clinger(mantissa, n_digits, scale) {
        Some(value) if negative => -value,
        Some(value) => value,
        None => fast_float2::parse(cell)
            .ok()
            .filter(|value: &f64| value.is_finite())?,
    };
    let is_signless = digits.len() == cell.len();
    let leading_zero = n_digits > 1 && digits[0] == b'0';
    let is_plain = at == digits.len()
        && (is_signless || negative)
        && (n_whole == 1 || n_whole > 1 && digits[0] != b'0')
        && (is_whole || n_digits > n_whole)
        && n_digits <= MAX_DIGITS;
    Some(Number {
        value,
        is_whole,
        is_code: is_whole && (leading_zero && is_signless || n_digits > MAX_EXACT_DIGITS),
        plain: is_plain
            .then(|| plain(value, mantissa, n_digits - n_whole))
            .flatten(),
    })
}

/// Appends the leading digits of `text` to `mantissa` (which wraps beyond 19 digits) and counts them.
fn take_digits(text: &[u8], mantissa: &mut u64) -> usize {
    let mut n_digits = 0;
    while let Some(word) = word_at(text, n_digits).map(|word| word ^ ZEROS)
        && not_digits(word) == 0
    {
        *mantissa = mantissa.wrapping_mul(100_000_000).wrapping_add(eight(word));
        n_digits += 8;
    }
    for byte in &text[n_digits..] {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            break;
        }
        *mantissa = mantissa.wrapping_mul(10).wrapping_add(u64::from(digit));
        n_digits += 1;
    }
    n_digits
}

/// The exact result where mantissa and power of ten are both exact (Clinger, "How to read floating point
/// numbers accurately", 1990): one rounding.
fn clinger(mantissa: u64, n_digits: usize, scale: i64) -> Option<f64> {
    if n_digits > MAX_DIGITS || mantissa > 1 << 53 {
        return None;
    }
    let power = POWERS.get(usize::try_from(scale.unsigned_abs()).ok()?)?;
    Some(if scale < 0 {
        mantissa as f64 / power
    } else {
        mantissa as f64 * power
    })
}

fn read_exponent(text: &[u8]) -> Option<i64> {
    match text {
        [] => Some(0),
        [b'e' | b'E', sign @ (b'+' | b'-'), digits @ ..] => {
            let value = read_digits(digits)?;
            Some(if *sign == b'-' { -value } else { value })
        }
        [b'e' | b'E', digits @ ..] => read_digits(digits),
        _ => None,
    }
}

/// Digits only, at least one; saturates where the value could not matter any more.
pub(super) fn read_digits(digits: &[u8]) -> Option<i64> {
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(digits.iter().fold(0, |value, byte| {
        (value * 10 + i64::from(byte - b'0')).min(1 << 40)
    }))
}

fn plain(value: f64, mantissa: u64, places: usize) -> Option<Plain> {
    // Beyond an i64's range the difference of two near numbers is right, too: it wraps twice.
    let residue = mantissa.wrapping_sub(digits_of(value, places)?) as i64;
    Some(Plain {
        places: places as u8,
        residue: i8::try_from(residue).ok()?,
    })
}

/// The digits that a value suggests: those of the cell itself up to 15 digits, near them beyond. What matters is
/// that reading and writing do the same, on all platforms: a product, a sum, and a cut.
fn digits_of(value: f64, places: usize) -> Option<u64> {
    let digits = value.abs() * POWERS.get(places)? + 0.5;
    (digits < 1.8e19).then_some(digits as u64)
}

/// Writes the cell that gave `value` and `plain`, with its decimal mark.
pub(super) fn write_plain(value: f64, plain: Plain, mark: u8, out: &mut Vec<u8>) {
    use std::io::Write;
    let places = usize::from(plain.places);
    let digits = digits_of(value, places)
        .unwrap_or(0)
        .wrapping_add_signed(i64::from(plain.residue));
    if value.is_sign_negative() {
        out.push(b'-');
    }
    let start = out.len();
    // Writing to a vector does not fail.
    let _ = write!(out, "{digits:0width$}", width = places + 1);
    if places > 0 {
        let at = out.len().max(start + places) - places;
        out.insert(at, mark);
    }
}

/// A decimal mark as [`read_short`] wants it.
pub(super) fn mark_word(mark: u8) -> u64 {
    LOW_BITS * u64::from(mark ^ b'0')
}

/// Value and places of a plain number of at most 15 digits at `start..end`; `None` says nothing but that the cell
/// must be read by [`read_number`]. Eight digits are checked and converted at once, in a word (after Lemire,
/// "Number parsing at a gigabyte per second", 2021).
#[inline(always)]
pub(super) fn read_short(text: &[u8], start: usize, end: usize, mark: u64) -> Option<(f64, u8)> {
    let window: &[u8; 9] = text.get(start..)?.first_chunk()?;
    let negative = usize::from(window[0] == b'-');
    let length = end.wrapping_sub(start + negative);
    if length.wrapping_sub(1) >= 8 {
        return read_longer(text, start, end, mark);
    }
    let first = u64::from_le_bytes(*window[negative..].first_chunk()?);
    let word = (first ^ ZEROS) << (64 - 8 * length);
    let found = find(word, mark);
    let (digits, n_whole, places) = if found == 0 {
        (word, length, 0)
    } else {
        let places = places_behind(found);
        (
            close_gap(word, found),
            length.wrapping_sub(1 + places),
            places,
        )
    };
    // One question for all that can be wrong: a byte that is no digit, a mark without a digit behind it or before it,
    // a zero too many. Questions one by one cost more than they spare.
    let ends_open = found & 1 << 63;
    let starts_ill = (n_whole != 1) & ((first as u8 == b'0') | (n_whole == 0));
    if not_digits(digits) | ends_open | u64::from(starts_ill) != 0 {
        return None;
    }
    Some(number(eight(digits), places, negative))
}

/// [`read_short`] of nine to sixteen bytes after the sign.
#[inline(never)]
fn read_longer(text: &[u8], start: usize, end: usize, mark: u64) -> Option<(f64, u8)> {
    let negative = usize::from(*text.get(start)? == b'-');
    let start = start + negative;
    let length = end.wrapping_sub(start);
    if length.wrapping_sub(9) >= 8 {
        return None;
    }
    let first = word_at(text, start)?;
    let high = (first ^ ZEROS) << (64 - 8 * (length - 8));
    let low = word_at(text, end - 8)? ^ ZEROS;
    let (high, low, places, n_marks) = match (find(high, mark), find(low, mark)) {
        (0, 0) if length == 16 => return None,
        (0, 0) => (high, low, 0, 0),
        (0, found) => {
            let low = close_gap(low, found) | high >> 56;
            (high << 8, low, places_behind(found), 1)
        }
        (found, _) => (close_gap(high, found), low, 8 + places_behind(found), 1),
    };
    let n_whole = length - n_marks - places;
    let is_form = n_whole == 1 || n_whole > 1 && first as u8 != b'0';
    if !is_form || n_marks > places || not_digits(high) | not_digits(low) != 0 {
        return None;
    }
    let digits = eight(high) * 100_000_000 + eight(low);
    Some(number(digits, places, negative))
}

/// Both are exact, so one rounding gives the nearest number (Clinger).
#[inline(always)]
fn number(digits: u64, places: usize, negative: usize) -> (f64, u8) {
    let value = digits as i64 as f64 / POWERS[places & 15];
    let sign = (negative as u64) << 63;
    (f64::from_bits(value.to_bits() | sign), places as u8)
}

#[inline(always)]
fn word_at(text: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(*text.get(at..)?.first_chunk()?))
}

/// The highest bit of the first byte that is a decimal mark, alone; 0 if there is none.
#[inline(always)]
fn find(word: u64, mark: u64) -> u64 {
    let differs = word ^ mark;
    // Mycroft's zero-byte test: the lowest bit that is set is right, those above it may not be.
    let found = differs.wrapping_sub(LOW_BITS) & !differs & HIGH_BITS;
    found & found.wrapping_neg()
}

/// Bytes behind that one.
#[inline(always)]
fn places_behind(found: u64) -> usize {
    found.leading_zeros() as usize / 8
}

/// Removes the byte whose highest bit is given: those before it move up, and a zero comes in.
#[inline(always)]
fn close_gap(word: u64, found: u64) -> u64 {
    let before = (found >> 7) - 1;
    let behind = !(found << 1).wrapping_sub(1);
    (word & before) << 8 | word & behind
}

/// Not 0 if a byte is more than 9.
#[inline(always)]
fn not_digits(word: u64) -> u64 {
    (word.wrapping_add(LOW_BITS * 0x76) | word) & HIGH_BITS
}

/// Eight digits, the first in the lowest byte.
#[inline(always)]
fn eight(word: u64) -> u64 {
    let pairs = word.wrapping_mul(10).wrapping_add(word >> 8);
    let first = (pairs & PAIRS).wrapping_mul(100 + (1_000_000 << 32));
    let second = (pairs >> 16 & PAIRS).wrapping_mul(1 + (10_000 << 32));
    first.wrapping_add(second) >> 32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn short(cell: &str, mark: u8) -> Option<(f64, u8)> {
        // Whatever is around the cell must not matter.
        let text = format!("9.,{cell},77777777");
        read_short(text.as_bytes(), 3, 3 + cell.len(), mark_word(mark))
    }

    fn check(cell: &str) {
        let number = read_number(cell.as_bytes());
        let expected = cell.parse::<f64>().ok().filter(|x| {
            x.is_finite()
                && cell
                    .bytes()
                    .all(|byte| !byte.is_ascii_alphabetic() || byte | 32 == b'e')
        });
        assert_eq!(
            number.map(|number| number.value.to_bits()),
            expected.map(f64::to_bits),
            "{cell}"
        );
        if let Some(Number {
            value,
            plain: Some(plain),
            ..
        }) = number
        {
            let mut text = Vec::new();
            write_plain(value, plain, b'.', &mut text);
            assert_eq!(String::from_utf8(text).unwrap(), cell);
        }
        if let Some((value, places)) = short(cell, b'.') {
            let number = number.unwrap();
            assert_eq!(value.to_bits(), number.value.to_bits(), "{cell}");
            assert_eq!(number.plain, Some(Plain { places, residue: 0 }), "{cell}");
            assert!(
                !number.is_code && number.is_whole == (places == 0),
                "{cell}"
            );
        }
    }

    #[test]
    fn cells_that_are_almost_numbers() {
        for cell in [
            "",
            "-",
            "+",
            ".",
            "-.",
            "1.",
            ".5",
            "-.5",
            "00",
            "007",
            "-007",
            "0.5",
            "-0",
            "-0.0",
            "1.2.3",
            "1..2",
            "--1",
            "1-",
            "12345678",
            "123456789",
            "1234567.8",
            "12345678.9",
            "123456789012345",
            "1234567890123456",
            "0.12345678901234567",
            "-122.41941550000001",
            "1e5",
            "1e-7",
            "1e999",
            "12345678.",
            "1234567.",
            "0123456.7",
            "1:2",
            "1/2",
            "٣",
            "1 2",
            "9007199254740993",
            "18446744073709551615",
            "99999999999999999999",
            "0.0000000000000000001",
            "inf",
            "nan",
            "1_000",
        ] {
            check(cell);
        }
        assert_eq!(short("-0.12345", b'.'), Some((-0.12345, 5)));
        assert_eq!(short("1234567,25", b','), Some((1_234_567.25, 2)));
        assert_eq!(short("1.5", b','), None);
    }

    proptest! {
        #[test]
        fn all_ways_agree(cell in "-?[0-9]{0,10}\\.?[0-9]{0,12}") {
            check(&cell);
        }

        #[test]
        fn any_bytes_are_read_alike(cell in "[-+.,0-9e/:; a]{0,20}") {
            check(&cell);
        }

        #[test]
        fn floats_come_back_with_all_their_digits(x in any::<f64>().prop_filter("finite", |x| x.is_finite()), unit in -1e6..1e6_f64) {
            check(&x.to_string());
            check(&unit.to_string());
            let number = read_number(unit.to_string().as_bytes()).unwrap();
            prop_assert!(number.plain.is_some(), "{}", unit);
        }
    }
}

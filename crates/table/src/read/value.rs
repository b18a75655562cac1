//! One cell's text to a number, a time or a truth.

use jiff::civil::Date;

/// Powers of ten that an f64 holds exactly.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];
/// Digits that an f64 always tells apart.
const MAX_EXACT_DIGITS: usize = 15;

/// A number, and how it was written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Number {
    pub(super) value: f64,
    /// Sign and digits only.
    pub(super) is_whole: bool,
    /// A digit string that is a name rather than a quantity: a leading zero, or more than 15 digits.
    pub(super) is_code: bool,
}

/// Reads `[+-]digits[.digits][e[+-]digits]` exactly; nothing else is a number.
pub(super) fn parse_number(cell: &[u8]) -> Option<Number> {
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
    let exponent = parse_exponent(&digits[at..])?;
    let is_whole = n_whole == digits.len();
    let scale = exponent - (n_digits - n_whole) as i64;
    let value = match clinger(mantissa, n_digits, scale) {
        Some(value) if negative => -value,
        Some(value) => value,
        None => std::str::from_utf8(cell)
            .ok()?
            .parse()
            .ok()
            .filter(|value: &f64| value.is_finite())?,
    };
    let leading_zero = n_digits > 1 && digits[0] == b'0';
    let is_code =
        is_whole && (leading_zero && digits.len() == cell.len() || n_digits > MAX_EXACT_DIGITS);
    Some(Number {
        value,
        is_whole,
        is_code,
    })
}

/// Appends the leading digits of `text` to `mantissa` (which wraps beyond 19 digits) and counts them.
fn take_digits(text: &[u8], mantissa: &mut u64) -> usize {
    let mut n_digits = 0;
    for byte in text {
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
    if n_digits > 19 || mantissa > 1 << 53 {
        return None;
    }
    let power = POWERS.get(usize::try_from(scale.unsigned_abs()).ok()?)?;
    Some(if scale < 0 {
        mantissa as f64 / power
    } else {
        mantissa as f64 * power
    })
}

fn parse_exponent(text: &[u8]) -> Option<i64> {
    match text {
        [] => Some(0),
        [b'e' | b'E', sign @ (b'+' | b'-'), digits @ ..] => {
            let value = parse_digits(digits)?;
            Some(if *sign == b'-' { -value } else { value })
        }
        [b'e' | b'E', digits @ ..] => parse_digits(digits),
        _ => None,
    }
}

/// Digits only, at least one; saturates where the value could not matter any more.
fn parse_digits(digits: &[u8]) -> Option<i64> {
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(digits.iter().fold(0, |value, byte| {
        (value * 10 + i64::from(byte - b'0')).min(1 << 40)
    }))
}

/// Seconds since 1970-01-01T00:00.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Time {
    pub(super) seconds: f64,
    /// A day only.
    pub(super) is_day: bool,
}

/// Reads `YYYY-MM-DD`, alone or with `HH:MM[:SS[.fff]]` after a blank or `T`, and a final `Z` (UTC).
pub(super) fn parse_time(cell: &[u8]) -> Option<Time> {
    let (day, clock) = cell.split_at_checked(10)?;
    if day[4] != b'-' || day[7] != b'-' {
        return None;
    }
    let year = i16::try_from(parse_digits(&day[..4])?).ok()?;
    let month = i8::try_from(parse_digits(&day[5..7])?).ok()?;
    let date = Date::new(year, month, i8::try_from(parse_digits(&day[8..])?).ok()?).ok()?;
    let day_seconds = date.duration_since(Date::constant(1970, 1, 1)).as_secs() as f64;
    match clock {
        [] => Some(Time {
            seconds: day_seconds,
            is_day: true,
        }),
        [b' ' | b'T', clock @ ..] => {
            let clock = clock.strip_suffix(b"Z").unwrap_or(clock);
            Some(Time {
                seconds: day_seconds + parse_clock(clock)?,
                is_day: false,
            })
        }
        _ => None,
    }
}

fn parse_clock(clock: &[u8]) -> Option<f64> {
    let field = |text: &[u8], limit: i64| {
        parse_digits(text).filter(|&value| text.len() == 2 && value < limit)
    };
    let mut fields = clock.splitn(3, |&byte| byte == b':');
    let hours = field(fields.next()?, 24)?;
    let minutes = field(fields.next()?, 60)?;
    let (mut seconds, mut fraction) = (0, 0.0);
    if let Some(text) = fields.next() {
        let (whole, digits) = text.split_at_checked(2)?;
        seconds = field(whole, 60)?;
        fraction = match digits {
            [] => 0.0,
            [b'.', digits @ ..] if digits.len() <= 9 => {
                parse_digits(digits)? as f64 / POWERS.get(digits.len())?
            }
            _ => return None,
        };
    }
    Some((hours * 3600 + minutes * 60 + seconds) as f64 + fraction)
}

/// The words of a boolean, no before yes. The last pair counts only where the user chose the kind.
pub(super) const PAIRS: [[&str; 2]; 5] = [
    ["false", "true"],
    ["no", "yes"],
    ["f", "t"],
    ["n", "y"],
    ["0", "1"],
];
/// The pair of digits in [`PAIRS`].
pub(super) const DIGITS: usize = 4;

/// Which pair and which side of it a text is, in upper or lower case.
pub(super) fn parse_truth(text: &str) -> Option<(usize, usize)> {
    PAIRS.iter().enumerate().find_map(|(pair, words)| {
        words
            .iter()
            .position(|word| word.eq_ignore_ascii_case(text))
            .map(|side| (pair, side))
    })
}

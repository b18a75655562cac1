//! Forms of numbers that are written otherwise than `-12.50`: `1.5e-05`, `1e-7`, `.25`.
//!
//! A form is a byte, as the places of a plain number are: below 64 those, from 64 on with a point before all digits, and
//! from 128 on with an exponent. A cell has a form only if writing it gives the cell again.

use std::io::Write;

use super::number::{Plain, write_plain};

/// Set where there is no digit before the decimal mark; the lower bits are the places.
const POINTED: u8 = 0x40;
/// Set where there is an exponent; the lower bits are the two below, and places.
const EXPONENT: u8 = 0x80;
/// Set where the exponent starts with `E`.
const CAPITAL: u8 = 0x40;
/// Set where the exponent has a sign and at least two digits, as C writes it.
const SIGNED: u8 = 0x20;
/// The places of a form.
const PLACES: u8 = 0x1F;
/// Places that C writes at most for `%.18e`, which is what `savetxt` of `NumPy` asks for.
const MAX_PLACES: usize = 18;
/// Places of the shortest digits that give a number; zeros may follow.
const SHORT_PLACES: usize = 16;

/// The form of a cell with that value that is not plain, if it has one.
pub(super) fn other_form(cell: &[u8], value: f64, mark: u8) -> Option<u8> {
    let mut written = Vec::with_capacity(cell.len());
    let mut gives = |form: &u8| {
        written.clear();
        let plain = Plain {
            places: *form,
            residue: 0,
        };
        write_form(value, plain, mark, &mut written);
        written == cell
    };
    let form = shape(cell, mark)?;
    let padded = usize::from(form & PLACES) > SHORT_PLACES && form >= EXPONENT;
    // The places that follow the longest are those of numbers that end with zeros.
    let longest = form + (MAX_PLACES - SHORT_PLACES) as u8;
    Some(form)
        .filter(&mut gives)
        .or_else(|| Some(longest).filter(|_| padded).filter(&mut gives))
}

/// What the cell looks like.
fn shape(cell: &[u8], mark: u8) -> Option<u8> {
    let body = cell.strip_prefix(b"-").unwrap_or(cell);
    if body.first() == Some(&mark) {
        return (body.len() - 1 <= MAX_PLACES).then(|| POINTED | (body.len() - 1) as u8);
    }
    let at = body.iter().position(|byte| matches!(byte, b'e' | b'E'))?;
    let places = at.saturating_sub(2);
    if places > MAX_PLACES {
        return None;
    }
    let capital = if body[at] == b'E' { CAPITAL } else { 0 };
    let signed = match &body[at + 1..] {
        [b'+', ..] | [b'-', _, _, ..] => SIGNED,
        _ => 0,
    };
    Some(EXPONENT | capital | signed | places as u8)
}

/// Writes the cell that gave the value; its places are a form.
pub(super) fn write_form(value: f64, plain: Plain, mark: u8, out: &mut Vec<u8>) {
    let form = plain.places;
    if form < POINTED {
        write_plain(value, plain, mark, out);
    } else if form < EXPONENT {
        let places = form & PLACES;
        write_plain(value, Plain { places, ..plain }, mark, out);
        // The nought before the mark, where there is one.
        let at = out.len().checked_sub(usize::from(places) + 2);
        if let Some(at) = at.filter(|&at| out[at] == b'0') {
            out.remove(at);
        }
    } else {
        write_exponent(value, form, mark, out);
    }
}

fn write_exponent(value: f64, form: u8, mark: u8, out: &mut Vec<u8>) {
    let places = usize::from(form & PLACES);
    // The longest is -1.234567890123456789e-308: there is room.
    let mut room = [0; 32];
    let mut rest = &mut room[..];
    let _ = if places > MAX_PLACES {
        write!(rest, "{value:e}")
    } else {
        write!(rest, "{value:.places$e}")
    };
    let n_free = rest.len();
    let text = &room[..room.len() - n_free];
    let at = text.iter().position(|&byte| byte == b'e');
    let (digits, exponent) = text.split_at(at.unwrap_or(text.len()));
    let start = out.len();
    out.extend(
        digits
            .iter()
            .map(|&byte| if byte == b'.' { mark } else { byte }),
    );
    if places > MAX_PLACES {
        if !digits.contains(&b'.') {
            out.push(mark);
        }
        let sign = usize::from(value.is_sign_negative());
        let length = 2 + places - (MAX_PLACES - SHORT_PLACES);
        out.resize(start + sign + length, b'0');
    }
    out.push(if form & CAPITAL > 0 { b'E' } else { b'e' });
    let exponent = exponent.strip_prefix(b"e").unwrap_or_default();
    if form & SIGNED == 0 {
        out.extend_from_slice(exponent);
        return;
    }
    let (sign, digits) = match exponent {
        [b'-', digits @ ..] => (b'-', digits),
        digits => (b'+', digits),
    };
    out.push(sign);
    if digits.len() < 2 {
        out.push(b'0');
    }
    out.extend_from_slice(digits);
}

#[cfg(test)]
mod tests {
    use super::{super::numbers::read_marked, *};
    use proptest::prelude::*;

    fn form(cell: &str, mark: u8) -> Option<u8> {
        let value = read_marked(cell.as_bytes(), mark)?.value;
        other_form(cell.as_bytes(), value, mark)
    }

    #[test]
    fn what_programs_write_has_a_form() {
        for cell in [
            "1.234000000000000000e-05",
            "1.234000000000000044e-05",
            "-0.000000000000000000e+00",
            "1e-07",
            "1e-7",
            "-2.5E+300",
            "1E5",
            "1.5e5",
            ".25",
            "-.5",
            "1.50e-10",
            "9.9999e+02",
            "1.00000000000000000e+00",
        ] {
            assert!(form(cell, b'.').is_some(), "{cell}");
        }
        for cell in ["1,5e-05", ",25", "-1,234000000000000000e-05"] {
            assert!(form(cell, b',').is_some(), "{cell}");
        }
        for cell in [
            "12e4", "1.e5", "0.1e5", "+.5", "01e5", "5.", "+1", "1e+7", "1e05",
        ] {
            assert_eq!(form(cell, b'.'), None, "{cell}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_written_exactly_has_a_form(
            value in any::<f64>().prop_filter("finite", |x| x.is_finite()),
            places in 0..=MAX_PLACES,
        ) {
            let long = format!("{value:.18e}");
            let short = format!("{value:.places$E}");
            // Between two texts as short as each other, the shortest one is the upper and the rounded one the even.
            let shortest = format!("{value:e}");
            let n_places = shortest.split_once('.').map_or(0, |(_, rest)| rest.find('e').unwrap_or(0));
            let is_rounded = shortest == format!("{value:.n_places$e}");
            for cell in [long, short].into_iter().chain(is_rounded.then_some(shortest)) {
                let read = read_marked(cell.as_bytes(), b'.').map_or(f64::NAN, |number| number.value);
                // Few places of a number near the largest are more than the largest.
                prop_assert!(read.is_nan() || form(&cell, b'.').is_some(), "{}", cell);
            }
        }
    }
}

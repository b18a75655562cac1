//! Text out: numbers, and CSV as in RFC 4180 with a line feed at the end of each record.

/// Appends one record.
pub(crate) fn write_record<'a>(out: &mut Vec<u8>, cells: impl IntoIterator<Item = &'a str>) {
    let start = out.len();
    for (position, cell) in cells.into_iter().enumerate() {
        if position > 0 {
            out.push(b',');
        }
        write_cell(out, cell);
    }
    // A record of one empty cell would be a blank line, which readers skip.
    if out.len() == start {
        out.extend_from_slice(b"\"\"");
    }
    out.push(b'\n');
}

/// Appends a cell, in quotation marks where it needs them.
pub(crate) fn write_cell(out: &mut Vec<u8>, cell: &str) {
    let is_special = |byte: u8| matches!(byte, b',' | b'"' | b'\n' | b'\r');
    // Blanks at the ends survive readers that trim only when they stand in quotation marks.
    let has_outer_blanks = cell.trim().len() < cell.len();
    if !has_outer_blanks && !cell.bytes().any(is_special) {
        out.extend_from_slice(cell.as_bytes());
        return;
    }
    out.push(b'"');
    out.extend_from_slice(cell.replace('"', "\"\"").as_bytes());
    out.push(b'"');
}

/// Appends the shortest text that reads back as the same bits, as the standard library writes it; with an exponent where there
/// would be a row of zeros.
pub(crate) fn write_number(out: &mut Vec<u8>, number: f64) {
    let size = number.abs();
    if (1e-4..1e15).contains(&size) {
        let mut buffer = zmij::Buffer::new();
        let text = buffer.format_finite(number).as_bytes();
        let text = text.strip_suffix(b".0").unwrap_or(text);
        out.extend_from_slice(text);
        if let (Some(digit), Some(last)) = (digit_of_half(number, text), out.last_mut()) {
            *last = b'0' + digit;
        }
        return;
    }
    let text = if size == 0.0 || (1e-5..1e17).contains(&size) {
        number.to_string()
    } else {
        format!("{number:e}")
    };
    out.extend_from_slice(text.as_bytes());
}

/// The last digit of a number that is just between two shortest texts: there the standard library goes up, and others to the even
/// digit. So it is this digit, or one that is larger by one and odd.
fn digit_of_half(number: f64, text: &[u8]) -> Option<u8> {
    let point = text.iter().position(|&byte| byte == b'.');
    let n_decimals = point.map_or(0, |point| text.len() - point - 1) as u32;
    // In full it has as many decimals as its fraction has bits, and ends with a five.
    let bits = number.to_bits();
    let (exponent, mantissa) = (
        (bits >> 52 & 0x7ff) as i32,
        bits & ((1 << 52) - 1) | 1 << 52,
    );
    let n_all = 1075 - exponent - mantissa.trailing_zeros() as i32;
    // Twice the number, as a whole one: its digits, some seventeen, and half a unit of the last.
    let odd = mantissa >> mantissa.trailing_zeros();
    let up = || (odd.wrapping_mul(5_u64.wrapping_pow(n_decimals)) / 2 + 1) % 10;
    (n_all == n_decimals as i32 + 1).then(|| up() as u8)
}

/// The text of 1, 2, 3 …
pub(crate) struct Counter(Vec<u8>);

impl Counter {
    pub fn from_one() -> Self {
        Self(vec![b'1'])
    }

    pub fn text(&self) -> &[u8] {
        &self.0
    }

    /// Goes on to the next number.
    pub fn advance(&mut self) {
        for digit in self.0.iter_mut().rev() {
            if *digit < b'9' {
                *digit += 1;
                return;
            }
            *digit = b'0';
        }
        self.0.insert(0, b'1');
    }
}

/// About four significant digits, for people.
pub(crate) fn short(number: f64) -> String {
    let size = number.abs();
    if number == 0.0 {
        return "0".into();
    }
    if !(1e-4..1e15).contains(&size) {
        return format!("{number:.3e}");
    }
    let n_whole_digits = format!("{size:.0}").len();
    let n_decimals = if size < 1.0 {
        4
    } else {
        4_usize.saturating_sub(n_whole_digits)
    };
    let text = format!("{number:.n_decimals$}");
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').into()
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_read_back_as_the_same_bits() {
        for (number, text) in [
            (0.0, "0"),
            (-0.0, "-0"),
            (0.1, "0.1"),
            (1e16, "10000000000000000"),
            (1e17, "1e17"),
            (-1.5e-5, "-0.000015"),
            (9.5e-6, "9.5e-6"),
            (f64::MIN_POSITIVE, "2.2250738585072014e-308"),
        ] {
            assert_eq!(number_text(number), text);
        }
    }

    fn number_text(number: f64) -> String {
        let mut out = Vec::new();
        write_number(&mut out, number);
        String::from_utf8(out).unwrap()
    }

    /// As the standard library writes it.
    fn plain_text(number: f64) -> String {
        let size = number.abs();
        if size != 0.0 && !(1e-5..1e17).contains(&size) {
            format!("{number:e}")
        } else {
            number.to_string()
        }
    }

    #[test]
    fn numbers_of_all_sizes_are_written_as_the_standard_library_does() {
        for exponent in -1074..1024 {
            let power =
                2.0_f64.powi(exponent.max(-1022)) * 2.0_f64.powi(exponent.min(-1022) + 1022);
            for number in [
                power,
                power.next_up(),
                power.next_down(),
                -power,
                power * 1.5,
            ] {
                assert_eq!(number_text(number), plain_text(number));
            }
        }
        for exponent in -320..309 {
            let power: f64 = format!("1e{exponent}").parse().unwrap();
            for number in [
                power,
                power.next_up(),
                power.next_down(),
                9.5 * power,
                -power,
            ] {
                assert_eq!(number_text(number), plain_text(number));
            }
        }
        assert_eq!(number_text(f64::NAN), "NaN");
        assert_eq!(number_text(f64::NEG_INFINITY), "-inf");
    }

    #[test]
    fn rows_are_counted() {
        let mut counter = Counter::from_one();
        for row in 1..12_345 {
            assert_eq!(counter.text(), row.to_string().as_bytes());
            counter.advance();
        }
    }

    proptest! {
        #[test]
        fn every_number_reads_back(bits in any::<u64>()) {
            let number = f64::from_bits(bits);
            prop_assume!(number.is_finite());
            prop_assert_eq!(number_text(number).parse::<f64>().unwrap().to_bits(), bits);
            prop_assert_eq!(number_text(number), plain_text(number));
        }

        #[test]
        fn numbers_on_a_grid_are_written_as_the_standard_library_does(steps in any::<i32>(), bits in 0_i32..40, share in 0.0..1.0_f64) {
            for number in [f64::from(steps) / 2_f64.powi(bits), share, 1.0 - share] {
                prop_assert_eq!(number_text(number), plain_text(number));
            }
        }

        #[test]
        fn every_record_reads_back(records in prop::collection::vec(prop::collection::vec("[a, \"\n\rä']{0,5}", 3), 1..5)) {
            let mut out = Vec::new();
            for record in &records {
                write_record(&mut out, record.iter().map(String::as_str));
            }
            let mut reader = ::csv::ReaderBuilder::new().has_headers(false).from_reader(out.as_slice());
            let found: Vec<Vec<String>> =
                reader.records().map(|record| record.unwrap().iter().map(str::to_string).collect()).collect();
            prop_assert_eq!(found, records);
        }
    }

    #[test]
    fn people_see_four_digits() {
        for (number, text) in [
            (0.0, "0"),
            (12.0, "12"),
            (0.123_456, "0.1235"),
            (-3.25, "-3.25"),
            (123_456.7, "123457"),
            (99.996, "100"),
            (0.000_012, "1.200e-5"),
        ] {
            assert_eq!(short(number), text);
        }
    }

    #[test]
    fn a_single_empty_cell_is_no_blank_line() {
        let mut out = Vec::new();
        write_record(&mut out, [""]);
        assert_eq!(out, b"\"\"\n");
    }
}

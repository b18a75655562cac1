//! What the reader must make of any bytes: what the `csv` crate makes of them, however they are sliced.
//!
//! The reader decides from the first bytes, which it takes at once. Here they are the header, so that all else is read in
//! slices: whole rows go the short way, pieces of rows go through the parser.
#![allow(dead_code)]

use tabwright_table::{Encoding, Kind, ReadOptions, Reader, Table, TableError, format_value};

/// The cells that columns begin with, if not with those under test: what a column is at first decides how it goes on.
const FIRST_CELLS: [Option<&str>; 5] = [
    None,
    Some("1"),
    Some("\"\""),
    Some("2024-02-29"),
    Some("2024-02-29 12:30"),
];

pub type Rows = Vec<Vec<String>>;

/// A header, and perhaps a row of equal cells.
fn prefix(delimiter: u8, width: usize, first: Option<&str>) -> (Vec<u8>, usize) {
    let line = |cell: &dyn Fn(usize) -> String| {
        let cells: Vec<String> = (1..=width).map(cell).collect();
        cells.join(&char::from(delimiter).to_string()) + "\n"
    };
    let header = line(&|number| format!("column_{number}"));
    let row = first.map(|first| line(&|_| first.into()));
    let n_rows = usize::from(row.is_some());
    ((header + &row.unwrap_or_default()).into_bytes(), n_rows)
}

/// The bytes of a text in UTF-16.
fn utf16(bytes: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes);
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// Texts only, or whatever the reader infers.
fn options(delimiter: u8, width: usize, as_texts: bool, encoding: Encoding) -> ReadOptions {
    let kinds = (1..=width).map(|number| (format!("column_{number}"), Kind::Text));
    ReadOptions {
        delimiter: Some(char::from(delimiter)),
        has_header: Some(true),
        comment: Some(' '),
        encoding: Some(encoding),
        missing_tokens: Some(Vec::new()),
        kinds: kinds.filter(|_| as_texts).collect(),
        ..ReadOptions::default()
    }
}

fn read<'a>(
    start: &[u8],
    slices: impl IntoIterator<Item = &'a [u8]>,
    options: ReadOptions,
) -> Result<(Table, tabwright_table::ReadReport), TableError> {
    let mut reader = Reader::new(options).with_sample(start.len());
    reader.push(start)?;
    for slice in slices {
        reader.push(slice)?;
    }
    reader.finish()
}

/// Rows of that width, and the number of all others, as the `csv` crate reads them.
fn read_by_csv(bytes: &[u8], delimiter: u8, width: usize) -> (Rows, usize) {
    // Bytes become characters before characters become cells.
    let text = String::from_utf8_lossy(bytes);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let rows = reader.byte_records().map(|row| -> Vec<String> {
        row.unwrap()
            .iter()
            .map(|cell| String::from_utf8_lossy(cell).into_owned())
            .collect()
    });
    let (fitting, others): (Rows, Rows) = rows.partition(|row| row.len() == width);
    (fitting, others.len())
}

fn cells(table: &Table, from: usize) -> Rows {
    let row = |row| {
        table
            .columns()
            .iter()
            .map(|column| format_value(column, row))
            .collect()
    };
    (from..table.n_rows()).map(row).collect()
}

/// Bytes that both read alike: without blanks, which the reader drops around cells, NUL bytes, which it refuses, and a byte order
/// mark, which `csv` drops at the start only.
fn comparable(bytes: &[u8]) -> Vec<u8> {
    let kept = bytes
        .iter()
        .copied()
        .filter(|byte| !matches!(byte, 0 | b' ' | b'\t' | 0xEF));
    kept.collect()
}

/// Checks texts against the `csv` crate, whole and byte by byte, and that whatever is inferred does not depend on the slices.
pub fn check(bytes: &[u8], delimiter: u8, width: usize) {
    let plain = comparable(bytes);
    let (expected, n_others) = read_by_csv(&plain, delimiter, width);
    for first in FIRST_CELLS {
        let (start, n_before) = prefix(delimiter, width, first);
        for encoding in [Encoding::Utf8, Encoding::Utf16Le] {
            let encode = |bytes: &[u8]| match encoding {
                Encoding::Utf16Le => utf16(bytes),
                _ => bytes.to_vec(),
            };
            let (start, rest) = (encode(&start), encode(&plain));
            for size in [rest.len().max(1), 1, 61] {
                let options = options(delimiter, width, true, encoding);
                let met = read(&start, rest.chunks(size), options);
                let (found, n_bad_rows) = match met {
                    Ok((table, report)) => (cells(&table, n_before), report.n_bad_rows),
                    Err(TableError::NoFittingRow { rows, .. }) => (Vec::new(), rows),
                    Err(TableError::NoRows { .. }) => (Vec::new(), 0),
                    Err(error) => panic!("{error}"),
                };
                let text = String::from_utf8_lossy(&plain);
                assert_eq!(found, expected, "{text:?} behind {first:?} in {encoding:?}");
                assert_eq!(n_bad_rows, n_others, "{text:?}");
            }
        }
    }
    same_for_all(bytes, delimiter, width, |bytes| {
        vec![bytes.chunks(1).collect(), bytes.chunks(67).collect()]
    });
}

/// Checks that two slices give the same as one, cut at every byte.
pub fn check_every_cut(bytes: &[u8], delimiter: u8, width: usize) {
    same_for_all(bytes, delimiter, width, |bytes| {
        let cuts = (1..bytes.len()).map(|at| vec![&bytes[..at], &bytes[at..]]);
        cuts.collect()
    });
}

fn same_for_all(bytes: &[u8], delimiter: u8, width: usize, cut: impl Fn(&[u8]) -> Vec<Vec<&[u8]>>) {
    for first in FIRST_CELLS {
        let (start, n_before) = prefix(delimiter, width, first);
        same_in(
            Encoding::Utf8,
            &start,
            n_before,
            bytes,
            (delimiter, width),
            &cut,
        );
        let (start, bytes) = (utf16(&start), utf16(bytes));
        same_in(
            Encoding::Utf16Le,
            &start,
            n_before,
            &bytes,
            (delimiter, width),
            &cut,
        );
    }
}

fn same_in(
    encoding: Encoding,
    start: &[u8],
    n_before: usize,
    bytes: &[u8],
    (delimiter, width): (u8, usize),
    cut: impl Fn(&[u8]) -> Vec<Vec<&[u8]>>,
) {
    // As text, because a missing number differs from itself; of the table only what follows the prefix.
    let show = |slices: Vec<&[u8]>| match read(
        start,
        slices,
        options(delimiter, width, false, encoding),
    ) {
        Ok((table, report)) => format!("{:?} {report:?}", cells(&table, n_before)),
        Err(error) => format!("{error:?}"),
    };
    let whole = show(vec![bytes]);
    for cut in cut(bytes) {
        let lengths: Vec<_> = cut.iter().map(|slice| slice.len()).collect();
        assert_eq!(
            show(cut),
            whole,
            "{:?} in {lengths:?}",
            String::from_utf8_lossy(bytes)
        );
    }
}

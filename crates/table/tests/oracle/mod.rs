//! What the reader must make of any bytes: what the `csv` crate makes of them, however they are sliced.
//!
//! The reader decides from the first 64 KiB, which it takes at once. Plain rows of that size are put before the bytes
//! under test, so that these are read in slices: whole rows go the short way, pieces of rows go through the parser.
#![allow(dead_code)]

use std::sync::OnceLock;

use tabwright_table::{Kind, ReadOptions, Reader, Table, TableError, format_value};

/// The reader's sample.
const SAMPLE_BYTES: usize = 64 << 10;

pub type Rows = Vec<Vec<String>>;

/// A header and rows that fill the sample.
fn prefix(delimiter: u8, width: usize) -> (Vec<u8>, usize) {
    let line = |cell: &dyn Fn(usize) -> String| {
        let cells: Vec<String> = (1..=width).map(cell).collect();
        cells.join(&char::from(delimiter).to_string()) + "\n"
    };
    let header = line(&|number| format!("column_{number}"));
    let row = line(&|_| "1".into());
    let n_rows = (SAMPLE_BYTES - header.len()).div_ceil(row.len());
    let text = header + &row.repeat(n_rows);
    (text.into_bytes(), n_rows)
}

/// Texts only, or whatever the reader infers.
fn options(delimiter: u8, width: usize, as_texts: bool) -> ReadOptions {
    let kinds = (1..=width).map(|number| (format!("column_{number}"), Kind::Text));
    ReadOptions {
        delimiter: Some(char::from(delimiter)),
        has_header: Some(true),
        comment: Some(' '),
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
    let mut reader = Reader::new(options);
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
    let (start, n_before) = prefix(delimiter, width);
    let plain = comparable(bytes);
    let (expected, n_others) = read_by_csv(&plain, delimiter, width);
    let bytewise = || plain.chunks(1);
    for slices in [
        vec![&plain[..]],
        bytewise().collect(),
        plain.chunks(61).collect(),
    ] {
        let (table, report) = read(&start, slices, options(delimiter, width, true)).unwrap();
        assert_eq!(
            cells(&table, n_before),
            expected,
            "{:?}",
            String::from_utf8_lossy(&plain)
        );
        assert_eq!(report.n_bad_rows, n_others);
    }
    same_for_all(
        bytes,
        delimiter,
        width,
        [bytes.chunks(1).collect(), bytes.chunks(67).collect()],
    );
}

/// Checks that two slices give the same as one, cut at every byte.
pub fn check_every_cut(bytes: &[u8], delimiter: u8, width: usize) {
    let cuts = (1..bytes.len()).map(|at| vec![&bytes[..at], &bytes[at..]]);
    same_for_all(bytes, delimiter, width, cuts);
}

fn same_for_all<'a>(
    bytes: &'a [u8],
    delimiter: u8,
    width: usize,
    cuts: impl IntoIterator<Item = Vec<&'a [u8]>>,
) {
    static PREFIXES: OnceLock<Vec<(Vec<u8>, usize)>> = OnceLock::new();
    let prefixes = PREFIXES.get_or_init(|| (1..8).map(|width| prefix(b',', width)).collect());
    let (start, n_before) = match prefixes.get(width - 1) {
        Some(prefix) if delimiter == b',' => prefix.clone(),
        _ => prefix(delimiter, width),
    };
    // As text, because a missing number differs from itself; of the table only what follows the prefix.
    let show = |slices: Vec<&[u8]>| match read(&start, slices, options(delimiter, width, false)) {
        Ok((table, report)) => format!("{:?} {report:?}", cells(&table, n_before)),
        Err(error) => format!("{error:?}"),
    };
    let whole = show(vec![bytes]);
    for cut in cuts {
        let lengths: Vec<_> = cut.iter().map(|slice| slice.len()).collect();
        assert_eq!(
            show(cut),
            whole,
            "{:?} in {lengths:?}",
            String::from_utf8_lossy(bytes)
        );
    }
}

//! What reading takes of memory: at most 1.3 × the bytes of the columns, besides 32 MB, where numbers are written in one
//! of the usual ways; and what it takes where each cell's text has to be kept.
//!
//! A test of its own, because it counts what the whole process allocates.

use tabwright_table::{ReadOptions, Reader, Table, Values};
use tabwright_tests::memory::{Counting, peak_of};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const N_ROWS: usize = 200_000;
const N_COLUMNS: usize = 29;
const FREE_BYTES: usize = 32 << 20;

/// How a test writes its numbers.
type Write = fn(f64) -> String;

/// Trailing zeros are dropped, so that the number of decimals varies.
fn plain(number: f64) -> String {
    number.to_string()
}

/// As `savetxt` of `NumPy` does unless it is told otherwise.
fn numpy(number: f64) -> String {
    let text = format!("{number:.18e}");
    let (digits, exponent) = text.split_once('e').unwrap();
    let exponent: i32 = exponent.parse().unwrap();
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.abs())
}

/// With zeros behind the digits that matter.
fn padded(number: f64) -> String {
    let (digits, exponent) = format!("{number:e}")
        .split_once('e')
        .map(|(a, b)| (a.to_string(), b.to_string()))
        .unwrap();
    let whole = digits.trim_start_matches('-').len();
    let point = if digits.contains('.') { "" } else { "." };
    let zeros = 20 - whole - point.len();
    let exponent: i32 = exponent.parse().unwrap();
    let sign = if exponent < 0 { '-' } else { '+' };
    format!(
        "{digits}{point}{}e{sign}{:02}",
        "0".repeat(zeros),
        exponent.abs()
    )
}

/// Without a digit before the decimal point.
fn pointed(number: f64) -> String {
    let text = format!("{:.5}", number.abs() / 10.0);
    text.strip_prefix('0').unwrap().to_string()
}

/// No form of a number gives a plus sign again.
fn signed(number: f64) -> String {
    format!("+{}", number.abs())
}

/// A block of rows that are all different, written into the buffer anew each time.
fn write_rows(buffer: &mut String, rows: std::ops::Range<usize>, write_number: Write) {
    use std::fmt::Write;
    buffer.clear();
    for row in rows {
        for column in 0..N_COLUMNS - 1 {
            let mixed = (row * N_COLUMNS + column).wrapping_mul(0x9E37_79B9) % 1_000_003;
            let number = (mixed as f64 - 500_000.0) / 100_000.0;
            write!(buffer, "{},", write_number(number)).unwrap();
        }
        writeln!(buffer, "{}", row % 2).unwrap();
    }
}

fn read(n_bytes: Option<u64>, write_number: Write) -> Table {
    let mut buffer = String::with_capacity(5_000 * N_COLUMNS * 26);
    let mut reader = Reader::new(ReadOptions::default());
    if let Some(n_bytes) = n_bytes {
        reader = reader.of_length(n_bytes);
    }
    let names: Vec<String> = (0..N_COLUMNS).map(|column| format!("f{column}")).collect();
    reader.push((names.join(",") + "\n").as_bytes()).unwrap();
    for start in (0..N_ROWS).step_by(5_000) {
        write_rows(&mut buffer, start..start + 5_000, write_number);
        reader.push(buffer.as_bytes()).unwrap();
    }
    reader.finish().unwrap().0
}

/// The most that was held at once while reading, and the columns' bytes.
fn peak(n_bytes: Option<u64>, write_number: Write) -> (usize, usize) {
    let (table, peak) = peak_of(|| read(n_bytes, write_number));
    assert_eq!((table.n_rows(), table.columns().len()), (N_ROWS, N_COLUMNS));
    let held = |values: &Values| match values {
        Values::Numbers(numbers) => size_of_val(numbers.as_slice()),
        Values::Codes { codes, .. } => size_of_val(codes.as_slice()),
    };
    let typed = table
        .columns()
        .iter()
        .map(|column| held(&column.values))
        .sum();
    for column in table.columns() {
        let Values::Numbers(numbers) = &column.values else {
            panic!("{} is text", column.name)
        };
        assert_eq!(
            numbers.capacity(),
            N_ROWS,
            "a column holds more than its rows"
        );
    }
    (peak, typed)
}

#[test]
fn columns_are_all_that_is_held() {
    for (n_bytes, write_number) in [
        (None, plain as Write),
        (Some(N_ROWS as u64 * 235), plain),
        (None, numpy),
        (None, padded),
        (None, pointed),
    ] {
        let (peak, typed) = peak(n_bytes, write_number);
        assert_eq!(typed, N_ROWS * N_COLUMNS * 8);
        let share = (peak as f64 - FREE_BYTES as f64) / typed as f64;
        println!(
            "peak {peak} bytes for {typed} of columns (length given: {n_bytes:?}), {:.3} × of all",
            peak as f64 / typed as f64
        );
        assert!(
            share < 1.3,
            "{share:.3} × the columns' bytes besides 32 MiB"
        );
        // Nor is it the 32 MiB that make it pass.
        assert!(peak * 10 < typed * 13 + (40 << 20));
    }
    // A cell whose text is kept takes it and 16 bytes besides, in lists that double as they grow.
    let (peak, typed) = peak(None, signed);
    let share = peak as f64 / typed as f64;
    println!("{share:.3} × the columns' bytes where every text is kept");
    assert!(share < 6.0, "{share:.3}");
}

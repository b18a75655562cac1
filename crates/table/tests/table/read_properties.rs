//! Whatever the `csv` crate writes is read back, in slices of any length.

use proptest::{collection::vec, prelude::*};
use tabwright_table::{Kind, ReadOptions, ReadReport, Reader, Table, TableError, format_value};

type Rows = Vec<Vec<String>>;

/// Bytes that the reader decides by: few, so that it takes the others as they are sliced.
const SAMPLE: usize = 16;

fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-z0-9 ,;|\t\"\r\n.é\u{1F600}-]{0,8}",
        2 => "-?[0-9]{1,4}(\\.[0-9]{1,3})?",
        1 => Just(String::new()),
        1 => Just("\"".to_string()),
    ]
}

fn table() -> impl Strategy<Value = Rows> {
    (1..5_usize).prop_flat_map(|width| vec(vec(cell(), width), 1..12))
}

fn write(rows: &Rows, delimiter: u8, terminator: csv::Terminator) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new()
        .delimiter(delimiter)
        .terminator(terminator)
        .from_writer(Vec::new());
    for row in rows {
        writer.write_record(row).unwrap();
    }
    writer.into_inner().unwrap()
}

/// The reading of the `csv` crate, with blanks around cells dropped and blank lines skipped as ours does.
fn read_by_csv(bytes: &[u8], delimiter: u8) -> Rows {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .from_reader(bytes);
    let rows = reader.records().map(|row| {
        row.unwrap()
            .iter()
            .map(|cell| cell.trim_matches([' ', '\t']).into())
            .collect()
    });
    rows.collect()
}

fn options(delimiter: u8, width: usize) -> ReadOptions {
    ReadOptions {
        delimiter: Some(char::from(delimiter)),
        has_header: Some(true),
        comment: Some(' '),
        missing_tokens: Some(Vec::new()),
        kinds: (1..=width)
            .map(|number| (format!("column_{number}"), Kind::Text))
            .collect(),
        ..ReadOptions::default()
    }
}

fn read(
    bytes: &[u8],
    cuts: &[usize],
    options: ReadOptions,
) -> Result<(Table, ReadReport), TableError> {
    read_behind(SAMPLE, bytes, cuts, options)
}

/// The same with that many bytes of which the reader takes no notice how they are sliced.
fn read_behind(
    sample: usize,
    bytes: &[u8],
    cuts: &[usize],
    options: ReadOptions,
) -> Result<(Table, ReadReport), TableError> {
    let mut reader = Reader::new(options).with_sample(sample);
    let mut rest = bytes;
    for &cut in cuts.iter().cycle() {
        if rest.is_empty() {
            break;
        }
        let (slice, after) = rest.split_at(cut.min(rest.len()));
        reader.push(slice)?;
        rest = after;
    }
    reader.finish()
}

fn cells(table: &Table) -> Rows {
    let row = |row| {
        table
            .columns()
            .iter()
            .map(|column| format_value(column, row))
            .collect()
    };
    (0..table.n_rows()).map(row).collect()
}

/// Kind, format, question, and each cell's value, in the order of the cells.
fn seen(cells: &[&str]) -> String {
    let lines: Vec<_> = cells.iter().map(|cell| format!("{cell};z\n")).collect();
    let options = ReadOptions {
        delimiter: Some(';'),
        has_header: Some(true),
        comment: Some(' '),
        ..ReadOptions::default()
    };
    let text = format!("x;y\n{}", lines.concat());
    let (table, report) = read(text.as_bytes(), &[text.len()], options).unwrap();
    let mut values: Vec<_> = (cells.iter().enumerate())
        .map(|(row, cell)| (*cell, format_value(&table.columns()[0], row)))
        .collect();
    values.sort();
    let report = &report.columns[0];
    let (kind, format, question) = (report.kind.value, &report.format, &report.question);
    format!("{kind:?} {format:?} {question:?} {values:?}")
}

/// What looks alike and is not, few of each, so that they meet.
const CELLS: [&str; 22] = [
    "1",
    "-2",
    "1,5",
    "2.5",
    "1,234",
    "+1,234",
    "1e5",
    "12e4",
    "1,5e3",
    "007",
    "0045",
    "-00",
    "+7",
    ",5",
    ".5",
    "5,",
    "1234567890123456",
    "1.234",
    "2024-01-02",
    "",
    "1.234,5",
    "12 %",
];

#[test]
fn rows_in_either_order() {
    for (cells, expected) in [
        (
            &["1,5", "1e5"][..],
            "Decimal Some(Number(NumberFormat { decimal: ',', thousands: None, unit: None }))",
        ),
        (
            &["1,5", "007"],
            "Decimal Some(Number(NumberFormat { decimal: ',', thousands: None, unit: None }))",
        ),
        (&["007", "0045", "12e4"], "Identifier None"),
        (&["007", "0045", "1.5"], "Decimal None"),
    ] {
        let reversed: Vec<_> = cells.iter().rev().copied().collect();
        assert!(seen(cells).starts_with(expected), "{}", seen(cells));
        assert_eq!(seen(&reversed), seen(cells));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_rows_does_not_matter(
        (cells, shuffled) in prop::sample::subsequence(CELLS.to_vec(), 1..5)
            .prop_flat_map(|cells| (Just(cells.clone()), Just(cells).prop_shuffle())),
    ) {
        prop_assert_eq!(seen(&cells), seen(&shuffled));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn written_cells_come_back(
        rows in table(),
        delimiter in prop::sample::select(b",;\t|".to_vec()),
        crlf in any::<bool>(),
        cuts in prop_oneof![Just(vec![1]), vec(1..20_usize, 1..5)],
    ) {
        let terminator = if crlf { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') };
        let bytes = write(&rows, delimiter, terminator);
        let mut expected = read_by_csv(&bytes, delimiter);
        let width = rows[0].len();
        // The sample is too small to tell how many cells a row has.
        let names: Vec<_> = (1..=width).map(|number| format!("column_{number}")).collect();
        let bytes = [write(&vec![names], delimiter, terminator), bytes].concat();
        let mut met = match read(&bytes, &cuts, options(delimiter, width)) {
            Ok((table, report)) => {
                prop_assert_eq!(report.n_bad_rows, 0);
                cells(&table)
            }
            // Tabs alone are blanks, also where the tab is the delimiter.
            Err(TableError::NoRows { .. }) => {
                expected.retain(|row| row.iter().any(|cell| !cell.is_empty()));
                Vec::new()
            }
            Err(error) => return Err(TestCaseError::fail(error.to_string())),
        };
        // In a file of one column, a line of nothing but blanks is skipped here and a cell there.
        if width == 1 {
            expected.retain(|row| !row[0].is_empty());
            met.retain(|row| !row[0].is_empty());
        }
        prop_assert_eq!(met, expected);
    }

    #[test]
    fn slices_do_not_matter(
        bytes in prop_oneof![vec(1..=255_u8, 1..60), "[a-c0-9,\"\r\n é]{1,60}".prop_map(String::into_bytes)],
        cuts in vec(1..9_usize, 1..5),
        sample in 1..24_usize,
    ) {
        // As text, because a missing number differs from itself.
        let show = |cuts: &[usize]| format!("{:?}", read_behind(sample, &bytes, cuts, ReadOptions::default()));
        prop_assert_eq!(show(&cuts), show(&[bytes.len()]));
    }

    #[test]
    fn numbers_are_exact(numbers in vec(prop_oneof![
        any::<f64>().prop_filter("finite", |x| x.is_finite()),
        (-1_000_000..1_000_000_i64, 0..6_i32).prop_map(|(whole, places)| whole as f64 / 10_f64.powi(places)),
    ], 1..30)) {
        let lines: Vec<_> = numbers.iter().map(|number| format!("{number:?}\n")).collect();
        let text = format!("x\n{}", lines.concat());
        let options = ReadOptions {
            kinds: [("x".to_string(), Kind::Decimal)].into(),
            has_header: Some(true),
            ..ReadOptions::default()
        };
        let (table, _) = read(text.as_bytes(), &[7], options).unwrap();
        for (row, number) in numbers.iter().enumerate() {
            let text = format_value(&table.columns()[0], row);
            prop_assert_eq!(text.parse::<f64>().unwrap(), *number, "{}", text);
        }
    }
}

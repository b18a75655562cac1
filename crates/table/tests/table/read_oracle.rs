//! Both ways through the reader against the `csv` crate, on generated tables, on the same tables broken at random, and on
//! a kept corpus: see `oracle/mod.rs`.

use crate::oracle;

use oracle::{check, check_every_cut};
use proptest::{collection::vec, prelude::*};

fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-z0-9,;|\"\r\n.é-]{0,8}",
        4 => "-?[0-9]{1,4}(\\.[0-9]{1,3})?",
        2 => "[a-z0-9]{0,70}",
        1 => Just(String::new()),
        1 => Just("\"".to_string()),
    ]
}

fn table() -> impl Strategy<Value = Vec<Vec<String>>> {
    (1..5_usize, 1..40_usize)
        .prop_flat_map(|(width, n_rows)| vec(vec(cell(), width), 1..n_rows + 1))
}

fn write(rows: &[Vec<String>], delimiter: u8, crlf: bool, quote_all: bool) -> Vec<u8> {
    let style = if quote_all {
        csv::QuoteStyle::Always
    } else {
        csv::QuoteStyle::Necessary
    };
    let terminator = if crlf {
        csv::Terminator::CRLF
    } else {
        csv::Terminator::Any(b'\n')
    };
    let mut writer = csv::WriterBuilder::new()
        .delimiter(delimiter)
        .terminator(terminator)
        .quote_style(style)
        .from_writer(Vec::new());
    for row in rows {
        writer.write_record(row).unwrap();
    }
    writer.into_inner().unwrap()
}

/// Rows without a quotation mark, so that all of them can go the short way.
fn plain_text() -> impl Strategy<Value = String> {
    let line = (
        vec("[a-z0-9.-]{0,12}", 3),
        prop::sample::select(vec!["\n", "\n", "\n", "\r\n", "\r", "\n\n"]),
    );
    vec(line, 0..60).prop_map(|lines| {
        lines
            .iter()
            .map(|(cells, end)| cells.join(",") + end)
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn written_tables(rows in table(), delimiter in prop::sample::select(b",;|".to_vec()), crlf in any::<bool>(), quote_all in any::<bool>()) {
        check(&write(&rows, delimiter, crlf, quote_all), delimiter, rows[0].len());
    }

    #[test]
    fn broken_tables(rows in table(), quote_all in any::<bool>(), edits in vec((any::<prop::sample::Index>(), prop::sample::select(b"\"\"\n\r,,x1\xFF\xC3".to_vec()), 0..3_u8), 1..6)) {
        let mut bytes = write(&rows, b',', false, quote_all);
        for (at, byte, edit) in edits {
            let at = at.index(bytes.len());
            match edit {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ => bytes.truncate(at.max(1)),
            }
        }
        check(&bytes, b',', rows[0].len());
    }

    #[test]
    fn plain_tables_with_any_line_end(text in plain_text()) {
        check(text.as_bytes(), b',', 3);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn every_cut(bytes in vec(prop::sample::select(b"ab1.,,\n\n\r\"\"\xC3\xA9".to_vec()), 1..90)) {
        check_every_cut(&bytes, b',', 2);
    }
}

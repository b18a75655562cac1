//! Files that are not as they should be, and decisions with their reasons.

use tabwright_table::{
    Encoding, Kind, MISSING_CODE, ReadOptions, ReadReport, Reader, Table, TableError, Values,
    format_value,
};

fn read_with(bytes: &[u8], options: ReadOptions) -> Result<(Table, ReadReport), TableError> {
    let mut reader = Reader::new(options);
    for slice in bytes.chunks(7) {
        reader.push(slice)?;
    }
    reader.finish()
}

fn read(text: &str) -> (Table, ReadReport) {
    read_with(text.as_bytes(), ReadOptions::default()).unwrap()
}

fn fails(bytes: &[u8]) -> TableError {
    read_with(bytes, ReadOptions::default()).unwrap_err()
}

fn names(table: &Table) -> Vec<&str> {
    table
        .columns()
        .iter()
        .map(|column| column.name.as_str())
        .collect()
}

fn row(table: &Table, row: usize) -> Vec<String> {
    table
        .columns()
        .iter()
        .map(|column| format_value(column, row))
        .collect()
}

/// The kind that a column of these cells gets.
fn kind_of<'a>(cells: impl IntoIterator<Item = &'a str>) -> Kind {
    let cells: Vec<_> = cells
        .into_iter()
        .map(|cell| format!("{cell},1\n"))
        .collect();
    let (table, _) = read(&format!("x,y\n{}", cells.concat()));
    table.columns()[0].kind
}

#[test]
fn nothing_to_read() {
    assert_eq!(fails(b""), TableError::Empty);
    assert_eq!(fails(b" \n\r\n \t\n"), TableError::Empty);
    assert_eq!(fails(b"\xEF\xBB\xBF"), TableError::Empty);
    assert_eq!(fails(b"a,b,c\n"), TableError::NoRows { columns: 3 });
    assert_eq!(fails(b"a\nb\0c\n"), TableError::NulByte { line: 2 });
    let workbook = fails(b"PK\x03\x04\x14\0\x06\0").to_string();
    assert!(workbook.contains("Excel workbook"), "{workbook}");
    let parquet = fails(b"PAR1\x15\x04").to_string();
    assert!(parquet.contains("Parquet"), "{parquet}");
    let expected = TableError::NoFittingRow {
        expected: 3,
        found: 2,
        line: 2,
        rows: 1,
    };
    assert_eq!(fails(b"a,b,c\n1,2"), expected);
    let options = ReadOptions {
        delimiter: Some('"'),
        ..ReadOptions::default()
    };
    assert_eq!(
        read_with(b"a,b\n1,2", options),
        Err(TableError::BadDelimiter { found: '"' })
    );
    let mut endless = b"a,b\n1,\"".to_vec();
    endless.resize(17 << 20, b'x');
    assert_eq!(
        fails(&endless),
        TableError::RowTooLong {
            line: 2,
            limit_mib: 16
        }
    );
}

#[test]
fn ragged_rows_are_kept_aside_with_their_lines() {
    let (table, report) = read("a,b\n1,2\n\n\"x\ny\",2,3\n4\n5,6\n");
    assert_eq!((table.n_rows(), report.n_bad_rows), (2, 2));
    assert_eq!((report.bad_rows[0].line, report.bad_rows[0].found), (4, 3));
    assert_eq!(
        (report.bad_rows[1].line, report.bad_rows[1].text.as_str()),
        (6, "4")
    );
    assert_eq!(row(&table, 1), ["5", "6"]);
}

#[test]
fn a_row_of_delimiters_is_too_long() {
    let mut endless = b"a,b\n1,2\n".to_vec();
    endless.resize(17 << 20, b',');
    let error = TableError::RowTooLong {
        line: 3,
        limit_mib: 16,
    };
    let read = |end: &[u8]| {
        let mut reader = Reader::new(ReadOptions::default());
        for slice in endless.chunks(1 << 20) {
            reader.push(slice)?;
        }
        reader.push(end)?;
        reader.finish()
    };
    assert_eq!(read(b"\n1,2\n"), Err(error.clone()));
    assert_eq!(read(b""), Err(error));
}

#[test]
fn lines_inside_quotation_marks_are_counted_whatever_ends_them() {
    for end in ["\r", "\n", "\r\n"] {
        for inside in ["x#y", "#", "##\"\"#", "#\"\"#"] {
            let text = format!("a,b#\"{inside}\",2#3#4,5#").replace('#', end);
            let n_inside = inside.matches('#').count() as u64;
            for size in [1, 2, 3, 7, 1000] {
                let mut reader = Reader::new(ReadOptions::default());
                for slice in text.as_bytes().chunks(size) {
                    reader.push(slice).unwrap();
                }
                let (_, report) = reader.finish().unwrap();
                assert_eq!(report.bad_rows[0].line, 3 + n_inside, "{text:?} by {size}");
            }
        }
    }
}

#[test]
fn rows_of_many_lines_are_counted_and_their_pairs_of_marks_are_one() {
    // Longer than the sample, in slices that cut rows and in one that cuts none.
    let mut text = "note,n\n".to_string();
    for number in 0..20_000 {
        text += match number % 4 {
            0 => "\"a \"\"b\"\"\n\nc\",1\n",
            1 => "plain,2\n",
            2 => "\"\"\"x\"\"\",3\n",
            _ => "\"\n\",4\n",
        };
    }
    text += "last,x\n";
    for n_slice in [7, 1000, text.len()] {
        let mut reader = Reader::new(ReadOptions {
            kinds: [("n".to_string(), Kind::Integer)].into(),
            ..ReadOptions::default()
        });
        text.as_bytes()
            .chunks(n_slice)
            .for_each(|slice| reader.push(slice).unwrap());
        let (table, report) = reader.finish().unwrap();
        // Each four rows take seven lines.
        assert_eq!(
            report.columns[1].misfits,
            [(2 + 5000 * 7, "x".to_string())],
            "{n_slice}"
        );
        assert_eq!((table.n_rows(), report.n_bad_rows), (20_001, 0));
        let notes = [0, 1, 2].map(|at| row(&table, 12_000 + at)[0].clone());
        assert_eq!(notes, ["a \"b\"\n\nc", "plain", "\"x\""]);
    }
}

#[test]
fn misfits_of_a_chosen_kind_have_their_lines() {
    let kinds = [
        ("a".to_string(), Kind::Integer),
        ("z".to_string(), Kind::Text),
    ]
    .into();
    let options = ReadOptions {
        kinds,
        ..ReadOptions::default()
    };
    let (table, report) = read_with(b"a,b\n\n1,2\n3\n2.5,1\n\n?,1\n7e0,1\nx,1\n", options).unwrap();
    assert_eq!(
        report.columns[0].misfits,
        [(5, "2.5".to_string()), (9, "x".into())]
    );
    assert_eq!(
        (report.columns[0].n_misfits, report.columns[0].n_missing),
        (2, 3)
    );
    assert_eq!(report.columns[0].kind.reason, "chosen by you");
    assert_eq!(format_value(&table.columns()[0], 3), "7");
    assert!(report.notes[0].contains("\"z\""));
}

#[test]
fn names_are_given_and_made_unique() {
    let (table, report) = read("a,,a,a_2,\n1,2,3,4,5\n");
    assert_eq!(names(&table), ["a", "column_2", "a_3", "a_2", "column_5"]);
    assert_eq!(report.notes.len(), 3);
}

#[test]
fn blanks_quotes_and_line_ends() {
    let (table, _) = read("name, note\r\n x , \"a, \"\"b\"\"\" \r\n\"y\"  ,  \"two\r\nlines\"\r\n");
    assert_eq!(names(&table), ["name", "note"]);
    assert_eq!(row(&table, 0), ["x", "a, \"b\""]);
    assert_eq!(row(&table, 1), ["y", "two\r\nlines"]);
    let (table, _) = read("a,b\r1,2\r3,4");
    assert_eq!(
        (table.n_rows(), row(&table, 1)),
        (2, vec!["3".to_string(), "4".into()])
    );
    let (_, report) = read("a,b\n1,2\n3,\"4\n");
    assert!(report.notes[0].contains("line 3"), "{:?}", report.notes);
}

#[test]
fn encodings() {
    let utf16 = |order: fn(u16) -> [u8; 2]| -> Vec<u8> {
        "\u{FEFF}city,n\nMünchen,1\nKöln,2\n"
            .encode_utf16()
            .flat_map(order)
            .collect()
    };
    for (bytes, encoding) in [
        (utf16(u16::to_le_bytes), Encoding::Utf16Le),
        (utf16(u16::to_be_bytes), Encoding::Utf16Be),
        (utf16(u16::to_le_bytes)[2..].to_vec(), Encoding::Utf16Le),
        (utf16(u16::to_be_bytes)[2..].to_vec(), Encoding::Utf16Be),
        ("\u{FEFF}city,n\nMünchen,1\nKöln,2\n".into(), Encoding::Utf8),
        ("city,n\nMünchen,1\nKöln,2\n".into(), Encoding::Utf8),
        (
            b"city,n\nM\xFCnchen,1\nK\xF6ln,2\n".to_vec(),
            Encoding::Windows1252,
        ),
    ] {
        let (table, report) = read_with(&bytes, ReadOptions::default()).unwrap();
        assert_eq!(report.encoding.value, encoding);
        assert_eq!(
            (names(&table), row(&table, 0)),
            (vec!["city", "n"], vec!["München".to_string(), "1".into()])
        );
        assert_eq!(report.n_replaced, 0);
    }
    let (_, report) = read_with(b"city,n\nM\xFCnchen,1\n", ReadOptions::default()).unwrap();
    assert_eq!(
        report.encoding.reason,
        "byte 0xFC on line 2 is not valid UTF-8"
    );
}

#[test]
fn bytes_that_go_wrong_late_are_counted() {
    let mut bytes = b"city,n\n".to_vec();
    for _ in 0..10_000 {
        bytes.extend_from_slice("Köln,1\n".as_bytes());
    }
    bytes.extend_from_slice(b"K\xF6ln,1\n\xE2\x82,2");
    let (table, report) = read_with(&bytes, ReadOptions::default()).unwrap();
    assert_eq!((report.n_replaced, table.n_rows()), (3, 10_002));
    assert_eq!(format_value(&table.columns()[0], 10_000), "K\u{FFFD}ln");
    assert!(
        report.notes[0].contains("Windows-1252"),
        "{:?}",
        report.notes
    );
}

#[test]
fn delimiters() {
    for (text, delimiter, n_columns) in [
        ("a;b;c\n1,5;2,3;\"x;y\"\n2,5;3,3;z\n", ';', 3),
        ("a\tb\n1,1\t2\n1\t2,2\n", '\t', 2),
        ("a|b\n1|2\n", '|', 2),
        ("only\n1\n2\n", ',', 1),
    ] {
        let (table, report) = read(text);
        assert_eq!(
            (report.delimiter.value, table.columns().len()),
            (delimiter, n_columns),
            "{text}"
        );
    }
}

#[test]
fn headers() {
    for (text, has_header) in [
        ("a,b\n1,2\n", true),
        ("1,2\n3,4\n", false),
        ("?,2\n3,4\n", false),
        ("country,2019,2020\nx,1,2\ny,3,4\n", false),
        ("year,2019\n1,2\n", true),
        ("p,x,s\ne,x,s\np,y,s\n", false),
        ("name,city\nAnna,Paris\nBert,Rome\n", true),
        ("2019-01-01,a\n2019-01-02,b\n", false),
        ("just,names\n1\n", true),
    ] {
        let (_, report) = match read_with(text.as_bytes(), ReadOptions::default()) {
            Ok(read) => read,
            Err(error) => {
                assert!(
                    matches!(error, TableError::NoFittingRow { .. }) && has_header,
                    "{text}: {error}"
                );
                continue;
            }
        };
        assert_eq!(
            report.has_header.value, has_header,
            "{text}: {}",
            report.has_header.reason
        );
    }
}

#[test]
fn kinds() {
    assert_eq!(kind_of(["0", "1", "-7", "+3", ""]), Kind::Integer);
    assert_eq!(
        kind_of(["1.0", "2", ".5", "5.", "1e-3", "NA"]),
        Kind::Decimal
    );
    assert_eq!(kind_of(["1", "inf"]), Kind::Category);
    assert_eq!(kind_of(["1", "1e999"]), Kind::Category);
    assert_eq!(kind_of(["1", "2", "x"]), Kind::Category);
    assert_eq!(kind_of(["007", "123"]), Kind::Identifier);
    assert_eq!(kind_of(["1234567890123456", "1"]), Kind::Identifier);
    assert_eq!(kind_of(["0.5", "0"]), Kind::Decimal);
    assert_eq!(kind_of(["Yes", "no", "NO", ""]), Kind::Boolean);
    assert_eq!(kind_of(["yes", "true"]), Kind::Category);
    assert_eq!(kind_of(["t", "t"]), Kind::Category);
    assert_eq!(kind_of(["2024-02-29", ""]), Kind::Date);
    assert_eq!(kind_of(["2023-02-29"]), Kind::Category);
    assert_eq!(
        kind_of(["2024-02-29", "2024-02-29T12:30", "2024-01-01 00:00:01.25Z"]),
        Kind::Datetime
    );
    assert_eq!(kind_of(["2024-02-29 24:00"]), Kind::Category);
    assert_eq!(kind_of(["01/02/2024"]), Kind::Category);
    assert_eq!(kind_of(["", "?", "NaN"]), Kind::Category);
    let ids: Vec<String> = (0..30).map(|number| format!("id-{number}")).collect();
    assert_eq!(kind_of(ids.iter().map(String::as_str)), Kind::Identifier);
    let texts: Vec<String> = (0..30)
        .map(|number| format!("some words, number {number}").replace(',', ""))
        .collect();
    assert_eq!(kind_of(texts.iter().map(String::as_str)), Kind::Text);
}

#[test]
fn booleans_say_no_first_in_the_commonest_spelling() {
    let (table, _) = read("x,y\nTRUE,1\ntrue,2\nTRUE,3\nFalse,4\n?,5\n");
    let Values::Codes { codes, levels } = &table.columns()[0].values else {
        panic!()
    };
    assert_eq!(
        (levels.join(" ").as_str(), codes.as_slice()),
        ("False TRUE", &[1, 1, 1, 0, MISSING_CODE][..])
    );
    let options = || ReadOptions {
        kinds: [("x".to_string(), Kind::Boolean)].into(),
        ..ReadOptions::default()
    };
    for (cell, levels) in [
        ("Yes", "No Yes"),
        ("NO", "NO YES"),
        ("1", "0 1"),
        ("f", "f t"),
        ("?", "false true"),
    ] {
        let (table, _) = read_with(format!("x,y\n{cell},1\n").as_bytes(), options()).unwrap();
        let Values::Codes { levels: found, .. } = &table.columns()[0].values else {
            panic!()
        };
        assert_eq!(found.join(" "), levels, "{cell}");
    }
}

#[test]
fn times_are_written_as_they_were_read() {
    let (table, _) = read("d,t\n2024-02-29,1969-12-31T23:59:59.5\n0001-01-01,2024-01-01 08:00\n");
    assert_eq!(row(&table, 0), ["2024-02-29", "1969-12-31 23:59:59.5"]);
    assert_eq!(row(&table, 1), ["0001-01-01", "2024-01-01 08:00:00"]);
    let Values::Numbers(seconds) = &table.columns()[1].values else {
        panic!()
    };
    assert_eq!(seconds[0], -0.5);
}

#[test]
fn a_column_of_missing_values_has_no_level() {
    let (table, report) = read("a,b\n1,\n2,?\n");
    assert_eq!(
        table.columns()[1].values,
        Values::Codes {
            codes: vec![MISSING_CODE; 2],
            levels: vec![].into()
        }
    );
    assert_eq!(
        (report.columns[1].n_missing, report.columns[1].kind.value),
        (2, Kind::Category)
    );
}

#[test]
fn many_labels() {
    let line = |number: u32| {
        format!(
            "label{:06},{number}\n",
            number.wrapping_mul(7_919) % 200_000
        )
    };
    let text = format!(
        "label,n\n{}",
        (0..200_000).map(line).collect::<Vec<_>>().concat()
    );
    let (table, _) = read(&text);
    let Values::Codes { codes, levels } = &table.columns()[0].values else {
        panic!()
    };
    assert_eq!(
        (table.columns()[0].kind, levels.len(), codes[1]),
        (Kind::Identifier, 200_000, 7_919)
    );
    assert!(levels.is_sorted());
}

#[test]
fn a_header_longer_than_the_sample() {
    let n_columns = 20_000;
    let line = |cell: fn(usize) -> String| (0..n_columns).map(cell).collect::<Vec<_>>().join(";");
    let text = format!(
        "{}\n{}\n",
        line(|column| format!("name_{column}")),
        line(|column| column.to_string())
    );
    let (table, report) = read(&text);
    assert_eq!(
        (report.delimiter.value, report.has_header.value),
        (';', true)
    );
    assert_eq!(
        (table.columns().len(), table.columns()[7].name.as_str()),
        (n_columns, "name_7")
    );
    assert_eq!(format_value(&table.columns()[19_999], 0), "19999");
}

#[test]
fn a_sample_is_the_first_of_each_so_many_rows_that_fit() {
    let rows: Vec<String> = (0..100)
        .map(|row| format!("{row},\"a\"\"{row}\""))
        .collect();
    let text = format!("n,t\n{}\n1,2,3\n", rows.join("\n"));
    let options = ReadOptions {
        sample_every: Some(7),
        ..ReadOptions::default()
    };
    let read = |options: &ReadOptions| {
        let mut reader = Reader::new(options.clone());
        reader.push(text.as_bytes()).unwrap();
        reader.finish().unwrap()
    };
    let (all, _) = read(&ReadOptions::default());
    let (sample, report) = read(&options);
    let kept: Vec<u32> = (0..100).step_by(7).collect();
    assert_eq!(
        sample.column("n").unwrap().values,
        all.take(&kept).column("n").unwrap().values
    );
    assert_eq!((report.n_rows, report.n_bad_rows), (15, 1));
    assert!(
        report.notes.iter().any(|note| note.contains("15 of 100")),
        "{:?}",
        report.notes
    );
}

#[test]
fn misfits_of_a_sample_are_on_their_own_lines() {
    let rows: Vec<String> = (0..30)
        .map(|row| {
            if row == 8 {
                "x,1".into()
            } else {
                format!("{row},1")
            }
        })
        .collect();
    let options = ReadOptions {
        sample_every: Some(4),
        kinds: [("n".to_string(), Kind::Integer)].into(),
        ..ReadOptions::default()
    };
    let mut reader = Reader::new(options);
    reader
        .push(format!("n,one\n{}\n", rows.join("\n")).as_bytes())
        .unwrap();
    let (_, report) = reader.finish().unwrap();
    assert_eq!(report.columns[0].misfits, [(10, "x".to_string())]);
}

#[test]
fn a_table_beyond_the_limit_is_refused_before_it_is_read_and_a_sample_is_not() {
    let text = format!("a,b\n{}", "1,2\n".repeat(40_000));
    let read = |options: ReadOptions| {
        let mut reader = Reader::new(options)
            .of_length(text.len() as u64)
            .at_most(Some(300_000));
        reader.push(&text.as_bytes()[..70_000])?;
        reader.push(&text.as_bytes()[70_000..])?;
        reader.finish()
    };
    let Err(TableError::TooLarge { sample_every, .. }) = read(ReadOptions::default()) else {
        panic!("640,000 bytes of columns are more than 300,000");
    };
    assert_eq!(sample_every, 3);
    let (table, _) = read(ReadOptions {
        sample_every: Some(sample_every),
        ..ReadOptions::default()
    })
    .unwrap();
    assert_eq!(table.n_rows(), 13_334);
}

/// Reads a file in slices; gives the error and the bytes that were pushed until it came.
fn refused(text: &str, knows_length: bool, limit: u64, every: Option<u32>) -> (TableError, usize) {
    let options = ReadOptions {
        sample_every: every,
        ..ReadOptions::default()
    };
    let mut reader = Reader::new(options).at_most(Some(limit));
    if knows_length {
        reader = reader.of_length(text.len() as u64);
    }
    let mut n_pushed = 0;
    for slice in text.as_bytes().chunks(10_000) {
        n_pushed += slice.len();
        if let Err(error) = reader.push(slice) {
            return (error, n_pushed);
        }
    }
    panic!("{} bytes were read, {limit} are allowed", text.len());
}

fn advice(error: &TableError) -> u32 {
    match error {
        TableError::TooLarge { sample_every, .. } => *sample_every,
        other => panic!("{other}"),
    }
}

#[test]
fn a_header_longer_than_the_sample_hides_no_table_that_is_too_large() {
    let names: Vec<_> = (0..1000).map(|number| format!("{number:0>100}x")).collect();
    let row = vec!["7"; 1000].join(",");
    let text = format!("{}\n{}", names.join(","), (row + "\n").repeat(1000));
    let (error, n_pushed) = refused(&text, true, 4_000_000, None);
    assert_eq!(advice(&error), 3);
    assert!(n_pushed < 200_000, "{n_pushed} bytes were read");
}

#[test]
fn the_sample_that_is_advised_is_taken() {
    let text = format!("a,b\n{}", "1,2\n".repeat(40_000));
    for limit in [130, 1_000, 20_000, 600_000] {
        for every in [None, Some(0), Some(2)] {
            let (error, _) = match (limit, every) {
                (600_000, Some(2)) => continue,
                _ => refused(&text, true, limit, every),
            };
            let options = ReadOptions {
                sample_every: Some(advice(&error)),
                ..ReadOptions::default()
            };
            let mut reader = Reader::new(options)
                .of_length(text.len() as u64)
                .at_most(Some(limit));
            reader.push(text.as_bytes()).unwrap();
            assert!(reader.finish().unwrap().0.n_rows() > 0);
        }
    }
    let long = format!("a,b\n{}", format!("{},1\n", "x".repeat(30_000)).repeat(3));
    let (error, _) = refused(&long, true, 0, Some(u32::MAX));
    assert_eq!(advice(&error), u32::MAX);
}

#[test]
fn texts_that_take_more_than_their_share_are_refused_while_they_are_read() {
    let rows: Vec<_> = (0..20_000).map(|row| format!("{row:x>200},1\n")).collect();
    let text = format!("a,b\n{}", rows.concat());
    for knows_length in [false, true] {
        let (error, n_pushed) = refused(&text, knows_length, 1_000_000, None);
        assert_eq!(advice(&error), 2);
        assert!(n_pushed < 1_000_000, "{n_pushed} bytes were read");
    }
}

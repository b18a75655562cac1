//! Local ways to write numbers and days, columns that change their mind, comments, and suggestions.

use tabwright_table::{
    Kind, ReadOptions, ReadReport, Reader, Schema, Table, Values, format_value,
    read::{ColumnFormat, DateOrder, NumberFormat},
};

fn read_with(text: &str, options: ReadOptions) -> (Table, ReadReport) {
    let mut reader = Reader::new(options);
    for slice in text.as_bytes().chunks(11) {
        reader.push(slice).unwrap();
    }
    reader.finish().unwrap()
}

/// A table of one column of interest and one of numbers.
fn column_with(cells: &[&str], options: ReadOptions) -> (Table, ReadReport) {
    let lines: Vec<_> = cells
        .iter()
        .enumerate()
        .map(|(row, cell)| format!("\"{}\";{row}\n", cell.replace('"', "\"\"")))
        .collect();
    read_with(&format!("x;y\n{}", lines.concat()), options)
}

fn column(cells: &[&str]) -> (Table, ReadReport) {
    column_with(cells, ReadOptions::default())
}

/// Kind, format in force (or the choices of a question), and values as they are written.
fn seen(cells: &[&str]) -> String {
    let (table, report) = column(cells);
    let report = &report.columns[0];
    let label = match (&report.format, &report.question) {
        (Some(format), None) => format.label(),
        (None, Some(question)) => {
            let labels: Vec<_> = question.choices.iter().map(ColumnFormat::label).collect();
            format!("? {}", labels.join(" / "))
        }
        (None, None) => "plain".into(),
        (Some(_), Some(_)) => "both".into(),
    };
    let values: Vec<_> = (0..table.n_rows())
        .map(|row| format_value(&table.columns()[0], row))
        .collect();
    format!(
        "{} ({label}): {}",
        report.kind.value.name(),
        values.join(" ")
    )
}

#[test]
fn numbers_in_local_ways() {
    assert_eq!(
        seen(&["1,5", "2", "-0,25"]),
        "decimal (a decimal comma): 1.5 2 -0.25"
    );
    assert_eq!(
        seen(&["1", "2", "0,125"]),
        "decimal (a decimal comma): 1 2 0.125"
    );
    assert_eq!(
        seen(&["1,234", "5,678"]),
        "category (? a decimal comma / a decimal point, commas between thousands): 1,234 5,678"
    );
    assert_eq!(
        seen(&["+1,234", "+5,678"]),
        "category (? a decimal comma / a decimal point, commas between thousands): +1,234 +5,678"
    );
    assert_eq!(
        seen(&["+1,234", "+5,67"]),
        "decimal (a decimal comma): 1.234 5.67"
    );
    assert_eq!(
        seen(&["1,234", "5,678.5"]),
        "decimal (a decimal point, commas between thousands): 1234 5678.5"
    );
    assert_eq!(
        seen(&["1.234", "5.678,5"]),
        "decimal (a decimal comma, points between thousands): 1234 5678.5"
    );
    assert_eq!(seen(&["1.234", "5.678"]), "decimal (plain): 1.234 5.678");
    assert_eq!(
        seen(&["$1,234.50", "-$3", ""]),
        "decimal (a decimal point, commas between thousands, $ dropped): 1234.5 -3 "
    );
    assert_eq!(
        seen(&["1.234,50 €", "3 €"]),
        "decimal (a decimal comma, points between thousands, € dropped): 1234.5 3"
    );
    assert_eq!(
        seen(&["12.5 %", "3%"]),
        "decimal (a decimal point, % dropped): 12.5 3"
    );
    assert_eq!(seen(&["12 %", "3"]), "category (plain): 12 % 3");
    assert_eq!(seen(&["1.5", "2,5"]), "category (plain): 1.5 2,5");
    let (_, report) = column(&["12.5 %", "3%"]);
    assert!(
        report.columns[0].kind.reason.contains("% dropped"),
        "{}",
        report.columns[0].kind.reason
    );
}

#[test]
fn days_in_local_orders() {
    assert_eq!(
        seen(&["31/12/2024", "01/02/2024"]),
        "date (day, month, year (31/12/2024)): 2024-12-31 2024-02-01"
    );
    assert_eq!(
        seen(&["12/31/2024", "01/02/2024 6:30 PM"]),
        "datetime (month, day, year (12/31/2024)): 2024-12-31 00:00:00 2024-01-02 18:30:00"
    );
    assert_eq!(
        seen(&["31.12.2024"]),
        "date (day, month, year (31/12/2024)): 2024-12-31"
    );
    assert_eq!(
        seen(&["2024/12/31", "2024/1/2"]),
        "date (year, month, day (2024-12-31)): 2024-12-31 2024-01-02"
    );
    assert_eq!(
        seen(&["01/02/2024"]),
        "category (? day, month, year (31/12/2024) / month, day, year (12/31/2024)): 01/02/2024"
    );
    assert_eq!(
        seen(&["31/12/2024", "12/31/2024"]),
        "category (plain): 31/12/2024 12/31/2024"
    );
    let (_, report) = column(&["01/02/2024"]);
    let question = report.columns[0].question.as_ref().unwrap();
    assert!(question.text.contains("01/02/2024"), "{}", question.text);
    for (choice, day) in question.choices.iter().zip(["2024-02-01", "2024-01-02"]) {
        let options = ReadOptions {
            formats: [("x".to_string(), choice.clone())].into(),
            ..ReadOptions::default()
        };
        let (table, report) = column_with(&["01/02/2024", "31/31/2024"], options);
        assert_eq!(
            (
                table.columns()[0].kind,
                format_value(&table.columns()[0], 0).as_str()
            ),
            (Kind::Date, day)
        );
        assert_eq!(report.columns[0].misfits, [(3, "31/31/2024".to_string())]);
    }
}

#[test]
fn one_odd_cell_does_not_empty_a_column_of_a_chosen_kind() {
    let chosen = |kind| ReadOptions {
        kinds: [("x".to_string(), kind)].into(),
        ..ReadOptions::default()
    };
    for (often, odd, kind, value, question) in [
        ("2,5", "k.A.", Kind::Decimal, "2.5", 0),
        ("1.234,5 €", "$", Kind::Decimal, "1234.5", 0),
        ("2 500", "2.5", Kind::Integer, "2500", 0),
        // What was meant by these is known: a decimal point is plain, and whole numbers were asked for.
        ("1.234", "k.A.", Kind::Decimal, "1.234", 0),
        ("1.234", "k.A.", Kind::Integer, "", 0),
        ("1,234", "k.A.", Kind::Integer, "1234", 0),
        ("31.12.2024", "-", Kind::Date, "2024-12-31", 0),
        // These may be two things.
        ("1,234", "k.A.", Kind::Decimal, "", 2),
        ("1/2/2024", "-", Kind::Date, "", 2),
    ] {
        let mut cells = vec![often; 999];
        cells.insert(7, odd);
        let (table, report) = column_with(&cells, chosen(kind));
        let report = &report.columns[0];
        let choices = report
            .question
            .as_ref()
            .map_or(0, |asked| asked.choices.len());
        assert_eq!(
            (format_value(&table.columns()[0], 0).as_str(), choices),
            (value, question),
            "{often} as {kind:?}"
        );
        let n_misfits = if value.is_empty() { 1000 } else { 1 };
        assert_eq!(
            (report.n_misfits, report.n_missing),
            (n_misfits, n_misfits),
            "{often}"
        );
    }
}

#[test]
fn a_chosen_kind_finds_its_format() {
    let chosen = |kind| ReadOptions {
        kinds: [("x".to_string(), kind)].into(),
        ..ReadOptions::default()
    };
    for (cells, kind, expected) in [
        (&["1,5", "2", "3,25"][..], Kind::Decimal, "1.5 2 3.25, 0"),
        (&["12.5 %", "3 %"], Kind::Decimal, "12.5 3, 0"),
        (&["12.5 %", "3 %"], Kind::Integer, " 3, 1"),
        (&["1.5", "2", "x"], Kind::Decimal, "1.5 2 , 1"),
        (
            &["31/12/2024", "1/1/2024"],
            Kind::Date,
            "2024-12-31 2024-01-01, 0",
        ),
        (&["1/2/2024", "1/1/2024"], Kind::Date, " , 2"),
        (
            &["2024-01-01", "7"],
            Kind::Datetime,
            "2024-01-01 00:00:00 , 1",
        ),
        (&["1", "2"], Kind::Date, " , 2"),
        (&["1", "0"], Kind::Boolean, "1 0, 0"),
        (&["1.50", "1"], Kind::Category, "1.50 1, 0"),
    ] {
        let (table, report) = column_with(cells, chosen(kind));
        let values: Vec<_> = (0..cells.len())
            .map(|row| format_value(&table.columns()[0], row))
            .collect();
        assert_eq!(
            format!("{}, {}", values.join(" "), report.columns[0].n_misfits),
            expected,
            "{cells:?}"
        );
        assert_eq!(
            (
                table.columns()[0].kind,
                report.columns[0].kind.reason.as_str()
            ),
            (kind, "chosen by you")
        );
    }
}

#[test]
fn a_schema_remembers_how_cells_are_written() {
    let text = "d;p;when;n\n1,5;12.5 %;31/12/2024;7\n2,25;3 %;01/02/2024;8\n";
    let (table, report) = read_with(text, ReadOptions::default());
    let schema = Schema::of_read(&table, &report);
    let json = serde_json::to_string(&schema).unwrap();
    assert_eq!(json.matches("\"format\"").count(), 3, "{json}");
    let schema: Schema = serde_json::from_str(&json).unwrap();
    // None of these cells alone says how it is to be read.
    let (rows, report) = read_with(
        "n;d;p;when\n1;1,234;4 %;02/01/2024\n2;1.5;5;2024-01-01\n",
        ReadOptions::from_schema(&schema),
    );
    let values: Vec<_> = rows
        .columns()
        .iter()
        .map(|column| format_value(column, 0))
        .collect();
    assert_eq!(values, ["1", "1.234", "4", "2024-01-02"]);
    let misfits: Vec<_> = report
        .columns
        .iter()
        .map(|column| column.n_misfits)
        .collect();
    assert_eq!(misfits, [0, 1, 1, 1]);
    let old: Schema =
        serde_json::from_str(r#"{"columns":[{"name":"x","kind":"decimal"}],"missing_tokens":[]}"#)
            .unwrap();
    assert_eq!(old.columns[0].format, None);
    let options = ReadOptions::from_schema(&old);
    assert_eq!(
        options.formats["x"],
        ColumnFormat::Number(NumberFormat::default())
    );
}

#[test]
fn options_travel_as_before() {
    let old: ReadOptions =
        serde_json::from_str(r#"{"delimiter":";","kinds":{"x":"date"}}"#).unwrap();
    assert_eq!(old.formats.len(), 0);
    assert_eq!(
        serde_json::to_string(&ReadOptions::default())
            .unwrap()
            .matches("formats")
            .count(),
        0
    );
    let options = ReadOptions {
        formats: [("x".to_string(), ColumnFormat::Date(DateOrder::Dmy))].into(),
        ..ReadOptions::default()
    };
    let json = serde_json::to_string(&options).unwrap();
    assert!(json.contains(r#""formats":{"x":{"date":"dmy"}}"#), "{json}");
    assert_eq!(serde_json::from_str::<ReadOptions>(&json).unwrap(), options);
}

/// Whatever the numbers and times before it were, a text makes all cells texts again, as they were written.
#[test]
fn a_late_text_brings_all_cells_back() {
    for cells in [
        &[
            "1",
            "-0",
            "-0.0",
            "2.50",
            "+3",
            "1e-7",
            ".5",
            "5.",
            "",
            "0.1234567890123456",
            "-122.41941550000001",
            "9007199254740993.5",
        ][..],
        &["0,5", "1234567,25", "7", "+1,0", "-1,5e-05", ",25"],
        &[
            "1.234000000000000044e-05",
            "-1.234000000000000000e-05",
            "0.000000000000000000e+00",
            "2.5E3",
            "1e-320",
            "-.25",
            ".1234567890123456789",
            "12e4",
        ],
        &[
            "2024-02-29",
            "2024-02-29T12:30",
            "1969-12-31 23:59:59.5Z",
            "2024-01-01 00:00:00.123456789",
            "0001-01-01",
        ],
        &["007", "12"],
        &["1.5", "007", "12345678901234567890"],
    ] {
        let mut all: Vec<_> = cells.repeat(3);
        all.push("end");
        let (table, _) = column_with(
            &all,
            ReadOptions {
                missing_tokens: Some(Vec::new()),
                ..ReadOptions::default()
            },
        );
        let values: Vec<_> = (0..all.len())
            .map(|row| format_value(&table.columns()[0], row))
            .collect();
        assert_eq!(values, all);
    }
}

#[test]
fn names_may_turn_out_to_be_numbers() {
    assert_eq!(seen(&["007", "1.5"]), "decimal (plain): 7 1.5");
    assert_eq!(seen(&["1.5", "007"]), "decimal (plain): 1.5 7");
    assert_eq!(seen(&["1", "007"]), "identifier (plain): 1 007");
    let (_, report) = column(&["1", "007"]);
    assert!(report.columns[0].kind.reason.contains("007"));
}

#[test]
fn numbers_that_may_stand_for_missing_are_only_suggested() {
    let (table, report) = column(&["12", "-999", "15.0", "-999", "11"]);
    let sentinels = &report.columns[0].sentinels;
    assert_eq!(
        (
            sentinels.len(),
            sentinels[0].text.as_str(),
            sentinels[0].count
        ),
        (1, "-999", 2)
    );
    assert_eq!(format_value(&table.columns()[0], 1), "-999");
    for cells in [
        &["-999", "5", "6"][..],
        &["-999", "-999", "-800", "50"],
        &["1", "2", "2"],
        &["-999", "-999"],
    ] {
        assert_eq!(column(cells).1.columns[0].sentinels, [], "{cells:?}");
    }
    let options = ReadOptions {
        missing_tokens: Some(vec!["-999".into(), "0".into()]),
        ..ReadOptions::default()
    };
    let (_, report) = column_with(&["12", "-999", "-999.0", "0", "0.0", "-999"], options);
    assert_eq!(
        (
            report.columns[0].n_missing,
            report.columns[0].sentinels.len()
        ),
        (3, 0)
    );
}

#[test]
fn comments() {
    let (table, report) = read_with(
        "# a, b, c\n#\na,b\n1,2\n# \"x\n3,4\n",
        ReadOptions::default(),
    );
    assert_eq!(
        (report.comment.value, report.n_comments, table.n_rows()),
        (Some('#'), 3, 2)
    );
    let (table, report) = read_with("#id,b\n1,2\n", ReadOptions::default());
    assert_eq!(
        (report.comment.value, table.columns()[0].name.as_str()),
        (None, "#id")
    );
    let chosen = |comment| ReadOptions {
        comment: Some(comment),
        ..ReadOptions::default()
    };
    let (table, report) = read_with("%\na,b\n%1,2\n3,4\n", chosen('%'));
    assert_eq!((report.n_comments, table.n_rows()), (2, 1));
    let (table, _) = read_with("a,b\n#1,2\n3,4\n", chosen(' '));
    assert_eq!(format_value(&table.columns()[0], 0), "#1");
    let (_, report) = read_with("# x\na,b\n1,2\n3\n", ReadOptions::default());
    assert_eq!(report.bad_rows[0].line, 4);
}

#[test]
fn what_keeps_a_column_from_being_numbers_is_said() {
    let (_, report) = column(&["1", "2", "3", "x1"]);
    let reason = &report.columns[0].kind.reason;
    assert!(
        reason.contains("25.00 % of which are no numbers, such as x1"),
        "{reason}"
    );
}

#[test]
fn long_numbers_and_blanks_go_the_long_way_alike() {
    let (table, _) = read_with(
        "a,b\n 1.5 ,123456789.25\n2 , -1234567.125\n3,0.1234567890123456\n",
        ReadOptions::default(),
    );
    let Values::Numbers(numbers) = &table.columns()[1].values else {
        panic!()
    };
    assert_eq!(
        numbers,
        &[123_456_789.25, -1_234_567.125, 0.123_456_789_012_345_6]
    );
    assert_eq!(table.columns()[0].kind, Kind::Decimal);
}

#[test]
fn rows_beyond_the_first_that_begin_like_comments_are_rows() {
    let text = format!(
        "name,n\n{}#Beautiful,2\n{}#Beautiful,3\n",
        "ab,1\n".repeat(250),
        "cd,1\n".repeat(20)
    );
    let (table, report) = read_with(&text, ReadOptions::default());
    assert_eq!((table.n_rows(), report.n_comments), (272, 0));
}

#[test]
fn a_schema_answers_each_row() {
    let (table, report) = read_with("name;n\nx;1\ny;2\n", ReadOptions::default());
    let options = ReadOptions::from_schema(&Schema::of_read(&table, &report));
    // The last row is far behind what a comment would be told from.
    let text = format!("name;n\n# note\n{}#x;1\n", "y;2\n".repeat(20_000));
    let (rows, report) = read_with(&text, options);
    assert_eq!(
        (rows.n_rows(), report.n_comments, report.n_bad_rows),
        (20_001, 0, 1)
    );
}

#[test]
fn local_numbers_and_days_are_no_names() {
    for (text, n_rows) in [
        ("31/12/2023;1,50\n01/01/2024;2,75\n02/01/2024;3,10\n", 3),
        ("1,5;2,5\n3,5;4,5\n5,5;6,5\n", 3),
        ("$5;a\n$6;b\n", 2),
        ("12 %\n13 %\n", 2),
        ("31.12.2023 10:15;a\n01.01.2024 9:00;b\n", 2),
        // Names above such columns are names still.
        ("when;price\n31/12/2023;1,50\n", 1),
        ("2023 in $;a\n$5;b\n", 1),
    ] {
        let (table, report) = read_with(text, ReadOptions::default());
        assert_eq!(
            table.n_rows(),
            n_rows,
            "{text}: {}",
            report.has_header.reason
        );
    }
}

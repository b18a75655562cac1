use proptest::prelude::*;

use super::*;
use crate::read::{NumberFormat, ReadOptions, Reader};

fn column(name: &str, kind: Kind, levels: &[&str], format: Option<ColumnFormat>) -> ColumnSchema {
    ColumnSchema {
        name: name.into(),
        kind,
        levels: levels.iter().map(|&level| level.into()).collect(),
        range: None,
        format,
    }
}

fn schema() -> Schema {
    let comma = NumberFormat {
        decimal: ',',
        thousands: Some('.'),
        unit: Some("€".into()),
    };
    Schema {
        columns: vec![
            column("whole", Kind::Integer, &[], None),
            column("part", Kind::Decimal, &[], None),
            column(
                "price",
                Kind::Decimal,
                &[],
                Some(ColumnFormat::Number(comma)),
            ),
            column("day", Kind::Date, &[], None),
            column(
                "time",
                Kind::Datetime,
                &[],
                Some(ColumnFormat::Date(crate::read::DateOrder::Dmy)),
            ),
            column("alone", Kind::Boolean, &["No", "Yes"], None),
            column("class", Kind::Category, &["1", "2.50", "True", "x"], None),
            column("note", Kind::Text, &[], None),
        ],
        missing_tokens: ["NA", "-9"].map(String::from).to_vec(),
    }
}

#[track_caller]
fn read(place: usize, cell: Cell) -> Result<String, String> {
    let reader = CellReader::new(&schema());
    let mut column = reader.columns().swap_remove(place);
    column.push(cell).map_err(|misfit| misfit.to_string())?;
    Ok(crate::format_value(&column.finish(), 0))
}

#[test]
fn values_are_what_the_same_cells_are() {
    let ok = |text: &str| Ok(text.to_string());
    assert_eq!(read(0, Cell::Number(3.0)), ok("3"));
    assert_eq!(read(0, Cell::Text(" 3 ")), ok("3"));
    assert_eq!(read(0, Cell::Number(-9.0)), ok(""));
    assert_eq!(read(0, Cell::Text("NA")), ok(""));
    assert_eq!(read(1, Cell::Number(f64::NAN)), ok(""));
    assert_eq!(read(2, Cell::Text("1.234,50 €")), ok("1234.5"));
    assert_eq!(read(2, Cell::Number(1234.5)), ok("1234.5"));
    assert_eq!(read(3, Cell::Text("1970-01-02")), ok("1970-01-02"));
    assert_eq!(read(3, Cell::Time(86_400.0)), ok("1970-01-02"));
    assert_eq!(
        read(4, Cell::Text("2/1/1970 1:00 PM")),
        ok("1970-01-02 13:00:00")
    );
    assert_eq!(read(5, Cell::Truth(true)), ok("Yes"));
    assert_eq!(read(5, Cell::Text("FALSE")), ok("No"));
    assert_eq!(read(5, Cell::Number(1.0)), ok("Yes"));
    assert_eq!(read(6, Cell::Number(1.0)), ok("1"));
    assert_eq!(read(6, Cell::Number(2.5)), ok("2.50"));
    assert_eq!(read(6, Cell::Number(7.0)), ok("7"));
    assert_eq!(read(6, Cell::Truth(true)), ok("True"));
    assert_eq!(read(6, Cell::Truth(false)), ok("false"));
    assert_eq!(read(7, Cell::Text("\tä b ")), ok("ä b"));
}

#[test]
fn misfits_say_what_was_expected_and_found() {
    let no = |text: &str| Err(text.to_string());
    assert_eq!(
        read(0, Cell::Text("abc")),
        no("expected a number, found \"abc\"")
    );
    assert_eq!(read(0, Cell::Number(1.5)), Ok("1.5".to_string()));
    assert_eq!(
        read(1, Cell::Truth(true)),
        no("expected a number, found true")
    );
    assert_eq!(
        read(1, Cell::Number(f64::INFINITY)),
        no("expected a number, found the number inf")
    );
    assert_eq!(
        read(2, Cell::Text("12.5")),
        no(
            "expected a number with a decimal comma, points between thousands, € dropped, found \"12.5\""
        )
    );
    assert_eq!(
        read(3, Cell::Number(5.0)),
        no("expected a day as year, month, day (2024-12-31), found the number 5")
    );
    assert_eq!(
        read(5, Cell::Text("maybe")),
        no("expected true or false, found \"maybe\"")
    );
    let long = "é".repeat(100);
    assert!(read(0, Cell::Text(&long)).unwrap_err().ends_with("é\"…"));
}

fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        "[0-9]{1,18}",
        "-?[0-9]{1,6}[.][0-9]{0,12}(e-?[0-9]{1,2})?",
        "[0-9.]{1,6},[0-9]{1,2} ?€",
        "(19|20)[0-9]{2}-[01][0-9]-[0-3][0-9]( [01][0-9]:00)?",
        "[0-9]{1,2}/[01]?[0-9]/1970",
        "(yes|No|TRUE|f|0|1|maybe|NA|-9|x|2[.]50)",
        "[a-zA-Z ,\"\n\téß]{0,6}",
    ]
}

proptest! {
    #[test]
    fn a_text_means_what_the_cell_of_a_file_means(cells in prop::collection::vec(prop::collection::vec(cell(), 8), 1..5)) {
        let schema = schema();
        let mut csv = csv::WriterBuilder::new().quote_style(csv::QuoteStyle::Always).from_writer(Vec::new());
        csv.write_record(schema.columns.iter().map(|column| &column.name)).unwrap();
        for row in &cells {
            csv.write_record(row).unwrap();
        }
        let options = ReadOptions { delimiter: Some(','), ..ReadOptions::from_schema(&schema) };
        let mut reader = Reader::new(options);
        reader.push(&csv.into_inner().unwrap()).unwrap();
        let (table, report) = reader.finish().unwrap();
        let cell_reader = CellReader::new(&schema);
        for (place, mut column) in cell_reader.columns().into_iter().enumerate() {
            let misfits = cells.iter().filter(|row| column.push(Cell::Text(&row[place])).is_err()).count();
            prop_assert_eq!(misfits, report.columns[place].n_misfits, "{}", column.name());
            let (column, read) = (column.finish(), &table.columns()[place]);
            prop_assert_eq!(column.kind, read.kind);
            match (&column.values, &read.values) {
                (Values::Numbers(a), Values::Numbers(b)) => {
                    let bits = |numbers: &[f64]| numbers.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
                    prop_assert_eq!(bits(a), bits(b));
                }
                // A file spells yes and no as most of its cells do.
                (Values::Codes { codes: a, .. }, Values::Codes { codes: b, .. }) if column.kind == Kind::Boolean => {
                    prop_assert_eq!(a, b);
                }
                (a, b) => prop_assert_eq!(a, b),
            }
        }
    }
}

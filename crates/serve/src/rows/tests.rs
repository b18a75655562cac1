//! All forms of rows give the table that a file gives.

use std::fs;
use std::path::Path;

use arrow_array::{ArrayRef, BooleanArray, Float64Array, StringArray, TimestampMicrosecondArray};
use arrow_ipc::writer::StreamWriter;
use arrow_schema::{DataType, Field, TimeUnit};
use proptest::prelude::*;
use serde_json::{Value, json};
use tabwright_model::Bundle;
use tabwright_table::{ColumnSchema, Kind, Reader, Values};

use super::*;

const NAMES: [&str; 8] = ["n", "x", "yes", "c", "t", "day", "time", "id"];

/// A shape with a column of each kind.
fn shape() -> (Shape, Pipeline) {
    let column = |name: &str, kind, levels: &[&str]| ColumnSchema {
        name: name.into(),
        kind,
        levels: levels.iter().map(|&level| level.into()).collect(),
        range: None,
        format: None,
    };
    let mut pipeline = kept("format-2-trees.zip").pipeline;
    pipeline.schema.columns = vec![
        column("n", Kind::Integer, &[]),
        column("x", Kind::Decimal, &[]),
        column("yes", Kind::Boolean, &["no", "yes"]),
        column("c", Kind::Category, &["a", "b"]),
        column("t", Kind::Text, &[]),
        column("day", Kind::Date, &[]),
        column("time", Kind::Datetime, &[]),
        column("id", Kind::Identifier, &[]),
    ];
    (Shape::new(&pipeline), pipeline)
}

fn kept(name: &str) -> Bundle {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../model/tests/bundles");
    Bundle::from_zip(&fs::read(folder.join(name)).unwrap()).unwrap()
}

/// A row: numbers, a truth, texts, a day and microseconds of it.
#[derive(Clone, Debug)]
struct Row {
    n: Option<f64>,
    x: Option<f64>,
    yes: Option<bool>,
    texts: [Option<String>; 3],
    day: Option<i64>,
    time: Option<(i64, i64)>,
}

fn row() -> impl Strategy<Value = Row> {
    let number = prop_oneof![
        (-1000_i32..1000).prop_map(f64::from),
        any::<f64>().prop_filter("finite", |x| x.is_finite()),
        Just(-0.0),
        Just(1e15),
    ];
    let text = prop_oneof![
        "[ab]".prop_map(String::from),
        "[ -~]{0,6}".prop_map(String::from),
        "\\PC{0,4}".prop_map(String::from),
        Just("NA".to_owned()),
        Just(" null ".to_owned()),
        Just("a,\"b\"\nc".to_owned()),
    ];
    let text = || proptest::option::of(text.clone());
    let day = -30_000_i64..60_000;
    (
        proptest::option::of(number.clone()),
        proptest::option::of(number),
        any::<Option<bool>>(),
        [text(), text(), text()],
        proptest::option::of(day.clone()),
        proptest::option::of((day, 0_i64..86_400_000_000)),
    )
        .prop_map(|(n, x, yes, texts, day, time)| Row {
            n,
            x,
            yes,
            texts,
            day,
            time,
        })
}

fn day_text(day: i64) -> String {
    let column = tabwright_table::Column {
        name: "day".into(),
        kind: Kind::Date,
        values: Values::Numbers(vec![day as f64 * 86_400.0]),
    };
    tabwright_table::format_value(&column, 0)
}

fn time_text((day, micros): (i64, i64)) -> String {
    let (seconds, rest) = (micros / 1_000_000, micros % 1_000_000);
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    format!(
        "{}T{hours:02}:{minutes:02}:{:02}.{rest:06}",
        day_text(day),
        seconds % 60
    )
}

impl Row {
    fn values(&self) -> [Value; 8] {
        let [c, t, id] = &self.texts;
        [
            json!(self.n),
            json!(self.x),
            json!(self.yes),
            json!(c),
            json!(t),
            json!(self.day.map(day_text)),
            json!(self.time.map(time_text)),
            json!(id),
        ]
    }
}

fn as_rows(rows: &[Row]) -> Vec<u8> {
    let rows: Vec<Value> = rows
        .iter()
        .map(|row| {
            NAMES
                .into_iter()
                .map(String::from)
                .zip(row.values())
                .collect()
        })
        .collect();
    json!({"rows": rows}).to_string().into_bytes()
}

fn as_columns(rows: &[Row]) -> Vec<u8> {
    let values: Vec<[Value; 8]> = rows.iter().map(Row::values).collect();
    let column = |place: usize| -> Value { values.iter().map(|row| row[place].clone()).collect() };
    // The order does not matter, nor what the model does not know.
    let columns = NAMES.into_iter().enumerate().rev();
    let mut columns: serde_json::Map<String, Value> = columns
        .map(|(place, name)| (name.to_owned(), column(place)))
        .collect();
    columns.insert("more".into(), json!([]));
    json!({"columns": columns}).to_string().into_bytes()
}

fn as_csv(rows: &[Row]) -> Vec<u8> {
    let mut writer = ::csv::Writer::from_writer(Vec::new());
    writer.write_record(NAMES).unwrap();
    for row in rows {
        let cell = |value: &Value| match value {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
            other => other.to_string(),
        };
        writer.write_record(row.values().iter().map(cell)).unwrap();
    }
    writer.into_inner().unwrap()
}

/// As an Arrow stream of two batches; days as timestamps, as pandas has them.
fn as_arrow(rows: &[Row]) -> Vec<u8> {
    let micros = |day: i64| day * 86_400_000_000;
    let batch = |rows: &[Row]| {
        let texts = |place: usize| -> ArrayRef {
            let texts = rows.iter().map(|row| row.texts[place].as_deref());
            Arc::new(texts.collect::<StringArray>())
        };
        let times = |of: &dyn Fn(&Row) -> Option<i64>| -> ArrayRef {
            Arc::new(rows.iter().map(of).collect::<TimestampMicrosecondArray>())
        };
        let columns: [ArrayRef; 8] = [
            Arc::new(rows.iter().map(|row| row.n).collect::<Float64Array>()),
            Arc::new(rows.iter().map(|row| row.x).collect::<Float64Array>()),
            Arc::new(rows.iter().map(|row| row.yes).collect::<BooleanArray>()),
            texts(0),
            texts(1),
            times(&|row| row.day.map(micros)),
            times(&|row| row.time.map(|(day, rest)| micros(day) + rest)),
            texts(2),
        ];
        let fields = NAMES.iter().zip(&columns);
        let fields = fields.map(|(name, array)| Field::new(*name, array.data_type().clone(), true));
        let schema = arrow_schema::Schema::new(fields.collect::<Vec<_>>());
        arrow_array::RecordBatch::try_new(Arc::new(schema), columns.to_vec()).unwrap()
    };
    assert_eq!(
        batch(rows).schema().field(6).data_type(),
        &DataType::Timestamp(TimeUnit::Microsecond, None)
    );
    let (first, second) = rows.split_at(rows.len() / 2);
    let mut out = Vec::new();
    let mut writer = StreamWriter::try_new(&mut out, &batch(rows).schema()).unwrap();
    writer.write(&batch(first)).unwrap();
    writer.write(&batch(second)).unwrap();
    writer.finish().unwrap();
    drop(writer);
    out
}

/// Every value: the bits of numbers, the texts of levels.
fn told(table: &Table) -> Vec<(String, Vec<Option<String>>)> {
    let column = |column: &Arc<tabwright_table::Column>| {
        let rows = (0..table.n_rows()).map(|row| match &column.values {
            _ if column.values.is_missing(row) => None,
            Values::Numbers(numbers) => Some(format!("{:016x}", numbers[row].to_bits())),
            Values::Codes { codes, levels } => Some(levels[codes[row] as usize].clone()),
        });
        (column.name.clone(), rows.collect())
    };
    table.columns().iter().map(column).collect()
}

fn read(shape: &Shape, format: Format, body: Vec<u8>) -> Result<Table, Problem> {
    shape.read(format, &Bytes::from(body), 1000)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn all_forms_give_what_a_file_gives(rows in proptest::collection::vec(row(), 1..20)) {
        let (shape, pipeline) = shape();
        let mut reader = Reader::new(ReadOptions {
            delimiter: Some(','),
            ..pipeline.read_options()
        });
        reader.push(&as_csv(&rows)).unwrap();
        let expected = told(&reader.finish().unwrap().0);
        for (format, body) in [
            (Format::Csv(','), as_csv(&rows)),
            (Format::Json, as_rows(&rows)),
            (Format::Json, as_columns(&rows)),
            (Format::Arrow, as_arrow(&rows)),
        ] {
            let table = read(&shape, format, body).unwrap();
            prop_assert_eq!(&told(&table), &expected, "{:?}", format);
        }
    }

    #[test]
    fn damaged_bodies_are_refused_or_read_and_never_panic(
        rows in proptest::collection::vec(row(), 1..6),
        cuts in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        length in any::<prop::sample::Index>(),
    ) {
        let (shape, _) = shape();
        for (format, mut body) in [
            (Format::Csv(','), as_csv(&rows)),
            (Format::Json, as_rows(&rows)),
            (Format::Json, as_columns(&rows)),
            (Format::Arrow, as_arrow(&rows)),
        ] {
            for (place, byte) in &cuts {
                let place = place.index(body.len());
                body[place] = *byte;
            }
            body.truncate(length.index(body.len()) + 1);
            if let Err(problem) = read(&shape, format, body) {
                prop_assert!((400..500).contains(&problem.status), "{:?}", problem);
            }
        }
    }
}

#[track_caller]
fn refused(format: Format, body: &str, status: u16, said: &str) -> Problem {
    let (shape, _) = shape();
    let problem = read(&shape, format, body.as_bytes().to_vec()).unwrap_err();
    assert_eq!(problem.status, status, "{problem:?}");
    assert!(problem.detail.contains(said), "{}", problem.detail);
    problem
}

#[test]
fn what_is_wrong_is_said_with_row_and_column() {
    let row = r#"{"n":1,"x":2,"yes":true,"c":"a","t":"t","day":"2020-01-01","time":"2020-01-01T00:00:00","id":"1"}"#;
    let wrong = row
        .replace("\"n\":1", "\"n\":\"many\"")
        .replace("true", "3");
    let problem = refused(
        Format::Json,
        &format!("{{\"rows\":[{row},{wrong}]}}"),
        422,
        "row 2, column \"n\": expected a number, found \"many\" (and 1 more)",
    );
    assert_eq!(
        (problem.errors.len(), problem.errors[1].column.as_deref()),
        (2, Some("yes"))
    );
    let twice = row.replace("\"n\":1", "\"n\":1,\"n\":2");
    refused(
        Format::Json,
        &format!("{{\"rows\":[{twice}]}}"),
        400,
        "row 1 has the column \"n\" twice",
    );
    refused(
        Format::Json,
        r#"{"rows":[{"n":1}]}"#,
        422,
        "no row has the columns \"x\", \"yes\"",
    );
    refused(Format::Json, r#"{"row":[]}"#, 400, "found \"row\"");
    refused(
        Format::Json,
        r#"{"rows":[],"columns":{}}"#,
        400,
        "found \"columns\" besides",
    );
    refused(
        Format::Json,
        r#"{"rows":[1]}"#,
        400,
        "expected row 1 as an object",
    );
    refused(Format::Json, "{\"rows\":[", 400, "line 1 column 9");
    refused(
        Format::Json,
        r#"{"columns":{"n":[1],"x":[]}}"#,
        400,
        "\"x\" has 0 values where \"n\" has 1",
    );
    refused(
        Format::Json,
        &format!("{{\"rows\":[{}]}}", vec!["{}"; 1001].join(",")),
        413,
        "1000 rows",
    );
    let list = row.replace("\"n\":1", "\"n\":[1]");
    refused(
        Format::Json,
        &format!("{{\"rows\":[{list}]}}"),
        422,
        "found a list",
    );
    let csv = "n,x,yes,c,t,day,time,id\n1,2,yes,a,t,2020-01-01,2020-01-01,1\n1,2,perhaps,a,t,soon,2020-01-01,1\n";
    let problem = refused(Format::Csv(','), csv, 422, "row 2, line 3, column");
    assert_eq!(problem.errors.len(), 2);
    refused(Format::Csv(','), "n,x\n1,2\n", 422, "no row has");
    refused(
        Format::Csv(','),
        "n,x\n1,2\n1,2,3\n",
        400,
        "line 3: expected 2 cells",
    );
    refused(Format::Arrow, "n,x\n1,2\n", 400, "no Arrow IPC stream");
}

#[test]
fn rows_of_real_bundles_are_read() {
    for name in ["format-1-linear.zip", "format-2-trees.zip"] {
        let bundle = kept(name);
        let shape = Shape::new(&bundle.pipeline);
        let names = shape
            .schema()
            .columns
            .iter()
            .map(|column| column.name.clone());
        let empty: serde_json::Map<String, Value> = names.map(|name| (name, Value::Null)).collect();
        let body = json!({"rows": [empty]}).to_string().into_bytes();
        let table = read(&shape, Format::Json, body).unwrap();
        assert_eq!(table.n_rows(), 1);
        assert_eq!(table.columns().len(), shape.schema().columns.len());
    }
}

#[test]
fn the_form_is_what_the_content_type_says() {
    let of = |text: &str| Format::of(Some(text)).map_err(|problem| problem.status);
    assert_eq!(Format::of(None), Ok(Format::Json));
    assert_eq!(of("Application/JSON; charset=UTF-8"), Ok(Format::Json));
    assert_eq!(of("text/csv"), Ok(Format::Csv(',')));
    assert_eq!(of("text/tab-separated-values"), Ok(Format::Csv('\t')));
    assert_eq!(of("application/vnd.apache.arrow.stream"), Ok(Format::Arrow));
    assert_eq!(of("text/csv; charset=latin1"), Err(415));
    assert_eq!(of("image/png"), Err(415));
}

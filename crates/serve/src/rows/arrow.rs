//! Rows as an Arrow IPC stream.
//!
//! Numbers of any width, truths, texts (also as dictionaries), days and timestamps are taken. A timestamp with a time zone counts
//! as its time in UTC, because a model's times have no zone.

use std::panic::{AssertUnwindSafe, catch_unwind};

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Date64Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
    TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrowPrimitiveType, RecordBatch};
use arrow_buffer::Buffer;
use arrow_ipc::reader::StreamDecoder;
use arrow_schema::{DataType, TimeUnit};
use bytes::Bytes;
use tabwright_table::Table;
use tabwright_table::read::Cell;

use super::{Filling, Shape};
use crate::problem::Problem;

/// Seconds of a day.
const DAY: f64 = 86_400.0;

pub(super) fn read(shape: &Shape, body: &Bytes, max_rows: usize) -> Result<Table, Problem> {
    // The decoder checks what it reads; should it meet what its authors did not foresee, that is the body's fault, not the server's.
    let read = catch_unwind(AssertUnwindSafe(|| decode(shape, body, max_rows)));
    read.unwrap_or_else(|_| Err(Problem::malformed("the Arrow stream is damaged")))
}

fn decode(shape: &Shape, body: &Bytes, max_rows: usize) -> Result<Table, Problem> {
    let broken = |error| Problem::malformed(format!("the body is no Arrow IPC stream: {error}"));
    let mut buffer = Buffer::from(body.clone());
    let mut decoder = StreamDecoder::new();
    let mut filling = shape.filling(max_rows);
    let mut n_rows = 0;
    while !buffer.is_empty() {
        let n_before = buffer.len();
        match decoder.decode(&mut buffer) {
            Ok(Some(batch)) => {
                n_rows += batch.num_rows();
                if n_rows > max_rows {
                    return Err(Problem::too_many_rows(max_rows));
                }
                take(shape, &batch, &mut filling)?;
            }
            Ok(None) if buffer.len() == n_before => break,
            Ok(None) => {}
            Err(error) => return Err(broken(error)),
        }
    }
    if decoder.schema().is_none() {
        return Err(Problem::malformed(
            "the body is no Arrow IPC stream: it has no schema",
        ));
    }
    decoder.finish().map_err(broken)?;
    filling.finish(n_rows)
}

fn take(shape: &Shape, batch: &RecordBatch, filling: &mut Filling) -> Result<(), Problem> {
    let schema = batch.schema();
    for (place, wanted) in shape.schema.columns.iter().enumerate() {
        let mut found = schema
            .fields()
            .iter()
            .zip(batch.columns())
            .filter(|(field, _)| *field.name() == wanted.name);
        let Some((field, array)) = found.next() else {
            continue;
        };
        if found.next().is_some() {
            let detail = format!("two columns are called \"{}\"", wanted.name);
            return Err(Problem::malformed(detail));
        }
        filling.is_met[place] = true;
        if !push_array(array, place, filling) {
            return Err(Problem::malformed(format!(
                "column \"{}\": values of the Arrow type {} are not taken; send numbers, texts, booleans, days or timestamps",
                wanted.name,
                field.data_type()
            )));
        }
    }
    Ok(())
}

/// Takes an array's values, if they are of a type that is known.
fn push_array(array: &dyn Array, place: usize, filling: &mut Filling) -> bool {
    let mut push = |row: usize, cell: Cell| {
        let cell = if array.is_null(row) {
            Cell::Missing
        } else {
            cell
        };
        if let Err(misfit) = filling.columns[place].push(cell) {
            filling.misfit(place, misfit.to_string());
        }
    };
    let n = array.len();
    match array.data_type() {
        DataType::Null => (0..n).for_each(|row| push(row, Cell::Missing)),
        DataType::Boolean => {
            let truths = array.as_boolean();
            (0..n).for_each(|row| push(row, Cell::Truth(truths.value(row))));
        }
        DataType::Utf8 => {
            let texts = array.as_string::<i32>();
            (0..n).for_each(|row| push(row, Cell::Text(texts.value(row))));
        }
        DataType::LargeUtf8 => {
            let texts = array.as_string::<i64>();
            (0..n).for_each(|row| push(row, Cell::Text(texts.value(row))));
        }
        DataType::Utf8View => {
            let texts = array.as_string_view();
            (0..n).for_each(|row| push(row, Cell::Text(texts.value(row))));
        }
        DataType::Dictionary(_, _) => return push_dictionary(array, place, filling),
        _ => return push_numbers(array, push),
    }
    true
}

/// A dictionary's values by their keys; texts only.
fn push_dictionary(array: &dyn Array, place: usize, filling: &mut Filling) -> bool {
    let Some(dictionary) = array.as_any_dictionary_opt() else {
        return false;
    };
    let values = dictionary.values();
    let texts: Vec<Option<String>> = match values.data_type() {
        DataType::Utf8 => {
            let texts = values.as_string::<i32>().iter();
            texts.map(|text| text.map(String::from)).collect()
        }
        DataType::LargeUtf8 => {
            let texts = values.as_string::<i64>().iter();
            texts.map(|text| text.map(String::from)).collect()
        }
        _ => return false,
    };
    let keys = if texts.is_empty() {
        vec![0; array.len()]
    } else {
        dictionary.normalized_keys()
    };
    for (row, key) in keys.into_iter().enumerate() {
        let text = texts.get(key).and_then(Option::as_deref);
        let cell = match text.filter(|_| !array.is_null(row)) {
            Some(text) => Cell::Text(text),
            None => Cell::Missing,
        };
        if let Err(misfit) = filling.columns[place].push(cell) {
            filling.misfit(place, misfit.to_string());
        }
    }
    true
}

/// Numbers, days and timestamps.
fn push_numbers(array: &dyn Array, push: impl FnMut(usize, Cell)) -> bool {
    use DataType as T;
    let number = Cell::Number;
    match array.data_type() {
        T::Int8 => each::<Int8Type>(array, |x| number(x.into()), push),
        T::Int16 => each::<Int16Type>(array, |x| number(x.into()), push),
        T::Int32 => each::<Int32Type>(array, |x| number(x.into()), push),
        T::Int64 => each::<Int64Type>(array, |x| number(x as f64), push),
        T::UInt8 => each::<UInt8Type>(array, |x| number(x.into()), push),
        T::UInt16 => each::<UInt16Type>(array, |x| number(x.into()), push),
        T::UInt32 => each::<UInt32Type>(array, |x| number(x.into()), push),
        T::UInt64 => each::<UInt64Type>(array, |x| number(x as f64), push),
        T::Float32 => each::<Float32Type>(array, |x| number(x.into()), push),
        T::Float64 => each::<Float64Type>(array, number, push),
        T::Date32 => each::<Date32Type>(array, |days| Cell::Time(f64::from(days) * DAY), push),
        T::Date64 => each::<Date64Type>(array, |ms| Cell::Time(seconds(ms, 1000)), push),
        T::Timestamp(TimeUnit::Second, _) => {
            each::<TimestampSecondType>(array, |s| Cell::Time(s as f64), push);
        }
        T::Timestamp(TimeUnit::Millisecond, _) => {
            each::<TimestampMillisecondType>(array, |ms| Cell::Time(seconds(ms, 1000)), push);
        }
        T::Timestamp(TimeUnit::Microsecond, _) => {
            each::<TimestampMicrosecondType>(array, |us| Cell::Time(seconds(us, 1_000_000)), push);
        }
        T::Timestamp(TimeUnit::Nanosecond, _) => {
            each::<TimestampNanosecondType>(
                array,
                |ns| Cell::Time(seconds(ns, 1_000_000_000)),
                push,
            );
        }
        _ => return false,
    }
    true
}

/// The start of the day and the seconds of the day, added as the reader of texts adds them.
fn seconds(ticks: i64, a_second: i64) -> f64 {
    let (whole, rest) = (ticks.div_euclid(a_second), ticks.rem_euclid(a_second));
    let of_day = whole.rem_euclid(86_400);
    (whole - of_day) as f64 + (of_day as f64 + rest as f64 / a_second as f64)
}

fn each<T: ArrowPrimitiveType>(
    array: &dyn Array,
    cell: impl Fn(T::Native) -> Cell<'static>,
    mut push: impl FnMut(usize, Cell),
) {
    for (row, &value) in array.as_primitive::<T>().values().iter().enumerate() {
        push(row, cell(value));
    }
}

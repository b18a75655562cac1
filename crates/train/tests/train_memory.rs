//! What boosting takes of memory besides the table: bins of one byte a cell, and some numbers a row.
//!
//! A test of its own, because it counts what the whole process allocates.

use std::sync::Arc;

use tabwright_table::{Column, Kind, Table, Values};
use tabwright_tests::memory::{Counting, peak_of};
use tabwright_train::{Algorithm, Part, Silent, Trial, run_part};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const N_ROWS: usize = 800_000;
const N_FEATURES: usize = 28;

fn table() -> Table {
    let column = |number: usize| {
        let cell = |row: usize| {
            let mixed = (row * N_FEATURES + number).wrapping_mul(0x9E37_79B9) % 1_000_003;
            if number == N_FEATURES {
                (mixed % 2) as f64
            } else {
                mixed as f64 / 1000.0
            }
        };
        Arc::new(Column {
            name: format!("f{number}"),
            kind: Kind::Decimal,
            values: Values::Numbers((0..N_ROWS).map(cell).collect()),
        })
    };
    Table::new((0..=N_FEATURES).map(column).collect(), N_ROWS).unwrap()
}

#[test]
fn a_fit_holds_bins_and_a_few_numbers_a_row() {
    let table = table();
    let mut trial = Trial::new(format!("f{N_FEATURES}"), Algorithm::Gbt);
    trial
        .params
        .insert("trees".into(), tabwright_model::ParamValue::Number(3.0));
    let (result, peak) = peak_of(|| run_part(&table, &trial, Part::Full, &Silent).unwrap());
    assert!(result.fitted.is_some());
    let bins_and_gradients = N_ROWS * (N_FEATURES + 8);
    let share = peak as f64 / bins_and_gradients as f64;
    println!("{share:.2} × the bytes of bins and gradients (of two f32 a row)");
    assert!(share < 2.2, "{share:.2}");
    drop((table, result));
    // Here, because only one test at a time can count what the whole process allocates.
    a_fold_copies_no_texts();
}

fn a_fold_copies_no_texts() {
    const N_TEXTS: usize = 4000;
    const TEXT_BYTES: usize = 4096;
    let number = |name: &str, of: fn(usize) -> f64| {
        Arc::new(Column {
            name: name.into(),
            kind: Kind::Decimal,
            values: Values::Numbers((0..N_TEXTS).map(of).collect()),
        })
    };
    let texts: Vec<String> = (0..N_TEXTS)
        .map(|row| format!("{row:0TEXT_BYTES$}"))
        .collect();
    let note = Arc::new(Column {
        name: "note".into(),
        kind: Kind::Text,
        values: Values::Codes {
            codes: (0..N_TEXTS as u32).collect(),
            levels: texts.into(),
        },
    });
    let columns = vec![
        number("x", |row| (row % 17) as f64),
        note,
        number("y", |row| (row % 2) as f64),
    ];
    let table = Table::new(columns, N_TEXTS).unwrap();
    let mut trial = Trial::new("y", Algorithm::Tree);
    // The step makes another table, and drops rows of it.
    trial.recipe = serde_json::from_str(
        r#"[{"step": "derive", "column": "z", "formula": "x * 2"}, {"step": "filter", "formula": "x > 1"}]"#,
    )
    .unwrap();
    let (_, peak) = peak_of(|| run_part(&table, &trial, Part::Fold(0), &Silent).unwrap());
    println!("{peak} bytes beside {} of texts", N_TEXTS * TEXT_BYTES);
    assert!(peak < N_TEXTS * TEXT_BYTES / 8, "{peak}");
}

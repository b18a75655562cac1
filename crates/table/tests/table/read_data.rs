//! The real tables of `tests/data`, read as they are.

use crate::data;

use tabwright_table::{
    Kind, MISSING_CODE, ReadOptions, ReadReport, Reader, Schema, Table, Values, format_value,
};

fn read_with(name: &str, options: ReadOptions) -> (Table, ReadReport) {
    let mut reader = Reader::new(options);
    for slice in data::bytes(name).chunks(10_007) {
        reader.push(slice).unwrap();
    }
    reader.finish().unwrap()
}

fn read(name: &str) -> (Table, ReadReport) {
    read_with(name, ReadOptions::default())
}

fn kinds(table: &Table) -> String {
    let kinds = table
        .columns()
        .iter()
        .map(|column| [column.name.as_str(), ":", column.kind.name(), " "].concat());
    kinds.collect()
}

#[test]
fn titanic() {
    let (table, report) = read("titanic.csv");
    assert_eq!(table.n_rows(), 891);
    assert_eq!(
        kinds(&table),
        "survived:integer pclass:integer sex:category age:decimal sibsp:integer parch:integer fare:decimal \
         embarked:category class:category who:category adult_male:boolean deck:category embark_town:category \
         alive:boolean alone:boolean "
    );
    assert!(report.has_header.value && report.n_bad_rows == 0 && report.notes.is_empty());
    let missing: Vec<_> = report
        .columns
        .iter()
        .filter(|column| column.n_missing > 0)
        .collect();
    let missing: Vec<_> = missing
        .iter()
        .map(|column| (column.name.as_str(), column.n_missing))
        .collect();
    assert_eq!(
        missing,
        [
            ("age", 177),
            ("embarked", 2),
            ("deck", 688),
            ("embark_town", 2)
        ]
    );
    let Values::Codes { codes, levels } = &table.column("alive").unwrap().values else {
        panic!()
    };
    assert_eq!(
        (levels.as_slice(), &codes[..3]),
        (["no".to_string(), "yes".into()].as_slice(), &[0, 1, 1][..])
    );
    let Values::Codes { codes, levels } = &table.column("deck").unwrap().values else {
        panic!()
    };
    assert_eq!(levels.concat(), "ABCDEFG");
    assert_eq!(&codes[..2], &[MISSING_CODE, 2]);
    assert_eq!(format_value(table.column("fare").unwrap(), 1), "71.2833");
    assert_eq!(format_value(table.column("age").unwrap(), 5), "");
}

#[test]
fn california_housing_and_penguins() {
    let (table, report) = read("california-housing.csv");
    assert_eq!(table.n_rows(), 20_640);
    assert!(
        table.columns()[..9]
            .iter()
            .all(|column| column.kind == Kind::Decimal)
    );
    assert_eq!(table.columns()[9].kind, Kind::Category);
    assert_eq!(report.columns[4].n_missing, 207);
    let (table, report) = read("penguins.csv");
    assert_eq!(
        kinds(&table),
        "species:category island:category bill_length_mm:decimal bill_depth_mm:decimal flipper_length_mm:integer \
         body_mass_g:integer sex:category "
    );
    assert_eq!(report.columns[6].n_missing, 11);
}

#[test]
fn adult_has_blanks_around_names_and_values() {
    let (table, report) = read("adult.csv");
    assert_eq!(table.n_rows(), 32_561);
    let Values::Codes { levels, .. } = &table.column("income").unwrap().values else {
        panic!()
    };
    assert_eq!(levels.as_slice(), ["<=50K", ">50K"]);
    assert_eq!(table.column("education_num").unwrap().kind, Kind::Integer);
    assert_eq!(report.columns[1].n_missing, 1_836);
}

#[test]
fn files_without_header() {
    let (table, report) = read("winequality-white.csv");
    assert_eq!(
        (
            table.n_rows(),
            table.columns().len(),
            report.has_header.value
        ),
        (4_898, 12, false)
    );
    assert_eq!(table.columns()[11].name, "column_12");
    let (table, report) = read("horse-colic.csv");
    assert_eq!(
        (
            table.n_rows(),
            table.columns().len(),
            report.has_header.value
        ),
        (300, 28, false)
    );
    let lesion = table.column("column_25").unwrap();
    assert_eq!(
        (lesion.kind, format_value(lesion, 1)),
        (Kind::Identifier, "02208".into())
    );
    assert_eq!(table.column("column_4").unwrap().kind, Kind::Decimal);
    assert_eq!(report.columns[3].n_missing, 60);
}

#[test]
fn taxis_mpg_and_diamonds() {
    let (table, _) = read("taxis.csv");
    let pickup = table.column("pickup").unwrap();
    assert_eq!(
        (pickup.kind, format_value(pickup, 0)),
        (Kind::Datetime, "2019-03-23 20:21:09".into())
    );
    let Values::Numbers(seconds) = &pickup.values else {
        panic!()
    };
    assert_eq!(seconds[0], 1_553_372_469.0);
    assert_eq!(table.column("pickup_zone").unwrap().kind, Kind::Category);
    let (table, report) = read("mpg.csv");
    assert_eq!(table.column("name").unwrap().kind, Kind::Text);
    assert_eq!(report.columns[3].n_missing, 6);
    let (table, _) = read("diamonds.csv");
    assert_eq!(table.n_rows(), 53_940);
    assert_eq!(format_value(table.column("cut").unwrap(), 0), "Ideal");
}

#[test]
fn a_schema_reads_other_rows_alike() {
    let (table, report) = read("titanic.csv");
    let options = ReadOptions::from_schema(&Schema::of(&table, &report.missing_tokens.value));
    let mut reader = Reader::new(options);
    reader
        .push(b"fare,survived,alive,sex\n7,1,yes,x\n?,2.5,maybe,3\n")
        .unwrap();
    let (rows, report) = reader.finish().unwrap();
    assert_eq!(
        kinds(&rows),
        "fare:decimal survived:decimal alive:boolean sex:category "
    );
    let misfits: Vec<_> = report
        .columns
        .iter()
        .map(|column| (column.n_missing, column.misfits.clone()))
        .collect();
    assert_eq!(misfits[0], (1, vec![]));
    assert_eq!(misfits[1], (0, vec![]), "a fraction is a number too");
    assert_eq!(misfits[2], (1, vec![(3, "maybe".into())]));
    assert!(report.notes.iter().any(|note| note.contains("\"deck\"")));
}

//! The schemas in `schemas/bundle` are those of the entries that are written, and what they require the reader requires.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{Cursor, Read, Write};
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use jsonschema::Validator;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tabwright_model::Bundle;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

type Entries = BTreeMap<String, Vec<u8>>;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Each schema by the entry that it is of.
fn schemas() -> BTreeMap<String, Validator> {
    let mut schemas = BTreeMap::new();
    for file in fs::read_dir(root().join("schemas/bundle")).unwrap() {
        let path = file.unwrap().path();
        let schema: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let entry = name.replace(".schema.json", ".json");
        assert_eq!(schema["title"], *entry);
        schemas.insert(entry, jsonschema::draft202012::new(&schema).unwrap());
    }
    schemas
}

/// A bundle of the present format: what is kept, or an older one written anew.
fn entries(name: &str) -> Entries {
    let zip = fs::read(root().join("crates/model/tests/bundles").join(name)).unwrap();
    let zip = Bundle::from_zip(&zip).unwrap().to_zip().unwrap();
    let mut archive = ZipArchive::new(Cursor::new(zip)).unwrap();
    let mut entries = Entries::new();
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        entries.insert(file.name().unwrap().into_owned(), bytes);
    }
    entries
}

/// A zip whose manifest has the checksums of its entries.
fn packed(mut entries: Entries) -> Vec<u8> {
    if let Ok(mut manifest) = serde_json::from_slice::<Value>(&entries["manifest.json"]) {
        let mut sums = BTreeMap::new();
        for (name, bytes) in entries.iter().filter(|(name, _)| *name != "manifest.json") {
            sums.insert(name.clone(), HEXLOWER.encode(&Sha256::digest(bytes)));
        }
        if manifest["sha256"].is_object() {
            manifest["sha256"] = json!(sums);
        }
        entries.insert("manifest.json".into(), manifest.to_string().into_bytes());
    }
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in &entries {
        writer
            .start_file(name.as_str(), SimpleFileOptions::default())
            .unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

const KEPT: [&str; 3] = [
    "format-1-linear.zip",
    "format-1-trees.zip",
    "format-2-trees.zip",
];

#[test]
fn what_is_written_is_valid() {
    let schemas = schemas();
    for name in KEPT {
        let entries = entries(name);
        let described: BTreeSet<&String> = schemas.keys().collect();
        let is_json = |name: &str| Path::new(name).extension().is_some_and(|it| it == "json");
        let own = |name: &&String| is_json(name) && *name != "input_example.json";
        assert_eq!(
            entries.keys().filter(own).collect::<BTreeSet<_>>(),
            described,
            "an entry without a schema, or a schema without an entry"
        );
        for (entry, schema) in &schemas {
            let value: Value = serde_json::from_slice(&entries[entry]).unwrap();
            if let Some(error) = schema.iter_errors(&value).next() {
                // The value itself may be very long.
                panic!(
                    "{name}, {entry}{}: {:?}",
                    error.instance_path(),
                    error.kind()
                );
            }
        }
    }
}

/// Where values are, one of each form: of a list's items those that look alike are one.
fn places(value: &Value, at: &str, forms: &mut BTreeSet<String>, found: &mut Vec<String>) {
    let form: String = at
        .split('/')
        .map(|part| {
            if part.parse::<usize>().is_ok() {
                "#"
            } else {
                part
            }
        })
        .collect::<Vec<_>>()
        .join("/");
    let kind = value.as_object().map_or_else(String::new, |object| {
        object.keys().cloned().collect::<Vec<_>>().join(",")
    });
    if forms.insert(format!("{form} {kind}")) {
        found.push(at.to_owned());
    }
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                let key = key.replace('~', "~0").replace('/', "~1");
                places(value, &format!("{at}/{key}"), forms, found);
            }
        }
        Value::Array(items) => {
            for (number, item) in items.iter().enumerate() {
                places(item, &format!("{at}/{number}"), forms, found);
            }
        }
        _ => {}
    }
}

/// Changes an entry in one place after another; the reader must refuse whatever the schema refuses, by the entry's name.
fn agree(change: impl Fn(&mut Value, &str) -> bool) -> usize {
    let schemas = schemas();
    let mut n_refused = 0;
    for name in KEPT {
        let sound = entries(name);
        for (entry, schema) in &schemas {
            let value: Value = serde_json::from_slice(&sound[entry]).unwrap();
            let mut all = Vec::new();
            places(&value, "", &mut BTreeSet::new(), &mut all);
            // Checksums are made anew for what is packed.
            for place in all
                .into_iter()
                .filter(|place| !place.starts_with("/sha256/"))
            {
                let mut changed = value.clone();
                if !change(&mut changed, &place) || schema.is_valid(&changed) {
                    continue;
                }
                let mut entries = sound.clone();
                entries.insert(entry.clone(), changed.to_string().into_bytes());
                let read = Bundle::from_zip(&packed(entries));
                let Err(error) = read else {
                    panic!("{name}, {entry}{place}: the schema refuses it, and the reader takes it")
                };
                let error = error.to_string();
                // A format that is not known is told before anything else.
                assert!(
                    error.contains(entry.as_str()) || error.contains("format"),
                    "{entry}{place}: {error}"
                );
                n_refused += 1;
            }
        }
    }
    n_refused
}

#[test]
fn what_a_schema_requires_the_reader_requires() {
    let n_refused = agree(|value, place| {
        let Some((parent, key)) = place.rsplit_once('/') else {
            return false;
        };
        let object = value.pointer_mut(parent).and_then(Value::as_object_mut);
        object.is_some_and(|object| object.remove(key).is_some())
    });
    assert!(n_refused > 150, "{n_refused}");
}

#[test]
fn what_is_of_another_type_is_refused_by_both() {
    let n_refused = agree(|value, place| {
        let Some(found) = value.pointer_mut(place) else {
            return false;
        };
        *found = if found.is_boolean() {
            json!("yes")
        } else {
            json!(true)
        };
        true
    });
    assert!(n_refused > 250, "{n_refused}");
}

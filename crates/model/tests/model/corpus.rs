//! Every malformed bundle that is kept is refused, and the refusal says what is wrong.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use tabwright_model::Bundle;

#[test]
fn every_malformed_bundle_is_refused_by_name() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let expected = fs::read(folder.join("expected.json")).unwrap();
    let expected: BTreeMap<String, String> = serde_json::from_slice(&expected).unwrap();
    let mut names: Vec<String> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "zip"))
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    names.sort();
    assert!(
        names.iter().eq(expected.keys()),
        "expected.json and the files differ"
    );
    let mut wrong = Vec::new();
    for (name, said) in &expected {
        let bytes = fs::read(folder.join(format!("{name}.zip"))).unwrap();
        match Bundle::from_zip(&bytes) {
            Ok(_) => wrong.push(format!("{name}: it is read")),
            Err(error) if said.is_empty() || !error.to_string().contains(said) => {
                wrong.push(format!("{name}: expected {said:?}, found {error}"));
            }
            Err(_) => {}
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

//! Keys and signatures, and where an export goes.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use tabwright_tests::command::Folder;

fn with_bundle() -> Folder {
    let folder = Folder::with(&["titanic.csv"]);
    folder
        .run("train titanic.csv --target survived --drop alive --algorithm gbt --set trees=5 --folds 0 --out m.zip")
        .ok();
    folder
}

#[test]
fn a_bundle_is_signed_and_checked() {
    let folder = with_bundle();
    folder.run("keygen --out ours.pem").ok();
    folder.run("keygen --out theirs.pem").ok();
    folder.run("sign m.zip --key ours.pem").ok();
    let said = folder.run("verify m.zip --key ours.pub.pem").ok();
    assert!(said.contains("the signature is right"), "{said}");
    let json = folder.run("verify m.zip --key ours.pub.pem --json").json();
    assert_eq!(json["signed"], true);
    let other = folder.run("verify m.zip --key theirs.pub.pem").refused(1);
    assert!(other.contains("another key signed it"), "{other}");
    // Another bundle, as sound as this one.
    folder
        .run("train titanic.csv --target survived --drop alive --algorithm gbt --set trees=6 --folds 0 --out n.zip")
        .ok();
    let unsigned = folder.run("verify n.zip --key ours.pub.pem").refused(1);
    assert!(unsigned.contains("there is no signature"), "{unsigned}");
    let changed = folder
        .run("verify n.zip --key ours.pub.pem --signature m.zip.sig")
        .refused(1);
    assert!(changed.contains("changed after it was signed"), "{changed}");
}

#[test]
fn keys_are_never_overwritten_and_never_open() {
    let folder = Folder::with(&[]);
    folder.run("keygen --out k.pem").ok();
    let before = folder.read("k.pem");
    folder.run("keygen --out k.pem").refused(2);
    assert!(folder.read("k.pem") == before);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(folder.path("k.pem"))
            .expect("k.pem")
            .permissions();
        assert_eq!(mode.mode() & 0o777, 0o600);
    }
}

#[test]
fn what_is_no_key_is_said() {
    let folder = with_bundle();
    folder.run("keygen --out k.pem").ok();
    let swapped = folder.run("sign m.zip --key k.pub.pem").refused(2);
    assert!(swapped.contains("no private key"), "{swapped}");
    folder.write("m.zip.sig", b"not a signature");
    let said = folder.run("verify m.zip --key k.pub.pem").refused(1);
    assert!(said.contains("no signature"), "{said}");
    let said = folder.run("verify m.zip --key titanic.csv").refused(2);
    assert!(said.contains("no public key"), "{said}");
    folder.run("verify m.zip --signature m.zip.sig").refused(2);
}

/// Every file of a folder by its path in it.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let name = path.strip_prefix(folder).expect("inside").to_string_lossy();
            found.insert(name.into_owned(), fs::read(&path).expect("a file"));
        }
    }
    found
}

#[test]
fn equal_models_are_equal_exports() {
    let folder = with_bundle();
    for target in ["mlflow", "spark"] {
        for out in ["a", "b"] {
            folder
                .run(&format!("export m.zip --to {target} --out {target}-{out}"))
                .ok();
        }
        let [a, b] = ["a", "b"].map(|out| files(&folder.path(&format!("{target}-{out}"))));
        assert!(a == b && a.len() > 5, "{target}");
    }
    for target in ["onnx", "sql", "python"] {
        for out in ["a", "b"] {
            folder
                .run(&format!("export m.zip --to {target} --out {target}-{out}"))
                .ok();
        }
        let [a, b] = ["a", "b"].map(|out| folder.read(&format!("{target}-{out}")));
        assert!(a == b && a.len() > 1000, "{target}");
    }
    let unpacked = files(&folder.path("mlflow-a"));
    let manifest: serde_json::Value =
        serde_json::from_slice(&unpacked["manifest.json"]).expect("JSON");
    let sums = manifest["sha256"].as_object().expect("checksums");
    assert!(sums.keys().all(|name| unpacked.contains_key(name)));
    assert_eq!(unpacked.len(), sums.len() + 1);
    assert!(unpacked["model.onnx"] == folder.read("onnx-a"));
}

#[test]
fn an_export_takes_nothing_away() {
    let folder = with_bundle();
    fs::create_dir(folder.path("mine")).expect("a folder");
    folder.write("mine/notes.txt", b"mine");
    let said = folder.run("export m.zip --to spark --out mine").refused(2);
    assert!(said.contains("not empty"), "{said}");
    folder
        .run("export m.zip --to mlflow --out titanic.csv")
        .refused(2);
    assert!(folder.read("mine/notes.txt") == b"mine");
    let left: Vec<String> = files(&folder.path(".")).into_keys().collect();
    assert!(
        left.iter().all(|name| !name.contains("partial")),
        "{left:?}"
    );
    fs::remove_file(folder.path("mine/notes.txt")).expect("notes.txt");
    folder.run("export m.zip --to spark --out mine").ok();
}

#[test]
fn what_onnx_has_no_words_for_is_left_out_and_said() {
    let folder = Folder::with(&["titanic.csv"]);
    folder.write(
        "p.json",
        br#"{"format":1,"name":"upper","read":{},"target":"survived","task":"auto","recipe":[
            {"enabled":true,"step":"drop","columns":["alive"]},
            {"enabled":true,"step":"derive","column":"up","formula":"length(embark_town)"}],
            "validation":{"scheme":"folds","folds":0},"seed":0,"algorithms":{}}"#,
    );
    folder
        .run("train titanic.csv --target survived --project p.json --algorithm tree --folds 0 --out m.zip")
        .ok();
    let said = folder.run("export m.zip --to onnx --out m.onnx").refused(2);
    assert!(
        said.contains("ONNX cannot count a text's letters"),
        "{said}"
    );
    folder.run("export m.zip --to python --out m.py").ok();
    folder.run("verify m.zip").ok();
}

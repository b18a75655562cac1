//! A kept bundle with one entry changed, and checksums that match: what is behind them is read, or refused.
#![no_main]

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use sha2::{Digest, Sha256};
use tabwright_model::Bundle;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

const KEPT: [&[u8]; 2] = [
    include_bytes!("../../tests/bundles/format-2-trees.zip"),
    include_bytes!("../../tests/bundles/format-1-linear.zip"),
];
const ENTRIES: [&str; 10] = [
    "schema.json",
    "recipe.json",
    "model.json",
    "search.json",
    "evaluation.json",
    "baseline.json",
    "proof.csv",
    "proof.json",
    "manifest.json",
    "gate.json",
];

type Entries = BTreeMap<String, Vec<u8>>;

static SOUND: LazyLock<Vec<Entries>> = LazyLock::new(|| KEPT.map(unpacked).to_vec());

fn unpacked(zip: &[u8]) -> Entries {
    let mut archive = ZipArchive::new(Cursor::new(zip)).expect("a zip");
    let mut entries = Entries::new();
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).expect("an entry");
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).expect("its bytes");
        entries.insert(file.name().expect("UTF-8").into_owned(), bytes);
    }
    entries
}

fn sum(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Which bundle, which entry, where, how many bytes go, and what comes in their place.
fuzz_target!(|input: &[u8]| {
    let [which, entry, high, low, n_gone, new @ ..] = input else {
        return;
    };
    let mut entries = SOUND[usize::from(*which) % SOUND.len()].clone();
    let name = ENTRIES[usize::from(*entry) % ENTRIES.len()];
    let Some(old) = entries.get(name).cloned() else {
        return;
    };
    let start = usize::from(u16::from_be_bytes([*high, *low])) * old.len().max(1) / 65536;
    let end = (start + usize::from(*n_gone)).min(old.len());
    let changed = [&old[..start], new, &old[end..]].concat();
    let manifest = String::from_utf8_lossy(&entries["manifest.json"]).replace(&sum(&old), &sum(&changed));
    entries.insert("manifest.json".into(), manifest.into_bytes());
    entries.insert(name.into(), changed);
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in &entries {
        writer.start_file(name.as_str(), options).expect("a name");
        writer.write_all(bytes).expect("room");
    }
    let zip = writer.finish().expect("an end").into_inner();
    if let Ok(bundle) = Bundle::from_zip(&zip) {
        let _ = bundle.replay_proof();
        let _ = bundle.to_zip();
    }
});

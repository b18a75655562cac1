//! The tables in the repository's `tests/data`.

use std::{
    io::Read,
    path::{Path, PathBuf},
};

/// A file of the repository's `tests` folder.
pub fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests")
        .join(name)
}

/// The bytes of a table, which may be kept compressed.
pub fn bytes(name: &str) -> Vec<u8> {
    let plain = path("data").join(name);
    if plain.exists() {
        return std::fs::read(&plain).unwrap();
    }
    let packed = std::fs::File::open(path("data").join(format!("{name}.gz")));
    let packed = packed.unwrap_or_else(|error| panic!("{}: {error}", plain.display()));
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(packed)
        .read_to_end(&mut bytes)
        .unwrap();
    bytes
}

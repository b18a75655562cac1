//! What tests anywhere in the workspace share: the real tables under `tests/data`, the `tabwright` command, and a count of
//! memory.

pub mod command;
pub mod memory;
pub mod server;

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

/// The repository's root.
pub fn root() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().unwrap_or(tests).to_owned()
}

/// The content of a table under `tests/data`, unpacked: `data("adult.csv")`.
pub fn data(name: &str) -> Vec<u8> {
    let folder = root().join("tests/data");
    let plain = folder.join(name);
    if plain.is_file() {
        return fs::read(&plain).unwrap_or_else(|error| panic!("{}: {error}", plain.display()));
    }
    let packed = folder.join(format!("{name}.gz"));
    let bytes = fs::read(&packed).unwrap_or_else(|error| panic!("{}: {error}", packed.display()));
    let mut out = Vec::new();
    let unpacked = flate2::read::GzDecoder::new(bytes.as_slice()).read_to_end(&mut out);
    unpacked.unwrap_or_else(|error| panic!("{}: {error}", packed.display()));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_read_plain_and_packed() {
        assert!(data("titanic.csv").starts_with(b"survived,pclass,"));
        assert!(data("adult.csv").starts_with(b"age, workclass,"));
    }
}

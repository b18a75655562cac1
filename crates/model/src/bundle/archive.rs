//! Named bytes to a zip and back.

use std::{
    collections::BTreeMap,
    io::{Cursor, Read, Write},
};

use zip::{
    CompressionMethod, DateTime, System, ZipArchive, ZipWriter,
    read::{ArchiveOffset, Config},
    result::ZipError,
    write::SimpleFileOptions,
};

use super::names::check_names;
use crate::ModelError;

/// Entries that a bundle may have: a dozen of its own, and what exports put beside them.
const MAX_ENTRIES: usize = 64;
/// Bytes that all entries together may have.
const MAX_BYTES: u64 = 512 << 20;
/// Bytes that no ratio is asked of.
const FREE_BYTES: u64 = 16 << 20;
/// How much smaller a zip may be than what it holds. JSON of trees shrinks by 5 to 20.
const MAX_RATIO: u64 = 200;
/// Fixed, so that equal entries are equal bytes.
const LEVEL: i64 = 6;

pub(super) type Entries = BTreeMap<String, Vec<u8>>;

/// Zips entries in the order of their names; no clock, and the same system everywhere.
pub(super) fn pack(entries: &Entries) -> Result<Vec<u8>, ModelError> {
    check_names(entries.keys())?;
    if entries.len() > MAX_ENTRIES {
        return Err(too_many(entries.len()));
    }
    write(entries)
}

fn too_many(n_entries: usize) -> ModelError {
    ModelError::NotABundle(format!(
        "it has {n_entries} entries, more than {MAX_ENTRIES}"
    ))
}

fn write(entries: &Entries) -> Result<Vec<u8>, ModelError> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(LEVEL))
        .last_modified_time(DateTime::default())
        .system(System::Unix)
        .unix_permissions(0o644);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        let bad = |message: String| ModelError::BadEntry {
            entry: name.clone(),
            message,
        };
        writer
            .start_file(name, options)
            .map_err(|error| bad(error.to_string()))?;
        writer
            .write_all(bytes)
            .map_err(|error| bad(error.to_string()))?;
    }
    Ok(writer
        .finish()
        .map_err(|error| ModelError::NotABundle(error.to_string()))?
        .into_inner())
}

/// Unzips every entry, within bounds.
pub(super) fn unpack(bytes: &[u8]) -> Result<Entries, ModelError> {
    let not_a_bundle = |message: String| ModelError::NotABundle(message);
    let config = Config {
        archive_offset: ArchiveOffset::Known(0),
    };
    let mut archive = ZipArchive::with_config(config, Cursor::new(bytes)).map_err(|error| {
        not_a_bundle(match (bytes.starts_with(b"PK"), error) {
            (false, _) => {
                "it is no zip file; a bundle is the zip that Export or `tabwright train` wrote"
                    .into()
            }
            (true, ZipError::InvalidArchive(_)) => {
                "the zip is cut off or damaged; copy or download it again".into()
            }
            (true, error) => error.to_string(),
        })
    })?;
    if archive.len() > MAX_ENTRIES {
        return Err(too_many(archive.len()));
    }
    if archive.has_duplicate_names() {
        return Err(not_a_bundle("two entries have one name".into()));
    }
    let limit = MAX_BYTES.min(FREE_BYTES.max(MAX_RATIO * bytes.len() as u64));
    let mut n_bytes = 0;
    let mut entries = Entries::new();
    for position in 0..archive.len() {
        let mut file = archive
            .by_index(position)
            .map_err(|error| not_a_bundle(error.to_string()))?;
        let name = file
            .name()
            .map_err(|error| not_a_bundle(error.to_string()))?
            .into_owned();
        if file.is_symlink() {
            return Err(not_a_bundle(format!("{name} is a link, not a file")));
        }
        let mut content = Vec::new();
        // One byte more than allowed tells a full entry from one that was cut off.
        let allowed = limit - n_bytes + 1;
        (&mut file)
            .take(allowed)
            .read_to_end(&mut content)
            .map_err(|error| ModelError::BadEntry {
                entry: name.clone(),
                message: format!("it cannot be unpacked ({error})"),
            })?;
        n_bytes += content.len() as u64;
        if n_bytes > limit {
            return Err(not_a_bundle(format!(
                "unpacked, it is larger than the {} MiB allowed for its size",
                limit >> 20
            )));
        }
        entries.insert(name, content);
    }
    check_names(entries.keys())?;
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(name: &str, content: &[u8]) -> Entries {
        Entries::from([(name.to_string(), content.to_vec())])
    }

    #[test]
    fn what_is_packed_is_unpacked() {
        let entries: Entries = [("b/c.json", b"{}".to_vec()), ("a.csv", vec![7; 100_000])]
            .map(|(n, b)| (n.to_string(), b))
            .into();
        let bytes = pack(&entries).unwrap();
        assert_eq!(bytes, pack(&entries).unwrap());
        assert_eq!(unpack(&bytes).unwrap(), entries);
    }

    #[test]
    fn names_do_not_leave_the_bundle() {
        for name in [
            "../x",
            "a/../x",
            "/etc/passwd",
            "a\\b",
            "C:x",
            "a//b",
            "a\nb",
            "dir/",
        ] {
            assert!(pack(&one(name, b"x")).is_err());
            let bytes = write(&one(name, b"x")).unwrap();
            let error = unpack(&bytes).unwrap_err().to_string();
            assert!(error.contains("no safe name"), "{name}: {error}");
        }
    }

    #[test]
    fn a_bomb_is_refused() {
        let bytes = pack(&one("a", &vec![0; 40 << 20])).unwrap();
        assert!(bytes.len() < 100_000);
        let error = unpack(&bytes).unwrap_err().to_string();
        assert!(error.contains("larger than"), "{error}");
    }

    #[test]
    fn too_many_entries_are_refused() {
        let entries: Entries = (0..=MAX_ENTRIES)
            .map(|i| (i.to_string(), Vec::new()))
            .collect();
        for error in [
            pack(&entries).unwrap_err(),
            unpack(&write(&entries).unwrap()).unwrap_err(),
        ] {
            assert!(error.to_string().contains("65 entries"), "{error}");
        }
    }

    #[test]
    fn two_entries_of_one_name_are_refused() {
        let entries: Entries = [("aa", b"1".to_vec()), ("ab", b"2".to_vec())]
            .map(|(n, b)| (n.to_string(), b))
            .into();
        let mut bytes = pack(&entries).unwrap();
        for at in 0..bytes.len() - 1 {
            if &bytes[at..at + 2] == b"ab" {
                bytes[at + 1] = b'a';
            }
        }
        assert!(
            unpack(&bytes)
                .unwrap_err()
                .to_string()
                .contains("two entries")
        );
    }

    #[test]
    fn other_files_are_no_bundle() {
        for bytes in [&b""[..], b"PK", b"a,b\n1,2\n", &[0; 1000]] {
            assert!(matches!(unpack(bytes), Err(ModelError::NotABundle(_))));
        }
    }
}

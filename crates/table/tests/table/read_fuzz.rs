//! Mutants of a kept corpus, always the same ones: no panic, and what `oracle/mod.rs` says of any bytes.
//!
//! A file that once failed goes to `corpus/`; its first line may be anything. `FUZZ_ROUNDS` asks for more mutants.

use crate::oracle;

use std::{fs, path::Path};

use oracle::{check, check_every_cut};
use tabwright_table::{ReadOptions, Reader};

/// Mutants of each file.
const ROUNDS: u64 = 60;
/// What mutants get: what means something to the reader, and bytes that mean nothing in UTF-8.
const PIECES: [&[u8]; 24] = [
    b"\"",
    b"\"\"",
    b",",
    b";",
    b"\t",
    b"|",
    b"\n",
    b"\r\n",
    b"\r",
    b"\n\n",
    b"#",
    b" ",
    b"-",
    b"0",
    b"1.5",
    b"1,5",
    b"9999999999999999",
    b"1e-7",
    b"2024-02-29",
    b"31/12/2024",
    b"12 %",
    b"\xFF",
    b"\xC3",
    b"\0",
];

/// `SplitMix64` (Steele, Lea, Flood, 2014): the same numbers everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut x = self.0;
        x = (x ^ x >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        x = (x ^ x >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((x ^ x >> 31) % below.max(1) as u64) as usize
    }
}

fn mutate(bytes: &mut Vec<u8>, random: &mut Random) {
    for _ in 0..=random.next(4) {
        let at = random.next(bytes.len() + 1);
        let length = random.next(12).min(bytes.len() - at);
        match random.next(4) {
            0 => drop(bytes.splice(
                at..at + length,
                PIECES[random.next(PIECES.len())].iter().copied(),
            )),
            1 => drop(bytes.splice(at..at, PIECES[random.next(PIECES.len())].iter().copied())),
            2 => drop(bytes.drain(at..at + length)),
            _ => {
                let copy = bytes[at..at + length].to_vec();
                let to = random.next(bytes.len() + 1);
                drop(bytes.splice(to..to, copy));
            }
        }
    }
}

/// With everything left to detect: whatever happens, it is no panic, and slices do not matter.
fn detect_all(bytes: &[u8]) {
    let read = |sample: usize, size: usize| {
        let mut reader = Reader::new(ReadOptions::default()).with_sample(sample);
        for slice in bytes.chunks(size) {
            reader.push(slice)?;
        }
        reader.finish()
    };
    for sample in [1, 40, 64 << 10] {
        assert_eq!(
            format!("{:?}", read(sample, 5)),
            format!("{:?}", read(sample, usize::MAX)),
            "{:?} behind {sample} bytes",
            String::from_utf8_lossy(bytes)
        );
    }
}

#[test]
fn mutants_of_the_corpus() {
    let rounds = std::env::var("FUZZ_ROUNDS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(ROUNDS);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    assert!(files.len() >= 10);
    for (number, file) in files.iter().enumerate() {
        let original = fs::read(file).unwrap();
        let mut random = Random(number as u64);
        for round in 0..rounds {
            let mut bytes = original.clone();
            if round > 0 {
                mutate(&mut bytes, &mut random);
            }
            let (delimiter, width) = ([b',', b',', b';', b'|'][random.next(4)], 1 + random.next(4));
            detect_all(&bytes);
            check(&bytes, delimiter, width);
            if round < 2 {
                let end = bytes.len().min(200);
                check_every_cut(&bytes[..end], b',', 2);
            }
        }
    }
}

//! What a first visit loads: sizes as they are sent, budgets, and which crates take the most.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use flate2::Compression;
use flate2::write::GzEncoder;
use wasmparser::{BinaryReader, Name, NameSectionReader, Parser, Payload};

use crate::{bench, dist};

/// Bytes that a module may have, gzipped: what they have now and a little, so that growth is seen. 700 kB and 1.2 MB are wanted
/// (ARCHITECTURE.md, what is next).
const BUDGETS: [(&str, u64); 2] = [(dist::APP, 1_130_000), (dist::WORKER, 1_390_000)];

/// How many crates are named.
const N_CONTRIBUTORS: usize = 10;

/// Builds the app, prints its sizes and what takes the most, and puts them into BENCHMARKS.md if `write` says so; whether both modules
/// keep to their budgets.
///
/// # Errors
/// If the app cannot be built or read.
pub fn report(write: bool) -> Result<bool> {
    let folder = dist::build(dist::Kind::Hosted)?;
    let text = sizes(&folder)? + "\n" + &contributions()?;
    println!("{text}");
    if write {
        bench::report::put("size", &format!("`cargo xtask size --write`.\n\n{text}"))?;
    }
    Ok(over_budget(&folder)?.is_none())
}

/// What each module weighs, as a table.
fn sizes(folder: &Path) -> Result<String> {
    let mut text = "| | raw | gzip | brotli |\n|---|---:|---:|---:|\n".to_owned();
    for name in [dist::APP, dist::WORKER] {
        let content = fs::read(hosted(folder, name)?)?;
        let [raw, gzip, brotli] =
            [content.len() as u64, gzipped(&content)?, brotli(&content)?].map(shown);
        let _ = writeln!(text, "| {name} | {raw} | {gzip} | {brotli} |");
    }
    Ok(text)
}

/// The crates that take the most of each module before what only the linker needed is taken out, side by side.
fn contributions() -> Result<String> {
    let of = |name: &str| {
        let module = dist::compiled(dist::Kind::Hosted).join(format!("{name}.wasm"));
        contributors(&fs::read(&module)?)
    };
    let (app, worker) = (of(dist::APP)?, of(dist::WORKER)?);
    let mut text = format!(
        "| most code in {} | | in {} | |\n|---|---:|---|---:|\n",
        dist::APP,
        dist::WORKER
    );
    for ((a, a_bytes), (b, b_bytes)) in app.into_iter().zip(worker) {
        let (a_bytes, b_bytes) = (shown(a_bytes), shown(b_bytes));
        let _ = writeln!(text, "| {a} | {a_bytes} | {b} | {b_bytes} |");
    }
    Ok(text)
}

/// A module as it is hosted.
fn hosted(folder: &Path, name: &str) -> Result<PathBuf> {
    dist::files(folder, "wasm")?
        .into_iter()
        .find(|file| {
            file.file_name()
                .is_some_and(|it| it.to_string_lossy().starts_with(name))
        })
        .with_context(|| format!("{} has no module of {name}", folder.display()))
}

/// Fails if a module is over its budget.
///
/// # Errors
/// Which one, and by how much.
pub fn check(folder: &Path) -> Result<()> {
    match over_budget(folder)? {
        Some(what) => bail!("{what}: `cargo xtask size` says what takes the most"),
        None => Ok(()),
    }
}

fn over_budget(folder: &Path) -> Result<Option<String>> {
    for (name, budget) in BUDGETS {
        let module = hosted(folder, name)?;
        let bytes = gzipped(&fs::read(module)?)?;
        if bytes > budget {
            let (bytes, budget) = (shown(bytes), shown(budget));
            return Ok(Some(format!(
                "{name} has {bytes} gzipped, over its {budget}"
            )));
        }
    }
    Ok(None)
}

fn shown(bytes: u64) -> String {
    tabwright_format::bytes(bytes as f64)
}

fn gzipped(content: &[u8]) -> Result<u64> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(content)?;
    Ok(packed.finish()?.len() as u64)
}

fn brotli(content: &[u8]) -> Result<u64> {
    let mut packed = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams::default();
    brotli::BrotliCompress(&mut &*content, &mut packed, &parameters)?;
    Ok(packed.len() as u64)
}

/// The crates whose functions take the most bytes, most first.
fn contributors(module: &[u8]) -> Result<Vec<(String, u64)>> {
    let (mut bodies, mut names, mut n_imported) = (Vec::new(), BTreeMap::new(), 0);
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    n_imported += u32::from(matches!(import?.ty, wasmparser::TypeRef::Func(_)));
                }
            }
            Payload::CodeSectionEntry(body) => bodies.push(body.range().len() as u64),
            Payload::CustomSection(section) if section.name() == "name" => {
                let reader = BinaryReader::new(section.data(), section.data_offset());
                for part in NameSectionReader::new(reader) {
                    if let Name::Function(functions) = part? {
                        for function in functions {
                            let function = function?;
                            names.insert(function.index, function.name.to_owned());
                        }
                    }
                }
            }
            _ => {}
        }
    }
    let mut by_crate: BTreeMap<String, u64> = BTreeMap::new();
    for (index, bytes) in (n_imported..).zip(bodies) {
        let of = names
            .get(&index)
            .map_or("?".to_owned(), |name| crate_of(name));
        *by_crate.entry(of).or_default() += bytes;
    }
    let mut all: Vec<(String, u64)> = by_crate.into_iter().collect();
    all.sort_by_key(|(_, bytes)| std::cmp::Reverse(*bytes));
    all.truncate(N_CONTRIBUTORS);
    Ok(all)
}

/// The crate that a function's name begins with: `serde_json` of `<serde_json::de::Deserializer<R>>::parse`.
fn crate_of(mangled: &str) -> String {
    let name = format!("{:#}", rustc_demangle::demangle(mangled));
    name.trim_start_matches(['<', '&', '(', '['])
        .trim_start_matches("mut ")
        .split("::")
        .next()
        .unwrap_or_default()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_belong_to_the_crate_that_their_name_begins_with() {
        assert_eq!(
            crate_of("_ZN10serde_json2de5parse17h0123456789abcdefE"),
            "serde_json"
        );
        assert_eq!(crate_of("memcpy"), "memcpy");
    }

    #[test]
    fn a_module_over_its_budget_is_named() {
        let folder = std::env::temp_dir().join(format!("tabwright-size-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        for (name, _) in BUDGETS {
            fs::write(folder.join(format!("{name}-1.wasm")), b"small").unwrap();
        }
        assert!(check(&folder).is_ok());
        // Bytes that nothing packs: a generator that is as simple as can be.
        let mut state = 1_u32;
        let noise: Vec<u8> = (0..1_300_000)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 24) as u8
            })
            .collect();
        fs::write(folder.join(format!("{}-1.wasm", dist::APP)), noise).unwrap();
        let error = check(&folder).unwrap_err().to_string();
        assert!(error.contains("tabwright-app has 1.30 MB"), "{error}");
        fs::remove_dir_all(folder).unwrap();
    }
}

//! What a first visit loads: sizes as they are sent, budgets, and which crates take the most.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result, bail};
use flate2::Compression;
use flate2::write::GzEncoder;
use wasmparser::{BinaryReader, Name, NameSectionReader, Parser, Payload};

use crate::dist;

/// Bytes that a module may have, gzipped: what they have now and a little, so that growth is seen. 700 kB and 1.2 MB are wanted; most of
/// the rest is serde's code for messages (ARCHITECTURE.md, what is next).
const BUDGETS: [(&str, u64); 2] = [(dist::APP, 1_250_000), (dist::WORKER, 1_450_000)];

/// How many crates are named.
const N_CONTRIBUTORS: usize = 10;

/// Builds the app, prints its sizes and what takes the most; whether both modules keep to their budgets.
///
/// # Errors
/// If the app cannot be built or read.
pub fn report() -> Result<bool> {
    let folder = dist::build(dist::Kind::Hosted)?;
    print(&folder)?;
    for name in [dist::APP, dist::WORKER] {
        let module = dist::compiled(dist::Kind::Hosted).join(format!("{name}.wasm"));
        println!("\n{name}, code by crate:");
        for (of, bytes) in contributors(&fs::read(&module)?)? {
            println!("  {:>9}  {of}", shown(bytes));
        }
    }
    Ok(over_budget(&folder)?.is_none())
}

/// Prints what each module weighs.
fn print(folder: &Path) -> Result<()> {
    println!("{:<44} {:>9} {:>9} {:>9}", "", "raw", "gzip", "brotli");
    for file in dist::files(folder, "wasm")? {
        let content = fs::read(&file)?;
        println!(
            "{:<44} {:>9} {:>9} {:>9}",
            file.file_name().unwrap_or_default().to_string_lossy(),
            shown(content.len() as u64),
            shown(gzipped(&content)?),
            shown(brotli(&content)?)
        );
    }
    Ok(())
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
        let files = dist::files(folder, "wasm")?;
        let module = files
            .iter()
            .find(|file| {
                file.file_name()
                    .is_some_and(|it| it.to_string_lossy().starts_with(name))
            })
            .with_context(|| format!("{} has no module of {name}", folder.display()))?;
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

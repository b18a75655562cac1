//! The app as files: Trunk, wasm-opt, then what a strict Content-Security-Policy and a static host want.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, anyhow};
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};
use walkdir::WalkDir;

use crate::say;
use crate::shell::{output, path_with, root};
use crate::tools::{BuildTools, for_build, hex, short_hash};

/// What the page may do: nothing but use what lies beside it.
pub const CSP: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self'; \
    img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'self'; form-action 'none'";

/// What Rust 1.95 emits for wasm32 with `+simd128`; wasm-opt refuses what it is not told of.
const WASM_FEATURES: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--enable-simd",
];

/// Digits of the sources' hash that name a build.
const BUILD_DIGITS: usize = 12;

/// What Trunk calls the worker's files: the name of its package.
const WORKER: &str = "tabwright-worker";

/// What the app is made from, from the root.
const SOURCES: [&str; 9] = [
    "crates",
    "src",
    "style",
    "public",
    "xtask/src",
    "index.html",
    "Trunk.toml",
    "Cargo.toml",
    "Cargo.lock",
];

/// Builds the app and returns its folder; at once if nothing has changed since the last time.
///
/// # Errors
/// If a tool cannot be set up, or the build fails; the message has the compiler's output.
pub fn build(debug: bool) -> Result<PathBuf> {
    let tools = for_build()?;
    let (dist, work) = (root().join("dist"), root().join("target/xtask"));
    fs::create_dir_all(&work)?;
    // One build of this clone at a time.
    let lock = File::create(work.join("lock"))?;
    lock.lock()?;
    let stamp_file = work.join("dist.stamp");
    let stamp = stamp(debug)?;
    let is_current = fs::read_to_string(&stamp_file).is_ok_and(|made| made == stamp);
    let what = format!("app ({})", if debug { "debug" } else { "release" });
    if is_current && as_it_is().is_ok() {
        say::there(&what);
    } else {
        let stage = work.join("stage");
        fs::create_dir_all(&stage)?;
        say::step(&what, || {
            trunk(&tools, &stage, &stamp[..BUILD_DIGITS], debug)
        })?;
        if !debug {
            say::step("wasm-opt", || {
                optimise_all(&tools, &stage, &work.join("wasm-opt"))
            })?;
        }
        finish(&stage)?;
        if dist.exists() {
            fs::remove_dir_all(&dist)?;
        }
        fs::rename(&stage, &dist)?;
        fs::write(stamp_file, stamp)?;
    }
    sizes(&dist)?;
    Ok(dist)
}

/// The folder that an earlier build left.
///
/// # Errors
/// If there is none.
pub fn as_it_is() -> Result<PathBuf> {
    let dist = root().join("dist");
    if dist.join("404.html").is_file() {
        Ok(dist)
    } else {
        Err(anyhow!("dist/ is not there: `cargo xtask build` makes it"))
    }
}

/// Stands for all that the build depends on.
fn stamp(debug: bool) -> Result<String> {
    let mut hash = Sha256::new();
    hash.update([u8::from(debug)]);
    for source in SOURCES {
        for entry in WalkDir::new(root().join(source)).sort_by_file_name() {
            let entry = entry?;
            if entry.file_type().is_file() {
                let name = entry.path().strip_prefix(root()).unwrap_or(entry.path());
                hash.update(name.to_string_lossy().as_bytes());
                hash.update(Sha256::digest(fs::read(entry.path())?));
            }
        }
    }
    Ok(hex(&hash.finalize()))
}

fn trunk(tools: &BuildTools, stage: &Path, build: &str, debug: bool) -> Result<()> {
    let mut command = Command::new(&tools.trunk);
    // Trunk reads NO_COLOR as a flag of its own, which takes true and false only.
    command
        .current_dir(root())
        .env_remove("NO_COLOR")
        // What page and worker tell each other apart by.
        .env("TABWRIGHT_BUILD", build)
        .env("PATH", path_with(std::slice::from_ref(&tools.bindgen))?);
    // wasm-opt changes the files after Trunk would have written their digests into the page.
    command
        .args(["build", "--offline", "--no-sri", "true", "--dist"])
        .arg(stage);
    if !debug {
        // Not --release: with that, Trunk calls wasm-opt itself, and knows nothing of WASM_FEATURES.
        command.args(["--cargo-profile", "release"]);
    }
    output(&mut command).map(drop)
}

/// Optimises every wasm file of a folder, side by side; results are kept by the input's hash.
fn optimise_all(tools: &BuildTools, folder: &Path, kept: &Path) -> Result<()> {
    fs::create_dir_all(kept)?;
    let files = files(folder, "wasm")?;
    std::thread::scope(|scope| {
        let running: Vec<_> = files
            .iter()
            .map(|file| scope.spawn(move || optimise(tools, file, kept)))
            .collect();
        running.into_iter().try_for_each(|thread| {
            thread
                .join()
                .unwrap_or_else(|_| Err(anyhow!("wasm-opt was lost")))
        })
    })
}

fn optimise(tools: &BuildTools, file: &Path, kept: &Path) -> Result<()> {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    // The engine has to be fast, the page to be there soon.
    let level = if name.starts_with(WORKER) {
        "-O3"
    } else {
        "-Os"
    };
    let input = short_hash(&[fs::read(file)?.as_slice(), level.as_bytes()].concat());
    let made = kept.join(format!("{input}.wasm"));
    if !made.is_file() {
        let partial = kept.join(format!("{input}.partial"));
        let mut command = Command::new("node");
        command
            .arg(&tools.wasm_opt)
            .arg(level)
            .args(WASM_FEATURES)
            .arg(file)
            .arg("-o")
            .arg(&partial);
        output(&mut command)?;
        fs::rename(partial, &made)?;
    }
    fs::copy(made, file).map(drop)?;
    Ok(())
}

/// Makes the files fit for a strict policy, for caches and for static hosts.
fn finish(folder: &Path) -> Result<()> {
    version_worker(folder)?;
    let page =
        fs::read_to_string(folder.join("index.html")).context("Trunk wrote no index.html")?;
    let (page, scripts) = without_inline_scripts(&page);
    for (name, script) in scripts {
        fs::write(folder.join(name), script)?;
    }
    let page = with_policy(&page)?;
    fs::write(folder.join("index.html"), &page)?;
    // What static hosts answer to /explore and the other stages.
    fs::write(folder.join("404.html"), page)?;
    Ok(())
}

/// Trunk gives a worker's files fixed names. Only the loader keeps its own, which the app knows and asks for anew with each
/// version; the files behind it are named by their content, so that no cache mixes two builds.
fn version_worker(folder: &Path) -> Result<()> {
    let (script_name, wasm_name) = (format!("{WORKER}.js"), format!("{WORKER}_bg.wasm"));
    let loader_name = format!("{WORKER}_loader.js");
    let read =
        |name: &str| fs::read(folder.join(name)).with_context(|| format!("Trunk wrote no {name}"));
    let (wasm, script, loader) = (read(&wasm_name)?, read(&script_name)?, read(&loader_name)?);
    let (script, loader) = (String::from_utf8(script)?, String::from_utf8(loader)?);
    let version = short_hash(&[wasm.as_slice(), script.as_bytes()].concat());
    let (new_script, new_wasm) = (
        format!("{WORKER}-{version}.js"),
        format!("{WORKER}-{version}_bg.wasm"),
    );
    fs::write(
        folder.join(&new_script),
        script.replace(&wasm_name, &new_wasm),
    )?;
    fs::write(
        folder.join(loader_name),
        loader.replace(&script_name, &new_script),
    )?;
    fs::rename(folder.join(wasm_name), folder.join(new_wasm))?;
    fs::remove_file(folder.join(script_name))?;
    Ok(())
}

/// Moves scripts out of the page into files of their own (name, content).
fn without_inline_scripts(page: &str) -> (String, Vec<(String, String)>) {
    let (mut out, mut scripts, mut rest) = (String::new(), Vec::new(), page);
    while let Some(start) = rest.find("<script") {
        let Some((tag, body, after)) = script_at(&rest[start..]) else {
            break;
        };
        out.push_str(&rest[..start]);
        if tag.contains(" src=") || body.trim().is_empty() {
            out.push_str(&rest[start..rest.len() - after.len()]);
        } else {
            let name = format!("start-{}.js", short_hash(body.as_bytes()));
            out.extend([
                tag.trim_end_matches('>'),
                " src=\"./",
                &name,
                "\"></script>",
            ]);
            scripts.push((name, body.trim().to_owned() + "\n"));
        }
        rest = after;
    }
    out.push_str(rest);
    (out, scripts)
}

/// The opening tag, the content, and what follows the script that `text` starts with.
fn script_at(text: &str) -> Option<(&str, &str, &str)> {
    let body = text.find('>')? + 1;
    let end = body + text[body..].find("</script>")?;
    Some((
        &text[..body],
        &text[body..end],
        &text[end + "</script>".len()..],
    ))
}

/// Puts the policy first in the head: it holds for what comes after it.
fn with_policy(page: &str) -> Result<String> {
    const META: &str = "http-equiv=\"Content-Security-Policy\"";
    if page.contains(META) {
        return Ok(page.to_owned());
    }
    let head = page
        .find("<head>")
        .ok_or_else(|| anyhow!("index.html has no <head>"))?
        + "<head>".len();
    Ok(format!(
        "{}\n<meta {META} content=\"{CSP}\">{}",
        &page[..head],
        &page[head..]
    ))
}

fn files(folder: &Path, ending: &str) -> Result<Vec<PathBuf>> {
    let mut found: Vec<PathBuf> = fs::read_dir(folder)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    found.retain(|path| path.extension().is_some_and(|it| it == ending));
    found.sort();
    Ok(found)
}

/// Says what a first visit loads.
fn sizes(dist: &Path) -> Result<()> {
    for file in files(dist, "wasm")? {
        let content = fs::read(&file)?;
        let mut packed = GzEncoder::new(Vec::new(), Compression::best());
        std::io::Write::write_all(&mut packed, &content)?;
        println!(
            "  {}: {}, {} gzipped",
            file.file_name().unwrap_or_default().to_string_lossy(),
            say::bytes(content.len() as u64),
            say::bytes(packed.finish()?.len() as u64)
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inline_scripts_become_files_and_others_stay() {
        let page = "<head>\n</head><script type=\"module\">\nimport init from './a.js';\n</script><script src=\"b.js\"></script><p>";
        let (out, scripts) = without_inline_scripts(page);
        assert_eq!(scripts.len(), 1);
        assert_eq!(scripts[0].1, "import init from './a.js';\n");
        let name = &scripts[0].0;
        assert_eq!(
            out,
            format!(
                "<head>\n</head><script type=\"module\" src=\"./{name}\"></script><script src=\"b.js\"></script><p>"
            )
        );
    }

    #[test]
    fn the_policy_comes_first_and_once() {
        let page = with_policy("<html><head><title>x</title></head></html>").unwrap();
        assert!(page.starts_with("<html><head>\n<meta http-equiv=\"Content-Security-Policy\""));
        assert_eq!(with_policy(&page).unwrap(), page);
        assert!(with_policy("<p>").is_err());
    }
}

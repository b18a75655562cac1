//! The page and the files that it names. `index.html` says by Trunk's `data-trunk` links what belongs to the app, so that Trunk builds
//! it too; here all that may change is named by its content, so that no cache mixes two builds.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use walkdir::WalkDir;

use super::wasm::Module;
use crate::shell::root;
use crate::tools::short_hash;

/// What the page may do: nothing but use what lies beside it.
pub const CSP: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self'; \
    img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'self'; form-action 'none'";

/// The script that a worker reads files ahead by, in the worker's crate.
const READER: &str = "crates/worker/reader.js";

/// Writes the worker's files; gives the name of the script that starts it.
///
/// # Errors
/// If a file cannot be read or written.
pub fn put_worker(into: &Path, worker: &Module) -> Result<String> {
    let reader = put_named(into, "reader", "js", &fs::read(root().join(READER))?)?;
    let start = format!(
        "globalThis.tabwrightReader = new URL('./{reader}', import.meta.url).href;\n{}",
        put_module(into, worker)?.start()
    );
    put_named(into, "start-worker", "js", start.as_bytes())
}

/// Writes the page, its script, its styles and what is copied as it is.
///
/// # Errors
/// If `index.html` asks for something unknown, or a file cannot be read or written.
pub fn put(into: &Path, app: &Module, worker: &str) -> Result<()> {
    let app = put_module(into, app)?;
    let start = put_named(into, "start", "js", app.start().as_bytes())?;
    let source = fs::read_to_string(root().join("index.html")).context("index.html")?;
    let (mut html, mut css, mut rest) = (String::new(), String::new(), source.as_str());
    while let Some(at) = rest.find("<link") {
        let end = at + rest[at..].find('>').context("a link that does not end")? + 1;
        let (before, tag) = (&rest[..at], &rest[at..end]);
        html.push_str(before);
        rest = &rest[end..];
        if tag.contains("data-trunk") {
            take(&attributes(tag), into, &mut css)?;
            rest = rest.trim_start();
        } else {
            html.push_str(tag);
        }
    }
    let (head, tail) = rest
        .split_once("</head>")
        .context("index.html has no </head>")?;
    html.push_str(head);
    let css = put_named(into, "style", "css", css.as_bytes())?;
    let Named { script, wasm } = app;
    html.extend([
        format!("<meta name=\"tabwright-worker\" content=\"./{worker}\" />\n    "),
        format!("<link rel=\"stylesheet\" href=\"./{css}\" />\n    "),
        format!("<link rel=\"modulepreload\" href=\"./{script}\" />\n    "),
        format!("<link rel=\"preload\" href=\"./{wasm}\" as=\"fetch\" type=\"application/wasm\" crossorigin />\n    "),
        format!("<script type=\"module\" src=\"./{start}\"></script>\n  </head>"),
    ]);
    html.push_str(tail);
    let html = with_policy(&html)?;
    fs::write(into.join("index.html"), &html)?;
    // What static hosts answer to /explore and the other stages.
    fs::write(into.join("404.html"), html)?;
    Ok(())
}

/// Does what one `data-trunk` link asks for.
fn take(link: &BTreeMap<&str, &str>, into: &Path, css: &mut String) -> Result<()> {
    let source = root().join(link.get("href").copied().unwrap_or_default());
    let name = source.file_name().unwrap_or_default();
    match link.get("rel").copied() {
        // Written by the build itself.
        Some("rust") => Ok(()),
        Some("copy-file") if source == root().join(READER) => Ok(()),
        Some("css") => {
            let text = fs::read_to_string(&source).with_context(|| source.display().to_string())?;
            css.push_str(&text);
            css.push('\n');
            Ok(())
        }
        Some("copy-file") => copy(&source, &into.join(name)),
        Some("copy-dir") => copy_all(&source, &into.join(name)),
        other => bail!("index.html asks for {other:?}, which the build does not know"),
    }
}

fn copy_all(from: &Path, to: &Path) -> Result<()> {
    for entry in WalkDir::new(from).sort_by_file_name() {
        let entry = entry?;
        if entry.file_type().is_file() {
            let inner = entry.path().strip_prefix(from).unwrap_or(entry.path());
            copy(entry.path(), &to.join(inner))?;
        }
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::copy(from, to).with_context(|| from.display().to_string())?;
    Ok(())
}

/// The attributes of a tag, their values without quotes.
fn attributes(tag: &str) -> BTreeMap<&str, &str> {
    tag.split('"')
        .collect::<Vec<_>>()
        .chunks_exact(2)
        .filter_map(|pair| {
            Some((
                pair[0].split_whitespace().last()?.strip_suffix('=')?,
                pair[1],
            ))
        })
        .collect()
}

/// The names of a module's files, which have their content in them.
struct Named {
    script: String,
    wasm: String,
}

impl Named {
    /// The lines of a script that start the module.
    fn start(&self) -> String {
        format!(
            "const {{ default: init }} = await import('./{}');\n\
             await init({{ module_or_path: new URL('./{}', import.meta.url) }});\n",
            self.script, self.wasm
        )
    }
}

/// Writes a module, its script, and what the script imports.
fn put_module(into: &Path, module: &Module) -> Result<Named> {
    let put = |name: String, ending: &str| {
        let path = module.folder.join(name);
        let content = fs::read(&path).with_context(|| path.display().to_string())?;
        put_named(into, module.name, ending, &content)
    };
    let snippets = module.folder.join("snippets");
    if snippets.is_dir() {
        copy_all(&snippets, &into.join("snippets"))?;
    }
    Ok(Named {
        script: put(format!("{}.js", module.name), "js")?,
        wasm: put(format!("{}_bg.wasm", module.name), "wasm")?,
    })
}

/// Writes a file named by its content; gives its name.
fn put_named(into: &Path, stem: &str, ending: &str, content: &[u8]) -> Result<String> {
    let name = format!("{stem}-{}.{ending}", short_hash(content));
    fs::write(into.join(&name), content)?;
    Ok(name)
}

/// Puts the policy first in the head: it holds for what comes after it.
fn with_policy(page: &str) -> Result<String> {
    let head = page
        .find("<head>")
        .ok_or_else(|| anyhow!("index.html has no <head>"))?
        + "<head>".len();
    Ok(format!(
        "{}\n    <meta http-equiv=\"Content-Security-Policy\" content=\"{CSP}\" />{}",
        &page[..head],
        &page[head..]
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_read_over_lines() {
        let tag = "<link data-trunk\n  rel=\"rust\"\n  href=\"crates/worker/Cargo.toml\" data-loader-shim data-wasm-opt=\"0\" />";
        let read = attributes(tag);
        assert_eq!(read["rel"], "rust");
        assert_eq!(read["href"], "crates/worker/Cargo.toml");
        assert_eq!(read["data-wasm-opt"], "0");
    }

    #[test]
    fn the_policy_comes_first() {
        let page = with_policy("<html><head><title>x</title></head></html>").unwrap();
        assert!(page.starts_with("<html><head>\n    <meta http-equiv=\"Content-Security-Policy\""));
        assert!(with_policy("<p>").is_err());
    }

    #[test]
    fn a_page_names_files_by_their_content_and_has_no_script_of_its_own() {
        let into = std::env::temp_dir().join(format!("tabwright-page-{}", std::process::id()));
        fs::create_dir_all(&into).unwrap();
        let module = |name| {
            let folder = into.join("bound").join(name);
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join(format!("{name}.js")), format!("// {name}")).unwrap();
            fs::write(folder.join(format!("{name}_bg.wasm")), name).unwrap();
            Module { name, folder }
        };
        let worker = put_worker(&into, &module("tabwright-worker")).unwrap();
        put(&into, &module("tabwright-app"), &worker).unwrap();
        let html = fs::read_to_string(into.join("index.html")).unwrap();
        for named in html.split("=\"./").skip(1) {
            let name = named.split('"').next().unwrap();
            assert!(into.join(name).is_file(), "{name} is not there");
        }
        assert!(
            !html.contains("data-trunk") && !html.contains("<script>"),
            "{html}"
        );
        assert!(into.join("samples/titanic.csv").is_file());
        assert!(into.join("tabwright.webmanifest").is_file());
        fs::remove_dir_all(into).unwrap();
    }
}

//! What keeps the app at work without a network: a service worker that knows every file of the build by its digest.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use walkdir::WalkDir;

use crate::shell::root;
use crate::tools::{hex, short_hash};

/// Its name, which must stay: browsers look for the next version there.
const SCRIPT: &str = "offline.js";

/// Writes the service worker of a folder that is complete otherwise, and asks for it in the page.
///
/// # Errors
/// If a file cannot be read or written.
pub fn put(folder: &Path) -> Result<()> {
    // Before the digests are taken.
    for page in ["index.html", "404.html"] {
        let path = folder.join(page);
        let html = fs::read_to_string(&path)?;
        let asked = html.replacen(
            "<meta name=\"tabwright-worker\"",
            &format!("<meta name=\"tabwright-offline\" content=\"./{SCRIPT}\" />\n    <meta name=\"tabwright-worker\""),
            1,
        );
        fs::write(path, asked)?;
    }
    let (mut digests, mut all) = (Map::new(), String::new());
    for entry in WalkDir::new(folder).sort_by_file_name() {
        let entry = entry?;
        let path = entry.path().strip_prefix(folder).unwrap_or(entry.path());
        let name = path.to_string_lossy().replace('\\', "/");
        // The page for a host's missing addresses is the page itself, and is never asked for by its name.
        if entry.file_type().is_file() && name != "404.html" {
            let digest = Sha256::digest(fs::read(entry.path())?);
            writeln!(all, "{name} {}", hex(&digest))?;
            digests.insert(
                name,
                json!(format!("sha256-{}", BASE64_STANDARD.encode(digest))),
            );
        }
    }
    let build = json!({ "version": short_hash(all.as_bytes()), "files": Value::Object(digests) });
    let source = fs::read_to_string(root().join("public").join(SCRIPT)).context(SCRIPT)?;
    let script = format!(
        "const BUILD = {};\n{source}",
        serde_json::to_string_pretty(&build)?
    );
    fs::write(folder.join(SCRIPT), script)?;
    Ok(())
}

/// Writes one that goes and lets go of the page: who served the hosted build from here before would see it for ever.
///
/// # Errors
/// If it cannot be written.
pub fn put_farewell(folder: &Path) -> Result<()> {
    let script = "// This build keeps nothing for offline.\n\
        onactivate = (event) => event.waitUntil(self.registration.unregister());\n\
        oninstall = () => self.skipWaiting();\n";
    fs::write(folder.join(SCRIPT), script)?;
    Ok(())
}

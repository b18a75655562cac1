//! The tools, pinned, in a per-user cache with the version in the path: what one clone has fetched, the next one finds.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, anyhow, bail};
use sha2::{Digest, Sha256};

use crate::say;
use crate::shell::{cargo, cargo_output, output, root, works};

/// The target that browsers run.
pub const WASM: &str = "wasm32-unknown-unknown";

/// What the tests in the browser need.
pub struct E2eTools {
    /// Chromium's program.
    pub chromium: PathBuf,
    /// The folder that holds `node_modules`.
    pub modules: PathBuf,
}

/// Sets up what the build of the app needs.
///
/// # Errors
/// If something is missing and cannot be set up; the message has the remedy.
pub fn for_app() -> Result<()> {
    wasm_target()?;
    crates()
}

/// Sets up what the tests in the browser need.
///
/// # Errors
/// If something is missing and cannot be set up; the message has the remedy.
pub fn for_e2e() -> Result<E2eTools> {
    Ok(E2eTools {
        chromium: chromium()?,
        modules: node_modules("e2e", &root().join("tests/e2e"))?,
    })
}

/// Sets up what benchmarks in the browser need: Chromium, and the peers' packages.
///
/// # Errors
/// If something is missing and cannot be set up; the message has the remedy.
pub fn for_bench() -> Result<E2eTools> {
    Ok(E2eTools {
        chromium: chromium()?,
        modules: node_modules("bench", &root().join("bench"))?,
    })
}

/// The packages of the package-lock.json in a folder of this repository; gives the folder that holds `node_modules`.
fn node_modules(name: &str, folder: &Path) -> Result<PathBuf> {
    let lock_file = folder.join("package-lock.json");
    let lock = fs::read(&lock_file).with_context(|| lock_file.display().to_string())?;
    tool(name, &short_hash(&lock), |into| {
        for file in ["package.json", "package-lock.json"] {
            fs::copy(folder.join(file), into.join(file))?;
        }
        npm(into, &["ci"])
    })
}

/// Sets up a Python with the packages of a requirements file, which has their digests: `pip-compile --generate-hashes --allow-unsafe
/// --strip-extras` makes it from the `.in` beside it. Gives its program.
///
/// # Errors
/// If Python or a package cannot be set up; the message has the remedy.
pub fn python(requirements: &Path) -> Result<PathBuf> {
    let text = fs::read(requirements).with_context(|| requirements.display().to_string())?;
    let venv = tool("python", &short_hash(&text), |into| {
        output(
            Command::new("python3")
                .args(["-m", "venv", "--copies"])
                .arg(into),
        )
        .context(
            "Python 3 with its venv module is needed: on Debian, `apt-get install python3-venv`",
        )?;
        // By `python -m pip`: the `pip` script holds the path of the folder before it is renamed.
        output(
            Command::new(into.join("bin/python"))
                .args(["-m", "pip", "install", "--quiet", "--require-hashes", "-r"])
                .arg(requirements),
        )
        .map(drop)
    })?;
    Ok(venv.join("bin/python"))
}

fn wasm_target() -> Result<()> {
    let what = format!("Rust for {WASM}");
    let mut ask = Command::new("rustc");
    ask.args(["--print", "target-libdir", "--target", WASM])
        .current_dir(root());
    if output(&mut ask).is_ok_and(|folder| Path::new(folder.trim()).is_dir()) {
        say::there(&what);
        return Ok(());
    }
    say::step(&what, |_| {
        output(
            Command::new("rustup")
                .args(["target", "add", WASM])
                .current_dir(root()),
        )
        .with_context(|| {
            format!(
                "{WASM} is missing: `rustup target add {WASM}` (rustup is at https://rustup.rs)"
            )
        })
        .map(drop)
    })
}

/// Everything that Cargo.lock names, so that what follows needs no network.
fn crates() -> Result<()> {
    if works(cargo().args(["fetch", "--offline", "--quiet"])) {
        say::there("crates");
        return Ok(());
    }
    say::step("crates", |note| {
        cargo_output(cargo().arg("fetch"), note)
            .context("the crates of Cargo.lock cannot be fetched: run again with network, or set a proxy for cargo")
            .map(drop)
    })
}

/// The folder of a tool, filled by `install` if it is not there. A folder gets its name only when it is complete, and one
/// process at a time fills it.
fn tool(name: &str, version: &str, install: impl FnOnce(&Path) -> Result<()>) -> Result<PathBuf> {
    tool_in(&cache()?, name, version, install)
}

fn tool_in(
    cache: &Path,
    name: &str,
    version: &str,
    install: impl FnOnce(&Path) -> Result<()>,
) -> Result<PathBuf> {
    let what = format!("{name} {version}");
    let folder = cache.join(format!("{name}-{version}"));
    if folder.is_dir() {
        say::there(&what);
        return Ok(folder);
    }
    say::step(&what, |_| {
        fs::create_dir_all(cache).with_context(|| unwritable(cache))?;
        let lock = File::create(cache.join(format!(".{name}-{version}.lock")))
            .with_context(|| unwritable(cache))?;
        lock.lock()?;
        if folder.is_dir() {
            return Ok(());
        }
        let partial = cache.join(format!(".{name}-{version}.partial"));
        if partial.exists() {
            fs::remove_dir_all(&partial)?;
        }
        fs::create_dir(&partial)?;
        install(&partial).with_context(|| {
            format!(
                "{what} cannot be installed: run again with network, or put it into {} yourself",
                folder.display()
            )
        })?;
        fs::rename(&partial, &folder).with_context(|| unwritable(cache))
    })?;
    Ok(folder)
}

/// Where tools are kept: `TABWRIGHT_CACHE`, or `tabwright` in the user's cache folder.
pub fn cache() -> Result<PathBuf> {
    let set = |name| {
        std::env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    set("TABWRIGHT_CACHE")
        .or_else(|| set("XDG_CACHE_HOME").map(|dir| dir.join("tabwright")))
        .or_else(|| std::env::home_dir().map(|home| home.join(".cache/tabwright")))
        .ok_or_else(|| anyhow!("no home folder: set TABWRIGHT_CACHE to a folder for tools"))
}

fn unwritable(cache: &Path) -> String {
    format!(
        "{} cannot be written: set TABWRIGHT_CACHE to a folder that can",
        cache.display()
    )
}

fn npm(folder: &Path, arguments: &[&str]) -> Result<()> {
    let program = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let mut command = Command::new(program);
    command
        .args(arguments)
        .args(["--no-audit", "--no-fund", "--loglevel=error"])
        .current_dir(folder);
    output(&mut command)
        .context("Node 20 or later with npm is needed: https://nodejs.org")
        .map(drop)
}

/// The browser: `CHROMIUM`, or where systems have it, or Debian's package.
fn chromium() -> Result<PathBuf> {
    if let Some(given) = std::env::var_os("CHROMIUM") {
        let given = PathBuf::from(given);
        if !given.is_file() {
            bail!("CHROMIUM is {}, where there is no program", given.display());
        }
        say::there("Chromium (CHROMIUM)");
        return Ok(given);
    }
    if let Some(found) = installed_chromium() {
        say::there("Chromium");
        return Ok(found);
    }
    let remedy = "Chromium is missing: install it (on Debian, as root: `apt-get install chromium`) or set CHROMIUM to it";
    apt_get("Chromium", "chromium", remedy)?;
    installed_chromium().context(remedy)
}

/// Sets up the Java that Spark runs on.
///
/// # Errors
/// If there is none and none can be installed.
pub fn java() -> Result<()> {
    // Spark 4 runs on 17 and 21; what else is found says so itself.
    let home = std::env::var_os("JAVA_HOME").map(|home| PathBuf::from(home).join("bin/java"));
    let program = home.unwrap_or_else(|| "java".into());
    if works(Command::new(program).arg("-version")) {
        say::there("Java");
        return Ok(());
    }
    apt_get(
        "Java",
        "openjdk-17-jre-headless",
        "Java 17 or 21 is missing: install it (on Debian, as root: `apt-get install openjdk-17-jre-headless`) or set JAVA_HOME to it",
    )
}

/// Installs a package of Debian's, where that can be done.
fn apt_get(name: &str, package: &str, remedy: &'static str) -> Result<()> {
    if !works(Command::new("apt-get").arg("--version")) || !is_root() {
        bail!(remedy);
    }
    say::step(&format!("{name} (apt-get)"), |_| {
        output(Command::new("apt-get").arg("update")).context(remedy)?;
        let mut install = Command::new("apt-get");
        install
            .args(["install", "--yes", "--no-install-recommends", package])
            .env("DEBIAN_FRONTEND", "noninteractive");
        output(&mut install).context(remedy).map(drop)
    })
}

fn installed_chromium() -> Option<PathBuf> {
    const NAMES: [&str; 4] = [
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
    ];
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let in_path = NAMES
        .iter()
        .flat_map(|name| std::env::split_paths(&folders).map(move |folder| folder.join(name)));
    let apps = PathBuf::from("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome");
    in_path.chain([apps]).find(|path| path.is_file())
}

fn is_root() -> bool {
    output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

/// The first 12 hexadecimal digits of the SHA-256.
pub fn short_hash(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes)[..6])
}

/// Bytes in hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits
        .filter_map(|digit| char::from_digit(u32::from(digit), 16))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tool_gets_its_folder_only_when_it_is_complete() {
        let cache = std::env::temp_dir().join(format!("tabwright-xtask-{}", std::process::id()));
        let broken = tool_in(&cache, "t", "1", |folder| {
            fs::write(folder.join("half"), "")?;
            bail!("no network")
        });
        assert!(format!("{:#}", broken.unwrap_err()).contains("run again with network"));
        assert!(!cache.join("t-1").exists());

        let whole = tool_in(&cache, "t", "1", |folder| {
            Ok(fs::write(folder.join("program"), "")?)
        })
        .unwrap();
        assert!(whole.join("program").exists() && !whole.join("half").exists());
        assert_eq!(
            tool_in(&cache, "t", "1", |_| bail!("installed twice")).unwrap(),
            whole
        );
        fs::remove_dir_all(cache).unwrap();
    }
}

//! WebAssembly: compiled in one call, so that page and worker share what both need, and bound to JavaScript. wasm-opt does not follow:
//! it takes seven minutes under Node, and what is sent (gzipped) gets one per cent smaller.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};
use wasm_bindgen_cli_support::Bindgen;

use super::Kind;
use crate::say::Note;
use crate::shell::{cargo, cargo_output, target_dir};
use crate::tools::WASM;

/// The page's package.
pub const APP: &str = "tabwright-app";
/// The worker's package.
pub const WORKER: &str = "tabwright-worker";

/// A module, the script that loads it, and what that imports, in a folder.
pub struct Module {
    /// Its package: the folder holds `NAME.js` and `NAME_bg.wasm`.
    pub name: &'static str,
    /// The folder, which holds nothing else.
    pub folder: PathBuf,
}

/// The two modules of the app.
pub struct Modules {
    /// The page's.
    pub app: Module,
    /// The worker's.
    pub worker: Module,
}

/// Compiles both; gives the folder that holds them.
///
/// # Errors
/// With the compiler's output.
pub fn compile(kind: Kind, note: &Note) -> Result<PathBuf> {
    let mut build = cargo();
    build.args(["build", "--target", WASM, "--profile", kind.profile()]);
    build.args(["--package", APP, "--package", WORKER]);
    cargo_output(&mut build, note)?;
    Ok(compiled(kind))
}

/// Where cargo leaves the modules, names of functions included.
pub fn compiled(kind: Kind) -> PathBuf {
    target_dir().join(WASM).join(kind.profile())
}

/// Makes the scripts that connect the modules with the browser, in folders below `into`.
///
/// # Errors
/// If a module is not what wasm-bindgen of this version reads.
pub fn bind(compiled: &Path, into: &Path) -> Result<Modules> {
    let bind = |name: &'static str| -> Result<Module> {
        let folder = into.join(name);
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        Bindgen::new()
            .input_path(compiled.join(format!("{name}.wasm")))
            .out_name(name)
            .web(true)?
            .typescript(false)
            // The script is told where its module is: that has its content in its name.
            .omit_default_module_path(true)
            .remove_name_section(true)
            .remove_producers_section(true)
            .generate(&folder)
            .with_context(|| format!("wasm-bindgen cannot read {name}.wasm"))?;
        Ok(Module { name, folder })
    };
    std::thread::scope(|scope| {
        let worker = scope.spawn(move || bind(WORKER));
        Ok(Modules {
            app: bind(APP)?,
            worker: worker
                .join()
                .unwrap_or_else(|_| Err(anyhow!("wasm-bindgen was lost")))?,
        })
    })
}

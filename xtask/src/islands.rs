//! Builds what a browser may fetch beside the pages: the islands, as WebAssembly with the script that joins them to
//! a page, and `start.js`, which fetches them when one is first used.
//!
//! Everything happens in this process and in cargo, with the versions of `Cargo.lock`: no tool is looked for on the
//! machine. A build whose inputs did not change writes nothing, so that whoever embeds the files is not built again.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use wasm_bindgen_cli_support::Bindgen;

use crate::say;
use crate::workspace::{cargo, root};

const TARGET: &str = "wasm32-unknown-unknown";
const PROFILE: &str = "wasm-release";
/// The files' stem: `islands.js` and `islands_bg.wasm`.
const NAME: &str = "islands";

/// Builds `target/site/pkg/`.
pub(crate) fn build() -> Result<()> {
    let target = target();
    compile()?;
    let wasm = target.join(TARGET).join(PROFILE).join("usher_islands.wasm");
    let start = root().join("app/start/start.js");
    let site = target.join("site");
    let folder = site.join("pkg");
    let stamp = site.join("islands.stamp");
    let inputs = digest(&[&wasm, &start])?;
    let is_there = folder.join(format!("{NAME}_bg.wasm")).exists();
    if is_there && fs::read_to_string(&stamp).is_ok_and(|known| known == inputs) {
        return Ok(());
    }
    fs::create_dir_all(&folder)?;
    let fresh = site.join("fresh");
    join(&wasm, &fresh)?;
    for name in [format!("{NAME}.js"), format!("{NAME}_bg.wasm")] {
        fs::rename(fresh.join(&name), folder.join(&name))
            .with_context(|| format!("wasm-bindgen wrote no {name}"))?;
    }
    fs::remove_dir_all(&fresh)?;
    fs::write(folder.join("start.js"), fs::read(&start)?)?;
    fs::write(&stamp, inputs)?;
    say(&format!("the islands are in {}", folder.display()));
    Ok(())
}

fn target() -> PathBuf {
    // A relative path is meant from where cargo runs.
    std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root().join("target"), |dir| root().join(dir))
}

/// Only this build makes a library that stands alone of the crate: the server links it as any other.
fn compile() -> Result<()> {
    let status = cargo()
        .args(["rustc", "--quiet", "--locked", "--package", "usher-islands", "--lib"])
        .args(["--crate-type", "cdylib", "--target", TARGET, "--profile", PROFILE])
        .arg("--config")
        .arg(flags()?)
        .status()
        .context("cannot run cargo")?;
    ensure!(status.success(), "app/islands does not compile for {TARGET}");
    Ok(())
}

/// The flags of every build, and one more: places in outside crates are named without the home of whoever builds, so
/// that two machines write the same bytes and nobody downloads a stranger's folders.
fn flags() -> Result<String> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home
        .or_else(|| std::env::home_dir().map(|home| home.join(".cargo")))
        .context("nobody knows where cargo keeps its crates")?;
    let remap = format!("--remap-path-prefix={}=", home.join("registry/src").display());
    Ok(format!("target.{TARGET}.rustflags = [\"--cfg\", \"erase_components\", {remap:?}]"))
}

/// Writes the module and the script that loads it. Names of functions and of tools are left out: they are two fifths
/// of the download.
fn join(wasm: &Path, into: &Path) -> Result<()> {
    Bindgen::new()
        .input_path(wasm)
        .out_name(NAME)
        .web(true)?
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .omit_default_module_path(true)
        .generate(into)
        .context("wasm-bindgen cannot read what rustc wrote")
}

/// Tells two states of the inputs apart; it is compared on this machine only.
fn digest(files: &[&Path]) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    // What this file asks of wasm-bindgen is an input as well.
    include_str!("islands.rs").hash(&mut hasher);
    for file in files {
        fs::read(file)
            .with_context(|| format!("cannot read {}", file.display()))?
            .hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

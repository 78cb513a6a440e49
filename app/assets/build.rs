//! Turns `style/`, `public/` and, when it was built, `target/site/pkg/` into one static table.
//!
//! Every file gets a name that carries a digest of its content, so that a browser may keep it for
//! ever, and is compressed here, once, instead of at each request. Nothing is fetched and no other
//! program runs: a clean clone builds.

#[path = "build/pack.rs"]
mod pack;
#[path = "build/sheet.rs"]
mod sheet;

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use pack::Packed;

/// Files that the outside world asks for by a fixed name.
const FIXED_NAMES: [&str; 1] = ["robots.txt"];

fn main() -> Result<(), Box<dyn Error>> {
    let crate_dir = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let root = crate_dir.join("../..").canonicalize()?;
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let release = env::var("PROFILE")? == "release";
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=build");

    let mut files = Vec::new();
    for (name, path) in listing(&root.join("public"))? {
        let fixed = FIXED_NAMES.contains(&name.as_str());
        files.push(Packed::new(name, fs::read(path)?, fixed, release)?);
    }
    for (name, path) in listing(&browser_side(&root))? {
        files.push(Packed::new(format!("pkg/{name}"), fs::read(path)?, false, release)?);
    }
    watch(&root.join("style"));
    let css = sheet::build(&root.join("style"), |name| {
        files.iter().find(|file| file.name == name).map(|file| file.path.clone())
    })?;
    files.push(Packed::new("app.css".into(), css.into_bytes(), false, release)?);
    files.sort_by(|left, right| left.name.cmp(&right.name));

    fs::write(out.join("table.rs"), table(&files, &out)?)?;
    Ok(())
}

/// Where the browser's side is put by the build of the islands. The folder is created empty when
/// it is missing, because cargo runs this script again at every build while a watched path does
/// not exist.
fn browser_side(root: &Path) -> PathBuf {
    println!("cargo::rerun-if-env-changed=CARGO_TARGET_DIR");
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let folder = target.join("site/pkg");
    // A read-only target folder only costs the rebuild that this avoids.
    drop(fs::create_dir_all(&folder));
    folder
}

fn watch(folder: &Path) {
    println!("cargo::rerun-if-changed={}", folder.display());
}

/// All files below `folder` with their names relative to it, in a stable order.
fn listing(folder: &Path) -> Result<Vec<(String, PathBuf)>, Box<dyn Error>> {
    watch(folder);
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(dir) = open.pop() {
        for entry in fs::read_dir(&dir)? {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(folder)?.to_string_lossy().replace('\\', "/");
                found.push((name, path));
            }
        }
    }
    found.sort();
    Ok(found)
}

/// The source of the table, with the bytes written beside it.
fn table(files: &[Packed], out: &Path) -> Result<String, Box<dyn Error>> {
    let mut source = String::from("pub static ASSETS: &[Asset] = &[\n");
    for (number, file) in files.iter().enumerate() {
        let stored = |ending: &str, bytes: &[u8]| -> Result<String, Box<dyn Error>> {
            let path = out.join(format!("{number}.{ending}"));
            fs::write(&path, bytes)?;
            Ok(format!("include_bytes!({:?})", path.display().to_string()))
        };
        let optional = |ending: &str, bytes: Option<&Vec<u8>>| -> Result<String, Box<dyn Error>> {
            Ok(match bytes {
                Some(bytes) => format!("Some({})", stored(ending, bytes)?),
                None => "None".into(),
            })
        };
        writeln!(
            source,
            "    Asset {{ name: {:?}, path: {:?}, mime: {:?}, immutable: {}, bytes: {}, brotli: {}, gzip: {} }},",
            file.name,
            file.path,
            file.mime,
            file.immutable,
            stored("raw", &file.bytes)?,
            optional("br", file.brotli.as_ref())?,
            optional("gz", file.gzip.as_ref())?,
        )?;
    }
    source.push_str("];\n");
    Ok(source)
}

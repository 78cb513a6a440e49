//! One file: its kind, the name it is served under, and its compressed copies.

use std::error::Error;
use std::io::Write;

use sha2::{Digest, Sha256};

/// A file that is ready for the table.
pub(crate) struct Packed {
    /// Name inside the source folder, such as `fonts/inter-latin.woff2`.
    pub(crate) name: String,
    /// Path of the URL, such as `/assets/inter-latin-3f2a91c4.woff2`.
    pub(crate) path: String,
    pub(crate) mime: &'static str,
    /// Whether the path changes with the content.
    pub(crate) immutable: bool,
    pub(crate) bytes: Vec<u8>,
    pub(crate) brotli: Option<Vec<u8>>,
    pub(crate) gzip: Option<Vec<u8>>,
}

impl Packed {
    /// Names and compresses a file. `fixed` keeps its own name at the root of the site.
    ///
    /// # Errors
    /// An ending without a known MIME type, or a compressor that refuses.
    pub(crate) fn new(
        name: String,
        bytes: Vec<u8>,
        fixed: bool,
        release: bool,
    ) -> Result<Self, Box<dyn Error>> {
        let (mime, squeezable) =
            kind(&name).ok_or_else(|| format!("no MIME type known for {name}"))?;
        let path = if fixed { format!("/{name}") } else { hashed_path(&name, &bytes) };
        let (brotli, gzip) = if squeezable {
            let quality = if release { 11 } else { 5 };
            (
                worthwhile(squeeze_brotli(&bytes, quality)?, &bytes),
                worthwhile(squeeze_gzip(&bytes)?, &bytes),
            )
        } else {
            (None, None)
        };
        Ok(Self { name, path, mime, immutable: !fixed, bytes, brotli, gzip })
    }
}

/// The MIME type by ending, and whether compressing can help.
fn kind(name: &str) -> Option<(&'static str, bool)> {
    let ending = name.rsplit_once('.')?.1;
    Some(match ending {
        "css" => ("text/css; charset=utf-8", true),
        "js" => ("text/javascript; charset=utf-8", true),
        "wasm" => ("application/wasm", true),
        "svg" => ("image/svg+xml", true),
        "txt" => ("text/plain; charset=utf-8", true),
        "png" => ("image/png", false),
        "woff2" => ("font/woff2", false),
        _ => return None,
    })
}

/// `/assets/` + the file's stem + the first eight digits of its SHA-256 + its ending. Folders are
/// dropped: the digest keeps two files of one name apart.
fn hashed_path(name: &str, bytes: &[u8]) -> String {
    let file = name.rsplit('/').next().unwrap_or(name);
    let (stem, ending) = file.rsplit_once('.').unwrap_or((file, ""));
    let digest = Sha256::digest(bytes);
    let short: String = digest.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    format!("/assets/{stem}-{short}.{ending}")
}

/// A copy that saves less than a tenth is not worth a second answer.
fn worthwhile(packed: Vec<u8>, bytes: &[u8]) -> Option<Vec<u8>> {
    (packed.len() * 10 < bytes.len() * 9).then_some(packed)
}

fn squeeze_brotli(bytes: &[u8], quality: i32) -> std::io::Result<Vec<u8>> {
    let settings =
        brotli::enc::BrotliEncoderParams { quality, size_hint: bytes.len(), ..Default::default() };
    let mut packed = Vec::new();
    brotli::BrotliCompress(&mut &bytes[..], &mut packed, &settings)?;
    Ok(packed)
}

fn squeeze_gzip(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(bytes)?;
    packer.finish()
}

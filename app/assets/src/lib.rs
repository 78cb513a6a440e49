//! The files that a browser downloads: style sheet, fonts, icons, and the islands when they were
//! built. They are part of the binary, named by their content and already compressed.
//!
//! This crate knows nothing of ours and holds no logic beyond looking a file up. It must not be a
//! dependency of anything that compiles to WebAssembly: the islands would contain themselves.

use std::fmt;

/// One file.
#[derive(Clone, Copy)]
pub struct Asset {
    /// Name in the source, such as `app.css`, `fonts/inter-latin.woff2` or `pkg/islands.js`.
    pub name: &'static str,
    /// Path of its URL, such as `/assets/app-3f2a91c4.css`.
    pub path: &'static str,
    /// Value of `Content-Type`.
    pub mime: &'static str,
    /// Whether the path changes with the content, so that it may be cached for ever.
    pub immutable: bool,
    /// The file as it is.
    pub bytes: &'static [u8],
    /// Its brotli copy, when that is smaller by a tenth or more.
    pub brotli: Option<&'static [u8]>,
    /// Its gzip copy, when that is smaller by a tenth or more.
    pub gzip: Option<&'static [u8]>,
}

impl fmt::Debug for Asset {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Asset")
            .field("name", &self.name)
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

include!(concat!(env!("OUT_DIR"), "/table.rs"));

/// The path that [`url`] gives for a name that is in no source folder; it is served as not found.
pub const MISSING: &str = "/assets/missing";

/// The path of a file's URL by its source name: `url("app.css")` is `/assets/app-3f2a91c4.css`.
///
/// An unknown name gives [`MISSING`], so that a page is drawn without the file rather than not at
/// all. Ask [`named`] for a file that may be absent, such as the islands.
pub fn url(name: &str) -> &'static str {
    named(name).map_or(MISSING, |asset| asset.path)
}

/// A file by its source name.
pub fn named(name: &str) -> Option<&'static Asset> {
    let place = ASSETS.binary_search_by(|asset| asset.name.cmp(name)).ok()?;
    ASSETS.get(place)
}

/// A file by the path of a request, such as `/assets/app-3f2a91c4.css` or `/robots.txt`.
pub fn find(path: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.path == path)
}

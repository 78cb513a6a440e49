#![doc = include_str!("../README.md")]

mod ask;
mod dom;
pub mod inbox;
pub mod palette;
pub mod picker;

pub use inbox::{InboxKeys, InboxWords, Shortcut};
pub use palette::{Found, FoundEntry, FoundGroup, Palette, PaletteWords};
pub use picker::ItemPicker;

/// Makes ready for islands to take over what the server drew. `start.js` calls it once, then the function of each
/// island on the page.
#[cfg(target_family = "wasm")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}

//! What the browser's side promises, seen from outside.

mod browser;
mod desk;
mod shell;
mod style_guide;
mod view_source;
mod words;

//! The words of the product as types: typed ids and closed lists.
//!
//! Everything of ours may know this crate and it knows nothing of ours. It compiles to WebAssembly,
//! and a change here rebuilds everything: it is nearly frozen. Words follow docs/glossary.md.

#[macro_use]
mod closed_list;
mod access;
mod engine;
mod id;
mod people;
mod request;
mod rights;

pub use access::*;
pub use closed_list::UnknownWord;
pub use engine::*;
pub use id::*;
pub use people::*;
pub use request::*;
pub use rights::*;
pub use uuid;

//! The crate through its public door.

#![expect(clippy::unwrap_used, reason = "a helper that cannot go on ends its test")]

mod folder;
mod injection;
mod kinds;
mod sink;
mod smtp;
mod world;

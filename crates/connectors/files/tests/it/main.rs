//! The connector against a folder that is served, by an honest hand and by a lying one.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a helper that cannot go on ends its test")]

mod conformance;
mod reading;
mod world;
mod writing;

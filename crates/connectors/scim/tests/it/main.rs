//! The connector against the sandbox (honest and lying) and against a real SCIM server.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a helper that cannot go on ends its test")]

mod conformance;
mod faults;
mod outbound;
mod peer;
mod reading;
mod world;

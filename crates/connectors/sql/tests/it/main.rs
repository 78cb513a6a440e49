//! The connector against a real Postgres, looked at past it with psql.
#![expect(clippy::unwrap_used, reason = "a helper that cannot go on ends its test")]

mod conformance;
mod encrypted;
mod faults;
mod listing;
mod outbound;
mod relay;
mod roles;
mod testing;
mod whose;
mod world;

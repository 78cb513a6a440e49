//! What operations do, on a real database.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a helper that cannot go on ends its test"
)]

mod access_rules;
mod bad_input;
mod connectors;
mod database_rights;
mod import;
mod leaving;
mod pool;
mod sign_in;
mod uploads;
mod world;

//! The main job against a real Postgres and a directory that can be told to lie.
#![expect(clippy::expect_used, reason = "a helper that cannot go on ends its test")]

mod answers;
mod by_files;
mod by_hand;
mod doorbell;
#[cfg(feature = "failpoints")]
mod failpoints;
mod faults;
mod journey;
mod late_effect;
mod leases;
mod leavers;
mod timers;
mod two_targets;

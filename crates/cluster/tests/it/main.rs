//! Real clusters from the machine's own binaries, each in a folder of its own.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails, whatever function it is in"
)]

mod durability;
mod identity;
mod kept;
mod ownership;
mod refusals;
mod world;

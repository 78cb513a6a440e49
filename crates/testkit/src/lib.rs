#![doc = include_str!("../README.md")]

mod clock;
mod database;
mod world;

pub use clock::TestClock;
pub use database::{Owner, TestDatabase, count, sandbox_options};
pub use world::World;

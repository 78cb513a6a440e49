#![doc = include_str!("../README.md")]

pub mod asking;
mod bridge;
mod by_hand;
mod clock;
mod database;
mod folder;
pub mod oracles;
mod own_server;
mod roles;
mod small_disk;
mod world;

pub use bridge::Bridge;
pub use by_hand::INSTRUCTIONS;
pub use clock::TestClock;
pub use database::{Owner, TestDatabase, count, run, sandbox_options, until_waiting};
pub use folder::ServedFolder;
pub use own_server::OwnServer;
pub use roles::ServedRoles;
pub use small_disk::{Ballast, Ran, SmallDisk};
pub use world::World;

#![doc = include_str!("../README.md")]

mod address;
mod binaries;
mod cluster;
mod error;
mod folder;
pub mod identity;
mod kept;
mod orphan;
mod run_as;

pub use address::Address;
pub use binaries::{MissingBinaries, PgBinaries, find_binaries};
pub use cluster::{Cluster, ClusterOptions, SUPERUSER};
pub use error::ClusterError;
pub use kept::KeptCluster;
pub use run_as::{RunAs, UnknownUser};

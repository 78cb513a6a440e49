//! The main job against a real Postgres and a directory that can be told to lie.

mod faults;
mod journey;
mod leases;

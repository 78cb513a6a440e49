#![doc = include_str!("../README.md")]

mod calls;
mod completion;
mod connectors;
mod health;
mod judge;
mod late_effect;
mod leases;
mod mail;
mod manual;
mod options;
mod provision;
mod test_connector;
mod timers;
mod worker;

pub use connectors::ConnectorFactory;
pub use leases::give_back;
pub use options::EngineOptions;
pub use timers::fire_due;
pub use worker::{Engine, EngineParts};

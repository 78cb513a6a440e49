#![doc = include_str!("../README.md")]

/// Comes to an instant at which a test can end the process; nothing without the feature `failpoints`.
macro_rules! failpoint {
    ($point:ident, $operation:expr) => {
        #[cfg(feature = "failpoints")]
        crate::failpoints::pass(crate::failpoints::Point::$point, $operation);
    };
}

mod calls;
mod completion;
mod connectors;
#[cfg(feature = "failpoints")]
pub mod failpoints;
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
mod trouble;
mod worker;

pub use connectors::ConnectorFactory;
pub use leases::give_back;
pub use options::EngineOptions;
pub use timers::fire_due;
pub use worker::{Engine, EngineParts};

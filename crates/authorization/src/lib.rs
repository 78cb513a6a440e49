#![doc = include_str!("../README.md")]

mod answer;
mod authorizer;
mod entities;
mod fault;
mod fixed_rules;
mod policies;
mod principal;
mod resource;

pub use answer::{Answer, Denial};
pub use authorizer::Authorizer;
pub use fault::{PolicyFault, Wrong};
pub use fixed_rules::is_reserved;
pub use policies::{BUILT_IN, PolicyError, SCHEMA};
pub use principal::{Principal, PrincipalKind};
pub use resource::Resource;

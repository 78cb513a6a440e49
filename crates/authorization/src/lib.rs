#![doc = include_str!("../README.md")]

mod answer;
mod authorizer;
mod entities;
mod fixed_rules;
mod policies;
mod principal;
mod resource;

pub use answer::{Answer, Denial};
pub use authorizer::Authorizer;
pub use policies::PolicyError;
pub use principal::{Principal, PrincipalKind};
pub use resource::Resource;

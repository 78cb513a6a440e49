#![doc = include_str!("../README.md")]

mod caller;
mod clock;
mod context;
mod event;
mod fault;

pub mod access_rules;
pub mod assignment;
pub mod catalogue;
pub mod connector;
pub mod engine;
pub mod frame;
pub mod home;
pub mod import;
pub mod looked_for;
pub mod once;
pub mod people;
pub mod record;
pub mod request;
pub mod sign_in;
pub mod standing;
pub mod task;
pub mod token;
pub mod work_item;

pub use caller::{Caller, Cause};
pub use clock::{Clock, OsRandom, Random, SystemClock};
pub use context::Context;
pub use event::Event;
pub use fault::{Fault, FieldFault};
pub use once::{Key, Once};
pub use usher_authorization as authorization;

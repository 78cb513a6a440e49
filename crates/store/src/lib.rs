#![doc = include_str!("../README.md")]

mod audit;
mod connection;
mod error;
mod pool;
mod tx;

pub mod access_rules;
pub mod account;
pub mod application;
pub mod approval;
pub mod assignment;
pub mod attempt;
pub mod bulk;
pub mod catalogue;
pub mod connector;
pub mod demand;
pub mod directory;
pub mod figures;
pub mod finding;
pub mod frame;
pub mod idempotency;
pub mod installation;
pub mod job;
pub mod kept_input;
pub mod login;
pub mod notification;
pub mod person;
pub mod policy;
pub mod record;
pub mod request;
pub mod request_item;
pub mod request_list;
pub mod rights;
pub mod session;
pub mod source;
pub mod source_people;
pub mod source_record;
pub mod standing;
pub mod task;
pub mod timer;
pub mod token;
pub mod work_item;

pub use audit::{AuditEvent, Personal};
pub use connection::{ConnectError, Store, StoreOptions};
pub use error::StoreError;
pub use tx::{Conn, Tx};

pub(crate) use error::{one, word};

/// Result of everything in this crate.
pub type Result<T> = std::result::Result<T, StoreError>;

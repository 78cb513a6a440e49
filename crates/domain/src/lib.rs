//! The rules and state machines of the product, pure: no clock, no database, no network.
//!
//! Whoever calls gives the facts and the instant; the answer says what must change. Every rule of
//! docs/glossary.md that can be tested without a database is tested here.

pub mod access;
pub mod approval;
pub mod audit;
pub mod calendar;
pub mod difference;
pub mod people_file;
pub mod person;
pub mod provision;
pub mod request;
pub mod retry;

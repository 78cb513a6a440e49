#![doc = include_str!("../README.md")]

mod catalogue;
mod found;
mod people;

pub use catalogue::group_names;
pub use found::{Directory, FoundError, Founded, Mark, found};
pub use people::{ADMINISTRATOR, AUDITOR, COMPANY, DAY_ONE, EMPLOYEE, MANAGER, OWNER};

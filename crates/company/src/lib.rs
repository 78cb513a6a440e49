#![doc = include_str!("../README.md")]

mod catalogue;
mod found;
mod people;

pub use found::{Directory, FoundError, Founded, found};
pub use people::{ADMINISTRATOR, AUDITOR, COMPANY, DAY_ONE, EMPLOYEE, MANAGER, OWNER};
pub use catalogue::group_names;

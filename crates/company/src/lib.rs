#![doc = include_str!("../README.md")]

mod catalogue;
mod dice;
mod found;
mod grow;
mod load;
mod offer;
mod past;
mod people;
mod rules;
mod served;
mod staff;
mod table;
mod targets;
mod warehouse;

pub use catalogue::group_names;
pub use dice::SeededRandom;
pub use found::{DIRECTORY, FoundError, Founded, Mark, found};
pub use grow::{grow, grown_group_names};
pub use load::{Loaded, Size, load, loaded_group_names};
pub use past::{LIVED, Lived, LivedClock, PastError, Surroundings, Weather, live};
pub use people::{ADMINISTRATOR, AUDITOR, COMPANY, DAY_ONE, EMPLOYEE, MANAGER, OWNER};
pub use rules::permit_security;
pub use targets::{Directory, FilesTarget, Targets};
pub use warehouse::SqlTarget;

//! What people may do beyond the built-in policies: permits of one's own, in versions that never change. Who may
//! see and change them is decided by built-in policies alone.

mod known;
mod put_in_force;
mod show;

pub use known::{KnownRules, Rules, examine};
pub use put_in_force::{LONGEST_TEXT, PutError, PutInForce, check, put_in_force};
pub use show::{AccessRules, Named, State, Version, named, show, version};
pub use usher_authorization::{BUILT_IN, SCHEMA, is_reserved};
pub use usher_domain::difference::{Line, lines};

//! What operations do, on a real database.

mod import;
mod leaving;
mod uploads;
mod world;

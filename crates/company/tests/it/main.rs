//! The company on a real database.

mod ground;
mod grown;
mod lived;
mod loaded;

#![doc = include_str!("../README.md")]

mod attempt;
mod description;
mod error;
mod fence;
mod provider;
mod settings;

pub use attempt::{Answer, Attempt, Begun, Claims, SEED};
pub use error::{FenceError, OidcError};
pub use provider::Provider;
pub use settings::{ProviderSettings, SettingsError};

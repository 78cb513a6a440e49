//! Which value counts, and where it was said: for `usher doctor`.

use clap::parser::ValueSource;
use clap::{ArgMatches, Command};

use super::definition::key;
use super::file::File;
use super::{VARIABLE, chosen};

/// A value of the command that runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Value {
    pub(crate) key: String,
    /// `None` while it is not set, or must not be shown.
    pub(crate) text: Option<String>,
    pub(crate) is_secret: bool,
    /// The flag, the variable, or the file and the line; `None` for what is built in.
    pub(crate) origin: Option<String>,
}

pub(super) fn values(root: &Command, matches: &ArgMatches, file: Option<&File>) -> Vec<Value> {
    let (command, given) = chosen(root, matches);
    let own: Vec<_> = command.get_arguments().collect();
    // What all commands know is defined at the root alone.
    let shared = root.get_arguments().filter(|a| own.iter().all(|o| o.get_id() != a.get_id()));
    own.iter()
        .copied()
        .chain(shared)
        .filter_map(|argument| {
            let variable = argument.get_env()?.to_str()?;
            let (id, key) = (argument.get_id().as_str(), key(argument));
            let is_secret = argument.is_hide_env_values_set();
            let raw = given.get_raw(id).map(|raw| {
                raw.map(std::ffi::OsStr::to_string_lossy).collect::<Vec<_>>().join(", ")
            });
            let origin = match given.value_source(id) {
                Some(ValueSource::CommandLine) => {
                    Some(format!("the flag --{}", argument.get_long().unwrap_or(id)))
                }
                Some(ValueSource::EnvVariable) => {
                    Some(format!("the environment variable {variable}"))
                }
                _ => file.and_then(|file| {
                    let found = file.get(&key).filter(|_| variable != VARIABLE)?;
                    Some(format!("{}, line {}", file.path, found.line))
                }),
            };
            let text = raw.filter(|_| !is_secret || origin.is_none());
            Some(Value { key, text, is_secret, origin })
        })
        .collect()
}

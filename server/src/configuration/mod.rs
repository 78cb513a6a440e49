//! Values from flags, environment, file and default, in this order. The command line is the one
//! definition: a key of the file is the name of an option that has an environment variable, and a value
//! of the file becomes the default of that option.

mod definition;
mod file;
mod origin;

#[cfg(all(test, feature = "demo"))]
mod document;

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{ArgMatches, Command, CommandFactory as _, FromArgMatches as _};

use crate::cli::Cli;
use definition::{Setting, settings, why_wrong};
use file::File;
pub(crate) use origin::Value;

/// File that is read when nobody names one and it is there.
const FILE: &str = "usher.toml";
/// Names the file.
const VARIABLE: &str = "USHER_CONFIG";

/// Why nothing is started.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigurationError {
    /// The command line, in clap's words; also when somebody asked for help.
    #[error(transparent)]
    CommandLine(#[from] clap::Error),
    #[error("cannot read {path}")]
    Unreadable {
        path: String,
        #[source]
        source: std::io::Error,
    },
    #[error("{path}, line {line}: {why}")]
    Syntax { path: String, line: usize, why: String },
    #[error("{path}, line {line}: {key} is no setting{}", nearest.as_ref().map_or_else(String::new, |n| format!(": did you mean {n}?")))]
    Unknown { path: String, line: usize, key: String, nearest: Option<String> },
    #[error("{path}, line {line}: {key} takes one text, number, true or false")]
    NotOneValue { path: String, line: usize, key: String },
    #[error("{origin}: {why}")]
    Wrong { origin: String, why: String },
}

/// What was asked for, and where each value of the command comes from.
#[derive(Debug)]
pub(crate) struct Configuration {
    pub(crate) cli: Cli,
    pub(crate) values: Vec<Value>,
}

/// Reads everything that the process was given.
///
/// # Errors
/// Names what is wrong and where it was said.
pub(crate) fn read(
    arguments: &[OsString],
    variable: impl Fn(&str) -> Option<OsString>,
) -> Result<Configuration, ConfigurationError> {
    let root = Cli::command();
    let settings = settings(&root);
    let file = match place(arguments, &variable) {
        Some(path) => Some(File::read(&path, &settings)?),
        None => None,
    };
    let root = match &file {
        Some(file) => with_defaults(root, file),
        None => root,
    };
    let matches = root
        .clone()
        .try_get_matches_from(arguments)
        .map_err(|error| blame(error, arguments, &settings, &variable))?;
    let values = origin::values(&root, &matches, file.as_ref());
    Ok(Configuration { cli: Cli::from_arg_matches(&matches)?, values })
}

/// Where the file is: by flag, by environment, or beside the process.
fn place(arguments: &[OsString], variable: &impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let mut arguments = arguments.iter().take_while(|argument| *argument != "--");
    while let Some(argument) = arguments.next() {
        if argument == "--config" {
            // Without a value clap says so.
            return arguments.next().map(PathBuf::from);
        }
        if let Some(path) = argument.to_str().and_then(|text| text.strip_prefix("--config=")) {
            return Some(PathBuf::from(path));
        }
    }
    let named = variable(VARIABLE).filter(|path| !path.is_empty());
    named.map(PathBuf::from).or_else(|| Some(PathBuf::from(FILE)).filter(|path| path.is_file()))
}

/// Values of the file in the place of the built-in ones, in every command that has the option.
fn with_defaults(mut command: Command, file: &File) -> Command {
    let named: Vec<(clap::Id, String)> = command
        .get_arguments()
        .filter(|argument| argument.get_env().is_some())
        .map(|argument| (argument.get_id().clone(), definition::key(argument)))
        .collect();
    for (id, key) in named {
        let Some(found) = file.get(&key) else { continue };
        let text = found.text.clone();
        command = command.mut_arg(id, |argument| {
            // What the environment may not show in a help text, the file may not either.
            let is_secret = argument.is_hide_env_values_set();
            argument.default_value(text).hide_default_value(is_secret)
        });
    }
    let names: Vec<String> =
        command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    names
        .into_iter()
        .fold(command, |command, name| command.mut_subcommand(name, |sub| with_defaults(sub, file)))
}

/// Names the environment variable that a value comes from: clap speaks of the flag only.
fn blame(
    error: clap::Error,
    arguments: &[OsString],
    settings: &[Setting],
    variable: &impl Fn(&str) -> Option<OsString>,
) -> ConfigurationError {
    let is_value = matches!(error.kind(), ErrorKind::InvalidValue | ErrorKind::ValueValidation);
    let Some(ContextValue::String(option)) = error.get(ContextKind::InvalidArg) else {
        return error.into();
    };
    let flag = option.split([' ', '=', '[']).next().unwrap_or_default();
    let is_given = arguments.iter().filter_map(|argument| argument.to_str()).any(|argument| {
        argument == flag || argument.strip_prefix(flag).is_some_and(|rest| rest.starts_with('='))
    });
    let found = settings.iter().find(|setting| setting.flag() == flag);
    match found.filter(|_| is_value && !is_given) {
        Some(setting) if variable(&setting.variable).is_some() => ConfigurationError::Wrong {
            origin: format!("the environment variable {}", setting.variable),
            why: why_wrong(&error),
        },
        _ => error.into(),
    }
}

/// The path as the person named it.
fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// The command that was chosen, however deep, with what was given to it.
fn chosen<'a>(
    mut command: &'a Command,
    mut matches: &'a ArgMatches,
) -> (&'a Command, &'a ArgMatches) {
    while let Some((name, inner)) = matches.subcommand() {
        let Some(sub) = command.find_subcommand(OsStr::new(name)) else { break };
        (command, matches) = (sub, inner);
    }
    (command, matches)
}

#[cfg(test)]
mod tests;

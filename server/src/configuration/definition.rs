//! What can be set: every option of the command line that has an environment variable.

use clap::{Arg, Command};

/// Something that can be set by file, environment and flag.
#[derive(Debug, Clone)]
pub(super) struct Setting {
    /// Its name in a file.
    pub(super) key: String,
    /// Its name in the environment.
    pub(super) variable: String,
    /// Commands that know it; empty for those that all know.
    pub(super) commands: Vec<String>,
    pub(super) argument: Arg,
}

impl Setting {
    pub(super) fn flag(&self) -> String {
        format!("--{}", self.argument.get_long().unwrap_or(&self.key))
    }

    /// Whether the value can be taken.
    ///
    /// # Errors
    /// Says why not.
    pub(super) fn check(&self, value: &str) -> Result<(), String> {
        Command::new("usher")
            .no_binary_name(true)
            .arg(self.argument.clone())
            .try_get_matches_from([format!("{}={value}", self.flag())])
            .map_err(|error| why_wrong(&error))?;
        Ok(())
    }
}

/// The name of an option in a file: that of its flag, written as names are there.
pub(super) fn key(argument: &Arg) -> String {
    argument.get_long().unwrap_or(argument.get_id().as_str()).replace('-', "_")
}

/// Every setting of the command and of those below it, in the order of their definition.
pub(super) fn settings(root: &Command) -> Vec<Setting> {
    let mut found: Vec<Setting> = Vec::new();
    collect(root, &[], &mut found);
    found
}

fn collect(command: &Command, path: &[&str], found: &mut Vec<Setting>) {
    for argument in command.get_arguments() {
        let Some(variable) = argument.get_env().and_then(std::ffi::OsStr::to_str) else { continue };
        // The file cannot say where it is.
        if variable == super::VARIABLE {
            continue;
        }
        let key = key(argument);
        let name = path.join(" ");
        match found.iter_mut().find(|setting| setting.key == key) {
            Some(setting) => setting.commands.push(name),
            None => found.push(Setting {
                key,
                variable: variable.to_owned(),
                commands: if path.is_empty() { Vec::new() } else { vec![name] },
                argument: argument.clone().global(false),
            }),
        }
    }
    for sub in command.get_subcommands() {
        let path: Vec<&str> = path.iter().copied().chain([sub.get_name()]).collect();
        collect(sub, &path, found);
    }
}

/// Clap's words about a value, without its advice on how to call the program.
pub(super) fn why_wrong(error: &clap::Error) -> String {
    let text = error.render().to_string();
    let lines = text.lines().map(str::trim);
    let said = lines.take_while(|line| !line.starts_with("For more") && !line.starts_with("Usage"));
    let said: Vec<&str> = said.filter(|line| !line.is_empty()).collect();
    said.join(" ").trim_start_matches("error: ").to_owned()
}

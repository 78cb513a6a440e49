//! References to secrets and what they stand for. Values never leave this process in a text.

use std::path::{Path, PathBuf};

use secrecy::SecretString;

/// Only variables with this prefix may be named.
const PREFIX: &str = "USHER_SECRET_";

/// Resolves references.
#[derive(Debug, Clone, Default)]
pub(crate) struct Secrets {
    folder: Option<PathBuf>,
}

impl Secrets {
    pub(crate) const fn new(folder: Option<PathBuf>) -> Self {
        Self { folder }
    }

    /// The value behind `env:USHER_SECRET_NAME` or `file:NAME`.
    ///
    /// # Errors
    /// Says what is wrong with the reference, never the value.
    pub(crate) fn resolve(&self, reference: &str) -> Result<SecretString, String> {
        let value = match reference.split_once(':') {
            Some(("env", name)) if name.starts_with(PREFIX) => {
                std::env::var(name).map_err(|_| format!("the variable {name} is not set"))?
            }
            Some(("env", _)) => {
                return Err(format!("only variables that begin with {PREFIX} may be named"));
            }
            Some(("file", name)) => self.read(name)?,
            _ => return Err("a secret is named as env:USHER_SECRET_NAME or file:NAME".to_owned()),
        };
        Ok(SecretString::from(value.trim_end_matches(['\n', '\r']).to_owned()))
    }

    fn read(&self, name: &str) -> Result<String, String> {
        let folder = self.folder.as_ref().ok_or("no folder for secrets is configured")?;
        // A name, not a path: nothing outside the folder can be reached.
        if Path::new(name).file_name() != Some(name.as_ref()) {
            return Err("a file of secrets is named without a path".to_owned());
        }
        let path = folder.join(name);
        if path.symlink_metadata().is_ok_and(|m| m.is_symlink()) {
            return Err(format!("the file {name} is a link, which is not followed"));
        }
        std::fs::read_to_string(&path)
            .map_err(|error| format!("the file {name} cannot be read: {error}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_stay_in_their_bounds() {
        let secrets = Secrets::new(Some(std::env::temp_dir()));
        for bad in [
            "env:HOME",
            "file:../etc/passwd",
            "file:/etc/passwd",
            "file:",
            "plain",
            "file:..",
            "env:USHER_SECRET_ABSENT_HERE",
        ] {
            assert!(secrets.resolve(bad).is_err(), "{bad}");
        }
    }
}

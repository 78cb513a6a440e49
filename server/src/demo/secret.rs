//! Secrets of the demonstration, made at the first start and kept in files.

use std::fmt::Write as _;
use std::io;
use std::path::Path;

use anyhow::{Context as _, Result};
use secrecy::SecretString;
use usher_operations::{OsRandom, Random as _};

/// The secret in the file, made of random letters and digits when there is none.
pub(super) fn secret(path: &Path) -> Result<SecretString> {
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    if !kept.trim().is_empty() {
        return Ok(SecretString::from(kept.trim().to_owned()));
    }
    let mut bytes = [0_u8; 24];
    OsRandom.fill(&mut bytes);
    let text = bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    });
    write_private(path, &text)?;
    Ok(SecretString::from(text))
}

/// Writes a file that only its owner can read. What stood there stays when the disk does not take it.
pub(super) fn write_private(path: &Path, text: &str) -> Result<()> {
    let draft = path.with_extension("draft");
    let written = write_new(&draft, text).and_then(|()| std::fs::rename(&draft, path));
    if written.is_err() {
        // What was begun would keep a full disk full. It may never have been made.
        let _ = std::fs::remove_file(&draft);
    }
    written.with_context(|| format!("cannot write {}", path.display()))
}

fn write_new(path: &Path, text: &str) -> io::Result<()> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    #[test]
    fn a_full_disk_leaves_no_empty_secret_and_loses_none() -> Result<()> {
        let folder = std::env::temp_dir().join(format!("usher-secret-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        let path = folder.join("token");
        let fill = || std::os::unix::fs::symlink("/dev/full", folder.join("token.draft"));
        fill()?;
        assert!(secret(&path).is_err());
        assert!(!path.exists());
        // As a release before this one left it.
        std::fs::write(&path, "")?;
        let made = secret(&path)?;
        assert_eq!(made.expose_secret().len(), 48);
        fill()?;
        assert!(write_private(&path, "another").is_err());
        assert_eq!(secret(&path)?.expose_secret(), made.expose_secret());
        std::fs::remove_dir_all(&folder)?;
        Ok(())
    }
}

//! Secrets of the demonstration, made at the first start and kept in files.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result};
use secrecy::SecretString;
use usher_operations::{OsRandom, Random as _};

/// The secret in the file, made of random letters and digits when there is none.
pub(super) fn secret(path: &Path) -> Result<SecretString> {
    if let Ok(text) = std::fs::read_to_string(path) {
        return Ok(SecretString::from(text.trim().to_owned()));
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

/// Writes a file that only its owner can read.
pub(super) fn write_private(path: &Path, text: &str) -> Result<()> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)
        .with_context(|| format!("cannot write {}", path.display()))?;
    file.write_all(text.as_bytes())?;
    Ok(())
}

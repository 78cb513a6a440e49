//! How long the Rust files are. A line of code is one that is neither blank nor only a comment.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::say;
use crate::workspace::root;

/// No file may have more lines of code.
const MOST: usize = 500;

/// A file with more is named, so that it is split before it must be.
const LISTED: usize = 400;

/// Lists the long files and fails when one is too long.
pub(crate) fn check() -> Result<()> {
    let root = root();
    let mut long = long_files(&root)?;
    long.sort_by_key(|(lines, _)| std::cmp::Reverse(*lines));
    for (lines, path) in &long {
        say(&format!("{lines:5} {}", path.strip_prefix(&root).unwrap_or(path).display()));
    }
    match long.iter().filter(|(lines, _)| *lines > MOST).count() {
        0 => Ok(()),
        count => {
            bail!("{count} Rust file(s) above have more than {MOST} lines of code: split them")
        }
    }
}

fn long_files(folder: &Path) -> Result<Vec<(usize, PathBuf)>> {
    let mut found = Vec::new();
    for entry in
        std::fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?
    {
        let entry = entry?;
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        // Built, fetched and hidden things are not ours to split.
        if entry.file_type()?.is_dir()
            && !name.starts_with('.')
            && name != "target"
            && name != "node_modules"
        {
            found.extend(long_files(&path)?);
        } else if name.ends_with(".rs") {
            let text = std::fs::read_to_string(&path)
                .with_context(|| format!("cannot read {}", path.display()))?;
            let lines = lines_of_code(&text);
            found.extend((lines > LISTED).then_some((lines, path)));
        }
    }
    Ok(found)
}

fn lines_of_code(text: &str) -> usize {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//")).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_file_is_too_long() {
        check().unwrap();
    }

    #[test]
    fn blank_lines_and_comments_are_no_code() {
        assert_eq!(
            lines_of_code(
                "//! Why.\n\n/// What.\nfn main() {\n    // because\n    run(); // now\n}\n"
            ),
            3
        );
    }
}

//! Reads the sources of the pages and of the design kit as text, for the tests about words.

use std::fs;
use std::path::{Path, PathBuf};

/// One source file without its unit tests.
pub(crate) struct Source {
    pub(crate) path: PathBuf,
    pub(crate) text: String,
}

/// All sources that draw something.
pub(crate) fn sources() -> Vec<Source> {
    let app = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in [app.join("src"), app.join("ui/src"), app.join("islands/src")] {
        collect(&folder, &mut files);
    }
    assert!(files.len() > 15, "the sources are not where this test looks for them");
    files.sort_by(|left, right| left.path.cmp(&right.path));
    files
}

fn collect(folder: &Path, files: &mut Vec<Source>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = fs::read_to_string(&path).unwrap_or_default();
            let text = text.split("#[cfg(test)]").next().unwrap_or_default().to_owned();
            files.push(Source { path, text });
        }
    }
}

/// A string literal with what stands around it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Literal {
    pub(crate) value: String,
    /// The code before it, without blanks at its end.
    pub(crate) before: String,
    /// The first character of code after it.
    pub(crate) after: Option<char>,
}

/// The string literals of Rust code, comments left out.
pub(crate) fn literals(code: &str) -> Vec<Literal> {
    let chars: Vec<char> = code.chars().collect();
    let mut found = Vec::new();
    let mut before = String::new();
    let mut at = 0;
    while at < chars.len() {
        if chars[at] == '/' && chars.get(at + 1) == Some(&'/') {
            while at < chars.len() && chars[at] != '\n' {
                at += 1;
            }
        } else if chars[at] == '\'' && chars.get(at + 2) == Some(&'\'') {
            before.push_str("' '");
            at += 3;
        } else if chars[at] == '"' {
            let (value, end) = string(&chars, at + 1);
            let after = chars[end..].iter().copied().find(|c| !c.is_whitespace());
            found.push(Literal { value, before: before.trim_end().to_owned(), after });
            before.push_str("\"\"");
            at = end;
        } else {
            before.push(chars[at]);
            at += 1;
        }
    }
    found
}

/// The value of a literal that begins at `at`, and the place after its closing quote.
fn string(chars: &[char], mut at: usize) -> (String, usize) {
    let mut value = String::new();
    while at < chars.len() && chars[at] != '"' {
        if chars[at] == '\\' {
            at += 1;
        }
        value.extend(chars.get(at));
        at += 1;
    }
    (value, at + 1)
}

/// The insides of all `view! { … }` of a file, the outermost ones.
pub(crate) fn views(code: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = code;
    while let Some(start) = rest.find("view! {") {
        let inside = &rest[start + "view! {".len()..];
        let end = closing(inside);
        found.push(&inside[..end]);
        rest = &inside[end..];
    }
    found
}

fn closing(inside: &str) -> usize {
    let (mut depth, mut quoted, mut escaped) = (1, false, false);
    for (at, letter) in inside.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '{' if !quoted => depth += 1,
            '}' if !quoted => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    inside.len()
}

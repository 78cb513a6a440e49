//! One style sheet out of `style/*.css`, in a declared order, minified.

use std::error::Error;
use std::fs;
use std::path::Path;

use lightningcss::stylesheet::{MinifyOptions, ParserOptions, PrinterOptions, StyleSheet};

/// The files of the sheet. `layers` is first because it fixes the order of the cascade layers;
/// inside a layer the later file wins.
const ORDER: [&str; 22] = [
    "layers", "fonts", "tokens", "base", "layout", "shell", "buttons", "status", "fields",
    "choices", "table", "facts", "figures", "timeline", "tabs", "inbox", "messages", "gate",
    "hands", "code", "helpers", "print",
];

/// Joins, minifies, and points every `url(...)` at the hashed name of its file.
///
/// # Errors
/// A file that is not in the declared order or the other way round, CSS that does not parse, or a
/// `url(...)` that names no file of `public/`.
pub(crate) fn build(
    folder: &Path,
    path_of: impl Fn(&str) -> Option<String>,
) -> Result<String, Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.strip_suffix(".css").is_some_and(|stem| !ORDER.contains(&stem)) {
            return Err(
                format!("style/{name} is not in the order of app/assets/build/sheet.rs").into()
            );
        }
    }
    let mut joined = String::new();
    for stem in ORDER {
        let text = fs::read_to_string(folder.join(format!("{stem}.css")))?;
        // Parsed alone first, so that an error names its file.
        parse(&text).map_err(|error| format!("style/{stem}.css: {error}"))?;
        joined.push_str(&text);
    }
    let joined = point(&joined, path_of)?;
    let mut sheet = parse(&joined)?;
    // No targets: the sheet keeps nesting, layers and light-dark() as they are written.
    sheet.minify(MinifyOptions::default())?;
    Ok(sheet.to_css(PrinterOptions { minify: true, ..PrinterOptions::default() })?.code)
}

fn parse(text: &str) -> Result<StyleSheet<'_>, Box<dyn Error>> {
    StyleSheet::parse(text, ParserOptions::default()).map_err(|error| error.to_string().into())
}

fn point(css: &str, path_of: impl Fn(&str) -> Option<String>) -> Result<String, Box<dyn Error>> {
    let mut pointed = String::with_capacity(css.len());
    let mut rest = css;
    while let Some(start) = rest.find("url(") {
        let (before, after) = rest.split_at(start + 4);
        let end = after.find(')').ok_or("url( without its end")?;
        let name = after[..end].trim_matches(['"', '\'']);
        let path = path_of(name).ok_or_else(|| format!("url({name}) names no file of public/"))?;
        pointed.push_str(before);
        pointed.push_str(&path);
        rest = &after[end..];
    }
    pointed.push_str(rest);
    Ok(pointed)
}

//! Every word is outside the sources, every key exists, and every key is used.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::view_source::{Literal, literals, sources, views};

/// Keys that are put together at run time: the beginning, and by whom.
const FAMILIES: [(&str, &str); 1] =
    [("fault-", "form.rs joins the field and the code that an operation answers")];

/// Attributes and properties whose value a person reads or hears.
const READ_ALOUD: [&str; 24] = [
    "title",
    "aria-label",
    "placeholder",
    "alt",
    "label",
    "legend",
    "hint",
    "error",
    "optional",
    "words",
    "note",
    "caption",
    "heading",
    "kept",
    "summary",
    "lede",
    "over",
    "term",
    "unit",
    "verb",
    "here",
    "when",
    "previous",
    "next",
];

#[test]
fn every_key_that_a_page_names_exists() {
    let known = keys().expect("the files of words");
    let mut missing = Vec::new();
    for source in sources() {
        for literal in literals(&source.text) {
            if is_key(&literal) && !known.contains(&literal.value) {
                missing.push(format!("{}: {}", source.path.display(), literal.value));
            }
        }
    }
    assert!(missing.is_empty(), "no words in app/locales for {missing:#?}");
}

/// What is kept once it was looked up would otherwise always be in the form of the first text, or without any.
#[test]
fn words_around_a_text_have_one_form_and_are_never_asked_for_without() {
    let messages = messages().expect("the files of words");
    let sources = sources();
    let literals = || sources.iter().flat_map(|source| literals(&source.text));
    let alone: BTreeSet<String> = literals()
        .filter(|literal| is_said_by(literal, "t"))
        .map(|literal| literal.value)
        .collect();
    let mut found = 0;
    for literal in literals().filter(|literal| is_said_by(literal, "t_text")) {
        // Those that choose begin on a line of their own.
        let words = messages.get(&literal.value).map_or("", String::as_str);
        assert!(words.contains("{ $"), "{}: {words}", literal.value);
        assert!(!alone.contains(&literal.value), "{} without its text", literal.value);
        found += 1;
    }
    assert!(found > 10 && alone.len() > 100, "{found} around a text, {} alone", alone.len());
}

#[test]
fn every_key_is_used() {
    let named: BTreeSet<String> = sources()
        .iter()
        .flat_map(|source| literals(&source.text))
        .map(|literal| literal.value)
        .collect();
    let unused: Vec<String> = keys()
        .expect("the files of words")
        .into_iter()
        .filter(|key| !named.contains(key))
        .filter(|key| !FAMILIES.iter().any(|(beginning, _)| key.starts_with(beginning)))
        .collect();
    assert!(unused.is_empty(), "nobody says {unused:#?}");
}

#[test]
fn no_words_are_written_into_a_page() {
    let mut written = Vec::new();
    for source in sources() {
        for view in views(&source.text) {
            for literal in literals(view).into_iter().filter(is_read) {
                written.push(format!("{}: \"{}\"", source.path.display(), literal.value));
            }
        }
    }
    assert!(written.is_empty(), "these belong into app/locales: {written:#?}");
}

#[test]
fn the_tests_above_can_fail() {
    let text = literals(r#"<p class="lede">"Nothing waits for you"</p>"#);
    assert_eq!(text.iter().map(is_read).collect::<Vec<_>>(), [false, true]);
    let label =
        literals(r#"<button class="btn" aria-label="Menu">{t("shell-menu")}" / "</button>"#);
    assert_eq!(label.iter().map(is_read).collect::<Vec<_>>(), [false, true, false, false]);
    assert_eq!(label.iter().map(is_key).collect::<Vec<_>>(), [false, false, true, false]);
    let branch = literals(r#"{if late { "Late" } else { t("in-time") }}"#);
    assert!(is_read(&branch[0]) && !is_read(&branch[1]));
}

fn is_said_by(literal: &Literal, function: &str) -> bool {
    called(literal).is_some_and(|name| name.rsplit(':').next() == Some(function))
}

/// Whether the literal is the key in `t("…")`, `t_with("…"`, `Flash::done("…"` or the like.
fn is_key(literal: &Literal) -> bool {
    called(literal).is_some_and(|name| {
        matches!(
            name,
            "t" | "t_text"
                | "t_with"
                | "words::t"
                | "words::t_with"
                | "crate::words::t"
                | "crate::words::t_with"
                | "Flash::done"
                | "Flash::waiting"
                | "Flash::failed"
        )
    })
}

/// What the literal is the first argument of.
fn called(literal: &Literal) -> Option<&str> {
    let call = literal.before.strip_suffix('(')?.trim_end();
    call.rsplit(|c: char| !c.is_alphanumeric() && c != '_' && c != ':').next()
}

/// Whether a literal inside a view is something that a person reads.
fn is_read(literal: &Literal) -> bool {
    let letters = literal.value.chars().filter(|c| c.is_alphabetic()).count();
    if letters < 2 {
        return false;
    }
    if let Some(before) = literal.before.strip_suffix('=') {
        let name = before.rsplit(char::is_whitespace).next().unwrap_or_default();
        return READ_ALOUD.contains(&name);
    }
    let opened = literal.before.ends_with(['>', '{', '}', '"']) || literal.before.is_empty();
    let closed = matches!(literal.after, Some('<' | '{' | '}' | '"' | ',') | None);
    opened && closed
}

fn keys() -> std::io::Result<BTreeSet<String>> {
    Ok(messages()?.into_keys().collect())
}

/// The keys of all languages' files with the words on their line; there is one language.
fn messages() -> std::io::Result<BTreeMap<String, String>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("locales/en-GB");
    let mut messages = BTreeMap::new();
    for entry in fs::read_dir(folder)?.flatten() {
        let text = fs::read_to_string(entry.path())?;
        for line in text.lines() {
            let Some((key, words)) = line.split_once('=') else { continue };
            if key.starts_with(|c: char| c.is_ascii_lowercase()) {
                let before = messages.insert(key.trim().to_owned(), words.trim().to_owned());
                assert_eq!(before, None, "{} stands twice", key.trim());
            }
        }
    }
    Ok(messages)
}

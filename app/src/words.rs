//! Every word that a person reads, by key. The words are in `app/locales/`, one file per area.
//!
//! A test compares the keys that the sources name with the keys that exist, in both directions, and
//! another finds words that were written into a page.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{LazyLock, RwLock};

use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{LanguageIdentifier, Loader, langid, static_loader};

static_loader! {
    static LOCALES = {
        locales: "./locales",
        fallback_language: "en-GB",
        // The marks that isolate a placeable from its surroundings end up in copied text and in
        // tests; all languages so far run from left to right.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

/// Words without values or around one text, once they were looked up: a page says the same ones in every row. No more than
/// there are keys.
static SAID: LazyLock<RwLock<HashMap<String, String>>> = LazyLock::new(RwLock::default);

const LANGUAGE: LanguageIdentifier = langid!("en-GB");

/// Stands for a text that is put in afterwards.
pub(crate) const PLACE: &str = "\u{fffc}";

/// The words of a key. An unknown key is given back as it is, so that a page shows something that
/// can be found.
pub fn t(key: &str) -> String {
    said(key, &[], str::to_owned)
}

/// The words of a key around one text, which chooses no form: `t_text("when-today", "until", "10:41")`. For rows: the words
/// are looked up once.
pub fn t_text(key: &str, name: &'static str, text: &str) -> String {
    said(key, &[(name, PLACE.into())], |words| words.replace(PLACE, text))
}

fn said(
    key: &str,
    args: &[(&'static str, FluentValue<'_>)],
    finish: impl FnOnce(&str) -> String,
) -> String {
    if let Ok(said) = SAID.read()
        && let Some(words) = said.get(key)
    {
        return finish(words);
    }
    let Some(words) = find(key, args) else { return key.to_owned() };
    let finished = finish(&words);
    if let Ok(mut said) = SAID.write() {
        said.insert(key.to_owned(), words);
    }
    finished
}

/// The words of a key with values put in: `t_with("tasks-open", &[("count", 3.into())])`.
pub fn t_with(key: &str, args: &[(&'static str, FluentValue<'_>)]) -> String {
    find(key, args).unwrap_or_else(|| key.to_owned())
}

/// The words of a key, or `None` when there is no such key.
pub fn find(key: &str, args: &[(&'static str, FluentValue<'_>)]) -> Option<String> {
    let args: HashMap<Cow<'static, str>, FluentValue<'_>> =
        args.iter().map(|(name, value)| (Cow::Borrowed(*name), value.clone())).collect();
    LOCALES.try_lookup_complete(&LANGUAGE, key, Some(&args))
}

#[cfg(test)]
mod tests {
    use super::{find, t, t_text, t_with};

    #[test]
    fn values_are_put_in_without_invisible_marks() {
        assert_eq!(
            t_with("shell-page-title", &[("page", "Tasks".into()), ("product", "Usher".into())]),
            "Tasks - Usher"
        );
    }

    #[test]
    fn a_text_is_put_in_as_it_is() {
        for text in ["10:41", "", "{ $until }", "\u{fffc}"] {
            let slow = t_with("when-today", &[("until", text.into())]);
            assert_eq!(t_text("when-today", "until", text), slow);
            assert_eq!(t_text("when-today", "until", text), slow);
        }
        assert_eq!(t_text("no-such-key", "until", "x"), "no-such-key");
    }

    #[test]
    fn numbers_choose_their_form() {
        assert_eq!(t_with("form-errors-heading", &[("count", 1.into())]), "One thing to correct");
        assert_eq!(t_with("form-errors-heading", &[("count", 3.into())]), "3 things to correct");
    }

    #[test]
    fn an_unknown_key_shows_itself() {
        assert_eq!(t("no-such-key"), "no-such-key");
        assert_eq!(t("no-such-key"), "no-such-key");
        assert_eq!(t("nav-tasks"), find("nav-tasks", &[]).unwrap_or_default());
        assert_eq!(t("nav-tasks"), find("nav-tasks", &[]).unwrap_or_default());
        assert_eq!(find("no-such-key", &[]), None);
    }
}

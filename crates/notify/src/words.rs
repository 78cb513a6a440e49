//! Every word of an e-mail, by key. The words are in `locales/`.

use std::borrow::Cow;
use std::collections::HashMap;

use chrono::{DateTime, Utc};
use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{LanguageIdentifier, Loader, langid, static_loader};

static_loader! {
    static LOCALES = {
        locales: "./locales",
        fallback_language: "en-GB",
        // The marks that isolate a value from its surroundings are invisible and end up in copied
        // text and in searches for a subject.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

const LANGUAGE: LanguageIdentifier = langid!("en-GB");

/// The words of a key. An unknown key is given back as it is, so that it can be found.
pub(crate) fn t(key: &str) -> String {
    t_with(key, &[])
}

/// The words of a key with values put in.
pub(crate) fn t_with(key: &str, values: &[(&'static str, &str)]) -> String {
    let values: HashMap<Cow<'static, str>, FluentValue<'_>> =
        values.iter().map(|(name, value)| (Cow::Borrowed(*name), (*value).into())).collect();
    LOCALES.try_lookup_complete(&LANGUAGE, key, Some(&values)).unwrap_or_else(|| key.to_owned())
}

/// An instant in words, such as "Tuesday 3 March 2026, 14:05 UTC".
pub(crate) fn instant(at: DateTime<Utc>) -> String {
    t_with("mail-instant", &[("instant", &at.format("%A %-d %B %Y, %H:%M").to_string())])
}

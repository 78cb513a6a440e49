//! The words of the single keys, and the part of the page that they work in.

use leptos::prelude::*;
use usher_islands::{InboxKeys, InboxWords, Shortcut};

use crate::words::{t, t_with};

/// What the keys decide on.
pub(super) enum Subject {
    /// The card that is open.
    Card {
        /// Name of the item.
        item: String,
        /// Whom it is for.
        person: String,
        /// Who reads the reason.
        reader: String,
    },
    /// The lines that are ticked.
    Ticked,
}

/// Puts the keys around a page. Without them, or when nothing is there to decide, it is the same page.
pub(super) fn around(inside: AnyView, subject: Option<Subject>) -> AnyView {
    match subject {
        Some(subject) => {
            let words = words(subject);
            view! {
                <InboxKeys words>{inside}</InboxKeys>
                <p class="by-key dim s sec">{t("keys-hint")}</p>
            }
            .into_any()
        }
        None => inside,
    }
}

fn words(subject: Subject) -> InboxWords {
    let (approve_question, deny_question, reason_hint) = match subject {
        Subject::Card { item, person, reader } => {
            let args = [("item", item.into()), ("name", person.into())];
            (
                t_with("keys-approve-question", &args),
                t_with("keys-deny-question", &args),
                t_with("keys-reason-hint", &[("name", reader.into())]),
            )
        }
        Subject::Ticked => {
            (t("keys-approve-ticked"), t("keys-deny-ticked"), t("tasks-reason-for-all-hint"))
        }
    };
    InboxWords {
        approve_question,
        deny_question,
        reason: t("keys-reason"),
        reason_hint,
        approve: t("tasks-approve"),
        deny: t("tasks-deny"),
        cancel: t("keys-cancel"),
        help: t("keys-help"),
        help_off: t("keys-off"),
        close: t("keys-close"),
        shortcuts: shortcuts(),
    }
}

fn shortcuts() -> Vec<Shortcut> {
    [
        ("j", t("keys-next")),
        ("k", t("keys-previous")),
        ("o", t("keys-open")),
        ("x", t("keys-tick")),
        ("a", t("keys-approve")),
        ("d", t("keys-deny")),
        ("?", t("keys-show")),
    ]
    .into_iter()
    .map(|(key, words)| Shortcut { key: key.to_owned(), words })
    .collect()
}

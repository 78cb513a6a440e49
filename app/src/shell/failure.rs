//! Pages that say what went wrong: what happened, what is saved, what you can do, and the number
//! under which it can be found.

use leptos::prelude::*;
use usher_ui::{ButtonKind, Fact, Facts, LinkButton};

use super::document::Look;
use super::gate::{Gate, gate};
use crate::words::t;

/// What went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// 403: signed in, and not allowed.
    Forbidden,
    /// 404: no such thing, or not to be known.
    NotFound,
    /// 422: what was sent is no form of ours.
    Invalid,
    /// 500: our fault. `maybe_saved` when a form was sent and its outcome is not known.
    Broken {
        /// Whether something may have been saved before it broke.
        maybe_saved: bool,
    },
}

impl Failure {
    /// The status that the page is sent with.
    pub fn status(self) -> u16 {
        match self {
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::Invalid => 422,
            Self::Broken { .. } => 500,
        }
    }

    /// Title, what happened, what can be done.
    fn words(self) -> [String; 3] {
        match self {
            Self::Forbidden => {
                [t("error-forbidden-title"), t("error-forbidden-happened"), t("error-forbidden-do")]
            }
            Self::NotFound => {
                [t("error-not-found-title"), t("error-not-found-happened"), t("error-not-found-do")]
            }
            Self::Invalid => {
                [t("error-invalid-title"), t("error-invalid-happened"), t("error-invalid-do")]
            }
            Self::Broken { .. } => {
                [t("error-broken-title"), t("error-broken-happened"), t("error-broken-do")]
            }
        }
    }

    fn saved(self) -> String {
        match self {
            Self::Broken { maybe_saved: true } => t("error-maybe-saved"),
            _ => t("error-nothing-saved"),
        }
    }
}

/// The page of a failure; send it with [`Failure::status`].
pub fn failure(failure: Failure, look: Look, support_id: String) -> String {
    let [title, happened, todo] = failure.words();
    let frame = Gate { title: title.clone(), look, foot: String::new() };
    let body = move || {
        view! {
            <h1>{title}</h1>
            <p class="lede">{happened}</p>
            <Facts>
                <Fact term=t("error-saved")>{failure.saved()}</Fact>
                <Fact term=t("error-do")>{todo}</Fact>
                <Fact term=t("error-support-id")>
                    <code>{support_id}</code>
                </Fact>
            </Facts>
            <div class="acts">
                <LinkButton href="/" kind=ButtonKind::Go>
                    {t("error-home")}
                </LinkButton>
            </div>
        }
    };
    gate(frame, body, None)
}

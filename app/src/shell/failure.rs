//! Pages that say what went wrong: what happened, what is saved, what you can do, and the number
//! under which it can be found.

use leptos::prelude::*;
use usher_ui::{Button, ButtonKind, Fact, Facts, LinkButton};

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
    /// 503: the database does not answer, or takes nothing at present.
    Unavailable,
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
            Self::Unavailable => 503,
            Self::Broken { .. } => 500,
        }
    }

    /// Title, what happened, what can be done.
    fn words(self, again: Option<&Again>) -> [String; 3] {
        match self {
            Self::Unavailable => [
                t("error-unavailable-title"),
                t("error-unavailable-happened"),
                match again {
                    Some(again) if again.is_form_with_key() => t("error-unavailable-send-again"),
                    _ => t("error-unavailable-do"),
                },
            ],
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

    fn saved(self, again: Option<&Again>) -> String {
        match (self, again) {
            (Self::Unavailable, Some(Again { fields: Some(_), .. })) => t("error-kept-here"),
            (Self::Unavailable, None) | (Self::Broken { maybe_saved: true }, _) => {
                t("error-maybe-saved")
            }
            _ => t("error-nothing-saved"),
        }
    }
}

/// What the visitor asked for, to ask it again from the page of a failure.
#[derive(Clone, Debug)]
pub struct Again {
    /// Path and query.
    pub action: String,
    /// What was sent; `None` when a page was looked at.
    pub fields: Option<Vec<(String, String)>>,
}

impl Again {
    /// A form with its own key acts once, however often it is sent.
    fn is_form_with_key(&self) -> bool {
        self.fields.iter().flatten().any(|(name, _)| name == "key")
    }

    fn view(self) -> AnyView {
        let Some(fields) = self.fields else {
            return view! {
                <LinkButton href=self.action kind=ButtonKind::Go>
                    {t("error-again")}
                </LinkButton>
            }
            .into_any();
        };
        let fields = fields
            .into_iter()
            .map(|(name, value)| view! { <input type="hidden" name=name value=value /> })
            .collect_view();
        view! {
            <form method="post" action=self.action>
                {fields}
                <Button kind=ButtonKind::Go>{t("error-send-again")}</Button>
            </form>
        }
        .into_any()
    }
}

/// The page of a failure; send it with [`Failure::status`]. `again` is what may be asked once more from it.
pub fn failure(failure: Failure, look: Look, support_id: String, again: Option<Again>) -> String {
    let [title, happened, todo] = failure.words(again.as_ref());
    let saved = failure.saved(again.as_ref());
    let frame = Gate { title: title.clone(), look, foot: String::new() };
    let home = if again.is_some() { ButtonKind::Plain } else { ButtonKind::Go };
    let body = move || {
        let again = again.map(Again::view);
        view! {
            <h1>{title}</h1>
            <p class="lede">{happened}</p>
            <Facts>
                <Fact term=t("error-saved")>{saved}</Fact>
                <Fact term=t("error-do")>{todo}</Fact>
                <Fact term=t("error-support-id")>
                    <code>{support_id}</code>
                </Fact>
            </Facts>
            <div class="acts">
                {again}
                <LinkButton href="/" kind=home>
                    {t("error-home")}
                </LinkButton>
            </div>
        }
    };
    gate(frame, body, None)
}

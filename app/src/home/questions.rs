//! Questions of approvers that wait for an answer: nothing goes on before it.

use chrono::{DateTime, Utc};
use leptos::prelude::*;
use usher_operations::request::{CommentView, RequestRow};
use usher_ui::{Acts, Block, LinkButton, Quote, Rows};

use crate::words::{t, t_with};
use crate::{status, when};

/// One question with the item that it is about.
pub(super) struct Question<'a> {
    request: &'a RequestRow,
    item: &'a str,
    pub(super) asked: &'a CommentView,
}

/// Every question about these requests.
pub(super) fn of(requests: &[RequestRow]) -> Vec<Question<'_>> {
    let items = requests.iter().flat_map(|request| request.items.iter().map(move |i| (request, i)));
    items
        .flat_map(|(request, item)| {
            item.questions.iter().map(move |asked| Question { request, item: &item.name, asked })
        })
        .collect()
}

/// The block on the first screen; nothing while nobody asks.
pub(super) fn view(questions: &[Question<'_>], now: DateTime<Utc>) -> Option<AnyView> {
    if questions.is_empty() {
        return None;
    }
    let rows = questions.iter().map(|question| row(question, now)).collect::<Vec<_>>();
    let block = view! {
        <Block id="waits" heading=t("home-waits-for-you")>
            <Rows>{rows}</Rows>
        </Block>
    };
    Some(block.into_any())
}

fn row(question: &Question<'_>, now: DateTime<Utc>) -> AnyView {
    let Question { request, item, asked } = question;
    let href = format!("/requests/{}", request.id);
    let about = t_with(
        "home-question-about",
        &[("number", status::request_number(request.number).into()), ("item", (*item).into())],
    );
    let (name, body) = (asked.author.clone(), asked.body.clone());
    let at = when::time(asked.written_at, now);
    view! {
        <li>
            <p>
                <strong>{name}</strong> " " {t("home-asks-about")} " "
                <a href=href.clone()>{about.clone()}</a> " " {at}
            </p>
            <Quote words=body />
            <Acts>
                <LinkButton href small=true>
                    {t("home-answer")} <span class="vh">{about}</span>
                </LinkButton>
            </Acts>
        </li>
    }
    .into_any()
}

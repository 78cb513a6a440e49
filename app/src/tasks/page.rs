//! The inbox beside the card that is open. On a phone the two are two pages.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use leptos::prelude::*;
use usher_operations::task::{self, TaskDetail};
use usher_ui::{EmptyState, Inbox, Link, LinkButton, PageHead};
use usher_vocabulary::TaskId;

use super::card::{self, Draft};
use super::keys::{self, Subject};
use super::list::{self, Standing};
use crate::words::t;
use crate::{Failure, Place, Visitor, WebError};

/// `GET /tasks`: the list; a wide screen shows the first card beside it.
pub(super) async fn list(visitor: Visitor) -> Result<Response, WebError> {
    let inbox = task::inbox(visitor.cx(), &visitor.caller).await?;
    let first = inbox.rows.first().map(|row| row.id);
    let open = match first {
        Some(id) => Some(task::show(visitor.cx(), &visitor.caller, id).await?),
        None => None,
    };
    draw(visitor, inbox, open, Draft::default(), StatusCode::OK, false).await
}

/// `GET /tasks/{id}`: one card; a wide screen shows the list beside it.
pub(super) async fn card(visitor: Visitor, Path(id): Path<String>) -> Result<Response, WebError> {
    let id = id.parse().map_err(|_| WebError(Failure::NotFound))?;
    show(visitor, id, Draft::default(), StatusCode::OK).await
}

/// The card with what was typed, and what became of it.
pub(super) async fn show(
    mut visitor: Visitor,
    id: TaskId,
    mut draft: Draft,
    status: StatusCode,
) -> Result<Response, WebError> {
    let detail = task::show(visitor.cx(), &visitor.caller, id).await?;
    // Without a form nothing can be given back into it.
    if detail.may_decide
        && let Some(typed) = visitor.typed(&format!("/tasks/{id}/decision"))
    {
        draft.reason = typed.text("reason").to_owned();
    }
    let inbox = task::inbox(visitor.cx(), &visitor.caller).await?;
    draw(visitor, inbox, Some(detail), draft, status, true).await
}

async fn draw(
    visitor: Visitor,
    inbox: task::Inbox,
    open: Option<TaskDetail>,
    draft: Draft,
    status: StatusCode,
    card_open: bool,
) -> Result<Response, WebError> {
    let now = visitor.cx().now();
    let key = visitor.cx().id::<uuid::Uuid>().to_string();
    let standing = Standing::of(&inbox, now);
    let title = match &open {
        Some(detail) if card_open => detail.item.name.clone(),
        _ => t("nav-tasks"),
    };
    let subject = open.as_ref().filter(|_| visitor.has_single_keys()).map(subject);
    let crumbs = if card_open { vec![Link::new("/tasks", t("nav-tasks"))] } else { Vec::new() };
    visitor
        .page_with(status, title, crumbs, Place::Tasks, move || {
            let current = open.as_ref().map(|detail| detail.id);
            let list = list::view(inbox, current, now);
            let summary = draft.errors.summary();
            let card = open.map(|detail| card::view(detail, draft, key, now));
            view! {
                {summary}
                <PageHead title=standing.heading lede=standing.lede />
                {match card {
                    Some(card) => {
                        let inbox = view! { <Inbox card_open>{list} {card}</Inbox> }.into_any();
                        keys::around(inbox, subject)
                    }
                    None => nothing(),
                }}
            }
        })
        .await
}

fn subject(detail: &TaskDetail) -> Subject {
    Subject::Card {
        item: detail.item.name.clone(),
        person: detail.requestee.display_name.clone(),
        reader: detail.requester_name.clone(),
    }
}

fn nothing() -> AnyView {
    view! {
        <EmptyState title=t("tasks-none") words=t("tasks-none-words")>
            <LinkButton href="/requests">{t("nav-my-requests")}</LinkButton>
        </EmptyState>
    }
    .into_any()
}

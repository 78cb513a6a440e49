//! `GET /requests/{id}`: one request with one timeline per item.

use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Utc};
use leptos::prelude::*;
use usher_operations::request::{self, ItemView, RequestView, TaskView};
use usher_ui::{
    Acts, Cell, DataTable, Head, Link, LinkButton, PageHead, Row, RowHead, Said, Split, StatusKind,
};
use usher_vocabulary::{RequestId, StageState, TaskId, TaskState};

use super::steps::About;
use super::{facts, steps, waiting};
use crate::address::Named;
use crate::words::{t, t_with};
use crate::{FormErrors, Place, Visitor, WebError, status, when};

/// An answer that could not be taken, to be shown again.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub(super) task: Option<TaskId>,
    pub(super) text: String,
    pub(super) errors: FormErrors,
}

pub(super) async fn page(
    visitor: Visitor,
    Named(id): Named<RequestId>,
) -> Result<Response, WebError> {
    draw(visitor, id, Draft::default(), StatusCode::OK).await
}

pub(super) async fn draw_answer(
    visitor: Visitor,
    id: RequestId,
    task: TaskId,
    text: String,
    errors: FormErrors,
) -> Result<Response, WebError> {
    draw(visitor, id, Draft { task: Some(task), text, errors }, StatusCode::UNPROCESSABLE_ENTITY)
        .await
}

/// The answer that could not be sent before the session ended, while the question is still open.
fn kept(visitor: &mut Visitor, request: &RequestView) -> Option<Draft> {
    let action = visitor.kept_action()?.to_owned();
    let task: TaskId =
        action.strip_prefix("/requests/tasks/")?.strip_suffix("/answer")?.parse().ok()?;
    let mut stages = request.items.iter().flat_map(|item| &item.stages);
    let is_open = stages.any(|stage| {
        let waits = |t: &TaskView| t.id == task && t.state == TaskState::Returned;
        stage.state == StageState::Open && stage.tasks.iter().any(waits)
    });
    if !is_open || !request.may_answer {
        return None;
    }
    let text = visitor.typed(&action)?.text("answer").to_owned();
    Some(Draft { task: Some(task), text, ..Draft::default() })
}

async fn draw(
    mut visitor: Visitor,
    id: RequestId,
    draft: Draft,
    status: StatusCode,
) -> Result<Response, WebError> {
    let request = request::show(visitor.cx(), &visitor.caller, id).await?;
    let draft = kept(&mut visitor, &request).unwrap_or(draft);
    let now = visitor.cx().now();
    let key = visitor.cx().id::<uuid::Uuid>().to_string();
    let title = status::request_number(request.number);
    let crumbs = vec![Link::new("/requests", t("nav-my-requests"))];
    visitor
        .page_with(status, title, crumbs, Place::MyRequests, move || {
            view(&request, &draft, &key, now)
        })
        .await
}

fn view(request: &RequestView, draft: &Draft, key: &str, now: DateTime<Utc>) -> AnyView {
    let title = request.items.iter().map(|item| item.name.clone()).collect::<Vec<_>>().join(", ");
    let over = t_with(
        "request-over",
        &[
            ("number", status::request_number(request.number).into()),
            ("name", request.requestee.clone().into()),
        ],
    );
    let lede = waiting::sentence(request, now);
    let withdraw = request.may_withdraw.then(|| {
        let href = format!("/requests/{}/withdraw", request.id);
        view! { <LinkButton href>{t("requests-withdraw")}</LinkButton> }
    });
    let refresh = format!("/requests/{}", request.id);
    let table = asked_for(request, now);
    let timelines = request
        .items
        .iter()
        .map(|item| steps::timeline(About { request, item, draft, key, now }))
        .collect::<Vec<_>>();
    let aside = facts::aside(request, now);
    let summary = (!draft.errors.is_empty()).then(|| draft.errors.summary());
    view! {
        <PageHead over title lede>
            <Acts>
                <LinkButton href=refresh>{t("request-refresh")}</LinkButton>
                {withdraw}
            </Acts>
        </PageHead>
        {summary}
        {table}
        <Split>
            <div>{timelines}</div>
            {aside}
        </Split>
    }
    .into_any()
}

fn asked_for(request: &RequestView, now: DateTime<Utc>) -> AnyView {
    let heads = vec![
        Head::words(t("access-access")),
        Head::words(t("requests-state")),
        Head::time(t("access-until")),
    ];
    let rows = request.items.iter().map(|item| item_row(item, now)).collect::<Vec<_>>();
    view! {
        <DataTable caption=t("request-asked-for") heads>
            {rows}
        </DataTable>
    }
    .into_any()
}

fn item_row(item: &ItemView, now: DateTime<Utc>) -> AnyView {
    let note = t_with(
        "request-item-note",
        &[
            ("system", item.application.clone().into()),
            ("words", status::risk(item.risk).words.into()),
        ],
    );
    let said = if waiting::waits_for_answer(item) {
        Said::new(StatusKind::Wait, t("requests-question")).view()
    } else {
        status::as_seen(status::of(item.words.key()), &item.lines).view()
    };
    let until = match item.ended_at.or(item.until) {
        Some(at) => when::time(at, now),
        None => {
            let length = chrono::TimeDelta::seconds(item.asked_seconds);
            t_with("request-length", &[("words", when::duration(length).into())]).into_any()
        }
    };
    let name = item.name.clone();
    view! {
        <Row>
            <RowHead note=note>{name}</RowHead>
            <Cell label=t("requests-state")>{said}</Cell>
            <Cell label=t("access-until")>{until}</Cell>
        </Row>
    }
    .into_any()
}

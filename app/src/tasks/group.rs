//! The same item for several people: one decision, with exceptions.

use std::collections::HashSet;

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Utc};
use leptos::prelude::*;
use usher_operations::Key;
use usher_operations::task::{self, Decide, DecideError, InboxRow};
use usher_ui::{
    Button, ButtonKind, Cell, Column, DataTable, DecideBar, EmptyState, Head, Link, LinkButton,
    PageHead, Row, RowCheck, RowHead, TextArea,
};
use usher_vocabulary::{CatalogueItemId, TaskId};

use super::decision::{decision, errors};
use super::group_result::{self, Outcome};
use super::keys::{self, Subject};
use crate::words::{t, t_with};
use crate::{Failure, FormErrors, Place, Posted, Visitor, WebError, when};

/// What was ticked and typed, and what stood in its way.
struct Draft {
    ticked: Option<HashSet<TaskId>>,
    reason: String,
    errors: FormErrors,
}

impl Draft {
    /// Everything ticked.
    fn fresh() -> Self {
        Self { ticked: None, reason: String::new(), errors: FormErrors::default() }
    }

    fn has(&self, task: TaskId) -> bool {
        self.ticked.as_ref().is_none_or(|ticked| ticked.contains(&task))
    }
}

/// `GET /tasks/group/{catalogue_item}`.
pub(super) async fn page(visitor: Visitor, Path(item): Path<String>) -> Result<Response, WebError> {
    let item = item.parse().map_err(|_| WebError(Failure::NotFound))?;
    draw(visitor, item, Draft::fresh(), StatusCode::OK).await
}

/// `POST /tasks/group/{catalogue_item}`: decides each task in its own transaction.
pub(super) async fn decide(
    visitor: Visitor,
    Path(item): Path<String>,
    posted: Posted,
) -> Result<Response, WebError> {
    let item: CatalogueItemId = item.parse().map_err(|_| WebError(Failure::NotFound))?;
    let ticked = ticked(&posted)?;
    let (decision, reason) = (decision(&posted)?, posted.text("reason").to_owned());
    let draft = |errors| Draft {
        ticked: Some(ticked.iter().map(|(task, _)| *task).collect()),
        reason: reason.clone(),
        errors,
    };
    if ticked.is_empty() {
        let mut errors = FormErrors::default();
        errors.add("task", "none_ticked");
        return draw(visitor, item, draft(errors), StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let rows = rows_of(&visitor, item).await?;
    let mut outcomes = Vec::new();
    for (task, version) in &ticked {
        let input = Decide { task: *task, decision, reason: reason.clone(), version: *version };
        let key = Key::parse(&format!("{}:{task}", posted.text("key")));
        match task::decide(visitor.cx(), &visitor.caller, &input, key.as_ref()).await {
            // The words are the same for all: the first task stops the others.
            Err(DecideError::Fields(faults)) => {
                let draft = draft(errors(faults));
                return draw(visitor, item, draft, StatusCode::UNPROCESSABLE_ENTITY).await;
            }
            answer => {
                let row = rows.iter().find(|row| row.id == *task);
                outcomes.push(Outcome::of(&visitor, *task, row, answer).await?);
            }
        }
    }
    group_result::page(visitor, decision, outcomes).await
}

/// The tasks that were ticked, each with the version that was shown.
fn ticked(posted: &Posted) -> Result<Vec<(TaskId, Option<i64>)>, WebError> {
    let mut found: Vec<(TaskId, Option<i64>)> = Vec::new();
    for value in posted.all("task") {
        let (task, version) = value.split_once('.').unwrap_or((value, ""));
        let task = task.parse().map_err(|_| WebError(Failure::Invalid))?;
        if found.iter().all(|(known, _)| *known != task) {
            found.push((task, version.parse().ok()));
        }
    }
    Ok(found)
}

async fn rows_of(visitor: &Visitor, item: CatalogueItemId) -> Result<Vec<InboxRow>, WebError> {
    let mut rows = task::inbox(visitor.cx(), &visitor.caller).await?.rows;
    rows.retain(|row| row.catalogue_item == item && !row.waits_for_answer);
    Ok(rows)
}

async fn draw(
    mut visitor: Visitor,
    item: CatalogueItemId,
    mut draft: Draft,
    status: StatusCode,
) -> Result<Response, WebError> {
    let rows = rows_of(&visitor, item).await?;
    if !rows.is_empty()
        && let Some(typed) = visitor.typed(&format!("/tasks/group/{item}"))
    {
        draft.ticked = Some(ticked(&typed)?.into_iter().map(|(task, _)| task).collect());
        draft.reason = typed.text("reason").to_owned();
    }
    let now = visitor.cx().now();
    let key = visitor.cx().id::<uuid::Uuid>().to_string();
    let subject = visitor.has_single_keys().then_some(Subject::Ticked);
    let crumbs = vec![Link::new("/tasks", t("nav-tasks"))];
    visitor
        .page_with(status, t("tasks-together"), crumbs, Place::Tasks, move || {
            if rows.is_empty() {
                return nothing();
            }
            let action = format!("/tasks/group/{item}");
            keys::around(form(rows, draft, key, action, now), subject)
        })
        .await
}

fn nothing() -> AnyView {
    view! {
        <PageHead title=t("tasks-together-none") />
        <EmptyState title=t("tasks-none") words=t("tasks-together-none-words")>
            <LinkButton href="/tasks">{t("nav-tasks")}</LinkButton>
        </EmptyState>
    }
    .into_any()
}

fn form(
    rows: Vec<InboxRow>,
    draft: Draft,
    key: String,
    action: String,
    now: DateTime<Utc>,
) -> AnyView {
    let item = rows.first().map(|row| row.name.clone()).unwrap_or_default();
    let system = rows.first().map(|row| row.application.clone()).unwrap_or_default();
    let title = t_with(
        "tasks-together-heading",
        &[("item", item.into()), ("system", system.into()), ("count", rows.len().into())],
    );
    let summary = draft.errors.summary();
    let error = draft.errors.of("reason");
    let table = table(&rows, &draft, now);
    view! {
        {summary}
        <PageHead title lede=t("tasks-together-lede") />
        <form method="post" action=action aria-label=t("tasks-decision")>
            <input type="hidden" name="key" value=key />
            {table}
            <TextArea
                name="reason"
                label=t("tasks-reason-for-all")
                hint=t("tasks-reason-for-all-hint")
                error=error
                value=draft.reason
                rows=2
            />
            <DecideBar>
                <Button kind=ButtonKind::Go name="decision" value="approve">
                    {t("tasks-approve-ticked")}
                </Button>
                <Button name="decision" value="deny">
                    {t("tasks-deny-ticked")}
                </Button>
            </DecideBar>
        </form>
    }
    .into_any()
}

fn table(rows: &[InboxRow], draft: &Draft, now: DateTime<Utc>) -> AnyView {
    let heads = vec![
        Head::hidden(t("tasks-tick")),
        Head::words(t("tasks-for")),
        Head::words(t("tasks-why")),
        Head::words(t("tasks-how-long")),
        Head::time(t("tasks-due")),
    ];
    let lines = rows.iter().map(|row| line(row, draft.has(row.id), now)).collect::<Vec<_>>();
    view! {
        <div id="task" tabindex="-1">
            <DataTable caption=t("tasks-together") heads quiet=true>
                {lines}
            </DataTable>
        </div>
    }
    .into_any()
}

fn line(row: &InboxRow, checked: bool, now: DateTime<Utc>) -> AnyView {
    let label = t_with("tasks-tick-one", &[("name", row.requestee.clone().into())]);
    let value = format!("{}.{}", row.id, row.version);
    let asked_by = (row.requester != row.requestee)
        .then(|| t_with("tasks-asked-by", &[("name", row.requester.clone().into())]));
    let href = format!("/tasks/{}", row.id);
    let due = row.due_at.map(|due| when::time(due, now));
    let (name, reason, long) =
        (row.requestee.clone(), row.reason.clone(), when::duration(row.duration));
    view! {
        <Row>
            <Cell>
                <RowCheck name="task" value label checked />
            </Cell>
            <RowHead note=asked_by>
                <a href=href>{name}</a>
            </RowHead>
            <Cell label=t("tasks-why")>{reason}</Cell>
            <Cell label=t("tasks-how-long")>{long}</Cell>
            <Cell label=t("tasks-due") column=Column::Time>
                {due}
            </Cell>
        </Row>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_is_ticked_once_and_garbage_is_refused() {
        let id = "0190b4a0-0000-7000-8000-000000000001";
        let posted = Posted::parse(format!("task={id}.3&task={id}.4").as_bytes());
        let found = ticked(&posted).expect("a task");
        assert_eq!(found, [(id.parse().expect("an id"), Some(3))]);
        assert!(ticked(&Posted::parse(b"task=nonsense")).is_err());
        assert!(ticked(&Posted::default()).expect("nothing").is_empty());
    }
}

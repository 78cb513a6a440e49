//! What became of each task that was decided together with others.

use axum::response::Response;
use leptos::prelude::*;
use usher_operations::Fault;
use usher_operations::task::{self, DecideError, Decided, InboxRow};
use usher_ui::{
    Cell, DataTable, Glyph, Head, Link, LinkButton, PageHead, Row, RowHead, Said, StatusKind,
};
use usher_vocabulary::{Decision, TaskId};

use super::card::closing_words;
use crate::words::{t, t_with};
use crate::{Place, Visitor, WebError, status};

/// The answer for one task.
pub(super) struct Outcome {
    task: TaskId,
    person: String,
    number: String,
    was_decided: bool,
    said: Said,
}

impl Outcome {
    /// Puts an answer into words. `row` is the task as it stood in the inbox before.
    pub(super) async fn of(
        visitor: &Visitor,
        task: TaskId,
        row: Option<&InboxRow>,
        answer: Result<Decided, DecideError>,
    ) -> Result<Self, WebError> {
        let (was_decided, said) = match answer {
            Ok(decided) => (true, done(decided.decision)),
            Err(DecideError::NotOpen) => {
                let now = visitor.cx().now();
                let words = match task::show(visitor.cx(), &visitor.caller, task).await {
                    Ok(detail) => closing_words(&detail, now),
                    Err(_) => t("tasks-is-not-open"),
                };
                (false, Said::new(StatusKind::Off, words))
            }
            Err(DecideError::Fields(_) | DecideError::Fault(Fault::Stale)) => {
                (false, Said::new(StatusKind::Wait, t("tasks-changed-words")))
            }
            Err(DecideError::Fault(Fault::Denied(_) | Fault::NotFound)) => {
                (false, Said::new(StatusKind::Off, t("tasks-not-yours")))
            }
            Err(DecideError::Fault(fault)) => return Err(fault.into()),
        };
        let (person, number) = match row {
            Some(row) => (row.requestee.clone(), row.number),
            None => match task::show(visitor.cx(), &visitor.caller, task).await {
                Ok(detail) => (detail.requestee.display_name, detail.number),
                Err(_) => {
                    let person = t("tasks-somebody");
                    return Ok(Self { task, person, number: String::new(), was_decided, said });
                }
            },
        };
        let number = status::request_number(number);
        Ok(Self { task, person, number, was_decided, said })
    }
}

fn done(decision: Decision) -> Said {
    match decision {
        Decision::Approve => {
            Said::new(StatusKind::Off, t("tasks-result-approved")).with(Glyph::Applied)
        }
        Decision::Deny => Said::new(StatusKind::Off, t("tasks-result-denied")),
        Decision::Ask => Said::new(StatusKind::Wait, t("tasks-result-asked")),
    }
}

/// The page after a decision on several tasks.
pub(super) async fn page(
    visitor: Visitor,
    decision: Decision,
    outcomes: Vec<Outcome>,
) -> Result<Response, WebError> {
    let decided = outcomes.iter().filter(|outcome| outcome.was_decided).count();
    let left = outcomes.len() - decided;
    let count = [("count", decided.into())];
    let title = match decision {
        Decision::Deny => t_with("tasks-result-heading-denied", &count),
        Decision::Approve | Decision::Ask => t_with("tasks-result-heading-approved", &count),
    };
    let lede = (left > 0).then(|| t_with("tasks-result-left", &[("count", left.into())]));
    let crumbs = vec![Link::new("/tasks", t("nav-tasks"))];
    visitor
        .page(t("tasks-result"), crumbs, Place::Tasks, move || {
            let heads = vec![Head::words(t("tasks-for")), Head::words(t("tasks-result"))];
            let rows = outcomes.into_iter().map(line).collect::<Vec<_>>();
            view! {
                <PageHead title lede>
                    <LinkButton href="/tasks">{t("tasks-result-back")}</LinkButton>
                </PageHead>
                <DataTable caption=t("tasks-result") heads quiet=true>
                    {rows}
                </DataTable>
            }
        })
        .await
}

fn line(outcome: Outcome) -> AnyView {
    let href = format!("/tasks/{}", outcome.task);
    let (person, number, said) = (outcome.person, outcome.number, outcome.said.view());
    view! {
        <Row>
            <RowHead note=number>
                <a href=href>{person}</a>
            </RowHead>
            <Cell label=t("tasks-result")>{said}</Cell>
        </Row>
    }
    .into_any()
}

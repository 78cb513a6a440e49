//! What the card says about the request: for whom, why, how long, and what comes then.

use chrono::{DateTime, TimeDelta, Utc};
use leptos::prelude::*;
use usher_operations::assignment::AccessRow;
use usher_operations::people::Brief;
use usher_operations::request::{CommentView, ItemView, StageView};
use usher_operations::task::TaskDetail;
use usher_ui::{Cell, Column, DataTable, Fact, Facts, Head, IdLine, Quote, Row, RowHead};
use usher_vocabulary::{ApproverRule, StageMode, StageState, TaskState};

use crate::words::{t, t_with};
use crate::{status, when};

/// The facts, in the order in which an approver asks for them.
pub(super) fn view(detail: TaskDetail, now: DateTime<Utc>) -> AnyView {
    let clock = clock(&detail, now);
    let long = how_long(&detail.item, now);
    let asked_by_other = detail.request.requester != detail.request.requestee;
    let requester = asked_by_other.then_some(detail.requester_name);
    let whom = whom(&detail.requestee, requester, detail.is_report, now);
    let reason = detail.request.reason;
    let before = before(&detail.item, now);
    let talk = talk(detail.item.comments.clone(), now);
    let then = then(&detail.item);
    let policy = t_with(
        "tasks-policy",
        &[
            ("name", detail.item.policy.into()),
            ("number", detail.item.policy_version.to_string().into()),
        ],
    );
    view! {
        <Facts>
            <Fact term=t("tasks-for")>{whom}</Fact>
            <Fact term=t("tasks-why")>
                <Quote words=reason />
            </Fact>
            {talk}
            <Fact term=t("tasks-how-long")>{long}</Fact>
            {before}
            <Fact term=t("tasks-then") note=policy>
                {then}
            </Fact>
            <Fact term=t("tasks-clock")>{clock}</Fact>
        </Facts>
    }
    .into_any()
}

fn whom(person: &Brief, requester: Option<String>, is_report: bool, now: DateTime<Utc>) -> AnyView {
    let after = [person.title.as_deref(), person.unit.as_deref(), person.location.as_deref()]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(", ");
    let mut note = Vec::new();
    if let Some(kind) = person.kind {
        let kind = crate::people::relationship(kind);
        note.push(match person.ends_at {
            Some(end) => t_with(
                "tasks-kind-until",
                &[("words", kind.into()), ("until", when::words(end, now).into())],
            ),
            None => t_with("tasks-kind", &[("words", kind.into())]),
        });
    }
    if is_report {
        note.push(t("tasks-reports-to-you"));
    }
    if let Some(name) = requester {
        note.push(t_with("tasks-asked-by", &[("name", name.into())]));
    }
    let (name, note) = (person.display_name.clone(), note.join(" "));
    view! { <IdLine name after note /> }.into_any()
}

fn talk(comments: Vec<CommentView>, now: DateTime<Utc>) -> Option<AnyView> {
    let said = comments
        .into_iter()
        .map(|comment| {
            let args = [
                ("name", comment.author.into()),
                ("until", when::words(comment.written_at, now).into()),
            ];
            let who = if comment.is_question {
                t_with("tasks-question-by", &args)
            } else {
                t_with("tasks-answer-by", &args)
            };
            view! {
                <Quote words=comment.body />
                <small>{who}</small>
            }
            .into_any()
        })
        .collect::<Vec<_>>();
    (!said.is_empty()).then(|| view! { <Fact term=t("tasks-questions")>{said}</Fact> }.into_any())
}

fn how_long(item: &ItemView, now: DateTime<Utc>) -> String {
    let length = TimeDelta::seconds(item.asked_seconds);
    match item.starts_at.filter(|start| *start > now) {
        Some(start) => t_with(
            "tasks-long-from",
            &[("words", when::duration(length).into()), ("until", when::words(start, now).into())],
        ),
        None => t_with(
            "tasks-long",
            &[
                ("words", when::duration(length).into()),
                ("until", when::words(now + length, now).into()),
            ],
        ),
    }
}

/// Who has decided already.
fn before(item: &ItemView, now: DateTime<Utc>) -> Option<AnyView> {
    let said: Vec<String> = item
        .stages
        .iter()
        .flat_map(|stage| &stage.tasks)
        .filter(|task| task.state == TaskState::Approved)
        .filter_map(|task| {
            let at = task.decided_at?;
            let args =
                [("name", task.approver.clone().into()), ("until", when::words(at, now).into())];
            Some(t_with("tasks-was-approved", &args))
        })
        .collect();
    (!said.is_empty())
        .then(|| view! { <Fact term=t("tasks-before")>{said.join(" ")}</Fact> }.into_any())
}

/// What follows an approval: the stages that wait, then the system.
fn then(item: &ItemView) -> String {
    let mut said: Vec<String> = item
        .stages
        .iter()
        .filter(|stage| stage.state == StageState::Waiting)
        .map(stage_words)
        .collect();
    let system = [("system", item.application.clone().into()), ("item", item.name.clone().into())];
    said.push(if item.is_extension {
        t_with("tasks-then-extended", &system)
    } else {
        t_with("tasks-then-set-up", &system)
    });
    said.join(" ")
}

fn stage_words(stage: &StageView) -> String {
    let names = stage.tasks.iter().map(|task| task.approver.as_str()).collect::<Vec<_>>();
    let as_what = match stage.rule {
        ApproverRule::Manager => t("tasks-rule-manager"),
        ApproverRule::ApplicationOwner => t("tasks-rule-owner"),
        ApproverRule::Group => t("tasks-rule-group"),
    };
    let args = [
        ("count", names.len().into()),
        ("name", names.join(", ").into()),
        ("words", as_what.into()),
    ];
    match stage.mode {
        StageMode::Any => t_with("tasks-stage-any", &args),
        StageMode::All => t_with("tasks-stage-all", &args),
    }
}

fn clock(detail: &TaskDetail, now: DateTime<Utc>) -> String {
    let asked = when::words(detail.request.submitted_at, now);
    match detail.due_at {
        Some(due) => t_with(
            "tasks-clock-due",
            &[("words", asked.into()), ("until", when::words(due, now).into())],
        ),
        None if detail.state == TaskState::Returned => t_with(
            "tasks-clock-stands",
            &[("words", asked.into()), ("name", detail.requester_name.clone().into())],
        ),
        None => t_with("tasks-clock-asked", &[("words", asked.into())]),
    }
}

/// What the same person holds in the same application.
pub(super) fn held(detail: &TaskDetail, now: DateTime<Utc>) -> Option<AnyView> {
    let caption = t_with(
        "tasks-held",
        &[
            ("name", detail.requestee.display_name.clone().into()),
            ("system", detail.item.application.clone().into()),
        ],
    );
    let rows = detail.held.iter().map(|row| held_row(row, now)).collect::<Vec<_>>();
    let heads = vec![
        Head::words(t("tasks-held-access")),
        Head::words(t("tasks-held-why")),
        Head::words(t("tasks-held-state")),
        Head::time(t("tasks-held-until")),
    ];
    (!rows.is_empty()).then(|| {
        view! {
            <section>
                <DataTable caption heads>
                    {rows}
                </DataTable>
            </section>
        }
        .into_any()
    })
}

fn held_row(row: &AccessRow, now: DateTime<Utc>) -> AnyView {
    let why = crate::people::why(row);
    let said = status::of_other(row.words.key()).view();
    let until = when::time(row.until, now);
    let (name, note) = (row.name.clone(), row.effect.clone());
    view! {
        <Row>
            <RowHead note>{name}</RowHead>
            <Cell label=t("tasks-held-why")>{why}</Cell>
            <Cell label=t("tasks-held-state")>{said}</Cell>
            <Cell label=t("tasks-held-until") column=Column::Time>
                {until}
            </Cell>
        </Row>
    }
    .into_any()
}

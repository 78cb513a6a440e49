//! The card of one task: what is asked, for whom, why, and the form that decides.

use chrono::{DateTime, Utc};
use leptos::prelude::*;
use usher_operations::task::TaskDetail;
use usher_ui::{Button, ButtonKind, Card, DecideBar, Note, NoteKind, Said, StatusKind, TextArea};
use usher_vocabulary::{DecisionState, TaskState};

use super::facts;
use crate::words::{t, t_with};
use crate::{FormErrors, status, when};

/// Longest reason that is taken, in characters; the operation says so as well.
const LONGEST_REASON: u32 = 2000;

/// What was typed, and what stood in its way.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub(super) reason: String,
    pub(super) errors: FormErrors,
    /// The request changed between being shown and being decided.
    pub(super) is_stale: bool,
}

/// The card; `key` makes a form that is sent twice act once.
pub(super) fn view(detail: TaskDetail, draft: Draft, key: String, now: DateTime<Utc>) -> AnyView {
    let verb =
        if detail.item.is_extension { t("tasks-verb-extend") } else { t("tasks-verb-grant") };
    let over = status::request_number(detail.number);
    let said = due(&detail, now);
    let intro = t_with(
        "tasks-card-intro",
        &[
            ("system", detail.item.application.clone().into()),
            ("words", detail.item.effect.clone().into()),
        ],
    );
    let risk = status::risk(detail.item.risk).view();
    let closed = (!detail.is_open).then(|| closed(&detail, now));
    let changed = draft.is_stale.then(|| {
        view! {
            <Note kind=NoteKind::Wait title=t("tasks-changed")>
                {t("tasks-changed-words")}
            </Note>
        }
    });
    let form = detail.may_decide.then(|| form(&detail, draft, key));
    let title = detail.item.name.clone();
    let held = facts::held(&detail, now);
    let facts = facts::view(detail, now);
    view! {
        <Card id="card" over said verb title>
            <p class="mute">{intro} " " {risk}</p>
            {closed}
            {changed}
            {facts}
            {form}
            {held}
        </Card>
    }
    .into_any()
}

fn due(detail: &TaskDetail, now: DateTime<Utc>) -> Option<Said> {
    if !detail.is_open {
        return Some(Said::new(StatusKind::Off, t("tasks-closed")));
    }
    if detail.state == TaskState::Returned {
        return Some(Said::new(StatusKind::Off, t("tasks-waits-for-answer")));
    }
    let due = detail.due_at?;
    Some(if detail.is_overdue {
        let late = t_with("tasks-is-late", &[("words", when::span(now - due).into())]);
        Said::new(StatusKind::Bad, late)
    } else {
        let words = t_with(
            "tasks-due-in",
            &[("until", when::words(due, now).into()), ("words", when::span(due - now).into())],
        );
        Said::new(StatusKind::Wait, words)
    })
}

/// Why there is nothing to decide any more, in words that name who did it.
pub(super) fn closing_words(detail: &TaskDetail, now: DateTime<Utc>) -> String {
    let stage = detail.item.stages.iter().find(|s| s.tasks.iter().any(|task| task.id == detail.id));
    let answer = stage
        .into_iter()
        .flat_map(|stage| &stage.tasks)
        .filter(|task| matches!(task.state, TaskState::Approved | TaskState::Denied))
        .filter_map(|task| task.decided_at.map(|at| (task, at)))
        .max_by_key(|(_, at)| *at);
    match answer {
        Some((task, at)) => {
            let args =
                [("name", task.approver.clone().into()), ("until", when::words(at, now).into())];
            if task.state == TaskState::Approved {
                t_with("tasks-was-approved", &args)
            } else {
                t_with("tasks-was-denied", &args)
            }
        }
        None if detail.item.decision == DecisionState::Cancelled => t("tasks-was-withdrawn"),
        None if detail.item.decision == DecisionState::Denied => t("tasks-was-denied-earlier"),
        None => t("tasks-is-not-open"),
    }
}

fn closed(detail: &TaskDetail, now: DateTime<Utc>) -> AnyView {
    let request = format!("/requests/{}", detail.request.id);
    let words = closing_words(detail, now);
    view! {
        <Note title=t("tasks-closed")>
            {words} " " <a href=request>{t("tasks-see-request")}</a>
        </Note>
    }
    .into_any()
}

fn form(detail: &TaskDetail, draft: Draft, key: String) -> AnyView {
    let action = format!("/tasks/{}/decision", detail.id);
    let name = detail.requester_name.clone();
    let hint = t_with("tasks-reason-hint", &[("name", name.clone().into())]);
    let ask = t_with("tasks-ask", &[("name", name.into())]);
    let version = detail.version.to_string();
    view! {
        <form method="post" action=action aria-label=t("tasks-decision")>
            <input type="hidden" name="key" value=key />
            <input type="hidden" name="version" value=version />
            <TextArea
                name="reason"
                label=t("tasks-reason")
                hint=hint
                error=draft.errors.of("reason")
                value=draft.reason
                rows=2
                maxlength=LONGEST_REASON
            />
            <DecideBar>
                <Button kind=ButtonKind::Go name="decision" value="approve">
                    {t("tasks-approve")}
                </Button>
                <Button name="decision" value="deny">
                    {t("tasks-deny")}
                </Button>
                <Button name="decision" value="ask">
                    {ask}
                </Button>
            </DecideBar>
        </form>
    }
    .into_any()
}

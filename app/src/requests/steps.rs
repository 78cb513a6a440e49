//! The timeline of one item: sent, decided, set up, checked, ended.

use chrono::{DateTime, Utc};
use leptos::prelude::*;
use usher_operations::request::{CommentView, ItemView, RequestView, StageView, TaskView};
use usher_ui::{Block, Button, ButtonKind, Quote, StepKind, TextArea, Timeline, TimelineStep};
use usher_vocabulary::{AssignmentState, DecisionState, StageState, TaskState};

use super::page::Draft;
use super::systems;
use crate::when;
use crate::words::{t, t_with};

/// The item that a timeline is about, and what may be done on it.
#[derive(Clone, Copy)]
pub(super) struct About<'a> {
    pub(super) request: &'a RequestView,
    pub(super) item: &'a ItemView,
    pub(super) draft: &'a Draft,
    /// Makes a form that is sent twice act once; each form adds its task to it.
    pub(super) key: &'a str,
    pub(super) now: DateTime<Utc>,
}

pub(super) fn timeline(about: About<'_>) -> AnyView {
    let About { request, item, now, .. } = about;
    // One item needs no name here: it is the title of the page.
    let (heading, note) = match request.items.as_slice() {
        [_] => (t("request-timeline"), None),
        _ => (item.name.clone(), Some(t("request-timeline"))),
    };
    let id = format!("timeline-{}", item.id);
    let sent = t_with("step-sent", &[("name", request.requester.clone().into())]);
    let sent_when = when::words(request.submitted_at, now);
    let datetime = when::exact(request.submitted_at);
    let reason = request.reason.clone();
    let stages = item.stages.iter().map(|stage| self::stage(about, stage)).collect::<Vec<_>>();
    let closed = closed(item, now);
    let rest = systems::steps(item, now);
    view! {
        <Block id heading note=note>
            <Timeline>
                <TimelineStep kind=StepKind::Step title=sent when=sent_when datetime=datetime>
                    <Quote words=reason />
                </TimelineStep> {stages} {closed} {rest}
            </Timeline>
        </Block>
    }
    .into_any()
}

fn stage(about: About<'_>, stage: &StageView) -> AnyView {
    let names = stage.tasks.iter().map(|task| task.approver.clone()).collect::<Vec<_>>().join(", ");
    let why = crate::access::resolution(&stage.resolution);
    match stage.state {
        StageState::Open | StageState::Satisfied | StageState::Denied => {
            let tasks = stage.tasks.iter().filter(|task| task.state != TaskState::Void);
            tasks.map(|task| self::task(about, stage, task, &why)).collect::<Vec<_>>().into_any()
        }
        StageState::Skipped => {
            let title = t_with("step-skipped", &[("name", names.into())]);
            view! { <TimelineStep kind=StepKind::Step title=title /> }.into_any()
        }
        StageState::Waiting => {
            let title = t_with("step-next", &[("name", names.into())]);
            view! {
                <TimelineStep kind=StepKind::Next title=title>
                    <p>{why}</p>
                </TimelineStep>
            }
            .into_any()
        }
        StageState::Void => ().into_any(),
    }
}

/// One person's part: where all must approve, some have decided while others are waited for.
fn task(about: About<'_>, stage: &StageView, task: &TaskView, why: &str) -> AnyView {
    match task.state {
        TaskState::Open | TaskState::Returned if stage.state == StageState::Open => {
            open(about, stage, task, why)
        }
        _ => decided(stage, task, why, about.item, about.now),
    }
}

fn decided(
    stage: &StageView,
    task: &TaskView,
    why: &str,
    item: &ItemView,
    now: DateTime<Utc>,
) -> AnyView {
    let Some(at) = task.decided_at else { return ().into_any() };
    let name = [("name", task.approver.clone().into())];
    let (kind, title) = if task.state == TaskState::Denied {
        (StepKind::Off, t_with("step-denied", &name))
    } else {
        (StepKind::Step, t_with("step-approved", &name))
    };
    let took =
        stage.opened_at.map(|from| t_with("step-took", &[("words", when::span(at - from).into())]));
    let reason = task.reason.clone().map(|words| view! { <Quote words /> });
    let (when, why) = (when::words(at, now), why.to_owned());
    let datetime = when::exact(at);
    let comments = comments(item, task, now);
    view! {
        <TimelineStep kind title when datetime=datetime>
            <p>{why} " " {took}</p>
            {comments}
            {reason}
        </TimelineStep>
    }
    .into_any()
}

fn open(about: About<'_>, stage: &StageView, task: &TaskView, why: &str) -> AnyView {
    let About { request, item, now, .. } = about;
    let name = task.approver.clone();
    let title = if task.state == TaskState::Returned {
        t_with("step-asks", &[("name", name.into())])
    } else {
        t_with("step-waits", &[("name", name.into())])
    };
    let since =
        stage.opened_at.map(|at| t_with("step-since", &[("until", when::words(at, now).into())]));
    let datetime = stage.opened_at.map(when::exact);
    let due = match (task.due_at, task.is_overdue) {
        (Some(at), true) => t_with("step-late", &[("until", when::words(at, now).into())]),
        (Some(at), false) => t_with("step-due", &[("until", when::words(at, now).into())]),
        (None, _) => t("step-paused"),
    };
    let kind = if task.is_overdue { StepKind::Bad } else { StepKind::Now };
    let comments = comments(item, task, now);
    let form =
        (task.state == TaskState::Returned && request.may_answer).then(|| answer(about, task));
    let nudge = (task.may_nudge && request.may_answer).then(|| nudge(request, task));
    let why = why.to_owned();
    view! {
        <TimelineStep kind title when=since datetime=datetime>
            <p>{why} " " {due}</p>
            {comments}
            {form}
            {nudge}
        </TimelineStep>
    }
    .into_any()
}

fn comments(item: &ItemView, task: &TaskView, now: DateTime<Utc>) -> Vec<AnyView> {
    let of = |comment: &&CommentView| comment.task == Some(task.id);
    item.comments.iter().filter(of).map(|comment| self::comment(comment, now)).collect()
}

fn comment(comment: &CommentView, now: DateTime<Utc>) -> AnyView {
    let args = [
        ("name", comment.author.clone().into()),
        ("until", when::words(comment.written_at, now).into()),
    ];
    let who = if comment.is_question {
        t_with("step-asked", &args)
    } else {
        t_with("step-answered", &args)
    };
    let words = comment.body.clone();
    view! {
        <p class="s dim">{who}</p>
        <Quote words />
    }
    .into_any()
}

fn answer(about: About<'_>, task: &TaskView) -> AnyView {
    let action = format!("/requests/tasks/{}/answer", task.id);
    let back = format!("/requests/{}", about.request.id);
    // The summary of faults leads to the name of the field: only the one at fault bears it as id.
    let refused = Some(about.draft).filter(|draft| draft.task == Some(task.id));
    let id = refused.map_or_else(|| format!("answer-{}", task.id), |_| "answer".to_owned());
    let value = refused.map(|draft| draft.text.clone());
    let error = refused.map(|draft| draft.errors.of("answer")).unwrap_or_default();
    let label = t_with("answer-label", &[("name", task.approver.clone().into())]);
    let key = format!("{}-{}", about.key, task.id);
    view! {
        <form method="post" action=action>
            <input type="hidden" name="key" value=key />
            <input type="hidden" name="return_to" value=back />
            <TextArea name="answer" id label value error small=true maxlength=2000 />
            <Button kind=ButtonKind::Go>{t("answer-send")}</Button>
        </form>
    }
    .into_any()
}

fn nudge(request: &RequestView, task: &TaskView) -> AnyView {
    let action = format!("/requests/tasks/{}/nudge", task.id);
    let back = format!("/requests/{}", request.id);
    let name = task.approver.clone();
    view! {
        <form method="post" action=action>
            <input type="hidden" name="return_to" value=back />
            <Button small=true>{t("nudge-send")} <span class="vh">{name}</span></Button>
        </form>
    }
    .into_any()
}

/// How the decision ended, when it ended without access.
fn closed(item: &ItemView, now: DateTime<Utc>) -> Option<AnyView> {
    let title = match (item.decision, item.desired) {
        (DecisionState::Cancelled, _) => t("step-withdrawn"),
        (DecisionState::Expired, _) => t("step-expired"),
        (DecisionState::Approved, Some(AssignmentState::Scheduled)) => t("step-starts-later"),
        _ => return None,
    };
    let when = item.decided_at.map(|at| when::words(at, now));
    let datetime = item.decided_at.map(when::exact);
    Some(view! { <TimelineStep kind=StepKind::Off title when=when datetime=datetime /> }.into_any())
}

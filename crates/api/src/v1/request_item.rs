//! One item of a request: where it stands, in words and in states, and everything that happened to it.

use chrono::{DateTime, Utc};
use serde::Serialize;
use usher_operations::assignment::Line as LineView;
use usher_operations::request::{ItemView, RequestView, StageView, TaskView};
use usher_vocabulary::uuid::Uuid;
use usher_vocabulary::{DecisionState, Realisation, StageState, TaskState};
use utoipa::ToSchema;

use crate::Api;
use crate::duration::write_duration;

/// One thing that was asked for.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RequestItem {
    id: Uuid,
    catalogue_item: Uuid,
    name: String,
    application: String,
    effect: String,
    risk: String,
    /// Of the item, for example `awaiting_approval`, `provisioning`, `delivered` or `ended`.
    state: String,
    /// What should be: `scheduled`, `active`, `ended`...; null before it is approved.
    desired: Option<String>,
    /// How far the targets are: that of the line that needs most attention; null before there is one.
    realisation: Option<String>,
    /// What a person reads.
    words: String,
    /// The words by their stable key.
    words_key: String,
    /// Id of the access that followed from the approval, for giving it back.
    access: Option<Uuid>,
    duration: String,
    from: Option<DateTime<Utc>>,
    /// First instant without it.
    until: Option<DateTime<Utc>>,
    /// Who must decide now.
    waits_for: Vec<String>,
    due_at: Option<DateTime<Utc>>,
    lines: Vec<Line>,
    timeline: Vec<Moment>,
}

/// How far one target is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Line {
    target: String,
    entitlement: String,
    /// `grant` or `revoke`.
    direction: String,
    realisation: String,
    account: Option<String>,
    applied_at: Option<DateTime<Utc>>,
    verified_at: Option<DateTime<Utc>>,
    /// What a read showed.
    evidence: Option<String>,
    next_try_at: Option<DateTime<Utc>>,
    last_error: Option<String>,
}

/// Something that happened, or that is waited for.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Moment {
    /// `submitted`, `waiting`, `asked`, `answered`, `approved`, `denied`, `withdrawn`, `expired`, `applied`, `verified`,
    /// `not_effective`, `failed` or `ended`. More may come.
    event: String,
    /// Null for what has not happened yet.
    at: Option<DateTime<Utc>>,
    /// Person or target.
    by: Option<String>,
    /// Reason, question, answer or evidence.
    text: Option<String>,
}

pub(crate) fn item(api: &Api, request: &RequestView, view: &ItemView) -> RequestItem {
    let open: Vec<&TaskView> = open_tasks(view).collect();
    RequestItem {
        id: view.id.0,
        catalogue_item: view.catalogue_item.0,
        name: view.name.clone(),
        application: view.application.clone(),
        effect: view.effect.clone(),
        risk: view.risk.to_string(),
        state: view.state.to_string(),
        desired: view.desired.map(|state| state.to_string()),
        realisation: view
            .lines
            .iter()
            .map(|line| line.realisation)
            .max_by_key(|r| concern(*r))
            .map(|r| r.to_string()),
        words: (api.words)(view.words.key()),
        words_key: view.words.key().to_owned(),
        access: view.assignment.map(|id| id.0),
        duration: write_duration(view.asked_seconds),
        from: view.from,
        until: view.until,
        waits_for: open.iter().map(|task| task.approver.clone()).collect(),
        due_at: open.iter().filter_map(|task| task.due_at).min(),
        lines: view.lines.iter().map(line).collect(),
        timeline: timeline(request, view),
    }
}

fn open_tasks(view: &ItemView) -> impl Iterator<Item = &TaskView> {
    view.stages
        .iter()
        .filter(|stage| stage.state == StageState::Open)
        .flat_map(|stage| &stage.tasks)
        .filter(|task| task.state == TaskState::Open)
}

/// Which of several lines is shown as the item's: trouble before work, work before what is done.
fn concern(realisation: Realisation) -> u8 {
    match realisation {
        Realisation::FailedDead => 9,
        Realisation::NotEffective => 8,
        Realisation::Drifted => 7,
        Realisation::FailedRetrying => 6,
        Realisation::WaitingManual => 5,
        Realisation::NotStarted => 4,
        Realisation::InProgress => 3,
        Realisation::Applied => 2,
        Realisation::Unverifiable => 1,
        Realisation::Verified => 0,
    }
}

pub(crate) fn line(line: &LineView) -> Line {
    Line {
        target: line.target.clone(),
        entitlement: line.entitlement.clone(),
        direction: line.direction.to_string(),
        realisation: line.realisation.to_string(),
        account: line.account.clone(),
        applied_at: line.applied_at,
        verified_at: line.verified_at,
        evidence: line.evidence.clone(),
        next_try_at: line.next_try_at,
        last_error: line.last_error.clone(),
    }
}

fn moment(event: &str, at: Option<DateTime<Utc>>, by: Option<&str>, text: Option<&str>) -> Moment {
    Moment { event: event.to_owned(), at, by: by.map(str::to_owned), text: text.map(str::to_owned) }
}

/// From sending to the last read, by time; what is waited for comes last.
fn timeline(request: &RequestView, view: &ItemView) -> Vec<Moment> {
    let mut all = vec![moment(
        "submitted",
        Some(request.submitted_at),
        Some(&request.requester),
        Some(&request.reason),
    )];
    all.extend(view.stages.iter().flat_map(decisions));
    all.extend(view.comments.iter().map(|comment| {
        let event = if comment.is_question { "asked" } else { "answered" };
        moment(event, Some(comment.written_at), Some(&comment.author), Some(&comment.body))
    }));
    match view.decision {
        DecisionState::Cancelled => all.push(moment("withdrawn", view.decided_at, None, None)),
        DecisionState::Expired => all.push(moment("expired", view.decided_at, None, None)),
        _ => {}
    }
    if let Some(at) = view.ended_at {
        all.push(moment("ended", Some(at), None, None));
    }
    all.extend(view.lines.iter().flat_map(outcomes));
    all.sort_by_key(|moment| (moment.at.is_none(), moment.at));
    all
}

fn decisions(stage: &StageView) -> impl Iterator<Item = Moment> {
    stage.tasks.iter().filter_map(|task| {
        let event = match task.state {
            TaskState::Approved => "approved",
            TaskState::Denied => "denied",
            TaskState::Open | TaskState::Returned if stage.state == StageState::Open => "waiting",
            _ => return None,
        };
        Some(moment(event, task.decided_at, Some(&task.approver), task.reason.as_deref()))
    })
}

fn outcomes(line: &LineView) -> Vec<Moment> {
    let target = Some(line.target.as_str());
    let mut found = Vec::new();
    if let Some(at) = line.applied_at {
        found.push(moment("applied", Some(at), target, None));
    }
    match (line.realisation, line.verified_at) {
        (Realisation::Verified, Some(at)) => {
            found.push(moment("verified", Some(at), target, line.evidence.as_deref()));
        }
        (Realisation::NotEffective | Realisation::Drifted, _) => {
            found.push(moment(
                line.realisation.as_str(),
                Some(line.changed_at),
                target,
                line.evidence.as_deref(),
            ));
        }
        (Realisation::FailedDead | Realisation::FailedRetrying, _) => {
            found.push(moment("failed", Some(line.changed_at), target, line.last_error.as_deref()));
        }
        _ => {}
    }
    found
}

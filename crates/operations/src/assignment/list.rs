//! What somebody holds, in words: what, why, until when, and how far each target is.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use usher_authorization::Resource;
use usher_domain::access::{DemandFacts, Words, item_state, words};
use usher_store::{Conn, assignment, demand, person};
use usher_vocabulary::{
    Action, AssignmentId, AssignmentState, CatalogueItemId, DecisionState, Direction, Realisation,
    RequestId, Risk, SubjectId,
};

use crate::{Caller, Context, Fault};

/// How far one target is.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Line {
    pub target: String,
    pub entitlement: String,
    pub direction: Direction,
    pub realisation: Realisation,
    pub account: Option<String>,
    pub applied_at: Option<DateTime<Utc>>,
    pub verified_at: Option<DateTime<Utc>>,
    pub changed_at: DateTime<Utc>,
    /// What a read showed, in words.
    pub evidence: Option<String>,
    /// Whose word it is, where nothing can be read.
    pub confirmed_by: Option<String>,
    pub confirmed_at: Option<DateTime<Utc>>,
    pub next_try_at: Option<DateTime<Utc>>,
    pub last_error: Option<String>,
}

fn line(line: demand::Line) -> Line {
    Line {
        target: line.target_name,
        entitlement: line.entitlement_name,
        direction: line.direction,
        realisation: line.realisation,
        account: line.account_name,
        applied_at: line.applied_at,
        verified_at: line.verified_at,
        changed_at: line.changed_at,
        evidence: line.evidence,
        confirmed_by: line.confirmed_by,
        confirmed_at: line.confirmed_at,
        next_try_at: line.next_try_at,
        last_error: line.last_error,
    }
}

pub(crate) fn demand_facts(lines: &[Line]) -> Vec<DemandFacts> {
    lines
        .iter()
        .map(|l| DemandFacts { direction: l.direction, realisation: l.realisation })
        .collect()
}

/// One thing that somebody holds, held lately or will hold.
#[derive(Debug, Clone, serde::Serialize)]
pub struct AccessRow {
    pub id: AssignmentId,
    pub catalogue_item: CatalogueItemId,
    pub name: String,
    pub effect: String,
    pub application: String,
    pub risk: Risk,
    pub state: AssignmentState,
    pub words: Words,
    pub from: DateTime<Utc>,
    /// First instant without it.
    pub until: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    pub request: Option<RequestId>,
    pub request_number: Option<i64>,
    pub reason: Option<String>,
    pub requested_by: Option<String>,
    pub approved_by: Vec<String>,
    pub approved_at: Option<DateTime<Utc>>,
    pub policy: String,
    pub policy_version: i32,
    pub may_give_back: bool,
    /// From 14 days before the end.
    pub may_extend: bool,
    pub lines: Vec<Line>,
}

/// How long an ended assignment stays on the list.
const SHOWN_AFTER_END: TimeDelta = TimeDelta::days(14);
/// How long before its end an assignment may be extended.
pub(crate) const EXTEND_FROM: TimeDelta = TimeDelta::days(14);

/// What the caller, or somebody they may look at, holds.
///
/// # Errors
/// The caller may not see this person's access.
pub async fn list(
    cx: &Context,
    caller: &Caller,
    of: Option<SubjectId>,
) -> Result<Vec<AccessRow>, Fault> {
    let subject = of.map_or_else(|| caller.person(), Ok)?;
    let mut conn = cx.store.conn().await?;
    let managers = if Some(subject) == caller.principal.id {
        Vec::new()
    } else {
        person::managers(&mut conn, subject, cx.now()).await?
    };
    cx.authorize(caller, Action::ViewAccess, &Resource::Subject { id: subject, managers })?;
    view_of(cx, &mut conn, subject, Some(subject) == caller.principal.id).await
}

/// The rows without asking who looks: for pages that have authorised already.
///
/// # Errors
/// The database failed.
pub async fn view_of(
    cx: &Context,
    conn: &mut Conn,
    subject: SubjectId,
    is_own: bool,
) -> Result<Vec<AccessRow>, Fault> {
    let held = assignment::held(conn, &[subject], held_since(cx)).await?;
    let mut lines = lines_of(conn, &held).await?;
    held.into_iter().map(|h| row(cx, h, &mut lines, is_own)).collect()
}

/// The rows of several people, as others see them.
///
/// # Errors
/// The database failed.
pub(crate) async fn views_of(
    cx: &Context,
    conn: &mut Conn,
    subjects: &[SubjectId],
) -> Result<HashMap<SubjectId, Vec<AccessRow>>, Fault> {
    let held = assignment::held(conn, subjects, held_since(cx)).await?;
    let mut lines = lines_of(conn, &held).await?;
    let mut rows: HashMap<SubjectId, Vec<AccessRow>> = HashMap::new();
    for one in held {
        let subject = one.assignment.subject;
        rows.entry(subject).or_default().push(row(cx, one, &mut lines, false)?);
    }
    Ok(rows)
}

/// What ended before is not listed any more.
pub(crate) fn held_since(cx: &Context) -> DateTime<Utc> {
    cx.now() - SHOWN_AFTER_END
}

/// Lines by the assignment that they belong to.
pub(crate) type Lines = HashMap<AssignmentId, Vec<Line>>;

async fn lines_of(conn: &mut Conn, held: &[assignment::Held]) -> Result<Lines, Fault> {
    let ids: Vec<_> = held.iter().map(|h| h.assignment.id).collect();
    Ok(by_assignment(demand::lines(conn, &ids).await?))
}

pub(crate) fn by_assignment(lines: Vec<demand::Line>) -> Lines {
    let mut by_assignment = Lines::new();
    for one in lines {
        by_assignment.entry(one.assignment).or_default().push(line(one));
    }
    by_assignment
}

pub(crate) fn row(
    cx: &Context,
    held: assignment::Held,
    lines: &mut Lines,
    is_own: bool,
) -> Result<AccessRow, Fault> {
    let now = cx.now();
    let lines = lines.remove(&held.assignment.id).unwrap_or_default();
    let facts = demand_facts(&lines);
    let state = item_state(DecisionState::Approved, Some(held.assignment.state), &facts);
    let is_live = held.assignment.state != AssignmentState::Ended;
    Ok(AccessRow {
        id: held.assignment.id,
        catalogue_item: held.catalogue_item.into(),
        name: held.item_name,
        effect: held.item_effect,
        application: held.application_name,
        risk: held.risk.parse().map_err(usher_store::StoreError::from)?,
        state: held.assignment.state,
        words: words(state, &facts, held.assignment.end_reason),
        from: held.assignment.from,
        until: held.assignment.until,
        ended_at: held.assignment.ended_at,
        request: held.request.map(Into::into),
        request_number: held.request_number,
        reason: held.request_reason,
        requested_by: held.requester_name,
        approved_by: held.approver_names,
        approved_at: held.decided_at,
        policy: held.policy_name,
        policy_version: held.policy_version,
        may_give_back: is_own && is_live,
        may_extend: is_own && is_live && held.assignment.until - now <= EXTEND_FROM,
        lines,
    })
}

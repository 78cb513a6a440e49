//! What somebody holds, in words: what, why, until when, and how far each target is.

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

pub(crate) fn line(line: demand::Line) -> Line {
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
    let now = cx.now();
    let held = assignment::held(conn, subject, now - SHOWN_AFTER_END).await?;
    let ids: Vec<_> = held.iter().map(|h| h.assignment.id).collect();
    let mut lines = demand::lines(conn, &ids).await?;
    held.into_iter()
        .map(|h| {
            let own: Vec<Line> =
                lines.extract_if(.., |l| l.assignment == h.assignment.id).map(line).collect();
            let facts = demand_facts(&own);
            let state = item_state(DecisionState::Approved, Some(h.assignment.state), &facts);
            let is_live = h.assignment.state != AssignmentState::Ended;
            Ok(AccessRow {
                id: h.assignment.id,
                catalogue_item: h.catalogue_item.into(),
                name: h.item_name,
                effect: h.item_effect,
                application: h.application_name,
                risk: h.risk.parse().map_err(usher_store::StoreError::from)?,
                state: h.assignment.state,
                words: words(state, &facts, h.assignment.end_reason),
                from: h.assignment.from,
                until: h.assignment.until,
                ended_at: h.assignment.ended_at,
                request: h.request.map(Into::into),
                request_number: h.request_number,
                reason: h.request_reason,
                requested_by: h.requester_name,
                approved_by: h.approver_names,
                approved_at: h.decided_at,
                policy: h.policy_name,
                policy_version: h.policy_version,
                may_give_back: is_own && is_live,
                may_extend: is_own && is_live && h.assignment.until - now <= EXTEND_FROM,
                lines: own,
            })
        })
        .collect()
}

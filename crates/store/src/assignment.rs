//! What should be: subject x item x time.

use chrono::{DateTime, Utc};
use sqlx::types::Uuid;
use usher_vocabulary::{
    AssignmentId, AssignmentOrigin, AssignmentState, CatalogueItemVersionId, EndReason,
    RequestItemId, SubjectId,
};

use crate::{Conn, Result, Tx, one, word};

/// An assignment as stored. `until` is the first instant without it.
#[derive(Debug, Clone)]
pub struct Assignment {
    pub id: AssignmentId,
    pub subject: SubjectId,
    pub item_version: CatalogueItemVersionId,
    pub origin: AssignmentOrigin,
    pub request_item: Option<RequestItemId>,
    pub state: AssignmentState,
    pub from: DateTime<Utc>,
    pub until: DateTime<Utc>,
    pub end_reason: Option<EndReason>,
    pub ended_at: Option<DateTime<Utc>>,
}

struct Row {
    id: Uuid,
    subject_id: Uuid,
    item_version_id: Uuid,
    origin: String,
    request_item_id: Option<Uuid>,
    state: String,
    from_at: DateTime<Utc>,
    until_at: DateTime<Utc>,
    end_reason: Option<String>,
    ended_at: Option<DateTime<Utc>>,
}

impl TryFrom<Row> for Assignment {
    type Error = crate::StoreError;
    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: row.id.into(),
            subject: row.subject_id.into(),
            item_version: row.item_version_id.into(),
            origin: word(&row.origin)?,
            request_item: row.request_item_id.map(Into::into),
            state: word(&row.state)?,
            from: row.from_at,
            until: row.until_at,
            end_reason: row.end_reason.as_deref().map(word).transpose()?,
            ended_at: row.ended_at,
        })
    }
}

/// A new assignment, scheduled.
///
/// # Errors
/// The database failed; a second assignment for a request item names its constraint.
pub async fn insert(tx: &mut Tx, new: &Assignment, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "insert into assignment (id, subject_id, item_version_id, origin, request_item_id, state, valid, created_at)
         values ($1, $2, $3, $4, $5, $6, tstzrange($7, $8, '[)'), $9)",
        new.id.0,
        new.subject.0,
        new.item_version.0,
        new.origin.as_str(),
        new.request_item.map(|i| i.0),
        new.state.as_str(),
        new.from,
        new.until,
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Takes the lock under which the desired access of one subject changes: settling, giving back,
/// revoking and leaving wait for each other.
///
/// # Errors
/// The database failed.
pub async fn lock_subject(tx: &mut Tx, subject: SubjectId) -> Result<()> {
    sqlx::query!("select id from subject where id = $1 for update", subject.0)
        .fetch_optional(&mut **tx)
        .await?;
    Ok(())
}

/// # Errors
/// The database failed.
pub async fn get(conn: &mut Conn, id: AssignmentId) -> Result<Option<Assignment>> {
    sqlx::query_as!(
        Row,
        r#"select id, subject_id, item_version_id, origin, request_item_id, state,
                lower(valid) as "from_at!", upper(valid) as "until_at!", end_reason, ended_at
         from assignment where id = $1"#,
        id.0,
    )
    .fetch_optional(conn)
    .await?
    .map(Assignment::try_from)
    .transpose()
}

/// Assignments of a subject that have not ended.
///
/// # Errors
/// The database failed.
pub async fn unended(conn: &mut Conn, subject: SubjectId) -> Result<Vec<Assignment>> {
    sqlx::query_as!(
        Row,
        r#"select id, subject_id, item_version_id, origin, request_item_id, state,
                lower(valid) as "from_at!", upper(valid) as "until_at!", end_reason, ended_at
         from assignment where subject_id = $1 and state <> 'ended'
         order by id"#,
        subject.0,
    )
    .fetch_all(conn)
    .await?
    .into_iter()
    .map(Assignment::try_from)
    .collect()
}

/// The assignment of a catalogue item that a subject holds or will hold longest, with its end.
///
/// # Errors
/// The database failed.
pub async fn latest_of_item(
    conn: &mut Conn,
    subject: SubjectId,
    item: usher_vocabulary::CatalogueItemId,
) -> Result<Option<(AssignmentId, DateTime<Utc>)>> {
    let row = sqlx::query!(
        r#"select s.id, upper(s.valid) as "until!"
         from assignment s join catalogue_item_version v on v.id = s.item_version_id
         where s.subject_id = $1 and v.catalogue_item_id = $2 and s.state <> 'ended'
         order by upper(s.valid) desc limit 1"#,
        subject.0,
        item.0,
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| (row.id.into(), row.until)))
}

/// Assignments that came from request items.
///
/// # Errors
/// The database failed.
pub async fn of_request_items(conn: &mut Conn, items: &[RequestItemId]) -> Result<Vec<Assignment>> {
    let ids: Vec<Uuid> = items.iter().map(|i| i.0).collect();
    sqlx::query_as!(
        Row,
        r#"select id, subject_id, item_version_id, origin, request_item_id, state,
                lower(valid) as "from_at!", upper(valid) as "until_at!", end_reason, ended_at
         from assignment where request_item_id = any($1)"#,
        &ids,
    )
    .fetch_all(conn)
    .await?
    .into_iter()
    .map(Assignment::try_from)
    .collect()
}

/// # Errors
/// The database failed, or the assignment is not scheduled any more.
pub async fn start(tx: &mut Tx, id: AssignmentId) -> Result<()> {
    let done = sqlx::query!(
        "update assignment set state = 'active' where id = $1 and state = 'scheduled'",
        id.0
    )
    .execute(&mut **tx)
    .await?;
    one("assignment", done.rows_affected())
}

/// # Errors
/// The database failed, or the assignment has ended already.
pub async fn end(
    tx: &mut Tx,
    id: AssignmentId,
    reason: EndReason,
    now: DateTime<Utc>,
) -> Result<()> {
    let done = sqlx::query!(
        "update assignment set state = 'ended', end_reason = $2, ended_at = $3 where id = $1 and state <> 'ended'",
        id.0,
        reason.as_str(),
        now,
    )
    .execute(&mut **tx)
    .await?;
    one("assignment", done.rows_affected())
}

/// What somebody holds, held or will hold, with the words of it.
#[derive(Debug, Clone)]
pub struct Held {
    pub assignment: Assignment,
    pub catalogue_item: Uuid,
    pub item_name: String,
    pub item_effect: String,
    pub risk: String,
    pub application_name: String,
    pub policy_name: String,
    pub policy_version: i32,
    pub request: Option<Uuid>,
    pub request_number: Option<i64>,
    pub request_reason: Option<String>,
    pub requester_name: Option<String>,
    /// Who approved, in order.
    pub approver_names: Vec<String>,
    pub decided_at: Option<DateTime<Utc>>,
}

/// Assignments of subjects, each subject's by application and item; ended ones only since `ended_after`.
///
/// # Errors
/// The database failed.
pub async fn held(
    conn: &mut Conn,
    subjects: &[SubjectId],
    ended_after: DateTime<Utc>,
) -> Result<Vec<Held>> {
    let subjects: Vec<Uuid> = subjects.iter().map(|subject| subject.0).collect();
    let rows = sqlx::query!(
        r#"select h.id as "id!", h.subject_id as "subject_id!", h.item_version_id as "item_version_id!",
                h.origin as "origin!", h.request_item_id, h.state as "state!", h.from_at as "from_at!",
                h.until_at as "until_at!", h.end_reason, h.ended_at, h.catalogue_item_id as "catalogue_item_id!",
                h.item_name as "item_name!", h.item_effect as "item_effect!", h.risk as "risk!",
                h.application_name as "application_name!", h.policy_name as "policy_name!",
                h.policy_version as "policy_version!", h.request_id as "request_id?", h.number as "number?",
                h.reason as "reason?", h.requester_name as "requester_name?",
                h.approvers as "approvers!", h.decided_at
         -- Planned once, subject by subject: see "Lists of keys" in the README.
         from (select distinct unnest((select $1::uuid[]))) as wanted (subject_id)
         cross join lateral (
             select s.id, s.subject_id, s.item_version_id, s.origin, s.request_item_id, s.state,
                    lower(s.valid) as from_at, upper(s.valid) as until_at, s.end_reason, s.ended_at,
                    v.catalogue_item_id, v.name as item_name, v.effect as item_effect, v.risk,
                    a.name as application_name, po.name as policy_name, pv.version as policy_version,
                    r.id as request_id, r.number, r.reason, q.display_name as requester_name,
                    coalesce((
                        select array_agg(p.display_name order by t.decided_at)
                        from approval_task t join person p on p.subject_id = t.approver_id
                        where t.request_item_id = i.id and t.state = 'approved'
                    ), '{}') as approvers,
                    i.decided_at
             from assignment s
             join catalogue_item_version v on v.id = s.item_version_id
             join catalogue_item c on c.id = v.catalogue_item_id
             join application a on a.id = c.application_id
             left join request_item i on i.id = s.request_item_id
             join assignment_policy_version pv on pv.id = coalesce(i.policy_version_id, v.policy_version_id)
             join assignment_policy po on po.id = pv.policy_id
             left join request r on r.id = i.request_id
             left join person q on q.subject_id = r.requester_id
             where s.subject_id = wanted.subject_id and (s.state <> 'ended' or s.ended_at > $2)
             offset 0
         ) h
         order by h.application_name, h.item_name, h.id"#,
        &subjects,
        ended_after,
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Held {
                catalogue_item: row.catalogue_item_id,
                item_name: row.item_name,
                item_effect: row.item_effect,
                risk: row.risk,
                application_name: row.application_name,
                policy_name: row.policy_name,
                policy_version: row.policy_version,
                request: row.request_id,
                request_number: row.number,
                request_reason: row.reason,
                requester_name: row.requester_name,
                approver_names: row.approvers,
                decided_at: row.decided_at,
                assignment: Assignment::try_from(Row {
                    id: row.id,
                    subject_id: row.subject_id,
                    item_version_id: row.item_version_id,
                    origin: row.origin,
                    request_item_id: row.request_item_id,
                    state: row.state,
                    from_at: row.from_at,
                    until_at: row.until_at,
                    end_reason: row.end_reason,
                    ended_at: row.ended_at,
                })?,
            })
        })
        .collect()
}

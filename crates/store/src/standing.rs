//! What hangs on a person who begins or leaves: lanes, open requests, tokens, timers of relationships.

use chrono::{DateTime, Utc};
use sqlx::types::Uuid;
use usher_vocabulary::{
    ApiTokenId, ConnectorInstanceId, LaneId, RequestId, RequestItemId, SubjectId, TimerId,
    TimerKind, WorkRelationshipId,
};

use crate::{Conn, Result, Tx};

/// Raises the generation of every lane of a subject, so that no call decided before starts after.
/// Returns each with its connector, to be looked at again.
///
/// # Errors
/// The database failed.
pub async fn raise_lanes(
    tx: &mut Tx,
    subject: SubjectId,
) -> Result<Vec<(LaneId, ConnectorInstanceId)>> {
    let rows = sqlx::query!(
        "update lane l set generation = l.generation + 1
         from target t
         where t.id = l.target_id and l.subject_id = $1
         returning l.id, t.connector_instance_id",
        subject.0,
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id.into(), row.connector_instance_id.into())).collect())
}

/// Items of requests for a person that nobody has decided.
///
/// # Errors
/// The database failed.
pub async fn undecided(
    conn: &mut Conn,
    requestee: SubjectId,
) -> Result<Vec<(RequestId, RequestItemId)>> {
    let rows = sqlx::query!(
        "select r.id as request_id, i.id
         from request r join request_item i on i.request_id = r.id
         where r.requestee_id = $1 and i.state = 'awaiting_approval'
         order by r.id, i.position",
        requestee.0,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.request_id.into(), row.id.into())).collect())
}

/// Revokes every token of a person. Returns which.
///
/// # Errors
/// The database failed.
pub async fn revoke_tokens(
    tx: &mut Tx,
    person: SubjectId,
    now: DateTime<Utc>,
) -> Result<Vec<ApiTokenId>> {
    let ids = sqlx::query_scalar!(
        "update api_token set revoked_at = $2 where person_id = $1 and revoked_at is null and expires_at > $2 returning id",
        person.0,
        now,
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(ids.into_iter().map(Into::into).collect())
}

/// Whose relationship it is.
///
/// # Errors
/// The database failed.
pub async fn person_of(
    conn: &mut Conn,
    relationship: WorkRelationshipId,
) -> Result<Option<SubjectId>> {
    let id = sqlx::query_scalar!(
        "select person_id from work_relationship where id = $1",
        relationship.0
    )
    .fetch_optional(conn)
    .await?;
    Ok(id.map(Into::into))
}

/// When something about a relationship falls due; `None` takes the timer back.
#[derive(Debug, Clone, Copy)]
pub struct Due {
    pub id: TimerId,
    pub relationship: WorkRelationshipId,
    pub due_at: Option<DateTime<Utc>>,
}

/// Sets the timers of one kind on relationships.
///
/// # Errors
/// The database failed.
pub async fn set_timers(
    tx: &mut Tx,
    kind: TimerKind,
    timers: &[Due],
    now: DateTime<Utc>,
) -> Result<()> {
    let none: Vec<Uuid> =
        timers.iter().filter(|t| t.due_at.is_none()).map(|t| t.relationship.0).collect();
    sqlx::query!(
        "update timer set cancelled_at = $3
         where kind = $1 and object_id = any($2) and fired_at is null and cancelled_at is null",
        kind.as_str(),
        &none,
        now,
    )
    .execute(&mut **tx)
    .await?;
    let set: Vec<(Uuid, Uuid, DateTime<Utc>)> =
        timers.iter().filter_map(|t| Some((t.id.0, t.relationship.0, t.due_at?))).collect();
    sqlx::query!(
        "insert into timer (id, kind, object_id, due_at)
         select t.id, $1, t.object_id, t.due_at
         from unnest($2::uuid[], $3::uuid[], $4::timestamptz[]) as t (id, object_id, due_at)
         on conflict (kind, object_id) where fired_at is null and cancelled_at is null
         do update set due_at = excluded.due_at",
        kind.as_str(),
        &set.iter().map(|t| t.0).collect::<Vec<_>>(),
        &set.iter().map(|t| t.1).collect::<Vec<_>>(),
        &set.iter().map(|t| t.2).collect::<Vec<_>>(),
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

//! Requests with their plans by the set.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::types::Uuid;
use usher_vocabulary::{
    CatalogueItemVersionId, DecisionState, PolicyVersionId, RequestId, RequestItemId,
};

use crate::request::Request;
use crate::task::{Stage, Task};
use crate::{Result, Tx};

/// Numbers that people call requests by, in order.
///
/// # Errors
/// The database failed.
pub async fn next_numbers(tx: &mut Tx, count: i64) -> Result<Vec<i64>> {
    Ok(sqlx::query_scalar!(
        r#"select nextval('request_number') as "number!" from generate_series(1::bigint, $1)"#,
        count
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// # Errors
/// The database failed.
pub async fn insert(tx: &mut Tx, new: &[Request]) -> Result<()> {
    sqlx::query!(
        "insert into request (id, number, requester_id, requestee_id, reason, channel, correlation_id, submitted_at)
         select * from unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::uuid[],
                              $8::timestamptz[])",
        &new.iter().map(|r| r.id.0).collect::<Vec<_>>(),
        &new.iter().map(|r| r.number).collect::<Vec<_>>(),
        &new.iter().map(|r| r.requester.0).collect::<Vec<_>>(),
        &new.iter().map(|r| r.requestee.0).collect::<Vec<_>>(),
        &new.iter().map(|r| r.reason.clone()).collect::<Vec<_>>(),
        &new.iter().map(|r| r.channel.clone()).collect::<Vec<_>>(),
        &new.iter().map(|r| r.correlation.0).collect::<Vec<_>>(),
        &new.iter().map(|r| r.submitted_at).collect::<Vec<_>>(),
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The only item of a request, decided or not.
#[derive(Debug, Clone)]
pub struct PastItem {
    pub id: RequestItemId,
    pub request: RequestId,
    pub item_version: CatalogueItemVersionId,
    pub policy_version: PolicyVersionId,
    pub state: DecisionState,
    pub duration: TimeDelta,
    pub decided_at: Option<DateTime<Utc>>,
    /// What people needed, and what machines needed after them.
    pub deciding: Option<TimeDelta>,
    pub machine: Option<TimeDelta>,
    pub delivered_at: Option<DateTime<Utc>>,
}

/// # Errors
/// The database failed.
pub async fn insert_items(tx: &mut Tx, new: &[PastItem]) -> Result<()> {
    let millis = |span: Option<TimeDelta>| span.map(|s| s.num_milliseconds());
    sqlx::query!(
        "insert into request_item (id, request_id, position, item_version_id, policy_version_id, state, duration_seconds,
                                   decided_at, deciding_ms, machine_ms, delivered_at)
         select i.id, i.request, 0, i.version, i.policy, i.state, i.seconds, i.decided, i.deciding, i.machine, i.delivered
         from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::bigint[], $7::timestamptz[],
                     $8::bigint[], $9::bigint[], $10::timestamptz[])
              as i (id, request, version, policy, state, seconds, decided, deciding, machine, delivered)",
        &new.iter().map(|i| i.id.0).collect::<Vec<_>>(),
        &new.iter().map(|i| i.request.0).collect::<Vec<_>>(),
        &new.iter().map(|i| i.item_version.0).collect::<Vec<_>>(),
        &new.iter().map(|i| i.policy_version.0).collect::<Vec<_>>(),
        &new.iter().map(|i| i.state.as_str().to_owned()).collect::<Vec<_>>(),
        &new.iter().map(|i| i.duration.num_seconds()).collect::<Vec<_>>(),
        &new.iter().map(|i| i.decided_at).collect::<Vec<_>>() as &[Option<DateTime<Utc>>],
        &new.iter().map(|i| millis(i.deciding)).collect::<Vec<_>>() as &[Option<i64>],
        &new.iter().map(|i| millis(i.machine)).collect::<Vec<_>>() as &[Option<i64>],
        &new.iter().map(|i| i.delivered_at).collect::<Vec<_>>() as &[Option<DateTime<Utc>>],
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// # Errors
/// The database failed.
pub async fn insert_stages(tx: &mut Tx, new: &[Stage]) -> Result<()> {
    sqlx::query!(
        "insert into approval_stage (id, request_item_id, position, rule, mode, group_id, state, resolution, opened_at, closed_at)
         select * from unnest($1::uuid[], $2::uuid[], $3::smallint[], $4::text[], $5::text[], $6::uuid[], $7::text[],
                              $8::text[], $9::timestamptz[], $10::timestamptz[])",
        &new.iter().map(|s| s.id.0).collect::<Vec<_>>(),
        &new.iter().map(|s| s.item.0).collect::<Vec<_>>(),
        &new.iter().map(|s| s.position).collect::<Vec<_>>(),
        &new.iter().map(|s| s.rule.as_str().to_owned()).collect::<Vec<_>>(),
        &new.iter().map(|s| s.mode.as_str().to_owned()).collect::<Vec<_>>(),
        &new.iter().map(|s| s.group.map(|g| g.0)).collect::<Vec<_>>() as &[Option<Uuid>],
        &new.iter().map(|s| s.state.as_str().to_owned()).collect::<Vec<_>>(),
        &new.iter().map(|s| s.resolution.clone()).collect::<Vec<_>>(),
        &new.iter().map(|s| s.opened_at).collect::<Vec<_>>() as &[Option<DateTime<Utc>>],
        &new.iter().map(|s| s.closed_at).collect::<Vec<_>>() as &[Option<DateTime<Utc>>],
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// # Errors
/// The database failed.
pub async fn insert_tasks(tx: &mut Tx, new: &[Task]) -> Result<()> {
    sqlx::query!(
        "insert into approval_task (id, stage_id, request_item_id, approver_id, state, version, opened_at,
                                    calendar_version_id, due_at, elapsed_ms, running_since_at, decided_at, decision_reason)
         select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::bigint[],
                              $7::timestamptz[], $8::uuid[], $9::timestamptz[], $10::bigint[], $11::timestamptz[],
                              $12::timestamptz[], $13::text[])",
        &new.iter().map(|t| t.id.0).collect::<Vec<_>>(),
        &new.iter().map(|t| t.stage.0).collect::<Vec<_>>(),
        &new.iter().map(|t| t.item.0).collect::<Vec<_>>(),
        &new.iter().map(|t| t.approver.0).collect::<Vec<_>>(),
        &new.iter().map(|t| t.state.as_str().to_owned()).collect::<Vec<_>>(),
        &new.iter().map(|t| t.version).collect::<Vec<_>>(),
        &new.iter().map(|t| t.opened_at).collect::<Vec<_>>() as &[Option<DateTime<Utc>>],
        &new.iter().map(|t| t.calendar_version.0).collect::<Vec<_>>(),
        &new.iter().map(|t| t.due_at).collect::<Vec<_>>() as &[Option<DateTime<Utc>>],
        &new.iter().map(|t| t.clock.elapsed.num_milliseconds()).collect::<Vec<_>>(),
        &new.iter().map(|t| t.clock.running_since).collect::<Vec<_>>() as &[Option<DateTime<Utc>>],
        &new.iter().map(|t| t.decided_at).collect::<Vec<_>>() as &[Option<DateTime<Utc>>],
        &new.iter().map(|t| t.decision_reason.clone()).collect::<Vec<_>>() as &[Option<String>],
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

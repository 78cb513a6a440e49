//! When everything of an item is there.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::types::Uuid;
use usher_vocabulary::{CorrelationId, RequestId, RequestItemId, SubjectId};

use crate::{Result, Tx};

/// Items of the given assignments whose every demand is verified, and that were not delivered before,
/// become delivered now; machine time counts from the later of decision and start.
///
/// # Errors
/// The database failed.
pub async fn mark_delivered(tx: &mut Tx, lane: Uuid, now: DateTime<Utc>) -> Result<Vec<Delivered>> {
    let delivered = mark(tx, lane, now).await?;
    if !delivered.is_empty() {
        return Ok(delivered);
    }
    // Another lane of the same item may complete at this instant, and neither sees what the other has not
    // committed. Whoever locks the item last looks again and sees both.
    let waiting = sqlx::query_scalar!(
        "select i.id from request_item i
         join assignment a on a.request_item_id = i.id
         where i.delivered_at is null and a.state = 'active'
           and a.id in (
               select da.assignment_id from demand_assignment da join demand d on d.id = da.demand_id
               where d.lane_id = $1
           )
         order by i.id
         for update of i",
        lane,
    )
    .fetch_all(&mut **tx)
    .await?;
    if waiting.is_empty() { Ok(delivered) } else { mark(tx, lane, now).await }
}

async fn mark(tx: &mut Tx, lane: Uuid, now: DateTime<Utc>) -> Result<Vec<Delivered>> {
    let rows = sqlx::query!(
        r#"update request_item i
         set delivered_at = $2,
             -- Where hands did it, the time is not the machines'.
             machine_ms = case when not exists (
                 select from demand_assignment da join demand d on d.id = da.demand_id
                 where da.assignment_id = a.id and d.realisation = 'unverifiable'
             ) then (extract(epoch from $2 - greatest(i.decided_at, lower(a.valid))) * 1000)::bigint end
         from assignment a, request r, catalogue_item_version v, catalogue_item c, application ap
         where a.request_item_id = i.id
           and r.id = i.request_id
           and v.id = i.item_version_id
           and c.id = v.catalogue_item_id
           and ap.id = c.application_id
           and i.delivered_at is null
           and a.state = 'active'
           and a.id in (
               select da.assignment_id from demand_assignment da join demand d on d.id = da.demand_id
               where d.lane_id = $1
           )
           and not exists (
               select from demand_assignment da join demand d on d.id = da.demand_id
               where da.assignment_id = a.id and (d.direction <> 'grant' or d.realisation not in ('verified', 'unverifiable'))
           )
         returning i.id, i.request_id, r.number, r.requester_id, r.requestee_id, r.correlation_id,
                   i.machine_ms, v.name as item_name, ap.name as application_name"#,
        lane,
        now,
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Delivered {
            item: row.id.into(),
            request: row.request_id.into(),
            number: row.number,
            item_name: row.item_name,
            application_name: row.application_name,
            requester: row.requester_id.into(),
            requestee: row.requestee_id.into(),
            correlation: row.correlation_id.into(),
            machine: row.machine_ms.map(TimeDelta::milliseconds),
        })
        .collect())
}

/// An item that has just become true on every target.
#[derive(Debug, Clone)]
pub struct Delivered {
    pub item: RequestItemId,
    pub request: RequestId,
    pub number: i64,
    pub item_name: String,
    pub application_name: String,
    pub requester: SubjectId,
    pub requestee: SubjectId,
    pub correlation: CorrelationId,
    /// `None` where hands did it.
    pub machine: Option<TimeDelta>,
}

//! Assignments, demands and what reads showed, by the set.

use chrono::{DateTime, Utc};
use sqlx::types::Uuid;
use usher_vocabulary::{AccountId, AssignmentId, EndReason, TimerId, TimerKind};

use crate::account::Reading;
use crate::assignment::Assignment;
use crate::demand::{Demand, Lane};
use crate::{Result, Tx};

/// Assignments that were made when they began.
///
/// # Errors
/// The database failed.
pub async fn insert_assignments(tx: &mut Tx, new: &[Assignment]) -> Result<()> {
    sqlx::query!(
        "insert into assignment (id, subject_id, item_version_id, origin, request_item_id, state, valid, end_reason,
                                 ended_at, created_at)
         select s.id, s.subject, s.version, s.origin, s.item, s.state, tstzrange(s.since, s.until, '[)'), s.reason,
                s.ended, s.since
         from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::uuid[], $6::text[], $7::timestamptz[],
                     $8::timestamptz[], $9::text[], $10::timestamptz[])
              as s (id, subject, version, origin, item, state, since, until, reason, ended)",
        &new.iter().map(|a| a.id.0).collect::<Vec<_>>(),
        &new.iter().map(|a| a.subject.0).collect::<Vec<_>>(),
        &new.iter().map(|a| a.item_version.0).collect::<Vec<_>>(),
        &new.iter().map(|a| a.origin.as_str().to_owned()).collect::<Vec<_>>(),
        &new.iter().map(|a| a.request_item.map(|i| i.0)).collect::<Vec<_>>() as &[Option<Uuid>],
        &new.iter().map(|a| a.state.as_str().to_owned()).collect::<Vec<_>>(),
        &new.iter().map(|a| a.from).collect::<Vec<_>>(),
        &new.iter().map(|a| a.until).collect::<Vec<_>>(),
        &new.iter().map(|a| a.end_reason.map(EndReason::as_str).map(str::to_owned)).collect::<Vec<_>>()
            as &[Option<String>],
        &new.iter().map(|a| a.ended_at).collect::<Vec<_>>() as &[Option<DateTime<Utc>>],
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Lanes on which nothing waits.
///
/// # Errors
/// The database failed.
pub async fn insert_lanes(tx: &mut Tx, new: &[Lane]) -> Result<()> {
    sqlx::query!(
        "insert into lane (id, subject_id, target_id, generation, wanted_seq, done_seq)
         select l.id, l.subject, l.target, l.generation, l.seq, l.seq
         from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::bigint[])
              as l (id, subject, target, generation, seq)",
        &new.iter().map(|l| l.id.0).collect::<Vec<_>>(),
        &new.iter().map(|l| l.subject.0).collect::<Vec<_>>(),
        &new.iter().map(|l| l.target.0).collect::<Vec<_>>(),
        &new.iter().map(|l| l.generation).collect::<Vec<_>>(),
        &new.iter().map(|l| l.wanted_seq).collect::<Vec<_>>(),
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A demand that a read once showed, with every assignment that ever wanted it.
#[derive(Debug, Clone)]
pub struct PastDemand {
    pub demand: Demand,
    pub changed_at: DateTime<Utc>,
    /// Null unless the target is as desired.
    pub verified_at: Option<DateTime<Utc>>,
    pub evidence: Option<String>,
    pub assignments: Vec<AssignmentId>,
}

/// # Errors
/// The database failed.
pub async fn insert_demands(tx: &mut Tx, new: &[PastDemand]) -> Result<()> {
    sqlx::query!(
        "insert into demand (id, lane_id, entitlement_id, scope, direction, realisation, wanted_seq, changed_at,
                             applied_at, verified_at, evidence)
         select d.id, d.lane, d.entitlement, d.scope, d.direction, d.realisation, d.seq, d.changed, d.verified, d.verified,
                d.evidence
         from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::bigint[],
                     $8::timestamptz[], $9::timestamptz[], $10::text[])
              as d (id, lane, entitlement, scope, direction, realisation, seq, changed, verified, evidence)",
        &new.iter().map(|d| d.demand.id.0).collect::<Vec<_>>(),
        &new.iter().map(|d| d.demand.lane.0).collect::<Vec<_>>(),
        &new.iter().map(|d| d.demand.entitlement.0).collect::<Vec<_>>(),
        &new.iter().map(|d| d.demand.scope.clone()).collect::<Vec<_>>(),
        &new.iter().map(|d| d.demand.direction.as_str().to_owned()).collect::<Vec<_>>(),
        &new.iter().map(|d| d.demand.realisation.as_str().to_owned()).collect::<Vec<_>>(),
        &new.iter().map(|d| d.demand.wanted_seq).collect::<Vec<_>>(),
        &new.iter().map(|d| d.changed_at).collect::<Vec<_>>(),
        &new.iter().map(|d| d.verified_at).collect::<Vec<_>>() as &[Option<DateTime<Utc>>],
        &new.iter().map(|d| d.evidence.clone()).collect::<Vec<_>>() as &[Option<String>],
    )
    .execute(&mut **tx)
    .await?;
    let links: Vec<(Uuid, Uuid)> =
        new.iter().flat_map(|d| d.assignments.iter().map(move |a| (d.demand.id.0, a.0))).collect();
    sqlx::query!(
        "insert into demand_assignment (demand_id, assignment_id) select * from unnest($1::uuid[], $2::uuid[])",
        &links.iter().map(|(demand, _)| *demand).collect::<Vec<_>>(),
        &links.iter().map(|(_, assignment)| *assignment).collect::<Vec<_>>(),
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Accounts with what they hold, as one read of each showed them.
///
/// # Errors
/// The database failed.
pub async fn insert_readings(tx: &mut Tx, new: &[(AccountId, Reading)]) -> Result<()> {
    sqlx::query!(
        "insert into account (lane_id, id, native_id, user_name, state, first_seen_at, last_seen_at)
         select a.lane, a.id, a.native, a.name, a.state, a.seen, a.seen
         from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::timestamptz[])
              as a (lane, id, native, name, state, seen)",
        &new.iter().map(|(_, r)| r.lane.0).collect::<Vec<_>>(),
        &new.iter().map(|(id, _)| id.0).collect::<Vec<_>>(),
        &new.iter().map(|(_, r)| r.native_id.clone()).collect::<Vec<_>>(),
        &new.iter().map(|(_, r)| r.user_name.clone()).collect::<Vec<_>>(),
        &new.iter().map(|(_, r)| r.state.as_str().to_owned()).collect::<Vec<_>>(),
        &new.iter().map(|(_, r)| r.read_at).collect::<Vec<_>>(),
    )
    .execute(&mut **tx)
    .await?;
    let grants: Vec<_> = new
        .iter()
        .flat_map(|(_, r)| r.grants.iter().map(move |(e, s)| (r.lane.0, e.0, s.clone(), r.read_at)))
        .collect();
    sqlx::query!(
        "insert into observed_grant (lane_id, entitlement_id, scope, first_seen_at, last_seen_at)
         select g.lane, g.entitlement, g.scope, g.seen, g.seen
         from unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[]) as g (lane, entitlement, scope, seen)",
        &grants.iter().map(|g| g.0).collect::<Vec<_>>(),
        &grants.iter().map(|g| g.1).collect::<Vec<_>>(),
        &grants.iter().map(|g| g.2.clone()).collect::<Vec<_>>(),
        &grants.iter().map(|g| g.3).collect::<Vec<_>>(),
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Something that falls due.
#[derive(Debug, Clone, Copy)]
pub struct NewTimer {
    pub id: TimerId,
    pub kind: TimerKind,
    pub object: Uuid,
    pub due_at: DateTime<Utc>,
}

/// # Errors
/// The database failed; a second timer of a kind on an object names its constraint.
pub async fn insert_timers(tx: &mut Tx, new: &[NewTimer]) -> Result<()> {
    sqlx::query!(
        "insert into timer (id, kind, object_id, due_at)
         select * from unnest($1::uuid[], $2::text[], $3::uuid[], $4::timestamptz[])",
        &new.iter().map(|t| t.id.0).collect::<Vec<_>>(),
        &new.iter().map(|t| t.kind.as_str().to_owned()).collect::<Vec<_>>(),
        &new.iter().map(|t| t.object).collect::<Vec<_>>(),
        &new.iter().map(|t| t.due_at).collect::<Vec<_>>(),
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

//! Lanes and demands: what is wanted on a target, and how far the target is.

use chrono::{DateTime, Utc};
use sqlx::types::Uuid;
use usher_vocabulary::{
    AssignmentId, ConnectorInstanceId, DemandId, Direction, EntitlementId, FindingId, LaneId,
    Realisation, SubjectId, TargetId,
};

use crate::{Conn, Result, Tx, one, word};

/// One thing that one assignment of a subject names, wanted now or not.
#[derive(Debug, Clone)]
pub struct Want {
    pub assignment: AssignmentId,
    pub target: TargetId,
    pub connector: ConnectorInstanceId,
    pub entitlement: EntitlementId,
    pub scope: String,
    /// The assignment is active.
    pub is_active: bool,
}

/// Everything that the given assignments name on targets in mode `enforce`.
///
/// # Errors
/// The database failed.
pub async fn wants(conn: &mut Conn, assignments: &[AssignmentId]) -> Result<Vec<Want>> {
    let ids: Vec<Uuid> = assignments.iter().map(|a| a.0).collect();
    let rows = sqlx::query!(
        "select s.id, t.id as target_id, t.connector_instance_id, c.entitlement_id, c.scope, s.state
         from assignment s
         join catalogue_item_content c on c.version_id = s.item_version_id
         join entitlement e on e.id = c.entitlement_id
         join target t on t.id = e.target_id
         where s.id = any($1) and t.mode = 'enforce'
         order by t.id, c.entitlement_id, c.scope, s.id",
        &ids,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Want {
            assignment: row.id.into(),
            target: row.target_id.into(),
            connector: row.connector_instance_id.into(),
            entitlement: row.entitlement_id.into(),
            scope: row.scope,
            is_active: row.state == "active",
        })
        .collect())
}

/// A lane, locked by whoever changes demands on it.
#[derive(Debug, Clone, Copy)]
pub struct Lane {
    pub id: LaneId,
    pub subject: SubjectId,
    pub target: TargetId,
    pub generation: i64,
    pub wanted_seq: i64,
}

/// Finds or makes the lane and locks it until the transaction ends.
///
/// # Errors
/// The database failed.
pub async fn lock_lane(
    tx: &mut Tx,
    fresh: LaneId,
    subject: SubjectId,
    target: TargetId,
) -> Result<Lane> {
    sqlx::query!(
        "insert into lane (id, subject_id, target_id) values ($1, $2, $3) on conflict (subject_id, target_id) do nothing",
        fresh.0,
        subject.0,
        target.0,
    )
    .execute(&mut **tx)
    .await?;
    let row = sqlx::query!(
        "select id, generation, wanted_seq from lane where subject_id = $1 and target_id = $2 for update",
        subject.0,
        target.0,
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(Lane {
        id: row.id.into(),
        subject,
        target,
        generation: row.generation,
        wanted_seq: row.wanted_seq,
    })
}

/// Writes the new generation and sequence of a locked lane.
///
/// # Errors
/// The database failed.
pub async fn save_lane(tx: &mut Tx, lane: &Lane) -> Result<()> {
    let done = sqlx::query!(
        "update lane set generation = $2, wanted_seq = $3 where id = $1",
        lane.id.0,
        lane.generation,
        lane.wanted_seq,
    )
    .execute(&mut **tx)
    .await?;
    one("lane", done.rows_affected())
}

/// A demand as stored.
#[derive(Debug, Clone)]
pub struct Demand {
    pub id: DemandId,
    pub lane: LaneId,
    pub entitlement: EntitlementId,
    pub scope: String,
    pub direction: Direction,
    pub realisation: Realisation,
    pub wanted_seq: i64,
}

/// # Errors
/// The database failed.
pub async fn of_lane(conn: &mut Conn, lane: LaneId) -> Result<Vec<Demand>> {
    let rows = sqlx::query!(
        "select id, lane_id, entitlement_id, scope, direction, realisation, wanted_seq from demand where lane_id = $1
         order by id",
        lane.0,
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Demand {
                id: row.id.into(),
                lane: row.lane_id.into(),
                entitlement: row.entitlement_id.into(),
                scope: row.scope,
                direction: word(&row.direction)?,
                realisation: word(&row.realisation)?,
                wanted_seq: row.wanted_seq,
            })
        })
        .collect()
}

/// # Errors
/// The database failed.
pub async fn insert(tx: &mut Tx, demand: &Demand, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "insert into demand (id, lane_id, entitlement_id, scope, direction, realisation, wanted_seq, changed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        demand.id.0,
        demand.lane.0,
        demand.entitlement.0,
        demand.scope,
        demand.direction.as_str(),
        demand.realisation.as_str(),
        demand.wanted_seq,
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The wish turned: what was realised before counts no more.
///
/// # Errors
/// The database failed.
pub async fn turn(
    tx: &mut Tx,
    id: DemandId,
    direction: Direction,
    seq: i64,
    now: DateTime<Utc>,
) -> Result<()> {
    let done = sqlx::query!(
        "update demand
         set direction = $2, realisation = 'not_started', wanted_seq = $3, changed_at = $4,
             applied_at = null, verified_at = null, evidence = null, confirmed_by = null, confirmed_at = null
         where id = $1",
        id.0,
        direction.as_str(),
        seq,
        now,
    )
    .execute(&mut **tx)
    .await?;
    one("demand", done.rows_affected())
}

/// Notes that an assignment wants a demand.
///
/// # Errors
/// The database failed.
pub async fn link(tx: &mut Tx, demand: DemandId, assignment: AssignmentId) -> Result<()> {
    sqlx::query!(
        "insert into demand_assignment (demand_id, assignment_id) values ($1, $2) on conflict do nothing",
        demand.0,
        assignment.0,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Writes how far the target is, unless the wish turned since `seq`. Returns whether it was written.
///
/// # Errors
/// The database failed.
pub async fn realise(
    tx: &mut Tx,
    id: DemandId,
    seq: i64,
    realisation: Realisation,
    evidence: Option<&str>,
    now: DateTime<Utc>,
) -> Result<bool> {
    let done = sqlx::query!(
        "update demand
         set realisation = $3,
             evidence = coalesce($4, evidence),
             applied_at = case when $3 in ('applied', 'verified') then coalesce(applied_at, $5) else applied_at end,
             verified_at = case when $3 = 'verified' then $5 else verified_at end
         where id = $1 and wanted_seq <= $2 and realisation <> $3",
        id.0,
        seq,
        realisation.as_str(),
        evidence,
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// What a read says about the demands of a lane.
#[derive(Debug, Clone)]
pub struct Reading<'a> {
    pub lane: LaneId,
    /// The order of the wishes that were read.
    pub seq: i64,
    /// Whether the read shows what each demand wants.
    pub shown: &'a [(DemandId, bool)],
    pub evidence: &'a str,
    /// Everything of the lane is as it should be.
    pub is_whole: bool,
    pub connector: ConnectorInstanceId,
}

/// What became of a [`Reading`].
#[derive(Debug, Clone)]
pub struct Judged {
    /// Demands that turned out otherwise than was known.
    pub written: Vec<DemandId>,
    /// Findings that are settled by it.
    pub resolved: Vec<FindingId>,
    /// Somebody waits for something on this lane that was never delivered.
    pub has_undelivered: bool,
    /// The connector's last calls succeeded, and somebody noted it a moment ago.
    pub is_connector_well: bool,
}

/// Writes what a read says, unless a wish turned since, and resolves the open findings about demands that are verified
/// now; when everything of the lane is, also those about its jobs. The caller holds the lane's lock.
///
/// # Errors
/// The database failed.
pub async fn judge(tx: &mut Tx, reading: &Reading<'_>, now: DateTime<Utc>) -> Result<Judged> {
    let demands: Vec<Uuid> = reading.shown.iter().map(|(id, _)| id.0).collect();
    let shown: Vec<bool> = reading.shown.iter().map(|(_, is_shown)| *is_shown).collect();
    let row = sqlx::query!(
        r#"with written as (
             update demand d
             set realisation = case when r.is_shown then 'verified' else 'not_effective' end,
                 evidence = $5,
                 applied_at = case when r.is_shown then coalesce(d.applied_at, $6) else d.applied_at end,
                 verified_at = case when r.is_shown then $6 else d.verified_at end
             from unnest((select $2::uuid[]), (select $3::bool[])) as r (id, is_shown)
             where d.id = r.id and d.lane_id = $1 and d.wanted_seq <= $4
               and d.realisation <> case when r.is_shown then 'verified' else 'not_effective' end
             returning d.id, r.is_shown
         ), resolved as (
             update finding f
             set state = 'resolved', resolved_at = $6
             where f.lane_id = $1 and f.state = 'open' and exists (select from written where is_shown)
               and (f.demand_id in (select id from written where is_shown) or ($7 and f.demand_id is null))
             returning f.id
         )
         select array(select id from written) as "written!", array(select id from resolved) as "resolved!",
                exists (
                    select from demand d
                    join demand_assignment da on da.demand_id = d.id
                    join assignment a on a.id = da.assignment_id
                    join request_item i on i.id = a.request_item_id
                    where d.lane_id = $1 and a.state = 'active' and i.delivered_at is null
                ) as "has_undelivered!",
                exists (
                    select from connector_instance c
                    where c.id = $8 and c.health = 'healthy' and c.failures = 0 and c.open_until_at is null
                      and c.last_success_at > $6 - interval '10 seconds'
                ) as "is_connector_well!""#,
        reading.lane.0,
        &demands,
        &shown,
        reading.seq,
        reading.evidence,
        now,
        reading.is_whole,
        reading.connector.0,
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(Judged {
        written: row.written.into_iter().map(Into::into).collect(),
        resolved: row.resolved.into_iter().map(Into::into).collect(),
        has_undelivered: row.has_undelivered,
        is_connector_well: row.is_connector_well,
    })
}

/// Takes a person's word for it, where nothing can be read; `by` is `None` when nobody was ever asked to
/// change anything, so that there is nothing to be confirmed. The caller holds the lane's lock.
///
/// # Errors
/// The database failed, or there is no such demand.
pub async fn confirm(
    tx: &mut Tx,
    id: DemandId,
    by: Option<SubjectId>,
    evidence: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    let done = sqlx::query!(
        "update demand
         set realisation = 'unverifiable', evidence = $3, confirmed_by = $2, confirmed_at = $4,
             applied_at = coalesce(applied_at, $4)
         where id = $1",
        id.0,
        by.map(|by| by.0),
        evidence,
        now,
    )
    .execute(&mut **tx)
    .await?;
    one("demand", done.rows_affected())
}

/// A demand with the words of its target, for the lines of a request or an account.
#[derive(Debug, Clone)]
pub struct Line {
    pub assignment: AssignmentId,
    pub demand: DemandId,
    pub lane: LaneId,
    pub target_name: String,
    pub entitlement_name: String,
    pub connector_kind: String,
    pub direction: Direction,
    pub realisation: Realisation,
    pub changed_at: DateTime<Utc>,
    pub applied_at: Option<DateTime<Utc>>,
    pub verified_at: Option<DateTime<Utc>>,
    pub evidence: Option<String>,
    /// Whose word it is, where nothing can be read.
    pub confirmed_by: Option<String>,
    pub confirmed_at: Option<DateTime<Utc>>,
    pub account_name: Option<String>,
    /// When the next try is due, while one waits.
    pub next_try_at: Option<DateTime<Utc>>,
    pub last_error: Option<String>,
}

/// Lines of assignments, by target.
///
/// # Errors
/// The database failed.
pub async fn lines(conn: &mut Conn, assignments: &[AssignmentId]) -> Result<Vec<Line>> {
    let ids: Vec<Uuid> = assignments.iter().map(|a| a.0).collect();
    let rows = sqlx::query!(
        r#"select h.assignment_id as "assignment_id!", h.id as "id!", h.lane_id as "lane_id!",
                h.target_name as "target_name!", h.entitlement_name as "entitlement_name!",
                h.connector_kind as "connector_kind!", h.direction as "direction!", h.realisation as "realisation!",
                h.changed_at as "changed_at!", h.applied_at, h.verified_at, h.evidence, h.confirmed_by as "confirmed_by?",
                h.confirmed_at, h.account_name as "account_name?", h.next_try_at as "next_try_at?",
                h.last_error as "last_error?"
         -- Planned once, assignment by assignment: see "Lists of keys" in the README.
         from (select distinct unnest((select $1::uuid[]))) as wanted (assignment_id)
         cross join lateral (
             select da.assignment_id, d.id, d.lane_id, t.name as target_name, e.name as entitlement_name,
                    c.kind as connector_kind, d.direction, d.realisation, d.changed_at, d.applied_at, d.verified_at,
                    d.evidence, pc.display_name as confirmed_by, d.confirmed_at, ac.user_name as account_name,
                    j.run_at as next_try_at, j.last_error
             from demand_assignment da
             join demand d on d.id = da.demand_id
             join lane l on l.id = d.lane_id
             join target t on t.id = l.target_id
             join connector_instance c on c.id = t.connector_instance_id
             join entitlement e on e.id = d.entitlement_id
             left join person pc on pc.subject_id = d.confirmed_by
             left join account ac on ac.lane_id = d.lane_id
             left join job j on j.lane_id = d.lane_id and j.state = 'retry_wait'
             where da.assignment_id = wanted.assignment_id
             offset 0
         ) h
         order by h.assignment_id, h.target_name, h.entitlement_name"#,
        &ids,
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Line {
                assignment: row.assignment_id.into(),
                demand: row.id.into(),
                lane: row.lane_id.into(),
                target_name: row.target_name,
                entitlement_name: row.entitlement_name,
                connector_kind: row.connector_kind,
                direction: word(&row.direction)?,
                realisation: word(&row.realisation)?,
                changed_at: row.changed_at,
                applied_at: row.applied_at,
                verified_at: row.verified_at,
                evidence: row.evidence,
                confirmed_by: row.confirmed_by,
                confirmed_at: row.confirmed_at,
                account_name: row.account_name,
                next_try_at: row.next_try_at,
                last_error: row.last_error,
            })
        })
        .collect()
}

/// Locks a lane that is known, for work that is put on it again.
///
/// # Errors
/// The database failed.
pub async fn lock_known_lane(
    tx: &mut Tx,
    id: LaneId,
) -> Result<Option<(Lane, ConnectorInstanceId)>> {
    let row = sqlx::query!(
        "select l.id, l.subject_id, l.target_id, l.generation, l.wanted_seq, t.connector_instance_id
         from lane l join target t on t.id = l.target_id
         where l.id = $1
         for update of l",
        id.0,
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(|row| {
        let lane = Lane {
            id: row.id.into(),
            subject: row.subject_id.into(),
            target: row.target_id.into(),
            generation: row.generation,
            wanted_seq: row.wanted_seq,
        };
        (lane, row.connector_instance_id.into())
    }))
}

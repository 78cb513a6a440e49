//! What reads showed, and what a worker needs to know of a lane before it acts.

use chrono::{DateTime, Utc};
use sqlx::types::{Json, Uuid};
use usher_domain::provision::AccountRule;
use usher_vocabulary::{
    AccountId, AccountState, ConnectorInstanceId, DemandId, Direction, EntitlementId, LaneId,
    LastAccess, Realisation, SubjectId,
};

use crate::connector::Configuration;
use crate::{Conn, Result, Tx, word};

/// Everything about a lane that its provisioning depends on.
#[derive(Debug, Clone)]
pub struct LaneFacts {
    pub lane: LaneId,
    pub generation: i64,
    pub wanted_seq: i64,
    pub subject: SubjectId,
    pub display_name: String,
    pub given_name: Option<String>,
    pub family_name: Option<String>,
    pub email: Option<String>,
    pub user_name: String,
    pub connector: ConnectorInstanceId,
    pub configuration: Configuration,
    pub target_name: String,
    pub last_access: LastAccess,
    /// The person's last work relationship is over.
    pub has_left: bool,
    /// The target's id of the account, from the last read.
    pub native_id: Option<String>,
    /// Something was sent to the target for this lane before, or a read showed an account.
    pub was_touched: bool,
    pub demands: Vec<DemandFacts>,
}

impl LaneFacts {
    /// What becomes of the account when nothing is wanted on it.
    #[must_use]
    pub const fn account_rule(&self) -> AccountRule {
        AccountRule { last_access: self.last_access, has_left: self.has_left }
    }
}

/// A demand with the target's names.
#[derive(Debug, Clone, serde::Deserialize)]
pub struct DemandFacts {
    pub id: DemandId,
    pub entitlement: EntitlementId,
    pub kind: String,
    pub native_id: String,
    pub name: String,
    pub scope: String,
    pub direction: Direction,
    pub realisation: Realisation,
}

/// Everything in one round trip, as of one instant.
///
/// # Errors
/// The database failed.
pub async fn facts(conn: &mut Conn, lane: LaneId) -> Result<Option<LaneFacts>> {
    let row = sqlx::query!(
        r#"select l.id, l.generation, l.wanted_seq, l.subject_id, coalesce(p.display_name, n.name) as "display_name!",
                p.given_name as "given_name?", p.family_name as "family_name?", p.email as "email?",
                coalesce(p.user_name, n.user_name) as "user_name!", t.connector_instance_id, t.name as target_name,
                t.last_access, coalesce(p.state in ('terminated', 'archived', 'erased'), false) as "has_left!",
                nullif(a.native_id, '') as native_id,
                (a.lane_id is not null or exists (select from call c where c.lane_id = l.id)) as "was_touched!",
                ci.kind as connector_kind, ci.settings, ci.call_timeout_ms,
                coalesce(d.rows, '[]') as "demands!: Json<Vec<DemandFacts>>"
         from lane l
         join target t on t.id = l.target_id
         join connector_instance ci on ci.id = t.connector_instance_id
         left join person p on p.subject_id = l.subject_id
         left join non_human_identity n on n.subject_id = l.subject_id
         left join account a on a.lane_id = l.id and a.state <> 'absent'
         cross join lateral (
             select json_agg(json_build_object(
                        'id', d.id, 'entitlement', d.entitlement_id, 'kind', e.kind, 'native_id', e.native_id,
                        'name', e.name, 'scope', d.scope, 'direction', d.direction, 'realisation', d.realisation)
                    order by d.id) as rows
             from demand d join entitlement e on e.id = d.entitlement_id
             where d.lane_id = l.id
         ) d
         where l.id = $1"#,
        lane.0,
    )
    .fetch_optional(conn)
    .await?;
    row.map(|row| {
        Ok(LaneFacts {
            lane,
            generation: row.generation,
            wanted_seq: row.wanted_seq,
            subject: row.subject_id.into(),
            display_name: row.display_name,
            given_name: row.given_name,
            family_name: row.family_name,
            email: row.email,
            user_name: row.user_name,
            connector: row.connector_instance_id.into(),
            configuration: Configuration {
                kind: row.connector_kind,
                settings: row.settings,
                call_timeout_ms: row.call_timeout_ms,
            },
            target_name: row.target_name,
            last_access: word(&row.last_access)?,
            has_left: row.has_left,
            native_id: row.native_id,
            was_touched: row.was_touched,
            demands: row.demands.0,
        })
    })
    .transpose()
}

/// What one read showed. `native_id` is empty when there is no account.
#[derive(Debug, Clone)]
pub struct Reading {
    pub lane: LaneId,
    pub native_id: String,
    pub user_name: String,
    pub state: AccountState,
    pub grants: Vec<(EntitlementId, String)>,
    pub read_at: DateTime<Utc>,
}

/// Writes what a read showed, in one statement. An older read never overwrites a newer one.
///
/// # Errors
/// The database failed.
pub async fn observe(tx: &mut Tx, fresh: AccountId, reading: &Reading) -> Result<()> {
    let entitlements: Vec<Uuid> = reading.grants.iter().map(|(e, _)| e.0).collect();
    let scopes: Vec<String> = reading.grants.iter().map(|(_, s)| s.clone()).collect();
    sqlx::query!(
        "with written as (
             insert into account (lane_id, id, native_id, user_name, state, first_seen_at, last_seen_at)
             values ($1, $2, $3, $4, $5, $6, $6)
             on conflict (lane_id) do update
             set native_id = excluded.native_id, user_name = excluded.user_name, state = excluded.state,
                 last_seen_at = excluded.last_seen_at
             where account.last_seen_at <= excluded.last_seen_at
             returning lane_id
         ),
         seen as (
             select w.lane_id, g.e, g.s
             from written w cross join unnest($7::uuid[], $8::text[]) as g (e, s)
         ),
         gone as (
             delete from observed_grant g
             using written w
             where g.lane_id = w.lane_id
               and not exists (select from seen where seen.e = g.entitlement_id and seen.s = g.scope)
         )
         insert into observed_grant (lane_id, entitlement_id, scope, first_seen_at, last_seen_at)
         select lane_id, e, s, $6, $6 from seen
         on conflict (lane_id, entitlement_id, scope) do update set last_seen_at = excluded.last_seen_at",
        reading.lane.0,
        fresh.0,
        reading.native_id,
        reading.user_name,
        reading.state.as_str(),
        reading.read_at,
        &entitlements,
        &scopes,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Locks a lane for the completion of a job and notes how far it got.
///
/// # Errors
/// The database failed.
pub async fn note_done(tx: &mut Tx, lane: LaneId, seq: i64) -> Result<()> {
    sqlx::query!("update lane set done_seq = greatest(done_seq, $2) where id = $1", lane.0, seq)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// An account as a person's page shows it.
#[derive(Debug, Clone)]
pub struct Row {
    pub target_name: String,
    pub application_name: String,
    pub user_name: String,
    pub native_id: String,
    pub state: AccountState,
    pub last_seen_at: DateTime<Utc>,
    pub grant_names: Vec<String>,
}

/// Accounts of a subject, by target.
///
/// # Errors
/// The database failed.
pub async fn of_subject(conn: &mut Conn, subject: SubjectId) -> Result<Vec<Row>> {
    let rows = sqlx::query!(
        r#"select t.name as target_name, ap.name as application_name, a.user_name, a.native_id, a.state, a.last_seen_at,
                coalesce((
                    select array_agg(e.name order by e.name)
                    from observed_grant g join entitlement e on e.id = g.entitlement_id
                    where g.lane_id = a.lane_id
                ), '{}') as "grants!"
         from account a
         join lane l on l.id = a.lane_id
         join target t on t.id = l.target_id
         join application ap on ap.id = t.application_id
         where l.subject_id = $1
         order by ap.name, t.name"#,
        subject.0,
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Row {
                target_name: row.target_name,
                application_name: row.application_name,
                user_name: row.user_name,
                native_id: row.native_id,
                state: word(&row.state)?,
                last_seen_at: row.last_seen_at,
                grant_names: row.grants,
            })
        })
        .collect()
}

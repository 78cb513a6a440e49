//! Assignment policies and calendars: versions that never change.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::types::{Json, Uuid};
use usher_domain::approval::StagePolicy;
use usher_domain::calendar::Calendar;
use usher_vocabulary::{CalendarVersionId, PolicyVersionId};

use crate::{Conn, Result, Tx};

/// One version of a policy, with its calendar.
#[derive(Debug, Clone)]
pub struct PolicyVersion {
    pub id: PolicyVersionId,
    pub name: String,
    pub version: i32,
    pub max_duration: TimeDelta,
    pub stages: Vec<StagePolicy>,
    pub decide_within: TimeDelta,
    pub calendar_version: CalendarVersionId,
    pub calendar: Calendar,
}

/// Versions by id; unknown ids are left out.
///
/// # Errors
/// The database failed.
pub async fn versions(conn: &mut Conn, ids: &[PolicyVersionId]) -> Result<Vec<PolicyVersion>> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let rows = sqlx::query!(
        r#"select v.id, p.name, v.version, v.max_duration_seconds, v.stages as "stages: Json<Vec<StagePolicy>>",
                v.decide_within_seconds, v.calendar_version_id, c.definition as "definition: Json<Calendar>"
         from assignment_policy_version v
         join assignment_policy p on p.id = v.policy_id
         join calendar_version c on c.id = v.calendar_version_id
         where v.id = any($1)"#,
        &ids,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| PolicyVersion {
            id: row.id.into(),
            name: row.name,
            version: row.version,
            max_duration: TimeDelta::seconds(row.max_duration_seconds),
            stages: row.stages.0,
            decide_within: TimeDelta::seconds(row.decide_within_seconds),
            calendar_version: row.calendar_version_id.into(),
            calendar: row.definition.0,
        })
        .collect())
}

/// A new calendar with its first version.
///
/// # Errors
/// The database failed.
pub async fn insert_calendar(
    tx: &mut Tx,
    calendar_id: Uuid,
    version: CalendarVersionId,
    name: &str,
    definition: &Calendar,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!("insert into calendar (id, name) values ($1, $2)", calendar_id, name)
        .execute(&mut **tx)
        .await?;
    sqlx::query!(
        "insert into calendar_version (id, calendar_id, version, definition, created_at) values ($1, $2, 1, $3, $4)",
        version.0,
        calendar_id,
        Json(definition) as _,
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A new policy with its first version.
#[derive(Debug, Clone)]
pub struct NewPolicy {
    pub policy: Uuid,
    pub version: PolicyVersionId,
    pub name: String,
    pub max_duration: TimeDelta,
    pub stages: Vec<StagePolicy>,
    pub decide_within: TimeDelta,
    pub calendar_version: CalendarVersionId,
}

/// # Errors
/// The database failed.
pub async fn insert(tx: &mut Tx, new: &NewPolicy, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!("insert into assignment_policy (id, name) values ($1, $2)", new.policy, new.name)
        .execute(&mut **tx)
        .await?;
    sqlx::query!(
        "insert into assignment_policy_version
             (id, policy_id, version, max_duration_seconds, stages, decide_within_seconds, calendar_version_id, created_at)
         values ($1, $2, 1, $3, $4, $5, $6, $7)",
        new.version.0,
        new.policy,
        new.max_duration.num_seconds(),
        Json(&new.stages) as _,
        new.decide_within.num_seconds(),
        new.calendar_version.0,
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

//! Connector instances: settings, health, limits.

use chrono::{DateTime, Utc};
use serde_json::Value;
use usher_vocabulary::{ConnectorHealth, ConnectorInstanceId, JobId};

use crate::{Conn, Result, Tx, one, word};

/// A configured connector.
#[derive(Debug, Clone)]
pub struct Instance {
    pub id: ConnectorInstanceId,
    pub name: String,
    pub kind: String,
    /// Plain settings and references to secrets.
    pub settings: Value,
    pub capabilities: Value,
    pub health: ConnectorHealth,
    pub health_detail: Option<String>,
    pub failures: i32,
    pub open_until_at: Option<DateTime<Utc>>,
    pub last_success_at: Option<DateTime<Utc>>,
    pub last_failure_at: Option<DateTime<Utc>>,
    pub concurrency: i32,
    pub call_timeout_ms: i32,
    pub target_names: Vec<String>,
    pub waiting_jobs: i64,
}

/// Connectors by name; `only` restricts to one.
///
/// # Errors
/// The database failed.
pub async fn list(conn: &mut Conn, only: Option<ConnectorInstanceId>) -> Result<Vec<Instance>> {
    let rows = sqlx::query!(
        r#"select c.id, c.name, c.kind, c.settings, c.capabilities, c.health, c.health_detail, c.failures, c.open_until_at,
                c.last_success_at, c.last_failure_at, c.concurrency, c.call_timeout_ms,
                coalesce((select array_agg(t.name order by t.name) from target t where t.connector_instance_id = c.id), '{}')
                    as "target_names!",
                (select count(*) from job j where j.connector_instance_id = c.id and j.state in ('queued', 'retry_wait'))
                    as "waiting!"
         from connector_instance c
         where $1::uuid is null or c.id = $1
         order by c.name"#,
        only.map(|id| id.0),
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Instance {
                id: row.id.into(),
                name: row.name,
                kind: row.kind,
                settings: row.settings,
                capabilities: row.capabilities,
                health: word(&row.health)?,
                health_detail: row.health_detail,
                failures: row.failures,
                open_until_at: row.open_until_at,
                last_success_at: row.last_success_at,
                last_failure_at: row.last_failure_at,
                concurrency: row.concurrency,
                call_timeout_ms: row.call_timeout_ms,
                target_names: row.target_names,
                waiting_jobs: row.waiting,
            })
        })
        .collect()
}

/// What a connector said when somebody last asked whether it works.
#[derive(Debug, Clone)]
pub struct LastTest {
    pub job: JobId,
    pub finished_at: DateTime<Utc>,
    pub has_succeeded: bool,
    /// The connector's own words, warnings included; why there is no answer when its process died.
    pub words: String,
}

/// The newest test that has an answer.
///
/// # Errors
/// The database failed.
pub async fn last_test(conn: &mut Conn, id: ConnectorInstanceId) -> Result<Option<LastTest>> {
    let row = sqlx::query!(
        r#"select j.id, j.finished_at as "finished_at!", a.outcome is not distinct from 'verified' as "has_succeeded!",
                coalesce(nullif(a.detail, ''), j.last_error, '') as "words!"
         from job j join attempt a on a.job_id = j.id and a.number = j.attempts
         where j.connector_instance_id = $1 and j.kind = 'test_connector' and j.finished_at is not null
         order by j.finished_at desc
         limit 1"#,
        id.0,
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| LastTest {
        job: row.id.into(),
        finished_at: row.finished_at,
        has_succeeded: row.has_succeeded,
        words: row.words,
    }))
}

/// A new connector.
#[derive(Debug, Clone)]
pub struct NewInstance {
    pub id: ConnectorInstanceId,
    pub name: String,
    pub kind: String,
    pub settings: Value,
    pub capabilities: Value,
    pub concurrency: i32,
    pub call_timeout_ms: i32,
}

/// # Errors
/// The database failed; a name that is taken names its constraint.
pub async fn insert(tx: &mut Tx, new: &NewInstance, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "insert into connector_instance (id, name, kind, settings, capabilities, health, concurrency, call_timeout_ms, created_at)
         values ($1, $2, $3, $4, $5, 'unknown', $6, $7, $8)",
        new.id.0,
        new.name,
        new.kind,
        new.settings,
        new.capabilities,
        new.concurrency,
        new.call_timeout_ms,
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// New settings of a connector.
///
/// # Errors
/// The database failed, or there is no such connector.
pub async fn set_settings(tx: &mut Tx, id: ConnectorInstanceId, settings: &Value) -> Result<()> {
    let done =
        sqlx::query!("update connector_instance set settings = $2 where id = $1", id.0, settings)
            .execute(&mut **tx)
            .await?;
    one("connector instance", done.rows_affected())
}

/// What the last calls say about a connector.
#[derive(Debug, Clone)]
pub struct HealthReport<'a> {
    pub health: ConnectorHealth,
    pub detail: Option<&'a str>,
    /// Nothing is sent before.
    pub open_until: Option<DateTime<Utc>>,
}

/// Notes that calls succeed. Writes only when that is news or ten seconds old, and leaves it to whoever is writing
/// it already, so that a storm of successes does not fight for one row.
///
/// # Errors
/// The database failed.
pub async fn note_success(tx: &mut Tx, id: ConnectorInstanceId, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "update connector_instance
         set health = 'healthy', health_detail = null, failures = 0, open_until_at = null, last_success_at = $2
         where id = (
             select id from connector_instance
             where id = $1
               and (health <> 'healthy' or failures > 0 or last_success_at is null
                    or last_success_at < $2::timestamptz - interval '10 seconds')
             for no key update skip locked)",
        id.0,
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Notes a failed call. Returns how many failed in a row.
///
/// # Errors
/// The database failed.
pub async fn note_failure(
    tx: &mut Tx,
    id: ConnectorInstanceId,
    report: &HealthReport<'_>,
    now: DateTime<Utc>,
) -> Result<i32> {
    Ok(sqlx::query_scalar!(
        "update connector_instance
         set health = $2, health_detail = $3, failures = failures + 1, last_failure_at = $5,
             open_until_at = greatest(open_until_at, $4)
         where id = $1
         returning failures",
        id.0,
        report.health.as_str(),
        report.detail,
        report.open_until,
        now,
    )
    .fetch_one(&mut **tx)
    .await?)
}

/// What a worker needs of a connector.
#[derive(Debug, Clone)]
pub struct Configuration {
    pub kind: String,
    pub settings: Value,
    pub call_timeout_ms: i32,
}

/// # Errors
/// The database failed.
pub async fn configuration(
    conn: &mut Conn,
    id: ConnectorInstanceId,
) -> Result<Option<Configuration>> {
    Ok(sqlx::query_as!(
        Configuration,
        "select kind, settings, call_timeout_ms from connector_instance where id = $1",
        id.0,
    )
    .fetch_optional(conn)
    .await?)
}

/// Leaves a connector alone until an instant; a later instant wins.
///
/// # Errors
/// The database failed.
pub async fn open_until(tx: &mut Tx, id: ConnectorInstanceId, until: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "update connector_instance set open_until_at = greatest(open_until_at, $2) where id = $1",
        id.0,
        until
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

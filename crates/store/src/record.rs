//! Reading the record.

use chrono::{DateTime, Utc};
use sqlx::types::Uuid;
use usher_vocabulary::{AuditEventId, CorrelationId};

use crate::{Conn, Result};

/// An entry as the audit list shows it. Names and personal values are joined in, as far as they still exist.
#[derive(Debug, Clone)]
pub struct Row {
    pub id: AuditEventId,
    pub occurred_at: DateTime<Utc>,
    pub action: String,
    pub actor: String,
    pub actor_name: Option<String>,
    pub subject_name: Option<String>,
    pub object_type: String,
    pub object_id: Option<Uuid>,
    pub correlation: CorrelationId,
    pub outcome: String,
    pub payload: String,
    /// Name and value of each personal value that has not been erased.
    pub personal: Vec<(Uuid, String)>,
}

/// Which entries.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Prefix of the action, for example `request.`.
    pub action: Option<String>,
    /// Name of actor or subject, anywhere in it.
    pub person: Option<String>,
    pub correlation: Option<CorrelationId>,
    pub object: Option<Uuid>,
    /// Not before.
    pub from: Option<DateTime<Utc>>,
    /// Time and id of the last row of the page before.
    pub before: Option<(DateTime<Utc>, AuditEventId)>,
    pub limit: i64,
}

impl Filter {
    /// Whether it leaves nothing out but what is newer.
    fn is_open(&self) -> bool {
        self.action.is_none()
            && self.person.is_none()
            && self.correlation.is_none()
            && self.object.is_none()
            && self.from.is_none()
    }
}

/// Entries, the newest first.
///
/// # Errors
/// The database failed.
pub async fn list(conn: &mut Conn, filter: &Filter) -> Result<Vec<Row>> {
    if filter.is_open() {
        return newest(conn, filter.before, filter.limit).await;
    }
    let (before_at, before_id) =
        filter.before.map_or((None, None), |(at, id)| (Some(at), Some(id.0)));
    let people = match filter.person.as_deref() {
        Some(name) => Some(named(conn, name).await?),
        None => None,
    };
    if people.as_ref().is_some_and(Vec::is_empty) {
        return Ok(Vec::new());
    }
    let actors: Option<Vec<String>> =
        people.as_ref().map(|ids| ids.iter().map(|id| format!("person:{id}")).collect());
    let rows = sqlx::query_as!(
        Found,
        r#"select e.id as "id!", e.occurred_at as "occurred_at!", e.action as "action!", e.actor as "actor!",
                (select p.display_name from person p where p.subject_id = person_of_actor(e.actor)) as actor_name,
                (select p.display_name from person p where p.subject_id = e.subject_id) as subject_name,
                e.object_type as "object_type!", e.object_id, e.correlation_id as "correlation_id!",
                e.outcome as "outcome!", e.payload as "payload!", v.ref as "reference?", v.value as "value?"
         from (
             -- One way to the rows for each question, each by its own index; those that were not asked do not run.
             (select * from audit_event r
              where $3::uuid is not null and r.correlation_id = $3
                and ($1::text is null or r.action like $1) and ($4::uuid is null or r.object_id = $4)
                and ($2::uuid[] is null or r.subject_id = any($2) or r.actor = any($8::text[]))
                and r.occurred_at >= coalesce($9, '-infinity'::timestamptz)
                and (r.occurred_at, r.id) < (coalesce($5, 'infinity'::timestamptz),
                                             coalesce($6::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
              order by r.occurred_at desc, r.id desc
              limit $7)
             union all
             (select * from audit_event r
              where $3::uuid is null and $4::uuid is not null and r.object_id = $4
                and ($1::text is null or r.action like $1)
                and ($2::uuid[] is null or r.subject_id = any($2) or r.actor = any($8::text[]))
                and r.occurred_at >= coalesce($9, '-infinity'::timestamptz)
                and (r.occurred_at, r.id) < (coalesce($5, 'infinity'::timestamptz),
                                             coalesce($6::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
              order by r.occurred_at desc, r.id desc
              limit $7)
             union all
             (select * from audit_event r
              where $3::uuid is null and $4::uuid is null
                and ($1::text is null or r.action like $1)
                and ($2::uuid[] is null or r.subject_id = any($2) or r.actor = any($8::text[]))
                and r.occurred_at >= coalesce($9, '-infinity'::timestamptz)
                and (r.occurred_at, r.id) < (coalesce($5, 'infinity'::timestamptz),
                                             coalesce($6::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
              order by r.occurred_at desc, r.id desc
              limit $7)
         ) e
         -- One by one: joined, the whole tables would be read for a page, because the plan knows no limit.
         left join lateral (
             select v.ref, v.value from audit_personal v where v.event_id = e.id offset 0) v on true
         order by e.occurred_at desc, e.id desc"#,
        filter.action.as_deref().map(|a| format!("{}%", a.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"))),
        people.as_deref(),
        filter.correlation.map(|c| c.0),
        filter.object,
        before_at,
        before_id,
        filter.limit,
        actors.as_deref(),
        filter.from,
    )
    .fetch_all(conn)
    .await?;
    Ok(entries(rows))
}

async fn newest(
    conn: &mut Conn,
    before: Option<(DateTime<Utc>, AuditEventId)>,
    limit: i64,
) -> Result<Vec<Row>> {
    let (before_at, before_id) = before.map_or((None, None), |(at, id)| (Some(at), Some(id.0)));
    let rows = sqlx::query_as!(
        Found,
        r#"select e.id as "id!", e.occurred_at as "occurred_at!", e.action as "action!", e.actor as "actor!",
                (select p.display_name from person p where p.subject_id = person_of_actor(e.actor)) as actor_name,
                (select p.display_name from person p where p.subject_id = e.subject_id) as subject_name,
                e.object_type as "object_type!", e.object_id, e.correlation_id as "correlation_id!",
                e.outcome as "outcome!", e.payload as "payload!", v.ref as "reference?", v.value as "value?"
         from (
             select * from audit_event r
             where (r.occurred_at, r.id) < (coalesce($1, 'infinity'::timestamptz),
                                            coalesce($2::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
             order by r.occurred_at desc, r.id desc
             limit (select $3::bigint)
         ) e
         -- One by one: joined, the whole tables would be read for a page, because the plan knows no limit.
         left join lateral (
             select v.ref, v.value from audit_personal v where v.event_id = e.id offset 0) v on true
         order by e.occurred_at desc, e.id desc"#,
        before_at,
        before_id,
        limit,
    )
    .fetch_all(conn)
    .await?;
    Ok(entries(rows))
}

/// An entry with one of its personal values, or with none.
struct Found {
    id: Uuid,
    occurred_at: DateTime<Utc>,
    action: String,
    actor: String,
    actor_name: Option<String>,
    subject_name: Option<String>,
    object_type: String,
    object_id: Option<Uuid>,
    correlation_id: Uuid,
    outcome: String,
    payload: String,
    reference: Option<Uuid>,
    value: Option<String>,
}

/// Values of one entry follow each other.
fn entries(found: Vec<Found>) -> Vec<Row> {
    let mut entries: Vec<Row> = Vec::with_capacity(found.len());
    for row in found {
        let personal = row.reference.zip(row.value);
        match entries.last_mut().filter(|last| last.id.0 == row.id) {
            Some(last) => last.personal.extend(personal),
            None => entries.push(Row {
                id: row.id.into(),
                occurred_at: row.occurred_at,
                action: row.action,
                actor: row.actor,
                actor_name: row.actor_name,
                subject_name: row.subject_name,
                object_type: row.object_type,
                object_id: row.object_id,
                correlation: row.correlation_id.into(),
                outcome: row.outcome,
                payload: row.payload,
                personal: personal.into_iter().collect(),
            }),
        }
    }
    for entry in &mut entries {
        entry.personal.sort();
    }
    entries
}

/// Whose name has the text anywhere in it.
async fn named(conn: &mut Conn, text: &str) -> Result<Vec<Uuid>> {
    let pattern = crate::directory::like(text);
    Ok(sqlx::query_scalar!("select subject_id from person where display_name ilike $1", pattern)
        .fetch_all(conn)
        .await?)
}

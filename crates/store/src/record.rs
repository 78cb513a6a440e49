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
    /// Time and id of the last row of the page before.
    pub before: Option<(DateTime<Utc>, AuditEventId)>,
    pub limit: i64,
}

/// Entries, the newest first.
///
/// # Errors
/// The database failed.
pub async fn list(conn: &mut Conn, filter: &Filter) -> Result<Vec<Row>> {
    let (before_at, before_id) =
        filter.before.map_or((None, None), |(at, id)| (Some(at), Some(id.0)));
    let rows = sqlx::query!(
        r#"select e.id, e.occurred_at, e.action, e.actor, pa.display_name as "actor_name?", ps.display_name as "subject_name?",
                e.object_type, e.object_id, e.correlation_id, e.outcome, e.payload,
                coalesce((select array_agg(p.ref order by p.ref) from audit_personal p where p.event_id = e.id), '{}') as "refs!",
                coalesce((select array_agg(p.value order by p.ref) from audit_personal p where p.event_id = e.id), '{}') as "values!"
         from audit_event e
         left join person pa on 'person:' || pa.subject_id = e.actor
         left join person ps on ps.subject_id = e.subject_id
         where ($1::text is null or e.action like $1)
           and ($2::text is null or pa.display_name ilike $2 or ps.display_name ilike $2)
           and ($3::uuid is null or e.correlation_id = $3)
           and ($4::uuid is null or e.object_id = $4)
           and ($5::timestamptz is null or (e.occurred_at, e.id) < ($5, $6::uuid))
         order by e.occurred_at desc, e.id desc
         limit $7"#,
        filter.action.as_deref().map(|a| format!("{}%", a.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"))),
        filter.person.as_deref().map(crate::person::like),
        filter.correlation.map(|c| c.0),
        filter.object,
        before_at,
        before_id,
        filter.limit,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Row {
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
            personal: row.refs.into_iter().zip(row.values).collect(),
        })
        .collect())
}

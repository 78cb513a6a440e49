//! Requests with the names of their people, as pages show them.

use chrono::{DateTime, Utc};
use sqlx::types::Uuid;
use usher_vocabulary::{RequestId, SubjectId};

use crate::request::Request;
use crate::{Conn, Result};

/// Which requests.
#[derive(Debug, Clone)]
pub struct Filter {
    /// Asked by or for this person.
    pub involving: SubjectId,
    /// Only those with an item that waits for a decision or is not delivered yet.
    pub only_open: bool,
    /// Submission time and id of the last row of the page before.
    pub before: Option<(DateTime<Utc>, RequestId)>,
    pub limit: i64,
}

/// A request with the names of its two people.
#[derive(Debug, Clone)]
pub struct Named {
    pub request: Request,
    pub requester_name: String,
    pub requestee_name: String,
}

struct NamedRow {
    id: Uuid,
    number: i64,
    requester_id: Uuid,
    requestee_id: Uuid,
    reason: String,
    channel: String,
    correlation_id: Uuid,
    submitted_at: DateTime<Utc>,
    requester_name: String,
    requestee_name: String,
}

impl From<NamedRow> for Named {
    fn from(row: NamedRow) -> Self {
        let request = Request {
            id: row.id.into(),
            number: row.number,
            requester: row.requester_id.into(),
            requestee: row.requestee_id.into(),
            reason: row.reason,
            channel: row.channel,
            correlation: row.correlation_id.into(),
            submitted_at: row.submitted_at,
        };
        Self { request, requester_name: row.requester_name, requestee_name: row.requestee_name }
    }
}

/// # Errors
/// The database failed.
pub async fn get(conn: &mut Conn, id: RequestId) -> Result<Option<Named>> {
    let row = sqlx::query_as!(
        NamedRow,
        "select r.id, r.number, r.requester_id, r.requestee_id, r.reason, r.channel, r.correlation_id, r.submitted_at,
                s.display_name as requester_name, e.display_name as requestee_name
         from request r
         join person s on s.subject_id = r.requester_id
         join person e on e.subject_id = r.requestee_id
         where r.id = $1",
        id.0,
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(Into::into))
}

/// Requests, the newest first.
///
/// # Errors
/// The database failed.
pub async fn list(conn: &mut Conn, filter: &Filter) -> Result<Vec<Named>> {
    let (before_at, before_id) =
        filter.before.map_or((None, None), |(at, id)| (Some(at), Some(id.0)));
    let rows = sqlx::query_as!(
        NamedRow,
        r#"select r.id as "id!", r.number as "number!", r.requester_id as "requester_id!", r.requestee_id as "requestee_id!",
                r.reason as "reason!", r.channel as "channel!", r.correlation_id as "correlation_id!",
                r.submitted_at as "submitted_at!", s.display_name as requester_name, e.display_name as requestee_name
         from (
             -- Each by its own index; a person of both parts stands in the first.
             (select * from request q
              where q.requester_id = $1
                and (not $2 or exists (
                     select from request_item i
                     where i.request_id = q.id
                       and (i.state = 'awaiting_approval' or (i.state = 'approved' and i.delivered_at is null))))
                and (q.submitted_at, q.id) < (coalesce($3, 'infinity'::timestamptz), coalesce($4::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
              order by q.submitted_at desc, q.id desc
              limit $5)
             union all
             (select * from request q
              where q.requestee_id = $1 and q.requester_id <> $1
                and (not $2 or exists (
                     select from request_item i
                     where i.request_id = q.id
                       and (i.state = 'awaiting_approval' or (i.state = 'approved' and i.delivered_at is null))))
                and (q.submitted_at, q.id) < (coalesce($3, 'infinity'::timestamptz), coalesce($4::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
              order by q.submitted_at desc, q.id desc
              limit $5)
         ) r
         join person s on s.subject_id = r.requester_id
         join person e on e.subject_id = r.requestee_id
         order by r.submitted_at desc, r.id desc
         limit $5"#,
        filter.involving.0,
        filter.only_open,
        before_at,
        before_id,
        filter.limit,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

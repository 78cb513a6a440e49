//! Requests and their items.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::types::Uuid;
use usher_vocabulary::{
    ApplicationId, AssignmentId, CatalogueItemId, CatalogueItemVersionId, CorrelationId,
    DecisionState, PolicyVersionId, RequestId, RequestItemId, Risk, SubjectId,
};

use crate::{Conn, Result, Tx, one, word};

mod delivery;

pub use delivery::{Delivered, mark_delivered};

/// A request as stored.
#[derive(Debug, Clone)]
pub struct Request {
    pub id: RequestId,
    pub number: i64,
    pub requester: SubjectId,
    pub requestee: SubjectId,
    pub reason: String,
    pub channel: String,
    pub correlation: CorrelationId,
    pub submitted_at: DateTime<Utc>,
}

/// An item of a request as stored, with the words of what it asks for.
#[derive(Debug, Clone)]
pub struct Item {
    pub id: RequestItemId,
    pub request: RequestId,
    pub position: i16,
    pub item: CatalogueItemId,
    pub item_version: CatalogueItemVersionId,
    pub item_name: String,
    pub item_effect: String,
    pub risk: Risk,
    pub application: ApplicationId,
    pub application_name: String,
    pub policy_version: PolicyVersionId,
    pub state: DecisionState,
    pub starts_at: Option<DateTime<Utc>>,
    pub duration: TimeDelta,
    pub extends: Option<AssignmentId>,
    pub decided_at: Option<DateTime<Utc>>,
    pub deciding: Option<TimeDelta>,
    pub machine: Option<TimeDelta>,
    pub delivered_at: Option<DateTime<Utc>>,
    pub version: i64,
}

/// The next number that people call a request by.
///
/// # Errors
/// The database failed.
pub async fn next_number(tx: &mut Tx) -> Result<i64> {
    Ok(sqlx::query_scalar!(r#"select nextval('request_number') as "number!""#)
        .fetch_one(&mut **tx)
        .await?)
}

/// # Errors
/// The database failed.
pub async fn insert(tx: &mut Tx, request: &Request) -> Result<()> {
    sqlx::query!(
        "insert into request (id, number, requester_id, requestee_id, reason, channel, correlation_id, submitted_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        request.id.0,
        request.number,
        request.requester.0,
        request.requestee.0,
        request.reason,
        request.channel,
        request.correlation.0,
        request.submitted_at,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// What an item begins with.
#[derive(Debug, Clone)]
pub struct NewItem {
    pub id: RequestItemId,
    pub request: RequestId,
    pub position: i16,
    pub item_version: CatalogueItemVersionId,
    pub policy_version: PolicyVersionId,
    pub starts_at: Option<DateTime<Utc>>,
    pub duration: TimeDelta,
    pub extends: Option<AssignmentId>,
}

/// # Errors
/// The database failed.
pub async fn insert_item(tx: &mut Tx, item: &NewItem) -> Result<()> {
    sqlx::query!(
        "insert into request_item (id, request_id, position, item_version_id, policy_version_id, state, starts_at,
                                   duration_seconds, extends_assignment_id)
         values ($1, $2, $3, $4, $5, 'awaiting_approval', $6, $7, $8)",
        item.id.0,
        item.request.0,
        item.position,
        item.item_version.0,
        item.policy_version.0,
        item.starts_at,
        item.duration.num_seconds(),
        item.extends.map(|a| a.0),
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// # Errors
/// The database failed.
pub async fn get(conn: &mut Conn, id: RequestId) -> Result<Option<Request>> {
    let row = sqlx::query!(
        "select id, number, requester_id, requestee_id, reason, channel, correlation_id, submitted_at
         from request where id = $1",
        id.0,
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| Request {
        id: row.id.into(),
        number: row.number,
        requester: row.requester_id.into(),
        requestee: row.requestee_id.into(),
        reason: row.reason,
        channel: row.channel,
        correlation: row.correlation_id.into(),
        submitted_at: row.submitted_at,
    }))
}

/// Finds a request by the number that people call it by.
///
/// # Errors
/// The database failed.
pub async fn by_number(conn: &mut Conn, number: i64) -> Result<Option<RequestId>> {
    let id = sqlx::query_scalar!("select id from request where number = $1", number)
        .fetch_optional(conn)
        .await?;
    Ok(id.map(Into::into))
}

/// Items of requests, in their order.
///
/// # Errors
/// The database failed.
pub async fn items(conn: &mut Conn, requests: &[RequestId]) -> Result<Vec<Item>> {
    let ids: Vec<Uuid> = requests.iter().map(|id| id.0).collect();
    let rows = sqlx::query_as!(
        ItemRow,
        r#"select i.id, i.request_id, i.position, v.catalogue_item_id, i.item_version_id, v.name, v.effect, v.risk,
                a.id as application_id, a.name as application_name, i.policy_version_id, i.state, i.starts_at,
                i.duration_seconds, i.extends_assignment_id, i.decided_at, i.deciding_ms, i.machine_ms,
                i.delivered_at, i.version
         from request_item i
         join catalogue_item_version v on v.id = i.item_version_id
         join catalogue_item c on c.id = v.catalogue_item_id
         join application a on a.id = c.application_id
         where i.request_id = any($1)
         order by i.request_id, i.position"#,
        &ids,
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(Item::try_from).collect()
}

/// One item, locked until the transaction ends: whoever decides on it waits for whoever decides before.
///
/// # Errors
/// The database failed.
pub async fn lock_item(tx: &mut Tx, id: RequestItemId) -> Result<Option<Item>> {
    sqlx::query_as!(
        ItemRow,
        r#"select i.id, i.request_id, i.position, v.catalogue_item_id, i.item_version_id, v.name, v.effect, v.risk,
                a.id as application_id, a.name as application_name, i.policy_version_id, i.state, i.starts_at,
                i.duration_seconds, i.extends_assignment_id, i.decided_at, i.deciding_ms, i.machine_ms,
                i.delivered_at, i.version
         from request_item i
         join catalogue_item_version v on v.id = i.item_version_id
         join catalogue_item c on c.id = v.catalogue_item_id
         join application a on a.id = c.application_id
         where i.id = $1
         for update of i"#,
        id.0,
    )
    .fetch_optional(&mut **tx)
    .await?
    .map(Item::try_from)
    .transpose()
}

struct ItemRow {
    id: Uuid,
    request_id: Uuid,
    position: i16,
    catalogue_item_id: Uuid,
    item_version_id: Uuid,
    name: String,
    effect: String,
    risk: String,
    application_id: Uuid,
    application_name: String,
    policy_version_id: Uuid,
    state: String,
    starts_at: Option<DateTime<Utc>>,
    duration_seconds: i64,
    extends_assignment_id: Option<Uuid>,
    decided_at: Option<DateTime<Utc>>,
    deciding_ms: Option<i64>,
    machine_ms: Option<i64>,
    delivered_at: Option<DateTime<Utc>>,
    version: i64,
}

impl TryFrom<ItemRow> for Item {
    type Error = crate::StoreError;
    fn try_from(row: ItemRow) -> Result<Self> {
        Ok(Self {
            id: row.id.into(),
            request: row.request_id.into(),
            position: row.position,
            item: row.catalogue_item_id.into(),
            item_version: row.item_version_id.into(),
            item_name: row.name,
            item_effect: row.effect,
            risk: word(&row.risk)?,
            application: row.application_id.into(),
            application_name: row.application_name,
            policy_version: row.policy_version_id.into(),
            state: word(&row.state)?,
            starts_at: row.starts_at,
            duration: TimeDelta::seconds(row.duration_seconds),
            extends: row.extends_assignment_id.map(Into::into),
            decided_at: row.decided_at,
            deciding: row.deciding_ms.map(TimeDelta::milliseconds),
            machine: row.machine_ms.map(TimeDelta::milliseconds),
            delivered_at: row.delivered_at,
            version: row.version,
        })
    }
}

/// Closes the decision on an item that still waits for it.
///
/// # Errors
/// The database failed, or the item does not wait any more.
pub async fn close_item(
    tx: &mut Tx,
    id: RequestItemId,
    state: DecisionState,
    deciding: TimeDelta,
    now: DateTime<Utc>,
) -> Result<()> {
    let done = sqlx::query!(
        "update request_item set state = $2, decided_at = $3, deciding_ms = $4, version = version + 1
         where id = $1 and state = 'awaiting_approval'",
        id.0,
        state.as_str(),
        now,
        deciding.num_milliseconds(),
    )
    .execute(&mut **tx)
    .await?;
    one("request item", done.rows_affected())
}

/// A comment on an item.
#[derive(Debug, Clone)]
pub struct Comment {
    pub id: Uuid,
    pub item: RequestItemId,
    pub task: Option<Uuid>,
    pub author: SubjectId,
    pub author_name: String,
    pub is_question: bool,
    pub body: String,
    pub written_at: DateTime<Utc>,
}

/// # Errors
/// The database failed.
pub async fn insert_comment(tx: &mut Tx, comment: &Comment) -> Result<()> {
    sqlx::query!(
        "insert into request_comment (id, request_item_id, task_id, author_id, kind, body, written_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        comment.id,
        comment.item.0,
        comment.task,
        comment.author.0,
        if comment.is_question { "question" } else { "answer" },
        comment.body,
        comment.written_at,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

//! What people are asked to carry out, and their word for it. Whoever changes an item holds its lane's lock.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::types::{Json, Uuid};
use usher_vocabulary::{
    ApplicationId, CorrelationId, DemandId, Direction, LaneId, LastAccess, RequestId, SubjectId,
    WorkItemId, WorkItemState,
};

use crate::{Conn, Result, StoreError, Tx, one, word};

/// What to do, as data: the page makes sentences of it. Names are as they were when it was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct What {
    pub display_name: String,
    pub email: Option<String>,
    /// Sign-in name on the target.
    pub user_name: String,
    /// The entitlement in words, and the target's own names for it.
    pub entitlement: String,
    pub kind: String,
    pub native_id: String,
    pub scope: String,
    /// Nothing else is wanted on the target: what becomes of the account.
    pub then_account: Option<LastAccess>,
}

/// An item about to be opened.
#[derive(Debug, Clone)]
pub struct NewItem {
    pub id: WorkItemId,
    pub demand: DemandId,
    pub lane: LaneId,
    pub direction: Direction,
    /// For a removal: somebody confirmed that there is something to take away.
    pub was_confirmed: bool,
    pub what: What,
    pub instructions: String,
    pub opened_at: DateTime<Utc>,
    pub due_at: DateTime<Utc>,
    pub correlation: CorrelationId,
}

/// Opens items, all at once.
///
/// # Errors
/// The database failed, or a demand has an open item already.
pub async fn insert(tx: &mut Tx, items: &[NewItem]) -> Result<()> {
    let column = |of: fn(&NewItem) -> Uuid| items.iter().map(of).collect::<Vec<Uuid>>();
    let directions: Vec<String> = items.iter().map(|i| i.direction.as_str().to_owned()).collect();
    let confirmed: Vec<bool> = items.iter().map(|i| i.was_confirmed).collect();
    let whats: Vec<serde_json::Value> = items
        .iter()
        .map(|i| serde_json::to_value(&i.what))
        .collect::<std::result::Result<_, _>>()
        .map_err(|source| StoreError::Json { what: "a work item", source })?;
    let instructions: Vec<String> = items.iter().map(|i| i.instructions.clone()).collect();
    let opened: Vec<DateTime<Utc>> = items.iter().map(|i| i.opened_at).collect();
    let due: Vec<DateTime<Utc>> = items.iter().map(|i| i.due_at).collect();
    sqlx::query!(
        "insert into work_item
             (id, demand_id, lane_id, direction, was_confirmed, what, instructions, opened_at, due_at,
              correlation_id, state)
         select i.*, 'open'
         from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::boolean[], $6::jsonb[], $7::text[],
                     $8::timestamptz[], $9::timestamptz[], $10::uuid[]) as i",
        &column(|i| i.id.0),
        &column(|i| i.demand.0),
        &column(|i| i.lane.0),
        &directions,
        &confirmed,
        &whats,
        &instructions,
        &opened,
        &due,
        &column(|i| i.correlation.0),
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The newest item of a demand.
#[derive(Debug, Clone)]
pub struct Latest {
    pub id: WorkItemId,
    pub demand: DemandId,
    pub direction: Direction,
    pub state: WorkItemState,
    pub was_confirmed: bool,
    pub closed_by: Option<SubjectId>,
    pub evidence: Option<String>,
}

/// The newest item of each demand of a lane.
///
/// # Errors
/// The database failed.
pub async fn latest_of_lane(conn: &mut Conn, lane: LaneId) -> Result<Vec<Latest>> {
    let rows = sqlx::query!(
        "select distinct on (demand_id) id, demand_id, direction, state, was_confirmed, closed_by, evidence
         from work_item
         where lane_id = $1
         order by demand_id, opened_at desc, id desc",
        lane.0,
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Latest {
                id: row.id.into(),
                demand: row.demand_id.into(),
                direction: word(&row.direction)?,
                state: word(&row.state)?,
                was_confirmed: row.was_confirmed,
                closed_by: row.closed_by.map(Into::into),
                evidence: row.evidence,
            })
        })
        .collect()
}

/// Closes items that are wanted no more, all at once.
///
/// # Errors
/// The database failed, or one of them is not open.
pub async fn drop_open(
    tx: &mut Tx,
    dropped: &[(WorkItemId, WorkItemState)],
    now: DateTime<Utc>,
) -> Result<()> {
    let ids: Vec<Uuid> = dropped.iter().map(|(id, _)| id.0).collect();
    let states: Vec<String> = dropped.iter().map(|(_, state)| state.as_str().to_owned()).collect();
    let done = sqlx::query!(
        "update work_item w
         set state = d.state, closed_at = $3
         from unnest($1::uuid[], $2::text[]) as d (id, state)
         where w.id = d.id and w.state = 'open'",
        &ids,
        &states,
        now,
    )
    .execute(&mut **tx)
    .await?;
    match done.rows_affected() == ids.len() as u64 {
        true => Ok(()),
        false => Err(StoreError::NotOneRow { what: "work item", touched: done.rows_affected() }),
    }
}

/// Writes a person's word.
///
/// # Errors
/// The database failed, or the item is not open.
pub async fn close(
    tx: &mut Tx,
    id: WorkItemId,
    state: WorkItemState,
    by: SubjectId,
    evidence: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    let done = sqlx::query!(
        "update work_item
         set state = $2, closed_by = $3, evidence = $4, closed_at = $5
         where id = $1 and state = 'open'",
        id.0,
        state.as_str(),
        by.0,
        evidence,
        now,
    )
    .execute(&mut **tx)
    .await?;
    one("work item", done.rows_affected())
}

/// An item with the names that a page shows.
#[derive(Debug, Clone)]
pub struct Item {
    pub id: WorkItemId,
    pub demand: DemandId,
    pub lane: LaneId,
    pub direction: Direction,
    pub state: WorkItemState,
    pub was_confirmed: bool,
    pub what: What,
    pub instructions: String,
    pub opened_at: DateTime<Utc>,
    pub due_at: DateTime<Utc>,
    pub closed_at: Option<DateTime<Utc>>,
    pub closed_by: Option<String>,
    pub evidence: Option<String>,
    pub correlation: CorrelationId,
    pub subject: SubjectId,
    pub subject_name: String,
    pub target_name: String,
    pub application: ApplicationId,
    pub application_name: String,
    pub request: Option<(RequestId, i64)>,
}

struct Shown {
    id: Uuid,
    demand_id: Uuid,
    lane_id: Uuid,
    direction: String,
    state: String,
    was_confirmed: bool,
    what: Json<What>,
    instructions: String,
    opened_at: DateTime<Utc>,
    due_at: DateTime<Utc>,
    closed_at: Option<DateTime<Utc>>,
    closed_by_name: Option<String>,
    evidence: Option<String>,
    correlation_id: Uuid,
    subject_id: Uuid,
    subject_name: Option<String>,
    target_name: String,
    application_id: Uuid,
    application_name: String,
    request_id: Option<Uuid>,
    request_number: Option<i64>,
}

impl TryFrom<Shown> for Item {
    type Error = StoreError;

    fn try_from(row: Shown) -> Result<Self> {
        Ok(Self {
            id: row.id.into(),
            demand: row.demand_id.into(),
            lane: row.lane_id.into(),
            direction: word(&row.direction)?,
            state: word(&row.state)?,
            was_confirmed: row.was_confirmed,
            what: row.what.0,
            instructions: row.instructions,
            opened_at: row.opened_at,
            due_at: row.due_at,
            closed_at: row.closed_at,
            closed_by: row.closed_by_name,
            evidence: row.evidence,
            correlation: row.correlation_id.into(),
            subject: row.subject_id.into(),
            subject_name: row.subject_name.unwrap_or_default(),
            target_name: row.target_name,
            application: row.application_id.into(),
            application_name: row.application_name,
            request: row.request_id.map(Into::into).zip(row.request_number),
        })
    }
}

/// # Errors
/// The database failed.
pub async fn get(conn: &mut Conn, id: WorkItemId) -> Result<Option<Item>> {
    let row = sqlx::query_as!(
        Shown,
        r#"select id as "id!", demand_id as "demand_id!", lane_id as "lane_id!", direction as "direction!",
                state as "state!", was_confirmed as "was_confirmed!", what as "what!: Json<What>",
                instructions as "instructions!", opened_at as "opened_at!", due_at as "due_at!", closed_at,
                closed_by_name as "closed_by_name?", evidence, correlation_id as "correlation_id!",
                subject_id as "subject_id!", subject_name as "subject_name?", target_name as "target_name!",
                application_id as "application_id!", application_name as "application_name!",
                request_id as "request_id?", request_number as "request_number?"
         from work_item_shown
         where id = $1"#,
        id.0,
    )
    .fetch_optional(conn)
    .await?;
    row.map(Item::try_from).transpose()
}

/// Which items.
#[derive(Debug, Clone)]
pub struct Filter {
    /// Only those of applications that this person owns.
    pub owner: Option<SubjectId>,
    /// Open ones by due time, or closed ones, the newest first.
    pub is_open: bool,
    /// Due time or closing time, and id, of the last row of the page before.
    pub after: Option<(DateTime<Utc>, WorkItemId)>,
    pub limit: i64,
}

/// A page of items.
///
/// # Errors
/// The database failed.
pub async fn list(conn: &mut Conn, filter: &Filter) -> Result<Vec<Item>> {
    let (after_at, after_id) = filter.after.map_or((None, None), |(at, id)| (Some(at), Some(id.0)));
    let rows = sqlx::query_as!(
        Shown,
        r#"select id as "id!", demand_id as "demand_id!", lane_id as "lane_id!", direction as "direction!",
                state as "state!", was_confirmed as "was_confirmed!", what as "what!: Json<What>",
                instructions as "instructions!", opened_at as "opened_at!", due_at as "due_at!", closed_at,
                closed_by_name as "closed_by_name?", evidence, correlation_id as "correlation_id!",
                subject_id as "subject_id!", subject_name as "subject_name?", target_name as "target_name!",
                application_id as "application_id!", application_name as "application_name!",
                request_id as "request_id?", request_number as "request_number?"
         from work_item_shown
         where (state = 'open') = $1
           and ($2::uuid is null or application_id in (select o.application_id from application_owner o where o.person_id = $2))
           and ($3::timestamptz is null
                or case when $1 then (due_at, id) > ($3, $4::uuid) else (closed_at, id) < ($3, $4::uuid) end)
         order by case when $1 then due_at end, case when $1 then id end, closed_at desc, id desc
         limit $5"#,
        filter.is_open,
        filter.owner.map(|owner| owner.0),
        after_at,
        after_id,
        filter.limit,
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(Item::try_from).collect()
}

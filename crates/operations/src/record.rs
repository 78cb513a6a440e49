//! Reading the record.

use chrono::{DateTime, Utc};
use usher_authorization::Resource;
use usher_store::record;
use usher_vocabulary::{Action, CorrelationId, uuid::Uuid};

use crate::catalogue::{parse_time_cursor, time_cursor};
use crate::looked_for::may_be_found;
use crate::request::Page;
use crate::{Caller, Context, Fault};

pub use usher_domain::audit::in_lines;
pub use usher_store::record::Row;

/// What to look for.
#[derive(Debug, Clone, Default)]
pub struct Search {
    pub action: Option<String>,
    pub person: Option<String>,
    pub correlation: Option<CorrelationId>,
    pub object: Option<Uuid>,
    /// The first instant that is looked at.
    pub from: Option<DateTime<Utc>>,
    /// The first instant that is not looked at any more.
    pub until: Option<DateTime<Utc>>,
}

/// Entries, the newest first.
///
/// # Errors
/// The caller may not read the record, or the cursor is none of ours.
pub async fn list(
    cx: &Context,
    caller: &Caller,
    search: Search,
    cursor: Option<&str>,
    limit: i64,
) -> Result<Page<Row>, Fault> {
    cx.authorize(caller, Action::ViewAudit, &Resource::System)?;
    let before = cursor.map(|c| parse_time_cursor(c).ok_or(Fault::NotFound)).transpose()?;
    if ![&search.action, &search.person].into_iter().all(|text| may_be_found(text.as_deref())) {
        return Ok(Page::empty());
    }
    // Entries of exactly that instant are later than any that has the lowest id.
    let end = search.until.map(|at| (at, Uuid::nil()));
    let before = match (before, end) {
        (Some(before), Some(end)) => Some(before.min(end)),
        (before, end) => before.or(end),
    };
    let mut conn = cx.store.conn().await?;
    let filter = record::Filter {
        action: search.action.filter(|a| !a.is_empty()),
        person: search.person.filter(|p| !p.is_empty()),
        correlation: search.correlation,
        object: search.object,
        from: search.from,
        before: before.map(|(at, id)| (at, id.into())),
        limit: limit + 1,
    };
    let mut items = record::list(&mut conn, &filter).await?;
    let size = usize::try_from(limit).unwrap_or(0);
    let next = (items.len() > size)
        .then(|| items.get(size.saturating_sub(1)).map(|r| time_cursor(r.occurred_at, r.id.0)))
        .flatten();
    items.truncate(size);
    Ok(Page { items, next })
}

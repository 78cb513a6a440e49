//! What the frame of every page says about whoever reads it.

use chrono::{DateTime, Utc};
use usher_vocabulary::SubjectId;

use crate::{Conn, Result};

/// Numbers and marks beside the navigation.
#[derive(Debug, Clone, Copy, Default)]
pub struct Numbers {
    /// Tasks that wait for the person's decision.
    pub tasks: i64,
    /// Work items that are open, and whether there ever was one.
    pub open_work_items: i64,
    pub has_work_items: bool,
    pub has_reports: bool,
}

/// Everything in one statement. With `sees_all_work` the work items of every application count, otherwise those of
/// the applications that the person owns.
///
/// # Errors
/// The database failed.
pub async fn numbers(
    conn: &mut Conn,
    person: SubjectId,
    sees_all_work: bool,
    now: DateTime<Utc>,
) -> Result<Numbers> {
    let row = sqlx::query!(
        r#"select
             (select count(*) from approval_task t
              where t.approver_id = $1 and t.state = 'open' and t.opened_at is not null) as "tasks!",
             case when $2 then (select count(*) from work_item w where w.state = 'open')
             else (select count(*) from application_owner o
                   join target t on t.application_id = o.application_id
                   join work_item w on w.target_id = t.id
                   where o.person_id = $1 and w.state = 'open') end as "open_work_items!",
             case when $2 then exists (select from work_item)
             else exists (select from application_owner o
                          join target t on t.application_id = o.application_id
                          cross join lateral (select from work_item w where w.target_id = t.id limit 1) any_item
                          where o.person_id = $1) end as "has_work_items!",
             exists (select from work_relationship w
                     join person_primary p on p.subject_id = w.person_id
                     where w.manager_id = $1 and p.manager_id = $1
                       and p.starts_at <= $3 and (p.ends_at is null or p.ends_at > $3)
                       and p.state in ('active', 'notice', 'on_leave')) as "has_reports!""#,
        person.0,
        sees_all_work,
        now,
    )
    .fetch_one(conn)
    .await?;
    Ok(Numbers {
        tasks: row.tasks,
        open_work_items: row.open_work_items,
        has_work_items: row.has_work_items,
        has_reports: row.has_reports,
    })
}

//! What can be asked for.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::types::Uuid;
use usher_vocabulary::{
    ApplicationId, CatalogueItemId, CatalogueItemVersionId, EntitlementId, PolicyVersionId, Risk,
    SubjectId,
};

use crate::{Conn, Result, Tx, directory::like, word};

/// The current version of an item, and how it stands for one subject.
#[derive(Debug, Clone)]
pub struct Item {
    pub id: CatalogueItemId,
    pub version: CatalogueItemVersionId,
    pub name: String,
    pub effect: String,
    pub risk: Risk,
    pub application: ApplicationId,
    pub application_name: String,
    pub is_requestable: bool,
    pub not_requestable_reason: Option<String>,
    pub is_visible: bool,
    pub policy_version: PolicyVersionId,
    pub max_duration: TimeDelta,
    /// The subject has an assignment that is active or begins later, until then.
    pub held_until: Option<DateTime<Utc>>,
    /// The subject waits for a decision about it.
    pub is_pending: bool,
}

/// Which items.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub text: Option<String>,
    pub application: Option<ApplicationId>,
    /// Only these, whether visible or not.
    pub ids: Option<Vec<CatalogueItemId>>,
    pub include_hidden: bool,
    /// Application name, item name and id of the last row of the page before.
    pub after: Option<(String, String, CatalogueItemId)>,
    pub limit: i64,
}

/// Items by application and name, as they stand for `subject`.
///
/// # Errors
/// The database failed.
pub async fn list(conn: &mut Conn, subject: SubjectId, filter: &Filter) -> Result<Vec<Item>> {
    let ids: Option<Vec<Uuid>> = filter.ids.as_ref().map(|ids| ids.iter().map(|id| id.0).collect());
    let (after_app, after_name, after_id) =
        filter.after.clone().map_or((None, None, None), |(a, n, i)| (Some(a), Some(n), Some(i.0)));
    let rows = sqlx::query!(
        r#"select c.item_id as "item_id!", c.id as "version_id!", c.name as "name!", c.effect as "effect!", c.risk as "risk!",
                c.application_id as "application_id!", c.application_name as "application_name!", c.requestable as "requestable!",
                c.not_requestable_reason, c.visible as "visible!", c.policy_version_id as "policy_version_id!",
                p.max_duration_seconds as "max_seconds!", h.held_until,
                exists (
                    select from request_item ri
                    join request r on r.id = ri.request_id
                    join catalogue_item_version v on v.id = ri.item_version_id
                    where r.requestee_id = $1 and v.catalogue_item_id = c.item_id and ri.state = 'awaiting_approval'
                ) as "pending!"
         from (
             select c.*, a.name as application_name
             from catalogue_current c
             join application a on a.id = c.application_id
             where ($2::text is null or c.name ilike $2 or c.effect ilike $2 or a.name ilike $2 or a.purpose ilike $2)
               and ($3::uuid is null or a.id = $3)
               and ($4::uuid[] is null or c.item_id = any($4))
               and ($5 or c.visible)
               and ($6::text is null or (a.name, c.name, c.item_id) > ($6, $7::text, $8::uuid))
             order by a.name, c.name, c.item_id
             limit $9
         ) c
         join assignment_policy_version p on p.id = c.policy_version_id
         -- Only what is shown is looked up for the person.
         left join lateral (
             select max(upper(s.valid)) as held_until
             from assignment s
             join catalogue_item_version v on v.id = s.item_version_id
             where s.subject_id = $1 and v.catalogue_item_id = c.item_id and s.state <> 'ended'
         ) h on true
         order by c.application_name, c.name, c.item_id"#,
        subject.0,
        filter.text.as_deref().map(like),
        filter.application.map(|a| a.0),
        ids.as_deref(),
        filter.include_hidden,
        after_app,
        after_name,
        after_id,
        filter.limit,
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Item {
                id: row.item_id.into(),
                version: row.version_id.into(),
                name: row.name,
                effect: row.effect,
                risk: word(&row.risk)?,
                application: row.application_id.into(),
                application_name: row.application_name,
                is_requestable: row.requestable,
                not_requestable_reason: row.not_requestable_reason,
                is_visible: row.visible,
                policy_version: row.policy_version_id.into(),
                max_duration: TimeDelta::seconds(row.max_seconds),
                held_until: row.held_until,
                is_pending: row.pending,
            })
        })
        .collect()
}

/// A new item with its first version.
#[derive(Debug, Clone)]
pub struct NewItem {
    pub item: CatalogueItemId,
    pub version: CatalogueItemVersionId,
    pub application: ApplicationId,
    pub name: String,
    pub effect: String,
    pub risk: Risk,
    pub not_requestable_reason: Option<String>,
    pub is_visible: bool,
    pub policy_version: PolicyVersionId,
    pub content: Vec<EntitlementId>,
}

/// # Errors
/// The database failed.
pub async fn insert(tx: &mut Tx, new: &NewItem, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "insert into catalogue_item (id, application_id, created_at) values ($1, $2, $3)",
        new.item.0,
        new.application.0,
        now,
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!(
        "insert into catalogue_item_version
             (id, catalogue_item_id, version, name, effect, risk, requestable, not_requestable_reason, visible,
              policy_version_id, created_at)
         values ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, $10)",
        new.version.0,
        new.item.0,
        new.name,
        new.effect,
        new.risk.as_str(),
        new.not_requestable_reason.is_none(),
        new.not_requestable_reason,
        new.is_visible,
        new.policy_version.0,
        now,
    )
    .execute(&mut **tx)
    .await?;
    let content: Vec<Uuid> = new.content.iter().map(|e| e.0).collect();
    sqlx::query!(
        "insert into catalogue_item_content (version_id, entitlement_id) select $1, unnest($2::uuid[])",
        new.version.0,
        &content,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

//! Non-human identities by the set.

use chrono::{DateTime, Utc};
use sqlx::types::Uuid;
use usher_vocabulary::{SubjectId, SubjectKind};

use crate::{Result, Tx};

/// A new service account, workload, bot or agent.
#[derive(Debug, Clone)]
pub struct NewMachine {
    pub id: SubjectId,
    pub name: String,
    /// `service`, `workload`, `bot` or `agent`.
    pub kind: &'static str,
    pub purpose: String,
    pub user_name: String,
    pub expires_at: Option<DateTime<Utc>>,
    /// People who answer for it.
    pub owners: Vec<SubjectId>,
}

/// # Errors
/// The database failed; a name that is taken names its constraint.
pub async fn insert(tx: &mut Tx, new: &[NewMachine], now: DateTime<Utc>) -> Result<()> {
    let ids: Vec<Uuid> = new.iter().map(|n| n.id.0).collect();
    sqlx::query!(
        "insert into subject (id, kind, created_at) select id, $2, $3 from unnest($1::uuid[]) as s (id)",
        &ids,
        SubjectKind::NonHuman.as_str(),
        now,
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!(
        "insert into non_human_identity (subject_id, name, kind, purpose, user_name, expires_at, updated_at)
         select n.*, $7
         from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[]) as n",
        &ids,
        &new.iter().map(|n| n.name.clone()).collect::<Vec<_>>(),
        &new.iter().map(|n| n.kind.to_owned()).collect::<Vec<_>>(),
        &new.iter().map(|n| n.purpose.clone()).collect::<Vec<_>>(),
        &new.iter().map(|n| n.user_name.clone()).collect::<Vec<_>>(),
        &new.iter().map(|n| n.expires_at).collect::<Vec<_>>() as &[Option<DateTime<Utc>>],
        now,
    )
    .execute(&mut **tx)
    .await?;
    let owned: Vec<(Uuid, Uuid)> =
        new.iter().flat_map(|n| n.owners.iter().map(move |o| (n.id.0, o.0))).collect();
    sqlx::query!(
        "insert into non_human_owner (subject_id, owner_id) select * from unnest($1::uuid[], $2::uuid[])",
        &owned.iter().map(|(id, _)| *id).collect::<Vec<_>>(),
        &owned.iter().map(|(_, owner)| *owner).collect::<Vec<_>>(),
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Non-human identities by name, with how many people answer for each.
///
/// # Errors
/// The database failed.
pub async fn owner_counts(conn: &mut crate::Conn) -> Result<Vec<(String, i64)>> {
    let rows = sqlx::query!(
        r#"select n.name, count(o.owner_id) as "owners!"
         from non_human_identity n
         left join non_human_owner o on o.subject_id = n.subject_id
         group by n.name
         order by n.name"#,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.name, row.owners)).collect())
}

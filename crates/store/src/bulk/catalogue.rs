//! Applications, entitlements and catalogue items by the set.

use chrono::{DateTime, Utc};
use sqlx::types::Uuid;

use crate::application::{NewApplication, NewEntitlement};
use crate::catalogue::NewItem;
use crate::{Result, Tx};

/// # Errors
/// The database failed; a name that is taken names its constraint.
pub async fn insert_applications(
    tx: &mut Tx,
    new: &[NewApplication],
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "insert into application (id, name, purpose, criticality, created_at)
         select a.*, $5 from unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) as a",
        &new.iter().map(|a| a.id.0).collect::<Vec<_>>(),
        &new.iter().map(|a| a.name.clone()).collect::<Vec<_>>(),
        &new.iter().map(|a| a.purpose.clone()).collect::<Vec<_>>(),
        &new.iter().map(|a| a.criticality.to_owned()).collect::<Vec<_>>(),
        now,
    )
    .execute(&mut **tx)
    .await?;
    let owned: Vec<(Uuid, Uuid, i16)> = new
        .iter()
        .flat_map(|a| a.owners.iter().zip(1_i16..).map(move |(o, place)| (a.id.0, o.0, place)))
        .collect();
    sqlx::query!(
        "insert into application_owner (application_id, person_id, position)
         select * from unnest($1::uuid[], $2::uuid[], $3::smallint[])",
        &owned.iter().map(|(id, ..)| *id).collect::<Vec<_>>(),
        &owned.iter().map(|(_, owner, _)| *owner).collect::<Vec<_>>(),
        &owned.iter().map(|(.., place)| *place).collect::<Vec<_>>(),
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// # Errors
/// The database failed.
pub async fn insert_entitlements(tx: &mut Tx, new: &[NewEntitlement]) -> Result<()> {
    sqlx::query!(
        "insert into entitlement (id, target_id, kind, native_id, name, effect, risk)
         select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])",
        &new.iter().map(|e| e.id.0).collect::<Vec<_>>(),
        &new.iter().map(|e| e.target.0).collect::<Vec<_>>(),
        &new.iter().map(|e| e.kind.clone()).collect::<Vec<_>>(),
        &new.iter().map(|e| e.native_id.clone()).collect::<Vec<_>>(),
        &new.iter().map(|e| e.name.clone()).collect::<Vec<_>>(),
        &new.iter().map(|e| e.effect.clone()).collect::<Vec<_>>(),
        &new.iter().map(|e| e.risk.as_str().to_owned()).collect::<Vec<_>>(),
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Items, each with its first version.
///
/// # Errors
/// The database failed.
pub async fn insert_items(tx: &mut Tx, new: &[NewItem], now: DateTime<Utc>) -> Result<()> {
    let items: Vec<Uuid> = new.iter().map(|i| i.item.0).collect();
    let versions: Vec<Uuid> = new.iter().map(|i| i.version.0).collect();
    sqlx::query!(
        "insert into catalogue_item (id, application_id, created_at)
         select i.*, $3 from unnest($1::uuid[], $2::uuid[]) as i",
        &items,
        &new.iter().map(|i| i.application.0).collect::<Vec<_>>(),
        now,
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!(
        "insert into catalogue_item_version
             (id, catalogue_item_id, name, effect, risk, requestable, not_requestable_reason, visible,
              policy_version_id, version, created_at)
         select v.*, 1, $10
         from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::boolean[], $7::text[],
                     $8::boolean[], $9::uuid[]) as v",
        &versions,
        &items,
        &new.iter().map(|i| i.name.clone()).collect::<Vec<_>>(),
        &new.iter().map(|i| i.effect.clone()).collect::<Vec<_>>(),
        &new.iter().map(|i| i.risk.as_str().to_owned()).collect::<Vec<_>>(),
        &new.iter().map(|i| i.not_requestable_reason.is_none()).collect::<Vec<_>>(),
        &new.iter().map(|i| i.not_requestable_reason.clone()).collect::<Vec<_>>() as &[Option<String>],
        &new.iter().map(|i| i.is_visible).collect::<Vec<_>>(),
        &new.iter().map(|i| i.policy_version.0).collect::<Vec<_>>(),
        now,
    )
    .execute(&mut **tx)
    .await?;
    let content: Vec<(Uuid, Uuid)> =
        new.iter().flat_map(|i| i.content.iter().map(move |e| (i.version.0, e.0))).collect();
    sqlx::query!(
        "insert into catalogue_item_content (version_id, entitlement_id)
         select * from unnest($1::uuid[], $2::uuid[])",
        &content.iter().map(|(version, _)| *version).collect::<Vec<_>>(),
        &content.iter().map(|(_, entitlement)| *entitlement).collect::<Vec<_>>(),
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

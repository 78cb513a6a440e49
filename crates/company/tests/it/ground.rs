//! A directory that has every group of the grown company.

use anyhow::Result;
use usher_company::{Directory, grown_group_names};
use usher_store::connector;
use usher_testkit::World;

/// The directory of a world, with the groups that it lacked.
pub(crate) async fn directory(world: &World) -> Result<Directory> {
    let mut groups = std::collections::BTreeMap::new();
    for name in grown_group_names() {
        groups.insert(name.to_owned(), world.directory.seed_group(name)?);
    }
    let mut conn = world.cx.store.conn().await?;
    let instances = connector::list(&mut conn, Some(world.company.connector)).await?;
    let settings = instances.first().map(|i| i.settings.clone()).unwrap_or_default();
    Ok(Directory { settings, groups, concurrency: 8, call_timeout_ms: 2_000 })
}

//! The standard load, on the demonstration's directory.

use anyhow::Result;
use usher_company::{Founded, Loaded, Size, loaded_group_names};
use usher_operations::Context;

use super::directory::Directory;
use crate::telemetry::say;

/// Loads a company that has grown and lived.
pub(super) async fn load(
    cx: &Context,
    company: &Founded,
    directory: &Directory,
    size: Size,
) -> Result<()> {
    say("Loading people, applications and their history.");
    directory.add_groups(&loaded_group_names(size))?;
    let ground = directory.as_founded()?;
    let tell = |loaded: &Loaded| {
        if loaded.requests == 0 {
            say(&format!("  {} people, {} applications", loaded.people, loaded.applications));
        } else {
            say(&format!("  {} requests", loaded.requests));
        }
    };
    let loaded = usher_company::load(cx, company, &ground, size, super::SEED, tell).await?;
    say(&format!(
        "  {} items, {} requests, {} of them waiting, {} assignments, {} entries in the record.",
        loaded.items, loaded.requests, loaded.waiting, loaded.assignments, loaded.events
    ));
    Ok(())
}

//! Who leaves, and what others gave them on the target.

use anyhow::{Context as _, Result};
use chrono::TimeDelta;
use usher_company::{ADMINISTRATOR, EMPLOYEE, MANAGER};
use usher_connector::{AccountKey, Change, Grant};
use usher_operations::import::{self, Decision, Options, Outcome};
use usher_testkit::World;

const ITEM: &str = "Display bank reconciliations";

/// Puts the account into a group that nobody asked for here.
async fn given_elsewhere(world: &World) -> Result<()> {
    let account = world.directory.account_named("ines.carvalho").context("an account")?;
    let groups = world.directory.groups();
    let group = groups.into_iter().find(|g| g.members.is_empty()).context("another group")?;
    let key = AccountKey {
        external_id: account.external_id.clone().unwrap_or_default(),
        user_name: account.user_name.clone(),
        native_id: Some(account.id),
    };
    let (kind, scope) = ("group".to_owned(), String::new());
    let grant = Grant { kind, native_id: group.id, scope };
    world.outsider()?.apply(&key, &Change::AddGrant { grant }).await?;
    Ok(())
}

#[tokio::test]
async fn what_was_given_elsewhere_keeps_an_account_until_its_person_leaves() -> Result<()> {
    let world = World::open().await?;
    world.ask(EMPLOYEE, ITEM, TimeDelta::hours(1)).await?;
    world.approve_all(MANAGER).await?;
    world.settle().await?;
    given_elsewhere(&world).await?;
    world.pass(TimeDelta::hours(2), TimeDelta::hours(2)).await?;
    let account = world.directory.account_named("ines.carvalho").context("an account")?;
    assert!(account.active, "it is not ours to take away");

    let admin = world.caller(ADMINISTRATOR).await?;
    let (file, options) =
        ("id,end\nH1007,2026-11-17\n", Options::parse("", [], "").expect("no options"));
    let decision = Decision::default();
    let done = import::apply(&world.cx, &admin, file.as_bytes(), &options, None, &decision).await?;
    assert!(matches!(done.outcome, Outcome::Applied(_)), "{:?}", done.outcome);
    world.settle().await?;
    let account = world.directory.account_named("ines.carvalho").context("it is kept")?;
    assert!(!account.active, "nobody who has left signs in");
    let members: usize = world.directory.groups().iter().map(|g| g.members.len()).sum();
    assert_eq!(members, 1, "what others gave is theirs");
    Ok(())
}

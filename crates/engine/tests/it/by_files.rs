//! A target that is served by files, from asking to gone; and one that acknowledges and does nothing.

use anyhow::{Context as _, Result};
use chrono::TimeDelta;
use usher_company::{ADMINISTRATOR, EMPLOYEE, MANAGER};
use usher_domain::access::Words;
use usher_operations::engine;
use usher_sandbox::{DropAccount, DropLie};
use usher_testkit::{ServedFolder, World};
use usher_vocabulary::{FindingKind, Realisation, RequestId};

const ITEM: &str = "Terminal gate";

fn zone(id: &str) -> (String, String, String) {
    ("zone".to_owned(), id.to_owned(), String::new())
}

fn folder(world: &World) -> Result<&ServedFolder> {
    world.folder.as_ref().context("a folder that is served")
}

async fn approved(world: &World, length: TimeDelta) -> Result<RequestId> {
    let sent = world.ask(EMPLOYEE, ITEM, length).await?;
    world.approve_all(MANAGER).await?;
    world.settle().await?;
    Ok(sent.id)
}

async fn words(world: &World, request: RequestId) -> Result<Words> {
    Ok(world.request(EMPLOYEE, request).await?.items[0].words)
}

async fn incidents(world: &World) -> Result<usize> {
    let overview = engine::overview(&world.cx, &world.caller(ADMINISTRATOR).await?).await?;
    Ok(overview.findings.iter().filter(|f| f.kind == FindingKind::NotEffective).count())
}

#[tokio::test]
async fn asked_written_acknowledged_verified_ended_and_gone() -> Result<()> {
    let world = World::open_with_hands().await?;
    assert!(!folder(&world)?.state()?.contains("ines.carvalho"));
    let request = approved(&world, TimeDelta::hours(1)).await?;
    let view = world.request(EMPLOYEE, request).await?;
    let line = &view.items[0].lines[0];
    assert_eq!(
        (view.items[0].words, line.realisation),
        (Words::YouHaveThis, Realisation::Verified)
    );
    assert!(line.evidence.as_deref().is_some_and(|e| e.contains("state.csv")), "{line:?}");
    assert_eq!((line.confirmed_by.as_deref(), line.verified_at.is_some()), (None, true));
    // Past the connector: the file that the target publishes.
    let state = folder(&world)?.state()?;
    let row = state.lines().find(|line| line.starts_with("ines.carvalho,")).context("a row")?;
    assert!(row.ends_with(",true,zone:gate-terminal"), "{row}");
    assert!(world.directory.accounts().is_empty(), "no other system was touched");

    world.pass(TimeDelta::minutes(61), TimeDelta::minutes(61)).await?;
    assert_eq!(words(&world, request).await?, Words::Ended);
    let line = world.request(EMPLOYEE, request).await?.items[0].lines[0].clone();
    assert_eq!(line.realisation, Realisation::Verified);
    let state = folder(&world)?.state()?;
    let row = state.lines().find(|line| line.starts_with("ines.carvalho,")).context("a row")?;
    assert!(row.ends_with(",false,"), "no zone, and locked: {row}");
    let written = folder(&world)?.hand().folder().join("out");
    let waits = std::fs::read_dir(written)?
        .filter(|entry| entry.as_ref().is_ok_and(|e| e.path().extension().is_some()))
        .count();
    assert_eq!(waits, 0, "every change has its answer");
    Ok(())
}

#[tokio::test]
async fn an_acknowledgement_without_effect_is_not_effective() -> Result<()> {
    let world = World::open_with_hands().await?;
    folder(&world)?.hand().lie(Some(DropLie::NoEffect));
    let request = approved(&world, TimeDelta::days(1)).await?;
    for _ in 0..3 {
        assert_eq!(words(&world, request).await?, Words::NotEffective);
        assert!(!folder(&world)?.state()?.contains("ines.carvalho"));
        world.pass(TimeDelta::minutes(5), TimeDelta::minutes(5)).await?;
    }
    assert_eq!(incidents(&world).await?, 1);

    // Honest from now on: the next try shows, and the incident closes by itself.
    folder(&world)?.hand().lie(None);
    world.pass(TimeDelta::minutes(10), TimeDelta::minutes(5)).await?;
    assert_eq!((words(&world, request).await?, incidents(&world).await?), (Words::YouHaveThis, 0));

    // A removal that is acknowledged and not done never reads as ended.
    folder(&world)?.hand().lie(Some(DropLie::NoEffect));
    world.pass(TimeDelta::days(1), TimeDelta::days(1)).await?;
    assert_eq!(words(&world, request).await?, Words::RemovalNotEffective);
    let held = folder(&world)?.hand().account_named("ines.carvalho").context("still there")?;
    assert!(held.active && held.grants.contains(&zone("gate-terminal")), "{held:?}");
    folder(&world)?.hand().lie(None);
    world.pass(TimeDelta::minutes(10), TimeDelta::minutes(5)).await?;
    assert_eq!(words(&world, request).await?, Words::Ended);
    Ok(())
}

#[tokio::test]
async fn a_badge_of_somebody_else_is_left_alone() -> Result<()> {
    let world = World::open_with_hands().await?;
    let foreign = DropAccount {
        user_name: "ines.carvalho".to_owned(),
        external_id: "visitor-7".to_owned(),
        active: true,
        grants: [zone("hall-cranes")].into(),
        ..DropAccount::default()
    };
    folder(&world)?.hand().plant(foreign.clone())?;
    let request = approved(&world, TimeDelta::hours(1)).await?;
    world.pass(TimeDelta::minutes(30), TimeDelta::minutes(10)).await?;
    assert_eq!(words(&world, request).await?, Words::SetUpFailed);
    world.pass(TimeDelta::minutes(61), TimeDelta::minutes(61)).await?;
    assert_eq!(folder(&world)?.hand().accounts(), [foreign]);
    Ok(())
}

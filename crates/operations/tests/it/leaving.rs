//! Work begins and ends by what a file says.

use anyhow::Result;
use chrono::TimeDelta;
use usher_company::{EMPLOYEE, MANAGER};
use usher_operations::assignment;
use usher_store::person;
use usher_testkit::{World, until_waiting};
use usher_vocabulary::{ItemState, PersonState, TokenScope};

use crate::world::{apply, by_email, number, page};

const ITEM: &str = "Display bank reconciliations";

/// The world stands at 2026-11-18T11:06:40Z; Inês works in Lisbon, at UTC in winter.
async fn holding(world: &World) -> Result<()> {
    world.ask(EMPLOYEE, ITEM, TimeDelta::days(30)).await?;
    world.approve_all(MANAGER).await?;
    world.settle().await?;
    assert!(world.directory.account_named("ines.carvalho").expect("an account").active);
    Ok(())
}

#[tokio::test]
async fn an_end_in_the_past_ends_everything_at_once_and_its_removal_is_verified() -> Result<()> {
    let world = World::open().await?;
    holding(&world).await?;
    let open = world.ask(EMPLOYEE, "Maintain payment memos", TimeDelta::days(1)).await?;
    let operator = usher_operations::Caller::operator("test".to_owned(), world.cx.id());
    usher_operations::token::create(
        &world.cx,
        &operator,
        EMPLOYEE,
        TokenScope::Read,
        TimeDelta::days(1),
    )
    .await?;
    let session = usher_store::session::Session {
        data: serde_json::Value::Null,
        created_at: world.cx.now(),
        expires_at: world.cx.now() + TimeDelta::hours(1),
    };
    let ines = by_email(&world, EMPLOYEE).await?.id;
    usher_store::session::create(&world.cx.store, b"hash", Some(ines), &session).await?;
    let generation = "select generation from lane";
    let before = number(&world, generation).await?;

    apply(&world, "id,end\nH1007,2026-11-17\n").await?;
    assert_eq!(by_email(&world, EMPLOYEE).await?.state, PersonState::Terminated);
    assert!(number(&world, generation).await? > before, "no call decided before starts after");
    assert_eq!(number(&world, "select count(*) from web_session").await?, 0);
    assert_eq!(number(&world, "select count(*) from api_token where revoked_at is null").await?, 0);
    let manager = world.caller(MANAGER).await?;
    let view = usher_operations::request::show(&world.cx, &manager, open.id).await?;
    assert_eq!(view.items[0].state, ItemState::Expired);
    assert_eq!(world.approve_all(MANAGER).await?, 0, "nobody is asked any more");

    world.settle().await?;
    assert!(!world.directory.account_named("ines.carvalho").expect("it is kept").active);
    assert!(world.directory.groups().iter().all(|g| g.members.is_empty()));
    let left =
        "select count(*) from demand where direction = 'revoke' and realisation = 'verified'";
    assert_eq!(number(&world, left).await?, number(&world, "select count(*) from demand").await?);
    let ended = "select count(*) from assignment where end_reason = 'left'";
    assert_eq!(number(&world, ended).await?, 1);
    Ok(())
}

#[tokio::test]
async fn an_end_to_come_ends_at_the_end_of_that_day() -> Result<()> {
    let world = World::open().await?;
    holding(&world).await?;
    apply(&world, "id,end\nH1007,2026-11-20\n").await?;
    assert_eq!(by_email(&world, EMPLOYEE).await?.state, PersonState::Notice);
    // To 23:59 of the last day, then over midnight.
    world.pass(TimeDelta::minutes(12 * 60 + 52 + 48 * 60), TimeDelta::hours(12)).await?;
    assert_eq!(by_email(&world, EMPLOYEE).await?.state, PersonState::Notice);
    assert!(world.directory.account_named("ines.carvalho").expect("an account").active);
    world.pass(TimeDelta::minutes(2), TimeDelta::minutes(2)).await?;
    assert_eq!(by_email(&world, EMPLOYEE).await?.state, PersonState::Terminated);
    assert!(!world.directory.account_named("ines.carvalho").expect("it is kept").active);
    Ok(())
}

#[tokio::test]
async fn an_end_that_is_taken_back_ends_nothing() -> Result<()> {
    let world = World::open().await?;
    holding(&world).await?;
    apply(&world, "id,end\nH1007,2026-11-20\n").await?;
    apply(&world, "id,end\nH1007,\n").await?;
    world.pass(TimeDelta::days(4), TimeDelta::days(1)).await?;
    assert_eq!(by_email(&world, EMPLOYEE).await?.state, PersonState::Active);
    assert!(world.directory.account_named("ines.carvalho").expect("an account").active);
    Ok(())
}

#[tokio::test]
async fn a_start_to_come_begins_by_itself_and_gives_back_no_old_access() -> Result<()> {
    let world = World::open().await?;
    let text =
        "id,name,email,start,time zone\nN1,New Person,new@x.example,2026-11-20,Europe/Istanbul\n";
    apply(&world, text).await?;
    assert_eq!(by_email(&world, "new@x.example").await?.state, PersonState::PreHire);
    // 2026-11-20 begins in Istanbul at 21:00 UTC of the day before.
    world.pass(TimeDelta::hours(33), TimeDelta::hours(33)).await?;
    assert_eq!(by_email(&world, "new@x.example").await?.state, PersonState::PreHire);
    world.pass(TimeDelta::hours(1), TimeDelta::hours(1)).await?;
    assert_eq!(by_email(&world, "new@x.example").await?.state, PersonState::Active);

    // Who comes back holds nothing until it is asked for again.
    holding(&world).await?;
    apply(&world, "id,end\nH1007,2026-11-17\nN1,\n").await?;
    world.settle().await?;
    apply(&world, "id,end\nH1007,\nN1,\n").await?;
    world.settle().await?;
    let back = page(&world, EMPLOYEE).await?;
    assert_eq!(back.brief.state, PersonState::Active);
    let caller = world.caller(EMPLOYEE).await?;
    let held = assignment::list(&world.cx, &caller, None).await?;
    assert!(held.iter().all(|row| row.ended_at.is_some()));
    assert!(!world.directory.account_named("ines.carvalho").expect("it is kept").active);
    Ok(())
}

/// A file that was compared just before midnight is written just after it: who has left meanwhile stays so.
#[tokio::test]
async fn a_file_that_meets_midnight_brings_nobody_back() -> Result<()> {
    let world = World::open().await?;
    apply(&world, "id,end\nH1007,2026-11-20\n").await?;
    let ines = by_email(&world, EMPLOYEE).await?.id;
    // To a minute before the end of the last day.
    world.pass(TimeDelta::minutes(12 * 60 + 52 + 48 * 60), TimeDelta::hours(12)).await?;
    assert_eq!(by_email(&world, EMPLOYEE).await?.state, PersonState::Notice);
    let mut leaving = world.cx.store.begin().await?;
    person::lock(&mut leaving, &[ines]).await?;
    let writing = apply(&world, "id,title\nH1007,Analyst\n");
    let meanwhile = async {
        until_waiting(&mut world.database.owner().await?, 1).await?;
        world.clock.advance(TimeDelta::minutes(2));
        person::set_state(&mut leaving, ines, PersonState::Terminated, world.cx.now()).await?;
        leaving.commit_unaudited("test").await?;
        anyhow::Ok(())
    };
    let (written, moved) = tokio::join!(writing, meanwhile);
    written?;
    moved?;
    let after = by_email(&world, EMPLOYEE).await?;
    assert_eq!((after.title.as_deref(), after.state), (Some("Analyst"), PersonState::Terminated));
    Ok(())
}

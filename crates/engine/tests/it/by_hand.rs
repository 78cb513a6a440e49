//! Targets that a person serves: from asking to somebody's word, and back.

use anyhow::{Context as _, Result};
use chrono::TimeDelta;
use usher_company::{ADMINISTRATOR, AUDITOR, DAY_ONE, EMPLOYEE, MANAGER, OWNER};
use usher_domain::access::Words;
use usher_operations::authorization::Denial;
use usher_operations::work_item::{self, AskAgainError, Close, CloseError, Item, Word};
use usher_operations::{Fault, Key, assignment, engine};
use usher_testkit::{INSTRUCTIONS, World, count};
use usher_vocabulary::{
    Direction, FindingKind, LastAccess, Realisation, RequestId, WorkItemId, WorkItemState,
};

const ITEM: &str = "Key to the cash vault";

async fn world() -> Result<World> {
    let mut world = World::open().await?;
    world.serve_by_hand(ITEM).await?;
    Ok(world)
}

async fn approved(world: &World, length: TimeDelta) -> Result<RequestId> {
    let sent = world.ask(EMPLOYEE, ITEM, length).await?;
    world.approve_all(MANAGER).await?;
    world.settle().await?;
    Ok(sent.id)
}

async fn only_open(world: &World) -> Result<Item> {
    let ids = world.work_items(OWNER).await?;
    assert_eq!(ids.len(), 1, "one thing to do");
    show(world, ids[0]).await
}

async fn show(world: &World, id: WorkItemId) -> Result<Item> {
    Ok(work_item::show(&world.cx, &world.caller(OWNER).await?, id).await?.item)
}

async fn say(world: &World, email: &str, id: WorkItemId, word: Word) -> Result<(), CloseError> {
    let caller = world.caller(email).await.expect("somebody");
    let evidence = format!("{word:?}: K-17, page 4 of the key book.");
    let input = Close { work_item: id, word, evidence };
    work_item::close(&world.cx, &caller, &input, None).await
}

async fn words(world: &World, request: RequestId) -> Result<Words> {
    Ok(world.request(EMPLOYEE, request).await?.items[0].words)
}

async fn give_back(world: &World, request: RequestId) -> Result<()> {
    let id = world.request(EMPLOYEE, request).await?.items[0].assignment.context("held")?;
    assignment::give_back(&world.cx, &world.caller(EMPLOYEE).await?, id, None).await?;
    world.settle().await
}

#[tokio::test]
async fn given_and_taken_away_by_somebodys_word() -> Result<()> {
    let world = world().await?;
    let request = approved(&world, TimeDelta::hours(1)).await?;
    assert_eq!(words(&world, request).await?, Words::WaitsForManualWork);
    assert!(world.directory.accounts().is_empty(), "no system is called");
    let item = only_open(&world).await?;
    assert_eq!((item.direction, item.what.user_name.as_str()), (Direction::Grant, "ines.carvalho"));
    assert_eq!((item.instructions.as_str(), item.what.native_id.as_str()), (INSTRUCTIONS, "K-17"));
    assert_eq!(item.due_at - item.opened_at, TimeDelta::hours(24));
    assert_eq!(item.request.map(|(id, _)| id), Some(request));

    say(&world, OWNER, item.id, Word::Done).await?;
    let view = world.request(EMPLOYEE, request).await?;
    let line = &view.items[0].lines[0];
    assert_eq!(view.items[0].words, Words::YouHaveThis);
    assert_eq!((line.realisation, line.verified_at), (Realisation::Unverifiable, None));
    assert_eq!(line.confirmed_by.as_deref(), Some("Thandiwe Nkosi"));
    assert!(line.evidence.as_deref().is_some_and(|e| e.contains("page 4")), "{line:?}");
    assert!(view.items[0].delivered_at.is_some() && view.items[0].machine_ms.is_none());

    world.pass(TimeDelta::minutes(61), TimeDelta::minutes(61)).await?;
    assert_eq!(words(&world, request).await?, Words::BeingRemoved);
    let removal = only_open(&world).await?;
    assert_eq!((removal.direction, removal.was_confirmed), (Direction::Revoke, true));
    assert_eq!(removal.what.then_account, Some(LastAccess::Disable));
    assert_eq!(removal.due_at - removal.opened_at, TimeDelta::hours(4));
    let before = world.request(EMPLOYEE, request).await?.items[0].lines[0].clone();
    assert_eq!(
        (before.confirmed_by, before.evidence),
        (None, None),
        "an old word says nothing now"
    );
    say(&world, ADMINISTRATOR, removal.id, Word::Done).await?;
    assert_eq!(words(&world, request).await?, Words::Ended);
    assert!(world.work_items(OWNER).await?.is_empty());
    Ok(())
}

#[tokio::test]
async fn the_record_tells_every_step_once() -> Result<()> {
    let world = world().await?;
    let request = approved(&world, TimeDelta::hours(1)).await?;
    let item = only_open(&world).await?;
    say(&world, OWNER, item.id, Word::Done).await?;
    // Another look at the lane asks nobody again.
    world.settle().await?;
    let mut owner = world.database.owner().await?;
    let opened =
        count(&mut owner, "select count(*) from audit_event where action = 'work_item.opened'")
            .await?;
    let done = count(
        &mut owner,
        "select count(*) from audit_event where action = 'work_item.done' and payload not like '%key book%'",
    )
    .await?;
    let told =
        count(&mut owner, "select count(*) from notification where kind = 'work_give'").await?;
    assert_eq!((opened, done, told), (1, 1, 2));
    assert_eq!(words(&world, request).await?, Words::YouHaveThis);
    Ok(())
}

#[tokio::test]
async fn what_nobody_confirmed_is_withdrawn_and_looked_after() -> Result<()> {
    let world = world().await?;
    let request = approved(&world, TimeDelta::days(1)).await?;
    let item = only_open(&world).await?;
    world.clock.advance(TimeDelta::minutes(1));
    give_back(&world, request).await?;
    assert_eq!(show(&world, item.id).await?.state, WorkItemState::Withdrawn);
    assert!(matches!(say(&world, OWNER, item.id, Word::Done).await, Err(CloseError::NotOpen)));
    // Whoever was asked may have begun: only a person can say that nothing is there.
    let removal = only_open(&world).await?;
    assert_eq!((removal.direction, removal.was_confirmed), (Direction::Revoke, false));
    // Wanted again while it waits: the removal is not wanted any more.
    world.clock.advance(TimeDelta::minutes(1));
    let again = approved(&world, TimeDelta::days(1)).await?;
    assert_eq!(show(&world, removal.id).await?.state, WorkItemState::Superseded);
    assert_eq!(only_open(&world).await?.direction, Direction::Grant);
    assert_eq!(words(&world, again).await?, Words::WaitsForManualWork);
    Ok(())
}

#[tokio::test]
async fn a_wish_that_ends_before_anybody_was_asked_asks_nobody() -> Result<()> {
    let world = world().await?;
    let sent = world.ask(EMPLOYEE, ITEM, TimeDelta::days(1)).await?;
    world.approve_all(MANAGER).await?;
    give_back(&world, sent.id).await?;
    assert!(world.work_items(OWNER).await?.is_empty());
    assert_eq!(words(&world, sent.id).await?, Words::GivenBack);
    Ok(())
}

#[tokio::test]
async fn what_cannot_be_done_is_an_incident_until_it_is() -> Result<()> {
    let world = world().await?;
    let request = approved(&world, TimeDelta::hours(1)).await?;
    let owner = world.caller(OWNER).await?;
    let item = only_open(&world).await?;
    say(&world, OWNER, item.id, Word::Cannot).await?;
    assert_eq!(words(&world, request).await?, Words::SetUpFailed);
    let overview = engine::overview(&world.cx, &world.caller(ADMINISTRATOR).await?).await?;
    let kinds: Vec<_> = overview.findings.iter().map(|f| f.kind).collect();
    assert_eq!(kinds, [FindingKind::CannotByHand]);
    assert!(world.work_items(OWNER).await?.is_empty(), "nobody is asked again by themselves");

    world.clock.advance(TimeDelta::minutes(1));
    work_item::ask_again(&world.cx, &owner, item.id, None).await?;
    let twice = work_item::ask_again(&world.cx, &owner, item.id, None).await;
    assert!(matches!(twice, Err(AskAgainError::NotGivenUp)), "{twice:?}");
    world.settle().await?;
    let next = only_open(&world).await?;
    assert_ne!(next.id, item.id);
    say(&world, OWNER, next.id, Word::Done).await?;
    assert_eq!(words(&world, request).await?, Words::YouHaveThis);

    world.pass(TimeDelta::minutes(61), TimeDelta::minutes(61)).await?;
    say(&world, OWNER, only_open(&world).await?.id, Word::Cannot).await?;
    assert_eq!(words(&world, request).await?, Words::RemovalFailed);
    let overview = engine::overview(&world.cx, &world.caller(ADMINISTRATOR).await?).await?;
    assert_eq!(overview.findings.len(), 1, "the first incident is resolved");
    Ok(())
}

#[tokio::test]
async fn what_could_not_be_given_need_not_be_taken_away() -> Result<()> {
    let world = world().await?;
    let request = approved(&world, TimeDelta::hours(1)).await?;
    say(&world, OWNER, only_open(&world).await?.id, Word::Cannot).await?;
    world.pass(TimeDelta::minutes(61), TimeDelta::minutes(61)).await?;
    assert!(world.work_items(OWNER).await?.is_empty());
    let view = world.request(EMPLOYEE, request).await?;
    assert_eq!(view.items[0].words, Words::Ended);
    assert_eq!(view.items[0].lines[0].confirmed_by.as_deref(), Some("Thandiwe Nkosi"));
    let overview = engine::overview(&world.cx, &world.caller(ADMINISTRATOR).await?).await?;
    assert!(overview.findings.is_empty());
    Ok(())
}

#[tokio::test]
async fn only_owners_and_administrators_and_never_about_themselves() -> Result<()> {
    let mut world = world().await?;
    approved(&world, TimeDelta::hours(1)).await?;
    let id = only_open(&world).await?.id;
    for stranger in [EMPLOYEE, MANAGER, DAY_ONE] {
        let refused = say(&world, stranger, id, Word::Done).await;
        assert!(matches!(refused, Err(CloseError::Fault(Fault::NotFound))), "{refused:?}");
        assert!(world.work_items(stranger).await?.is_empty());
    }
    let auditor = say(&world, AUDITOR, id, Word::Done).await;
    assert!(matches!(auditor, Err(CloseError::Fault(Fault::Denied(Denial::ReadOnly)))));
    assert_eq!(world.work_items(AUDITOR).await?, [id], "an auditor looks");

    // The owner asks for themselves: somebody else has to say that it is done.
    world.serve_by_hand("Key to the archive").await?;
    world.ask(OWNER, "Key to the archive", TimeDelta::hours(1)).await?;
    for email in world.company.people.clone().into_keys() {
        world.approve_all(&email).await?;
    }
    world.settle().await?;
    let own = world.work_items(OWNER).await?.into_iter().find(|other| *other != id);
    let own = own.context("the owner's own item")?;
    let refused = say(&world, OWNER, own, Word::Done).await;
    assert!(matches!(refused, Err(CloseError::Fault(Fault::Denied(Denial::OwnAccess)))));
    say(&world, ADMINISTRATOR, own, Word::Done).await?;
    Ok(())
}

#[tokio::test]
async fn a_word_counts_once() -> Result<()> {
    let world = world().await?;
    approved(&world, TimeDelta::hours(1)).await?;
    let id = only_open(&world).await?.id;
    let caller = world.caller(OWNER).await?;
    for evidence in ["", "  \u{200b}", "a\0b", &"x".repeat(2_001)] {
        let input = Close { work_item: id, word: Word::Done, evidence: evidence.to_owned() };
        let refused = work_item::close(&world.cx, &caller, &input, None).await;
        assert!(matches!(refused, Err(CloseError::Fields(_))), "{evidence:?}");
    }
    // A double click, and two people at the same moment.
    let key = Key::parse("click-1").context("a key")?;
    let input = Close { work_item: id, word: Word::Done, evidence: "Seen.".to_owned() };
    let (one, two, other) = tokio::join!(
        work_item::close(&world.cx, &caller, &input, Some(&key)),
        work_item::close(&world.cx, &caller, &input, Some(&key)),
        say(&world, ADMINISTRATOR, id, Word::Cannot),
    );
    match (&one, &two, &other) {
        (Ok(()), Ok(()), Err(CloseError::NotOpen)) => {}
        (Err(CloseError::NotOpen), Err(CloseError::NotOpen), Ok(())) => {}
        other => panic!("{other:?}"),
    }
    let closed = show(&world, id).await?;
    assert_ne!(closed.state, WorkItemState::Open);
    let other = Close { evidence: "Something else.".to_owned(), ..input };
    let reused = work_item::close(&world.cx, &caller, &other, Some(&key)).await;
    assert!(reused.is_err(), "the same key with another body");
    Ok(())
}

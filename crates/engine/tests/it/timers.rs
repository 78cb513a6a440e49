//! What falls due, beside whoever changes the same thing at the same instant.

use anyhow::{Context as _, Result};
use chrono::TimeDelta;
use sqlx::Executor as _;
use usher_company::{DAY_ONE, EMPLOYEE, MANAGER};
use usher_domain::access::Words;
use usher_engine::fire_due;
use usher_store::{assignment, timer};
use usher_testkit::{World, until_waiting};
use usher_vocabulary::{AssignmentId, EndReason, TimerKind};

const ITEM: &str = "Display bank reconciliations";

async fn held(world: &World, email: &str) -> Result<AssignmentId> {
    let sent = world.ask(email, ITEM, TimeDelta::hours(1)).await?;
    world.approve_all(MANAGER).await?;
    world.settle().await?;
    world.request(email, sent.id).await?.items[0].assignment.context("an assignment")
}

/// Giving back locks the subject and then takes the timer back. Firing must not hold the timer while it
/// waits for the subject.
#[tokio::test]
async fn an_end_that_falls_due_while_somebody_gives_back_waits_and_changes_nothing() -> Result<()> {
    let world = World::open().await?;
    let id = held(&world, EMPLOYEE).await?;
    world.clock.advance(TimeDelta::hours(2));
    let now = world.cx.now();
    let subject = *world.company.people.get(EMPLOYEE).context("somebody")?;
    let mut giving_back = world.cx.store.begin().await?;
    assignment::lock_subject(&mut giving_back, subject).await?;

    let cx = world.cx.clone();
    let firing = tokio::spawn(async move { fire_due(&cx).await });
    let mut owner = world.database.owner().await?;
    until_waiting(&mut owner, 1).await?;
    timer::cancel(&mut giving_back, TimerKind::AssignmentEnd, id.0, now).await?;
    assignment::end(&mut giving_back, id, EndReason::Returned, now).await?;
    giving_back.commit_unaudited("test").await?;

    assert_eq!(firing.await??, 0, "there was nothing left to fire");
    let mut conn = world.cx.store.conn().await?;
    let ended = assignment::get(&mut conn, id).await?.context("an assignment")?;
    assert_eq!(ended.end_reason, Some(EndReason::Returned));
    Ok(())
}

#[tokio::test]
async fn two_processes_fire_a_timer_once_and_do_not_wait_for_each_other() -> Result<()> {
    let world = World::open().await?;
    held(&world, EMPLOYEE).await?;
    world.clock.advance(TimeDelta::hours(2));
    let subject = *world.company.people.get(EMPLOYEE).context("somebody")?;
    let mut busy = world.cx.store.begin().await?;
    assignment::lock_subject(&mut busy, subject).await?;
    let cx = world.cx.clone();
    let first = tokio::spawn(async move { fire_due(&cx).await });
    until_waiting(&mut world.database.owner().await?, 1).await?;
    assert_eq!(fire_due(&world.cx).await?, 0, "somebody has it in hand");
    busy.commit_unaudited("test").await?;
    assert_eq!(first.await??, 1);
    Ok(())
}

#[tokio::test]
async fn a_timer_that_cannot_be_fired_does_not_hold_up_the_others() -> Result<()> {
    let world = World::open().await?;
    let stuck = held(&world, EMPLOYEE).await?;
    let sent = world.ask(DAY_ONE, ITEM, TimeDelta::hours(1)).await?;
    world.approve_all(MANAGER).await?;
    world.settle().await?;
    let mut owner = world.database.owner().await?;
    owner
        .execute(sqlx::AssertSqlSafe(format!(
            "alter table assignment add constraint stuck check (id <> '{stuck}' or state <> 'ended')"
        )))
        .await?;
    world.clock.advance(TimeDelta::hours(2));
    assert_eq!(fire_due(&world.cx).await?, 1);
    owner.execute("alter table assignment drop constraint stuck").await?;
    assert_eq!(fire_due(&world.cx).await?, 1, "it waited for its turn");
    world.settle().await?;
    assert_eq!(world.request(DAY_ONE, sent.id).await?.items[0].words, Words::Ended);
    Ok(())
}

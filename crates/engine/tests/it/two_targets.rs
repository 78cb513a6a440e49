//! An item that gives something on two targets.

use anyhow::Result;
use chrono::TimeDelta;
use sqlx::Executor as _;
use usher_company::{EMPLOYEE, MANAGER};
use usher_store::request::mark_delivered;
use usher_testkit::{World, count, until_waiting};
use usher_vocabulary::uuid::Uuid;

/// Two lines that come true at the same instant do not see each other before they are committed; the
/// item is delivered all the same, once.
#[tokio::test]
async fn an_item_is_delivered_when_both_of_its_lines_come_true_at_once() -> Result<()> {
    let world = World::open_with_hands().await?;
    let mut owner = world.database.owner().await?;
    // The gate's item opens the door and shows the reconciliations.
    owner
        .execute(
            "insert into catalogue_item_content (version_id, entitlement_id)
             select g.id, c.entitlement_id
             from catalogue_item_version g, catalogue_item_version v
             join catalogue_item_content c on c.version_id = v.id
             where g.name = 'Terminal gate' and v.name = 'Display bank reconciliations'",
        )
        .await?;
    world.ask(EMPLOYEE, "Terminal gate", TimeDelta::hours(1)).await?;
    world.approve_all(MANAGER).await?;
    let lanes: Vec<Uuid> =
        sqlx::query_scalar("select id from lane order by id").fetch_all(&mut owner).await?;
    let [first, second] = lanes[..] else { panic!("two lines, found {lanes:?}") };
    let verify = "update demand set realisation = 'verified' where lane_id = $1";
    let now = world.cx.now();

    let mut one = world.cx.store.begin().await?;
    let mut other = world.cx.store.begin().await?;
    sqlx::query(verify).bind(first).execute(&mut *one).await?;
    sqlx::query(verify).bind(second).execute(&mut *other).await?;
    assert!(mark_delivered(&mut one, first, now).await?.is_empty(), "the other is not there yet");
    let later = tokio::spawn(async move {
        let delivered = mark_delivered(&mut other, second, now).await?;
        other.commit_unaudited("test").await?;
        Ok::<_, usher_store::StoreError>(delivered.len())
    });
    until_waiting(&mut owner, 1).await?;
    one.commit_unaudited("test").await?;
    assert_eq!(later.await??, 1);
    let delivered = "select count(*) from request_item where delivered_at is not null";
    assert_eq!(count(&mut owner, delivered).await?, 1);
    Ok(())
}

//! What was answered to a request that carried a key is kept for a day, and not for ever.

use std::time::Duration;

use anyhow::{Context as _, Result};
use chrono::TimeDelta;
use tokio_util::sync::CancellationToken;
use usher_company::EMPLOYEE;
use usher_operations::request::{self, Item, Submit};
use usher_operations::{Key, once};
use usher_testkit::{World, count};
use usher_vocabulary::RequestId;

/// Sends the same request under the same key.
async fn send(world: &World) -> Result<RequestId> {
    let key = Key::parse("click-1").context("a key")?;
    let items = vec![Item {
        catalogue_item: world.company.items["Display bank reconciliations"],
        starts_at: None,
        duration_seconds: Some(86_400),
    }];
    let reason = "Month-end figures".to_owned();
    let input = Submit { requestee: None, items, reason, channel: "api" };
    Ok(request::submit(&world.cx, &world.caller(EMPLOYEE).await?, &input, Some(&key)).await?.id)
}

async fn kept(world: &World) -> Result<i64> {
    count(&mut world.database.owner().await?, "select count(*) from idempotency").await
}

#[tokio::test]
async fn an_answer_is_kept_for_a_day_and_then_forgotten() -> Result<()> {
    let world = World::open().await?;
    let first = send(&world).await?;
    world.clock.advance(once::KEPT);
    assert_eq!(once::forget(&world.cx).await?, 0, "its day is not over");
    assert_eq!(send(&world).await?, first);

    world.clock.advance(TimeDelta::seconds(1));
    let stop = CancellationToken::new();
    let engine = tokio::spawn(world.engine.clone().run(stop.clone()));
    let forgotten = async {
        while kept(&world).await? > 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        anyhow::Ok(())
    };
    tokio::time::timeout(Duration::from_secs(30), forgotten).await.context("it is kept")??;
    stop.cancel();
    engine.await?;
    Ok(())
}

//! Work is begun when it is there, and not when somebody looks next.

use std::time::Duration;

use anyhow::{Context as _, Result};
use chrono::TimeDelta;
use tokio_util::sync::CancellationToken;
use usher_company::{EMPLOYEE, MANAGER};
use usher_domain::access::Words;
use usher_testkit::{World, count};

/// Waits until it is so: whether it ever is, is what the test asks.
async fn until(so: impl AsyncFn() -> Result<bool>) -> Result<()> {
    let looking = async {
        while !so().await? {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        anyhow::Ok(())
    };
    tokio::time::timeout(Duration::from_secs(30), looking).await.context("it never was so")?
}

/// The engine of tests looks by itself once an hour.
#[tokio::test]
async fn an_engine_that_waits_hears_what_was_approved() -> Result<()> {
    let world = World::open().await?;
    let stop = CancellationToken::new();
    let engine = tokio::spawn(world.engine.clone().run(stop.clone()));
    let listening = "select count(*) from pg_stat_activity
         where datname = current_database() and query like 'LISTEN%' and state = 'idle'";
    until(async || Ok(count(&mut world.database.owner().await?, listening).await? == 1)).await?;
    for item in ["Display bank reconciliations", "Maintain payment memos"] {
        let sent = world.ask(EMPLOYEE, item, TimeDelta::days(1)).await?;
        world.approve_all(MANAGER).await?;
        until(async || {
            let view = world.request(EMPLOYEE, sent.id).await?;
            Ok(view.items[0].words == Words::YouHaveThis)
        })
        .await?;
    }
    stop.cancel();
    engine.await?;
    Ok(())
}

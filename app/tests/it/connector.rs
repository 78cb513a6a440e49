//! The page of one connector.

use anyhow::{Context as _, Result};
use usher_company::ADMINISTRATOR;
use usher_operations::connector;
use usher_sandbox::{Fault, FaultRule};
use usher_testkit::World;

use crate::browser::Browser;

#[tokio::test]
async fn the_page_shows_what_the_last_test_said() -> Result<()> {
    let world = World::open().await?;
    let caller = world.caller(ADMINISTRATOR).await?;
    let id = connector::list(&world.cx, &caller).await?.pop().context("a connector")?.id;
    let browser = Browser::open(&world, ADMINISTRATOR).await?;
    let page = format!("/connectors/{id}");
    assert!(!browser.get(&page).await?.says("The last test"), "nobody has tested it");

    assert_eq!(browser.post(&format!("{page}/test"), &[]).await?.status, 303);
    assert!(!browser.get(&page).await?.says("The last test"), "there is no answer yet");
    world.settle().await?;
    let tested = connector::show(&world.cx, &caller, id).await?.last_test.context("a test")?;
    let after = browser.get(&page).await?;
    assert!(after.says("The last test worked") && after.says(&tested.words), "{}", after.html);

    world.directory.set_faults(vec![FaultRule::always(Fault::Down503)]);
    world.clock.advance(chrono::TimeDelta::minutes(1));
    assert_eq!(browser.post(&format!("{page}/test"), &[]).await?.status, 303);
    world.settle().await?;
    let after = browser.get(&page).await?;
    assert!(after.says("The last test did not work") && after.says("503"), "{}", after.html);
    Ok(())
}

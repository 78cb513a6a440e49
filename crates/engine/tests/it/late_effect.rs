use anyhow::{Context as _, Result};
use chrono::TimeDelta;
use usher_company::{EMPLOYEE, MANAGER};
use usher_connector::{AccountKey, Change, Grant};
use usher_domain::access::Words;
use usher_operations::assignment;
use usher_sandbox::{Fault, FaultRule};
use usher_testkit::{World, count};
use usher_vocabulary::RequestId;

const ITEM: &str = "Display bank reconciliations";

async fn held(world: &World) -> Result<RequestId> {
    let sent = world.ask(EMPLOYEE, ITEM, TimeDelta::days(1)).await?;
    world.approve_all(MANAGER).await?;
    world.settle().await?;
    assert_eq!(world.request(EMPLOYEE, sent.id).await?.items[0].words, Words::YouHaveThis);
    Ok(sent.id)
}

async fn given_back(world: &World, request: RequestId) -> Result<()> {
    let id =
        world.request(EMPLOYEE, request).await?.items[0].assignment.context("an assignment")?;
    assignment::give_back(&world.cx, &world.caller(EMPLOYEE).await?, id, None).await?;
    world.settle().await?;
    assert_eq!(world.request(EMPLOYEE, request).await?.items[0].words, Words::GivenBack);
    Ok(())
}

/// The account and its group, given by somebody else than a job of now: what a call of before looks like when the target
/// carries it out late.
async fn arrive_late(world: &World) -> Result<()> {
    let account = world.directory.account_named("ines.carvalho").context("an account")?;
    let group = world.directory.groups().into_iter().find(|g| g.display_name == "fi-bank-display");
    let target = world.outsider()?;
    let key = AccountKey {
        external_id: account.external_id.clone().unwrap_or_default(),
        user_name: account.user_name.clone(),
        native_id: Some(account.id.clone()),
    };
    let grant = Grant {
        kind: "group".to_owned(),
        native_id: group.context("the group")?.id,
        scope: String::new(),
    };
    target.apply(&key, &Change::EnableAccount).await?;
    target.apply(&key, &Change::AddGrant { grant }).await?;
    Ok(())
}

fn is_in(world: &World) -> bool {
    let account = world.directory.account_named("ines.carvalho");
    account.is_some_and(|a| {
        a.active || world.directory.groups().iter().any(|g| g.members.contains(&a.id))
    })
}

/// Findings of late effects that are open, and that are resolved.
async fn recorded(world: &World) -> Result<(i64, i64)> {
    let mut owner = world.database.owner().await?;
    let open = "select count(*) from finding where kind = 'late_effect' and state = 'open'";
    let resolved = "select count(*) from finding where kind = 'late_effect' and state = 'resolved'";
    Ok((count(&mut owner, open).await?, count(&mut owner, resolved).await?))
}

#[tokio::test]
async fn a_call_that_takes_effect_after_the_removal_is_undone_and_recorded() -> Result<()> {
    let world = World::open().await?;
    // The answer is lost: nobody knows whether the target still works on it.
    world.directory.set_faults(vec![FaultRule {
        times: Some(1),
        method: Some("PATCH".to_owned()),
        ..FaultRule::always(Fault::Error500AfterCommit)
    }]);
    let request = held(&world).await?;
    given_back(&world, request).await?;
    assert!(!is_in(&world));

    arrive_late(&world).await?;
    assert!(is_in(&world));
    world.pass(TimeDelta::seconds(60), TimeDelta::seconds(5)).await?;
    assert!(!is_in(&world), "undone without anybody asking");
    let (open, resolved) = recorded(&world).await?;
    assert_eq!(open, 0, "gone again, and verified");
    assert!(resolved > 0);
    assert_eq!(world.request(EMPLOYEE, request).await?.items[0].words, Words::GivenBack);
    Ok(())
}

use anyhow::Result;
use chrono::TimeDelta;
use usher_company::{EMPLOYEE, MANAGER, OWNER};
use usher_domain::access::Words;
use usher_operations::assignment;
use usher_testkit::{World, count, run};
use usher_vocabulary::{ItemState, Realisation};

#[tokio::test]
async fn asked_approved_verified_ended_and_verified_gone() -> Result<()> {
    let world = World::open().await?;
    let sent = world.ask(EMPLOYEE, "Display bank reconciliations", TimeDelta::seconds(120)).await?;
    assert_eq!(world.request(EMPLOYEE, sent.id).await?.items[0].words, Words::WaitsForApproval);
    assert!(world.directory.accounts().is_empty());

    assert_eq!(world.approve_all(MANAGER).await?, 1);
    assert_eq!(world.request(EMPLOYEE, sent.id).await?.items[0].words, Words::BeingSetUp);
    world.settle().await?;
    let view = world.request(EMPLOYEE, sent.id).await?;
    assert_eq!(view.items[0].words, Words::YouHaveThis);
    assert_eq!(view.items[0].lines[0].realisation, Realisation::Verified);
    let account = world.directory.account_named("ines.carvalho").expect("the account exists");
    assert!(account.active);
    assert!(view.items[0].delivered_at.is_some());

    world.pass(TimeDelta::seconds(121), TimeDelta::seconds(121)).await?;
    let view = world.request(EMPLOYEE, sent.id).await?;
    assert_eq!((view.items[0].state, view.items[0].words), (ItemState::Ended, Words::Ended));
    assert!(!world.directory.account_named("ines.carvalho").expect("it is kept").active);
    assert!(world.directory.groups().iter().all(|g| g.members.is_empty()));
    Ok(())
}

#[tokio::test]
async fn a_create_costs_two_calls_and_its_group_one_more() -> Result<()> {
    let world = World::open().await?;
    world.ask(EMPLOYEE, "Display bank reconciliations", TimeDelta::days(1)).await?;
    world.approve_all(MANAGER).await?;
    world.settle().await?;
    let calls: Vec<String> = world
        .directory
        .ledger(0)
        .iter()
        .map(|e| e.method.clone())
        .filter(|m| m != "SEED")
        .collect();
    assert_eq!(calls, ["POST", "PATCH", "GET"]);
    Ok(())
}

#[tokio::test]
async fn two_stages_two_people_and_two_items_on_one_account() -> Result<()> {
    let world = World::open().await?;
    let low = world.ask(EMPLOYEE, "Display bank reconciliations", TimeDelta::days(1)).await?;
    let medium = world.ask(EMPLOYEE, "Post bank reconciliations", TimeDelta::hours(1)).await?;
    world.approve_all(MANAGER).await?;
    world.settle().await?;
    assert_eq!(world.request(EMPLOYEE, medium.id).await?.items[0].words, Words::WaitsForApproval);
    world.approve_all(OWNER).await?;
    world.settle().await?;
    assert_eq!(world.request(EMPLOYEE, medium.id).await?.items[0].words, Words::YouHaveThis);
    assert_eq!(world.directory.accounts().len(), 1);

    // One ends: its group goes, the account and the other group stay.
    world.pass(TimeDelta::hours(2), TimeDelta::hours(2)).await?;
    assert_eq!(world.request(EMPLOYEE, medium.id).await?.items[0].words, Words::Ended);
    assert_eq!(world.request(EMPLOYEE, low.id).await?.items[0].words, Words::YouHaveThis);
    assert!(world.directory.account_named("ines.carvalho").expect("it stays").active);
    Ok(())
}

#[tokio::test]
async fn given_back_is_gone_at_once_and_verified() -> Result<()> {
    let world = World::open().await?;
    let sent = world.ask(EMPLOYEE, "Display bank reconciliations", TimeDelta::days(1)).await?;
    world.approve_all(MANAGER).await?;
    world.settle().await?;
    let id = world.request(EMPLOYEE, sent.id).await?.items[0].assignment.expect("an assignment");
    let caller = world.caller(EMPLOYEE).await?;
    assignment::give_back(&world.cx, &caller, id, None).await?;
    assert_eq!(world.request(EMPLOYEE, sent.id).await?.items[0].words, Words::BeingRemoved);
    world.settle().await?;
    assert_eq!(world.request(EMPLOYEE, sent.id).await?.items[0].words, Words::GivenBack);
    assert!(matches!(
        assignment::give_back(&world.cx, &caller, id, None).await,
        Err(assignment::GiveBackError::Ended)
    ));
    Ok(())
}

#[tokio::test]
async fn an_extension_follows_without_a_gap() -> Result<()> {
    let world = World::open().await?;
    world.ask(EMPLOYEE, "Display bank reconciliations", TimeDelta::hours(1)).await?;
    world.approve_all(MANAGER).await?;
    world.settle().await?;
    let more = world.ask(EMPLOYEE, "Display bank reconciliations", TimeDelta::hours(1)).await?;
    world.approve_all(MANAGER).await?;
    let before = world.directory.ledger(0).len();
    world.pass(TimeDelta::minutes(61), TimeDelta::minutes(61)).await?;
    assert_eq!(world.request(EMPLOYEE, more.id).await?.items[0].words, Words::YouHaveThis);
    assert_eq!(
        world.directory.ledger(0).len(),
        before,
        "the directory is not touched by the hand-over"
    );
    world.pass(TimeDelta::minutes(60), TimeDelta::minutes(60)).await?;
    assert_eq!(world.request(EMPLOYEE, more.id).await?.items[0].words, Words::Ended);
    Ok(())
}

/// What is true already, because something else gives it, is delivered with its approval: no job has anything to do.
#[tokio::test]
async fn what_is_held_for_another_reason_is_delivered_at_once() -> Result<()> {
    let world = World::open().await?;
    let mut owner = world.database.owner().await?;
    let same = "create temp table named as
             select v.id, v.name from catalogue_item_version v
             where v.name in ('Display bank reconciliations', 'Maintain payment memos');
         delete from catalogue_item_content where version_id = (select id from named where name like 'Maintain%');
         insert into catalogue_item_content (version_id, entitlement_id, scope)
         select (select id from named where name like 'Maintain%'), c.entitlement_id, c.scope
         from catalogue_item_content c where c.version_id = (select id from named where name like 'Display%')";
    run(&mut owner, same.to_owned()).await?;
    world.ask(EMPLOYEE, "Display bank reconciliations", TimeDelta::days(1)).await?;
    world.approve_all(MANAGER).await?;
    world.settle().await?;
    let jobs = count(&mut owner, "select count(*) from job").await?;
    let second = world.ask(EMPLOYEE, "Maintain payment memos", TimeDelta::days(1)).await?;
    world.approve_all(MANAGER).await?;
    assert_eq!(world.request(EMPLOYEE, second.id).await?.items[0].words, Words::YouHaveThis);
    let told = "select count(*) from notification where kind = 'item_delivered'";
    assert_eq!(count(&mut owner, told).await?, 2);
    assert_eq!(
        count(&mut owner, "select count(*) from request_item where delivered_at is null").await?,
        0
    );
    assert_eq!(count(&mut owner, "select count(*) from job").await?, jobs);
    Ok(())
}

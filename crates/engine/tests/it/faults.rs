use anyhow::Result;
use chrono::TimeDelta;
use usher_company::{ADMINISTRATOR, EMPLOYEE, MANAGER};
use usher_domain::access::Words;
use usher_operations::engine;
use usher_sandbox::{Effect, Fault, FaultRule};
use usher_testkit::World;
use usher_vocabulary::FindingKind;

fn once(fault: Fault, method: &str) -> FaultRule {
    FaultRule { times: Some(1), method: Some(method.to_owned()), ..FaultRule::always(fault) }
}

fn created(world: &World) -> usize {
    world
        .directory
        .ledger(0)
        .iter()
        .flat_map(|e| &e.effects)
        .filter(|e| matches!(e, Effect::AccountCreated { .. }))
        .count()
}

async fn approved(world: &World) -> Result<usher_vocabulary::RequestId> {
    let sent = world.ask(EMPLOYEE, "Display bank reconciliations", TimeDelta::days(1)).await?;
    world.approve_all(MANAGER).await?;
    Ok(sent.id)
}

/// A target that says yes and does nothing: the page never says done, an incident is open.
#[tokio::test]
async fn success_without_effect_is_not_effective() -> Result<()> {
    let world = World::open().await?;
    world.directory.set_faults(vec![FaultRule {
        method: Some("PATCH".to_owned()),
        ..FaultRule::always(Fault::OkWithoutEffect)
    }]);
    let request = approved(&world).await?;
    world.settle().await?;
    for _ in 0..4 {
        let words = world.request(EMPLOYEE, request).await?.items[0].words;
        assert_eq!(words, Words::NotEffective);
        world.pass(TimeDelta::minutes(5), TimeDelta::minutes(5)).await?;
    }
    let overview = engine::overview(&world.cx, &world.caller(ADMINISTRATOR).await?).await?;
    assert_eq!(overview.findings.iter().filter(|f| f.kind == FindingKind::NotEffective).count(), 1);

    // The target is put right: the next try is effective, and the incident closes by itself.
    world.directory.set_faults(Vec::new());
    world.pass(TimeDelta::minutes(10), TimeDelta::minutes(5)).await?;
    assert_eq!(world.request(EMPLOYEE, request).await?.items[0].words, Words::YouHaveThis);
    let overview = engine::overview(&world.cx, &world.caller(ADMINISTRATOR).await?).await?;
    assert!(overview.findings.is_empty(), "{:?}", overview.findings);
    Ok(())
}

/// The removal is accepted and not done: it never reads as ended.
#[tokio::test]
async fn a_removal_without_effect_never_reads_as_ended() -> Result<()> {
    let world = World::open().await?;
    let request = approved(&world).await?;
    world.settle().await?;
    world.directory.set_faults(vec![FaultRule {
        method: Some("PATCH".to_owned()),
        ..FaultRule::always(Fault::OkWithoutEffect)
    }]);
    world.pass(TimeDelta::days(1), TimeDelta::days(1)).await?;
    assert_eq!(world.request(EMPLOYEE, request).await?.items[0].words, Words::RemovalNotEffective);
    world.directory.set_faults(Vec::new());
    world.pass(TimeDelta::minutes(10), TimeDelta::minutes(5)).await?;
    assert_eq!(world.request(EMPLOYEE, request).await?.items[0].words, Words::Ended);
    Ok(())
}

#[tokio::test]
async fn an_error_after_the_effect_makes_no_second_account() -> Result<()> {
    for fault in [Fault::Error500AfterCommit, Fault::False409, Fault::Garbage] {
        let world = World::open().await?;
        world.directory.set_faults(vec![once(fault, "POST")]);
        let request = approved(&world).await?;
        world.pass(TimeDelta::minutes(10), TimeDelta::minutes(1)).await?;
        assert_eq!(
            world.request(EMPLOYEE, request).await?.items[0].words,
            Words::YouHaveThis,
            "{fault:?}"
        );
        assert_eq!(created(&world), 1, "{fault:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_throttling_target_is_left_alone_as_long_as_it_asks() -> Result<()> {
    let world = World::open().await?;
    let throttle = FaultRule { retry_after_s: Some(30), ..once(Fault::Throttle429, "POST") };
    world.directory.set_faults(vec![throttle]);
    let request = approved(&world).await?;
    world.settle().await?;
    let calls = world.directory.ledger(0).len();
    world.pass(TimeDelta::seconds(29), TimeDelta::seconds(1)).await?;
    assert_eq!(world.directory.ledger(0).len(), calls, "nothing is sent before the time is over");
    world.pass(TimeDelta::seconds(5), TimeDelta::seconds(1)).await?;
    assert_eq!(world.request(EMPLOYEE, request).await?.items[0].words, Words::YouHaveThis);
    Ok(())
}

#[tokio::test]
async fn a_target_that_is_down_costs_time_and_nothing_else() -> Result<()> {
    let world = World::open().await?;
    world.directory.set_faults(vec![FaultRule::always(Fault::Down503)]);
    let request = approved(&world).await?;
    world.pass(TimeDelta::minutes(2), TimeDelta::seconds(20)).await?;
    assert_eq!(world.request(EMPLOYEE, request).await?.items[0].words, Words::BeingSetUp);
    world.directory.set_faults(Vec::new());
    world.pass(TimeDelta::minutes(10), TimeDelta::minutes(1)).await?;
    assert_eq!(world.request(EMPLOYEE, request).await?.items[0].words, Words::YouHaveThis);
    assert_eq!(created(&world), 1);
    Ok(())
}

/// A target that asks for a pause of centuries gets an hour: removals would wait for it.
#[tokio::test]
async fn no_target_is_left_alone_for_ever() -> Result<()> {
    let world = World::open().await?;
    let throttle =
        FaultRule { retry_after_s: Some(10_000_000_000_000), ..once(Fault::Throttle429, "POST") };
    world.directory.set_faults(vec![throttle]);
    let request = approved(&world).await?;
    world.settle().await?;
    assert_eq!(world.request(EMPLOYEE, request).await?.items[0].words, Words::BeingSetUp);
    world.pass(TimeDelta::minutes(80), TimeDelta::minutes(10)).await?;
    assert_eq!(world.request(EMPLOYEE, request).await?.items[0].words, Words::YouHaveThis);
    Ok(())
}

/// One removal that the target refuses for good keeps neither the others nor the account.
#[tokio::test]
async fn a_refused_removal_does_not_keep_the_rest() -> Result<()> {
    let world = World::open().await?;
    approved(&world).await?;
    world.ask(EMPLOYEE, "Maintain payment memos", TimeDelta::days(1)).await?;
    world.approve_all(MANAGER).await?;
    world.settle().await?;
    let groups = world.directory.groups();
    let held: Vec<_> = groups.iter().filter(|group| !group.members.is_empty()).collect();
    assert_eq!(held.len(), 2);
    let refused = held[0];
    let path = format!("/Groups/{}", refused.id);
    world.directory.set_faults(vec![FaultRule {
        method: Some("PATCH".to_owned()),
        path_prefix: Some(path),
        ..FaultRule::always(Fault::Redirect)
    }]);
    world.pass(TimeDelta::days(2), TimeDelta::days(1)).await?;
    let account = world.directory.account_named("ines.carvalho").expect("an account");
    assert!(!account.active, "the account is disabled");
    let left: Vec<_> = world
        .directory
        .groups()
        .into_iter()
        .filter(|group| group.members.contains(&account.id))
        .map(|group| group.id)
        .collect();
    assert_eq!(left, std::slice::from_ref(&refused.id), "only what was refused is left");
    let dead = engine::overview(&world.cx, &world.caller(ADMINISTRATOR).await?).await?;
    assert!(dead.findings.iter().any(|f| f.kind == FindingKind::DeadLetter), "{dead:?}");
    Ok(())
}

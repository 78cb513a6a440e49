use anyhow::Result;
use chrono::TimeDelta;
use usher_company::{ADMINISTRATOR, EMPLOYEE, MANAGER};
use usher_domain::access::Words;
use usher_engine::give_back;
use usher_operations::engine;
use usher_store::attempt::{self, Intended, Intent};
use usher_store::job::{self, Band, Claim, Claimed, Finish};
use usher_testkit::{World, count, run, until_waiting};
use usher_vocabulary::{AttemptId, AttemptOutcome, CallKind, FindingKind, JobState};

async fn claim(world: &World, band: Band) -> Result<Vec<Claimed>> {
    let attempts: Vec<AttemptId> = (0..8).map(|_| world.cx.id()).collect();
    let now = world.cx.now();
    let mut conn = world.cx.store.conn().await?;
    let wish = Claim {
        band,
        worker: "gone",
        now,
        lease_until: now + TimeDelta::seconds(20),
        attempts: &attempts,
        reserve: 0,
    };
    Ok(job::claim(&mut conn, &wish).await?)
}

/// A process that dies with a job in its hands delays the job by its lease, and loses nothing.
#[tokio::test]
async fn a_dead_process_loses_nothing_and_cannot_finish_later() -> Result<()> {
    let world = World::open().await?;
    let sent = world.ask(EMPLOYEE, "Display bank reconciliations", TimeDelta::days(1)).await?;
    world.approve_all(MANAGER).await?;
    let held = claim(&world, Band::Normal).await?;
    assert_eq!(held.len(), 1);
    world.settle().await?;
    assert!(world.directory.accounts().is_empty(), "somebody holds the job");
    assert_eq!(give_back(&world.cx).await?, 0, "the lease has not run out");

    // Twenty seconds and the time of one read, which comes before any call that would extend the lease.
    world.clock.advance(TimeDelta::seconds(23));
    assert_eq!(give_back(&world.cx).await?, 1);
    world.settle().await?;
    assert_eq!(world.request(EMPLOYEE, sent.id).await?.items[0].words, Words::YouHaveThis);

    let finish = Finish {
        state: JobState::RetryWait,
        run_at: world.cx.now(),
        outcome: AttemptOutcome::Retry,
        detail: "",
        error: None,
        class: None,
        call: None,
    };
    let mut tx = world.cx.store.begin().await?;
    let finished = job::finish(&mut tx, &held[0], &finish, world.cx.now()).await?;
    assert!(!finished.is_ours, "a zombie cannot finish");
    Ok(())
}

/// While a grant is under way, its removal is claimed at once, and another grant is not.
#[tokio::test]
async fn a_removal_does_not_wait_for_a_grant_on_the_same_line() -> Result<()> {
    let world = World::open().await?;
    let first = world.ask(EMPLOYEE, "Display bank reconciliations", TimeDelta::days(1)).await?;
    world.approve_all(MANAGER).await?;
    assert_eq!(claim(&world, Band::Normal).await?.len(), 1);
    world.ask(EMPLOYEE, "Maintain payment memos", TimeDelta::days(1)).await?;
    world.approve_all(MANAGER).await?;
    assert!(claim(&world, Band::Normal).await?.is_empty(), "one grant at a time on a line");
    let id = world.request(EMPLOYEE, first.id).await?.items[0].assignment.expect("an assignment");
    usher_operations::assignment::give_back(&world.cx, &world.caller(EMPLOYEE).await?, id, None)
        .await?;
    assert_eq!(claim(&world, Band::Urgent).await?.len(), 1, "taking away goes first");
    Ok(())
}

/// Whether a call may be sent is said under the lane's lock: a reduction that commits first is seen, also by whoever had to
/// wait for it, and holds up nothing but calls that give.
#[tokio::test]
async fn an_intent_that_waited_for_a_reduction_is_overtaken_by_it() -> Result<()> {
    let world = World::open().await?;
    world.ask(EMPLOYEE, "Display bank reconciliations", TimeDelta::days(1)).await?;
    world.approve_all(MANAGER).await?;
    let job = claim(&world, Band::Normal).await?.pop().expect("a job");
    let lane = job.lane.expect("its lane");
    let now = world.cx.now();
    let intent = |job, kind| Intent {
        id: world.cx.id(),
        job,
        lane,
        kind,
        holding: None,
        generation: 1,
        wanted_seq: 1,
        begun: &[],
        intended_at: now,
        deadline_at: now,
        lease_until: now,
    };
    let (mut reduction, mut looking) =
        (world.database.owner().await?, world.database.owner().await?);
    run(&mut reduction, format!("begin; update lane set generation = 2 where id = '{lane}'"))
        .await?;
    let mut tx = world.cx.store.begin().await?;
    let create = intent(&job, CallKind::CreateAccount);
    let (intended, ()) = tokio::try_join!(
        async { Ok::<_, anyhow::Error>(attempt::intend(&mut tx, &create).await?) },
        async {
            until_waiting(&mut looking, 1).await?;
            run(&mut reduction, "commit".to_owned()).await
        },
    )?;
    assert_eq!(intended, Intended::Overtaken);
    assert_eq!(
        attempt::intend(&mut tx, &intent(&job, CallKind::DisableAccount)).await?,
        Intended::Yes
    );
    let theirs = Claimed { lease_token: job.lease_token + 1, ..job };
    assert_eq!(
        attempt::intend(&mut tx, &intent(&theirs, CallKind::DisableAccount)).await?,
        Intended::LeaseLost
    );
    tx.commit_unaudited("test").await?;
    let calls = "select count(*) from call where not enabling";
    assert_eq!(
        (
            count(&mut looking, calls).await?,
            count(&mut looking, "select count(*) from call").await?
        ),
        (1, 1)
    );
    Ok(())
}

/// What ends the process that works on it is not tried for ever; a person looks, and may try again.
#[tokio::test]
async fn a_job_whose_processes_all_die_becomes_a_dead_letter_and_can_be_tried_again() -> Result<()>
{
    let world = World::open().await?;
    let sent = world.ask(EMPLOYEE, "Display bank reconciliations", TimeDelta::days(1)).await?;
    world.approve_all(MANAGER).await?;
    let mut last = None;
    for _ in 0..job::MAX_ATTEMPTS {
        last = claim(&world, Band::Normal).await?.pop();
        assert!(last.is_some(), "it waits for another try");
        world.clock.advance(TimeDelta::seconds(23));
        assert_eq!(give_back(&world.cx).await?, 1);
    }
    assert!(claim(&world, Band::Normal).await?.is_empty(), "nobody takes it up any more");
    let view = world.request(EMPLOYEE, sent.id).await?;
    assert_eq!(view.items[0].words, Words::SetUpFailed);
    let admin = world.caller(ADMINISTRATOR).await?;
    let findings = engine::overview(&world.cx, &admin).await?.findings;
    let dead = last.expect("the last try").id;
    let found: Vec<_> = findings.iter().map(|f| (f.kind, f.job)).collect();
    assert_eq!(found, [(FindingKind::DeadLetter, Some(dead))]);

    engine::retry(&world.cx, &admin, dead, None).await?;
    world.settle().await?;
    assert_eq!(world.request(EMPLOYEE, sent.id).await?.items[0].words, Words::YouHaveThis);
    assert!(engine::overview(&world.cx, &admin).await?.findings.is_empty());
    Ok(())
}

/// Gives the one lost job back. A transaction that failed lets go of its rows when its connection is used next or comes
/// back to the pool, and rows that somebody holds are left for the next round.
async fn given_back(world: &World) -> Result<()> {
    for _ in 0..1_000 {
        if give_back(&world.cx).await? == 1 {
            return Ok(());
        }
    }
    anyhow::bail!("nothing was lost")
}

/// The disk of the database has room for a claim and none for an outcome.
#[tokio::test]
async fn an_outage_uses_up_no_tries_however_long_it_lasts() -> Result<()> {
    let world = World::open().await?;
    let sent = world.ask(EMPLOYEE, "Display bank reconciliations", TimeDelta::days(1)).await?;
    world.approve_all(MANAGER).await?;
    let mut owner = world.database.owner().await?;
    let refuse = "create function refuse() returns trigger language plpgsql as $$ begin raise disk_full; end $$;
         create trigger refuse before insert on audit_event for each row execute function refuse()";
    run(&mut owner, refuse.to_owned()).await?;
    for _ in 0..job::MAX_ATTEMPTS + 3 {
        assert_eq!(world.engine.work_once(Band::Normal).await?, 1);
        world.clock.advance(TimeDelta::seconds(23));
        given_back(&world).await?;
    }
    run(&mut owner, "drop trigger refuse on audit_event".to_owned()).await?;
    world.settle().await?;
    assert_eq!(world.request(EMPLOYEE, sent.id).await?.items[0].words, Words::YouHaveThis);
    let admin = world.caller(ADMINISTRATOR).await?;
    assert!(engine::overview(&world.cx, &admin).await?.findings.is_empty());
    Ok(())
}

/// The server has no connection left for jobs that give access: what they wait for in vain is no failure of theirs.
#[tokio::test]
async fn a_crowd_uses_up_no_tries_either() -> Result<()> {
    let world = World::open().await?;
    let sent = world.ask(EMPLOYEE, "Display bank reconciliations", TimeDelta::days(1)).await?;
    world.approve_all(MANAGER).await?;
    let apart = world.cx.store.apart();
    let mut taken = Vec::new();
    for _ in 0..apart.connections().2 {
        taken.push(apart.conn().await?);
    }
    assert_eq!(world.engine.work_once(Band::Normal).await?, 1);
    let mut owner = world.database.owner().await?;
    let tries: i32 = sqlx::query_scalar("select attempts from job where state = 'running'")
        .fetch_one(&mut owner)
        .await?;
    assert_eq!(tries, 0, "the lease was still there to take the try back");
    drop(taken);
    world.clock.advance(TimeDelta::seconds(23));
    given_back(&world).await?;
    world.settle().await?;
    assert_eq!(world.request(EMPLOYEE, sent.id).await?.items[0].words, Words::YouHaveThis);
    Ok(())
}

/// A statement that takes too long may do so because of this very job: it is not tried for ever.
#[tokio::test]
async fn what_always_takes_too_long_is_no_outage_and_becomes_a_dead_letter() -> Result<()> {
    let world = World::open().await?;
    let sent = world.ask(EMPLOYEE, "Display bank reconciliations", TimeDelta::days(1)).await?;
    world.approve_all(MANAGER).await?;
    let mut owner = world.database.owner().await?;
    let refuse = "create function refuse() returns trigger language plpgsql as $$ begin raise query_canceled; end $$;
         create trigger refuse before insert on call for each row execute function refuse()";
    run(&mut owner, refuse.to_owned()).await?;
    for _ in 0..job::MAX_ATTEMPTS {
        assert_eq!(world.engine.work_once(Band::Normal).await?, 1);
        world.clock.advance(TimeDelta::seconds(23));
        given_back(&world).await?;
    }
    assert_eq!(world.engine.work_once(Band::Normal).await?, 0, "nobody takes it up any more");
    let view = world.request(EMPLOYEE, sent.id).await?;
    assert_eq!(view.items[0].words, Words::SetUpFailed);
    Ok(())
}

/// A newer wish on the same line that comes true settles what an older job left behind.
#[tokio::test]
async fn a_dead_letter_is_settled_when_its_line_is_verified() -> Result<()> {
    let world = World::open().await?;
    let sent = world.ask(EMPLOYEE, "Display bank reconciliations", TimeDelta::days(1)).await?;
    world.approve_all(MANAGER).await?;
    for _ in 0..job::MAX_ATTEMPTS {
        assert_eq!(claim(&world, Band::Normal).await?.len(), 1);
        world.clock.advance(TimeDelta::seconds(23));
        give_back(&world.cx).await?;
    }
    let admin = world.caller(ADMINISTRATOR).await?;
    assert_eq!(engine::overview(&world.cx, &admin).await?.findings.len(), 1);
    world.ask(EMPLOYEE, "Maintain payment memos", TimeDelta::days(1)).await?;
    world.approve_all(MANAGER).await?;
    world.settle().await?;
    assert_eq!(world.request(EMPLOYEE, sent.id).await?.items[0].words, Words::YouHaveThis);
    assert!(engine::overview(&world.cx, &admin).await?.findings.is_empty());
    Ok(())
}

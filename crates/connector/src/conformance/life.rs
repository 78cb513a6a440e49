//! An account's life: created, used, disabled, deleted, each step repeated and seen.

use super::CheckResult;
use super::bench::{Bench, Stop, creation, ensure, failed};
use crate::{AccountKey, Change, ConnectorError, ObservedState};

pub(super) async fn checks(bench: &Bench<'_>) -> Vec<CheckResult> {
    vec![
        bench.check("an account that was never created reads as none", absent(bench)).await,
        bench.check("create, then read", create_then_read(bench)).await,
        bench.check("create twice is one account", create_twice(bench)).await,
        bench.check("an added grant is seen, also when added twice", add_grant(bench)).await,
        bench.check("a removed grant is gone, also when removed twice", remove_grant(bench)).await,
        bench.check("disable, then enable, each twice", disable_and_enable(bench)).await,
        bench.check("delete, then read none", delete_then_read(bench)).await,
        bench.check("delete of an absent account succeeds", delete_absent(bench)).await,
    ]
}

async fn absent(bench: &Bench<'_>) -> Result<(), Stop> {
    bench.needs("verify_read", |can| can.verify_read)?;
    let read = bench.read(&bench.world.fresh_key("absent")).await?;
    ensure(read.is_none(), || format!("read answered {read:?}"))
}

async fn create_then_read(bench: &Bench<'_>) -> Result<(), Stop> {
    let key = bench.create("create").await?;
    let by_id = bench.existing(&key).await?;
    let by_name = bench.existing(&AccountKey { native_id: None, ..key.clone() }).await?;
    ensure(by_id.native_id == by_name.native_id, || "reads disagree about the id".to_owned())?;
    ensure(Some(&by_id.native_id) == key.native_id.as_ref(), || {
        format!("created as {:?}, read as {}", key.native_id, by_id.native_id)
    })?;
    ensure(by_id.user_name == key.user_name, || format!("user name became {}", by_id.user_name))?;
    ensure(by_id.state == ObservedState::Active, || format!("is {:?}", by_id.state))?;
    ensure(by_id.grants.is_empty(), || format!("a new account holds {:?}", by_id.grants))?;
    ensure(!by_id.evidence.is_empty(), || "the read gives no evidence".to_owned())?;
    if let Some(seen) = bench.look(&key).await {
        ensure(seen.is_some_and(|account| account.active), || {
            "the target shows no active account".to_owned()
        })?;
    }
    bench.tidy(&key).await
}

async fn create_twice(bench: &Bench<'_>) -> Result<(), Stop> {
    let key = bench.create("twice").await?;
    let first = bench.existing(&key).await?;
    match bench.try_apply(&key, &creation("twice")).await? {
        Ok(_) | Err(ConnectorError::AlreadyExists { .. }) => {}
        Err(other) => return failed(format!("the second create answered: {other}")),
    }
    let again = bench.existing(&AccountKey { native_id: None, ..key.clone() }).await?;
    ensure(again.native_id == first.native_id, || "a second account came to be".to_owned())?;
    if let Some(seen) = bench.look(&key).await {
        let count = seen.map_or(0, |account| account.count);
        ensure(count == 1, || format!("the target holds {count} accounts of that name"))?;
    }
    bench.tidy(&key).await
}

async fn add_grant(bench: &Bench<'_>) -> Result<(), Stop> {
    bench.needs("grants", |can| can.grants)?;
    let key = bench.create("add-grant").await?;
    let [first, second] = bench.world.grants();
    for grant in [&first, &first, &second] {
        bench.apply(&key, &Change::AddGrant { grant: grant.clone() }).await?;
    }
    let held = bench.existing(&key).await?.grants;
    let wanted = [first, second].into_iter().collect();
    ensure(held == wanted, || format!("read shows {held:?}"))?;
    if let Some(seen) = bench.look(&key).await {
        ensure(seen.as_ref().is_some_and(|account| account.grants == wanted), || {
            format!("the target shows {seen:?}")
        })?;
    }
    bench.tidy(&key).await
}

async fn remove_grant(bench: &Bench<'_>) -> Result<(), Stop> {
    bench.needs("grants", |can| can.grants)?;
    let key = bench.create("remove-grant").await?;
    let [first, second] = bench.world.grants();
    for grant in [&first, &second] {
        bench.apply(&key, &Change::AddGrant { grant: grant.clone() }).await?;
    }
    for _ in 0..2 {
        bench.apply(&key, &Change::RemoveGrant { grant: first.clone() }).await?;
    }
    let held = bench.existing(&key).await?.grants;
    let wanted = [second].into_iter().collect();
    ensure(held == wanted, || format!("read shows {held:?}"))?;
    if let Some(seen) = bench.look(&key).await {
        ensure(seen.as_ref().is_some_and(|account| account.grants == wanted), || {
            format!("the target shows {seen:?}")
        })?;
    }
    bench.tidy(&key).await
}

async fn disable_and_enable(bench: &Bench<'_>) -> Result<(), Stop> {
    bench.needs("disable", |can| can.disable)?;
    let key = bench.create("disable").await?;
    for (change, is_active) in [(Change::DisableAccount, false), (Change::EnableAccount, true)] {
        for _ in 0..2 {
            bench.apply(&key, &change).await?;
        }
        let state = bench.existing(&key).await?.state;
        ensure((state == ObservedState::Active) == is_active, || {
            format!("is {state:?} after {change:?}")
        })?;
        if let Some(seen) = bench.look(&key).await {
            ensure(seen.as_ref().is_some_and(|account| account.active == is_active), || {
                format!("the target shows {seen:?} after {change:?}")
            })?;
        }
    }
    bench.tidy(&key).await
}

async fn delete_then_read(bench: &Bench<'_>) -> Result<(), Stop> {
    bench.needs("delete", |can| can.delete)?;
    let key = bench.create("delete").await?;
    bench.apply(&key, &Change::DeleteAccount).await?;
    for key in [key.clone(), AccountKey { native_id: None, ..key.clone() }] {
        let read = bench.read(&key).await?;
        ensure(read.is_none(), || format!("read still finds {read:?}"))?;
    }
    if let Some(seen) = bench.look(&key).await {
        ensure(seen.is_none(), || format!("the target still shows {seen:?}"))?;
    }
    // The same delete again, as after an answer that was lost.
    bench.apply(&key, &Change::DeleteAccount).await.map(drop)
}

async fn delete_absent(bench: &Bench<'_>) -> Result<(), Stop> {
    bench.needs("delete", |can| can.delete)?;
    bench.apply(&bench.world.fresh_key("delete-absent"), &Change::DeleteAccount).await.map(drop)
}

//! A record of somebody else is never taken over, whatever it is called.

use super::CheckResult;
use super::bench::{Bench, Stop, creation, ensure, failed};
use crate::{AccountKey, Cause, Change, ConnectorError};

pub(super) async fn checks(bench: &Bench<'_>) -> Vec<CheckResult> {
    vec![
        bench.check("somebody else's record is refused by read", read_refuses(bench)).await,
        bench.check("somebody else's record is never changed", change_refuses(bench)).await,
    ]
}

async fn planted(bench: &Bench<'_>, stem: &str) -> Result<AccountKey, Stop> {
    bench.needs("verify_read", |can| can.verify_read)?;
    let key = bench.world.fresh_key(stem);
    match bench.world.plant_foreign(&key.user_name).await {
        true => Ok(key),
        false => Err(Stop::Skipped("this world has no foreign records".to_owned())),
    }
}

async fn read_refuses(bench: &Bench<'_>) -> Result<(), Stop> {
    let key = planted(bench, "foreign-read").await?;
    match bench.try_read(&key).await? {
        Err(ConnectorError::Reject { cause: Cause::Foreign, why }) if !why.is_empty() => Ok(()),
        other => failed(format!("read answered {other:?}")),
    }
}

async fn change_refuses(bench: &Bench<'_>) -> Result<(), Stop> {
    let key = planted(bench, "foreign-change").await?;
    let before = bench.look(&key).await;
    let [grant, _] = bench.world.grants();
    if let Ok(applied) = bench.try_apply(&key, &creation("foreign-change")).await? {
        return failed(format!("create answered {applied:?}"));
    }
    for change in [
        Change::DisableAccount,
        Change::AddGrant { grant: grant.clone() },
        Change::RemoveGrant { grant },
        Change::DeleteAccount,
    ] {
        if let Ok(applied) = bench.try_apply(&key, &change).await? {
            return failed(format!("{change:?} answered {applied:?}"));
        }
    }
    let after = bench.look(&key).await;
    ensure(before == after, || format!("the record changed from {before:?} to {after:?}"))
}

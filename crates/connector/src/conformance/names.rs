//! Names that break careless code: each works by a round trip or is refused in words.

use super::CheckResult;
use super::bench::{Bench, Stop, creation, ensure, failed};
use crate::{AccountKey, ConnectorError};

pub(super) async fn checks(bench: &Bench<'_>) -> Vec<CheckResult> {
    let long = "x".repeat(300);
    let names = [
        ("an apostrophe", "O'Brien"),
        ("a capital I with a dot", "\u{130}pek"),
        ("Arabic", "\u{639}\u{644}\u{64a}"),
        ("300 characters", &long),
        ("a zero-width space", "ann\u{200b}e"),
        ("a right-to-left override", "ann\u{202e}gpj"),
        ("a NUL", "ann\0e"),
        ("a quotation mark and a backslash", "an\"n\\e"),
        ("a filter in disguise", "x\" or userName pr or userName eq \"y"),
        ("an LDAP filter", "*)(uid=*"),
        ("SQL", "\"; drop table users; --"),
        ("a path", "../Groups?count=0#x"),
        ("a percent sign and a plus", "100%+1"),
        ("a composed and a decomposed letter", "\u{e9}e\u{301}"),
        ("a character beyond the first plane", "\u{1f600}"),
    ];
    let mut results = Vec::with_capacity(names.len());
    for (what, name) in names {
        results.push(bench.check(format!("a name with {what}"), round_trip(bench, name)).await);
    }
    results
}

async fn round_trip(bench: &Bench<'_>, stem: &str) -> Result<(), Stop> {
    bench.needs("create", |can| can.create)?;
    bench.needs("verify_read", |can| can.verify_read)?;
    let key = bench.world.fresh_key(stem);
    let native_id = match bench.try_apply(&key, &creation(stem)).await? {
        Ok(applied) => applied.native_id,
        Err(ConnectorError::Reject { why, .. }) => {
            ensure(!why.trim().is_empty(), || "refused without a word".to_owned())?;
            return match bench.look(&key).await.flatten() {
                None => Ok(()),
                Some(seen) => failed(format!("refused, yet the target shows {seen:?}")),
            };
        }
        Err(other) => return failed(format!("create answered: {other}")),
    };
    let account = bench.existing(&AccountKey { native_id: None, ..key.clone() }).await?;
    ensure(account.user_name == key.user_name, || {
        format!("{:?} came back as {:?}", key.user_name, account.user_name)
    })?;
    bench.tidy(&AccountKey { native_id: native_id.or(Some(account.native_id)), ..key }).await
}

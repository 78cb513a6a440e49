//! What must hold after the kills, by three ledgers: what was accepted, what the directory saw, what the record says.

use std::collections::{BTreeSet, HashMap};

use anyhow::{Context as _, Result, ensure};
use usher_sandbox::Effect;
use usher_testkit::count;

use super::harness::Harness;
use super::people::{Accepted, Clients, End};

/// ORACLE-1: every accepted request came to exactly one end.
pub(super) async fn nothing_lost(clients: &Clients, accepted: &[Accepted]) -> Result<()> {
    for one in accepted {
        let seen = clients.get(&one.email, &format!("/requests/{}", one.id)).await?;
        let item = &seen.json["items"][0];
        let expected = match one.end {
            End::Delivered => ("delivered", Some("verified")),
            End::Ended => ("ended", None),
            End::Withdrawn => ("cancelled", None),
        };
        ensure!(item["state"] == expected.0, "{one:?} is {}", item["state"]);
        if let Some(realisation) = expected.1 {
            ensure!(item["realisation"] == realisation, "{one:?} is {}", item["realisation"]);
        }
    }
    Ok(())
}

/// ORACLE-1 and the idempotency key: whatever was accepted exists once, and nothing else exists.
pub(super) async fn nothing_twice(harness: &Harness, accepted: &[Accepted]) -> Result<()> {
    let mut owner = harness.database.owner().await?;
    let requests = count(&mut owner, "select count(*) from request").await?;
    ensure!(requests == i64::try_from(accepted.len())?, "{requests} of {}", accepted.len());
    let ids: BTreeSet<_> = accepted.iter().map(|one| &one.id).collect();
    ensure!(ids.len() == accepted.len(), "one answer was given for two requests");
    Ok(())
}

/// ORACLE-2: the directory's own ledger saw at most one account made per person.
pub(super) fn no_duplicate_account(harness: &Harness) -> Result<()> {
    let mut made: HashMap<String, usize> = HashMap::new();
    for entry in harness.directory.ledger(0) {
        for effect in &entry.effects {
            if let Effect::AccountCreated { external_id, user_name, .. } = effect {
                *made
                    .entry(external_id.clone().unwrap_or_else(|| user_name.clone()))
                    .or_default() += 1;
            }
        }
    }
    let twice: Vec<_> = made.iter().filter(|(_, count)| **count > 1).collect();
    ensure!(twice.is_empty(), "made more than once: {twice:?}");
    Ok(())
}

/// Who is active in which group, by user name.
pub(super) fn held(harness: &Harness) -> BTreeSet<(String, String)> {
    let names: HashMap<String, String> =
        harness.directory.accounts().into_iter().map(|a| (a.id, a.user_name)).collect();
    harness
        .directory
        .groups()
        .into_iter()
        .flat_map(|g| g.members.into_iter().map(move |m| (m, g.display_name.clone())))
        .map(|(member, group)| (names.get(&member).cloned().unwrap_or(member), group))
        .collect()
}

/// ORACLE-3 and ORACLE-9: what the directory holds is what is desired, no more and no less; whoever holds nothing cannot
/// sign in there.
pub(super) async fn target_is_as_desired(
    harness: &Harness,
    clients: &Clients,
    accepted: &[Accepted],
) -> Result<()> {
    let mut desired: BTreeSet<(String, String)> = BTreeSet::new();
    for one in accepted.iter().filter(|a| a.end == End::Delivered) {
        let seen = clients.get(&one.email, &format!("/requests/{}", one.id)).await?;
        let lines = seen.json["items"][0]["lines"].as_array().context("lines")?;
        for line in lines {
            let user = one.email.split('@').next().unwrap_or_default().to_owned();
            let group = line["entitlement"].as_str().context("a name")?;
            desired.insert((user, group.trim_start_matches("Group ").to_owned()));
        }
    }
    let held = held(harness);
    ensure!(
        held == desired,
        "held and not desired: {:?}; desired and not held: {:?}",
        held.difference(&desired).collect::<Vec<_>>(),
        desired.difference(&held).collect::<Vec<_>>()
    );
    let holders: BTreeSet<_> = desired.iter().map(|(user, _)| user.clone()).collect();
    let active: BTreeSet<_> = harness
        .directory
        .accounts()
        .into_iter()
        .filter(|account| account.active)
        .map(|account| account.user_name)
        .collect();
    ensure!(active == holders, "active {active:?}, holders {holders:?}");
    Ok(())
}

/// ORACLE-5: every job delivered three times more changes nothing at the directory.
pub(super) async fn again_changes_nothing(harness: &Harness) -> Result<()> {
    let before = held(harness);
    let last = harness.directory.ledger(0).last().map_or(0, |entry| entry.seq);
    for _ in 0..3 {
        let delivered = harness.deliver_again().await?;
        ensure!(delivered > 0, "nothing was delivered again");
        harness.wait_until_quiet().await?;
    }
    let ledger = harness.directory.ledger(last);
    ensure!(!ledger.is_empty(), "nobody looked at the directory");
    let changes: Vec<_> = ledger.iter().filter(|entry| entry.took_effect).collect();
    ensure!(changes.is_empty(), "delivered again, jobs changed the directory: {changes:?}");
    ensure!(held(harness) == before);
    Ok(())
}

/// What happened on the way; nothing is judged by it.
pub(super) async fn figures(harness: &Harness) -> Result<String> {
    let mut owner = harness.database.owner().await?;
    let calls = count(&mut owner, "select count(*) from call").await?;
    let unknown = count(&mut owner, "select count(*) from call where outcome = 'unknown'").await?;
    let leases =
        count(&mut owner, "select count(*) from attempt where outcome = 'lease_lost'").await?;
    let stopped =
        count(&mut owner, "select count(*) from attempt where outcome = 'superseded'").await?;
    let ineffective =
        count(&mut owner, "select count(*) from finding where kind = 'not_effective'").await?;
    let late = count(&mut owner, "select count(*) from finding where kind = 'late_effect'").await?;
    Ok(format!(
        "{calls} calls, {unknown} of unknown outcome; {leases} leases lost, {stopped} tries stopped by a newer \
         generation; {ineffective} findings of no effect, {late} of a late effect"
    ))
}

//! What must hold after the kills, by three ledgers: what was accepted, what the directory saw, what the record says.

use std::collections::{BTreeMap, BTreeSet, HashMap};

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

/// ORACLE-3: at the instant of its intent, under the account's lock, no enabling call was of an older generation.
pub(super) async fn no_older_generation(harness: &Harness) -> Result<()> {
    let mut owner = harness.database.owner().await?;
    let calls = count(&mut owner, "select count(*) from call").await?;
    let witnessed = count(&mut owner, "select count(*) from witness").await?;
    ensure!(calls == witnessed && calls > 0, "{calls} calls, {witnessed} witnessed");
    let older = count(
        &mut owner,
        "select count(*) from witness where enabling and of_call is distinct from of_lane",
    )
    .await?;
    ensure!(older == 0, "{older} enabling calls were intended under an older generation");
    let reductions = count(&mut owner, "select count(*) from lane where generation > 1").await?;
    ensure!(reductions > 0, "nothing was taken away, so nothing was proved");
    Ok(())
}

/// ORACLE-4: every change at the directory was intended, every intent has an outcome, in calls and record alike.
pub(super) async fn record_is_reality(harness: &Harness) -> Result<()> {
    let mut owner = harness.database.owner().await?;
    // A call of a process that was killed gets its outcome from whoever works on the line next.
    let open = count(&mut owner, "select count(*) from call where finished_at is null").await?;
    ensure!(open == 0, "{open} calls have no outcome");
    let unmatched = count(
        &mut owner,
        "select count(*) from call c where (
             select count(*) from audit_event a where a.action = 'call.intended' and a.object_id = c.id
         ) <> 1 or (
             select count(*) from audit_event a where a.action = 'call.finished' and a.object_id = c.id
         ) <> 1",
    )
    .await?;
    ensure!(
        unmatched == 0,
        "{unmatched} calls are not in the record once as intent and once as outcome"
    );
    let calls = count(&mut owner, "select count(*) from call").await?;
    let said = count(
        &mut owner,
        "select count(*) from audit_event where action in ('call.intended', 'call.finished')",
    )
    .await?;
    ensure!(said == calls * 2, "{calls} calls, and the record has {said} words about calls");
    let intended = intended(harness).await?;
    for (what, times) in effects(harness) {
        let most = intended.get(&what).copied().unwrap_or_default();
        ensure!(times <= most, "{what:?} took effect {times} times and was intended {most} times");
    }
    Ok(())
}

/// Person, kind of change, group.
type What = (String, &'static str, String);

/// What took effect, by the directory's own ledger.
fn effects(harness: &Harness) -> BTreeMap<What, i64> {
    let mut people: HashMap<String, String> = HashMap::new();
    let mut times: BTreeMap<What, i64> = BTreeMap::new();
    for effect in harness.directory.ledger(0).into_iter().flat_map(|entry| entry.effects) {
        let (account, kind, group) = match effect {
            Effect::AccountCreated { id, external_id, .. } => {
                people.insert(id.clone(), external_id.unwrap_or_default());
                (id, "create_account", String::new())
            }
            Effect::AccountEnabled { id } => (id, "enable_account", String::new()),
            Effect::AccountDisabled { id } => (id, "disable_account", String::new()),
            Effect::AccountDeleted { id } => (id, "delete_account", String::new()),
            Effect::MemberAdded { group, account } => (account, "add_grant", group),
            Effect::MemberRemoved { group, account } => (account, "remove_grant", group),
            // Groups are the test's own doing.
            Effect::GroupCreated { .. } => continue,
            other => (String::new(), "unintended", format!("{other:?}")),
        };
        let person = people.get(&account).cloned().unwrap_or(account);
        *times.entry((person, kind, group)).or_default() += 1;
    }
    times
}

/// What was intended, by our record.
async fn intended(harness: &Harness) -> Result<BTreeMap<What, i64>> {
    const KINDS: [&str; 6] = [
        "create_account",
        "enable_account",
        "disable_account",
        "delete_account",
        "add_grant",
        "remove_grant",
    ];
    let mut owner = harness.database.owner().await?;
    let rows: Vec<(String, String, String, i64)> = sqlx::query_as(
        "select l.subject_id::text, c.kind, coalesce(e.native_id, ''), count(*)
         from call c join lane l on l.id = c.lane_id left join entitlement e on e.id = c.entitlement_id
         group by 1, 2, 3",
    )
    .fetch_all(&mut owner)
    .await?;
    Ok(rows
        .into_iter()
        .filter_map(|(person, kind, group, times)| {
            let kind = KINDS.into_iter().find(|known| *known == kind)?;
            Some(((person, kind, group), times))
        })
        .collect())
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

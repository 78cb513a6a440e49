//! What must hold of calls and record whatever died on the way (ORACLE-3 and 4).

use std::collections::{BTreeMap, HashMap};

use anyhow::{Result, ensure};
use usher_sandbox::{Effect, SandboxHandle};

use crate::{TestDatabase, count};

/// The database itself notes, for every call at the instant of its intent, the generation that the account had
/// then. The intent holds the account's lock, so nothing can come between.
///
/// # Errors
/// The database failed.
pub async fn witness_calls(database: &TestDatabase) -> Result<()> {
    let mut owner = database.owner().await?;
    sqlx::raw_sql(
        "create table witness (call_id uuid, enabling boolean, of_call bigint, of_lane bigint);
         create function witness_call() returns trigger language plpgsql security definer
         set search_path from current as $$
         begin
             insert into witness
             select new.id, new.enabling, new.generation, l.generation from lane l where l.id = new.lane_id;
             return null;
         end $$;
         create trigger witness_call after insert on call for each row execute function witness_call();",
    )
    .execute(&mut owner)
    .await?;
    Ok(())
}

/// ORACLE-3: at the instant of its intent, under the account's lock, no enabling call was of an older generation.
///
/// # Errors
/// One was, or there is nothing to prove it with.
pub async fn no_older_generation(database: &TestDatabase) -> Result<()> {
    let mut owner = database.owner().await?;
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

/// A task waits for its approver exactly while its stage is open: the inbox relies on it and does not read stages.
///
/// # Errors
/// One waits that should not, or does not although it should, or there was never any.
pub async fn tasks_wait_with_their_stage(database: &TestDatabase) -> Result<()> {
    let mut owner = database.owner().await?;
    let astray = count(
        &mut owner,
        "select count(*) from approval_task t join approval_stage s on s.id = t.stage_id
         where t.state in ('open', 'returned')
           and s.state <> case when t.opened_at is null then 'waiting' else 'open' end",
    )
    .await?;
    ensure!(
        astray == 0,
        "{astray} tasks wait although their stage does not, or the other way round"
    );
    let tasks = count(&mut owner, "select count(*) from approval_task").await?;
    ensure!(tasks > 0, "there was never a task");
    Ok(())
}

/// ORACLE-4, our side: every call has one intent and one outcome, in calls and record alike.
///
/// # Errors
/// One has not.
pub async fn calls_are_recorded_once(database: &TestDatabase) -> Result<()> {
    let mut owner = database.owner().await?;
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
    Ok(())
}

/// ORACLE-4, the directory's side: by its own ledger, nothing took effect more often than it was intended.
///
/// # Errors
/// Something did.
pub async fn effects_were_intended(
    database: &TestDatabase,
    directory: &SandboxHandle,
) -> Result<()> {
    let intended = intended(database).await?;
    for (what, times) in effects(directory) {
        let most = intended.get(&what).copied().unwrap_or_default();
        ensure!(times <= most, "{what:?} took effect {times} times and was intended {most} times");
    }
    Ok(())
}

/// Person, kind of change, group.
type What = (String, &'static str, String);

/// What took effect, by the directory's own ledger.
fn effects(directory: &SandboxHandle) -> BTreeMap<What, i64> {
    let mut people: HashMap<String, String> = HashMap::new();
    let mut times: BTreeMap<What, i64> = BTreeMap::new();
    for effect in directory.ledger(0).into_iter().flat_map(|entry| entry.effects) {
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
async fn intended(database: &TestDatabase) -> Result<BTreeMap<What, i64>> {
    const KINDS: [&str; 6] = [
        "create_account",
        "enable_account",
        "disable_account",
        "delete_account",
        "add_grant",
        "remove_grant",
    ];
    let mut owner = database.owner().await?;
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

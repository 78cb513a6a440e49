//! Processes are killed at random instants while people ask, approve and give back through the API and the directory
//! lies; then three ledgers are compared (ORACLE-1 to 5).
//!
//! `USHER_KILLS` sets how often (100 unless told), `USHER_REQUESTS` how many requests (500), `USHER_SEED` repeats a run.

mod harness;
mod oracles;
mod people;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Result, bail};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use usher_testkit::oracles as recorded;

use harness::{Dice, Harness, lies};
use people::{Accepted, Clients};

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_processes_lose_nothing_and_do_nothing_twice() -> Result<()> {
    let kills = number("USHER_KILLS", 100);
    let requests = usize::try_from(number("USHER_REQUESTS", 500))?;
    let seed = number("USHER_SEED", 20_261_121);
    let mut harness = Harness::open(seed).await?;
    let clients = Arc::new(Clients::new(&harness).await?);
    harness.directory.set_faults(lies());

    let permits = Arc::new(Semaphore::new(0));
    let mut wishers: JoinSet<Result<Vec<Accepted>>> = JoinSet::new();
    let people: Vec<String> = clients.emails().cloned().collect();
    for (n, email) in people.iter().enumerate() {
        let quota = requests / people.len() + usize::from(n < requests % people.len());
        let (clients, permits, email) = (Arc::clone(&clients), Arc::clone(&permits), email.clone());
        let seed = seed.wrapping_add(n as u64 + 1);
        wishers.spawn(async move { clients.wish(&email, quota, &permits, seed).await });
    }
    let is_over = Arc::new(AtomicBool::new(false));
    let mut approver = {
        let (clients, is_over) = (Arc::clone(&clients), Arc::clone(&is_over));
        tokio::spawn(async move { clients.approve(&is_over).await })
    };
    // The requests are spread over the kills.
    let mut dice = Dice::new(seed);
    let mut allowed = 0;
    for kill in 1..=kills {
        let now = requests * usize::try_from(kill)? / usize::try_from(kills)?;
        permits.add_permits(now - allowed);
        allowed = now;
        tokio::time::sleep(Duration::from_millis(dice.roll(400))).await;
        harness.wait_until_served().await?;
        harness.kill_one(&mut dice)?;
    }
    permits.add_permits(requests - allowed);
    let mut accepted = Vec::new();
    loop {
        tokio::select! {
            wished = wishers.join_next() => match wished {
                Some(wished) => accepted.extend(wished??),
                None => break,
            },
            // Without it everybody would wait for a decision until their patience ends.
            stopped = &mut approver => bail!("nobody approves any more: {stopped:?}"),
        }
    }
    is_over.store(true, Ordering::Release);
    let decided = approver.await??;
    harness.directory.set_faults(Vec::new());
    harness.wait_until_quiet().await?;
    harness.are_alive()?;
    let lost = clients.lost.load(Ordering::Relaxed);
    println!(
        "{kills} kills, {} requests, {decided} decisions, {lost} answers lost",
        accepted.len()
    );

    oracles::nothing_lost(&clients, &accepted).await?;
    oracles::nothing_twice(&harness, &accepted).await?;
    oracles::no_duplicate_account(&harness)?;
    oracles::target_is_as_desired(&harness, &clients, &accepted).await?;
    recorded::tasks_wait_with_their_stage(&harness.database).await?;
    recorded::no_older_generation(&harness.database).await?;
    oracles::again_changes_nothing(&harness).await?;
    recorded::calls_are_recorded_once(&harness.database).await?;
    recorded::effects_were_intended(&harness.database, &harness.directory).await?;
    println!("{}", oracles::figures(&harness).await?);
    harness.are_alive()
}

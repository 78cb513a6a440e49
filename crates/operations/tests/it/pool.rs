//! What is left of a connection when its user goes away, at whatever moment.

use std::pin::Pin;
use std::task::{Context, Waker};
use std::time::Duration;

use anyhow::Result;
use sqlx::PgConnection;
use usher_store::{Store, StoreOptions};
use usher_testkit::{TestDatabase, count};

async fn store(database: &TestDatabase, connections: u32) -> Result<Store> {
    let options = StoreOptions {
        url: database.url.clone(),
        connections,
        statement_timeout: Duration::from_secs(20),
        name: "usher test",
    };
    Ok(Store::connect(&options).await?)
}

async fn process(conn: &mut PgConnection) -> Result<i32> {
    Ok(sqlx::query_scalar("select pg_backend_pid()").fetch_one(conn).await?)
}

/// Sends what the future sends and goes away; whether that was before the answer.
fn goes_away_during<F: Future>(future: F) -> bool {
    let mut future: Pin<Box<F>> = Box::pin(future);
    future.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending()
}

const OPEN: &str = "select count(*) from pg_stat_activity where datname = current_database()
     and state like 'idle in transaction%'";

#[tokio::test]
async fn a_transaction_that_is_dropped_lets_go_of_everything() -> Result<()> {
    let database = TestDatabase::create().await?;
    let store = store(&database, 1).await?;
    let mut tx = store.begin().await?;
    let first = process(&mut tx).await?;
    sqlx::query("select pg_advisory_xact_lock(1)").execute(&mut *tx).await?;
    drop(tx);
    let mut conn = store.conn().await?;
    assert_eq!(process(&mut conn).await?, first, "the same connection, used again");
    let mut owner = database.owner().await?;
    let locks = "select count(*) from pg_locks where locktype = 'advisory' and objid = 1
         and database = (select oid from pg_database where datname = current_database())";
    assert_eq!(count(&mut owner, locks).await?, 0);
    assert_eq!(count(&mut owner, OPEN).await?, 0);
    Ok(())
}

#[tokio::test]
async fn a_transaction_that_is_dropped_while_it_begins_is_undone_too() -> Result<()> {
    let database = TestDatabase::create().await?;
    let store = store(&database, 1).await?;
    // The server is so quick that now and then the answer is there already.
    while !goes_away_during(store.begin()) {
        drop(store.conn().await?);
    }
    let mut conn = store.conn().await?;
    process(&mut conn).await?;
    assert_eq!(count(&mut database.owner().await?, OPEN).await?, 0);
    Ok(())
}

#[tokio::test]
async fn a_statement_whose_caller_went_away_answers_nobody_else() -> Result<()> {
    let database = TestDatabase::create().await?;
    let store = store(&database, 1).await?;
    let slow = "select 1 from pg_sleep($1)";
    let mut conn = store.conn().await?;
    sqlx::query(slow).bind(0.0).execute(&mut *conn).await?;
    assert!(goes_away_during(sqlx::query(slow).bind(0.2).execute(&mut *conn)));
    drop(conn);
    let seven: i32 = sqlx::query_scalar("select 7").fetch_one(&mut *store.conn().await?).await?;
    assert_eq!(seven, 7);
    Ok(())
}

#[tokio::test]
async fn the_connection_that_was_used_last_goes_first() -> Result<()> {
    let database = TestDatabase::create().await?;
    let store = store(&database, 3).await?;
    let (mut one, mut two, mut three) =
        (store.conn().await?, store.conn().await?, store.conn().await?);
    let last = process(&mut two).await?;
    process(&mut one).await?;
    process(&mut three).await?;
    drop((one, three));
    drop(two);
    assert_eq!(process(&mut *store.conn().await?).await?, last);
    assert_eq!(store.connections(), (3, 3, 3));
    Ok(())
}

/// As after a restart of the server: what fails is not handed out again.
#[tokio::test]
async fn a_connection_that_the_server_ended_is_used_once_at_most() -> Result<()> {
    let database = TestDatabase::create().await?;
    let store = store(&database, 2).await?;
    let (mut one, mut two) = (store.conn().await?, store.conn().await?);
    let ended = [process(&mut one).await?, process(&mut two).await?];
    drop((one, two));
    let mut owner = database.owner().await?;
    // Returns when they are gone.
    for process in ended {
        sqlx::query("select pg_terminate_backend($1, 10000)")
            .bind(process)
            .execute(&mut owner)
            .await?;
    }
    let mut failures = 0;
    for _ in 0..4 {
        match store.database_time().await {
            Ok(_) => {}
            Err(error) if error.is_unavailable() => failures += 1,
            Err(error) => return Err(error.into()),
        }
    }
    assert!(failures <= 1, "noticed {failures} times");
    assert!(!ended.contains(&process(&mut *store.conn().await?).await?));
    Ok(())
}

#[tokio::test]
async fn a_store_that_was_closed_gives_nothing_more_out() -> Result<()> {
    let database = TestDatabase::create().await?;
    let store = store(&database, 2).await?;
    let mut busy = store.conn().await?;
    process(&mut busy).await?;
    drop(store.conn().await?);
    store.close().await;
    assert!(store.conn().await.is_err_and(|error| error.is_unavailable()));
    drop(busy);
    let mut owner = database.owner().await?;
    let open = "select count(*) from pg_stat_activity where datname = current_database()
         and application_name = 'usher test'";
    let gone = async {
        while count(&mut owner, open).await? > 0 {
            tokio::task::yield_now().await;
        }
        anyhow::Ok(())
    };
    tokio::time::timeout(Duration::from_secs(10), gone).await??;
    Ok(())
}

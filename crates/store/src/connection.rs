//! The pool. Whoever the address names, the application acts as `usher_app`, which owns no table.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret, SecretString};
use sqlx::pool::PoolConnectionMetadata;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Executor, PgPool};

use crate::{Conn, Result, StoreError, Tx};

static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!("../../migrations");

/// A connection that rested longer is tried before it is used.
const FRESH: Duration = Duration::from_secs(1);

/// A server that goes away ends its connections one after the other: what rested this much later may still be dead.
const DOUBTFUL: Duration = Duration::from_secs(5);

/// Connections that are kept apart for the many jobs that wait their turn. Each connection is a server process with caches
/// of its own: with one for every job they are cold whenever it is used, and a few do more in the same time.
const APART: u32 = 8;

/// How long somebody waits for a connection.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long a job waits for one of those apart: there may be many before it, and its lease must not run out meanwhile.
const PATIENCE_APART: Duration = Duration::from_secs(8);

/// When the database was last found away.
static DOUBTED_AT: Mutex<Option<Instant>> = Mutex::new(None);

/// The database was found away: every connection that rests now is tried before it is used, so that a restart is
/// noticed once and not once for each connection.
pub(crate) fn doubt() {
    *DOUBTED_AT.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
}

fn is_in_doubt(resting: &PoolConnectionMetadata) -> bool {
    let doubted_at = *DOUBTED_AT.lock().unwrap_or_else(PoisonError::into_inner);
    may_be_dead(resting.idle_for, doubted_at.map(|at| at.elapsed()))
}

fn may_be_dead(rested: Duration, since_doubt: Option<Duration>) -> bool {
    rested > FRESH || since_doubt.is_some_and(|since| since < rested + DOUBTFUL)
}

/// How to reach the database.
#[derive(Debug, Clone)]
pub struct StoreOptions {
    /// `postgres://` address; the role it names must own the tables or be a member of `usher_app`.
    pub url: SecretString,
    /// Connections at most, without the eight apart.
    pub connections: u32,
    /// A statement that runs longer is ended by the database.
    pub statement_timeout: Duration,
    /// Shown in `pg_stat_activity`.
    pub name: &'static str,
}

/// The database cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    #[error("the database address cannot be read")]
    Address(#[source] sqlx::Error),
    #[error("no connection to the database")]
    Connect(#[source] sqlx::Error),
    #[error("the migrations failed")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// The database was made by another release, or is empty.
    #[error("the database has {found} of {wanted} migrations: run `usher migrate`")]
    Schema { found: usize, wanted: usize },
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The database, as the application sees it.
#[derive(Debug, Clone)]
pub struct Store {
    pool: PgPool,
    apart: PgPool,
}

impl Store {
    /// Connects as the application.
    ///
    /// # Errors
    /// The address is wrong, or the database does not answer.
    pub async fn connect(options: &StoreOptions) -> std::result::Result<Self, ConnectError> {
        let connect = address(&options.url, options.name)?.options([
            ("statement_timeout", format!("{}ms", options.statement_timeout.as_millis())),
            ("idle_in_transaction_session_timeout", "60s".to_owned()),
            // Statements of ours read few rows: compiling one takes longer than running it.
            ("jit", "off".to_owned()),
        ]);
        let pool = PgPoolOptions::new()
            .max_connections(options.connections)
            .acquire_timeout(PATIENCE)
            .test_before_acquire(false)
            .before_acquire(|conn, resting| {
                Box::pin(async move {
                    // A connection that was at work a moment ago is not asked whether it is still there: the question
                    // is a round trip before every statement.
                    if is_in_doubt(&resting) {
                        sqlx::Connection::ping(conn).await?;
                    }
                    Ok(true)
                })
            })
            .after_connect(|conn, _| {
                Box::pin(async move {
                    conn.execute("set role usher_app").await?;
                    Ok(())
                })
            })
            .connect_with(connect)
            .await
            .map_err(ConnectError::Connect)?;
        let apart = pool
            .options()
            .clone()
            .max_connections(APART)
            .acquire_timeout(PATIENCE_APART)
            .connect_lazy_with((*pool.connect_options()).clone());
        Ok(Self { pool, apart })
    }

    /// The same database through eight connections kept apart, made when they are first used: for work that is as much as
    /// there are jobs, may wait, and must keep nobody else waiting.
    #[must_use]
    pub fn apart(&self) -> Self {
        Self { pool: self.apart.clone(), apart: self.apart.clone() }
    }

    /// Applies what is missing, as the owner of the tables. Safe to run from several processes.
    ///
    /// # Errors
    /// The address is wrong, the database does not answer, or a migration fails.
    pub async fn migrate(url: &SecretString) -> std::result::Result<(), ConnectError> {
        let pool = PgPoolOptions::new()
            .max_connections(1)
            .connect_with(address(url, "usher migrate")?)
            .await
            .map_err(ConnectError::Connect)?;
        MIGRATOR.run(&pool).await?;
        // The application tells from here whether the schema is the one it was built for.
        pool.execute("grant select on _sqlx_migrations to usher_app, usher_reader")
            .await
            .map_err(StoreError::from)?;
        pool.close().await;
        Ok(())
    }

    /// Changes with every migration: names databases that were made from the same schema.
    #[must_use]
    pub fn schema_fingerprint() -> String {
        use sha2::{Digest as _, Sha256};
        use std::fmt::Write as _;
        let digest = MIGRATOR
            .iter()
            .fold(Sha256::new(), |digest, migration| digest.chain_update(&migration.checksum))
            .finalize();
        digest.iter().take(6).fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
    }

    /// Makes a database unless it exists. `url` names another database of the same cluster.
    ///
    /// # Errors
    /// The cluster does not answer, or the role may not make databases.
    pub async fn create_database(
        url: &SecretString,
        name: &str,
    ) -> std::result::Result<(), ConnectError> {
        let pool = PgPoolOptions::new()
            .max_connections(1)
            .connect_with(address(url, "usher migrate")?)
            .await
            .map_err(ConnectError::Connect)?;
        let exists: bool =
            sqlx::query_scalar("select exists (select from pg_database where datname = $1)")
                .bind(name)
                .fetch_one(&pool)
                .await
                .map_err(StoreError::from)?;
        if !exists {
            let quoted = format!("create database \"{}\"", name.replace('"', "\"\""));
            pool.execute(sqlx::AssertSqlSafe(quoted)).await.map_err(StoreError::from)?;
        }
        pool.close().await;
        Ok(())
    }

    /// Compares the schema with the one this release was built for.
    ///
    /// # Errors
    /// Another number of migrations is applied.
    pub async fn check_schema(&self) -> std::result::Result<(), ConnectError> {
        let exists: bool =
            sqlx::query_scalar("select to_regclass('public._sqlx_migrations') is not null")
                .fetch_one(&self.pool)
                .await
                .map_err(StoreError::from)?;
        let found: i64 = if exists {
            sqlx::query_scalar("select count(*) from _sqlx_migrations where success")
                .fetch_one(&self.pool)
                .await
                .map_err(StoreError::from)?
        } else {
            0
        };
        let (found, wanted) = (usize::try_from(found).unwrap_or(0), MIGRATOR.iter().count());
        if found == wanted { Ok(()) } else { Err(ConnectError::Schema { found, wanted }) }
    }

    /// A connection for reading.
    ///
    /// # Errors
    /// None is free in time, or the database is down.
    pub async fn conn(&self) -> Result<impl std::ops::DerefMut<Target = Conn> + use<>> {
        Ok(self.pool.acquire().await?)
    }

    /// A transaction. Dropping it undoes everything.
    ///
    /// # Errors
    /// None is free in time, or the database is down.
    pub async fn begin(&self) -> Result<Tx> {
        Ok(Tx::new(self.pool.begin().await?))
    }

    /// The database's own clock, which the production clock follows.
    ///
    /// # Errors
    /// The database is down.
    pub async fn database_time(&self) -> Result<DateTime<Utc>> {
        // The one place that asks the database for the time: everything else is given it.
        Ok(sqlx::query_scalar("select clock_timestamp()").fetch_one(&self.pool).await?)
    }

    /// Waits for doorbells on a channel. A doorbell says "look", never what to do.
    ///
    /// # Errors
    /// The database is down.
    pub async fn listen(&self, channel: &'static str) -> Result<Doorbell> {
        let mut listener = sqlx::postgres::PgListener::connect_with(&self.pool).await?;
        listener.listen(channel).await?;
        Ok(Doorbell { listener })
    }

    /// Connections that are open, of these the idle ones, and how many there may be; without those apart.
    #[must_use]
    pub fn connections(&self) -> (u32, u32, u32) {
        let idle = u32::try_from(self.pool.num_idle()).unwrap_or(u32::MAX);
        (self.pool.size(), idle, self.pool.options().get_max_connections())
    }

    /// Ends all connections.
    pub async fn close(&self) {
        self.pool.close().await;
        self.apart.close().await;
    }
}

/// See [`Store::listen`].
#[derive(Debug)]
pub struct Doorbell {
    listener: sqlx::postgres::PgListener,
}

impl Doorbell {
    /// Returns when somebody rang.
    ///
    /// # Errors
    /// The connection was lost and cannot be made again.
    pub async fn rung(&mut self) -> Result<()> {
        self.listener.recv().await?;
        Ok(())
    }
}

fn address(url: &SecretString, name: &str) -> std::result::Result<PgConnectOptions, ConnectError> {
    let options: PgConnectOptions = url.expose_secret().parse().map_err(ConnectError::Address)?;
    Ok(options.application_name(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_rested_around_an_outage_is_tried_and_what_is_at_work_is_not() {
        let ms = Duration::from_millis;
        let cases = [
            ("at work, no outage", 10, None, false),
            ("rested long", 1_001, None, true),
            ("rested before the outage", 400, Some(300), true),
            ("rested just after it was noticed", 299, Some(300), true),
            ("rested while the server still ended connections", 10, Some(4_900), true),
            ("at work long after", 10, Some(5_100), false),
        ];
        for (what, rested, since_doubt, tried) in cases {
            assert_eq!(may_be_dead(ms(rested), since_doubt.map(ms)), tried, "{what}");
        }
    }
}

//! How the database is reached. Whoever the address names, the application acts as `usher_app`, which owns no table.

use std::ops::DerefMut;
use std::time::Duration;

use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret, SecretString};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Connection as _, Executor as _, PgConnection};

use crate::pool::{Address, Pool};
use crate::{Conn, Result, StoreError, Tx};

static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!("../../migrations");

/// Connections that are kept apart for the many jobs that wait their turn. Each connection is a server process with caches
/// of its own: with one for every job they are cold whenever it is used, and a few do more in the same time.
const APART: u32 = 8;

/// How long somebody waits for a connection.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long a job waits for one of those apart: there may be many before it, and its lease must not run out meanwhile.
const PATIENCE_APART: Duration = Duration::from_secs(8);

/// How long a migration waits for a server that is starting.
const PATIENCE_OWNER: Duration = Duration::from_secs(30);

/// Statements that a connection keeps prepared: more than the product has.
const STATEMENTS: usize = 400;

/// How to reach the database.
#[derive(Debug, Clone)]
pub struct StoreOptions {
    /// `postgres://` address; the role it names must own the tables or be a member of `usher_app`.
    pub url: SecretString,
    /// Connections at most, without the eight apart and the one that listens.
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
    pool: Pool,
    apart: Pool,
    /// For connections that are in no pool.
    address: Address,
}

impl Store {
    /// Connects as the application.
    ///
    /// # Errors
    /// The address is wrong, or the database does not answer.
    pub async fn connect(options: &StoreOptions) -> std::result::Result<Self, ConnectError> {
        let connect =
            read(&options.url, options.name)?.statement_cache_capacity(STATEMENTS).options([
                ("role", "usher_app".to_owned()),
                ("statement_timeout", format!("{}ms", options.statement_timeout.as_millis())),
                ("idle_in_transaction_session_timeout", "60s".to_owned()),
                // Statements of ours read few rows: compiling one takes longer than running it.
                ("jit", "off".to_owned()),
            ]);
        let address = Address::new(connect);
        let pool = Pool::new(address.clone(), options.connections, PATIENCE);
        let apart = Pool::new(address.clone(), APART, PATIENCE_APART);
        drop(pool.get().await.map_err(ConnectError::Connect)?);
        Ok(Self { pool, apart, address })
    }

    /// The same database through eight connections kept apart, made when they are first used: for work that is as much as
    /// there are jobs, may wait, and must keep nobody else waiting.
    #[must_use]
    pub fn apart(&self) -> Self {
        Self { pool: self.apart.clone(), ..self.clone() }
    }

    /// Applies what is missing, as the owner of the tables. Safe to run from several processes.
    ///
    /// # Errors
    /// The address is wrong, the database does not answer, or a migration fails.
    pub async fn migrate(url: &SecretString) -> std::result::Result<(), ConnectError> {
        let mut owner = owner(url).await?;
        MIGRATOR.run(&mut owner).await?;
        // The application tells from here whether the schema is the one it was built for.
        owner
            .execute("grant select on _sqlx_migrations to usher_app, usher_reader")
            .await
            .map_err(StoreError::from)?;
        owner.close().await.map_err(StoreError::from)?;
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
        let mut owner = owner(url).await?;
        let exists: bool =
            sqlx::query_scalar("select exists (select from pg_database where datname = $1)")
                .bind(name)
                .fetch_one(&mut owner)
                .await
                .map_err(StoreError::from)?;
        if !exists {
            let quoted = format!("create database \"{}\"", name.replace('"', "\"\""));
            owner.execute(sqlx::AssertSqlSafe(quoted)).await.map_err(StoreError::from)?;
        }
        owner.close().await.map_err(StoreError::from)?;
        Ok(())
    }

    /// Compares the schema with the one this release was built for.
    ///
    /// # Errors
    /// Another number of migrations is applied.
    pub async fn check_schema(&self) -> std::result::Result<(), ConnectError> {
        let mut conn = self.conn().await?;
        let exists: bool =
            sqlx::query_scalar("select to_regclass('public._sqlx_migrations') is not null")
                .fetch_one(&mut *conn)
                .await
                .map_err(StoreError::from)?;
        let found: i64 = if exists {
            sqlx::query_scalar("select count(*) from _sqlx_migrations where success")
                .fetch_one(&mut *conn)
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
    pub async fn conn(&self) -> Result<impl DerefMut<Target = Conn> + use<>> {
        Ok(self.pool.get().await?)
    }

    /// A transaction. Dropping it undoes everything.
    ///
    /// # Errors
    /// None is free in time, or the database is down.
    pub async fn begin(&self) -> Result<Tx> {
        let mut conn = self.pool.get().await?;
        conn.begin().await?;
        Ok(Tx::new(conn))
    }

    /// The database's own clock, which the production clock follows.
    ///
    /// # Errors
    /// The database is down.
    pub async fn database_time(&self) -> Result<DateTime<Utc>> {
        // The one place that asks the database for the time: everything else is given it.
        let mut conn = self.conn().await?;
        Ok(sqlx::query_scalar("select clock_timestamp()").fetch_one(&mut *conn).await?)
    }

    /// Waits for doorbells on a channel. A doorbell says "look", never what to do.
    ///
    /// # Errors
    /// The database is down.
    pub async fn listen(&self, channel: &'static str) -> Result<Doorbell> {
        let own = PgPoolOptions::new()
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .acquire_timeout(PATIENCE)
            .connect_lazy_with(self.address.options());
        let mut listener = sqlx::postgres::PgListener::connect_with(&own).await?;
        listener.listen(channel).await?;
        Ok(Doorbell { listener })
    }

    /// Connections that are open, of these the idle ones, and how many there may be; without those apart.
    #[must_use]
    pub fn connections(&self) -> (u32, u32, u32) {
        self.pool.connections()
    }

    /// Ends the connections that rest; one in use ends when it comes back.
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
    /// Returns when somebody rang, or may have while the connection was lost.
    ///
    /// # Errors
    /// The connection was lost and cannot be made again.
    pub async fn rung(&mut self) -> Result<()> {
        self.listener.try_recv().await?;
        Ok(())
    }
}

/// A connection of whoever the address names.
async fn owner(url: &SecretString) -> std::result::Result<PgConnection, ConnectError> {
    let address = Address::new(read(url, "usher migrate")?);
    tokio::time::timeout(PATIENCE_OWNER, address.connect())
        .await
        .unwrap_or(Err(sqlx::Error::PoolTimedOut))
        .map_err(ConnectError::Connect)
}

fn read(url: &SecretString, name: &str) -> std::result::Result<PgConnectOptions, ConnectError> {
    let options: PgConnectOptions = url.expose_secret().parse().map_err(ConnectError::Address)?;
    Ok(options.application_name(name))
}

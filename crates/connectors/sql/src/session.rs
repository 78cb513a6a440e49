//! Connections to the target: few, kept for a moment, and used again only after a whole success.
//!
//! A call may be dropped at any await; its connection goes with it, and the server rolls back what was
//! not committed.

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use secrecy::ExposeSecret as _;
use sqlx::postgres::{PgArguments, PgConnectOptions, PgRow, PgSslMode};
use sqlx::query::QueryAs;
use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Connection as _, FromRow, PgConnection, Postgres, raw_sql,
};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, timeout};
use usher_connector::{Cause, ConnectorError};

use crate::dial::{NotOpened, dial, hand_over, stays_below};
use crate::settings::{Place, SqlSettings};
use crate::verdict::{Fault, not_confirmed, not_done, reject, retry};

/// How many connections one connector has at most; the target's are few and belong to others.
const MOST: usize = 8;

/// How long an unused connection is kept.
const KEPT: Duration = Duration::from_secs(30);

/// How long after its own limit the server may take to say that it gave a statement up.
const GRACE: Duration = Duration::from_secs(1);

/// The connections of one connector.
pub(crate) struct Pool {
    settings: SqlSettings,
    places: Semaphore,
    idle: Mutex<Vec<(Instant, PgConnection)>>,
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl Pool {
    pub(crate) fn new(settings: SqlSettings) -> Self {
        Self { settings, places: Semaphore::new(MOST), idle: Mutex::default() }
    }

    /// A connection that answers.
    pub(crate) async fn session(&self) -> Result<Session<'_>, ConnectorError> {
        let limit = self.settings.connect_timeout;
        let slow = || retry(Cause::Unreachable, format!("connect: no answer within {limit:?}"));
        let opened = timeout(limit, async {
            let place = self.places.acquire().await.map_err(|_| slow())?;
            let conn = match self.kept().await {
                Some(conn) => conn,
                None => self.connect().await?,
            };
            Ok(Session { pool: self, conn, _place: place })
        });
        opened.await.unwrap_or_else(|_| Err(slow()))
    }

    /// A kept connection that still answers; the others are closed.
    async fn kept(&self) -> Option<PgConnection> {
        loop {
            let (since, mut conn) =
                self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop()?;
            if since.elapsed() < KEPT && conn.ping().await.is_ok() {
                return Some(conn);
            }
        }
    }

    async fn connect(&self) -> Result<PgConnection, ConnectorError> {
        let options = self.options().await.map_err(not_opened)?;
        options.connect().await.map_err(not_connected)
    }

    /// Opens the socket where that is ours to do, and says how to go on from there.
    async fn options(&self) -> Result<PgConnectOptions, NotOpened> {
        let SqlSettings { port, secrets, statement_timeout, .. } = &self.settings;
        let statement_ms = statement_timeout.as_millis();
        // Nothing of the environment (PGHOST and its like) may take part, so everything is set.
        let mut options = PgConnectOptions::new_without_pgpass()
            .port(*port)
            .database(&self.settings.database)
            .username(&self.settings.user)
            .password(secrets.password.expose_secret())
            .application_name("usher")
            .options([
                ("statement_timeout", statement_ms.to_string()),
                ("idle_in_transaction_session_timeout", (2 * statement_ms).to_string()),
                // Nobody's object may stand in for one of the catalogue.
                ("search_path", "pg_catalog".to_owned()),
            ])
            .disable_statement_logging();
        match &self.settings.place {
            Place::Socket { folder, root } => {
                stays_below(root, folder).await?;
                Ok(options.socket(folder).ssl_mode(PgSslMode::Disable))
            }
            Place::Network { host, has_tls, allowed } => {
                let stream = dial(host, *port, allowed, !has_tls).await?;
                if let Some(pem) = &secrets.ca_certificate {
                    options = options.ssl_root_cert_from_pem(pem.expose_secret().into());
                }
                let mode = if *has_tls { PgSslMode::VerifyFull } else { PgSslMode::Disable };
                // The host is what the certificate is checked against; the socket is where it goes.
                Ok(options.host(host).socket(hand_over(stream, *port)?).ssl_mode(mode))
            }
        }
    }
}

/// One connection, in use.
pub(crate) struct Session<'a> {
    pool: &'a Pool,
    conn: PgConnection,
    _place: SemaphorePermit<'a>,
}

impl Session<'_> {
    /// Runs statements that give no rows.
    pub(crate) async fn run(&mut self, sql: &str) -> Result<(), Fault> {
        let limit = self.pool.settings.statement_timeout + GRACE;
        let run = raw_sql(AssertSqlSafe(sql)).execute(&mut self.conn);
        match timeout(limit, run).await {
            Ok(done) => done.map(drop).map_err(Fault::new),
            Err(_) => Err(Fault::Silent),
        }
    }

    /// The rows of a query.
    pub(crate) async fn rows<'q, T>(
        &mut self,
        query: QueryAs<'q, Postgres, T, PgArguments>,
    ) -> Result<Vec<T>, Fault>
    where
        T: Send + Unpin + for<'r> FromRow<'r, PgRow>,
    {
        let limit = self.pool.settings.statement_timeout + GRACE;
        match timeout(limit, query.fetch_all(&mut self.conn)).await {
            Ok(rows) => rows.map_err(Fault::new),
            Err(_) => Err(Fault::Silent),
        }
    }

    pub(crate) async fn begin(&mut self) -> Result<(), ConnectorError> {
        self.run("begin").await.map_err(|fault| not_done("begin", &fault))
    }

    /// Commits; `what` is what the transaction did.
    pub(crate) async fn commit(&mut self, what: &str) -> Result<(), ConnectorError> {
        self.run("commit").await.map_err(|fault| not_confirmed(&format!("{what}: commit"), &fault))
    }

    /// Keeps the connection for the next call. No transaction may be open.
    pub(crate) fn keep(self) {
        let mut idle = self.pool.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.push((Instant::now(), self.conn));
    }
}

fn not_opened(error: NotOpened) -> ConnectorError {
    let cause = match &error {
        NotOpened::Address(_) | NotOpened::Plain | NotOpened::OutsideRoot => Cause::Settings,
        // A path that is too long for a socket, for one, will not get shorter.
        NotOpened::Io(io) if io.kind() == std::io::ErrorKind::InvalidInput => Cause::Settings,
        NotOpened::NoAddress | NotOpened::Io(_) => Cause::Unreachable,
    };
    let why = format!("connect: {error}");
    if cause == Cause::Settings { reject(cause, why) } else { retry(cause, why) }
}

fn not_connected(error: sqlx::Error) -> ConnectorError {
    let refused = |why: String| reject(Cause::Settings, format!("connect: {why}"));
    match error {
        sqlx::Error::Tls(error) => refused(format!("TLS: {error}")),
        sqlx::Error::Configuration(error) => refused(error.to_string()),
        sqlx::Error::Io(error) => match error.get_ref().and_then(|e| e.downcast_ref()) {
            Some(rustls::Error::InvalidCertificate(why)) => {
                refused(format!("the server's certificate is not accepted: {why:?}"))
            }
            _ => not_done("connect", &Fault::Lost(error)),
        },
        other => not_done("connect", &Fault::new(other)),
    }
}

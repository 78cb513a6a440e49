//! Connections that wait for whoever needs one next. The one that was used last goes first: its server process still has
//! in its caches what the next statement needs. None is asked whether it lives unless there is a doubt.

use std::ops::{Deref, DerefMut};
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use deadpool::managed::{
    Manager, Metrics, Object, PoolConfig, PoolError, QueueMode, RecycleError, RecycleResult,
    WeakPool,
};
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, Executor as _, PgConnection};

/// A connection that rested longer is tried before it is used.
const FRESH: Duration = Duration::from_secs(1);

/// A server that goes away ends its connections one after the other: what rested this much later may still be dead.
const DOUBTFUL: Duration = Duration::from_secs(5);

/// A connection that was not needed for so long is closed.
const REST: Duration = Duration::from_mins(10);

/// An older connection is closed: what its server process gathered in its memory goes with it.
const AGE: Duration = Duration::from_mins(30);

/// How often somebody looks for connections to close.
const SWEEP: Duration = Duration::from_mins(1);

/// A statement whose caller went away is waited for this long before its connection is given up: longer than the
/// database lets one run.
const SETTLE: Duration = Duration::from_mins(1);

/// Pauses between tries to connect to a server that is only starting grow up to this.
const PAUSE: Duration = Duration::from_millis(500);

/// When the database was last found away.
static DOUBTED_AT: Mutex<Option<Instant>> = Mutex::new(None);

/// The database was found away: every connection that rests now is tried before it is used, so that a restart is
/// noticed once and not once for each connection.
pub(crate) fn doubt() {
    *DOUBTED_AT.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
}

fn may_be_dead(rested: Duration, since_doubt: Option<Duration>) -> bool {
    rested > FRESH || since_doubt.is_some_and(|since| since < rested + DOUBTFUL)
}

/// Where the database is, with the password; it never prints it.
#[derive(Clone)]
pub(crate) struct Address(Arc<PgConnectOptions>);

impl Address {
    pub(crate) fn new(options: PgConnectOptions) -> Self {
        Self(Arc::new(options))
    }

    pub(crate) fn options(&self) -> PgConnectOptions {
        (*self.0).clone()
    }

    /// Connects, and tries again for as long as a server there is starting, or has no place free.
    pub(crate) async fn connect(&self) -> sqlx::Result<PgConnection> {
        let mut pause = Duration::from_millis(10);
        loop {
            match self.0.connect().await {
                Err(error) if is_starting(&error) => tokio::time::sleep(pause).await,
                other => return other,
            }
            pause = PAUSE.min(pause * 2);
        }
    }
}

impl std::fmt::Debug for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Address(..)")
    }
}

fn is_starting(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(error) => error.kind() == std::io::ErrorKind::ConnectionRefused,
        sqlx::Error::Database(error) => error.is_transient_in_connect_phase(),
        _ => false,
    }
}

/// See the top of this file.
#[derive(Debug, Clone)]
pub(crate) struct Pool {
    inner: deadpool::managed::Pool<Connections>,
    patience: Duration,
}

impl Pool {
    /// At most `size` connections, each made when it is first needed. Whoever needs one waits for `patience`.
    pub(crate) fn new(address: Address, size: u32, patience: Duration) -> Self {
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let config = PoolConfig { queue_mode: QueueMode::Lifo, ..PoolConfig::new(size) };
        let inner = deadpool::managed::Pool::builder(Connections { address })
            .config(config)
            .build()
            .unwrap_or_else(|_| unreachable!("only its own time-outs need a runtime"));
        tokio::spawn(sweep(inner.weak()));
        Self { inner, patience }
    }

    /// # Errors
    /// None is free in time, or the database is down.
    pub(crate) async fn get(&self) -> sqlx::Result<Borrowed> {
        let got = tokio::time::timeout(self.patience, self.inner.get()).await;
        match got.map_err(|_| sqlx::Error::PoolTimedOut)? {
            Ok(mut object) => {
                object.since = None;
                Ok(Borrowed { object: Some(object), is_in_transaction: false })
            }
            Err(PoolError::Backend(error)) => Err(error),
            Err(PoolError::Closed) => Err(sqlx::Error::PoolClosed),
            Err(error) => Err(sqlx::Error::Configuration(error.into())),
        }
    }

    /// Connections that are open, of these the idle ones, and how many there may be.
    pub(crate) fn connections(&self) -> (u32, u32, u32) {
        let status = self.inner.status();
        let number = |n| u32::try_from(n).unwrap_or(u32::MAX);
        (number(status.size), number(status.available), number(status.max_size))
    }

    /// Says goodbye to the server on every connection that rests; one that is in use is closed when it comes back.
    pub(crate) async fn close(&self) {
        let resting = self.inner.retain(|_, _| false).removed;
        self.inner.close();
        goodbye(resting).await;
    }
}

/// Closes what nobody needed for long or is old, for as long as the pool is there.
async fn sweep(pool: WeakPool<Connections>) {
    loop {
        tokio::time::sleep(SWEEP).await;
        let Some(pool) = pool.upgrade() else { return };
        let is_kept = |rested: &Resting, metrics: Metrics| {
            rested.since.is_some_and(|since| since.elapsed() < REST) && metrics.age() < AGE
        };
        let removed = pool.retain(is_kept).removed;
        drop(pool);
        goodbye(removed).await;
    }
}

async fn goodbye(connections: Vec<Resting>) {
    for resting in connections {
        // The server is told so that it need not find out; if it is away there is nobody to tell.
        let _ = tokio::time::timeout(FRESH, resting.conn.close()).await;
    }
}

/// Makes connections, and looks at those that rested.
#[derive(Debug)]
struct Connections {
    address: Address,
}

#[derive(Debug)]
struct Resting {
    conn: PgConnection,
    /// When it was given back; nothing while it is in use, and for ever if its user broke off.
    since: Option<Instant>,
}

impl Manager for Connections {
    type Type = Resting;
    type Error = sqlx::Error;

    async fn create(&self) -> sqlx::Result<Resting> {
        Ok(Resting { conn: self.address.connect().await?, since: Some(Instant::now()) })
    }

    async fn recycle(
        &self,
        resting: &mut Resting,
        metrics: &Metrics,
    ) -> RecycleResult<sqlx::Error> {
        let Some(since) = resting.since else {
            return Err(RecycleError::message("it came back unfinished"));
        };
        if metrics.age() > AGE {
            return Err(RecycleError::message("it is old"));
        }
        // A connection that was at work a moment ago is not asked whether it is still there: the question is a round
        // trip before every statement.
        let doubted_at = *DOUBTED_AT.lock().unwrap_or_else(PoisonError::into_inner);
        if may_be_dead(since.elapsed(), doubted_at.map(|at| at.elapsed())) {
            resting.conn.ping().await?;
        }
        Ok(())
    }
}

/// A connection in use. Dropped, it goes back to the pool: a transaction that was not committed is undone before, and a
/// statement whose caller went away is waited for.
#[derive(Debug)]
pub(crate) struct Borrowed {
    /// There until it is dropped.
    object: Option<Object<Connections>>,
    is_in_transaction: bool,
}

impl Borrowed {
    /// Begins a transaction; dropping it undoes it.
    pub(crate) async fn begin(&mut self) -> sqlx::Result<()> {
        // Before it is sent: whoever goes away meanwhile leaves a transaction all the same.
        self.is_in_transaction = true;
        self.execute("begin").await?;
        Ok(())
    }

    /// Commits what [`Borrowed::begin`] began.
    pub(crate) async fn commit(&mut self) -> sqlx::Result<()> {
        self.execute("commit").await?;
        self.is_in_transaction = false;
        Ok(())
    }
}

impl Deref for Borrowed {
    type Target = PgConnection;
    fn deref(&self) -> &PgConnection {
        &self.object.as_ref().unwrap_or_else(|| unreachable!("there until it is dropped")).conn
    }
}

impl DerefMut for Borrowed {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.object.as_mut().unwrap_or_else(|| unreachable!("there until it is dropped")).conn
    }
}

impl Drop for Borrowed {
    fn drop(&mut self) {
        let Some(mut object) = self.object.take() else { return };
        // Ready at once, and nothing sent, unless an answer is due.
        let flushed = pin!(object.conn.flush()).poll(&mut Context::from_waker(Waker::noop()));
        match flushed {
            Poll::Ready(Ok(())) if !self.is_in_transaction => give_back(object),
            Poll::Ready(Err(_)) => discard(object),
            Poll::Ready(Ok(())) | Poll::Pending => match tokio::runtime::Handle::try_current() {
                Ok(runtime) => drop(runtime.spawn(settle(object, self.is_in_transaction))),
                Err(_) => discard(object),
            },
        }
    }
}

async fn settle(mut object: Object<Connections>, is_in_transaction: bool) {
    let conn = &mut object.conn;
    let settling = async {
        if is_in_transaction {
            conn.execute("rollback").await?;
        }
        conn.flush().await
    };
    match tokio::time::timeout(SETTLE, settling).await {
        Ok(Ok(())) => give_back(object),
        Ok(Err(_)) | Err(_) => discard(object),
    }
}

fn give_back(mut object: Object<Connections>) {
    object.since = Some(Instant::now());
    drop(object);
}

/// Closes a connection that cannot be used again. What the server was doing for it goes on until the server looks.
fn discard(object: Object<Connections>) {
    drop(Object::take(object));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn nobody_prints_the_password() {
        let options = PgConnectOptions::new().host("nowhere.example").password("hunter2");
        let pool = Pool::new(Address::new(options), 1, FRESH);
        let printed = format!("{pool:?}");
        assert!(printed.contains("Address"), "{printed}");
        assert!(!printed.contains("hunter2"), "{printed}");
    }

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

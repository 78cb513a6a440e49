//! A SCIM 2.0 directory for demonstrations and tests: real over HTTP, and able to lie on demand.
//!
//! It is a target like any other, so nothing of ours is known here. It keeps its own append-only
//! ledger of every request, which tests compare with what the product believes. It listens on
//! loopback only.
//!
//! Paths: `/Users`, `/Groups` and discovery need the bearer token. `/_ledger?after=SEQ`, `/_state`
//! and `/_faults` need the control token in `X-Sandbox-Control`. `/` is a page for people.
#![doc = include_str!("../README.md")]

mod directory;
mod drop;
mod effect;
mod faults;
mod http;
mod ledger;
mod scim;

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use secrecy::SecretString;
use tokio::sync::watch;
use tokio::task::JoinHandle;

pub use directory::{Account, Group};
pub use drop::{DropAccount, DropFolder, DropFolderHandle, DropLie};
pub use effect::Effect;
pub use faults::{Fault, FaultRule};
pub use ledger::LedgerEntry;

use http::Service;

/// How long [`SandboxHandle::stop`] waits for requests in flight.
const STOP_WITHIN: Duration = Duration::from_secs(2);

/// Tells the time; the demo and tests inject theirs.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// What a sandbox is started with.
#[derive(Clone)]
pub struct SandboxOptions {
    /// The bearer token of the SCIM endpoints.
    pub token: SecretString,
    /// The token of the control endpoints.
    pub control_token: SecretString,
    pub clock: Clock,
    /// Decides ids and faults: the same seed and the same requests give the same run.
    pub seed: u64,
    /// Where the ledger is kept, as JSON lines. Starting with a file that exists restores the
    /// directory from it. Without a file a restart is empty.
    pub ledger_file: Option<PathBuf>,
}

impl std::fmt::Debug for SandboxOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SandboxOptions")
            .field("seed", &self.seed)
            .field("ledger_file", &self.ledger_file)
            .finish_non_exhaustive()
    }
}

/// Why a sandbox cannot start or go on.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// Anybody on the network could read and change it.
    #[error("the sandbox listens on loopback only, not on {0}")]
    NotLoopback(SocketAddr),
    #[error("the sandbox cannot use its socket")]
    Socket(#[source] io::Error),
    #[error("the sandbox cannot use its ledger file")]
    Ledger(#[source] io::Error),
}

/// Starts sandboxes.
#[derive(Debug)]
pub struct Sandbox;

impl Sandbox {
    /// Serves on `listener` until the handle is stopped or dropped. Call it inside a tokio runtime.
    ///
    /// # Errors
    /// The listener is not on loopback, or the ledger file cannot be read.
    pub fn start(
        listener: TcpListener,
        options: SandboxOptions,
    ) -> Result<SandboxHandle, SandboxError> {
        let address = listener.local_addr().map_err(SandboxError::Socket)?;
        if !address.ip().is_loopback() {
            return Err(SandboxError::NotLoopback(address));
        }
        listener.set_nonblocking(true).map_err(SandboxError::Socket)?;
        let listener = tokio::net::TcpListener::from_std(listener).map_err(SandboxError::Socket)?;
        let base_url = format!("http://{address}");
        let (stop, mut stopped) = watch::channel(false);
        let service = Service::open(base_url.clone(), options, stopped.clone())
            .map_err(SandboxError::Ledger)?;
        let service = Arc::new(service);
        let router = http::router(Arc::clone(&service));
        let serving = tokio::spawn(async move {
            let until_stopped = async move {
                // A dropped sender means the same as a stop.
                let _ = stopped.wait_for(|is_stopped| *is_stopped).await;
            };
            let served = axum::serve(listener, router).with_graceful_shutdown(until_stopped).await;
            if let Err(error) = served {
                tracing::error!(%error, "the sandbox stopped serving");
            }
        });
        Ok(SandboxHandle { base_url, address, service, stop, serving })
    }
}

/// A running sandbox; dropping it stops it.
#[derive(Debug)]
#[must_use = "a dropped handle stops its sandbox"]
pub struct SandboxHandle {
    base_url: String,
    address: SocketAddr,
    service: Arc<Service>,
    stop: watch::Sender<bool>,
    serving: JoinHandle<()>,
}

impl SandboxHandle {
    /// For example `http://127.0.0.1:8443`, without a slash at the end.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Entries with a number above `after`, in order; 0 gives all.
    #[must_use]
    pub fn ledger(&self, after: u64) -> Vec<LedgerEntry> {
        self.service.ledger(after)
    }

    /// Replaces all fault rules; an empty list makes the sandbox honest.
    pub fn set_faults(&self, rules: Vec<FaultRule>) {
        self.service.set_faults(rules);
    }

    /// All accounts in the order of their creation.
    #[must_use]
    pub fn accounts(&self) -> Vec<Account> {
        self.service.accounts()
    }

    /// The account with this user name, in any case.
    #[must_use]
    pub fn account_named(&self, user_name: &str) -> Option<Account> {
        self.service.account_named(user_name)
    }

    /// All groups in the order of their ids.
    #[must_use]
    pub fn groups(&self) -> Vec<Group> {
        self.service.groups()
    }

    /// The id of the group with this name, which is made when there is none.
    ///
    /// # Errors
    /// [`SandboxError::Ledger`] when the ledger file cannot be written.
    pub fn seed_group(&self, display_name: &str) -> Result<String, SandboxError> {
        self.service.seed_group(display_name).map_err(SandboxError::Ledger)
    }

    /// Ends withheld answers, finishes requests in flight and closes the socket.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        let mut serving = self.serving;
        if tokio::time::timeout(STOP_WITHIN, &mut serving).await.is_err() {
            serving.abort();
        }
    }
}

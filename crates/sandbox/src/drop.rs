//! The other end of a drop folder: takes change files in order, publishes its state, acknowledges, and
//! lies when it is told to.
//!
//! Written from the agreement with targets that are served by files, not from the connector: a mistake
//! on one side must not look right on the other.

mod rows;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;

use rows::{Request, publish, sha256_hex};

/// How often the folder is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// One account of the target.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DropAccount {
    pub user_name: String,
    /// Empty for an account that nobody named from outside.
    pub external_id: String,
    pub display_name: String,
    pub active: bool,
    /// Kind, id and scope; the scope is often empty.
    pub grants: BTreeSet<(String, String, String)>,
}

/// How the target deceives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DropLie {
    /// Acknowledges and changes nothing.
    NoEffect,
    /// Changes, and acknowledges another file.
    WrongChecksum,
    /// Changes and never says so.
    NoAcknowledgement,
    /// Refuses everything with this reason.
    Refuses(String),
    /// Does not look at the folder.
    Sleeps,
}

/// Starts drop folders.
#[derive(Debug)]
pub struct DropFolder;

impl DropFolder {
    /// Makes `out/` and `in/` where they are missing, publishes the state (an empty one where there is
    /// none), and serves the folder until the handle is stopped or dropped. Call it inside a tokio runtime.
    ///
    /// # Errors
    /// The folder cannot be made or written, or its state cannot be read.
    pub fn start(folder: impl Into<PathBuf>) -> io::Result<DropFolderHandle> {
        let folder = folder.into();
        fs::create_dir_all(folder.join("out"))?;
        fs::create_dir_all(folder.join("in"))?;
        let accounts = rows::published(&folder)?;
        publish(&folder, &accounts)?;
        let served = Arc::new(Served {
            folder,
            inner: Mutex::new(Inner { accounts, lie: None, taken: BTreeSet::new() }),
        });
        let (stop, mut stopped) = watch::channel(false);
        let serving = tokio::spawn({
            let served = Arc::clone(&served);
            async move {
                loop {
                    let round = Arc::clone(&served);
                    let done = tokio::task::spawn_blocking(move || round.round()).await;
                    if let Ok(Err(error)) = done {
                        tracing::warn!(%error, "the drop folder could not be served");
                    }
                    tokio::select! {
                        () = tokio::time::sleep(LOOK_EVERY) => {}
                        // A dropped sender means the same as a stop.
                        _ = stopped.wait_for(|is_stopped| *is_stopped) => return,
                    }
                }
            }
        });
        Ok(DropFolderHandle { served, stop, serving })
    }
}

/// A folder that is being served; dropping it ends that.
#[derive(Debug)]
#[must_use = "a dropped handle stops its folder"]
pub struct DropFolderHandle {
    served: Arc<Served>,
    stop: watch::Sender<bool>,
    serving: JoinHandle<()>,
}

impl DropFolderHandle {
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.served.folder
    }

    /// Deceives from now on; `None` makes it honest.
    pub fn lie(&self, lie: Option<DropLie>) {
        self.served.inner().lie = lie;
    }

    /// All accounts, by user name.
    #[must_use]
    pub fn accounts(&self) -> Vec<DropAccount> {
        self.served.inner().accounts.clone()
    }

    /// The account with this user name, in any case.
    #[must_use]
    pub fn account_named(&self, user_name: &str) -> Option<DropAccount> {
        let wanted = user_name.to_lowercase();
        self.accounts().into_iter().find(|account| account.user_name.to_lowercase() == wanted)
    }

    /// Puts an account there that came from elsewhere.
    ///
    /// # Errors
    /// The state cannot be written.
    pub fn plant(&self, account: DropAccount) -> io::Result<()> {
        let mut inner = self.served.inner();
        inner.accounts.push(account);
        publish(&self.served.folder, &inner.accounts)
    }

    /// Ends the service.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        // A round that failed inside has nothing left to wait for.
        let _ = self.serving.await;
    }
}

#[derive(Debug)]
struct Served {
    folder: PathBuf,
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    accounts: Vec<DropAccount>,
    lie: Option<DropLie>,
    /// Files that were taken, for lies that leave no acknowledgement.
    taken: BTreeSet<String>,
}

impl Served {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes whatever waits, in the order of the numbers.
    fn round(&self) -> io::Result<()> {
        let mut inner = self.inner();
        if inner.lie == Some(DropLie::Sleeps) {
            return Ok(());
        }
        for (_, name) in self.waiting(&inner)? {
            let out = self.folder.join("out");
            // Withdrawn between the look and now.
            let Ok(bytes) = fs::read(out.join(&name)) else { continue };
            let promised = fs::read_to_string(out.join(format!("{name}.sha256")))?;
            let digest = sha256_hex(&bytes);
            let verdict = match Request::parse(&bytes) {
                _ if promised.trim() != digest => "refused: the checksum does not fit".to_owned(),
                Err(why) => format!("refused: {why}"),
                Ok(request) => inner.obey(&request),
            };
            publish(&self.folder, &inner.accounts)?;
            match inner.lie {
                Some(DropLie::NoAcknowledgement) => {}
                Some(DropLie::WrongChecksum) => self.acknowledge(&name, &sha256_hex(b""), "ok")?,
                _ => self.acknowledge(&name, &digest, &verdict)?,
            }
            inner.taken.insert(name);
        }
        Ok(())
    }

    fn waiting(&self, inner: &Inner) -> io::Result<BTreeMap<u64, String>> {
        let mut waiting = BTreeMap::new();
        for entry in fs::read_dir(self.folder.join("out"))? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            let number = name.split('-').next().and_then(|number| number.parse().ok());
            let is_answered = || self.folder.join("in").join(format!("{name}.ack")).exists();
            if let Some(number) = number
                && name.ends_with(".csv")
                && !inner.taken.contains(&name)
                && !is_answered()
            {
                waiting.insert(number, name);
            }
        }
        Ok(waiting)
    }

    fn acknowledge(&self, name: &str, digest: &str, verdict: &str) -> io::Result<()> {
        let text = format!("{digest}\n{verdict}\n");
        rows::write_whole(&self.folder.join("in"), &format!("{name}.ack"), text.as_bytes())
    }
}

impl Inner {
    /// Carries a change out. What is so already is `ok` as well.
    fn obey(&mut self, request: &Request) -> String {
        match &self.lie {
            Some(DropLie::NoEffect) => return "ok".to_owned(),
            Some(DropLie::Refuses(reason)) => return format!("refused: {reason}"),
            _ => {}
        }
        let place = self.accounts.iter().position(|a| a.external_id == request.external_id);
        let taken = self
            .accounts
            .iter()
            .any(|a| a.user_name.to_lowercase() == request.user_name.to_lowercase());
        let Some(place) = place else {
            return match request.action.as_str() {
                "create_account" if taken => "refused: the user name is taken".to_owned(),
                "create_account" => {
                    self.accounts.push(request.account());
                    "ok".to_owned()
                }
                "disable_account" | "delete_account" | "remove_grant" => "ok".to_owned(),
                _ => "refused: there is no such account".to_owned(),
            };
        };
        let account = &mut self.accounts[place];
        match request.action.as_str() {
            "create_account" => {}
            "enable_account" => account.active = true,
            "disable_account" => account.active = false,
            "delete_account" => {
                self.accounts.remove(place);
            }
            "add_grant" => {
                account.grants.insert(request.grant.clone());
            }
            "remove_grant" => {
                account.grants.remove(&request.grant);
            }
            other => return format!("refused: {other} is no action"),
        }
        "ok".to_owned()
    }
}

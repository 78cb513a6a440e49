//! A cluster that comes back: a server that ends without being told to, killed or because the disk took no more
//! of its write-ahead log, is started again for as long as its owner lives.

use std::time::Duration;

use nix::sys::statvfs::statvfs;
use secrecy::SecretString;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

use crate::address::Address;
use crate::binaries::PgBinaries;
use crate::cluster::{Cluster, ClusterOptions};
use crate::error::ClusterError;

/// Pauses before a start: doubled from the first to the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// A server that lived so long did not end because of its start: the next one begins with the first pause again.
const STEADY: Duration = Duration::from_secs(60);

/// A running cluster that this process owns and starts again. Dropping it stops the server in the background;
/// [`KeptCluster::stop`] waits for it.
#[derive(Debug)]
pub struct KeptCluster {
    address: Address,
    binaries: PgBinaries,
    stop: oneshot::Sender<()>,
    keeper: JoinHandle<()>,
}

impl KeptCluster {
    /// Starts it as [`Cluster::start`] does.
    ///
    /// # Errors
    /// As [`Cluster::start`]. Later failures are log lines, and the next try follows.
    pub async fn start(options: ClusterOptions) -> Result<Self, ClusterError> {
        let cluster = Cluster::start(options.clone()).await?;
        let (address, binaries) = (cluster.address().clone(), cluster.binaries().clone());
        let (stop, told) = oneshot::channel();
        let keeper = tokio::spawn(keep(cluster, options, told));
        Ok(Self { address, binaries, stop, keeper })
    }

    /// Where it answers, also after it was started again.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// The connection string for `database`; see [`Address::url`].
    pub fn url(&self, database: &str) -> SecretString {
        self.address.url(database)
    }

    /// The programs it runs from, `psql` and `pg_dump` among them.
    pub fn binaries(&self) -> &PgBinaries {
        &self.binaries
    }

    /// Stops it as [`Cluster::stop`] does, and does not start it again.
    pub async fn stop(self) {
        // A keeper that is gone has no server any more.
        let _ = self.stop.send(());
        let _ = self.keeper.await;
    }
}

/// Watches the server until told to stop it.
async fn keep(mut cluster: Cluster, options: ClusterOptions, mut told: oneshot::Receiver<()>) {
    let mut pause = FIRST_PAUSE;
    loop {
        let began = Instant::now();
        let how = tokio::select! {
            how = cluster.ended() => how,
            _ = &mut told => return cluster.stop().await,
        };
        let data = options.data_dir.display();
        tracing::error!(%how, %data, "Postgres ended without being told to; it is started again");
        // Lets go of the folder.
        drop(cluster);
        if began.elapsed() > STEADY {
            pause = FIRST_PAUSE;
        }
        cluster = tokio::select! {
            cluster = start_again(&options, &mut pause) => cluster,
            _ = &mut told => return,
        };
    }
}

/// Tries until it runs.
async fn start_again(options: &ClusterOptions, pause: &mut Duration) -> Cluster {
    loop {
        sleep(*pause).await;
        *pause = (*pause * 2).min(LONGEST_PAUSE);
        match Cluster::start(options.clone()).await {
            Ok(cluster) => return cluster,
            Err(error) => tracing::error!(
                error = &error as &dyn std::error::Error,
                // What a full disk keeps the server from writing down.
                free_mib = free_mib(options),
                again_in = ?*pause,
                "Postgres does not start"
            ),
        }
    }
}

/// MiB that the file system of the data folder has left; `None` when it cannot be asked.
fn free_mib(options: &ClusterOptions) -> Option<u64> {
    let disk = statvfs(&options.data_dir).ok()?;
    Some(disk.blocks_available().saturating_mul(disk.fragment_size()) >> 20)
}

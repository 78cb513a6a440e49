//! A Postgres of one test alone, for what nobody else must suffer from.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use usher_cluster::{Cluster, ClusterOptions};
use usher_store::Store;

use crate::TestDatabase;

/// A server that a test stops and starts. Its folder goes with it.
#[derive(Debug)]
pub struct OwnServer {
    options: ClusterOptions,
    running: Option<Cluster>,
    folder: PathBuf,
}

impl OwnServer {
    /// Starts it, migrated. `name` tells the servers of one process apart.
    ///
    /// # Errors
    /// No Postgres is installed, or it does not start.
    pub async fn start(name: &str) -> Result<(Self, TestDatabase)> {
        // Short, because the path of a socket has to be.
        Self::start_in(format!("/tmp/us-{}-{name}", std::process::id()).into()).await
    }

    /// Starts it in a folder, which is made.
    ///
    /// # Errors
    /// As [`OwnServer::start`].
    pub async fn start_in(folder: PathBuf) -> Result<(Self, TestDatabase)> {
        std::fs::create_dir_all(&folder)?;
        let options = ClusterOptions {
            data_dir: folder.join("data"),
            socket_dir: folder.join("s"),
            durable: false,
            max_connections: 40,
            run_as: None,
        };
        let cluster = Cluster::start(options.clone()).await?;
        let url = cluster.url("postgres");
        Store::migrate(&url).await?;
        Ok((Self { options, running: Some(cluster), folder }, TestDatabase { url }))
    }

    /// Where Postgres keeps its files.
    #[must_use]
    pub fn data(&self) -> &Path {
        &self.options.data_dir
    }

    /// Stops it: nothing answers any more.
    pub async fn stop(&mut self) {
        if let Some(cluster) = self.running.take() {
            cluster.stop().await;
        }
    }

    /// Starts it again at the same address.
    ///
    /// # Errors
    /// It does not start, or at another address.
    pub async fn start_again(&mut self) -> Result<()> {
        // One that ended by itself still holds the folder.
        self.running = None;
        self.running = Some(Cluster::start(self.options.clone()).await.context("it stays down")?);
        Ok(())
    }
}

impl Drop for OwnServer {
    fn drop(&mut self) {
        self.running.take();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

//! The demonstration's second cluster: a warehouse whose access is given by its roles, so that one target
//! is a database that other people work on.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context as _, Result, ensure};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;
use usher_cluster::{ClusterOptions, KeptCluster};
use usher_operations::Context;
use usher_store::connector;

use super::secret::secret;

/// The database that people work in.
const DATABASE: &str = "warehouse";

/// The credential of the connector, and the file of its password in the folder of secrets.
const PROVISIONER: &str = "usher_provisioner";
const PASSWORD_FILE: &str = "roles-password";

/// What the cluster holds, for psql.
const CONTENT: &str = include_str!("roles.sql");

/// The group roles of [`CONTENT`].
const ROLES: [&str; 8] = [
    "reporting_reader",
    "reporting_writer",
    "billing_reader",
    "billing_adjuster",
    "warehouse_reader",
    "warehouse_loader",
    "analytics_reader",
    "schema_owner",
];

/// The running second cluster.
#[derive(Debug)]
pub(super) struct Roles {
    cluster: KeptCluster,
    data_dir: PathBuf,
}

impl Roles {
    /// Starts the cluster, made and filled when absent. The credential's password is made once and kept in
    /// the folder of secrets.
    ///
    /// # Errors
    /// No Postgres is installed, it does not start, or psql refuses.
    pub(super) async fn open(folder: &Path, socket_dir: PathBuf) -> Result<Self> {
        let password = secret(&folder.join("secrets").join(PASSWORD_FILE))?;
        let data_dir = folder.join("roles");
        let cluster = KeptCluster::start(ClusterOptions {
            data_dir: data_dir.clone(),
            socket_dir,
            durable: true,
            // The connector takes eight at most; the rest is for people who look.
            max_connections: 20,
            run_as: None,
        })
        .await
        .context("the warehouse did not start")?;
        let roles = Self { cluster, data_dir };
        roles.fill(&password).await.context("the warehouse could not be filled")?;
        Ok(roles)
    }

    /// Lets psql make what is missing.
    async fn fill(&self, password: &SecretString) -> Result<()> {
        let address = self.cluster.address();
        let mut child = tokio::process::Command::new(self.cluster.binaries().program("psql"))
            .args(["-X", "-q", "-h"])
            .arg(&address.socket_dir)
            .args(["-p", &address.port.to_string(), "-U", &address.user, "-d", "postgres"])
            // Neither password may stand in the arguments, which every user of the machine can read.
            .env("PGPASSWORD", address.password.expose_secret())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .context("psql does not run")?;
        let script = format!("\\set password {}\n{CONTENT}", password.expose_secret());
        if let Some(mut input) = child.stdin.take() {
            input.write_all(script.as_bytes()).await?;
        }
        let output = child.wait_with_output().await?;
        let errors = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "psql: {}", errors.trim());
        Ok(())
    }

    /// Settings of the connector to this cluster.
    pub(super) fn settings(&self) -> Value {
        json!({
            "host": self.socket_dir(),
            "port": self.cluster.address().port,
            "database": DATABASE,
            "user": PROVISIONER,
            "password": format!("file:{PASSWORD_FILE}"),
        })
    }

    /// The group roles that are there.
    pub(super) fn role_names(&self) -> impl Iterator<Item = &'static str> {
        ROLES.into_iter()
    }

    /// The folder that sockets of targets lie in.
    pub(super) fn socket_dir(&self) -> &Path {
        &self.cluster.address().socket_dir
    }

    pub(super) fn as_founded(&self) -> usher_company::SqlTarget {
        usher_company::SqlTarget {
            settings: self.settings(),
            roles: self.role_names().map(str::to_owned).collect(),
        }
    }

    /// What a person types to look for themselves; the password stands in a file that only they can read.
    pub(super) fn psql_command(&self) -> String {
        let address = self.cluster.address();
        format!(
            "PGPASSWORD=$(cat {}.password) psql -h {} -U {} {DATABASE}",
            self.data_dir.display(),
            address.socket_dir.display(),
            address.user
        )
    }

    /// Tells the connector where the cluster is this time.
    pub(super) async fn point_connector(&self, cx: &Context) -> Result<()> {
        let mut tx = cx.store.begin().await?;
        let instances = connector::list(&mut tx, None).await?;
        if let Some(instance) =
            instances.iter().find(|i| i.kind == "sql" && i.settings != self.settings())
        {
            connector::set_settings(&mut tx, instance.id, &self.settings()).await?;
            tx.commit_unaudited("the demonstration's warehouse moved to another folder").await?;
        }
        Ok(())
    }

    pub(super) async fn stop(self) {
        self.cluster.stop().await;
    }
}

//! A database server of one test, whose roles are given to people.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::Result;
use secrecy::ExposeSecret as _;
use serde_json::json;
use sqlx::{Connection as _, Executor as _, PgConnection};
use usher_cluster::{Cluster, ClusterOptions};
use usher_company::SqlTarget;

/// The group roles that the warehouse has items for.
const ROLES: [&str; 4] =
    ["reporting_reader", "warehouse_loader", "billing_reader", "billing_adjuster"];

/// The password of the connector's role.
pub(crate) const PASSWORD: &str = "provision";

static NEXT: AtomicU32 = AtomicU32::new(0);

/// The server, in a folder of its own. Both end with it.
#[derive(Debug)]
pub struct ServedRoles {
    folder: PathBuf,
    cluster: Option<Cluster>,
}

impl ServedRoles {
    /// Makes and starts a server with the roles and a credential that may hand them out.
    ///
    /// # Errors
    /// No Postgres is installed, or it refuses.
    pub async fn start() -> Result<Self> {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        // Short, because the path of a socket has to be.
        let folder = PathBuf::from(format!("/tmp/uroles-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        let options = ClusterOptions {
            data_dir: folder.join("data"),
            socket_dir: folder.join("s"),
            durable: false,
            max_connections: 20,
            run_as: None,
        };
        let mut served = Self { folder, cluster: None };
        served.cluster = Some(Cluster::start(options).await?);
        let mut superuser = served.superuser().await?;
        superuser
            .execute(
                "create role usher_provisioner login createrole password 'provision';
                 grant pg_signal_backend to usher_provisioner;
                 create role reporting_reader;
                 create role warehouse_loader;
                 create role billing_reader;
                 create role billing_adjuster;
                 grant reporting_reader, warehouse_loader, billing_reader, billing_adjuster
                     to usher_provisioner with admin option;",
            )
            .await?;
        superuser.close().await?;
        Ok(served)
    }

    async fn superuser(&self) -> Result<PgConnection> {
        let cluster = self.cluster.as_ref().ok_or_else(|| anyhow::anyhow!("it has ended"))?;
        Ok(PgConnection::connect(cluster.url("postgres").expose_secret()).await?)
    }

    pub(crate) fn as_founded(&self) -> SqlTarget {
        SqlTarget {
            settings: json!({
                "host": self.sockets_root(),
                "database": "postgres",
                "user": "usher_provisioner",
                "password": "file:roles-password",
            }),
            roles: ROLES.into_iter().map(str::to_owned).collect(),
        }
    }

    /// Its socket lies there.
    pub(crate) fn sockets_root(&self) -> PathBuf {
        self.folder.join("s")
    }

    /// Whether somebody's role may sign in, and the group roles that it is a member of, as the superuser sees
    /// them; `None` when there is no such role.
    ///
    /// # Errors
    /// The server does not answer.
    pub async fn held(&self, user_name: &str) -> Result<Option<(bool, BTreeSet<String>)>> {
        let mut superuser = self.superuser().await?;
        let row: Option<(bool, Vec<String>)> = sqlx::query_as(
            "select r.rolcanlogin, array(
                 select held.rolname::text from pg_auth_members m join pg_roles held on held.oid = m.roleid
                 where m.member = r.oid
             )
             from pg_roles r where r.rolname = $1",
        )
        .bind(user_name)
        .fetch_optional(&mut superuser)
        .await?;
        superuser.close().await?;
        Ok(row.map(|(is_active, held)| (is_active, held.into_iter().collect())))
    }
}

impl Drop for ServedRoles {
    fn drop(&mut self) {
        drop(self.cluster.take());
        let _ = std::fs::remove_dir_all(Path::new(&self.folder));
    }
}

//! The directory that the demonstration provisions: a SCIM server on its own port, with a ledger of
//! every call that survives a restart.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use usher_company::DIRECTORY;
use usher_operations::{Clock, Context};
use usher_sandbox::{FaultRule, Sandbox, SandboxHandle, SandboxOptions};
use usher_store::connector;

use super::secret::secret;

pub(super) struct Directory {
    handle: SandboxHandle,
}

/// Starts the directory; its token is made once and kept in the folder of secrets.
pub(super) fn open(folder: &Path, clock: Arc<dyn Clock>) -> Result<Directory> {
    let token = secret(&folder.join("secrets").join("directory-token"))?;
    let control = secret(&folder.join("directory-control"))?;
    let port_file = folder.join("directory-port");
    let kept: u16 = std::fs::read_to_string(&port_file)
        .ok()
        .and_then(|text| text.trim().parse().ok())
        .unwrap_or(0);
    // The port of last time, so that a bookmark goes on working; any other when it is taken.
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, kept))
        .or_else(|_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))?;
    std::fs::write(&port_file, listener.local_addr()?.port().to_string())?;
    let options = SandboxOptions {
        token,
        control_token: control,
        clock: Arc::new(move || clock.now()),
        seed: 1,
        ledger_file: Some(folder.join("directory-ledger.jsonl")),
    };
    let handle = Sandbox::start(listener, options).context("the directory did not start")?;
    for group in usher_company::grown_group_names() {
        handle
            .seed_group(group)
            .with_context(|| format!("the directory has no place for the group {group}"))?;
    }
    Ok(Directory { handle })
}

impl Directory {
    pub(super) fn base_url(&self) -> &str {
        self.handle.base_url()
    }

    pub(super) fn set_faults(&self, rules: Vec<FaultRule>) {
        self.handle.set_faults(rules);
    }

    /// Makes groups that the directory lacks.
    pub(super) fn add_groups(&self, names: &[String]) -> Result<()> {
        for name in names {
            self.handle
                .seed_group(name)
                .with_context(|| format!("the directory has no place for the group {name}"))?;
        }
        Ok(())
    }

    /// The directory's id of a group.
    pub(super) fn group_id(&self, name: &str) -> Option<String> {
        self.handle.groups().into_iter().find(|group| group.display_name == name).map(|g| g.id)
    }

    fn settings(&self) -> Value {
        json!({ "base_url": self.base_url(), "token": "file:directory-token", "allowed_networks": "127.0.0.0/8" })
    }

    pub(super) fn as_founded(&self) -> Result<usher_company::Directory> {
        let groups: BTreeMap<String, String> =
            self.handle.groups().into_iter().map(|group| (group.display_name, group.id)).collect();
        Ok(usher_company::Directory {
            settings: self.settings(),
            groups,
            concurrency: 8,
            call_timeout_ms: 10_000,
        })
    }

    /// Tells the connector where the directory is this time.
    pub(super) async fn point_connector(&self, cx: &Context) -> Result<()> {
        let mut tx = cx.store.begin().await?;
        let instances = connector::list(&mut tx, None).await?;
        // The gateway of customs speaks SCIM too, and is somewhere else.
        if let Some(instance) =
            instances.iter().find(|i| i.name == DIRECTORY && i.settings != self.settings())
        {
            connector::set_settings(&mut tx, instance.id, &self.settings()).await?;
            tx.commit_unaudited("the demonstration's directory moved to another port").await?;
        }
        Ok(())
    }

    pub(super) async fn stop(self) {
        self.handle.stop().await;
    }
}

//! A drop folder that is served, a connector to it and keys for it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::json;
use usher_connector::conformance::{IndependentAccount, IndependentRead, World};
use usher_connector::{
    AccountKey, AccountProfile, Applied, Change, Connector as _, ConnectorError, Grant,
    ObservedAccount,
};
use usher_connector_files::{FilesConnector, FilesSettings};
use usher_sandbox::{DropAccount, DropFolder, DropFolderHandle};

static WORLDS: AtomicU64 = AtomicU64::new(0);

/// A folder of its own, removed at the end.
pub(crate) struct Root(pub(crate) PathBuf);

impl Root {
    pub(crate) fn new() -> Self {
        let number = WORLDS.fetch_add(1, Ordering::Relaxed);
        let root =
            std::env::temp_dir().join(format!("usher-files-{}-{number}", std::process::id()));
        fs::create_dir_all(&root).unwrap();
        Self(root)
    }
}

impl Drop for Root {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

pub(crate) struct FolderWorld {
    pub(crate) drop: DropFolderHandle,
    pub(crate) connector: FilesConnector,
    given: AtomicU64,
    pub(crate) root: Root,
}

pub(crate) fn connector(root: &Path, ack_wait_ms: u64) -> FilesConnector {
    let settings = json!({ "folder": "badges", "ack_wait_ms": ack_wait_ms });
    FilesConnector::new(FilesSettings::from_value(&settings, Some(root)).unwrap())
}

pub(crate) fn badge(id: &str) -> Grant {
    Grant { kind: "badge".to_owned(), native_id: id.to_owned(), scope: String::new() }
}

pub(crate) fn creation() -> Change {
    let profile = AccountProfile {
        display_name: "=HYPERLINK(\"x\")".to_owned(),
        given_name: Some("Ann".to_owned()),
        family_name: Some("O'Brien, \"B\"".to_owned()),
        email: Some("ann@example.com".to_owned()),
    };
    Change::CreateAccount { profile }
}

impl FolderWorld {
    pub(crate) fn start() -> Self {
        Self::waiting(4_000)
    }

    pub(crate) fn waiting(ack_wait_ms: u64) -> Self {
        let root = Root::new();
        let drop = DropFolder::start(root.0.join("badges")).unwrap();
        let connector = connector(&root.0, ack_wait_ms);
        Self { drop, connector, given: AtomicU64::new(0), root }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.drop.folder()
    }

    pub(crate) async fn apply(
        &self,
        key: &AccountKey,
        change: &Change,
    ) -> Result<Applied, ConnectorError> {
        self.connector.apply(key, change).await
    }

    pub(crate) async fn read(
        &self,
        key: &AccountKey,
    ) -> Result<Option<ObservedAccount>, ConnectorError> {
        self.connector.read(key).await
    }

    pub(crate) async fn existing(&self, stem: &str) -> AccountKey {
        let key = self.fresh_key(stem);
        self.apply(&key, &creation()).await.unwrap();
        key
    }

    /// Change files in the folder, without an answer or with one.
    pub(crate) fn written(&self, inside: &str) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.folder().join(inside)) else { return Vec::new() };
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.ends_with(".csv"))
            .collect();
        names.sort();
        names
    }
}

#[async_trait::async_trait]
impl World for FolderWorld {
    fn fresh_key(&self, stem: &str) -> AccountKey {
        let number = self.given.fetch_add(1, Ordering::Relaxed);
        AccountKey {
            external_id: format!("usher-{number}"),
            user_name: format!("{stem}-{number}"),
            native_id: None,
        }
    }

    fn grants(&self) -> [Grant; 2] {
        let scoped = Grant { scope: "=north;1".to_owned(), ..badge("archive: %2") };
        [badge("vault"), scoped]
    }

    async fn independent_read(&self, key: &AccountKey) -> IndependentRead {
        let wanted = key.user_name.to_lowercase();
        let mut found: Vec<DropAccount> = self.drop.accounts();
        found.retain(|account| {
            account.user_name.to_lowercase() == wanted || account.external_id == key.external_id
        });
        let count = found.len();
        let Some(account) = found.pop() else { return IndependentRead::Absent };
        let grants: BTreeSet<Grant> = account
            .grants
            .into_iter()
            .map(|(kind, native_id, scope)| Grant { kind, native_id, scope })
            .collect();
        IndependentRead::Present(IndependentAccount {
            count,
            external_id: Some(account.external_id),
            active: account.active,
            grants,
        })
    }

    async fn plant_foreign(&self, user_name: &str) -> bool {
        let account = DropAccount {
            user_name: user_name.to_owned(),
            external_id: "somebody-else".to_owned() + user_name,
            active: true,
            ..DropAccount::default()
        };
        self.drop.plant(account).unwrap();
        true
    }
}

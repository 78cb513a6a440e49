//! A target inside the process: what remains is the engine itself.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use usher_connector::{
    AccountKey, AccountPage, Applied, Capabilities, Change, Connector, ConnectorError,
    ObservedAccount, ObservedState, SettingsError,
};
use usher_engine::ConnectorFactory;

/// Accounts by our name for them.
#[derive(Debug, Default)]
pub(crate) struct NullTarget(Mutex<HashMap<String, ObservedAccount>>);

#[async_trait::async_trait]
impl Connector for NullTarget {
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            create: true,
            disable: true,
            delete: true,
            grants: true,
            verify_read: true,
            list: false,
            manual: false,
        }
    }

    async fn test(&self) -> Result<String, ConnectorError> {
        Ok("it is there".to_owned())
    }

    async fn read(&self, key: &AccountKey) -> Result<Option<ObservedAccount>, ConnectorError> {
        Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&key.external_id).cloned())
    }

    async fn apply(&self, key: &AccountKey, change: &Change) -> Result<Applied, ConnectorError> {
        let mut accounts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let account = accounts.entry(key.external_id.clone()).or_insert_with(|| ObservedAccount {
            native_id: key.external_id.clone(),
            user_name: key.user_name.clone(),
            external_id: Some(key.external_id.clone()),
            state: ObservedState::Disabled,
            grants: BTreeSet::new(),
            evidence: "read in memory".to_owned(),
        });
        match change {
            Change::CreateAccount { .. } | Change::EnableAccount => {
                account.state = ObservedState::Active
            }
            Change::DisableAccount | Change::DeleteAccount => {
                account.state = ObservedState::Disabled
            }
            Change::AddGrant { grant } => drop(account.grants.insert(grant.clone())),
            Change::RemoveGrant { grant } => drop(account.grants.remove(grant)),
        }
        let native_id = Some(account.native_id.clone());
        Ok(Applied { native_id, answer: "done".to_owned() })
    }

    async fn list(&self, _: Option<String>) -> Result<AccountPage, ConnectorError> {
        Ok(AccountPage::default())
    }
}

/// Opens the same target for everybody.
#[derive(Debug)]
pub(crate) struct OnlyThis(pub(crate) Arc<dyn Connector>);

impl ConnectorFactory for OnlyThis {
    fn open(&self, _: &str, _: &serde_json::Value) -> Result<Arc<dyn Connector>, SettingsError> {
        Ok(Arc::clone(&self.0))
    }
}

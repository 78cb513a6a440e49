//! A sandbox, a connector to it and keys for it.

use std::collections::BTreeSet;
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::json;
use usher_connector::conformance::{IndependentAccount, IndependentRead, World};
use usher_connector::{
    AccountKey, AccountProfile, Applied, Change, Connector as _, ConnectorError, Grant,
    ObservedAccount,
};
use usher_connector_scim::{ScimConnector, ScimSettings};
use usher_sandbox::{Fault, FaultRule, Sandbox, SandboxHandle, SandboxOptions};

pub(crate) const TOKEN: &str = "canary-token-51f3";

pub(crate) struct SandboxWorld {
    pub(crate) sandbox: SandboxHandle,
    pub(crate) connector: ScimConnector,
    pub(crate) grants: [Grant; 2],
    keys: Keys,
}

/// Gives out keys that were never used.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    given: AtomicU64,
}

impl Keys {
    pub(crate) fn next(&self, stem: &str) -> AccountKey {
        let number = self.given.fetch_add(1, Ordering::Relaxed);
        AccountKey {
            external_id: format!("usher-{number}"),
            user_name: format!("{stem}-{number}"),
            native_id: None,
        }
    }
}

pub(crate) fn group(native_id: String) -> Grant {
    Grant { kind: "group".to_owned(), native_id, scope: String::new() }
}

pub(crate) fn settings(base_url: &str, timeout: Duration) -> ScimSettings {
    ScimSettings {
        base_url: base_url.parse().unwrap(),
        token: TOKEN.into(),
        allowed_networks: "127.0.0.0/8".parse().unwrap(),
        request_timeout: timeout,
    }
}

impl SandboxWorld {
    pub(crate) fn start() -> Self {
        let at: DateTime<Utc> = "2026-03-01T09:00:00Z".parse().unwrap();
        let options = SandboxOptions {
            token: TOKEN.into(),
            control_token: "control".into(),
            clock: Arc::new(move || at),
            seed: 11,
            ledger_file: None,
        };
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let sandbox = Sandbox::start(listener, options).unwrap();
        let grants = ["staff", "admins"].map(|name| group(sandbox.seed_group(name).unwrap()));
        let connector =
            ScimConnector::new(settings(sandbox.base_url(), Duration::from_secs(1))).unwrap();
        Self { sandbox, connector, grants, keys: Keys::default() }
    }

    /// Makes the fault strike every request for which it makes sense.
    pub(crate) fn under(&self, fault: Fault) {
        self.sandbox.set_faults(vec![FaultRule::always(fault)]);
    }

    pub(crate) fn honest(&self) {
        self.sandbox.set_faults(Vec::new());
    }

    pub(crate) async fn create(&self, key: &AccountKey) -> Result<Applied, ConnectorError> {
        let profile = AccountProfile {
            display_name: "Ann Bell".to_owned(),
            given_name: Some("Ann".to_owned()),
            family_name: Some("Bell".to_owned()),
            email: Some("ann@example.com".to_owned()),
        };
        self.connector.apply(key, &Change::CreateAccount { profile }).await
    }

    /// An account that exists, with its id in the key.
    pub(crate) async fn existing(&self, stem: &str) -> AccountKey {
        let key = self.fresh_key(stem);
        let native_id = self.create(&key).await.unwrap().native_id;
        AccountKey { native_id, ..key }
    }

    pub(crate) async fn read(&self, key: &AccountKey) -> Option<ObservedAccount> {
        self.connector.read(key).await.unwrap()
    }

    /// Sends a plain request past the connector.
    pub(crate) async fn post_user(&self, body: serde_json::Value) {
        let url = format!("{}/Users", self.sandbox.base_url());
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let post = client.post(url).bearer_auth(TOKEN).body(body.to_string());
        assert_eq!(post.send().await.unwrap().status(), 201);
    }
}

#[async_trait::async_trait]
impl World for SandboxWorld {
    fn fresh_key(&self, stem: &str) -> AccountKey {
        self.keys.next(stem)
    }

    fn grants(&self) -> [Grant; 2] {
        self.grants.clone()
    }

    async fn independent_read(&self, key: &AccountKey) -> IndependentRead {
        let wanted = key.user_name.to_lowercase();
        let mut accounts = self.sandbox.accounts();
        accounts.retain(|account| {
            account.user_name.to_lowercase() == wanted
                || account.external_id.as_ref() == Some(&key.external_id)
        });
        let count = accounts.len();
        let Some(account) = accounts.pop() else { return IndependentRead::Absent };
        let groups = self.sandbox.groups().into_iter();
        let grants: BTreeSet<Grant> = groups
            .filter(|held| held.members.contains(&account.id))
            .map(|held| group(held.id))
            .collect();
        IndependentRead::Present(IndependentAccount {
            count,
            external_id: account.external_id,
            active: account.active,
            grants,
        })
    }

    async fn plant_foreign(&self, user_name: &str) -> bool {
        self.post_user(json!({"userName": user_name, "externalId": "somebody-else"})).await;
        true
    }
}

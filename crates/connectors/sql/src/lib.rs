//! The connector to Postgres roles and memberships.
//!
//! The target is a database that other people work on at the same time. Therefore whose a role is gets
//! asked again before every change, in the transaction of the change; names are quoted by one strict
//! function; and what a change meant is decided by the server's error code, never by its text.
#![doc = include_str!("../README.md")]

mod change;
mod dial;
mod inspection;
mod list;
mod quoting;
mod role;
mod session;
mod settings;
mod verdict;

use usher_connector::{
    AccountKey, AccountPage, Applied, Capabilities, Change, Connector, ConnectorError,
    ObservedAccount, SettingsSchema,
};

pub use settings::{SqlSecrets, SqlSettings};

use session::Pool;

/// One Postgres cluster and the credential for it.
#[derive(Debug)]
pub struct SqlConnector {
    pool: Pool,
    role_prefix: String,
}

impl SqlConnector {
    /// Opens no connection: the target may come to be later.
    #[must_use]
    pub fn new(settings: SqlSettings) -> Self {
        let role_prefix = settings.role_prefix.clone();
        Self { pool: Pool::new(settings), role_prefix }
    }

    /// The settings as a person gives them.
    #[must_use]
    pub const fn schema() -> SettingsSchema {
        settings::SCHEMA
    }
}

#[async_trait::async_trait]
impl Connector for SqlConnector {
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            create: true,
            disable: true,
            delete: true,
            grants: true,
            verify_read: true,
            list: true,
            manual: false,
        }
    }

    async fn test(&self) -> Result<String, ConnectorError> {
        inspection::test(&self.pool).await
    }

    async fn read(&self, key: &AccountKey) -> Result<Option<ObservedAccount>, ConnectorError> {
        role::read(&self.pool, &self.role_prefix, key).await
    }

    async fn apply(&self, key: &AccountKey, change: &Change) -> Result<Applied, ConnectorError> {
        change::apply(&self.pool, &self.role_prefix, key, change).await
    }

    async fn list(&self, cursor: Option<String>) -> Result<AccountPage, ConnectorError> {
        list::page(&self.pool, &self.role_prefix, cursor).await
    }
}

//! The connector to SCIM 2.0 targets (RFC 7643, RFC 7644).
//!
//! Targets in the field ignore filters, omit attributes, answer HTML and lose answers. Therefore a
//! record counts as ours only after our own comparison, a list that does not add up is an error and
//! never a short list, and a change whose answer cannot be understood is an unknown outcome.
#![doc = include_str!("../README.md")]

mod change;
mod http;
mod list;
mod membership;
mod paging;
mod read;
mod record;
mod resolver;
mod settings;
mod verdict;

use usher_connector::{
    AccountKey, AccountPage, Applied, Capabilities, Change, Connector, ConnectorError,
    ObservedAccount, SettingsSchema,
};

pub use http::ScimError;
pub use settings::ScimSettings;

use http::Target;

/// One SCIM target and the credential for it.
#[derive(Debug)]
pub struct ScimConnector {
    target: Target,
}

impl ScimConnector {
    /// # Errors
    /// The settings cannot work: the address is not one that this connector may reach, the token
    /// cannot be sent, or the client cannot be built. No call is made.
    pub fn new(settings: ScimSettings) -> Result<Self, ScimError> {
        Ok(Self { target: Target::new(settings)? })
    }

    /// The settings as a person gives them.
    #[must_use]
    pub fn schema() -> SettingsSchema {
        settings::SCHEMA
    }
}

#[async_trait::async_trait]
impl Connector for ScimConnector {
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
        list::test(&self.target).await
    }

    async fn read(&self, key: &AccountKey) -> Result<Option<ObservedAccount>, ConnectorError> {
        read::read(&self.target, key).await
    }

    async fn apply(&self, key: &AccountKey, change: &Change) -> Result<Applied, ConnectorError> {
        change::apply(&self.target, key, change).await
    }

    async fn list(&self, cursor: Option<String>) -> Result<AccountPage, ConnectorError> {
        list::page(&self.target, cursor).await
    }
}

//! The port to outside systems: what a connector is given, what it answers and what it may declare.
//!
//! Every value that crosses the port is a plain serde value, so that a connector can run in another
//! process. A connector knows nothing of the store, of people or of who asks. Its errors carry the
//! verdict: what the engine must do next is never guessed from a text.
#![doc = include_str!("../README.md")]

use std::collections::BTreeSet;
use std::time::Duration;

use serde::{Deserialize, Serialize};

pub mod conformance;
mod outbound;
mod settings;

pub use outbound::{AddressRefused, AllowedNetworks, NetworksError, NotReachable};
pub use settings::{Field, FieldKind, SecretRef, SettingsError, SettingsSchema};

/// How an account is found on the target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountKey {
    /// Our stable name for the account, kept by the target where it can (SCIM `externalId`).
    pub external_id: String,
    /// The sign-in name we want, or know.
    pub user_name: String,
    /// The target's own id, when a read or a create told it.
    pub native_id: Option<String>,
}

/// What a new account is made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountProfile {
    pub display_name: String,
    pub given_name: Option<String>,
    pub family_name: Option<String>,
    pub email: Option<String>,
}

/// An entitlement on a target, by the target's own names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Grant {
    /// For example `group` or `role`.
    pub kind: String,
    /// The target's own id of the entitlement.
    pub native_id: String,
    /// On what it acts; empty when the entitlement has no scope.
    pub scope: String,
}

/// Whether the account can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ObservedState {
    Active,
    Disabled,
    Locked,
}

/// An account as a read showed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObservedAccount {
    pub native_id: String,
    pub user_name: String,
    /// What the target keeps as our name; `None` when it keeps none.
    pub external_id: Option<String>,
    pub state: ObservedState,
    pub grants: BTreeSet<Grant>,
    /// How it was read, in words for the evidence line, for example `GET /Users/42`.
    pub evidence: String,
}

/// One change. The engine sends one at a time and records each before it is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change {
    CreateAccount { profile: AccountProfile },
    EnableAccount,
    DisableAccount,
    DeleteAccount,
    AddGrant { grant: Grant },
    RemoveGrant { grant: Grant },
}

/// The target accepted a change. This is *applied*, never *verified*.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applied {
    /// The target's id of the account, when the answer told it.
    pub native_id: Option<String>,
    /// What the target said, in words without secrets, for example `201 Created`.
    pub answer: String,
}

/// What this connector can do. A missing `verify_read` is shown on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Capabilities {
    pub create: bool,
    pub disable: bool,
    pub delete: bool,
    pub grants: bool,
    /// An independent read shows the effect of a change.
    pub verify_read: bool,
    /// Can list every account, for reconciliation.
    pub list: bool,
    /// A person carries the change out; the connector only describes it.
    pub manual: bool,
}

/// Why an error says what it says, for statistics and health.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The network, or the target is down.
    Unreachable,
    /// The target answered that it failed.
    TargetFailed,
    /// Too many requests.
    Throttled,
    /// Our credential was refused.
    Credential,
    /// The target does not accept the value.
    Invalid,
    /// The answer cannot be understood.
    Garbage,
    /// The object belongs to somebody else.
    Foreign,
    /// The settings cannot work.
    Settings,
}

/// A failed call, with the verdict on what to do next.
#[derive(Debug, Clone, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum ConnectorError {
    /// Nothing happened at the target; the same call may succeed later.
    #[error("try again: {why}")]
    Retry { cause: Cause, why: String, after: Option<Duration> },
    /// Nothing happened, and it will not without a person.
    #[error("refused: {why}")]
    Reject { cause: Cause, why: String },
    /// It may have happened: read before anything else.
    #[error("outcome unknown: {why}")]
    Unknown { cause: Cause, why: String },
    /// The target says that the account exists already: read, and check whose it is.
    #[error("the account exists already: {why}")]
    AlreadyExists { why: String },
}

/// The port. A connector holds its own settings; every call has a deadline set by the engine, so an
/// implementation must be safe to drop at any await point.
#[async_trait::async_trait]
pub trait Connector: Send + Sync + std::fmt::Debug {
    /// What this connector can do with these settings.
    fn capabilities(&self) -> Capabilities;

    /// What a person who carries changes out should do, in plain words. Only a connector that declares
    /// `manual` has some, and nothing else is asked of it.
    fn instructions(&self) -> Option<&str> {
        None
    }

    /// Whether settings and credential work; answers in words for the connector page.
    async fn test(&self) -> Result<String, ConnectorError>;

    /// Reads one account with everything it holds. `None` means the target says that there is none;
    /// a record that belongs to somebody else is an error with [`Cause::Foreign`], never `None`.
    async fn read(&self, key: &AccountKey) -> Result<Option<ObservedAccount>, ConnectorError>;

    /// Sends one change. Repeating a change that took effect already must succeed.
    async fn apply(&self, key: &AccountKey, change: &Change) -> Result<Applied, ConnectorError>;

    /// Every account, page by page: `None` starts, the answer says where to go on.
    async fn list(&self, cursor: Option<String>) -> Result<AccountPage, ConnectorError>;
}

/// One page of accounts.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct AccountPage {
    pub accounts: Vec<ObservedAccount>,
    pub next: Option<String>,
}

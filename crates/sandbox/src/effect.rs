//! What a request did to the directory, as the ledger keeps it.
//!
//! The directory changes by effects only, so that the ledger alone rebuilds it after a restart and
//! an outsider can count, for example, how often an account was created.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// One change of state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "effect", rename_all = "snake_case")]
pub enum Effect {
    AccountCreated {
        id: String,
        external_id: Option<String>,
        user_name: String,
        active: bool,
        /// Everything else that the client sent and the directory keeps.
        attributes: Map<String, Value>,
    },
    /// Other values than `active`; names the values after the change.
    AccountChanged {
        id: String,
        external_id: Option<String>,
        user_name: String,
        attributes: Map<String, Value>,
    },
    AccountEnabled {
        id: String,
    },
    AccountDisabled {
        id: String,
    },
    /// Preceded by a `MemberRemoved` for each group that held the account.
    AccountDeleted {
        id: String,
    },
    MemberAdded {
        group: String,
        account: String,
    },
    MemberRemoved {
        group: String,
        account: String,
    },
    GroupCreated {
        id: String,
        display_name: String,
    },
    GroupRenamed {
        id: String,
        display_name: String,
    },
    /// Preceded by a `MemberRemoved` for each member.
    GroupDeleted {
        id: String,
    },
}

//! A user record of the target, and whose it is.

use std::collections::BTreeSet;

use serde_json::Value;
use usher_connector::{AccountKey, Grant, ObservedAccount, ObservedState};

/// What matters of a user record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) id: String,
    pub(crate) user_name: String,
    pub(crate) external_id: Option<String>,
    state: ObservedState,
    /// `None` when the target does not say: the attribute may be left out when it is empty, and
    /// some targets never send it.
    pub(crate) groups: Option<BTreeSet<Grant>>,
}

/// Whose record it is, seen from one account key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Owner {
    /// It carries our external id, or none and our user name.
    Ours,
    /// It carries our user name and another external id.
    Foreign,
    Unrelated,
}

impl Record {
    /// Reads a record; `None` when it is not a user with an id and a user name.
    pub(crate) fn parse(value: &Value) -> Option<Self> {
        let state = match value.get("active") {
            // Without the attribute the target knows no disabled accounts.
            None | Some(Value::Null) => ObservedState::Active,
            Some(Value::Bool(true)) => ObservedState::Active,
            Some(Value::Bool(false)) => ObservedState::Disabled,
            Some(Value::String(text)) if text.eq_ignore_ascii_case("true") => ObservedState::Active,
            Some(Value::String(text)) if text.eq_ignore_ascii_case("false") => {
                ObservedState::Disabled
            }
            Some(_) => return None,
        };
        let groups = match value.get("groups") {
            None | Some(Value::Null) => None,
            Some(Value::Array(groups)) => Some(
                groups
                    .iter()
                    .map(|group| text_or_number(group.get("value")?).map(group_grant))
                    .collect::<Option<_>>()?,
            ),
            Some(_) => return None,
        };
        let external_id = value.get("externalId").and_then(Value::as_str);
        Some(Self {
            id: id_of(value)?,
            user_name: value.get("userName")?.as_str()?.to_owned(),
            external_id: external_id.filter(|id| !id.is_empty()).map(str::to_owned),
            state,
            groups,
        })
    }

    pub(crate) fn owner(&self, key: &AccountKey) -> Owner {
        let has_our_name = self.user_name.to_lowercase() == key.user_name.to_lowercase();
        match &self.external_id {
            Some(external_id) if *external_id == key.external_id => Owner::Ours,
            None if has_our_name => Owner::Ours,
            Some(_) if has_our_name => Owner::Foreign,
            _ => Owner::Unrelated,
        }
    }

    pub(crate) fn observed(self, grants: BTreeSet<Grant>, evidence: String) -> ObservedAccount {
        ObservedAccount {
            native_id: self.id,
            user_name: self.user_name,
            external_id: self.external_id,
            state: self.state,
            grants,
            evidence,
        }
    }
}

pub(crate) fn group_grant(id: String) -> Grant {
    Grant { kind: "group".to_owned(), native_id: id, scope: String::new() }
}

/// The id of a resource; some targets send numbers.
pub(crate) fn id_of(value: &Value) -> Option<String> {
    text_or_number(value.get("id")?).filter(|id| !id.is_empty())
}

pub(crate) fn text_or_number(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn odd_but_honest_records_are_read() {
        let record = Record::parse(&json!({"id": 7, "userName": "ann", "active": "False"}));
        let record = record.unwrap();
        assert_eq!((record.id.as_str(), record.state), ("7", ObservedState::Disabled));
        assert_eq!(record.groups, None);
        let record = json!({"id": "7", "userName": "ann", "groups": [{"value": 3}]});
        let groups = Record::parse(&record).unwrap().groups.unwrap();
        assert_eq!(groups, BTreeSet::from([group_grant("3".to_owned())]));
    }

    #[test]
    fn records_of_the_wrong_shape_are_not() {
        for wrong in [
            json!(null),
            json!([]),
            json!({"userName": "ann"}),
            json!({"id": "", "userName": "ann"}),
            json!({"id": "7"}),
            json!({"id": "7", "userName": 7}),
            json!({"id": "7", "userName": "ann", "active": 1}),
            json!({"id": "7", "userName": "ann", "groups": "all"}),
            json!({"id": "7", "userName": "ann", "groups": [{"display": "staff"}]}),
        ] {
            assert_eq!(Record::parse(&wrong), None, "{wrong}");
        }
    }

    #[test]
    fn ownership_is_by_external_id_and_else_by_name() {
        let key = AccountKey {
            external_id: "e1".to_owned(),
            user_name: "Ann".to_owned(),
            native_id: None,
        };
        for (name, external_id, owner) in [
            ("ann", json!("e1"), Owner::Ours),
            ("renamed", json!("e1"), Owner::Ours),
            ("ANN", json!(null), Owner::Ours),
            ("ANN", json!(""), Owner::Ours),
            ("ann", json!("E1"), Owner::Foreign),
            ("ann", json!("e2"), Owner::Foreign),
            ("bob", json!("e2"), Owner::Unrelated),
            ("bob", json!(null), Owner::Unrelated),
        ] {
            let record = json!({"id": "7", "userName": name, "externalId": external_id});
            assert_eq!(Record::parse(&record).unwrap().owner(&key), owner, "{record}");
        }
    }
}

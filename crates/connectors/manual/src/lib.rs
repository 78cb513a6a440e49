//! Targets that no machine can reach: a person carries the change out and says so.
//!
//! Nothing is ever sent from here. Whatever is asked of it beyond its instructions is refused, so that
//! a caller that overlooks [`Capabilities::manual`] cannot take silence for success.
#![doc = include_str!("../README.md")]

use serde_json::Value;
use usher_connector::{
    AccountKey, AccountPage, Applied, Capabilities, Cause, Change, Connector, ConnectorError,
    Field, FieldKind, ObservedAccount, SettingsError, SettingsSchema,
};

const SCHEMA: SettingsSchema = SettingsSchema {
    kind: "manual",
    fields: &[Field {
        name: "instructions",
        kind: FieldKind::Lines,
        required: true,
        words: "connector-manual-instructions",
        choices: &[],
        default: None,
    }],
};

/// A target that a person serves.
#[derive(Debug, Clone)]
pub struct ManualConnector {
    instructions: String,
}

impl ManualConnector {
    /// Reads settings that follow [`Self::schema`].
    ///
    /// # Errors
    /// Every setting that cannot be used, by its name.
    pub fn from_value(settings: &Value) -> Result<Self, Vec<SettingsError>> {
        let faults = SCHEMA.check(settings);
        if !faults.is_empty() {
            return Err(faults);
        }
        let text = settings.get("instructions").and_then(Value::as_str).unwrap_or_default();
        Ok(Self { instructions: text.trim().replace("\r\n", "\n") })
    }

    /// The settings as a person gives them.
    #[must_use]
    pub const fn schema() -> SettingsSchema {
        SCHEMA
    }
}

fn nobody_answers() -> ConnectorError {
    let why = "a person carries changes out on this target; it cannot be asked".to_owned();
    ConnectorError::Reject { cause: Cause::Settings, why }
}

#[async_trait::async_trait]
impl Connector for ManualConnector {
    fn capabilities(&self) -> Capabilities {
        Capabilities { manual: true, ..Capabilities::default() }
    }

    fn instructions(&self) -> Option<&str> {
        Some(&self.instructions)
    }

    async fn test(&self) -> Result<String, ConnectorError> {
        Ok("A person carries changes out here: there is no system to ask.".to_owned())
    }

    async fn read(&self, _key: &AccountKey) -> Result<Option<ObservedAccount>, ConnectorError> {
        Err(nobody_answers())
    }

    async fn apply(&self, _key: &AccountKey, _change: &Change) -> Result<Applied, ConnectorError> {
        Err(nobody_answers())
    }

    async fn list(&self, _cursor: Option<String>) -> Result<AccountPage, ConnectorError> {
        Err(nobody_answers())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use usher_connector::SettingsError;

    use super::*;

    fn fields(faults: Vec<SettingsError>) -> Vec<String> {
        faults.into_iter().map(|fault| fault.field).collect()
    }

    #[test]
    fn instructions_are_needed_and_keep_their_lines() {
        let read = |value: Value| ManualConnector::from_value(&value).map_err(fields);
        let made = read(json!({"instructions": " Open the vault.\r\nSign the book. "})).unwrap();
        assert_eq!(made.instructions(), Some("Open the vault.\nSign the book."));
        for wrong in [json!({}), json!({"instructions": "  "}), json!({"instructions": "a\0b"})] {
            assert_eq!(read(wrong).unwrap_err(), ["instructions"]);
        }
        let long = json!({"instructions": "x".repeat(2001)});
        assert_eq!(read(long).unwrap_err(), ["instructions"]);
        assert_eq!(read(json!({"instructions": "x", "folder": "y"})).unwrap_err(), ["folder"]);
    }
}

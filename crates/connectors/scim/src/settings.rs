//! What a person sets, and how it becomes a connector.

use std::time::Duration;

use secrecy::SecretString;
use serde_json::Value;
use url::Url;
use usher_connector::{AllowedNetworks, Field, FieldKind, SettingsError, SettingsSchema};

/// How long one request may take when the settings do not say, in seconds.
const DEFAULT_TIMEOUT: &str = "10";

const LONGEST_TIMEOUT_S: u64 = 120;

pub(crate) const SCHEMA: SettingsSchema = SettingsSchema {
    kind: "scim",
    fields: &[
        Field {
            name: "base_url",
            kind: FieldKind::Url,
            required: true,
            words: "connector-scim-base-url",
            choices: &[],
            default: None,
        },
        Field {
            name: "token",
            kind: FieldKind::SecretRef,
            required: true,
            words: "connector-scim-token",
            choices: &[],
            default: None,
        },
        Field {
            name: "allowed_networks",
            kind: FieldKind::Networks,
            required: false,
            words: "connector-allowed-networks",
            choices: &[],
            default: None,
        },
        Field {
            name: "request_timeout_seconds",
            kind: FieldKind::Number,
            required: false,
            words: "connector-request-timeout",
            choices: &[],
            default: Some(DEFAULT_TIMEOUT),
        },
    ],
};

/// Everything that a SCIM connector needs, with the secret resolved.
#[derive(Debug, Clone)]
pub struct ScimSettings {
    /// The address under which `/Users` stands, for example `https://target.example/scim/v2`.
    pub base_url: Url,
    pub token: SecretString,
    pub allowed_networks: AllowedNetworks,
    /// For one request, from connecting to the last byte of the answer.
    pub request_timeout: Duration,
}

impl ScimSettings {
    /// Reads settings that follow [`crate::ScimConnector::schema`]; `token` is the secret that the
    /// reference in them stands for.
    ///
    /// # Errors
    /// Every setting that cannot be used, by its name.
    pub fn from_value(value: &Value, token: SecretString) -> Result<Self, Vec<SettingsError>> {
        let faults = SCHEMA.check(value);
        if !faults.is_empty() {
            return Err(faults);
        }
        let text = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default().trim();
        let wrong = |field: &str, why: String| vec![SettingsError { field: field.to_owned(), why }];
        let base_url =
            Url::parse(text("base_url")).map_err(|error| wrong("base_url", error.to_string()))?;
        let allowed_networks =
            text("allowed_networks").parse().map_err(|error: usher_connector::NetworksError| {
                wrong("allowed_networks", error.to_string())
            })?;
        let seconds = match value.get("request_timeout_seconds") {
            Some(Value::Number(number)) => number.as_u64(),
            Some(Value::String(text)) if !text.trim().is_empty() => text.trim().parse().ok(),
            _ => DEFAULT_TIMEOUT.parse().ok(),
        };
        let seconds = seconds.filter(|seconds| (1..=LONGEST_TIMEOUT_S).contains(seconds));
        let seconds = seconds.ok_or_else(|| {
            let why = format!("must be from 1 to {LONGEST_TIMEOUT_S}");
            wrong("request_timeout_seconds", why)
        })?;
        let request_timeout = Duration::from_secs(seconds);
        Ok(Self { base_url, token, allowed_networks, request_timeout })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn settings_are_read_whole_or_refused_by_name() {
        let read = |value: Value| {
            ScimSettings::from_value(&value, "t0ken".into())
                .map_err(|errors| errors.into_iter().map(|e| e.field).collect::<Vec<_>>())
        };
        let base = json!({"base_url": "https://target.example/scim", "token": "file:scim"});
        let settings = read(base.clone()).unwrap();
        assert_eq!(settings.request_timeout, Duration::from_secs(10));
        assert!(!format!("{settings:?}").contains("t0ken"), "the token is never formatted");
        for (name, value) in [
            ("request_timeout_seconds", json!(0)),
            ("request_timeout_seconds", json!("121")),
            ("allowed_networks", json!("somewhere")),
            ("base_url", json!("target")),
            ("token", json!("t0ken")),
        ] {
            let mut settings = base.clone();
            settings[name] = value;
            assert_eq!(read(settings).unwrap_err(), [name]);
        }
    }
}

//! Settings as data: one schema is drawn as a form, checked by `usher doctor` and printed as docs.

use std::str::FromStr;

use serde::Serialize;
use serde_json::Value;
use url::Url;

use crate::AllowedNetworks;

/// The longest text a setting may have, in characters; a longer one is a paste into the wrong field.
const LONGEST_TEXT: usize = 2_000;

/// What a field accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// One line.
    Text,
    /// Several lines.
    Lines,
    Url,
    Number,
    Choice,
    /// Only a reference: `env:USHER_SECRET_NAME` or `file:NAME` inside the configured folder.
    SecretRef,
    /// Comma-separated networks that this connector may reach although they are private.
    Networks,
}

/// One setting of a connector.
#[derive(Debug, Clone, Serialize)]
pub struct Field {
    pub name: &'static str,
    pub kind: FieldKind,
    pub required: bool,
    /// Key of the label and hint texts.
    pub words: &'static str,
    /// The words a `Choice` accepts.
    pub choices: &'static [&'static str],
    pub default: Option<&'static str>,
}

/// All settings of one connector kind.
#[derive(Debug, Clone, Serialize)]
pub struct SettingsSchema {
    pub kind: &'static str,
    pub fields: &'static [Field],
}

/// A setting that cannot be used, named by its field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("setting '{field}': {why}")]
pub struct SettingsError {
    pub field: String,
    pub why: String,
}

/// Where a secret value is kept. Settings hold this reference, never the value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SecretRef {
    /// The environment variable of this name; it begins with [`SecretRef::ENV_PREFIX`].
    Env(String),
    /// The file of this name directly in the configured folder.
    File(String),
}

impl SecretRef {
    /// Only variables with this prefix can be named, or a connector's settings could read any of
    /// the process's environment.
    pub const ENV_PREFIX: &'static str = "USHER_SECRET_";
}

impl FromStr for SecretRef {
    type Err = &'static str;

    fn from_str(reference: &str) -> Result<Self, Self::Err> {
        const HOW: &str = "write env:USHER_SECRET_NAME or file:NAME, never the secret itself";
        if let Some(variable) = reference.strip_prefix("env:") {
            let name = variable
                .strip_prefix(Self::ENV_PREFIX)
                .ok_or("the variable's name must begin with USHER_SECRET_")?;
            let is_plain = !name.is_empty()
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            return match is_plain {
                true => Ok(Self::Env(variable.to_owned())),
                false => Err("the variable's name may hold letters, digits and _ after the prefix"),
            };
        }
        let name = reference.strip_prefix("file:").ok_or(HOW)?;
        // A leading dot excludes `.`, `..` and hidden files in one rule.
        let is_plain = !name.is_empty()
            && !name.starts_with('.')
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
        match is_plain {
            true => Ok(Self::File(name.to_owned())),
            false => Err("the file's name may hold letters, digits, '.', '_' and '-', no folder"),
        }
    }
}

impl SettingsSchema {
    /// Everything wrong with `settings`, in the order of the schema, unknown fields last. An empty
    /// answer means that a connector can be built from them.
    #[must_use]
    pub fn check(&self, settings: &Value) -> Vec<SettingsError> {
        let Some(given) = settings.as_object() else {
            return vec![SettingsError {
                field: String::new(),
                why: "settings are an object with one entry per field".to_owned(),
            }];
        };
        let known = self.fields.iter().filter_map(|field| {
            let why = field.check(given.get(field.name)).err()?;
            Some(SettingsError { field: field.name.to_owned(), why })
        });
        let unknown =
            given.keys().filter(|name| !self.fields.iter().any(|f| f.name == *name)).map(|name| {
                SettingsError {
                    field: name.clone(),
                    why: format!("a {} connector has no such setting", self.kind),
                }
            });
        known.chain(unknown).collect()
    }
}

impl Field {
    fn check(&self, given: Option<&Value>) -> Result<(), String> {
        let is_blank = match given {
            None | Some(Value::Null) => true,
            Some(Value::String(text)) => text.trim().is_empty(),
            Some(_) => false,
        };
        let Some(value) = given.filter(|_| !is_blank) else {
            return match self.required && self.default.is_none() {
                true => Err("is needed".to_owned()),
                false => Ok(()),
            };
        };
        if self.kind == FieldKind::Number {
            return number(value);
        }
        let text = value.as_str().ok_or("must be a text")?;
        let may_break = self.kind == FieldKind::Lines;
        if text.chars().any(|c| c.is_control() && !(may_break && matches!(c, '\n' | '\r'))) {
            return Err("must not hold control characters".to_owned());
        }
        if text.chars().count() > LONGEST_TEXT {
            return Err(format!("is longer than {LONGEST_TEXT} characters"));
        }
        match self.kind {
            FieldKind::Text | FieldKind::Lines | FieldKind::Number => Ok(()),
            FieldKind::Url => web_address(text),
            FieldKind::Choice if self.choices.contains(&text) => Ok(()),
            FieldKind::Choice => Err(format!("must be one of {}", self.choices.join(", "))),
            FieldKind::SecretRef => text.parse::<SecretRef>().map(drop).map_err(str::to_owned),
            FieldKind::Networks => {
                text.parse::<AllowedNetworks>().map(drop).map_err(|error| error.to_string())
            }
        }
    }
}

/// Forms send texts and files send numbers; both mean a whole number that is not negative.
fn number(value: &Value) -> Result<(), String> {
    let is_number = match value {
        Value::Number(number) => number.as_u64().is_some(),
        Value::String(text) => text.trim().parse::<u64>().is_ok(),
        _ => false,
    };
    if is_number { Ok(()) } else { Err("must be a whole number, zero or more".to_owned()) }
}

fn web_address(text: &str) -> Result<(), String> {
    let url = Url::parse(text).map_err(|error| format!("is not a web address: {error}"))?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err("must begin with https:// or http:// and name a host".to_owned());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must not hold a user name or password; use the secret's own field".to_owned());
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("must not hold a query (?) or a fragment (#)".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const fn field(name: &'static str, kind: FieldKind, required: bool) -> Field {
        Field { name, kind, required, words: "test", choices: &["fast", "slow"], default: None }
    }

    const SCHEMA: SettingsSchema = SettingsSchema {
        kind: "test",
        fields: &[
            field("base_url", FieldKind::Url, true),
            field("token", FieldKind::SecretRef, true),
            field("networks", FieldKind::Networks, false),
            field("speed", FieldKind::Choice, false),
            field("limit", FieldKind::Number, false),
            field("note", FieldKind::Text, false),
        ],
    };

    fn faulty(settings: Value) -> Vec<String> {
        SCHEMA.check(&settings).into_iter().map(|error| error.field).collect()
    }

    fn with(name: &str, value: Value) -> Value {
        let mut settings = json!({"base_url": "https://target.example/scim", "token": "file:t"});
        settings[name] = value;
        settings
    }

    #[test]
    fn complete_settings_pass() {
        let full = json!({
            "base_url": "https://target.example/scim/v2", "token": "env:USHER_SECRET_HR",
            "networks": "127.0.0.0/8, ::1", "speed": "fast", "limit": "30", "note": "O'Brien",
        });
        assert_eq!(faulty(full), Vec::<String>::new());
        assert_eq!(faulty(with("limit", json!(0))), Vec::<String>::new());
        assert_eq!(faulty(with("speed", json!(""))), Vec::<String>::new(), "blank is absent");
    }

    #[test]
    fn everything_wrong_is_named_at_once() {
        let settings = json!({"token": "hunter2", "speed": "warp", "colour": "red"});
        assert_eq!(faulty(settings), ["base_url", "token", "speed", "colour"]);
        assert_eq!(faulty(json!("text")), [""]);
        assert_eq!(faulty(with("base_url", json!("  "))), ["base_url"]);
    }

    #[test]
    fn a_value_of_the_wrong_kind_is_refused() {
        for (name, value) in [
            ("base_url", json!("target.example")),
            ("base_url", json!("ftp://target.example")),
            ("base_url", json!("https://ann:pw@target.example")),
            ("base_url", json!(7)),
            ("base_url", json!("https://target.example/?a=1")),
            ("base_url", json!("file:///etc")),
            ("networks", json!("everything")),
            ("networks", json!("0.0.0.0/0")),
            ("limit", json!(-1)),
            ("limit", json!(1.5)),
            ("limit", json!("ten")),
            ("limit", json!([1])),
            ("note", json!("a\u{0}b")),
            ("note", json!("x".repeat(2_001))),
            ("note", json!({"a": 1})),
        ] {
            assert_eq!(faulty(with(name, value.clone())), [name], "{value}");
        }
    }

    #[test]
    fn a_secret_is_only_ever_a_reference_inside_its_fence() {
        assert_eq!("env:USHER_SECRET_A1".parse(), Ok(SecretRef::Env("USHER_SECRET_A1".to_owned())));
        assert_eq!("file:hr.token".parse(), Ok(SecretRef::File("hr.token".to_owned())));
        for wrong in [
            "hunter2",
            "env:PATH",
            "env:USHER_SECRET_",
            "env:USHER_SECRET_A=B",
            "env:usher_secret_a",
            "file:",
            "file:..",
            "file:.ssh",
            "file:../a",
            "file:a/b",
            "file:a\\b",
            "file:/etc/passwd",
            "file:a b",
            "ENV:USHER_SECRET_A",
            " file:a",
        ] {
            assert!(wrong.parse::<SecretRef>().is_err(), "{wrong}");
        }
    }
}

//! What a person sets, and how it becomes a target.

use std::ops::RangeInclusive;
use std::path::{Component, Path, PathBuf};
use std::time::Duration;

use secrecy::SecretString;
use serde_json::Value;
use usher_connector::{AllowedNetworks, Field, FieldKind, SettingsError, SettingsSchema};

use crate::quoting::Identifier;

/// The longest prefix of role names in bytes; the rest of the 63 is for the person.
const LONGEST_PREFIX: usize = 20;

const VERIFY_FULL: &str = "verify-full";
const DISABLE: &str = "disable";

const fn field(name: &'static str, kind: FieldKind, words: &'static str) -> Field {
    Field { name, kind, required: false, words, choices: &[], default: None }
}

const fn needed(name: &'static str, kind: FieldKind, words: &'static str) -> Field {
    Field { name, kind, required: true, words, choices: &[], default: None }
}

const fn preset(
    name: &'static str,
    kind: FieldKind,
    words: &'static str,
    default: &'static str,
) -> Field {
    Field { name, kind, required: false, words, choices: &[], default: Some(default) }
}

pub(crate) const SCHEMA: SettingsSchema = SettingsSchema {
    kind: "sql",
    fields: &[
        needed("host", FieldKind::Text, "connector-sql-host"),
        preset("port", FieldKind::Number, "connector-sql-port", "5432"),
        preset("database", FieldKind::Text, "connector-sql-database", "postgres"),
        needed("user", FieldKind::Text, "connector-sql-user"),
        needed("password", FieldKind::SecretRef, "connector-sql-password"),
        Field {
            name: "tls",
            kind: FieldKind::Choice,
            required: false,
            words: "connector-sql-tls",
            choices: &[VERIFY_FULL, DISABLE],
            default: Some(VERIFY_FULL),
        },
        field("ca_certificate", FieldKind::SecretRef, "connector-sql-ca-certificate"),
        field("allowed_networks", FieldKind::Networks, "connector-allowed-networks"),
        field("role_prefix", FieldKind::Text, "connector-sql-role-prefix"),
        preset("connect_timeout_seconds", FieldKind::Number, "connector-sql-connect-timeout", "5"),
        preset(
            "statement_timeout_seconds",
            FieldKind::Number,
            "connector-sql-statement-timeout",
            "5",
        ),
    ],
};

/// The values that the references in the settings stand for.
#[derive(Debug, Clone)]
pub struct SqlSecrets {
    pub password: SecretString,
    /// Certificates in PEM of the authority that signed the server's, besides the public ones.
    pub ca_certificate: Option<SecretString>,
}

/// Everything that a connector to Postgres needs, with the secrets resolved.
#[derive(Debug, Clone)]
pub struct SqlSettings {
    pub(crate) place: Place,
    pub(crate) port: u16,
    pub(crate) database: String,
    pub(crate) user: String,
    pub(crate) secrets: SqlSecrets,
    pub(crate) role_prefix: String,
    /// From the first look-up of the name to the end of the sign-in.
    pub(crate) connect_timeout: Duration,
    /// For one statement, held by the server.
    pub(crate) statement_timeout: Duration,
}

/// Where the server is.
#[derive(Debug, Clone)]
pub(crate) enum Place {
    /// A unix socket in `folder`, which lies below `root`.
    Socket {
        folder: PathBuf,
        root: PathBuf,
    },
    Network {
        host: String,
        has_tls: bool,
        allowed: AllowedNetworks,
    },
}

impl SqlSettings {
    /// Reads settings that follow [`crate::SqlConnector::schema`]. `socket_root` is the folder of this
    /// process below which, or in which, unix sockets lie; without one there are none.
    ///
    /// # Errors
    /// Every setting that cannot be used, by its name.
    pub fn from_value(
        value: &Value,
        secrets: SqlSecrets,
        socket_root: Option<&Path>,
    ) -> Result<Self, Vec<SettingsError>> {
        let faults = SCHEMA.check(value);
        if !faults.is_empty() {
            return Err(faults);
        }
        let given = Given(value);
        let read = || -> Result<Self, SettingsError> {
            Ok(Self {
                place: place(&given, socket_root)?,
                port: given.number("port", 1..=65_535)?,
                database: given.text("database").to_owned(),
                user: given.text("user").to_owned(),
                role_prefix: role_prefix(&given)?,
                connect_timeout: given.seconds("connect_timeout_seconds")?,
                statement_timeout: given.seconds("statement_timeout_seconds")?,
                secrets,
            })
        };
        read().map_err(|error| vec![error])
    }
}

/// Settings that the schema has accepted.
struct Given<'a>(&'a Value);

impl Given<'_> {
    /// What was given, or the default.
    fn text(&self, name: &str) -> &str {
        let given = self.0.get(name).and_then(Value::as_str).unwrap_or_default().trim();
        let default = || SCHEMA.fields.iter().find(|f| f.name == name).and_then(|f| f.default);
        if given.is_empty() { default().unwrap_or_default() } else { given }
    }

    fn number(&self, name: &str, range: RangeInclusive<u16>) -> Result<u16, SettingsError> {
        let number = match self.0.get(name) {
            Some(Value::Number(number)) => number.as_u64().and_then(|n| u16::try_from(n).ok()),
            _ => self.text(name).parse().ok(),
        };
        number.filter(|number| range.contains(number)).ok_or_else(|| {
            wrong(name, format!("must be from {} to {}", range.start(), range.end()))
        })
    }

    fn seconds(&self, name: &str) -> Result<Duration, SettingsError> {
        self.number(name, 1..=120).map(|seconds| Duration::from_secs(seconds.into()))
    }
}

fn wrong(field: &str, why: impl Into<String>) -> SettingsError {
    SettingsError { field: field.to_owned(), why: why.into() }
}

fn place(given: &Given<'_>, socket_root: Option<&Path>) -> Result<Place, SettingsError> {
    let host = given.text("host");
    if host.starts_with('/') {
        let root = socket_root.ok_or_else(|| {
            let why = "this process was given no folder for sockets (USHER_SOCKETS_ROOT)";
            wrong("host", why)
        })?;
        let folder = Path::new(host);
        let is_plain = !folder.components().any(|part| part == Component::ParentDir);
        if !is_plain || !folder.starts_with(root) {
            let why = format!("a socket's folder must lie in {}", root.display());
            return Err(wrong("host", why));
        }
        return Ok(Place::Socket { folder: folder.to_owned(), root: root.to_owned() });
    }
    // A name, an IPv4 or an IPv6 address: no scheme, no port, no list of hosts.
    if !host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_:".contains(&byte)) {
        let why = "must be a name or an address alone; the port has its own field";
        return Err(wrong("host", why));
    }
    if host.contains(':') && host.parse::<std::net::Ipv6Addr>().is_err() {
        return Err(wrong("host", "is not an address; the port has its own field"));
    }
    let allowed = given.0.get("allowed_networks").and_then(Value::as_str).unwrap_or_default();
    let allowed = allowed.parse().map_err(|error: usher_connector::NetworksError| {
        wrong("allowed_networks", error.to_string())
    })?;
    let has_tls = given.text("tls") != DISABLE;
    Ok(Place::Network { host: host.to_owned(), has_tls, allowed })
}

fn role_prefix(given: &Given<'_>) -> Result<String, SettingsError> {
    let prefix = given.text("role_prefix");
    if prefix.is_empty() {
        return Ok(String::new());
    }
    Identifier::new(prefix).map_err(|error| wrong("role_prefix", error.to_string()))?;
    if prefix.len() > LONGEST_PREFIX {
        return Err(wrong("role_prefix", format!("is longer than {LONGEST_PREFIX} bytes")));
    }
    if prefix.starts_with("pg_") {
        return Err(wrong("role_prefix", "pg_ is reserved by Postgres"));
    }
    Ok(prefix.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(value: &Value) -> Result<SqlSettings, Vec<String>> {
        let secrets = SqlSecrets { password: "hunter2".into(), ca_certificate: None };
        SqlSettings::from_value(value, secrets, Some(Path::new("/run/usher/roles")))
            .map_err(|errors| errors.into_iter().map(|error| error.field).collect())
    }

    fn with(name: &str, value: Value) -> Value {
        let mut settings = json!({"host": "db.example", "user": "prov", "password": "file:db"});
        settings[name] = value;
        settings
    }

    #[test]
    fn little_is_needed_and_the_rest_has_careful_defaults() {
        let settings = read(&with("port", json!(""))).unwrap();
        assert_eq!((settings.port, settings.database.as_str()), (5432, "postgres"));
        assert_eq!(settings.statement_timeout, Duration::from_secs(5));
        assert!(matches!(settings.place, Place::Network { has_tls: true, .. }));
        assert!(!format!("{settings:?}").contains("hunter2"), "the password is never formatted");
        assert_eq!(read(&json!({})).unwrap_err(), ["host", "user", "password"]);
    }

    #[test]
    fn what_cannot_work_is_named() {
        for (name, value) in [
            ("host", json!("db.example:5432")),
            ("host", json!("postgres://db.example")),
            ("host", json!("a,b")),
            ("host", json!("[::1]")),
            ("port", json!(0)),
            ("port", json!("65536")),
            ("tls", json!("prefer")),
            ("password", json!("hunter2")),
            ("role_prefix", json!("pg_people_")),
            ("role_prefix", json!("x".repeat(21))),
            ("connect_timeout_seconds", json!(0)),
            ("statement_timeout_seconds", json!(121)),
        ] {
            assert_eq!(read(&with(name, value.clone())).unwrap_err(), [name], "{value}");
        }
    }

    #[test]
    fn a_socket_lies_below_the_root() {
        for inside in ["/run/usher/roles", "/run/usher/roles/a"] {
            assert!(read(&with("host", json!(inside))).is_ok(), "{inside}");
        }
        for outside in ["/run/usher", "/run/usher/roles2", "/run/usher/roles/../x", "/", "/tmp"] {
            assert_eq!(read(&with("host", json!(outside))).unwrap_err(), ["host"], "{outside}");
        }
        let secrets = SqlSecrets { password: "p".into(), ca_certificate: None };
        let nowhere = SqlSettings::from_value(&with("host", json!("/run")), secrets, None);
        assert!(nowhere.unwrap_err()[0].why.contains("USHER_SOCKETS_ROOT"));
    }
}

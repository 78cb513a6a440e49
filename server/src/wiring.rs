//! The only place where everything meets.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use secrecy::SecretString;
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use usher_connector::{Connector, SettingsError, SettingsSchema};
use usher_connector_files::{FilesConnector, FilesSettings};
use usher_connector_manual::ManualConnector;
use usher_connector_scim::{ScimConnector, ScimSettings};
use usher_connector_sql::{SqlConnector, SqlSecrets, SqlSettings};
use usher_engine::{ConnectorFactory, Engine, EngineOptions, EngineParts};
use usher_notify::{FolderMailer, Mailer, SmtpMailer, SmtpOptions, SmtpSecurity};
use usher_operations::access_rules::KnownRules;
use usher_operations::connector::{self, SettingFault};
use usher_operations::{Context, OsRandom, SystemClock};
use usher_store::{Store, StoreOptions};

use crate::cli;
use crate::secrets::Secrets;

/// Connects to a database that has the schema of this release.
pub(crate) async fn context(
    url: &SecretString,
    name: &'static str,
    connections: u32,
) -> Result<Context> {
    let options = StoreOptions {
        url: url.clone(),
        connections,
        statement_timeout: Duration::from_secs(30),
        name,
    };
    let store = Store::connect(&options).await?;
    store.check_schema().await?;
    let clock = Arc::new(SystemClock::default());
    clock.follow(store.database_time().await?);
    tokio::spawn(follow_database(store.clone(), Arc::clone(&clock)));
    let rules = Arc::new(KnownRules::built_in().context("the built-in policies are broken")?);
    Ok(Context { store, clock, random: Arc::new(OsRandom), rules })
}

async fn follow_database(store: Store, clock: Arc<SystemClock>) {
    loop {
        tokio::time::sleep(Duration::from_secs(60)).await;
        if let Ok(now) = store.database_time().await {
            clock.follow(now);
        }
    }
}

/// Where mail goes.
pub(crate) fn mailer(options: &cli::Engine, secrets: &Secrets) -> Result<Arc<dyn Mailer>> {
    let Some(host) = &options.smtp_host else {
        return Ok(Arc::new(FolderMailer::new(
            options.mail_folder.clone(),
            options.mail_from.clone(),
        )));
    };
    let password = options
        .smtp_password
        .as_deref()
        .map(|reference| secrets.resolve(reference))
        .transpose()
        .map_err(|why| anyhow::anyhow!("the mail password (USHER_SMTP_PASSWORD): {why}"))?;
    let smtp = SmtpOptions {
        host: host.clone(),
        port: options.smtp_port,
        security: match options.smtp_security {
            cli::SmtpSecurity::None => SmtpSecurity::None,
            cli::SmtpSecurity::StartTls => SmtpSecurity::StartTls,
            cli::SmtpSecurity::Tls => SmtpSecurity::Tls,
        },
        user: options.smtp_user.clone(),
        password,
        from: options.mail_from.clone(),
        timeout: Duration::from_secs(30),
    };
    Ok(Arc::new(SmtpMailer::new(smtp)?))
}

/// An engine for this process.
pub(crate) fn engine(cx: &Context, options: &cli::Engine) -> Result<Engine> {
    let secrets = Secrets::new(options.secrets_folder.clone());
    let mailer = mailer(options, &secrets)?;
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    Ok(Engine::new(EngineParts {
        cx: cx.clone(),
        factory: Arc::new(Kinds {
            secrets: Some(secrets),
            files_root: options.files_root.clone(),
            sockets_root: options.sockets_root.clone(),
        }),
        mailer,
        options: EngineOptions {
            worker: format!("{}/{}", host.trim(), std::process::id()),
            slots: options.slots.max(1),
            urgent_slots: options.urgent_slots.max(1),
            urgent_reserve: 2,
            lease_margin: Duration::from_secs(3),
            poll: Duration::from_secs(1),
            base_url: options.base_url.clone(),
        },
    }))
}

/// Runs an engine until it is told to stop.
pub(crate) async fn work(engine: Engine, stop: CancellationToken) {
    engine.run(stop).await;
}

/// The connector kinds of this binary.
#[derive(Debug)]
pub(crate) struct Kinds {
    /// `None` where settings are only looked at: secrets lie where the work is done.
    pub(crate) secrets: Option<Secrets>,
    /// Below it lie the drop folders.
    pub(crate) files_root: Option<PathBuf>,
    /// In or below it lie the unix sockets of databases.
    pub(crate) sockets_root: Option<PathBuf>,
}

impl Kinds {
    fn schema(kind: &str) -> Result<SettingsSchema, SettingsError> {
        match kind {
            "scim" => Ok(ScimConnector::schema()),
            "sql" => Ok(SqlConnector::schema()),
            "files" => Ok(FilesConnector::schema()),
            "manual" => Ok(ManualConnector::schema()),
            other => Err(SettingsError {
                field: "kind".to_owned(),
                why: format!("this release has no connector of kind {other}"),
            }),
        }
    }

    /// The value behind a setting that is a reference; `None` when it is blank.
    fn secret(&self, settings: &Value, name: &str) -> Result<Option<SecretString>, SettingsError> {
        let reference = settings.get(name).and_then(Value::as_str).unwrap_or_default().trim();
        if reference.is_empty() {
            return Ok(None);
        }
        let Some(secrets) = &self.secrets else {
            return Ok(Some(SecretString::from("stands for a secret")));
        };
        let wrong = |why| SettingsError { field: name.to_owned(), why };
        secrets.resolve(reference).map(Some).map_err(wrong)
    }

    fn needed(&self, settings: &Value, name: &str) -> Result<SecretString, SettingsError> {
        let is_needed = || SettingsError { field: name.to_owned(), why: "is needed".to_owned() };
        self.secret(settings, name)?.ok_or_else(is_needed)
    }

    fn build(
        &self,
        kind: &str,
        settings: &Value,
    ) -> Result<Arc<dyn Connector>, Vec<SettingsError>> {
        let one = |error: SettingsError| vec![error];
        let faults = Self::schema(kind).map_err(one)?.check(settings);
        if !faults.is_empty() {
            return Err(faults);
        }
        match kind {
            "scim" => {
                let token = self.needed(settings, "token").map_err(one)?;
                let settings = ScimSettings::from_value(settings, token)?;
                let wrong = |why| SettingsError { field: "settings".to_owned(), why };
                let connector =
                    ScimConnector::new(settings).map_err(|e| one(wrong(e.to_string())))?;
                Ok(Arc::new(connector))
            }
            "sql" => {
                let secrets = SqlSecrets {
                    password: self.needed(settings, "password").map_err(one)?,
                    ca_certificate: self.secret(settings, "ca_certificate").map_err(one)?,
                };
                let root = self.sockets_root.as_deref();
                Ok(Arc::new(SqlConnector::new(SqlSettings::from_value(settings, secrets, root)?)))
            }
            "files" => {
                let settings = FilesSettings::from_value(settings, self.files_root.as_deref())?;
                Ok(Arc::new(FilesConnector::new(settings)))
            }
            _ => Ok(Arc::new(ManualConnector::from_value(settings)?)),
        }
    }
}

impl ConnectorFactory for Kinds {
    fn open(&self, kind: &str, settings: &Value) -> Result<Arc<dyn Connector>, SettingsError> {
        // One at a time: the page shows the next when this one is put right.
        self.build(kind, settings).map_err(|errors| {
            let unnamed = || SettingsError {
                field: "settings".to_owned(),
                why: "they cannot be used".to_owned(),
            };
            errors.into_iter().next().unwrap_or_else(unnamed)
        })
    }
}

impl connector::Kinds for Kinds {
    fn declare(&self, kind: &str, settings: &Value) -> Result<Value, Vec<SettingFault>> {
        let faults = |errors: Vec<SettingsError>| -> Vec<SettingFault> {
            errors.into_iter().map(|error| SettingFault::new(&error.field, error.why)).collect()
        };
        let connector = self.build(kind, settings).map_err(faults)?;
        serde_json::to_value(connector.capabilities())
            .map_err(|error| vec![SettingFault::new("settings", error.to_string())])
    }
}

/// Where the demonstration keeps its database address for the commands that look for it.
#[cfg(feature = "demo")]
pub(crate) fn demo_address_file(home: &std::path::Path) -> PathBuf {
    home.join("demo").join("database-url")
}

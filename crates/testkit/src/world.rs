//! Everything that a test of the main job needs.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Result;
use chrono::TimeDelta;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use usher_company::{Directory, Founded, Mark, Targets, found, group_names};
use usher_connector::{Connector, SettingsError};
use usher_connector_files::{FilesConnector, FilesSettings};
use usher_connector_manual::ManualConnector;
use usher_connector_scim::{ScimConnector, ScimSettings};
use usher_connector_sql::{SqlConnector, SqlSecrets, SqlSettings};
use usher_engine::{ConnectorFactory, Engine, EngineOptions, EngineParts};
use usher_notify::{Letter, MailError, Mailer};
use usher_operations::access_rules::KnownRules;
use usher_operations::request::{self, RequestView, Submitted};
use usher_operations::{Caller, Context, OsRandom};
use usher_sandbox::{Sandbox, SandboxHandle};
use usher_store::{Store, StoreOptions};
use usher_vocabulary::RequestId;

use crate::{ServedFolder, ServedRoles, TestClock, TestDatabase, asking, roles, sandbox_options};

/// See the module.
#[derive(Debug)]
pub struct World {
    pub cx: Context,
    pub clock: Arc<TestClock>,
    pub database: TestDatabase,
    pub company: Founded,
    pub directory: SandboxHandle,
    /// Served only in a world that was opened with it.
    pub folder: Option<ServedFolder>,
    /// The same for a database server whose roles are given.
    pub roles: Option<ServedRoles>,
    pub engine: Engine,
    pub mail: Arc<Mailbox>,
}

/// Keeps what was sent.
#[derive(Debug, Default)]
pub struct Mailbox(Mutex<Vec<Letter>>);

impl Mailbox {
    /// Everything that was sent so far.
    #[must_use]
    pub fn letters(&self) -> Vec<Letter> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[async_trait::async_trait]
impl Mailer for Mailbox {
    async fn send(&self, letter: &Letter) -> Result<(), MailError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(letter.clone());
        Ok(())
    }
}

/// Opens connectors with the test's own secrets.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Kinds {
    files_root: Option<PathBuf>,
    sockets_root: Option<PathBuf>,
}

impl ConnectorFactory for Kinds {
    fn open(&self, kind: &str, settings: &Value) -> Result<Arc<dyn Connector>, SettingsError> {
        let refuse = |why: String| SettingsError { field: "settings".to_owned(), why };
        if kind == "manual" {
            let connector = ManualConnector::from_value(settings)
                .map_err(|errors| refuse(format!("{errors:?}")))?;
            return Ok(Arc::new(connector));
        }
        if kind == "files" {
            let settings = FilesSettings::from_value(settings, self.files_root.as_deref())
                .map_err(|errors| refuse(format!("{errors:?}")))?;
            return Ok(Arc::new(FilesConnector::new(settings)));
        }
        if kind == "sql" {
            let password = SecretString::from(roles::PASSWORD);
            let secrets = SqlSecrets { password, ca_certificate: None };
            let settings = SqlSettings::from_value(settings, secrets, self.sockets_root.as_deref())
                .map_err(|errors| refuse(format!("{errors:?}")))?;
            return Ok(Arc::new(SqlConnector::new(settings)));
        }
        let settings = ScimSettings::from_value(settings, SecretString::from("test"))
            .map_err(|errors| refuse(format!("{errors:?}")))?;
        Ok(Arc::new(ScimConnector::new(settings).map_err(|e| refuse(e.to_string()))?))
    }
}

fn settings(directory: &SandboxHandle) -> Value {
    json!({ "base_url": directory.base_url(), "token": "file:test", "allowed_networks": "127.0.0.0/8" })
}

fn kinds(folder: Option<&ServedFolder>, roles: Option<&ServedRoles>) -> Kinds {
    Kinds {
        files_root: folder.map(|folder| folder.root().to_owned()),
        sockets_root: roles.map(ServedRoles::sockets_root),
    }
}

/// A context on that database, at the time of that clock.
pub(crate) async fn context(url: SecretString, clock: Arc<TestClock>) -> Result<Context> {
    let options = StoreOptions {
        url,
        connections: 6,
        statement_timeout: Duration::from_secs(20),
        name: "usher test",
    };
    Ok(Context {
        store: Store::connect(&options).await?,
        clock,
        random: Arc::new(OsRandom),
        rules: Arc::new(KnownRules::built_in()?),
    })
}

pub(crate) fn engine(cx: Context, kinds: Kinds, mail: Arc<Mailbox>) -> Engine {
    Engine::new(EngineParts {
        cx,
        factory: Arc::new(kinds),
        mailer: mail,
        options: EngineOptions {
            worker: "test".to_owned(),
            slots: 8,
            urgent_slots: 8,
            urgent_reserve: 2,
            lease_margin: Duration::from_secs(3),
            // A test that lets the engine run finds out what makes it look.
            poll: Duration::from_hours(1),
            base_url: "http://127.0.0.1:3000".to_owned(),
        },
    })
}

impl World {
    /// Opens a world at a fixed instant.
    ///
    /// # Errors
    /// No Postgres is installed, or something does not start.
    pub async fn open() -> Result<Self> {
        Self::open_with(TestDatabase::create().await?, None, None).await
    }

    /// The same in a database of its own server, which can be stopped and started.
    ///
    /// # Errors
    /// As for [`World::open`].
    pub async fn open_in(database: TestDatabase) -> Result<Self> {
        Self::open_with(database, None, None).await
    }

    /// The same with a folder that opens doors, and with somebody who hands out keys.
    ///
    /// # Errors
    /// As for [`World::open`], or the folder cannot be served.
    pub async fn open_with_hands() -> Result<Self> {
        let folder = ServedFolder::start()?;
        Self::open_with(TestDatabase::create().await?, Some(folder), None).await
    }

    /// The same with a database server whose roles are given.
    ///
    /// # Errors
    /// As for [`World::open`], or the server does not start.
    pub async fn open_with_roles() -> Result<Self> {
        let roles = ServedRoles::start().await?;
        Self::open_with(TestDatabase::create().await?, None, Some(roles)).await
    }

    async fn open_with(
        database: TestDatabase,
        folder: Option<ServedFolder>,
        roles: Option<ServedRoles>,
    ) -> Result<Self> {
        let clock = Arc::new(TestClock::at(1_795_000_000));
        let cx = context(database.url.clone(), Arc::clone(&clock)).await?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let directory =
            Sandbox::start(listener, sandbox_options(Arc::<TestClock>::clone(&clock), 7))?;
        let mut groups = BTreeMap::new();
        for group in group_names() {
            groups.insert(group.to_owned(), directory.seed_group(group)?);
        }
        let shared = Directory {
            settings: settings(&directory),
            groups,
            concurrency: 8,
            call_timeout_ms: 2_000,
        };
        let targets = Targets {
            sql: roles.as_ref().map(ServedRoles::as_founded),
            drop_folder: folder.as_ref().map(|_| ServedFolder::as_founded()),
            by_hand: folder.is_some(),
            ..shared.into()
        };
        let company = found(&cx, &targets, Mark::Company).await?;
        let mail = Arc::new(Mailbox::default());
        let kinds = kinds(folder.as_ref(), roles.as_ref());
        let engine = engine(cx.clone(), kinds, Arc::clone(&mail));
        Ok(Self { cx, clock, database, company, directory, folder, roles, engine, mail })
    }

    pub(crate) fn kinds(&self) -> Kinds {
        kinds(self.folder.as_ref(), self.roles.as_ref())
    }

    /// Somebody of the company, signed in.
    ///
    /// # Errors
    /// Nobody has this address.
    pub async fn caller(&self, email: &str) -> Result<Caller> {
        asking::caller(&self.cx, &self.company, email).await
    }

    /// Asks for one item for oneself.
    ///
    /// # Errors
    /// The request was not taken.
    pub async fn ask(&self, email: &str, item: &str, duration: TimeDelta) -> Result<Submitted> {
        asking::ask(&self.cx, &self.company, email, item, duration).await
    }

    /// Approves whatever waits for somebody.
    ///
    /// # Errors
    /// A decision was not taken.
    pub async fn approve_all(&self, email: &str) -> Result<usize> {
        asking::approve_all(&self.cx, &self.company, email).await
    }

    /// A connector of its own to the directory: what it changes is nobody's job here.
    ///
    /// # Errors
    /// Its settings are wrong.
    pub fn outsider(&self) -> Result<Arc<dyn Connector>> {
        Ok(Kinds::default().open("scim", &settings(&self.directory))?)
    }

    /// Fires due timers and works until nothing more can be done at this instant.
    ///
    /// # Errors
    /// The database failed.
    pub async fn settle(&self) -> Result<()> {
        Ok(self.engine.settle().await?)
    }

    /// Lets time pass in steps, settling after each.
    ///
    /// # Errors
    /// The database failed.
    pub async fn pass(&self, total: TimeDelta, step: TimeDelta) -> Result<()> {
        let mut left = total;
        while left > TimeDelta::zero() {
            let now = step.min(left);
            self.clock.advance(now);
            left -= now;
            self.settle().await?;
        }
        Ok(())
    }

    /// A request as its requester sees it.
    ///
    /// # Errors
    /// It is not theirs.
    pub async fn request(&self, email: &str, id: RequestId) -> Result<RequestView> {
        Ok(request::show(&self.cx, &self.caller(email).await?, id).await?)
    }
}

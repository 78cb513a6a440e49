//! A new connector, at the server's command line.

use std::time::Duration;

use serde_json::Value;
use usher_authorization::Resource;
use usher_store::{StoreError, connector};
use usher_vocabulary::{Action, AuditAction, ConnectorInstanceId};

use crate::{Caller, Context, Event, Fault};

/// The longest name, in characters.
const LONGEST_NAME: usize = 100;
/// Calls at the same time, all processes together.
const CONCURRENCY: std::ops::RangeInclusive<i32> = 1..=256;
/// How long one call may take; a lease is longer than that.
const CALL_TIMEOUT: std::ops::RangeInclusive<Duration> =
    Duration::from_secs(1)..=Duration::from_secs(180);
/// The constraint that keeps names apart.
const NAME_KEY: &str = "connector_instance_name_key";

/// The kinds of connectors that this program has. Operations know none.
pub trait Kinds: Sync {
    /// What a connector of this kind with these settings declares that it can do, as JSON.
    ///
    /// # Errors
    /// Every setting that cannot be used.
    fn declare(&self, kind: &str, settings: &Value) -> Result<Value, Vec<SettingFault>>;
}

/// A setting that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingFault {
    /// Its name; `name`, `kind`, `concurrency` and `timeout` are the connector's own.
    pub field: String,
    /// What is wrong, without the value.
    pub why: String,
}

impl SettingFault {
    #[must_use]
    pub fn new(field: &str, why: impl Into<String>) -> Self {
        Self { field: field.to_owned(), why: why.into() }
    }
}

/// A connector to be added.
#[derive(Debug, Clone)]
pub struct Add {
    /// How people call it.
    pub name: String,
    pub kind: String,
    /// Plain settings and references to secrets.
    pub settings: Value,
    pub concurrency: i32,
    pub call_timeout: Duration,
}

/// Why nothing was added.
#[derive(Debug, thiserror::Error)]
pub enum AddError {
    #[error("some settings cannot be used")]
    Settings(Vec<SettingFault>),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for AddError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

/// Adds a connector. Nothing is sent anywhere: a test is the first call.
///
/// # Errors
/// The caller may not, or something cannot be used: everything is named at once.
pub async fn add(
    cx: &Context,
    caller: &Caller,
    input: &Add,
    kinds: &dyn Kinds,
) -> Result<ConnectorInstanceId, AddError> {
    cx.authorize(caller, Action::ManageConnectors, &Resource::System)?;
    let mut faults = own_faults(input);
    let declared = kinds.declare(&input.kind, &input.settings).unwrap_or_else(|of_settings| {
        faults.extend(of_settings);
        Value::Null
    });
    let millis = i32::try_from(input.call_timeout.as_millis()).ok();
    let Some(call_timeout_ms) = millis.filter(|_| faults.is_empty()) else {
        return Err(AddError::Settings(faults));
    };
    let new = connector::NewInstance {
        id: cx.id(),
        name: input.name.trim().to_owned(),
        kind: input.kind.clone(),
        settings: input.settings.clone(),
        capabilities: declared,
        concurrency: input.concurrency,
        call_timeout_ms,
    };
    let mut tx = cx.store.begin().await?;
    match connector::insert(&mut tx, &new, cx.now()).await {
        Err(error) if error.constraint() == Some(NAME_KEY) => {
            let taken = SettingFault::new("name", "another connector has it");
            return Err(AddError::Settings(vec![taken]));
        }
        other => other?,
    }
    let event = Event::new(AuditAction::ConnectorAdded, "connector", new.id)
        .detail("kind", new.kind)
        .detail("name", new.name)
        .detail("settings", names(&new.settings));
    tx.commit(vec![event.by(cx, &caller.cause())]).await?;
    Ok(new.id)
}

/// What is wrong besides the settings of the kind.
fn own_faults(input: &Add) -> Vec<SettingFault> {
    let mut faults = Vec::new();
    let name = input.name.trim();
    if !name.contains(char::is_alphanumeric) || name.contains(char::is_control) {
        faults.push(SettingFault::new("name", "is needed, in letters or digits on one line"));
    } else if name.chars().count() > LONGEST_NAME {
        let why = format!("is longer than {LONGEST_NAME} characters");
        faults.push(SettingFault::new("name", why));
    }
    if !CONCURRENCY.contains(&input.concurrency) {
        let why = format!("must be from {} to {}", CONCURRENCY.start(), CONCURRENCY.end());
        faults.push(SettingFault::new("concurrency", why));
    }
    if !CALL_TIMEOUT.contains(&input.call_timeout) {
        let (least, most) = (CALL_TIMEOUT.start().as_secs(), CALL_TIMEOUT.end().as_secs());
        faults.push(SettingFault::new("timeout", format!("must be from {least} to {most} s")));
    }
    faults
}

/// The record says which settings were given; their values can be seen on the connector's page.
fn names(settings: &Value) -> Vec<String> {
    settings.as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect()
}

//! Opening connectors from their stored settings, once per change of the settings.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use usher_connector::{Connector, SettingsError};
use usher_store::connector::Configuration;
use usher_vocabulary::ConnectorInstanceId;

/// Knows the connector kinds of this binary.
pub trait ConnectorFactory: Send + Sync + std::fmt::Debug {
    /// Opens a connector; settings name secrets only by reference.
    ///
    /// # Errors
    /// The kind is unknown or a setting cannot be used.
    fn open(
        &self,
        kind: &str,
        settings: &serde_json::Value,
    ) -> Result<Arc<dyn Connector>, SettingsError>;
}

#[derive(Debug)]
pub(crate) struct Connectors {
    factory: Arc<dyn ConnectorFactory>,
    open: Mutex<HashMap<ConnectorInstanceId, Opened>>,
}

#[derive(Debug)]
struct Opened {
    settings: serde_json::Value,
    connector: Arc<dyn Connector>,
}

impl Connectors {
    pub(crate) fn new(factory: Arc<dyn ConnectorFactory>) -> Self {
        Self { factory, open: Mutex::new(HashMap::new()) }
    }

    pub(crate) fn get(
        &self,
        id: ConnectorInstanceId,
        configuration: &Configuration,
    ) -> Result<Arc<dyn Connector>, SettingsError> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = open.get(&id).filter(|o| o.settings == configuration.settings) {
            return Ok(Arc::clone(&known.connector));
        }
        let connector = self.factory.open(&configuration.kind, &configuration.settings)?;
        let settings = configuration.settings.clone();
        open.insert(id, Opened { settings, connector: Arc::clone(&connector) });
        Ok(connector)
    }
}

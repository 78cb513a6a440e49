//! The connector to targets that are served by files.
//!
//! Whoever serves the folder may be slow, torn, wrong or gone. Therefore a change counts as answered
//! only by an acknowledgement that names its checksum, a state that does not fit its own checksum is
//! no state, and an account with a change under way whose effect does not show cannot be read yet.
#![doc = include_str!("../README.md")]

mod acknowledgement;
mod change_file;
mod folder;
mod formula;
mod outbox;
mod settings;
mod state;
mod verdict;

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use usher_connector::{
    AccountKey, AccountPage, Applied, Capabilities, Cause, Change, Connector, ConnectorError,
    ObservedAccount, SettingsSchema,
};

pub use settings::FilesSettings;

use acknowledgement::Acknowledgement;
use folder::Folder;
use outbox::Sent;
use verdict::{reject, retry, unknown};

/// How often the acknowledgement is looked for.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// One drop folder.
#[derive(Debug)]
pub struct FilesConnector {
    folder: Arc<Folder>,
    ack_wait: Duration,
}

impl FilesConnector {
    /// Opens no file: the folder may come to be later.
    #[must_use]
    pub fn new(settings: FilesSettings) -> Self {
        Self { folder: Arc::new(settings.folder), ack_wait: settings.ack_wait }
    }

    /// The settings as a person gives them.
    #[must_use]
    pub const fn schema() -> SettingsSchema {
        settings::SCHEMA
    }

    /// Files are slow and block: they are used on a thread that may wait.
    async fn on_disk<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Folder) -> Result<T, ConnectorError> + Send + 'static,
    ) -> Result<T, ConnectorError> {
        let folder = Arc::clone(&self.folder);
        match tokio::task::spawn_blocking(move || work(&folder)).await {
            Ok(answer) => answer,
            // What it did before it failed is not known.
            Err(_) => Err(unknown(Cause::TargetFailed, "the work on the folder failed inside")),
        }
    }

    async fn answer_to(&self, sent: Sent) -> Result<Applied, ConnectorError> {
        let until = Instant::now() + self.ack_wait;
        let name = sent.name.clone();
        let sent = Arc::new(sent);
        loop {
            let looked = Arc::clone(&sent);
            match self.on_disk(move |folder| outbox::answer(folder, &looked)).await {
                Ok(Some(Acknowledgement::Accepted)) => {
                    let answer = format!("{name}: acknowledged");
                    return Ok(Applied { native_id: Some(sent.external_id.clone()), answer });
                }
                Ok(Some(Acknowledgement::Refused(reason))) => {
                    return Err(reject(Cause::Invalid, format!("{name}: refused: {reason}")));
                }
                Ok(Some(Acknowledgement::OfSomethingElse)) => {
                    let why = format!("{name}: the acknowledgement names another checksum");
                    return Err(unknown(Cause::Garbage, why));
                }
                // The change is on its way: what cannot be read now may be read in a moment.
                Ok(None) | Err(_) => {}
            }
            if Instant::now() >= until {
                let ms = self.ack_wait.as_millis();
                let why = format!("{name}: no acknowledgement within {ms} ms");
                return Err(unknown(Cause::Unreachable, why));
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }
}

#[async_trait::async_trait]
impl Connector for FilesConnector {
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            create: true,
            disable: true,
            delete: true,
            grants: true,
            verify_read: true,
            list: true,
            manual: false,
        }
    }

    async fn test(&self) -> Result<String, ConnectorError> {
        self.on_disk(|folder| {
            let state = state::read(folder)?;
            let waiting = outbox::rehearse(folder)?;
            let accounts = state.records.len();
            Ok(format!("The folder can be used; accounts: {accounts}, changes without an answer: {waiting}."))
        })
        .await
    }

    async fn read(&self, key: &AccountKey) -> Result<Option<ObservedAccount>, ConnectorError> {
        let key = key.clone();
        self.on_disk(move |folder| {
            // Before the state, or a change that takes effect in between would count as lost.
            let under_way = outbox::under_way(folder, &key)?;
            let state = state::read(folder)?;
            let found = state.find(&key)?;
            if let Some(change) = under_way.iter().find(|change| !change.shows_in(found)) {
                let why = format!(
                    "{} has no acknowledgement, and the state does not show it",
                    change.name
                );
                return Err(retry(Cause::Unreachable, why));
            }
            Ok(found.map(|record| record.observed(&state)))
        })
        .await
    }

    async fn apply(&self, key: &AccountKey, change: &Change) -> Result<Applied, ConnectorError> {
        change_file::check(key, change)?;
        let (key, change) = (key.clone(), change.clone());
        let sent = self.on_disk(move |folder| outbox::send(folder, &key, &change)).await?;
        match sent {
            Some(sent) => self.answer_to(sent).await,
            None => Ok(Applied { native_id: None, answer: "there is no such account".to_owned() }),
        }
    }

    async fn list(&self, cursor: Option<String>) -> Result<AccountPage, ConnectorError> {
        self.on_disk(move |folder| state::read(folder)?.page(cursor.as_deref())).await
    }
}

//! A world for a second process: it dies, and this one lives on.

use std::sync::Arc;

use anyhow::Result;
use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use usher_engine::Engine;
use usher_operations::Clock as _;

use crate::world::{Kinds, Mailbox, context, engine};
use crate::{TestClock, World};

/// Everything that an engine in another process needs of a world. It travels as JSON.
#[derive(Debug, Serialize, Deserialize)]
pub struct Bridge {
    database: String,
    now: DateTime<Utc>,
    kinds: Kinds,
}

impl World {
    /// The way into this world at this instant.
    #[must_use]
    pub fn bridge(&self) -> Bridge {
        let kinds = self.kinds();
        let database = self.database.url.expose_secret().to_owned();
        Bridge { database, now: self.clock.now(), kinds }
    }
}

impl Bridge {
    /// An engine of this process in that world. Its clock stands still, and what it mails is lost.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn engine(self) -> Result<Engine> {
        let clock = Arc::new(TestClock::standing(self.now));
        let cx = context(SecretString::from(self.database), clock).await?;
        Ok(engine(cx, self.kinds, Arc::new(Mailbox::default())))
    }
}

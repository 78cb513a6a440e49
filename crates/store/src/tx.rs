//! Transactions. No commit without audit.

use std::ops::{Deref, DerefMut};

use crate::pool::Borrowed;
use crate::{AuditEvent, Result, audit};

/// One connection, for reading.
pub type Conn = sqlx::PgConnection;

/// One transaction. Dropping it undoes everything.
#[derive(Debug)]
pub struct Tx {
    inner: Borrowed,
    rings: Vec<&'static str>,
}

impl Tx {
    pub(crate) const fn new(inner: Borrowed) -> Self {
        Self { inner, rings: Vec::new() }
    }

    /// Rings a doorbell at commit; once, however often it is called.
    pub(crate) fn ring(&mut self, channel: &'static str) {
        if !self.rings.contains(&channel) {
            self.rings.push(channel);
        }
    }

    /// Writes the events and commits.
    ///
    /// # Errors
    /// The database failed; nothing of the transaction happened, unless the connection broke during
    /// the commit itself.
    pub async fn commit(mut self, events: Vec<AuditEvent>) -> Result<()> {
        audit::append(&mut self.inner, events).await?;
        self.finish().await
    }

    /// Commits what is no change of state in the sense of the record; `why` is for the reader.
    ///
    /// # Errors
    /// As [`Tx::commit`].
    pub async fn commit_unaudited(self, _why: &'static str) -> Result<()> {
        self.finish().await
    }

    async fn finish(mut self) -> Result<()> {
        for channel in std::mem::take(&mut self.rings) {
            sqlx::query("select pg_notify($1, '')").bind(channel).execute(&mut *self.inner).await?;
        }
        self.inner.commit().await?;
        Ok(())
    }
}

impl Deref for Tx {
    type Target = Conn;
    fn deref(&self) -> &Conn {
        &self.inner
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Conn {
        &mut self.inner
    }
}
